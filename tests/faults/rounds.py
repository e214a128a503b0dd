#!/usr/bin/env python3
"""[S01] [S07] [V16] Real tablets and a real server over networks that fail, with processes killed and stopped: nothing lost, nothing twice."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "journeys")]

import house  # noqa: E402
from house import BIN, DEMO, Failed, House  # noqa: E402
from office import EMAIL, PASSWORD, Office  # noqa: E402
from plans import plan_round, write_visit  # noqa: E402
from wire import Proxy  # noqa: E402

TECHNICIANS = ("Petr Dvořák", "ნინო კაპანაძე", "Trần Minh Đức")
SYNCS_TO_SETTLE_MAX = 3     # with a network that works again
COMMAND_SECONDS_MAX = 240   # a stalled network ends a call after 30 s, a run has a few
RECORD_TRIES_MAX = 12
SERVER_TRIES_MAX = 2000     # a minute at least
SAMPLE = 4
CRASH_WORDS = ("terminate called", "Assertion", "AddressSanitizer", "runtime error")


class Broken(Failed):
    """An invariant does not hold. Its name is what the output and the README call it."""

    def __init__(self, invariant, words):
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant


def hold(invariant, figures, claim, words):
    figures["invariants"][invariant] += 1
    if not claim:
        raise Broken(invariant, words)


def port_outside_those_of_connections(source):
    """A connection to a server that is down may meet itself on a port that the system hands out: nobody could listen there any more."""
    while True:
        port = source.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Keeper:
    """Runs the server, kills and stops it when asked, and starts it again at once."""

    def __init__(self, home, figures):
        self.home, self.figures = home, figures
        self.lock = threading.RLock()
        self.killed = False
        self.server = home.serve()
        self.server.__enter__()
        self.is_ending = False
        threading.Thread(target=self.watch, daemon=True).start()
        self.ended_by_itself = None

    def signal(self, number):
        try:
            os.kill(self.server.process.pid, number)
        except ProcessLookupError:
            pass

    def kill(self, _ms=0):
        with self.lock:
            self.figures["kills"]["server"] += 1
            self.killed = True
            self.signal(signal.SIGKILL)

    def stop(self, ms):
        with self.lock:
            self.figures["stops"]["server"] += 1
            self.signal(signal.SIGSTOP)
        threading.Timer(ms / 1000, self.go_on).start()

    def go_on(self):
        with self.lock:
            self.signal(signal.SIGCONT)

    def watch(self):
        while not self.is_ending:
            time.sleep(0.02)
            with self.lock:
                if self.is_ending or self.server.process.poll() is None:
                    continue
                if not self.killed:
                    self.ended_by_itself = f"it ended with {self.server.process.returncode}"
                    return
                self.killed = False
                self.server.__exit__()
                self.server = self.home.serve()
                self.server.__enter__()

    def close(self):
        self.is_ending = True
        with self.lock:
            self.go_on()
            self.server.__exit__()


class Tablet:
    def __init__(self, storm, index):
        self.storm, self.index = storm, index
        self.name = f"tablet{index}"
        self.folder = storm.home.root / self.name
        self.files = storm.home.root / f"{self.name}-files"
        (self.files / "photos").mkdir(parents=True)
        for photo in (DEMO / "photos").iterdir():
            (self.files / "photos" / photo.name).symlink_to(photo)
        self.story = open(storm.home.root / f"{self.name}.log", "a", buffering=1)
        self.lock = threading.Lock()
        self.process, self.was_killed = None, False
        self.recorded = {}  # what `record` acknowledged: id of the visit -> what its file said
        self.orders = []    # numbers of work orders that this tablet may do; it knows them
        self.proxy = Proxy(storm.home.port, storm.home.server / "tls", storm.stranger_tls,
                           {"kill_tablet": lambda _: self.kill(), "stop_tablet": self.stop,
                            "kill_server": storm.keeper.kill, "stop_server": storm.keeper.stop})
        self.proxy.is_patient = not storm.options.impatient

    def tell(self, words):
        self.story.write(f"{time.monotonic():.3f} {words}\n")

    # ---- Its processes

    def kill(self):
        with self.lock:
            if self.process is not None and self.process.poll() is None:
                self.was_killed = True
                self.storm.figures["kills"]["tablet"] += 1
                self.process.kill()

    def stop(self, ms):
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                return
            process = self.process
            self.storm.figures["stops"]["tablet"] += 1
            process.send_signal(signal.SIGSTOP)
        threading.Timer(ms / 1000, lambda: process.poll() is None and process.send_signal(signal.SIGCONT)).start()

    def aftercare(self, *words, kill_ms=None, stop_ms=None):
        """(exit code, output); no code when we killed it."""
        started = time.monotonic()
        with self.lock:
            self.was_killed = False
            self.process = subprocess.Popen([str(BIN / "aftercare"), "--data", str(self.folder), *map(str, words)], text=True,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LANG": "C", "TZ": "Europe/Prague"})
        timers = [threading.Timer(ms / 1000, act) for ms, act in ((kill_ms, self.kill), (stop_ms, lambda: self.stop(200))) if ms is not None]
        for timer in timers:
            timer.start()
        try:
            out, complaint = self.output_of(self.process, words)
        finally:
            for timer in timers:
                timer.cancel()
        code = self.process.returncode
        self.tell(f"{words[0]}: {code}{' (killed)' if self.was_killed else ''}, {time.monotonic() - started:.2f} s {complaint.strip()[:300]}")
        if code < 0 and self.was_killed:
            return None, out
        hold("no_crash", self.storm.figures, code in (0, 1) and not any(word in complaint for word in CRASH_WORDS),
             f"{self.name}: {words} ended with {code}: {complaint[-2000:]}")
        hold("failures_have_words", self.storm.figures, code == 0 or complaint.strip(), f"{self.name}: {words} ended with {code} and said nothing")
        return code, out if code == 0 else out + complaint

    def output_of(self, process, words):
        """Counts the seconds in which this program runs itself: a machine that was suspended proves nothing."""
        for _ in range(COMMAND_SECONDS_MAX):
            try:
                return process.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                pass
        process.kill()
        process.communicate()
        raise Broken("every_command_ends", f"{self.name}: {words} was still running after {COMMAND_SECONDS_MAX} s")

    def json(self, *words):
        code, out = self.aftercare(*words, "--json")
        if code != 0:
            raise Broken("quiet_commands_work", f"{self.name}: {words} ended with {code}: {out}")
        return json.loads(out)

    # ---- A round

    def enrol(self, user):
        """One line lets one device in; when its answer was lost with a kill, the office prints another."""
        source = self.storm.source(self.index, "enrol")
        line = None
        for attempt in range(30):
            if line is None:
                printed = house.server_command(self.storm.home.server, "enrol", "--role", "tablet", "--user", user, check=False)
                if printed.returncode != 0:  # the server was just killed
                    time.sleep(0.1)
                    continue
                line = printed.stdout.strip().replace(f":{self.storm.home.port}/", f":{self.proxy.port}/")
            plan = plan_round(source)
            is_calm = attempt >= 8
            self.proxy.plan([] if is_calm else plan.syncs[0].faults if plan.syncs else [])
            code, out = self.aftercare("enrol", line, kill_ms=None if is_calm else plan.record_kill_ms)
            status = self.json("status")
            if status["enrolled"]:
                return
            self.storm.figures["enrolments_tried_again"] += 1
            hold("enrolled_or_not", self.storm.figures, code != 0, f"{self.name}: enrol said yes and status says {status}: {out}")
            if "code" in out:
                line = None
        raise Broken("enrolment_ends", f"{self.name}: no enrolment in 30 tries: {out}")

    def round(self, number):
        source = self.storm.source(self.index, number)
        plan = plan_round(source)
        self.tell(f"round {number}: {plan}")
        if plan.office:
            self.storm.office.act(plan.office, source)
        for index in range(plan.visits):
            self.record(source, f"{self.index}-{number}-{index}", plan.record_kill_ms)
        for sync in plan.syncs:
            self.sync(sync)

    def record(self, source, name, kill_ms):
        order = self.orders.pop() if self.orders and source.random() < 0.3 else None
        file, said = write_visit(source, self.storm.templates, self.storm.customers, self.files, name, order)
        for attempt in range(RECORD_TRIES_MAX):
            code, out = self.aftercare("record", file, "--json", kill_ms=kill_ms if attempt < RECORD_TRIES_MAX - 2 else None)
            if code == 0:
                told = json.loads(out)
                self.recorded[told["id"]] = {**said, "number": told["visit"], "order": order}
                return
            if code is not None and order is not None:  # the office may have cancelled it meanwhile: then it is no work order to do
                hold("record_never_refuses", self.storm.figures, order in self.storm.cancelled_numbers(), f"{self.name}: {file}: {out}")
                self.storm.figures["cancelled_before_recording"] += 1
                return
            hold("record_never_refuses", self.storm.figures, code is None, f"{self.name}: {file}: {out}")
        raise Broken("record_never_refuses", f"{self.name}: {file} was never recorded")

    def sync(self, plan):
        self.proxy.plan(plan.faults)
        code, _ = self.aftercare("sync", "--json", kill_ms=plan.kill_ms, stop_ms=plan.stop_ms)
        with self.storm.lock:
            self.storm.figures["syncs"] += 1
            self.storm.figures["syncs_that_failed"] += code == 1
        self.proxy.plan([])

    # ---- At a checkpoint: no faults any more

    def settle(self):
        """Everything recorded here reaches the server within a few syncs, and the server had kept what it said it holds."""
        unsent = self.json("status")["unsent"]
        sent = 0
        for count in range(1, SYNCS_TO_SETTLE_MAX + 1):
            code, out = self.aftercare("sync", "--json")
            told = json.loads(out) if code == 0 else {}
            sent += told.get("sent", 0)
            if told.get("is_settled"):
                break
        figures = self.storm.figures
        figures["syncs_to_settle_max"] = max(figures["syncs_to_settle_max"], count)
        now = self.json("status")
        left = {key: now[key] for key in ("unsent", "unsent_visits", "unsent_blobs", "attention")}
        hold("outbox_drains", figures, told.get("is_settled") and not any(left.values()), f"{self.name}: after {count} syncs {left}: {out}")
        hold("what_was_held_stays_held", figures, sent <= unsent, f"{self.name}: {sent} sent, {unsent} were unsent")
        hold("no_false_alarm", figures, not (told["set_aside"] or told["is_copy"] or told["is_revoked"] or told["is_new_epoch"]), f"{self.name}: {told}")

    def visits(self):
        return {visit["id"]: visit for visit in self.json("visits")}

    def close(self):
        self.kill()
        self.proxy.close()
        self.story.close()


class Storm:
    """One house in bad weather: a server and its tablets, from enrolment to the last checkpoint."""

    def __init__(self, seed, era, options, figures):
        self.seed, self.era, self.options, self.figures = seed, era, options, figures
        self.lock = threading.Lock()
        self.home = House()
        self.home.port = port_outside_those_of_connections(random.Random())
        self.home.make()
        house.server_command(self.home.server, "person add", "--name", "Dana Dispatcher", "--role", "dispatcher", "--email", EMAIL,
                             env={"AFTERCARE_PASSWORD": PASSWORD})
        self.templates = {name: json.loads((DEMO / f"{name}.json").read_text()) for name in house.VISITS}
        self.customers = [one["name"] for one in json.loads((DEMO / "organisation.json").read_text())["customers"]]
        self.stranger_tls = self.make_stranger()
        self.keeper = Keeper(self.home, figures)
        self.office = Office(self.home.port, self.home.server / "tls/ca.crt")
        self.wait_for_server()
        self.office.sign_in()
        self.office.customers = sorted({order["customer"]["id"] for order in self.office.work_orders()})
        self.tablets = [Tablet(self, index) for index in range(options.tablets)]
        self.known_orders = set()

    def source(self, *of):
        return random.Random(":".join(map(str, (self.seed, self.era, *of))))

    def make_stranger(self):
        certificate, key = self.home.root / "stranger.crt", self.home.root / "stranger.key"
        house.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1",
                  "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate, "-days", "30")
        return certificate, key

    def wait_for_server(self):
        for _ in range(SERVER_TRIES_MAX):
            if self.office.is_up():
                return
            self.look_at_server()
            time.sleep(0.03)
        raise Broken("server_starts_again", f"it did not answer {SERVER_TRIES_MAX} times")

    def look_at_server(self):
        log = pathlib.Path(f"{self.home.server}.log").read_text(errors="replace")
        hold("server_ends_only_when_killed", self.figures, self.keeper.ended_by_itself is None and not any(word in log for word in CRASH_WORDS),
             f"{self.keeper.ended_by_itself}: {log[-2000:]}")

    def cancelled_numbers(self):
        return {self.office.orders[order] for order in self.office.cancelled}

    def enrol(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda tablet: tablet.enrol(TECHNICIANS[tablet.index % len(TECHNICIANS)]), self.tablets))

    def stretch(self, first, count):
        """So many rounds, dealt to the tablets, side by side."""
        def play(tablet):
            for number in range(first + tablet.index, first + count, len(self.tablets)):
                if self.is_broken:
                    return
                try:
                    tablet.round(number)
                except Exception as failure:
                    self.is_broken = True
                    raise Broken(getattr(failure, "invariant", "the_test_itself"), f"round {number}, {tablet.name}: {failure}") from failure
                with self.lock:
                    self.figures["rounds"] += 1

        self.is_broken = False
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for one in [pool.submit(play, tablet) for tablet in self.tablets]:
                one.result()

    # ---- The invariants

    def checkpoint(self):
        self.keeper.go_on()
        for tablet in self.tablets:
            tablet.proxy.calm()
        self.wait_for_server()
        self.look_at_server()
        self.office.settle()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(Tablet.settle, self.tablets))
            list(pool.map(Tablet.settle, self.tablets))  # now each has what the others sent
            on_tablets = list(pool.map(Tablet.visits, self.tablets))
            soundness = list(pool.map(lambda tablet: tablet.aftercare("check"), self.tablets))
        self.figures["checkpoints"] += 1
        for tablet, (code, out) in zip(self.tablets, soundness):
            hold("tablet_is_sound", self.figures, code == 0, f"{tablet.name}: {out}")
        server = house.server_command(self.home.server, "check", check=False)
        hold("server_is_sound", self.figures, server.returncode == 0, server.stdout + server.stderr)
        held = self.office.visits()
        self.check_visits(held, on_tablets)
        self.check_orders(held)
        self.check_contents(held)
        for tablet in self.tablets:
            hold("strangers_hear_nothing", self.figures, tablet.proxy.overheard == 0, f"{tablet.name}: {tablet.proxy.overheard} bytes")

    def check_visits(self, held, on_tablets):
        recorded = {key: value for tablet in self.tablets for key, value in tablet.recorded.items()}
        ids = collections.Counter(visit["id"] for visit in held)
        numbers = collections.Counter(visit["number"] for visit in held)
        lost = [f"{value['number']} ({key})" for key, value in recorded.items() if key not in ids]
        hold("nothing_acknowledged_is_lost", self.figures, not lost, f"not at the server: {lost}")
        twice = [key for key, count in (ids + numbers).items() if count > 1]
        hold("nothing_twice", self.figures, not twice and len(held) == len(recorded),
             f"twice: {twice}; {len(held)} visits of {len(recorded)} files; of no file: {sorted(set(ids) - set(recorded))}")
        wanted = {visit["id"]: (visit["number"], visit["state"]) for visit in held}
        for tablet, visits in zip(self.tablets, on_tablets):
            found = {key: (visit["number"], visit["state"]) for key, visit in visits.items()}
            differing = [key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)]
            hold("all_see_the_same", self.figures, not differing, f"{tablet.name}: {[(wanted.get(key), found.get(key)) for key in differing]}")
        for visit in held:
            said = recorded[visit["id"]]
            hold("seals_are_intact", self.figures, visit["seal"] == ("intact" if said["is_sealed"] else None), f"{visit['number']}: {visit['seal']}")
            hold("photos_are_held", self.figures, not visit["missing_blobs"] and visit["photo_count"] == said["photo_count"], f"{visit}")

    def check_orders(self, held):
        orders = {order["id"]: order for order in self.office.work_orders()}
        hold("work_orders_once", self.figures, not self.office.unsure and all(orders.get(key, {}).get("number") == number for key, number in self.office.orders.items()),
             f"wanted {self.office.orders}, not answered {self.office.unsure}")
        numbers = collections.Counter(order["number"] for order in orders.values())
        hold("work_orders_once", self.figures, max(numbers.values()) == 1, f"{[number for number, count in numbers.items() if count > 1]}")
        states = {order["number"]: order["state"] for order in orders.values()}
        for tablet in self.tablets:
            for said in tablet.recorded.values():
                if said["order"] and said["is_sealed"] and said["order"] not in self.cancelled_numbers():
                    hold("a_sealed_visit_does_its_order", self.figures, states[said["order"]] in ("done", "closed"), f"{said['order']} of {said['number']}: {states[said['order']]}")
        fresh = [number for key, number in self.office.orders.items() if key not in self.known_orders and key not in self.office.cancelled]
        for tablet in self.tablets:
            for number in fresh[:SAMPLE]:
                found = [hit for hit in tablet.json("search", number) if hit["record"] == "work_order" and number in hit["name"]]
                hold("work_orders_reach_everybody", self.figures, len(found) == 1, f"{tablet.name}: {number}: {found}")
        for index, number in enumerate(fresh):
            self.tablets[index % len(self.tablets)].orders.append(number)
        self.known_orders |= set(self.office.orders)

    def check_contents(self, held):
        """A few visits word for word, their photos byte for byte, and as sealed records of two tablets."""
        source = self.source("contents", self.figures["checkpoints"])
        recorded = {key: value for tablet in self.tablets for key, value in tablet.recorded.items()}
        for visit in source.sample(held, min(SAMPLE, len(held))):
            status, whole = self.office.ask("GET", f"/v1/visits/{visit['id']}")
            hold("words_are_as_recorded", self.figures, status == 200 and whole["result"] == recorded[visit["id"]]["result"], f"{visit['number']}: {status}")
            for photo in whole["photos"]:
                hold("photos_match_their_hash", self.figures, self.office.blob_is_whole(photo["sha256"]), f"{visit['number']}: {photo['sha256']}")
        for visit in source.sample([one for one in held if one["seal"]], min(1, sum(bool(one["seal"]) for one in held))):
            for tablet in source.sample(self.tablets, min(2, len(self.tablets))):
                file = self.home.root / f"{tablet.name}-{visit['number']}.aftercare"
                file.unlink(missing_ok=True)
                code, out = tablet.aftercare("export", visit["number"], "--to", file)
                check = json.loads(house.run(BIN / "aftercare", "verify", file, "--json", check=False).stdout) if code == 0 else {}
                hold("records_verify", self.figures, check.get("genuine") and check["files_missing"] == 0, f"{tablet.name}: {visit['number']}: {out} {check}")

    def close(self):
        for tablet in self.tablets:
            tablet.close()
            self.figures["connections"] += tablet.proxy.connections
            self.figures["visits"] += len(tablet.recorded)
            self.figures["faults"].update(tablet.proxy.fired)
            self.figures["bytes"].update(tablet.proxy.bytes)
        self.figures["work_orders"] += len(self.office.orders)
        self.keeper.close()


def no_figures():
    figures = {name: 0 for name in ("rounds", "visits", "work_orders", "syncs", "syncs_that_failed", "syncs_to_settle_max", "checkpoints", "connections",
                                    "enrolments_tried_again", "cancelled_before_recording")}
    return figures | {name: collections.Counter() for name in ("faults", "kills", "stops", "bytes", "invariants")}


def storms(options, figures):
    """House after house until the rounds are played or the time is over."""
    until = time.monotonic() + options.seconds
    era = 0
    while figures["rounds"] < options.rounds and time.monotonic() < until:
        storm = Storm(options.seed, era, options, figures)
        try:
            storm.enrol()
            storm.checkpoint()
            played = 0
            while played < options.era and figures["rounds"] < options.rounds and time.monotonic() < until:
                count = min(options.stretch, options.rounds - figures["rounds"])
                storm.stretch(played, count)
                storm.checkpoint()
                played += count
                if not options.json:
                    print(f"{figures['rounds']} rounds, {sum(figures['faults'].values()) + sum(sum(t.proxy.fired.values()) for t in storm.tablets)} faults so far", flush=True)
        except Exception as failure:
            figures["failure"] = {"invariant": getattr(failure, "invariant", "the_test_itself"), "words": str(failure) or repr(failure), "era": era,
                                  "folder": str(storm.home.root), "repeat": f"--seed {options.seed}"}
            if not isinstance(failure, (Failed, AssertionError)):
                import traceback
                traceback.print_exc()
        finally:
            storm.close()
        if "failure" in figures:
            return
        storm.home.remove()
        era += 1


def report(options, figures, seconds):
    if options.json:
        print(json.dumps({"seed": options.seed, "seconds": round(seconds, 1), **figures}, indent=2, ensure_ascii=False))
        return
    print(f"seed {options.seed}: {figures['rounds']} rounds in {seconds:.0f} s, {options.tablets} tablets; {figures['visits']} visits, {figures['work_orders']} work orders, "
          f"{figures['syncs']} syncs ({figures['syncs_that_failed']} failed), at most {figures['syncs_to_settle_max']} to settle; {figures['checkpoints']} checkpoints, "
          f"{figures['connections']} connections, {figures['enrolments_tried_again']} enrolments tried again")
    for name in ("faults", "kills", "stops", "bytes", "invariants"):
        words = ", ".join(f"{key} {count:,}" for key, count in sorted(figures[name].items()))
        print(f"  {name} {sum(figures[name].values()):,}: {words}")
    if failure := figures.get("failure"):
        print(f"FAILED  {failure['invariant']} (repeat with {failure['repeat']} --tablets {options.tablets}; era {failure['era']}; the folder is kept: {failure['folder']})\n        {failure['words']}")


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="a fresh one unless told; it is printed")
    parser.add_argument("--rounds", type=int, default=1_000_000_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin nothing new after so long")
    parser.add_argument("--tablets", type=int, default=4)
    parser.add_argument("--stretch", type=int, default=60, help="rounds between two checkpoints")
    parser.add_argument("--era", type=int, default=600, help="rounds before everything begins anew with an empty house")
    parser.add_argument("--impatient", action="store_true", help="never wait until a tablet gives up on a silent network by itself (30 s)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(words)
    if options.rounds == 1_000_000_000 and options.seconds == 1e9:
        options.rounds = 200
    if options.seed is None:
        options.seed = int.from_bytes(os.urandom(4), "big")
    started = time.monotonic()
    figures = no_figures()
    storms(options, figures)
    report(options, figures, time.monotonic() - started)
    return "failure" in figures


if __name__ == "__main__":
    sys.exit(main())
