#!/usr/bin/env python3
"""[V01] [V02] [V04] [V05] [V13] [V15] [V16] The tablet's window, walked as a person would, against the real server.

Each case has a server and a tablet of its own; three are walked at a time. `tablet_journeys.py WORD …` walks those whose names hold a word.
"""

import json
import os
import shutil
import subprocess
import time

import house
import tablet_player as player
from house import Failed, House, aftercare, expect, run
from tablet_player import FIRST_PIN, OTHER_PIN, PIN, STROKES, UNLOCK, Wire, enrol, load, own_visits, play, sized, until, words

home = House()
TECHNICIANS = {"cs": "Petr Dvořák", "ka": "ნინო კაპანაძე", "vi": "Trần Minh Đức"}


def expect_at_server(here, tablet):
    """The server holds each visit of this tablet once, in the same state."""
    held = {}
    for visit in house.server_visits(here.server):
        held.setdefault(visit["number"], []).append(visit["state"])
    for visit in own_visits(tablet):
        expect(f"{visit['number']} at the server", held.get(visit["number"]), [visit["state"]])


# ---- The visits of assets/demo

def demo_visit(here, name, language, zone, steps=None):
    """Walks it offline, compares what was sealed with the file and with what `aftercare record` seals of it, syncs."""
    wanted = player.demo_visit(name)
    tablet = enrol(here, name, TECHNICIANS[language])
    play(tablet, name, steps or load(name), env={"TZ": zone})
    visits = own_visits(tablet)
    expect("one visit, ended as the customer said", [(one["state"], one["sealed"], one["held"]) for one in visits], [(wanted["sign_off"]["outcome"], True, False)])
    expect("it is of its technician", visits[0]["technician"], wanted["technician"])

    record = player.sealed(tablet, visits[0]["number"], here.root)
    twin = player.twin(here, name)
    for text in ("result", "promised"):
        expect(text, str(record["work"][text]), wanted[text])
    minor = int(wanted["price"]["amount"].replace(".", ""))
    expect("the price", (record["price"]["minor"], str(record["price"]["currency"])), (minor, wanted["price"]["currency"]))
    expect("how it ended", (str(record["visit"]["outcome"]), str(record["visit"]["reason"])), (wanted["sign_off"]["outcome"], wanted["sign_off"].get("reason", "none")))
    expect("who signed", {str(key): str(value) for key, value in record["signer"].items()}, {str(key): str(value) for key, value in twin["signer"].items()})
    expect("the notes", [str(note[1]) for note in record["notes"]], wanted["notes"])
    expect("as many photos", len(record["photos"]), len(wanted["photos"]))
    expect("the customer", str(record["customer"]["name"]), str(twin["customer"]["name"]))
    for part in ("work", "price"):
        kept = ("result", "promised", "technician") if part == "work" else ("minor", "currency")
        player.expect_like(part, {key: record[part][key] for key in kept}, {key: twin[part][key] for key in kept})
    player.expect_like("the answers", player.answers_of(record), player.wanted_answers(wanted))
    player.expect_like("the answers of the twin", player.answers_of(record), player.answers_of(twin))
    if wanted["sign_off"]["outcome"] == "signed":
        expect("the signature is there", record["strokes"]["stroke_count"] >= 2)

    told = json.loads(aftercare(tablet, "sync", "--json").stdout)
    expect("everything is settled", (told["is_settled"], told["set_aside"]), (True, []))
    expect_at_server(here, tablet)
    aftercare(tablet, "check")


def installation(here):
    demo_visit(here, "installation", "cs", "Europe/Prague")


def maintenance(here):
    demo_visit(here, "maintenance", "ka", "Asia/Tbilisi")


def refused_repair(here):
    steps = load("refused_repair")
    first, last = steps.index("tap visit.section.photos"), steps.index("tap visit.section.notes")
    steps[first:last] = load("refused_repair_checklist")
    demo_visit(here, "refused_repair", "vi", "Asia/Ho_Chi_Minh", steps)


def beginning_of_the_refused_repair():
    return [*until(load("refused_repair"), "tap visit.section.photos"), "wait_key visit.section.complaint", "tap visit.section.complaint", "tap answer.symptoms.no_drain"]


def checklist_of_a_new_asset(here):
    """A visit without appointment at a new washing machine has the checklist of a washing machine."""
    play(enrol(here, "new-asset", TECHNICIANS["vi"]), "new-asset", beginning_of_the_refused_repair())


def checklist_of_a_known_asset(here):
    """A visit without appointment at a machine that is known has its checklist; a refusal wants a reason."""
    tablet = enrol(here, "known-asset", TECHNICIANS["vi"])
    play(tablet, "known-asset", [
        *FIRST_PIN, "tap day.new_visit", "tap new_visit.kind.repair", "fill new_visit.search thao", "tap new_visit.customer.0", "tap_text PRL8",
        "picture 01-chosen", "tap new_visit.start", "wait_key visit.section.complaint", "tap visit.section.complaint", "tap answer.symptoms.no_drain",
        "tap visit.section.diagnosis", "tap answer.faulty_part.drain_pump", "tap visit.section.pump", "tap answer.pump_finding.burnt",
        "tap visit.section.diagnosis", "tap answer.faulty_part.heater", "wait_key visit.section.heater", "picture 02-heater", "tap header.back", "wait_key rail.day", "picture 03-day"], env={"TZ": "Asia/Ho_Chi_Minh"})


# ---- A day without a network

def remote_help(customer, result, end):
    """A short visit without appointment and without a checklist."""
    return ["tap day.new_visit", "tap new_visit.kind.remote_help", f"fill new_visit.search {customer}", "tap new_visit.customer.0", "tap new_visit.asset.none",
            "tap new_visit.start", "wait_key visit.clock.working", "tap visit.clock.working", "tap visit.section.outcome", f"fill result {result}",
            "tap visit.clock.left", "tap visit.ready", "wait_key ready.hand_over", *end, "wait_key sealed.done", "tap sealed.done", f"pin {PIN}", "wait_key rail.sync"]


SIGNED = ["tap ready.hand_over", "wait_key sign.pad", "fill sign.name Jan Novák", *STROKES, "tap sign.seal"]
REFUSED = ["tap ready.hand_over", "wait_key sign.refuse", "tap sign.refuse", "tap refuse.no_time", "tap refuse.seal"]
ABSENT = ["tap ready.absent", "wait_key absent.seal", "tap absent.remote", "tap absent.seal"]


def a_day_without_network(here):
    wire = Wire(here.port)
    tablet = enrol(here, "airplane", wire=wire)
    wire.pull()
    steps = [*FIRST_PIN]
    for customer, end in (("vondrackova", SIGNED), ("spolecenstvi", REFUSED), ("stari lipi", ABSENT)):
        steps += remote_help(customer, f"Poradili jsme po telefonu: {customer}.", end)
    play(tablet, "airplane", [*steps, "tap rail.sync", "wait 3 návštěvy", "picture 01-only-here", "tap sync.now", f"wait {words('cs', 'sync.problem.network')}",
                              "wait 3 návštěvy", "picture 02-no-network"])
    status = house.status(tablet)
    expect("three visits are only here", (status["unsent_visits"], status["attention"]), (3, []))
    wire.plug()
    play(tablet, "airplane-sync", [*UNLOCK, "wait_key rail.sync", "tap rail.sync", "wait_key sync.now", "wait 3 návštěvy", "tap sync.now",
                                   f"wait {words('cs', 'sync.only_here.nothing')}", f"wait {words('cs', 'sync.needs_you.nothing')}",
                                   f"expect_not {words('cs', 'sync.problem.network')}", "picture 03-held"])
    now = house.status(tablet)
    expect("nothing is left", (now["unsent"], now["unsent_blobs"], now["attention"]), (0, 0, []))
    expect("three visits, as they ended", sorted(visit["state"] for visit in own_visits(tablet)), ["absent", "refused", "signed"])
    expect_at_server(here, tablet)


def network_comes_back_by_itself(here):
    """Nobody taps: what was recorded without a network leaves at the next start, and the next visit as soon as it is sealed."""
    wire = Wire(here.port)
    tablet = enrol(here, "by-itself", wire=wire)
    wire.pull()
    play(tablet, "by-itself", [*FIRST_PIN, *remote_help("spolecenstvi", "Poradili jsme.", SIGNED), "tap rail.sync", "wait 1 návštěva", "picture 01-only-here"], is_offline=False)
    wire.plug()
    held = f"wait {words('cs', 'sync.only_here.nothing')}"
    play(tablet, "by-itself-again", [*UNLOCK, "wait_key rail.sync", "tap rail.sync", held, "picture 02-held", "tap rail.day", *remote_help("vondrackova", "Poradili jsme znovu.", REFUSED),
                                     "tap rail.sync", held, "picture 03-at-once"], is_offline=False)
    expect("nothing is left", house.status(tablet)["unsent"], 0)
    expect_at_server(here, tablet)


# ---- Two people, one tablet

def two_technicians(here):
    tablet = enrol(here, "two", user=None)
    petr = ["wait_key pin.technician.0", "tap_text Petr Dvořák", "wait_key pin.2"]
    duc = ["wait_key pin.technician.0", "tap_text Trần Minh Đức", "wait_key pin.2"]
    half = "Polovina poznámky, kterou nikdo jiný"
    play(tablet, "two", [
        *petr, f"pin {PIN}", f"pin {PIN}", "wait_key rail.day", "wait Vondráčková", "expect_not Song Xanh", "tap_text Vondráčková", "tap work.start",
        "wait_key visit.section.notes", "tap visit.section.notes", "tap note", f"type {half}", "key escape", "picture 01-half-a-note", "tap header.back", "wait_key rail.lock",
        "tap rail.lock", "wait_key pin.other", "tap pin.other",
        *duc, f"pin {OTHER_PIN}", f"pin {OTHER_PIN}", "wait_key rail.day", "expect_not Vondráčková", "picture 02-his-day",
        "tap rail.search", "fill search.text vondrackova", "wait Vondráčková", f"expect_not {half}", "picture 03-search", "tap rail.lock", "wait_key pin.other", "tap pin.other",
        *petr, f"pin {PIN}", "wait_key rail.day", "tap rail.day", "tap_text Vondráčková", "tap work.continue", "tap visit.section.notes", f"wait {half}", "picture 04-still-there",
        "tap visit.add_note", f"wait {half}"])
    # Locked in the middle of a word: the lock never waits, and the word is there after a restart, too.
    play(tablet, "two-again", [
        *UNLOCK, "wait_key visit.section.outcome", "tap visit.section.outcome", "tap result", "type Kotel z", "kill"], check=False)
    play(tablet, "two-third", [*UNLOCK, "wait_key visit.section.outcome", "wait Kotel z", "picture 05-after-kill"])
    # The other one's PIN does not open this one's day.
    play(tablet, "two-fourth", ["wait_key pin.2", f"pin {OTHER_PIN}", f"wait {words('cs', 'pin.wrong')}", f"pin {PIN}", "wait_key visit.section.outcome"])


def wrong_pins(here):
    """Three tries are free, then one waits, whatever one does to the program or to the clock; the right PIN is not looked at meanwhile."""
    tablet = enrol(here, "pins")
    play(tablet, "pins", FIRST_PIN)
    wrong, wait = words("cs", "pin.wrong"), words("cs", "pin.wait.seconds")
    play(tablet, "pins-wrong", ["wait_key pin.2", "pin 111111", f"wait {wrong}", "picture 01-wrong", "pin 222222", f"wait {wrong}", "pin 333333", f"wait {wait}", "picture 02-wait"])
    begun = time.monotonic()
    for name, wrap in (("pins-restart", ()), ("pins-clock", ("env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", "+1d"))):
        play(tablet, name, ["wait_key pin.2", f"pin {PIN}", f"wait {wait}", "picture 03-still"], wrap=wrap)
        expect("this was tried while one waits", time.monotonic() - begun < 28)
    rest = max(0, 31 - (time.monotonic() - begun))
    play(tablet, "pins-right", [f"pause {int(rest * 1000)}", "wait_key pin.2", f"pin {PIN}", "wait_key rail.day", "picture 04-in"])


# ---- The tablet in the hand

def rotation(here):
    tablet = enrol(here, "rotation", TECHNICIANS["ka"])
    result = "Filtr vyměněn, motor běží tiše a bez vibrací."
    play(tablet, "rotation", [
        *FIRST_PIN, *remote_help("მთის", "x", [])[:8], "tap visit.section.outcome", "tap result", "type Filtr vymě", *sized("800x1280"), "picture 01-typing", "type něn, motor bě",
        *sized("1280x800"), "type ží tiše a bez vibrací.", "key escape", "wait bez vibrací", "tap visit.clock.left", *sized("600x960"), "tap visit.ready", "wait_key ready.hand_over", *sized("1280x800"),
        "tap ready.hand_over", "wait_key sign.pad", "tap sign.name", "type Nino Me", *sized("800x1280"), "picture 02-name", "type ladze", "key escape",
        STROKES[0], *sized("1280x800"), "picture 03-between-strokes", STROKES[1], *sized("480x800"), "picture 04-narrow", "draw sign.pad 10,80 90,82", *sized("1920x1200"), "picture 05-wide",
        "wait Nino Meladze", "tap sign.seal", "wait_key sealed.done", *sized("800x480"), "picture 06-sealed", "tap sealed.done", f"pin {PIN}", "wait_key rail.sync"], language="cs")
    record = player.sealed(tablet, own_visits(tablet)[0]["number"], here.root)
    expect("the text, whole", str(record["work"]["result"]), result)
    expect("the name, whole", str(record["signer"]["name"]), "Nino Meladze")
    expect("three strokes", record["strokes"]["stroke_count"], 3)


def fill_up(mount):
    filler = mount / "filler"
    file = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(file, bytes(4096)):
            pass
    except OSError:
        pass
    os.close(file)
    return filler


def full_disk(here):
    """No room at the signature: the words say so, nothing is lost, and with room it is sealed."""
    source = enrol(here, "full-source")
    play(source, "full-prepare", [*FIRST_PIN, *remote_help("spolecenstvi", "Poradili jsme po telefonu.", [])[:13]])
    mount = here.root / "small"
    mount.mkdir()
    size_kb = sum(path.stat().st_size for path in source.rglob("*") if path.is_file()) // 1024
    if run("mount", "-t", "tmpfs", "-o", f"size={size_kb + 1200}k", "none", mount, check=False).returncode != 0:
        print("        (no tmpfs can be mounted here)")
        return
    try:
        tablet = mount / "tablet"
        shutil.copytree(source, tablet)
        pictures = player.PICTURES / "full"
        walk = subprocess.Popen(player.command(tablet, "full", [
            *UNLOCK, "wait_key ready.hand_over", "tap ready.hand_over", "wait_key sign.pad", "fill sign.name Jan Novák", *STROKES, "picture 01-signed", "pause 1500",
            "tap sign.seal", "pause 1500", "picture 02-full", f"wait {words('cs', 'sign.problem.full')[:20]}", "wait Jan Novák", "wait_key sign.clear", "picture 03-said", "pause 1500",
            "tap sign.seal", "wait_key sealed.done", "picture 04-sealed"]),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "LANG": "C", "TZ": "Europe/Prague"})
        wait_for(pictures / "01-signed.png", walk)
        filler = fill_up(mount)
        wait_for(pictures / "03-said.png", walk)
        filler.unlink()
        out, _ = walk.communicate(timeout=120)
        if walk.returncode == 0:
            expect("sealed once", [visit["sealed"] for visit in own_visits(tablet)], [True])
            aftercare(tablet, "check")
            return
        # Whatever the screen said: nothing may be lost, and it is signed at the next start.
        expect("nothing is sealed by halves", [visit["sealed"] for visit in own_visits(tablet)], [False])
        play(tablet, "full-again", ["wait_key sign.seal", "wait Jan Novák", "picture 05-room-again", "tap sign.seal", "wait_key sealed.done"])
        raise Failed(f"a full disk is not said: {out}")
    finally:
        run("umount", mount)


def wait_for(file, process):
    """A picture tells how far a journey is."""
    limit = time.monotonic() + 120
    while not file.exists() and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.05)


# ---- The wrong server

def wrong_certificate(here):
    wire = Wire(here.port)
    tablet = enrol(here, "impostor", wire=wire)
    impostor = House().make("Impostor")
    try:
        with impostor.serve() as other:
            other.wait_ready()
            wire.plug(impostor.port)
            play(tablet, "impostor", [*FIRST_PIN, *remote_help("spolecenstvi", "Poradili jsme po telefonu.", SIGNED), "tap rail.sync", "tap sync.now",
                                      f"wait {words('cs', 'sync.problem.wrong_certificate')[:40]}", "picture 01-refused", "wait 1 návštěva",
                                      "tap rail.day", *remote_help("vondrackova", "A práce jde dál.", REFUSED), "tap rail.sync", "wait 2 návštěvy", "picture 02-goes-on"])
        expect("nothing was sent", (house.status(tablet)["unsent_visits"], house.server_visits(impostor.server)), (2, []))
    finally:
        impostor.remove()
    wire.plug(here.port)
    play(tablet, "impostor-over", [*UNLOCK, "wait_key rail.sync", "tap rail.sync", "tap sync.now", f"wait {words('cs', 'sync.only_here.nothing')}", "picture 03-held"])
    expect_at_server(here, tablet)


# ---- How it starts

def enrol_on_the_screen(here):
    tablet = here.root / "typed"
    line = player.enrolment_line(here)
    play(tablet, "typed", ["wait_key start.line", "picture 01-not-enrolled", f"fill start.line {line[:-6]}", "tap start.enrol", "wait_key start.line", "picture 02-half-a-line",
                           f"fill start.line {line}", "tap start.enrol", "wait_key pin.technician.0", "picture 03-enrolled", "tap_text Petr", "wait_key pin.2", f"pin {PIN}", f"pin {OTHER_PIN}",
                           f"wait {words('cs', 'pin.unequal')}", f"pin {PIN}", f"pin {PIN}", "wait_key rail.day", "wait Vondráčková"])
    # The same line again, on another tablet: used up.
    play(here.root / "thief", "thief", ["wait_key start.line", f"fill start.line {line}", "tap start.enrol", f"wait {words('en', 'start.code_used_or_late')[:30]}", "picture 04-used"])


def second_program(here):
    tablet = enrol(here, "second")
    first = subprocess.Popen(player.command(tablet, "second-first", ["wait_key pin.2", "picture ready", "pause 20000"]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env={**os.environ, "LANG": "C"})
    marker = player.PICTURES / "second-first/ready.png"
    while not marker.exists() and first.poll() is None:
        time.sleep(0.05)
    try:
        play(tablet, "second", [f"wait {words('en', 'start.locked')[:30]}", "picture 01-locked", "wait_key start.try_again", "tap start.try_again", f"wait {words('en', 'start.locked')[:30]}"])
    finally:
        first.kill()
        first.wait()
    play(tablet, "second-after", ["wait_key pin.2"])


def no_room_to_start(here):
    """A disk without a free byte is said in words; with room again, "try again" opens the same folder."""
    source = enrol(here, "no-room-source")
    mount = here.root / "none"
    mount.mkdir()
    size_kb = sum(path.stat().st_size for path in source.rglob("*") if path.is_file()) // 1024
    if run("mount", "-t", "tmpfs", "-o", f"size={size_kb + 1200}k", "none", mount, check=False).returncode != 0:
        print("        (no tmpfs can be mounted here)")
        return
    try:
        tablet = mount / "tablet"
        shutil.copytree(source, tablet)
        filler = fill_up(mount)
        walk = subprocess.Popen(player.command(tablet, "no-room", ["wait_key start.try_again", f"wait {words('en', 'start.no_room')[:30]}", "picture 01-no-room", "tap start.try_again",
                                                                   "wait_key start.try_again", "picture 02-still", "pause 1500", "tap start.try_again", *FIRST_PIN, "picture 03-room"]),
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "LANG": "C", "TZ": "Europe/Prague"})
        wait_for(player.PICTURES / "no-room/02-still.png", walk)
        filler.unlink()
        out, _ = walk.communicate(timeout=120)
        expect(f"it opens with room again ({out.strip()})", walk.returncode, 0)
    finally:
        run("umount", mount)


def lost_key_and_damage(here):
    source = enrol(here, "keyless-source")
    for name, harm, key in (("keyless", lambda folder: (folder / "key").unlink(), "start.key_missing"),
                            ("damaged", lambda folder: _overwrite(folder / "records.db"), "start.damaged")):
        tablet = here.root / name
        shutil.copytree(source, tablet)
        harm(tablet)
        play(tablet, name, [f"wait {words('en', key)[:28]}", "picture 01-said"])
    expect("the damaged file is kept", len([path for path in (here.root / "damaged").iterdir() if ".damaged-" in path.name]) >= 1)


def _overwrite(path):
    with open(path, "r+b") as file:
        file.write(os.urandom(4096))


# ---- The day list, search, the settings

def back_from_a_new_visit(here):
    """Back from a visit that was just begun leads to the day, where it stands; what is half typed for another survives a kill."""
    tablet = enrol(here, "back")
    play(tablet, "back", [*FIRST_PIN, *remote_help("spolecenstvi", "", [])[:6], "wait_key visit.clock.working", "tap header.back", "wait_key day.new_visit", "expect_not " + words("cs", "new_visit.step.kind"), "picture 01-day",
                          "tap day.new_visit", "fill new_visit.search Nováková", "tap new_visit.new_customer", "fill new_visit.street Lipová 5", "tap new_visit.asset.new", "fill new_visit.asset Pračka", "kill"], check=False)
    play(tablet, "back-again", [*UNLOCK, "wait_key rail.day", "pause 500", "tap_if day.new_visit", "wait_key new_visit.street", "wait Lipová 5", "wait Nováková", "wait Pračka", "picture 02-still-there"])
    expect("one visit, the other is not begun", len(own_visits(tablet)), 1)


def pause_and_think_again(here):
    """A pause is one tap from the day; a number that was measured by mistake is taken back, also from the disk."""
    tablet = enrol(here, "pause")
    begin = until(load("installation"), "tap answer.place_suitable.yes")
    play(tablet, "pause", [*begin, "tap answer.energy.gas", "tap visit.section.gas", "fill answer.gas_pressure 2,1", "tap answer.gas_pressure", "key all", "key delete", "tap visit.section.notes",
                           "tap header.back", "wait_key work.pause", "picture 01-working", "tap work.pause", "wait_key work.continue", "picture 02-paused", "kill"], check=False)
    play(tablet, "pause-again", [*UNLOCK, "wait_key work.continue", "tap work.continue", "wait_key visit.clock.working", "tap visit.section.gas", "wait_key answer.gas_pressure", "picture 03-taken-back",
                                 "expect_not 2.1", "expect_not 2,1"])


def the_search_is_ones_own(here):
    """The next technician does not find the words of the one before."""
    tablet = enrol(here, "search-own", user=None)
    play(tablet, "search-own", ["wait_key pin.technician.0", "tap_text Petr Dvořák", *FIRST_PIN, "tap rail.search", "fill search.text vondrackova", "wait Vondráčková", "tap rail.day", "tap day.new_visit",
                                "picture 01-new-visit", "expect_not vondrackova", "tap header.back", "tap rail.lock", "wait_key pin.other", "tap pin.other", "tap_text Trần Minh Đức", *FIRST_PIN, "tap rail.search",
                                "wait_key search.text", "picture 02-his-search", "expect_not vondrackova"])



def the_chosen_language_stays(here):
    """A language that a technician chooses is there after the lock and after a restart."""
    tablet = enrol(here, "language")
    play(tablet, "language", [*FIRST_PIN, "tap rail.settings", "wait_key settings.language.vi", "tap settings.language.vi", f"wait {words('vi', 'rail.settings')}", "picture 01-vietnamese",
                              "tap rail.lock", *UNLOCK, "wait_key rail.settings", f"wait {words('vi', 'rail.settings')}"])
    play(tablet, "language-again", [*UNLOCK, "wait_key rail.settings", f"wait {words('vi', 'rail.settings')}"])


def search_as_one_types(here):
    tablet = enrol(here, "search")
    play(tablet, "search", [*FIRST_PIN, "tap rail.search", "fill search.text VONDRACKOVA", "wait Vondráčková", "picture 01-found",
                            "fill search.text trm-t24", "picture 02-product", "fill search.text 90000", "picture 03-phone", "fill search.text qqqqq", "picture 04-nothing", "tap search.clear", "fill search.text spolecenstvi", "tap search.hit.0",
                            "picture 05-customer", "tap header.back", "wait_key search.hit.0"])


CASES = {
    "wrong PINs": wrong_pins, "installation": installation, "a day without network": a_day_without_network, "maintenance": maintenance, "refused repair": refused_repair,
    "the checklist of a new asset": checklist_of_a_new_asset, "the checklist of a known asset": checklist_of_a_known_asset,
    "the network comes back by itself": network_comes_back_by_itself, "two technicians": two_technicians, "rotation at any moment": rotation, "full disk at the signature": full_disk,
    "a wrong certificate": wrong_certificate, "enrol on the screen": enrol_on_the_screen, "a second program": second_program, "no room to start": no_room_to_start,
    "a lost key, a damaged file": lost_key_and_damage, "the chosen language stays": the_chosen_language_stays, "search as one types": search_as_one_types,
    "back from a new visit": back_from_a_new_visit, "the search is one's own": the_search_is_ones_own,
    "pause and think again": pause_and_think_again,
}


if __name__ == "__main__":
    player.walk_cases(home, CASES)
