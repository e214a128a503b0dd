#!/usr/bin/env bash
# [S01] kill -9 at a spread of the writes of record, sync and serve, and at random moments: nothing acknowledged is lost or doubled.
cd "$(dirname "$0")" && exec python3 kill.py --share 6 --random 3
