#!/usr/bin/env python3
"""[S05] [S01] A server restored from an old backup gets back, from the devices, everything that the backup lacks."""

import json
import shutil

from house import DEMO, House, aftercare, expect, expect_sound, journey, server_command, server_visits, status, tablet_visits

home = House().make()
other = home.root / "tablet2"
backup = home.root / "backup.tar"
server = home.serve()


def before_the_backup():
    aftercare(home.tablet, "record", DEMO / "installation.json")
    aftercare(home.tablet, "sync")
    server_command(home.server, "backup", "--to", backup)


def after_the_backup():
    for visit in ("maintenance", "refused_repair"):
        aftercare(home.tablet, "record", DEMO / f"{visit}.json")
    aftercare(home.tablet, "sync")
    aftercare(other, "sync")
    expect("the server has three visits", len(server_visits(home.server)), 3)


def the_server_is_lost():
    server.kill()
    key = home.root / "key-elsewhere"
    shutil.copy(home.server / "key", key)
    shutil.rmtree(home.server)
    server_command(home.server, "restore", "--from", backup, "--key", key)
    expect("the backup had one visit", len(server_visits(home.server)), 1)
    server.__enter__()
    expect("the restored server starts", server.wait_ready(), True)


def everything_comes_back():
    for _ in range(2):
        aftercare(home.tablet, "sync")
        aftercare(other, "sync")
    expect("the server has three visits again", len(server_visits(home.server)), 3)
    for tablet in (home.tablet, other):
        now = status(tablet)
        expect("nothing waits and nothing needs a person", (now["unsent"], now["unsent_blobs"], now["attention"]), (0, 0, []))
        expect("three visits are here", len(tablet_visits(tablet)), 3)
        aftercare(tablet, "check")
    expect_sound(home)
    awaited = json.loads(server_command(home.server, "check", "--json").stdout)["blobs_awaited"]
    expect("every photo came back", awaited, 0)


with server:
    server.wait_ready()
    home.enrol()
    home.enrol(other, user=None)
    journey([(function.__name__.replace("_", " "), function) for function in (
        before_the_backup, after_the_backup, the_server_is_lost, everything_comes_back)])
