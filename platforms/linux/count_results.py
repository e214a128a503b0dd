"""Counts what ctest ran, names what failed and shows what it said; platforms/linux/check ends with its last line.

    count_results.py PRESET=JUNIT.xml …   (in the project's folder; reports of Catch2 lie in build/PRESET/reports)
    count_results.py --self-test

A test program counts as many times as it has cases, any other entry once. A program that ended without a whole report
counts its failure once, beside the cases it had finished.
"""
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree as xml

# Where logs do not outlive the machine, standard output is all that a reader gets; it stays readable by these.
SAID_LINES_MAX = 60
LAST_LINES = 40
LINE_CHARACTERS_MAX = 300
SHOWN_TESTS_MAX = 20
SAYS_WHAT_FAILED = re.compile(r"FAILED|ERROR: \w*Sanitizer|runtime error:|Assertion|^Traceback|^\w*(Error|Exception|Failed):")


def cases_of(report):
    """(passed, skipped, names of the failed), or None when the report is missing or cut off."""
    try:
        tree = xml.parse(report).getroot()
    except (OSError, xml.ParseError):
        return None
    total = tree.find("OverallResultsCases")
    if total is None:
        return None
    failed = [case.get("name") for case in tree.iter("TestCase")
              if case.find("OverallResult") is not None and case.find("OverallResult").get("success") != "true"]
    skipped = int(total.get("skips", 0))
    # In a run that is not broken the two ways of counting agree; the larger one is believed.
    failed += ["a case without a name"] * max(0, int(total.get("failures", 0)) - len(failed))
    return int(total.get("successes", 0)) + int(total.get("expectedFailures", 0)), skipped, failed


def telling_lines(output):
    """The lines around those that say what failed, and the last ones; dots where some were left out."""
    lines = output.rstrip().splitlines()
    told = {n for i, line in enumerate(lines) if SAYS_WHAT_FAILED.search(line) for n in range(i - 1, i + 7) if 0 <= n < len(lines)}
    chosen = sorted(set(sorted(told)[:SAID_LINES_MAX]) | set(range(max(0, len(lines) - LAST_LINES), len(lines))))
    shown, before = [], -1
    for n in chosen:
        if n != before + 1:
            shown.append("…")
        line = lines[n]
        shown.append(line if len(line) <= LINE_CHARACTERS_MAX else line[:LINE_CHARACTERS_MAX] + "…")
        before = n
    return shown


def count(preset, junit):
    """(passed, skipped, [(name, what to do)], [(entry, its output)] of those that failed) of one run of ctest."""
    try:
        tree = xml.parse(junit).getroot()
    except (OSError, xml.ParseError):
        return 0, 0, [(f"ctest --preset {preset}", f"it left no report; run it by hand: ctest --preset {preset}")], []
    passed, skipped, failed, said = 0, 0, [], []
    for entry in tree.iter("testcase"):
        name, fine = entry.get("name"), entry.get("status") == "run"
        by_hand = f"ctest --test-dir build/{preset} --output-on-failure -R '^{name}$'"
        if not fine:
            how = "it was not run" if entry.get("status") == "notrun" else f"it failed after {float(entry.get('time') or 0):.0f} s"
            said.append((f"{name} ({preset}; {how})", entry.findtext("system-out") or ""))
        cases = None
        if name.startswith("tests_"):
            program = f"aftercare_{name}"
            cases = cases_of(pathlib.Path("build") / preset / "reports" / f"{program}.xml")
            if cases:
                passed += cases[0]
                skipped += cases[1]
                failed += [(f"{name}: {case}", f"build/{preset}/bin/{program} '{case}'") for case in cases[2]]
        if not fine and not (cases and cases[2]):
            failed.append((name, by_hand))
        elif fine and cases is None:
            if name.startswith("tests_"):
                failed.append((f"{name} left no report", by_hand))
            else:
                passed += 1
    return passed, skipped, failed, said


def show_what_failed(failed, said):
    for name, output in said[:SHOWN_TESTS_MAX]:
        print(f"\nWhat {name} said:")
        for line in telling_lines(output) or ["nothing"]:
            print(f"    {line}")
    if len(said) > SHOWN_TESTS_MAX:
        print(f"\n{len(said) - SHOWN_TESTS_MAX} more failed; what they said is in build/log.")
    print("\nWhat failed, and how to run it by itself:")
    for name, by_hand in failed:
        print(f"  FAILED {name}\n         {by_hand}")


def self_test():
    """A journey that failed early and went on for long: its reason and its end are shown, the noise is not."""
    noise = "\n".join(f"ok      claim {n}" for n in range(500))
    output = f"FAILED  the first claim\n        found 3, wanted 4\n{noise}\n499 passed, 1 failed"
    report = xml.Element("testsuite")
    failed = xml.SubElement(report, "testcase", name="journey_wrong", status="fail")
    xml.SubElement(failed, "failure", message="Failed")
    xml.SubElement(failed, "system-out").text = output
    xml.SubElement(report, "testcase", name="journey_right", status="run")
    with tempfile.NamedTemporaryFile(suffix=".xml") as junit:
        xml.ElementTree(report).write(junit.name)
        passed, _, names, said = count("release", junit.name)
    shown = telling_lines(said[0][1])
    claims = {
        "the good one is counted": passed == 1,
        "the wrong one is named": [name for name, _ in names] == ["journey_wrong"],
        "its reason is shown": "        found 3, wanted 4" in shown,
        "its end is shown": shown[-1] == "499 passed, 1 failed",
        "what is left out is marked": "…" in shown,
        "the noise is left out": len(shown) <= SAID_LINES_MAX + LAST_LINES + 2 and "ok      claim 200" not in shown,
        "a report that is not there is a failure": len(count("release", "/nowhere")[2]) == 1,
    }
    for claim, holds in claims.items():
        print(f"{'ok' if holds else 'FAILED'}  {claim}")
    return not all(claims.values())


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    passed, skipped, failed, said = 0, 0, [], []
    for argument in sys.argv[1:]:
        preset, junit = argument.split("=", 1)
        more_passed, more_skipped, more_failed, more_said = count(preset, junit)
        passed += more_passed
        skipped += more_skipped
        failed += more_failed
        said += more_said
    if failed:
        show_what_failed(failed, said)
    if skipped:
        print(f"{skipped} skipped themselves; their output says why")
    if not passed and not failed:
        failed.append(("nothing was run", ""))
    print(f"{passed} passed, {len(failed)} failed")
    return len(failed) > 0


sys.exit(main())
