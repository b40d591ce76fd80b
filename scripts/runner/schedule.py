# SPDX-License-Identifier: GPL-2.0-only
"""Which rows and parts run beside each other."""

import concurrent.futures
import json
import os
import shutil
import sys
import threading
import traceback

from runner import plan, results, steps

# How many rows of a part at a time, as every L1 waits now and then
BESIDE = 2


def at_a_time():
    """How many parts: one more than there are processors, where there is memory for
    them."""
    with open("/proc/meminfo") as file:
        fields = dict(line.split(":") for line in file)
    memory = int(fields["MemAvailable"].split()[0]) // (3 * 1024 * 1024)
    return max(1, min(memory, os.cpu_count() + 1))


class Run:
    """Of some parts; remembers what they have come to."""

    def __init__(self):
        self.builder = steps.Builder()
        self.lock = threading.Lock()
        self.counts = {}
        self.crowded = False

    def show(self, part, line):
        with self.lock:
            print(line if line.startswith(f"{part}: ") else f"{part}: {line}", flush=True)

    def rows(self, part):
        """Runs those of a part, at most BESIDE of them at a time."""
        def show(line):
            self.show(part, line)

        for need in plan.needs(part):
            self.builder.make(need, show)
        with concurrent.futures.ThreadPoolExecutor(1 if self.crowded else BESIDE) as pool:
            begun = []
            for row in plan.rows(part):
                if row.last:
                    wait(begun)
                begun.append(pool.submit(steps.run, row, show))
            wait(begun)

    def part(self, part):
        """Runs and judges one: if it breaks off it neither ends the run nor counts as
        passed."""
        directory = steps.CHECK / part
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        self.show(part, "begins")
        try:
            self.rows(part)
        except Exception:  # pylint: disable=broad-except
            for line in traceback.format_exc().splitlines():
                self.show(part, line)
            steps.broken(directory, "the part broke off")
        counts, lines = results.judge_part(steps.CHECK, part)
        for line in lines:
            self.show(part, f"  {line}")
        self.show(part, results.total(counts))
        with self.lock:
            self.counts[part] = counts
            text = json.dumps(self.counts, indent=2)
            (steps.CHECK / "summary.json").write_text(text + "\n")

    def several(self, parts):
        """What many need first, for nobody to wait for it in the middle of something
        that has a time limit."""
        def show(line):
            print(line, flush=True)

        print("check: building", file=sys.stderr)
        self.builder.make("basics", show)
        if any("debug" in plan.needs(part) for part in parts):
            self.builder.kernel("debug")
        self.crowded = True
        with concurrent.futures.ThreadPoolExecutor(at_a_time()) as pool:
            wait([pool.submit(self.part, part) for part in parts
                  if part not in plan.ALONE])
        self.crowded = False
        for part in parts:
            if part in plan.ALONE:
                self.part(part)


def wait(futures):
    for future in futures:
        future.result()
