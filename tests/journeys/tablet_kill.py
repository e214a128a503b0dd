#!/usr/bin/env python3
"""[V13] [V15] The battery dies while somebody works on the tablet: the window comes back where it was, nothing that it said was saved is lost.

Walks the installation of assets/demo with kill -9 after every step (the long form: also after each alone), in the middle of a stroke and of a photo,
at the n-th write of the signing, and at random moments (AFTERCARE_SEED). After each kill: `aftercare check`, start again, go on to the end, and what is
sealed is what the file says, once.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import house
import tablet_player as player
from house import Failed, House, aftercare, expect
from kill import count_calls, moments, strace
from tablet_player import PIN, STROKES, UNLOCK, load, own_visits, play, until, without

home = House()
WANTED = player.demo_visit("installation")
STEPS = without(load("installation"), "picture", "pause", "wait_key camera")
ENVIRONMENT = {**os.environ, "LANG": "C", "TZ": "Europe/Prague"}


def after(step, occurrence=0):
    """How many steps are done when this one is."""
    return [i for i, one in enumerate(STEPS) if one.startswith(step)][occurrence] + 1


STARTED, READY, HANDED, SEALED, BACK = after("tap work.start"), after("tap visit.ready"), after("tap ready.hand_over"), after("tap sign.seal"), after("tap sealed.done")
# What is open on top of the visit (the camera, the list of files) does not come back: one opens it again. Whether a photo was taken is
# certain only when the visit is seen again.
OVERLAYS = [(i, next(j for j in range(i, len(STEPS)) if STEPS[j].startswith(("wait_key visit.ready", "tap_text"))) + 1)
            for i, step in enumerate(STEPS) if step.endswith((".photo", ".file"))]
UNCERTAIN = after("tap camera.shoot")


def way_back(done):
    """The window must be where it died. The steps that lead on from there, and where in the journey one is then."""
    if done < 3:
        return [], 0  # no PIN yet
    if done < STARTED:
        return [*UNLOCK, "wait_key rail.day"], min(done, after("tap_text Vondr") - 1) if done >= 4 else done
    if done < READY:
        for first, last in OVERLAYS:
            if first < done < last:
                return [*UNLOCK, "wait_key visit.ready"], first
        return [*UNLOCK, "wait_key visit.ready"], done
    if done < HANDED:
        return [*UNLOCK, "wait_key ready.hand_over"], done
    if done < SEALED:
        return ["wait_key sign.pad"], done  # the customer goes on without a PIN
    if done < BACK:
        return ["wait_key sealed.done"], done
    if STEPS[done - 1].startswith("tap sealed.done"):
        return ["wait_key pin.2"], done
    return [*UNLOCK, "wait_key rail.sync"], done


def with_shutter(steps):
    """The camera needs a moment until it sees something."""
    return [one for step in steps for one in ((["wait_key camera.shoot", "pause 1200", step]) if step == "tap camera.shoot" else [step])]


def killed(tablet, name, steps):
    done = play(tablet, name, [*with_shutter(steps), "kill"], check=False)
    if done.returncode != -signal.SIGKILL:
        raise Failed(f"{name}: {done.stdout}{done.stderr}".strip())
    expect_sound(tablet, name)


def expect_sound(tablet, name):
    aftercare(tablet, "check")
    expect(f"{name}: no visit twice", len(own_visits(tablet)) <= 1)


def expect_whole(tablet, name, strokes=2):
    """What the file says is sealed, once."""
    visits = own_visits(tablet)
    expect(f"{name}: one visit, sealed", [(visit["state"], visit["sealed"]) for visit in visits], [("signed", True)])
    folder = home.root / f"records-{name}"
    folder.mkdir(exist_ok=True)
    record = player.sealed(tablet, visits[0]["number"], folder)
    player.expect_like(f"{name}: the answers", player.answers_of(record), player.wanted_answers(WANTED))
    for text in ("result", "promised"):
        expect(f"{name}: {text}", str(record["work"][text]), WANTED[text])
    expect(f"{name}: the price", record["price"]["minor"], 4899000)
    expect(f"{name}: the notes", [str(note[1]) for note in record["notes"]], WANTED["notes"])
    expect(f"{name}: the photos", len(record["photos"]), 3)
    expect(f"{name}: who signed", str(record["signer"]["name"]), WANTED["sign_off"]["name"])
    if strokes:
        expect(f"{name}: the strokes", record["strokes"]["stroke_count"], strokes)


def copy_of(source, name):
    folder = home.root / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    return folder


def go_on(tablet, name, done):
    way, at = way_back(done)
    play(tablet, name, with_shutter([*way, *STEPS[at:]]))
    expect_whole(tablet, name)


# ---- After a step

def chain(first, stride):
    """One journey in which the battery dies after every `stride`-th step."""
    def claim():
        name = f"chain-{first}-{stride}"
        tablet = copy_of(fresh, name)
        done = 0
        for point in range(first, len(STEPS), stride):
            point += point == UNCERTAIN
            if point == done:
                continue
            way, at = way_back(done)
            killed(tablet, f"{name}-{point:02}", [*way, *STEPS[at:point]])
            done = point
        go_on(tablet, f"{name}-end", done)
    return claim


def alone(point):
    """The first and only time that the battery dies."""
    def claim():
        name = f"after-{point:02}"
        tablet = copy_of(fresh, name)
        killed(tablet, name, STEPS[:point])
        go_on(tablet, name, point)
    return claim


# ---- In the middle of something

def killed_from_outside(tablet, name, steps, marker, delay_s):
    """Kills it so long after the marker's picture; True when it was still alive."""
    folder = player.PICTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    process = subprocess.Popen(player.command(tablet, name, steps), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT)
    limit = time.monotonic() + 100
    while marker and not (folder / f"{marker}.png").exists() and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.01)
    time.sleep(delay_s)
    was_alive = process.poll() is None
    process.kill()
    out, _ = process.communicate()
    if not was_alive and process.returncode != 0:
        raise Failed(f"{name}: {out.decode()}")
    expect_sound(tablet, name)
    return was_alive


def sign_at_last(tablet, name):
    """From wherever it came back to: unlock, hand over, sign. Not when it is sealed."""
    if not own_visits(tablet)[0]["sealed"]:
        play(tablet, name, ["pause 700", *(f"tap_if pin.{digit}" for digit in PIN), "pause 700", "tap_if ready.hand_over", "wait_key sign.pad", "tap_if sign.clear",
                            f"fill sign.name {WANTED['sign_off']['name']}", *STROKES, "tap sign.seal", "wait_key sealed.done"])
    else:
        play(tablet, name, ["pause 500", "wait_key sealed.done", "tap sealed.done", f"pin {PIN}", "wait_key rail.sync"])
    expect_whole(tablet, name)


def mid_stroke(delay_s):
    def claim():
        name = f"stroke-{delay_s * 1000:.0f}"
        tablet = copy_of(ready, name)
        long_stroke = "draw sign.pad " + " ".join(f"{10 + i % 80},{30 + (i * 7) % 40}" for i in range(240))
        steps = [*UNLOCK, "wait_key ready.hand_over", "tap ready.hand_over", "wait_key sign.pad", f"fill sign.name {WANTED['sign_off']['name']}", STROKES[0], "picture before", long_stroke]
        killed_from_outside(tablet, name, steps, "before", delay_s)
        # The customer holds the tablet: no PIN, the name and the first stroke are there.
        play(tablet, name, ["wait_key sign.pad", f"wait {WANTED['sign_off']['name']}", "wait_key sign.clear", "picture after", "tap sign.seal", "wait_key sealed.done"])
        expect_whole(tablet, name, strokes=0)
    return claim


def mid_photo(delay_s):
    def claim():
        name = f"photo-{delay_s * 1000:.0f}"
        tablet = copy_of(ready, name)
        before = photo_count(tablet)
        steps = [*UNLOCK, "wait_key ready.hand_over", "tap header.back", "wait_key visit.section.photos", "tap visit.section.photos", "tap photos.camera", "wait_key camera.shoot", "pause 1200",
                 "picture before", "tap camera.shoot", "wait_key visit.ready", "picture kept"]
        killed_from_outside(tablet, name, steps, "before", delay_s)
        now = photo_count(tablet)
        was_kept = (player.PICTURES / name / "kept.png").exists()
        # Its thumbnail is a file of its own, kept first.
        expect("a photo is there or not", now - before, *((2,) if was_kept else (0, 1, 2)))
        play(tablet, name + "-on", [*UNLOCK, "wait_key visit.section.photos"])
    return claim


def photo_count(tablet):
    return int(re.search(r"(\d+) photos?", aftercare(tablet, "check").stdout).group(1))


SIGNING = [*UNLOCK, "wait_key ready.hand_over", "tap ready.hand_over", "wait_key sign.pad", f"fill sign.name {WANTED['sign_off']['name']}", *STROKES, "tap sign.seal", "wait_key sealed.done"]


def mid_write(call, number):
    def claim():
        name = f"write-{call}-{number}"
        tablet = copy_of(ready, name)
        play(tablet, name, SIGNING, check=False, wrap=strace(call, number))
        expect_sound(tablet, name)
        sign_at_last(tablet, name)
    return claim


def at_random(source, number):
    delay_s = source.uniform(0.3, 16)

    def claim():
        name = f"random-{number}-{delay_s * 1000:.0f}"
        tablet = copy_of(fresh, name)
        steps = [one for i, step in enumerate(STEPS) for one in (*with_shutter([step]), f"picture done-{i + 1:03}")]
        killed_from_outside(tablet, name, steps, None, delay_s)
        done = max((int(path.stem[5:]) for path in (player.PICTURES / name).glob("done-*.png")), default=0)
        if done == len(STEPS):
            expect_whole(tablet, name)
            return
        # The step under way is done or not: one of the two ways leads to the end.
        spare = copy_of(tablet, name + "-spare")
        try:
            go_on(spare, name + "-done", done + 1)
        except Failed as first:
            try:
                go_on(tablet, name + "-undone", done)
            except Failed as second:
                raise Failed(f"after step {done} ({STEPS[done - 1]}), neither as done: {first}; nor as undone: {second}") from None
    return claim


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", action="store_true", help="the exhaustive form")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    source = random.Random(int(os.environ.get("AFTERCARE_SEED", "1")))
    global fresh, ready
    fresh, ready = home.tablet, home.root / "ready"
    shutil.rmtree(player.PICTURES, ignore_errors=True)
    home.make("Aftercare Demo")
    with home.serve() as server:
        server.wait_ready()
        home.enrol()
    copy_of(fresh, "ready")
    play(ready, "ready", with_shutter(until(STEPS, "tap ready.hand_over")))
    counts = {call: count for call, count in count_calls(player.command(copy_of(ready, "count"), "count", SIGNING)).items() if call in ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate")}

    cases = {}
    cases |= {"killed after every step, in one journey": chain(1, 1), "killed after every sixth step": chain(3, 6)}
    if options.every:
        cases |= {f"killed after step {point}: {STEPS[point - 1]}": alone(point) for point in range(1, len(STEPS) + 1) if point != UNCERTAIN}
    cases |= {f"killed in a stroke, {delay} s": mid_stroke(delay) for delay in ((0.02, 0.1, 0.3, 0.6, 0.9, 1.2) if options.every else (0.1, 0.7))}
    cases |= {f"killed in a photo, {delay} s": mid_photo(delay) for delay in ((0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4) if options.every else (0.0, 0.1, 0.25))}
    cases |= {f"killed at {call} {number} of the signing": mid_write(call, number) for call, number in moments(counts, options.every, 6)}
    cases |= {f"killed at random {number}": at_random(source, number) for number in range(60 if options.every else 4)}

    def walk(name):
        started = time.monotonic()
        try:
            cases[name]()
            print(f"ok      {name}  ({time.monotonic() - started:.1f} s)", flush=True)
            return True
        except (Failed, subprocess.TimeoutExpired, OSError, KeyError, ValueError, IndexError, TypeError) as failure:
            print(f"FAILED  {name}: {failure}", flush=True)
            return False

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(walk, [name for name in cases if options.only in name]))
    home.remove()
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed; the calls of a signing: {counts}")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
