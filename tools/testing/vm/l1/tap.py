# SPDX-License-Identifier: GPL-2.0-only
"""Results as TAP."""


class Tap:
    def __init__(self, plan):
        self.number = 0
        self.failed = 0
        print(f'TAP version 13\n1..{plan}', flush=True)

    def check(self, good, what):
        self.number += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.number} - {what}', flush=True)

    def status(self):
        return 1 if self.failed else 0
