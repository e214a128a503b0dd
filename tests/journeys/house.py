"""What the journeys share: the real programs in folders of their own, a server that ends with the test."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("AFTERCARE_BIN", "build/release/bin")).resolve()
SOURCE = pathlib.Path(os.environ.get("AFTERCARE_SOURCE", ".")).resolve()
DEMO = SOURCE / "assets/demo"
VISITS = ["installation", "maintenance", "refused_repair"]
PASSWORD = "a long enough password"


class Failed(Exception):
    pass


def expect(claim, found, *wanted):
    """Fails, naming the claim, unless what was found is one of what is wanted (or true)."""
    good = found in wanted if wanted else bool(found)
    if not good:
        raise Failed(f"{claim}: found {found!r}" + (f", wanted {wanted!r}" if wanted else ""))


def run(*words, check=True, timeout=120, env=None, **more):
    """Runs a program; its words come back. `check` makes a failure ours."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, "LANG": "C", **(env or {})}, **more)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def aftercare(folder, *words, **more):
    return run(BIN / "aftercare", "--data", folder, *words, **more)


def server_command(folder, *words, **more):
    return run(BIN / "aftercare-server", *words[0].split(), "--data", folder, *words[1:], **more)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`aftercare-server serve`, for as long as the block lasts. `wrap` puts words before it (strace …)."""

    def __init__(self, folder, port, wrap=()):
        self.folder, self.port, self.wrap = folder, port, list(wrap)

    def __enter__(self):
        self.log = open(f"{self.folder}.log", "ab")
        self.process = subprocess.Popen(
            [*self.wrap, str(BIN / "aftercare-server"), "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log, start_new_session=True)
        return self

    def wait_ready(self, seconds=30):
        """False when it ended before it was ready."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                return False
            done = subprocess.run(["curl", "--silent", "--fail", "--max-time", "2", "--noproxy", "*", "--cacert",
                                   f"{self.folder}/tls/ca.crt", f"https://127.0.0.1:{self.port}/healthz"], capture_output=True)
            if done.returncode == 0:
                return True
            time.sleep(0.03)
        raise Failed("the server did not get ready: " + pathlib.Path(f"{self.folder}.log").read_text(errors="replace")[-2000:])

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()


class House:
    """A scratch folder with a demo server and enrolled tablets; copies of it start where it stands."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="aftercare-journey-"))
        self.port = free_port()
        self.server = self.root / "server"
        self.tablet = self.root / "tablet"

    def make(self, organisation="Journey"):
        server_command(self.server, "init", "--organisation", organisation, "--admin", "admin@example.com",
                       env={"AFTERCARE_ADMIN_PASSWORD": PASSWORD})
        server_command(self.server, "demo")
        return self

    def serve(self, wrap=()):
        return Server(self.server, self.port, wrap)

    def enrol(self, tablet=None, user="Petr Dvořák"):
        words = ["enrol", "--role", "tablet"] + (["--user", user] if user else [])
        line = server_command(self.server, *words).stdout.strip()
        aftercare(tablet or self.tablet, "enrol", line)
        return line

    def copy_to(self, root):
        """The same house elsewhere, on the same port: for one more try from the same beginning."""
        other = House.__new__(House)
        other.root, other.port = pathlib.Path(root), self.port
        other.server, other.tablet = other.root / "server", other.root / "tablet"
        if other.root.exists():
            shutil.rmtree(other.root)
        other.root.mkdir()
        for name in ("server", "tablet"):
            shutil.copytree(self.root / name, other.root / name, ignore=shutil.ignore_patterns("*.sock"))
        return other

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def status(tablet):
    return json.loads(aftercare(tablet, "status", "--json").stdout)


def tablet_visits(tablet):
    return json.loads(aftercare(tablet, "visits", "--json").stdout)


def server_visits(server):
    answer = json.loads(server_command(server, "visits", "--json").stdout)
    return answer["visits"] if isinstance(answer, dict) else answer


def expect_sound(house, tablet=True, server=True):
    """Every chain, root, seal and photo holds."""
    if tablet:
        aftercare(house.tablet, "check")
    if server:
        server_command(house.server, "check")


def journey(claims):
    """Runs the claims, names those that fail, and ends as ctest wants it."""
    failures = 0
    for name, claim in claims:
        started = time.monotonic()
        try:
            claim()
            print(f"ok      {name}  ({time.monotonic() - started:.1f} s)", flush=True)
        except (Failed, subprocess.TimeoutExpired, OSError, KeyError, ValueError, IndexError) as failure:
            failures += 1
            print(f"FAILED  {name}\n        {failure}", flush=True)
    print(f"{len(claims) - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)
