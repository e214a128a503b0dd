"""kill -9 in the middle: at the N-th call that writes (strace injection), or at a random moment.

After each kill the programs start again as a user would start them, and everything that was acknowledged must be
there once, every chain must verify, and the sync must come to its end. `--every` stops at each write in turn, the
plain run at a spread of them. Prints how many kills were made.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time

import house
from house import BIN, DEMO, House, Failed, aftercare, expect

# The calls by which something reaches a disk; strace counts each kind by itself.
WRITES = ["pwrite64", "write", "fsync", "fdatasync", "rename", "unlink", "ftruncate"]


def strace(call, when):
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={when}"]


class CallCount:
    """Runs something under strace and counts how often its busiest thread makes each call that writes."""

    def __init__(self):
        self.log = f"/tmp/aftercare-strace-{os.getpid()}"
        self.wrap = ["strace", "-f", "-qq", "-o", self.log, "-e", "trace=" + ",".join(WRITES)]

    def read(self):
        counts, most = {}, {}
        with open(self.log, errors="replace") as lines:
            for line in lines:
                parts = line.split(None, 1)
                if len(parts) == 2 and "(" in parts[1]:
                    key = (parts[0], parts[1].split("(", 1)[0])
                    counts[key] = counts.get(key, 0) + 1
        os.unlink(self.log)
        for (_, call), count in counts.items():
            most[call] = max(most.get(call, 0), count)
        return {call: count for call, count in most.items() if call in WRITES}


def count_calls(words):
    count = CallCount()
    subprocess.run([*count.wrap, *words], capture_output=True)
    return count.read()


def moments(counts, every, share):
    """(call, n) for every write, or an even spread of `share` of them."""
    all_of_them = [(call, n) for call, count in sorted(counts.items()) for n in range(1, count + 1)]
    if every or len(all_of_them) <= share:
        return all_of_them
    step = len(all_of_them) / share
    return [all_of_them[int(i * step)] for i in range(share)]


def record_words(tablet, visit):
    return [str(BIN / "aftercare"), "--data", str(tablet), "record", str(DEMO / f"{visit}.json"), "--json"]


def recorded_once(base, scratch, wrap, killer=None):
    """Records under a kill, records again: one visit, whole, in a chain that verifies."""
    here = base.copy_to(scratch)
    run_killed([*wrap, *record_words(here.tablet, "installation")], killer)
    house.run(*record_words(here.tablet, "installation"))
    visits = house.tablet_visits(here.tablet)
    expect("one visit after a kill and a second try", len(visits), 1)
    expect("it is sealed", visits[0]["sealed"], True)
    aftercare(here.tablet, "check")


def synced_once(base, scratch, wrap, killer=None):
    """Syncs under a kill, syncs again: the server has each visit once, nothing is left here."""
    here = base.copy_to(scratch)
    with here.serve() as server:
        server.wait_ready()
        run_killed([*wrap, str(BIN / "aftercare"), "--data", str(here.tablet), "sync"], killer)
        settle(here)
    expect_all_there(here)


def served_once(base, scratch, wrap, killer=None):
    """The server is killed while a tablet syncs; it starts again, and the tablet settles."""
    here = base.copy_to(scratch)
    with here.serve(wrap) as server:
        try:
            is_ready = server.wait_ready()
            if killer is not None:
                killer(server.process)
            if is_ready:
                house.run(BIN / "aftercare", "--data", here.tablet, "sync", check=False)
        finally:
            server.kill()
    with here.serve() as server:
        expect("the server starts after a kill", server.wait_ready(), True)
        settle(here)
    expect_all_there(here)


def settle(here):
    aftercare(here.tablet, "sync")
    now = house.status(here.tablet)
    expect("nothing is left to send", (now["unsent"], now["unsent_blobs"]), (0, 0))
    expect("nothing needs a person", now["attention"], [])


def expect_all_there(here):
    numbers = sorted(visit["number"] for visit in house.server_visits(here.server))
    own = sorted(visit["number"] for visit in house.tablet_visits(here.tablet))
    expect("the server has each visit of the tablet, once", numbers, own)
    house.expect_sound(here)


def run_killed(words, killer):
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if killer is not None:
        killer(process)
    process.wait(120)


def at_random(longest_s, source):
    def kill(process):
        time.sleep(source.uniform(0, longest_s))
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return kill


def at_random_later(longest_s, source):
    """For the server: the kill falls while the sync is under way."""
    def kill(process):
        subprocess.Popen([sys.executable, "-c", f"import os,time,signal; time.sleep({source.uniform(0, longest_s)});"
                          f"os.killpg({process.pid}, signal.SIGKILL)"], stderr=subprocess.DEVNULL)
    return kill


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--share", type=int, default=8)
    parser.add_argument("--random", type=int, default=6)
    parser.add_argument("--only", choices=["record", "sync", "serve"])
    options = parser.parse_args()
    seed = int(os.environ.get("AFTERCARE_SEED", "1"))
    source = random.Random(seed)

    fresh = House().make()
    scratch = fresh.root / "try"
    with fresh.serve() as server:
        server.wait_ready()
        fresh.enrol()
    full = fresh.copy_to(fresh.root / "full")
    for visit in house.VISITS:
        house.run(*record_words(full.tablet, visit))

    def count_of_sync():
        here = full.copy_to(scratch)
        with here.serve() as server:
            server.wait_ready()
            return count_calls([str(BIN / "aftercare"), "--data", str(here.tablet), "sync"])

    def count_of_serve():
        here = full.copy_to(scratch)
        count = CallCount()
        with here.serve(count.wrap) as server:
            server.wait_ready()
            aftercare(here.tablet, "sync")
        return count.read()

    plans = [
        ("record", recorded_once, fresh, lambda: count_calls(record_words(fresh.copy_to(scratch).tablet, "installation")), at_random(0.4, source)),
        ("sync", synced_once, full, count_of_sync, at_random(0.5, source)),
        ("serve", served_once, full, count_of_serve, at_random_later(0.5, source)),
    ]
    kills = failures = 0
    for name, claim, base, count, killer in plans:
        if options.only and name != options.only:
            continue
        planned = moments(count(), options.every, options.share)
        tries = [(f"{name}: kill at {call} {n}", strace(call, n), None) for call, n in planned]
        tries += [(f"{name}: kill at random moment {n}", [], killer) for n in range(options.random)]
        for words, wrap, how in tries:
            kills += 1
            try:
                claim(base, scratch, wrap, how)
            except (Failed, subprocess.TimeoutExpired, OSError, KeyError, ValueError) as failure:
                failures += 1
                print(f"FAILED  {words} (seed {seed})\n        {failure}", flush=True)
        print(f"{name}: {len(tries)} kills, {failures} failures so far", flush=True)
    fresh.remove()
    print(f"{kills} kills, {failures} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
