#!/usr/bin/env python3
"""[S01] [V13] [V16] [S07] What one tablet records reaches the other and the server once, and anybody can verify it."""

import json
import pathlib
import resource
import shutil
import subprocess

from house import BIN, DEMO, VISITS, House, aftercare, expect, expect_sound, journey, run, server_command, server_visits, status, tablet_visits

home = House().make()
other = home.root / "tablet2"


def record_offline():
    for visit in VISITS:
        told = json.loads(aftercare(home.tablet, "record", DEMO / f"{visit}.json", "--json").stdout)
        expect("a visit of a file is new", told["was_recorded_before"], False)
    expect("three visits are only here", status(home.tablet)["unsent_visits"], 3)


def record_twice():
    told = json.loads(aftercare(home.tablet, "record", DEMO / "maintenance.json", "--json").stdout)
    expect("the same file is not recorded again", told["was_recorded_before"], True)
    expect("there are still three visits", len(tablet_visits(home.tablet)), 3)


def sync_first():
    told = json.loads(aftercare(home.tablet, "sync", "--json").stdout)
    expect("everything is settled", told["is_settled"], True)
    expect("three photos at least and two signatures were sent", told["blobs_sent"] >= 5)
    expect("nothing was set aside", told["set_aside"], [])
    now = status(home.tablet)
    expect("nothing is only here", (now["unsent"], now["unsent_blobs"], now["unsent_visits"]), (0, 0, 0))


def sync_again():
    told = json.loads(aftercare(home.tablet, "sync", "--json").stdout)
    expect("a second sync moves nothing", (told["sent"], told["received"], told["blobs_sent"]), (0, 0, 0))


def server_has_them():
    visits = server_visits(home.server)
    expect("the server lists three visits", len(visits), 3)
    expect("as the customers ended them", sorted(visit["state"] for visit in visits), ["refused", "signed", "signed"])


def other_pulls():
    aftercare(other, "sync")
    mine = {visit["number"]: visit["state"] for visit in tablet_visits(home.tablet)}
    theirs = {visit["number"]: visit["state"] for visit in tablet_visits(other)}
    expect("the second tablet has the same visits", theirs, mine)


def strangers_verify():
    for tablet in (home.tablet, other):
        for visit in tablet_visits(tablet):
            file = home.root / f"{tablet.name}-{visit['number']}.aftercare"
            aftercare(tablet, "export", visit["number"], "--to", file)
            check = json.loads(run(BIN / "aftercare", "--data", home.root / "nobody", "verify", file, "--json").stdout)
            expect("an exported record is genuine", check["genuine"], True)
            expect("all photos are in it", check["files_missing"], 0)
            expect("the server says not after", "not_after" in check)
            expect("the root says not before", "not_before" in check)
    expect("verifying makes no folder", (home.root / "nobody").exists(), False)


def never_overwrites():
    file = home.root / "precious"
    file.write_text("precious")
    done = aftercare(home.tablet, "export", tablet_visits(home.tablet)[0]["number"], "--to", file, check=False)
    expect("export refuses an existing file", done.returncode, 1)
    expect("and leaves it", file.read_text(), "precious")


def a_byte_changed():
    file = home.root / f"tablet-{tablet_visits(home.tablet)[-1]['number']}.aftercare"
    bytes_ = bytearray(file.read_bytes())
    place = bytes_.find(b"12345") if b"12345" in bytes_ else len(bytes_) // 2
    bytes_[place] ^= 1
    forged = home.root / "forged.aftercare"
    forged.write_bytes(bytes_)
    done = run(BIN / "aftercare", "verify", forged, "--json", check=False)
    expect("a changed byte is noticed", (done.returncode, json.loads(done.stdout)["genuine"]), (1, False))
    expect("and the part is named", any(part["state"] == "changed" for part in json.loads(done.stdout)["parts"]))


def search_finds():
    for words in ("vondrackova", "dang thi ngoc", "trm"):
        expect(f"search finds {words}", len(json.loads(aftercare(home.tablet, "search", words, "--json").stdout)) > 0)


def a_copy_of_the_folder():
    """The tablet's disk was copied; both go on. Both histories are kept, and people are told."""
    copy = home.root / "copy"
    shutil.copytree(home.tablet, copy)
    made = []
    for tablet, name in ((home.tablet, "first"), (copy, "second")):
        record = json.loads((DEMO / "refused_repair.json").read_text())
        record["customer"]["name"] = f"Copy {name}"
        for photo in record["photos"]:
            shutil.copytree(DEMO / "photos", home.root / "photos", dirs_exist_ok=True)
        file = home.root / f"copy-{name}.json"
        file.write_text(json.dumps(record))
        made.append(json.loads(aftercare(tablet, "record", file, "--json").stdout)["id"])
        aftercare(tablet, "sync", check=False)
    aftercare(copy, "sync", check=False)
    held = [visit["id"] for visit in server_visits(home.server)]
    expect("both visits are at the server", all(visit in held for visit in made))
    for tablet in (home.tablet, copy):
        aftercare(tablet, "sync", check=False)
        have = [visit["id"] for visit in tablet_visits(tablet)]
        expect("both visits are on both copies", all(visit in have for visit in made))


def guarded_memory(process):
    """What the kernel says of a program: kilobytes that cannot be swapped, and whether it may be dumped."""
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines())
    cores = [line for line in pathlib.Path(f"/proc/{process.pid}/limits").read_text().splitlines() if "core file" in line]
    return int(status["VmLck"].split()[0]), cores[0].split()[4]


def nothing_is_swapped_or_dumped():
    rights = next(line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff:"))
    may_lock = bool(int(rights.split()[1], 16) >> 14 & 1) or resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY  # 14: CAP_IPC_LOCK
    steps = home.root / "wait.journey"
    steps.write_text("wait_key pin.1\nsay ready\npause 10000\n")
    window = subprocess.Popen([BIN / "aftercare", "--data", home.tablet, "--headless", "--offline", "--journey", steps],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        expect("the window opens", window.stdout.readline().strip(), "ready")
        for name, process in (("server", server.process), ("tablet", window)):
            locked_kb, core_max = guarded_memory(process)
            expect(f"the {name} leaves no dump", core_max, "0")
            expect(f"the {name} is locked where the system allows it", locked_kb > 10_000, may_lock)
    finally:
        window.kill()
        window.wait()


def all_sound():
    expect_sound(home)
    aftercare(other, "check")


with home.serve() as server:
    server.wait_ready()
    home.enrol()
    home.enrol(other, user=None)
    journey([(function.__name__.replace("_", " "), function) for function in (
        record_offline, record_twice, sync_first, sync_again, server_has_them, other_pulls, strangers_verify, never_overwrites,
        a_byte_changed, search_finds, a_copy_of_the_folder, nothing_is_swapped_or_dumped, all_sound)])
