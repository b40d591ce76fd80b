#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the seeds of fuzz_vfio_user into the directory given.

There is one file per command, and a few sessions like a real client's.
fuzz_vfio_user.c describes the format of an input, ../vfio_user_proto.h messages.
"""
import pathlib
import struct
import sys

NO_HANDSHAKE = 1
MEMFD, MEMFD_RO, EVENTFD, PIPE = range(4)
ONE, TWO, TOO_MANY = (n << 2 for n in (1, 2, 3))
FIX_SIZE, RUN, IN_TWO, RAISE = (1 << n for n in range(4, 8))
NO_REPLY = 0x10


def record(command, payload=b"", options=0, flags=0):
    message = struct.pack("<HHIII", 7, command, 16 + len(payload), flags, 0)
    message += payload
    options |= FIX_SIZE | RUN
    return struct.pack("<BH", options, len(message)) + message


def version(text):
    return record(1, struct.pack("<HH", 0, 0) + text)


def dma_map(iova, pages, page=0, flags=3, options=MEMFD | ONE):
    return record(2, struct.pack("<IIQQQ", 32, flags, page << 12, iova,
                                 pages << 12), options)


def dma_unmap(iova, pages, flags=0):
    return record(3, struct.pack("<IIQQ", 24, flags, iova, pages << 12))


def set_irqs(flags, index, start, count, options=0, data=b""):
    return record(8, struct.pack("<5I", 20, flags, index, start, count) + data,
                  options)


def read(region, offset, count):
    return record(9, struct.pack("<QII", offset, region, count))


def write(region, offset, data, flags=0, options=0):
    return record(10, struct.pack("<QII", offset, region, len(data)) + data,
                  options, flags)


def multi(*writes, flags=NO_REPLY):
    body = struct.pack("<Q", len(writes))
    for region, offset, data in writes:
        body += struct.pack("<QII8s", offset, region, len(data), data)
    return record(15, body, 0, flags)


CAPABILITIES = (b'{"capabilities":{"max_msg_fds":16,"max_data_xfer_size":'
                b'1048576,"pgsizes":4096,"write_multiple":true}}\0')

SEEDS = {
    "version": [NO_HANDSHAKE, version(CAPABILITIES)],
    "version-bare": [NO_HANDSHAKE, version(b"")],
    "version-bad": [NO_HANDSHAKE, version(b'{"capabilities":{"pgsizes":1}}\0')],
    "info": [0, record(4, struct.pack("<4I", 16, 0, 0, 0)),
             record(5, struct.pack("<4IQQ", 32, 0, 2, 0, 0, 0)),
             record(7, struct.pack("<4I", 16, 0, 1, 0)), record(13)],
    "access": [0, write(0, 8, b"datadata"), read(0, 8, 8), read(3, 0, 64),
               write(0, 16, b"x", NO_REPLY)],
    "multi": [0, multi((0, 0, b"12345678"), (2, 4096, b"ab")),
              multi((0, 4095, b"1"), flags=0)],
    "dma": [0, dma_map(0, 2), dma_map(0x2000, 1, 15),
            dma_map(0x3000, 1, 0, 1, MEMFD_RO | ONE),
            dma_map(0xfffc0000, 64, options=0), write(2, 0xffc, b"12345678"),
            read(2, 0, 0x4000), dma_unmap(0x2000, 1), dma_unmap(0, 1 << 20),
            dma_unmap(0, 0, 2)],
    "dma-odd-fds": [0, dma_map(0, 1, options=PIPE | ONE),
                    dma_map(0, 1, options=MEMFD | TWO),
                    dma_map(0, 1, 0, 3, MEMFD_RO | ONE),
                    dma_map(0, 1, options=MEMFD | TOO_MANY)],
    "irq": [0, set_irqs(0x24, 1, 0, 2, EVENTFD | TWO),
            set_irqs(0x24, 0, 0, 1, EVENTFD | ONE), set_irqs(0x21, 0, 0, 1),
            set_irqs(0x21, 0, 0, 1, RAISE), set_irqs(0x11, 0, 0, 1),
            set_irqs(0x09, 0, 0, 1), set_irqs(0x22, 1, 0, 2, RAISE | 1, b"\0\1"),
            set_irqs(0x24, 1, 0, 1), set_irqs(0x21, 1, 0, 0)],
    "in-two": [0, dma_map(0, 1, options=MEMFD | ONE | IN_TWO),
               write(0, 0, b"1234", options=IN_TWO),
               write(0, 0, b"1234", options=MEMFD | TWO)],
}


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, (options, *records) in SEEDS.items():
        (directory / name).write_bytes(bytes([options]) + b"".join(records))


if __name__ == "__main__":
    main()
