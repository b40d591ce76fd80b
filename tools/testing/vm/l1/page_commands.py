# SPDX-License-Identifier: GPL-2.0-only
"""A page of the documentation that shows what a user types, and what comes out.

Commands are the lines of literal blocks that begin with "# "; what follows one is its
output, in which "..." stands for anything. One without is only to succeed."""

import re
import subprocess
import textwrap

BLOCK = re.compile(r'::(?: [a-z]+)?\n\n((?:\t.*\n|\n)+)')


class Page:
    def __init__(self, path):
        with open(path) as file:
            text = file.read()
        self.blocks = [textwrap.dedent(block).strip() for block in BLOCK.findall(text)]

    def xml(self):
        return next(block for block in self.blocks if block.startswith('<'))

    def commands(self):
        """Each with what it is to print."""
        for block in self.blocks:
            for part in re.split(r'^# ', block, flags=re.M)[1:]:
                command, _, output = part.partition('\n')
                yield command, output.strip()


def matches(expected, output):
    parts = (re.escape(part) for part in expected.split('...'))
    return re.fullmatch('.*'.join(parts), output.strip(), re.DOTALL) is not None


def run(command, folder):
    """Whether it succeeds, and what it prints."""
    done = subprocess.run(['bash', '-c', command], cwd=folder, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0, done.stdout


def type_in(command, expected, folder):
    """Whether what comes out is what is expected, and what it is."""
    good, output = run(command, folder)
    return good and (not expected or matches(expected, output)), output
