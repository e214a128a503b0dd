#!/usr/bin/env bash
# [S01] kill -9 at a spread of the writes of record, sync and serve, and at random moments: nothing acknowledged is lost or doubled.
exec python3 "$(dirname "$0")/kill.py" --share 6 --random 3
