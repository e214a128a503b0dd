"""Counts what ctest ran and names what failed; platforms/linux/check ends with its last line.

    count_results.py PRESET=JUNIT.xml …   (in the project's folder; reports of Catch2 lie in build/PRESET/reports)

A test program counts as many times as it has cases, any other entry once. A program that ended without a whole report
counts its failure once, beside the cases it had finished.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


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


def count(preset, junit):
    """(passed, skipped, [(name, what to do)]) of one run of ctest."""
    try:
        tree = xml.parse(junit).getroot()
    except (OSError, xml.ParseError):
        return 0, 0, [(f"ctest --preset {preset}", f"it left no report; run it by hand: ctest --preset {preset}")]
    passed, skipped, failed = 0, 0, []
    for entry in tree.iter("testcase"):
        name, fine = entry.get("name"), entry.get("status") == "run"
        by_hand = f"ctest --test-dir build/{preset} --output-on-failure -R '^{name}$'"
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
    return passed, skipped, failed


def main():
    passed, skipped, failed = 0, 0, []
    for argument in sys.argv[1:]:
        preset, junit = argument.split("=", 1)
        more_passed, more_skipped, more_failed = count(preset, junit)
        passed += more_passed
        skipped += more_skipped
        failed += more_failed
    if failed:
        print("\nWhat failed, and how to run it by itself:")
        for name, by_hand in failed:
            print(f"  FAILED {name}\n         {by_hand}")
    if skipped:
        print(f"{skipped} skipped themselves; their output says why")
    if not passed and not failed:
        failed.append(("nothing was run", ""))
    print(f"{passed} passed, {len(failed)} failed")
    return len(failed) > 0


sys.exit(main())
