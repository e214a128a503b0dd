#!/usr/bin/env python3
"""[V01] [V05] [V13] [V16] Every screen of an installation in every language: small, upright, large, and with text of double size.

Fails when one of them cannot be walked; the pictures are for whoever looks at them.
"""

import shutil

import tablet_player as player
from house import House
from tablet_player import UNLOCK, load, play, sized, until

home = House()
WAYS = {
    "ready": [], "visit": ["tap header.back", "wait_key visit.ready"], "answers": ["tap_if visit.sections", "tap visit.section.gas"],
    "outcome": ["tap_if visit.sections", "tap visit.section.outcome"], "photos": ["tap_if visit.sections", "tap visit.section.photos"],
    "day": ["tap header.back", "wait_key rail.day"], "search": ["tap rail.search", "fill search.text vondr"], "sync": ["tap rail.sync", "wait_key sync.now"], "settings": ["tap rail.settings"],
    "new": ["tap rail.day", "tap day.new_visit"], "work": ["tap rail.day", "tap_text Vondráčková", "wait_key work.continue"],
    "hand-over": ["tap work.continue", "tap visit.ready", "wait_key ready.hand_over", "tap ready.hand_over", "wait_key sign.pad"], "refuse": ["tap sign.refuse", "wait_key refuse.seal"],
}


def every_screen(language, text_size, sizes):
    def walk(here):
        tablet = here.root / "prepared"
        shutil.copytree(home.root / "prepared", tablet)
        steps = [*UNLOCK, "wait_key ready.hand_over"]
        for number, (place, way) in enumerate(WAYS.items()):
            steps += way
            for size in sizes:
                steps += [*sized(size), f"picture {number:02}-{place}-{size}"]
        play(tablet, f"{language}-{text_size}", steps, language=language, size=sizes[-1], more=("--text-size", str(text_size)))
    return walk


def prepare(home):
    """A visit that is ready to be handed over."""
    with home.serve() as server:
        server.wait_ready()
        prepared = player.enrol(home, "prepared")
    play(prepared, "prepared", until(load("installation"), "tap ready.hand_over"))


CASES = {f"{language}, text of {text_size} %": every_screen(language, text_size, sizes) for language in player.LANGUAGES
         for text_size, sizes in ((100, ("480x800", "1920x1200", "800x480")), (200, ("480x800", "800x480")))}

if __name__ == "__main__":
    player.walk_cases(home, CASES, prepare)
