#!/usr/bin/env bash
# What a newcomer does first: `platforms/linux/start` tells the whole story, and a second run goes on where the first ended.
set -euo pipefail
cd "$AFTERCARE_SOURCE"
demo=$(mktemp -d)
trap 'rm -rf "$demo"' EXIT
export AFTERCARE_DEMO_DIR=$demo

first=$(platforms/linux/start --once 2>&1) || { echo "$first"; exit 1; }
echo "$first"
for word in "V-23-0001" "V-23-0002" "V-23-0003" "genuine" "ნინო" "Đặng Thị Ngọc Ánh" "/office/#sign-in="; do
    grep -qF -- "$word" <<<"$first" || { echo "the first run does not say: $word"; exit 1; }
done

second=$(platforms/linux/start --once 2>&1) || { echo "$second"; exit 1; }
grep -qF "there from an earlier run" <<<"$second" || { echo "$second"; echo "the second run did the story again"; exit 1; }
echo "2 passed, 0 failed"
