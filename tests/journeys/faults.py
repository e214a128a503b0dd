#!/usr/bin/env python3
"""[S01] [S07] [V16] Tablets and a server over networks that fail, with processes killed and stopped: nothing lost, nothing twice (tests/faults)."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

import rounds  # noqa: E402

# One seed that everybody plays, and one that nobody has played before; it is printed.
FIXED_SEED = 5
BOTH = ["--impatient", "--stretch", "24"]
sys.exit(max(rounds.main([*BOTH, "--seed", str(FIXED_SEED), "--rounds", "24"]), rounds.main([*BOTH, "--seconds", "20"])))
