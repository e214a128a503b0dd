#!/usr/bin/env python3
"""[S03] Unsent work leaves as one encrypted file, by stick, by another tablet or by the kiosk, and arrives once."""

import json
import os
import random
import shutil
import signal
import struct
import subprocess
import time
import zlib

from house import BIN, DEMO, VISITS, House, aftercare, expect, expect_sound, journey, run, server_command, server_visits, status, tablet_visits

home = House().make()
elsewhere = House().make("Elsewhere")
carrier = home.root / "carrier"
kiosk = home.root / "kiosk"
stranger = home.root / "stranger"
sticks = home.root / "sticks"
sticks.mkdir()
made = 0


def enrol(house, folder, role):
    aftercare(folder, "enrol", server_command(house.server, "enrol", "--role", role).stdout.strip())


def picture(width=400, height=300):
    """A PNG of noise that is like no other."""
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)


def new_visit(tablet):
    """One more visit with photos of its own."""
    global made
    made += 1
    record = json.loads((DEMO / "refused_repair.json").read_text())
    record["customer"]["name"] = f"Rescued {made}"
    for number, photo in enumerate(record["photos"]):
        photo["file"] = f"{made}-{number}.png"
        (home.root / photo["file"]).write_bytes(picture())
    file = home.root / f"visit-{made}.json"
    file.write_text(json.dumps(record))
    return json.loads(aftercare(tablet, "record", file, "--json").stdout)["id"]


def take_out(tablet, name):
    return json.loads(aftercare(tablet, "rescue", "export", sticks / name, "--json").stdout)


def take_along(folder, name, **more):
    return aftercare(folder, "rescue", "import", sticks / name, "--json", **more)


def sync(folder):
    return json.loads(aftercare(folder, "sync", "--json").stdout)


def each_once(*wanted):
    """The server has these visits, and nothing twice."""
    ids = [visit["id"] for visit in server_visits(home.server)]
    expect("no visit is there twice", len(ids), len(set(ids)))
    for visit in wanted:
        expect("the visit is there", ids.count(visit), 1)
    server_command(home.server, "check")
    return len(ids)


def nothing_to_rescue():
    sync(home.tablet)
    done = aftercare(home.tablet, "rescue", "export", sticks / "empty", check=False)
    expect("there is nothing to rescue", done.returncode, 1)
    expect("which is said in words", "server holds everything" in done.stderr)
    expect("and no file is made", list(sticks.iterdir()), [])


def taken_out_offline():
    for visit in VISITS:
        aftercare(home.tablet, "record", DEMO / f"{visit}.json")
    before = status(home.tablet)
    told = take_out(home.tablet, "unsent")
    after = status(home.tablet)
    expect("all that is unsent is in the file", told["operations"], before["unsent"])
    expect("with photos and strokes", told["blobs"], before["unsent_blobs"])
    expect("and nothing changed on the tablet", after, before)
    bytes_ = (sticks / "unsent").read_bytes()
    for planted in ("Vondráčková", "Journey", "refused"):
        expect(f"{planted} cannot be read in it", planted.encode() in bytes_, False)
    done = aftercare(home.tablet, "rescue", "export", sticks / "unsent", check=False)
    expect("a file that is there is not overwritten", (done.returncode, (sticks / "unsent").read_bytes() == bytes_), (1, True))


def refused_in_words():
    nobody = home.root / "nobody"
    (sticks / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    for folder, name, word in ((home.tablet, "unsent", "this very device"), (stranger, "unsent", "is not of Elsewhere"),
                               (nobody, "unsent", "enrol"), (carrier, "photo.jpg", "no rescue file"), (carrier, "none", "none")):
        done = take_along(folder, name, check=False)
        expect(f"{folder.name} refuses {name}", done.returncode, 1)
        expect(f"{folder.name} says why: {done.stderr}", word in done.stderr)
    expect("nothing is carried", status(carrier)["carried"], [])


def another_tablet_carries_it():
    expect("the file is whole", json.loads(take_along(carrier, "unsent").stdout)["is_whole"], True)
    take_along(carrier, "unsent")
    carried = status(carrier)["carried"]
    expect("taken twice it is carried once", len(carried), 1)
    expect("and named by the tablet whose work it is", carried[0]["device"], status(home.tablet)["prefix"])
    expect("a person is told, too", "Carried for device" in aftercare(carrier, "status").stdout)
    told = sync(carrier)
    expect("it is delivered", (told["rescues_delivered"], told["rescue_damaged"]), (1, 0))
    expect("all of it was new", told["rescued_operations"], status(home.tablet)["unsent"])
    expect("nothing is carried any more", (status(carrier)["carried"], list((carrier / "rescue").iterdir())), ([], []))
    expect("the server has the three visits", each_once(), 3)


def the_first_tablet_comes_back():
    told = sync(home.tablet)
    expect("everything is settled", (told["is_settled"], told["set_aside"], told["blobs_sent"]), (True, [], 0))
    now = status(home.tablet)
    expect("nothing is only there", (now["unsent"], now["unsent_blobs"]), (0, 0))
    expect("it has its three visits", len(tablet_visits(home.tablet)), 3)
    expect("and so has the server", each_once(), 3)


def the_kiosk_carries_it():
    visit = new_visit(home.tablet)
    take_out(home.tablet, "for-kiosk")
    take_along(kiosk, "for-kiosk")
    expect("it is delivered", sync(kiosk)["rescues_delivered"], 1)
    each_once(visit)
    expect("the kiosk knows nothing of it", visit in [one["id"] for one in tablet_visits(kiosk)], False)
    expect("the tablet finds it there", sync(home.tablet)["blobs_sent"], 0)
    each_once(visit)


def the_office_takes_a_stick():
    visit = new_visit(home.tablet)
    take_out(home.tablet, "for-office")
    first = json.loads(server_command(home.server, "rescue import", sticks / "for-office", "--json").stdout)
    expect("all of it is taken", (first["is_whole"], first["new_operations"] > 0, first["damaged"]), (True, True, 0))
    again = json.loads(server_command(home.server, "rescue import", sticks / "for-office", "--json").stdout)
    expect("a second time is answered the same", again, first)
    take_along(carrier, "for-office")
    expect("and so is another carrier", sync(carrier)["rescues_delivered"], 1)
    each_once(visit)
    sync(home.tablet)
    each_once(visit)
    done = server_command(home.server, "rescue import", sticks / "photo.jpg", check=False)
    expect("what is none is refused", (done.returncode, "no rescue file" in done.stderr), (1, True))


def a_cut_file():
    visit = new_visit(home.tablet)
    take_out(home.tablet, "cut")
    whole = (sticks / "cut").read_bytes()
    (sticks / "cut").write_bytes(whole[:-len(whole) // 3])
    done = take_along(carrier, "cut", check=False)
    expect("it is said that the file is not whole", (done.returncode, json.loads(done.stdout)["is_whole"]), (1, False))
    expect("and what to do", "once more" in done.stderr)
    sync(carrier)
    each_once(visit)
    expect("nothing of it is carried any more", status(carrier)["carried"], [])
    expect("the tablet sends the photos that were cut off", sync(home.tablet)["blobs_sent"] > 0)
    each_once(visit)


def a_changed_file():
    visit = new_visit(home.tablet)
    take_out(home.tablet, "changed")
    bytes_ = bytearray((sticks / "changed").read_bytes())
    bytes_[-1000] ^= 1
    (sticks / "changed").write_bytes(bytes_)
    expect("a changed byte is noticed when it is taken", take_along(kiosk, "changed", check=False).returncode, 1)
    sync(kiosk)
    each_once(visit)
    sync(home.tablet)
    (sticks / "beginning").write_bytes(b"x" + bytes(bytes_[1:]))
    expect("without its beginning it is no rescue file", take_along(kiosk, "beginning", check=False).returncode, 1)


def a_full_stick():
    visit = new_visit(home.tablet)
    mount = home.root / "small"
    mount.mkdir()
    if run("mount", "-t", "tmpfs", "-o", "size=64k", "none", mount, check=False).returncode != 0:
        print("        (no tmpfs can be mounted here; the unit test with a full disk stands alone)")
        return
    try:
        done = aftercare(home.tablet, "rescue", "export", mount / "unsent", check=False)
        expect("a full stick is named", (done.returncode, "no room" in done.stderr), (1, True))
        expect("and nothing half is left on it", list(mount.iterdir()), [])
    finally:
        run("umount", mount)
    take_out(home.tablet, "after-full")
    take_along(carrier, "after-full")
    sync(carrier)
    each_once(visit)
    sync(home.tablet)


def killed(seconds, *words):
    """Starts the program and kills it after a while; says whether it had ended."""
    process = subprocess.Popen([str(word) for word in (BIN / "aftercare", *words)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, "LANG": "C"})
    time.sleep(seconds)
    had_ended = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return had_ended


def killed_at_every_step():
    chance = random.Random(7)
    visits = [new_visit(home.tablet) for _ in range(3)]
    started = time.monotonic()
    take_out(home.tablet, "kill-0")
    export_seconds = time.monotonic() - started
    cut_count = 0
    for round_ in range(1, 13):
        name = f"kill-{round_}"
        cut_count += not killed(chance.uniform(0, export_seconds), "--data", home.tablet, "rescue", "export", sticks / name)
        if not (sticks / name).exists():
            take_out(home.tablet, name)  # nothing half stands in its way
        cut_count += not killed(chance.uniform(0, export_seconds), "--data", carrier, "rescue", "import", sticks / name)
        expect("what is there is whole", json.loads(take_along(carrier, name).stdout)["is_whole"], True)
        cut_count += not killed(chance.uniform(0, 2 * export_seconds), "--data", carrier, "sync")
    expect("some were cut in the middle", cut_count > 5)
    sync(carrier)
    expect("in the end nothing is carried", status(carrier)["carried"], [])
    each_once(*visits)
    expect("the tablet has nothing to add", sync(home.tablet)["blobs_sent"], 0)
    each_once(*visits)
    aftercare(carrier, "check")


def words_in_every_language():
    for language, word in (("cs", "Záchranný"), ("ka", "გადასარჩენი"), ("sl", "Reševalna"), ("ru", "Спасательный"), ("vi", "cứu dữ liệu")):
        told = run(BIN / "aftercare", "--data", home.tablet, "--language", language, "rescue", "export", sticks / language, "--all").stdout
        expect(f"{language} says it", word in told)
    told = run(BIN / "aftercare", "rescue", "export", "--help").stdout
    expect("the help says where to take the file", "kiosk" in told)


def all_sound():
    expect_sound(home)
    aftercare(carrier, "check")


with elsewhere.serve() as other_server:
    other_server.wait_ready()
    enrol(elsewhere, stranger, "tablet")
with home.serve() as server:
    server.wait_ready()
    home.enrol()
    enrol(home, carrier, "tablet")
    enrol(home, kiosk, "kiosk")
    journey([(function.__name__.replace("_", " "), function) for function in (
        nothing_to_rescue, taken_out_offline, refused_in_words, another_tablet_carries_it, the_first_tablet_comes_back,
        the_kiosk_carries_it, the_office_takes_a_stick, a_cut_file, a_changed_file, a_full_stick, killed_at_every_step,
        words_in_every_language, all_sound)])
