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

    def send(self, command, **arguments):
        json.dump({'execute': command, 'arguments': arguments}, self.file)

    def reply(self, command):
        self.file.flush()
        while True:
            reply = json.loads(self.file.readline())
            if 'error' in reply:
                raise RuntimeError(f'{command}: {reply["error"]["desc"]}')
            if 'return' in reply:
                return reply['return']

    def execute(self, command, **arguments):
        self.send(command, **arguments)
        return self.reply(command)

    def human(self, line):
        return self.humans(line, 1)[0]

    def humans(self, line, times):
        """What it says each time; not to wait in between is twice as fast."""
        for _ in range(times):
            self.send('human-monitor-command', **{'command-line': line})
        return [self.reply(line) for _ in range(times)]
