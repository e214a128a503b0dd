"""Plays journeys on the tablet's window: what the scripts tablet_*.py share. The verbs are in README.md."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import house
from house import BIN, DEMO, SOURCE, Failed, aftercare, expect

sys.path.insert(0, str(SOURCE / "tests/tools"))
from verify_record import decode  # noqa: E402

JOURNEYS = SOURCE / "tests/journeys/tablet"
PICTURES = pathlib.Path(os.environ.get("AFTERCARE_PICTURES", "/tmp/aftercare-journey-pictures")) / pathlib.Path(sys.argv[0]).stem
LANGUAGES = ("en", "cs", "ka", "sl", "ru", "vi")
PIN = "246810"
OTHER_PIN = "135791"

_words = {code: json.loads((SOURCE / f"assets/lang/{code}.json").read_text()) for code in LANGUAGES}


def words(language, key):
    """What the window says, up to the first place that is filled in."""
    text = _words[language][key]
    if text.startswith("{"):  # a plural: its numbers are what a journey waits for
        raise ValueError(f"{key} begins with a number")
    return text.split("{", 1)[0].strip()


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def load(name):
    """The steps of tablet/NAME.journey."""
    return lines((JOURNEYS / f"{name}.journey").read_text())


def until(steps, step):
    """The steps before the one that begins so."""
    return steps[:next(i for i, one in enumerate(steps) if one.startswith(step))]


def without(steps, *beginnings):
    return [step for step in steps if not step.startswith(beginnings)]


FIRST_PIN = ["wait_key pin.2", f"pin {PIN}", f"pin {PIN}", "wait_key rail.day"]
UNLOCK = ["wait_key pin.2", f"pin {PIN}"]
STROKES = ["draw sign.pad 15,70 18,40 22,20 26,45 24,75 30,70 36,35 40,25 44,55 42,78 50,68 56,40 62,60", "draw sign.pad 66,30 70,55 74,62 82,40"]


def sized(size):
    """Turns the tablet. A key that does nothing, because `size` alone may draw no frame."""
    return [f"size {size}", "key delete"]


def command(folder, name, steps, *, size="1280x800", language=None, is_offline=True, more=()):
    """The words that play the steps, and the folder of their pictures."""
    pictures = PICTURES / name
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    file = pictures / "steps.journey"
    file.write_text("\n".join(steps) + "\n")
    line = [str(BIN / "aftercare"), "--data", str(folder), "--journey", str(file), "--pictures", str(pictures), "--size", size,
            "--headless", "--test-camera", "--photo-folder", str(DEMO / "photos"), *more]
    if language:
        line += ["--language", language]
    if is_offline:
        line.append("--offline")
    return line


def play(folder, name, steps, *, check=True, env=None, wrap=(), timeout=300, **how):
    """Plays the steps; a step that fails becomes ours, with its picture."""
    done = subprocess.run([*wrap, *command(folder, name, steps, **how)], capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, "LANG": "C", "TZ": "Europe/Prague", **(env or {})})
    if check and done.returncode != 0:
        raise Failed(f"{name}: ended with {done.returncode}: {done.stdout}{done.stderr}".strip())
    return done


def own_visits(tablet):
    """The visits that were recorded on this tablet."""
    prefix = f"V-{house.status(tablet)['prefix']}-"
    return [visit for visit in house.tablet_visits(tablet) if visit["number"].startswith(prefix)]


# ---- What was sealed

def sealed(folder, number, to):
    """The sealed record of a visit: exported, verified by another program, taken apart. The sections by their names."""
    file = pathlib.Path(to) / f"{number}.aftercare"
    file.unlink(missing_ok=True)
    aftercare(folder, "export", number, "--to", file)
    verdict = json.loads(house.run(BIN / "aftercare", "--data", file.parent / "nobody", "verify", file, "--json").stdout)
    expect(f"{number} is genuine", verdict["genuine"], True)
    expect(f"all files of {number} are in it", verdict["files_missing"], 0)
    house.run(sys.executable, SOURCE / "tests/tools/verify_record.py", file)
    return {str(name): decode(content) if type(content) is bytes else content for name, _, content in decode(file.read_bytes())[3]}


def answers_of(record):
    """As the answers of a demo file: by question."""
    return {str(question): str(value) for question, _, value in record["answers"]}


def wanted_answers(visit):
    def text(value):
        if isinstance(value, bool):
            return "yes" if value else "no"
        return " ".join(value) if isinstance(value, list) else value
    return {question: text(value) for question, value in visit["answers"].items()}


def demo_visit(name):
    return json.loads((DEMO / f"{name}.json").read_text())


def twin(house_, name):
    """The sealed record that `aftercare record` makes of the demo file, on a tablet of its own."""
    folder = house_.root / f"twin-{name}"
    house_.enrol(folder, user=demo_visit(name)["technician"])
    number = json.loads(aftercare(folder, "record", DEMO / f"{name}.json", "--json").stdout)["visit"]
    return sealed(folder, number, house_.root)


def expect_like(claim, found, wanted):
    """Compares dictionaries and says which entries differ."""
    differ = {key: (found.get(key), wanted.get(key)) for key in {*found, *wanted} if found.get(key) != wanted.get(key)}
    if differ:
        raise Failed(claim + ": " + "; ".join(f"{key}: found {one!r}, wanted {other!r}" for key, (one, other) in sorted(differ.items())))


# ---- A wire that can be pulled out, or plugged into somebody else

class Wire:
    """A port that leads to a server, to another, or nowhere."""

    def __init__(self, to_port):
        self.to_port, self.is_up = to_port, True
        self.byte_count = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if not self.is_up:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to_port))
            except OSError:
                near.close()
                continue
            self.open += [near, far]
            for source, sink, is_up in ((near, far, True), (far, near, False)):
                threading.Thread(target=self.pump, args=(source, sink, is_up), daemon=True).start()

    def pump(self, source, sink, is_up):
        try:
            while data := source.recv(65536):
                self.byte_count += len(data) if is_up else 0
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def pull(self):
        self.is_up = False
        for end in self.open:
            try:
                end.close()
            except OSError:
                pass
        self.open = []

    def plug(self, to_port=None):
        self.to_port = to_port or self.to_port
        self.is_up = True


_enrolling = threading.Lock()


def enrol(house_, name, user="Petr Dvořák", wire=None):
    """A new tablet of the house; over a wire when one is given."""
    folder = house_.root / name
    with _enrolling:
        asked = ["enrol", "--role", "tablet"] + (["--user", user] if user else [])
        line = house.server_command(house_.server, *asked).stdout.strip()
        if wire:
            line = re.sub(r":\d+/", f":{wire.port}/", line, count=1)
        aftercare(folder, "enrol", line)
    return folder


def enrolment_line(house_, user=None):
    with _enrolling:
        return house.server_command(house_.server, "enrol", "--role", "tablet", *(["--user", user] if user else [])).stdout.strip()


# ---- Cases

def walk_cases(home, cases, prepare=None):
    """Walks three at a time, each in a house of its own: a copy of one demo server on a port of its own. Ends the program."""
    chosen = [name for name in cases if len(sys.argv) < 2 or any(word in name for word in sys.argv[1:])]
    home.make("Aftercare Demo")
    home.tablet.mkdir()
    if prepare:
        prepare(home)

    def walk(name):
        started = time.monotonic()
        here = home.copy_to(home.root / f"case-{list(cases).index(name)}")
        here.port = house.free_port()
        try:
            with here.serve() as server:
                server.wait_ready()
                cases[name](here)
            house.expect_sound(here, tablet=False)
            print(f"ok      {name}  ({time.monotonic() - started:.1f} s)", flush=True)
            return True
        except (Failed, subprocess.TimeoutExpired, OSError, KeyError, ValueError, IndexError, TypeError) as failure:
            print(f"FAILED  {name}: {failure}", flush=True)
            return False
        finally:
            shutil.rmtree(here.root, ignore_errors=True)

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(walk, chosen))
    home.remove()
    if not all(results):
        print(f"pictures and steps: {PICTURES}")
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if all(results) else 1)
