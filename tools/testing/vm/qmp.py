# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's monitor."""

import json
import socket


class Monitor:
    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(path)
        self.file = connection.makefile('rw')
        self.file.readline()
        self.execute('qmp_capabilities')

    def execute(self, command, **arguments):
        json.dump({'execute': command, 'arguments': arguments}, self.file)
        self.file.flush()
        while True:
            reply = json.loads(self.file.readline())
            if 'error' in reply:
                raise RuntimeError(f'{command}: {reply["error"]["desc"]}')
            if 'return' in reply:
                return reply['return']

    def human(self, line):
        return self.execute('human-monitor-command', **{'command-line': line})
