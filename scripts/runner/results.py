# SPDX-License-Identifier: GPL-2.0-only
"""What the programs of a part have left: below out/check/PART each NAME.status holds the
exit status of one, and NAME.log what it printed: TAP, several documents if need be.

A program must do what its plan says and end as its results say: tests that never
reported, a failure nobody reported, and no test at all are failures.
"""

import collections
import json
import re

# What is worth repeating of a failure: the logs have it all.
MOST_SAID = 12

RESULT = re.compile(r"^(not )?ok\b\s*\d*\s*([^#]*)#?\s*(.*)")
SKIP = re.compile(r"^SKIP\S*\s*(.*)", re.I)
PLAN = re.compile(r"^1\.\.(\d+)")
COUNT = re.compile(r"^# (count|figure) (\w+) (\d+(?:\.\d+)?)$", re.MULTILINE)

# A result of a test: skip is the reason, None if it was not skipped; said is what was
# printed before it.
Result = collections.namedtuple("Result", "ok name skip said")


def parse_result(match, said):
    skipped = SKIP.match(match[3])
    return Result(not match[1], match[2].strip().removeprefix("- ").strip(),
                  skipped[1] if skipped else None, said[:MOST_SAID])


def documents(text):
    """Split a log into (planned number, [Result])."""
    planned, results, said = None, [], []
    for line in text.replace("\r", "").split("\n"):
        plan, result = PLAN.match(line), RESULT.match(line)
        if plan:
            if results or planned is not None:
                yield planned, results
            planned, results, said = int(plan[1]), [], []
        elif result:
            results.append(parse_result(result, said))
            said = []
        elif line.startswith("#"):
            said.append(line.removeprefix("#").strip())
    if results or planned is not None:
        yield planned, results


def judge_program(label, text, status):
    """Yield a Result for each that a program has, and for what it should have."""
    def missing(what):
        return Result(False, f"{label}: {what}", None, [])

    failed, empty = False, True
    for planned, results in documents(text):
        empty = empty and not results and not planned
        for result in results:
            failed = failed or not (result.ok or result.skip is not None)
            yield result._replace(name=f"{label}: {result.name}")
        if planned is None:
            yield missing("printed no plan")
        elif planned != len(results):
            yield missing(f"{len(results)} of {planned} tests reported")
            failed = True
    if empty:
        yield missing("ran no test")
    elif status and not failed:
        yield missing(f"exit status {status}")


def logs(directory):
    """Yield (label, text, exit status) of each program that has ended."""
    for path in sorted(directory.rglob("*.status")):
        label = str(path.relative_to(directory).with_suffix(""))
        text = path.with_suffix(".log").read_text(errors="replace")
        yield label, text, int(path.read_text())


def tap_lines(results):
    yield "TAP version 13"
    yield f"1..{len(results)}"
    for number, result in enumerate(results, 1):
        name = result.name.replace("#", "\\#")
        skip = "" if result.skip is None else f" # SKIP {result.skip}"
        yield f"{'ok' if result.ok else 'not ok'} {number} - {name}{skip}"
        if not result.ok:
            yield from (f"#   {reason}" for reason in result.said)


def kind(result):
    if result.skip is not None:
        return "skipped"
    return "passed" if result.ok else "failed"


def judge_part(check, part):
    """Write PART.tap, and return the counts and the lines that people have to see."""
    results = [result for log in logs(check / part) for result in judge_program(*log)]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for result in results:
        counts[kind(result)] += 1
    lines = list(tap_lines(results))
    (check / f"{part}.tap").write_text("\n".join(lines) + "\n")
    return counts, [line for line in lines[2:]
                    if line.startswith(("not ok", "#")) or "# SKIP" in line]


def is_good(counts):
    return counts["passed"] > 0 and not counts["failed"]


def total(counts):
    return "{passed} passed, {failed} failed, {skipped} skipped".format(**counts)


def failures(check, part):
    """What failed, and why, as it is in PART.tap."""
    failed = False
    for line in (check / f"{part}.tap").read_text().splitlines():
        if not line.startswith("#"):
            failed = line.startswith("not ok")
        if failed:
            yield line


def sum_up(check):
    """Write trust.json: what the tests of all parts have counted, and yield it as lines.

    In a log "# count NAME NUMBER" counts, and "# figure NAME NUMBER" tells a number that
    is no sum, the last one if there are several.
    """
    totals, programs = {}, {}
    for label, text, _ in logs(check):
        counts = {}
        for what, name, number in COUNT.findall(text):
            number = json.loads(number)
            for sums in counts, totals:
                sums[name] = number + (sums.get(name, 0) if what == "count" else 0)
        # An L1 that broke off: what it has not said, it did not find
        if label.rpartition("/")[2] == "broken":
            totals["broken_off"] = 1 + totals.get("broken_off", 0)
        if counts:
            programs[label] = counts
    file = check / "trust.json"
    file.write_text(json.dumps({**totals, "parts": programs}, indent=2) + "\n")
    for label, counts in [*programs.items(), ("all", totals)]:
        if counts:
            yield f"{label}: " + ", ".join(f"{name} {number}"
                                           for name, number in counts.items())
