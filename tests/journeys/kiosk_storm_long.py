#!/usr/bin/env python3
"""[K01] Twenty touches a second for a whole minute, then a scanner that never stops: the kiosk answers as before."""

import kiosk_journeys
import tablet_player as player

player.walk_cases(kiosk_journeys.home, {"a minute of twenty touches a second": lambda here: kiosk_journeys.storm(here, 60)})
