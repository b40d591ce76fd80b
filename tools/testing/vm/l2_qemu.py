# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU of one of the roots, run in L1."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

VM = os.path.dirname(os.path.realpath(__file__))
LOGS = ('qemu', 'debug', 'serial')
# What a QEMU in a root of its own has to see of L1.
SHARED = ('/dev', '/proc', '/sys', '/src', '/out', '/tmp')


def enter(root):
    """Command words before a program of another root."""
    if root == 'trixie':
        return []
    path = subprocess.check_output([f'{VM}/root', 'path', root], text=True).strip()
    if not os.path.isdir(path):
        sys.exit(f'no {root} root: please run "root ensure {root}" first')
    for shared in SHARED:
        if not os.path.ismount(path + shared):
            subprocess.check_call(['mount', '--rbind', shared, path + shared])
    return ['chroot', path]


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

    def execute(self, command, **arguments):
        if not hasattr(self, 'monitor'):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(f'{self.work}/qmp')
            self.monitor = connection.makefile('rw')
            self.monitor.readline()
            self.execute('qmp_capabilities')
        json.dump({'execute': command, 'arguments': arguments}, self.monitor)
        self.monitor.flush()
        while True:
            reply = json.loads(self.monitor.readline())
            if 'error' in reply:
                raise RuntimeError(f'{command}: {reply["error"]["desc"]}')
            if 'return' in reply:
                return reply['return']

    def human(self, line):
        return self.execute('human-monitor-command', **{'command-line': line})

    def config_long(self, offset, devfn=0x10):
        """A register of 00:02.0 as the guest sees it."""
        self.human(f'o /w 0xcf8 {0x80000000 | devfn << 8 | offset:#x}')
        return int(self.human('i /w 0xcfc').split('=')[1], 16)

    def kill(self):
        """As kill -9 does: nothing of it gets another word."""
        self.process.kill()
        self.process.wait()
