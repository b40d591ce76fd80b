# SPDX-License-Identifier: GPL-2.0-only
"""The control port of a model in L1: see igd-model/control.rst. As a command,
"model.py BDF REQUEST", prints the reply to a request in JSON."""

import glob
import json
import sys


class Model:
    def __init__(self, bdf):
        self.config = f'/sys/bus/pci/devices/{bdf}/config'
        # Without udev nobody makes /dev/virtio-ports.
        for name in glob.glob('/sys/class/virtio-ports/*/name'):
            with open(name) as file:
                if file.read().strip() == f'igd-model:{bdf}':
                    port = name.split('/')[-2]
        self.port = open(f'/dev/{port}', 'r+b', buffering=0)
        self.pending = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.port.close()

    def _line(self):
        while b'\n' not in self.pending:
            self.pending += self.port.read(65536)
        line, self.pending = self.pending.split(b'\n', 1)
        return line

    def reply(self, request):
        """To a request as the model takes it."""
        self.port.write(json.dumps(request).encode() + b'\n')
        return json.loads(self._line())

    def try_(self, cmd, **arguments):
        """The reply, None if the model refuses."""
        reply = self.reply({'cmd': cmd, **arguments})
        return reply if reply['ok'] else None

    def request(self, cmd, **arguments):
        reply = self.try_(cmd, **arguments)
        if reply is None:
            raise RuntimeError(f'the model refuses {cmd} {arguments}')
        return reply

    def flush(self):
        """Returns when all that the CPUs have written before has reached the model:
        writes to memory BARs are posted, but a read of GGC waits for its reply."""
        with open(self.config, 'rb', buffering=0) as config:
            config.seek(0x50)
            config.read(2)

    def memory(self, address, length):
        """Bytes at an I/O virtual address, None where nothing is mapped."""
        reply = self.try_('dma-read', address=address, length=length, gtt=False)
        return bytes.fromhex(reply['data']) if reply else None


def main():
    bdf, request = sys.argv[1:]
    with Model(bdf) as model:
        reply = model.reply(json.loads(request))
    print(json.dumps(reply, indent=2))
    return 0 if reply['ok'] else 1


if __name__ == '__main__':
    sys.exit(main())
