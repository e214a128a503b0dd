#!/usr/bin/env python3
"""[S01] [S07] [V16] The same as faults.py for two hours, on fresh seeds."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

import rounds  # noqa: E402

sys.exit(rounds.main(["--seconds", "7200"]))
