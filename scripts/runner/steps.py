# SPDX-License-Identifier: GPL-2.0-only
"""How a row of the plan is run, and what is built before."""

import collections
import os
import pathlib
import re
import shlex
import subprocess
import threading
import time

from runner import plan

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
VM = PROJECT / "tools/testing/vm"
OUT = PROJECT / "out"
CHECK = OUT / "check"

# What "boot-l1" ends with if QEMU has lost one of L1's processors
LOST = 122
# What of an L1's output says which program runs
RUNS = re.compile(r"^# vfio/")

# How a program has ended: its exit status, how long it ran, and for how long the
# processors worked for it, both in seconds
Ended = collections.namedtuple("Ended", "status seconds processors")


def stream(command, file, show):
    """Run a program, and hand on each line that it prints; returns an Ended."""
    begun = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], cwd=PROJECT,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace")
    for line in process.stdout:
        file.write(line)
        file.flush()
        show(line.rstrip("\n"))
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status = os.waitstatus_to_exitcode(status)
    # As a shell has it, of what a signal ended
    return Ended(status if status >= 0 else 128 - status, time.monotonic() - begun,
                 used.ru_utime + used.ru_stime)


def stream_row(row, command, file, show, show_line=None):
    """The same for the program of a row; returns its exit status. As all processors are
    busy, "make check" takes as long as they work for its rows: so it tells that."""
    ended = stream(command, file, show_line or show)
    show(f"{row.label}: {ended.seconds:.0f} s, {ended.processors:.0f} s of processor time")
    return ended.status


class Failed(Exception):
    """What a part needs cannot be made."""


class Builder:
    """Makes what parts need (plan.NEEDS), once for all of them."""

    def __init__(self):
        self.locks = {what: threading.Lock() for what in plan.NEEDS}
        self.made = set()

    def make(self, what, show):
        """Nobody else makes the same meanwhile, and nobody uses it half made."""
        with self.locks[what]:
            if what not in self.made:
                getattr(self, what)(show)
                self.made.add(what)

    def run(self, show, *command):
        with open(os.devnull, "w") as nowhere:
            if stream(command, nowhere, show).status:
                raise Failed(f"{' '.join(map(str, command))} failed")

    def kernel(self, name):
        built = subprocess.run([VM / "build/kernel", name], stdout=subprocess.PIPE,
                               text=True, check=False)
        if built.returncode:
            raise Failed(f"the kernel {name} does not build")
        return built.stdout.strip()

    # Nobody may change these while another part runs them.
    def basics(self, show):
        self.run(show, "make", "-s", "-C", PROJECT / "tools/testing/igd-model",
                 f"-j{os.cpu_count()}", f"O={OUT}/igd-model")
        self.run(show, VM / "build/selftests")
        self.run(show, VM / "build/module")

    def debug(self, show):
        """The module is instrumented, for whoever wants to know what was run of it."""
        kernel = self.kernel("debug")
        self.make("basics", show)
        self.run(show, VM / "build/module", kernel, "GCOV_PROFILE=y",
                 "CONFIG_IGD_VFIO_PCI_KUNIT_TEST=m")

    def kcsan(self, show):
        """And a driver with a lock less."""
        kernel = self.kernel("kcsan")
        self.make("basics", show)
        self.run(show, VM / "build/module", kernel)
        self.run(show, VM / "build/planted-module", kernel, CHECK / "kcsan/races/unlocked",
                 "bar4.c",
                 "/^static void igd_bar4_access_locked/,/^}/s/guard(mutex).*//")

    def guests(self, show):
        self.run(show, VM / "build/guest-files")

    def linux_guest(self, show):
        self.run(show, VM / "build/guest-initramfs", OUT / "i915.cpio.gz")


def l0_command(row):
    return [word.format(dir=CHECK / row.part, out=OUT, **plan.variables())
            for word in shlex.split(row.command)]


def broken(directory, reason):
    """A failure that no program could report"""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "broken.log").write_text(f"1..1\nnot ok 1 - {reason}\n")
    (directory / "broken.status").write_text("1\n")


def collect(row, command, show):
    """One program that prints TAP. Once more if QEMU has lost a processor of L1 before
    anything failed, and then the log tells."""
    log = CHECK / row.part / f"{row.label}.log"
    status = logged(row, log, command, show)
    if status == LOST and not re.search("^not ok", log.read_text(), re.MULTILINE):
        log.rename(log.with_suffix(".lost"))
        log.write_text("# count lost_processors 1\n")
        logged(row, log, command, show)


def logged(row, log, command, show):
    with open(log, "a") as file:
        status = stream_row(row, command, file, show)
    log.with_suffix(".status").write_text(f"{status}\n")
    return status


def run_l0(row, show):
    collect(row, l0_command(row), show)


def run_logs(row, show):
    directory = CHECK / row.part / row.label
    with open(os.devnull, "w") as nowhere:
        status = stream_row(row, l0_command(row), nowhere, show)
    if status:
        broken(directory, f"L1 ended with status {status}")


def run_text(row, show):
    with open(CHECK / row.part / row.label, "w") as file:
        stream_row(row, l0_command(row), file, show)


def l1_command(row):
    """In L1, with the addresses and labels of the models behind."""
    program, *words = [word.format(**plan.variables()) for word in shlex.split(row.command)]
    command = [f"tools/testing/vm/l1/{program}", *words]
    if program == "oracle":
        seed = os.environ.get("IGD_FUZZ_SEED", "")
        command = ["env", f"IGD_FUZZ_SECONDS={plan.variables()['seconds']}",
                   f"IGD_FUZZ_SEED={seed}", *command]
    for model in plan.models(row.models):
        if model.label != "-":
            bdf = "0000:01:00.0" if model.address == "rp" else f"0000:00:{model.address}"
            command += [bdf, model.label]
    return command


def newest_of(series):
    """The newest kernel of a series whose headers are here"""
    found = [path.parent.name for path in pathlib.Path("/lib/modules").glob("*/build")
             if path.parent.name.startswith(f"{series}.")]
    return max(found, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])


def l1_options(row):
    known = plan.options(row.options)
    more = known.pop("-M", "")
    words = []
    if row.where != "debian":
        words += ["-k", row.where if row.where.isalpha() else newest_of(row.where)]
    for model in plan.models(row.models):
        words += ["-m", f"{model.address}={model.options} {more}".strip()]
        if model.opregion:
            words += ["-p", model.opregion]
    for option, value in known.items():
        words += [option, value]
    return words


def run_l1(row, show):
    """A command in L1 that leaves logs and exit statuses of its programs in /out. L1
    itself counts only when it fails. Shown is only which program runs."""
    def say(line):
        if RUNS.match(line):
            show(RUNS.sub(f"{row.label}: ", line))

    directory = CHECK / row.part / row.label
    directory.mkdir(parents=True, exist_ok=True)
    command = [VM / "l0/boot-l1", "-o", directory, *l1_options(row), "--", *l1_command(row)]
    with open(directory / "output", "w") as file:
        status = stream_row(row, command, file, show, say)
    if status:
        broken(directory, f"L1 ended with status {status}")


def run_guests(row, show):
    """An L1 with guests, whose program prints TAP"""
    directory = CHECK / row.part / f"{row.label}.d"
    directory.mkdir(parents=True, exist_ok=True)
    generation = row.models.format(**plan.variables())
    words = [word for pair in plan.options(row.options).items() for word in pair]
    command = l1_command(row._replace(models=""))
    collect(row, [VM / "l0/boot-l1-for-guests", generation, *words, "-o", directory, "--",
                  *command], show)


def run(row, show):
    how = {"L0": run_l0, "L0/logs": run_logs, "L0/text": run_text, "guests": run_guests}
    how.get(row.where, run_l1)(row, show)
