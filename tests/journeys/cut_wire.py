#!/usr/bin/env python3
"""[S01] A connection that ends after any number of bytes, in either direction: a later sync completes, nothing twice."""

import json
import random
import socket
import threading

from house import DEMO, VISITS, House, aftercare, expect, expect_sound, journey, server_visits, status, tablet_visits


class CuttingProxy:
    """Passes bytes on to the server and ends each connection after `budget` bytes of either direction."""

    def __init__(self, port):
        self.to_port = port
        self.budget = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection(("127.0.0.1", self.to_port))
            left = [self.budget]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink, left), daemon=True).start()

    def pump(self, source, sink, left):
        try:
            while data := source.recv(65536):
                if left[0] is not None:
                    data = data[:left[0]]
                    left[0] -= len(data)
                if data:
                    sink.sendall(data)
                if left[0] == 0:
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


home = House().make()
proxy = CuttingProxy(home.port)
seed = 7


def cut_anywhere():
    """Fifty cuts, from the handshake to the last photo; each try leaves something that the next goes on from."""
    for visit in VISITS:
        aftercare(home.tablet, "record", DEMO / f"{visit}.json")
    source = random.Random(seed)
    tries = 0
    for budget in sorted(source.randrange(1, 400_000) for _ in range(50)):
        proxy.budget = budget
        aftercare(home.tablet, "sync", check=False)
        tries += 1
    proxy.budget = None
    aftercare(home.tablet, "sync")
    now = status(home.tablet)
    expect("everything arrived", (now["unsent"], now["unsent_blobs"], now["attention"]), (0, 0, []))


def each_once():
    own = sorted(visit["number"] for visit in tablet_visits(home.tablet))
    expect("each visit is there once", sorted(visit["number"] for visit in server_visits(home.server)), own)
    expect_sound(home)


with home.serve() as server:
    server.wait_ready()
    from house import server_command
    line = server_command(home.server, "enrol", "--role", "tablet", "--user", "Petr Dvořák").stdout.strip()
    aftercare(home.tablet, "enrol", line.replace(f":{home.port}/", f":{proxy.port}/"))
    journey([("a connection cut anywhere", cut_anywhere), ("each visit once", each_once)])
