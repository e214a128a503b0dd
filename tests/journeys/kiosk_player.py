"""What the scripts kiosk_*.py share: a kiosk of the house, its journeys, and a look into the memory of its process."""

import os
import pathlib
import re
import subprocess
import threading
import time

import house
import tablet_player as player
from house import Failed, SOURCE, aftercare, expect, run

JOURNEYS = SOURCE / "tests/journeys/kiosk"
STAFF_PIN = "246810"
UPRIGHT, WIDE = "1080x1920", "1920x1080"

_enrolling = threading.Lock()


def load(name):
    """The steps of kiosk/NAME.journey."""
    return player.lines((JOURNEYS / f"{name}.journey").read_text())


def enrol(here, name="kiosk", has_pin=True, is_synced=True):
    """A new kiosk of the house, with the content it may read."""
    folder = here.root / name
    with _enrolling:
        line = house.server_command(here.server, "enrol", "--role", "kiosk").stdout.strip()
    aftercare(folder, "enrol", line)
    if is_synced:
        aftercare(folder, "sync")
    if has_pin:
        run(house.BIN / "aftercare", "--data", folder, "kiosk-pin", input=STAFF_PIN + "\n")
    return folder


def typed(text):
    """Each letter by a touch on the on-screen keyboard, so that the text stands in no file and in no argument."""
    steps = []
    for letter in text:
        if letter == " ":
            steps.append("tap keyboard.space")
        elif letter.isupper():
            steps += ["tap keyboard.shift", f"tap keyboard.{letter.lower()}"]
        else:
            steps.append(f"tap keyboard.{letter}")
    return steps


def play(folder, name, steps, *, size=UPRIGHT, idle=None, more=(), **how):
    more = ["--kiosk", *(["--idle", str(idle)] if idle else []), *more]
    return player.play(folder, name, steps, size=size, more=more, **how)


class Running:
    """A journey under way: its lines as they come, its process to look into."""

    def __init__(self, folder, name, steps, *, size=UPRIGHT, idle=None, language="en", is_offline=True):
        line = player.command(folder, name, steps, size=size, language=language, is_offline=is_offline,
                              more=["--kiosk", *(["--idle", str(idle)] if idle else [])])
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env={**os.environ, "LANG": "C", "TZ": "Europe/Prague"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def wait_for(self, word):
        """Until the journey says it."""
        heard = []
        for line in self.process.stdout:
            heard.append(line.strip())
            if line.strip() == word:
                return
        raise Failed(f"the journey never said {word}: {' / '.join(heard)}")

    def end(self):
        rest = self.process.stdout.read()
        expect(f"the journey ends well: {rest}", self.process.wait(60), 0)

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


# ---- Where a planted word is found

def forms_of(text):
    """A word as programs keep it: as it was typed and folded, in bytes, and in characters of two and four."""
    forms = {}
    for spelt in {text, text.upper(), text.lower()}:
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            forms[spelt.encode(encoding)] = f"{spelt} in {encoding}"
    return forms


def found_in(data, words, place):
    return [f"{name} in {place}" for word in words for form, name in forms_of(word).items() if form in data]


def found_in_memory(pid, words):
    """Every writable part of the process, as the system's administrator can read it."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            region = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
            if "w" not in region[3] or region[4] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = int(region[1], 16), int(region[2], 16)
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            found += found_in(data, words, f"{region[1]} {region[4]}".strip())
    return found


def found_in_files(folders, words):
    found = []
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file():
                try:
                    found += found_in(path.read_bytes(), words, path)
                except OSError:
                    continue
    return found


def settled_memory(running, seconds=1.0):
    time.sleep(seconds)
    return running.resident_kib()
