# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU of one of the roots, run in L1."""

import functools
import os
import re
import shutil
import subprocess
import sys
import time

VM = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.append(VM)

from qmp import Monitor  # noqa: E402

LOGS = ('qemu', 'debug', 'serial')
# What a QEMU in a root of its own has to see of L1.
SHARED = ('/dev', '/proc', '/sys', '/src', '/out', '/tmp')


def root_path(root):
    path = subprocess.check_output([f'{VM}/build/root', 'path', root], text=True).strip()
    if not os.path.isdir(path):
        sys.exit(f'no {root} root: please run "root ensure {root}" first')
    return path


def enter(root):
    """Command words before a program of another root."""
    if root == 'trixie':
        return []
    path = root_path(root)
    for shared in SHARED:
        if not os.path.ismount(path + shared):
            subprocess.check_call(['mount', '--rbind', shared, path + shared])
    return ['chroot', path]


# QEMU docs/specs/fw_cfg.rst: ports, and the key of the directory of files
SELECT, DATA = 0x510, 0x511
DIRECTORY = 0x19


class Qemu:
    """Runs inside of "with", and leaves its logs in /out/NAME.*"""

    def __init__(self, root, arguments, name):
        self.command = ['qemu-system-x86_64', *arguments]
        self.name = name
        # Not in /out: who reads a file on 9p while it grows may get an error.
        self.work = f'/tmp/l2-{os.getpid()}'
        os.mkdir(self.work)
        own = ['-qmp', f'unix:{self.work}/qmp,server=on,wait=off',
               '-chardev', f'file,id=debug,path={self.work}/debug',
               '-device', 'isa-debugcon,iobase=0x402,chardev=debug',
               '-serial', f'file:{self.work}/serial']
        for log in ('debug', 'serial'):
            open(f'{self.work}/{log}', 'w').close()
        with open(f'{self.work}/qemu', 'w') as log:
            self.process = subprocess.Popen(enter(root) + self.command + own,
                                            stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        for log in LOGS:
            shutil.copy(f'{self.work}/{log}', f'/out/{self.name}.{log}')
        shutil.rmtree(self.work)

    def text(self, name):
        with open(f'{self.work}/{name}', errors='replace') as file:
            return file.read()

    def await_text(self, name, pattern, seconds):
        """True when a file has text like PATTERN; False if it does not come."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text(name), re.DOTALL):
            if time.monotonic() > end or self.process.poll() is not None:
                return False
            time.sleep(0.2)
        return True

    @functools.cached_property
    def monitor(self):
        return Monitor(f'{self.work}/qmp')

    def execute(self, command, **arguments):
        return self.monitor.execute(command, **arguments)

    def human(self, line):
        return self.monitor.human(line)

    def config_long(self, offset, devfn=0x10):
        """A register of 00:02.0 as the guest sees it."""
        self.human(f'o /w 0xcf8 {0x80000000 | devfn << 8 | offset:#x}')
        return int(self.human('i /w 0xcfc').split('=')[1], 16)

    def bar(self, number):
        """Where a memory BAR of 00:02.0 is, 0 if nowhere"""
        device = self.human('info pci').partition('device   2, function 0:')[2]
        found = re.search(rf'BAR{number}: .* at (0x[0-9a-f]+) ',
                          device.partition('Bus ')[0])
        return int(found[1], 16) if found else 0

    def fw_cfg_files(self):
        """Names and sizes of what it hands to the firmware; the guest must stand."""
        def read(count):
            said = self.monitor.humans(f'i /b {DATA:#x}', count)
            return bytes(int(line.split('=')[1], 16) for line in said)

        self.human(f'o /h {SELECT:#x} {DIRECTORY:#x}')
        entries = [read(64) for _ in range(int.from_bytes(read(4), 'big'))]
        return {entry[8:].split(b'\0')[0].decode(): int.from_bytes(entry[:4], 'big')
                for entry in entries}

    def kill(self):
        """As kill -9 does: nothing of it gets another word."""
        self.process.kill()
        self.process.wait()
