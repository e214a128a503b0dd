#!/usr/bin/env python3
"""[V13] [V15] The exhaustive form of tablet_kill.py: after each step, at each write of the signing, at sixty random moments."""
import sys

import tablet_kill

sys.argv.append("--every")
tablet_kill.main()
