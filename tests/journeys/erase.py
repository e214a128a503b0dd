#!/usr/bin/env python3
"""[F03] A person is forgotten on request: on server and tablets, in backups to come, while every chain and seal still verifies."""

import json
import shutil

from house import BIN, DEMO, House, aftercare, expect, expect_sound, journey, run, server_command, server_visits, status, tablet_visits

home = House().make()
other = home.root / "tablet2"
PLANTED = "Zvláštníjméno Nezapomenutelná"


def record_and_spread():
    record = json.loads((DEMO / "refused_repair.json").read_text())
    record["customer"].update(name=PLANTED, phone="+420777123987", email="planted@example.com", note=f"{PLANTED} wants a call")
    record["notes"] = [f"{PLANTED} has a dog"]
    for name in ("reason", "result", "promised"):
        record[name] = f"{record[name]} {PLANTED}"
    shutil.copytree(DEMO / "photos", home.root / "photos")
    file = home.root / "planted.json"
    file.write_text(json.dumps(record))
    aftercare(home.tablet, "record", file)
    aftercare(home.tablet, "record", DEMO / "installation.json")
    aftercare(home.tablet, "sync")
    aftercare(other, "sync")
    expect("the person is found", len(json.loads(aftercare(other, "search", PLANTED, "--json").stdout)) > 0)


def erase():
    number = next(hit["name"].split()[0] for hit in json.loads(aftercare(home.tablet, "search", PLANTED, "--json").stdout) if hit["record"] == "customer")
    done = server_command(home.server, "erase", "--customer", number)
    expect("it says what was kept, and why", "keep" in done.stdout)
    again = server_command(home.server, "erase", "--customer", "C-22-9999-X", check=False)
    expect("an unknown number is refused", again.returncode, 1)


def forgotten_everywhere():
    for tablet in (home.tablet, other):
        aftercare(tablet, "sync")
        expect("nobody finds the person", json.loads(aftercare(tablet, "search", PLANTED, "--json").stdout), [])
        for visit in tablet_visits(tablet):
            expect("no list names the person", PLANTED in json.dumps(visit, ensure_ascii=False), False)
    expect("nor does the server", PLANTED in json.dumps(server_visits(home.server), ensure_ascii=False), False)


def still_verifies():
    for tablet in (home.tablet, other):
        for visit in tablet_visits(tablet):
            file = home.root / f"{tablet.name}-{visit['number']}.aftercare"
            aftercare(tablet, "export", visit["number"], "--to", file)
            expect("no byte of the person is in the record", PLANTED.encode() in file.read_bytes(), False)
            check = json.loads(run(BIN / "aftercare", "verify", file, "--json").stdout)
            expect("the record is genuine", check["genuine"], True)
    expect_sound(home)
    aftercare(other, "check")


def a_new_device_starts_without():
    third = home.root / "tablet3"
    home.enrol(third, user=None)
    aftercare(third, "check")
    expect("it has both visits", len(tablet_visits(third)), 2)
    expect("and not the person", json.loads(aftercare(third, "search", PLANTED, "--json").stdout), [])


with home.serve() as server:
    server.wait_ready()
    home.enrol()
    home.enrol(other, user=None)
    journey([(function.__name__.replace("_", " "), function) for function in (
        record_and_spread, erase, forgotten_everywhere, still_verifies, a_new_device_starts_without)])
