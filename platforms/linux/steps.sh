# Sourced by the scripts of this folder: one step at a time, with a line of progress and a log that stays.
# shellcheck shell=bash

# A sentence to the person at the terminal, and the end.
fail() {
    printf '\n%s\n' "$1" >&2
    shift
    if (($#)); then printf '  → %s\n' "$@" >&2; fi
    exit 1
}

# Writes what it reads to the log and shows the latest line: in place on a terminal, every 20 seconds elsewhere.
show_progress() {
    local log=$1 line shown_at=$SECONDS
    while IFS= read -r line || [[ -n $line ]]; do
        printf '%s\n' "$line" >>"$log"
        if [[ -t 1 ]]; then
            printf '\r\033[K    %.100s' "${line//$'\r'/}"
        elif ((SECONDS - shown_at >= 20)); then
            printf '    %.100s\n' "$line"
            shown_at=$SECONDS
        fi
    done
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
}

# run_step "What is done" LOG COMMAND…: runs the command; false if it failed. Its whole output is in the log.
run_step() {
    local title=$1 log=$2 started=$SECONDS status=0
    shift 2
    printf '%s …\n' "$title"
    mkdir -p "$(dirname "$log")"
    printf '\n== %s\n' "$title" >>"$log"
    "$@" 2>&1 | show_progress "$log" || status=$?
    if ((status == 0 && SECONDS - started >= 2)); then printf '    done in %d s\n' "$((SECONDS - started))"; fi
    return "$status"
}

# The lines of a build log that say what went wrong.
show_errors() {
    grep -E -A3 'error:|Error at|FAILED:|undefined reference|No space left|Killed|[Ff]atal|^E: |^error' "$1" | tail -n 40 >&2 ||
        tail -n 20 "$1" >&2
}

# configure_and_build PRESET LOG TARGET…: everything these targets need, in build/PRESET. Call it in the project's folder.
configure_and_build() {
    local preset=$1 log=$2
    shift 2
    rm -f "$log"
    if [[ ! -f build/$preset/build.ninja ]]; then
        if ! run_step "Configuring ($preset)" "$log" cmake --preset "$preset"; then
            show_errors "$log"
            fail "The build could not be configured; the whole story is in $log." \
                "a missing part: run platforms/linux/install" \
                "a folder build/$preset from another place or compiler: remove it and try again"
        fi
    fi
    if ! run_step "Building ($preset; only what changed)" "$log" cmake --build --preset "$preset" --parallel "$(nproc)" --target "$@"; then
        show_errors "$log"
        fail "The build failed; the whole story is in $log." \
            "an error in a source: correct it and run this again; it goes on where it stopped" \
            "'Killed' or 'No space left': free memory or disk (1.5 GB of memory a core, 4 GB of disk)"
    fi
}
