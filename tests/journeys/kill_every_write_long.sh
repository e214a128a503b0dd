#!/usr/bin/env bash
# [S01] kill -9 at every single write of record, sync and serve, and at 200 random moments. Takes about an hour.
exec python3 "$(dirname "$0")/kill.py" --every --random 67
