#!/usr/bin/env python3
"""[K01] [K02] [K11] The kiosk in the shop, walked as customers, staff, scanners and children would, against the real server.

Each case has a server and a kiosk of its own; three are walked at a time. `kiosk_journeys.py WORD …` walks those whose names hold a word.
"""

import os
import pathlib
import signal
import tempfile
import time

import house
import kiosk_player as kiosk
import tablet_player as player
from house import Failed, House, aftercare, expect
from kiosk_player import STAFF_PIN, UPRIGHT, WIDE, Running, enrol, load, play, typed
from tablet_player import Wire, words

home = House()


def in_language(steps, language):
    return [step.replace("LANGUAGE", language) for step in steps]


def begin(language="en"):
    return [f"wait_key attract.{language}", f"tap attract.{language}", "wait_key door.check"]


# ---- What customers do

def check_product(here, language, size):
    folder = enrol(here)
    steps = in_language(load("check_product"), language)
    covered = next(i for i, step in enumerate(steps) if step == "picture 05-covered")
    steps.insert(covered, f"wait {words(language, 'kiosk.unit.covered')}")
    ended = next(i for i, step in enumerate(steps) if step == "picture 07-ended")
    steps.insert(ended, f"wait {words(language, 'kiosk.unit.ended')}")
    play(folder, f"check-product-{language}-{size}", steps, size=size)


def check_product_in_czech_upright(here):
    check_product(here, "cs", UPRIGHT)


def check_product_in_georgian_wide(here):
    check_product(here, "ka", WIDE)


def scanned_codes(here):
    """A wedge scanner types a serial, GS1 element strings, and a Digital Link, with control characters, on any page."""
    play(enrol(here), "scanned-codes", [
        "wait_key attract.en", "scan LU5-801004", "wait LU5-801004", "picture 01-from-attract", "tap kiosk.start_again",
        *begin(), "scan LU5-801004", "wait LU5-801004", "tap kiosk.back",
        "wait_key door.check", "scan ]C121LU5-801004<GS>10AB", "wait_key unit.wrong", "wait LU5-801004", "picture 02-element-string",
        "scan https://id.gs1.org/21/LU5-801004", "settle", "picture 03-digital-link",
        f"scan {'9' * 600}", "settle", f"wait {words('en', 'kiosk.not_readable.title')}", "picture 04-not-readable",
        "scan LU5-801004", f"wait {words('en', 'kiosk.unit.covered')}",
        # By hand on real keys, with a pause: all of it counts, not only what came last.
        "tap unit.another", "wait_key check.button", "type LU5-", "pause 1500", "type 801004", "key enter", f"wait {words('en', 'kiosk.unit.covered')}",
        # Half typed on the glass, then scanned: the scan counts.
        "tap unit.another", "wait_key keyboard.l", "tap keyboard.l", "tap keyboard.u", "scan LU5-801004", f"wait {words('en', 'kiosk.unit.covered')}"])


def unknown_serial(here):
    """Says what to do, and nothing about anybody."""
    play(enrol(here), "unknown-serial", [
        *begin(), "tap door.check", "type ZZZ-000-111", "tap check.button", f"wait {words('en', 'kiosk.not_found.title')}",
        "wait ZZZ-000-111", "wait 601 000 999", "picture 01-not-found", "expect_not Vondr", "expect_not svj",
        "tap unit.another", "wait_key check.button", "expect_not ZZZ-000-111"])


def not_built_yet(here):
    """Each door that leads nowhere yet says whom to ask, and leads back."""
    steps = begin()
    for door in ("wrong", "return", "book", "help"):
        steps += [f"tap door.{door}", f"wait {words('en', 'kiosk.elsewhere.title')}", "wait 601 000 999", f"picture {door}", "tap kiosk.back", "wait_key door.check"]
    play(enrol(here), "not-built-yet", steps)


def ratings_of(folder):
    """How much was written here beside the enrolment, and what of it the server does not hold yet."""
    status = house.status(folder)
    return status["operations"], status["unsent"]


def rate(here):
    for language, size in (("cs", UPRIGHT), ("vi", WIDE)):
        folder = enrol(here, f"kiosk-{language}")
        before, _ = ratings_of(folder)
        play(folder, f"rate-{language}-{size}", in_language(load("rate"), language), size=size)
        after, unsent = ratings_of(folder)
        expect("one touch, one answer and one word are three changes of one rating", after - before, 3)
        expect("they are kept until there is a network", unsent, 3)
        aftercare(folder, "sync")
        expect("the server holds them", ratings_of(folder)[1], 0)
        aftercare(folder, "check")


def one_touch_is_enough(here):
    """Who walks away after one touch has rated; who changes their mind has rated once."""
    folder = enrol(here)
    before, _ = ratings_of(folder)
    play(folder, "one-touch", [*begin(), "tap door.talk", "tap rate.2", "wait_key question.yes", f"wait_key attract.en"], idle=3)
    expect("one change", ratings_of(folder)[0] - before, 1)
    play(folder, "second-thought", [*begin(), "tap door.talk", "tap rate.2", "tap kiosk.back", "tap rate.5", "tap question.skip", "tap comment.send", "wait_key thanks.done"])
    expect("and one more rating, changed once", ratings_of(folder)[0] - before, 3)


# ---- Time

def idle(here):
    """The page says when it closes, stays for whoever asks, and begins again for the next one."""
    play(enrol(here), "idle", [
        *begin("vi"), "tap door.check", "type LU5-801004", f"wait {words('vi', 'kiosk.still_here')}", "tap closing.more_time",
        "wait_gone " + words("vi", "kiosk.still_here"), "wait_key check.button", "wait LU5-801004",
        "picture 02-more-time"], idle=15)
    play(enrol(here, "walked-away"), "walked-away", [
        *begin("vi"), "tap kiosk.theme", "tap kiosk.larger", "tap door.check", "type LU5-801004", "wait_key attract.en", "picture 01-attract", "tap attract.begin",
        f"wait {words('en', 'kiosk.greeting')}", "picture 02-home", "tap door.check", "expect_not LU5-801004", "picture 03-check"], idle=6, language="en")


def quiet(here):
    """Nobody is there: only the greeting moves. Somebody reads: once a second, for the countdown."""
    play(enrol(here), "quiet", ["wait_key attract.en", "settle", "pause 1500", "quiet 13000 10", *begin(), "pause 500", "quiet 5000 3"])
    play(enrol(here, "counting"), "counting", [*begin(), "pause 9000", "wait_key kiosk.more_time", "picture 01-countdown", "quiet 3000 8", "tap kiosk.more_time", "wait_key door.check"], idle=24)


# ---- Nothing of the last customer

SERIAL = "qzxplant7731"
COMMENT = "purplecomet zebra"


def nothing_of_the_last_customer(here):
    """What was typed is in the memory while its customer is there, and nowhere after that: not in the memory, not in a file."""
    wire = Wire(here.port)
    for is_offline in (True, False):
        name = "offline" if is_offline else "online"
        folder = enrol(here, f"kiosk-{name}")
        scratch = pathlib.Path(tempfile.gettempdir())
        before = {path for path in scratch.iterdir()}
        steps = [*begin(), "tap door.check", "wait_key keyboard.q", *typed(SERIAL), "say typed", "pause 2500", "tap check.button", "wait_key unit.another",
                 "tap kiosk.back", "tap kiosk.back", "tap door.talk", "tap rate.1", "tap question.no", "tap comment.text", "wait_key keyboard.q",
                 *typed(COMMENT), "say written", "pause 2500", "tap keyboard.hide", "tap comment.send", "wait_key thanks.done", "pause 1500", "tap thanks.done",
                 "wait_key attract.en", "settle", "pause 3000", "say reset", "pause 4000"]
        with Running(folder, f"planted-{name}", steps, is_offline=is_offline) as running:
            running.wait_for("typed")
            expect("the search finds what is typed just now", bool(kiosk.found_in_memory(running.process.pid, [SERIAL])), True)
            running.wait_for("written")
            expect("the search finds what is written just now", bool(kiosk.found_in_memory(running.process.pid, [COMMENT])), True)
            running.wait_for("reset")
            expect("nothing of it is in the memory", kiosk.found_in_memory(running.process.pid, [SERIAL, COMMENT]), [])
            made = [path for path in scratch.iterdir() if path not in before]
            expect("nothing of it is in a file", kiosk.found_in_files([folder, *[path for path in made if path.is_dir() and "case-" not in path.name]], [SERIAL, COMMENT]), [])
            running.end()
        aftercare(folder, "sync")
        expect("and the comment reached the server", ratings_of(folder)[1], 0)
    wire.pull()


# ---- Staff

def staff_exit(here):
    """Five touches into the corner and the PIN end it; a wrong one does not, and many make it wait."""
    folder = enrol(here)
    play(folder, "staff-exit", ["wait_key attract.en", "corner 4", "pause 2000", "corner 1", "wait_key attract.en", "corner 5", "wait_key pin.1", "picture 01-pad",
                                "pin 111111", f"wait {words('en', 'pin.wrong')}", "tap kiosk.back", "wait_key attract.en",
                                "corner 5", "wait_key pin.1", f"pin {STAFF_PIN}", "end"])
    play(folder, "staff-exit-from-home", [*begin(), "corner 5", "wait_key pin.1", *["pin 111111", "wait_key pin.1"] * 3, f"wait {words('en', 'pin.wait.seconds')}", "picture 01-wait"])
    play(folder, "staff-exit-waits", ["wait_key attract.en", "corner 5", "wait_key pin.1", f"pin {STAFF_PIN}", f"wait {words('en', 'pin.wait.seconds')}"])


def first_start(here):
    """The first start asks staff for their PIN, twice; the terminal sets another."""
    folder = enrol(here, has_pin=False)
    play(folder, "first-start", ["wait_key pin.1", "picture 01-choose", "pin 123456", "wait " + words("en", "pin.repeat"), "pin 123457", f"wait {words('en', 'pin.unequal')}",
                                 "pin 123456", "pin 123456", "wait_key attract.en"])
    play(folder, "second-start", ["wait_key attract.en", "corner 5", "wait_key pin.1", "pin 123456", "end"])
    house.run(house.BIN / "aftercare", "--data", folder, "kiosk-pin", input="654321\n")
    play(folder, "new-pin", ["wait_key attract.en", "corner 5", "wait_key pin.1", "pin 654321", "end"])
    short = house.run(house.BIN / "aftercare", "--data", folder, "kiosk-pin", input="12\n", check=False)
    expect("two digits are no PIN", short.returncode, 2)


def wrong_folder(here):
    """A tablet's folder is no kiosk's, and the other way round; nobody's is none's."""
    tablet = player.enrol(here, "tablet")
    play(tablet, "tablets-folder", ["wait " + words("en", "start.is_tablet"), "picture 01-refused"])
    player.play(enrol(here), "kiosks-folder", ["wait " + words("en", "start.is_kiosk"), "picture 01-refused"])
    play(here.root / "nobody", "nobodys-folder", ["wait " + words("en", "kiosk.not_enrolled"), "picture 01-refused"])
    refused = house.run(house.BIN / "aftercare", "--data", tablet, "kiosk-pin", input=STAFF_PIN + "\n", check=False)
    expect("no staff PIN for a tablet", refused.returncode, 1)


def sigterm(here):
    """The service manager ends it, whatever is on the glass."""
    with Running(enrol(here), "sigterm", [*begin(), "say there", "pause 30000"]) as running:
        running.wait_for("there")
        running.process.send_signal(signal.SIGTERM)
        expect("it ends", running.process.wait(10), -signal.SIGTERM, 0)


# ---- Children and broken scanners

def storm(here, seconds=6):
    """Twenty touches a second and a scanner that never stops: it answers as before, and its memory does not grow."""
    folder = enrol(here)
    round_of_touches = ["storm 40"] * (seconds // 2)
    steps = [*begin(), "flood 400", "tap_if closing.more_time", "tap_if kiosk.start_again", "wait_key attract.en", "settle", "say warm", "pause 2500", *round_of_touches,
             "say stormed", "tap_if kiosk.start_again", "wait_key attract.en", *begin(), "flood 4000", "tap_if kiosk.start_again", "wait_key attract.en",
             "pause 1500", "say calm", "pause 2500", *begin(), "scan LU5-801004", f"wait {words('en', 'kiosk.unit.covered')}", "say answered"]
    with Running(folder, f"storm-{seconds}", steps, idle=10) as running:
        running.wait_for("warm")
        before = kiosk.settled_memory(running)
        running.wait_for("calm")
        after = kiosk.settled_memory(running)
        running.wait_for("answered")
        running.end()
    expect(f"{before} KiB before and {after} KiB after", after - before < 8 * 1024)
    aftercare(folder, "check")


CASES = {name: case for name, case in {
    "check my product, Czech, upright": check_product_in_czech_upright,
    "check my product, Georgian, wide": check_product_in_georgian_wide,
    "scanned codes": scanned_codes,
    "unknown serial": unknown_serial,
    "doors that are not built yet": not_built_yet,
    "rate": rate,
    "one touch is enough": one_touch_is_enough,
    "idle": idle,
    "quiet": quiet,
    "nothing of the last customer": nothing_of_the_last_customer,
    "staff exit": staff_exit,
    "first start": first_start,
    "wrong folder": wrong_folder,
    "sigterm": sigterm,
    "storm": storm,
}.items()}

if __name__ == "__main__":
    player.walk_cases(home, CASES)
