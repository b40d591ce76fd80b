# SPDX-License-Identifier: GPL-2.0-only
"""UEFI firmware, Debian 13's OVMF, starts on an IGD that is bound to vfio-pci-igd. It has
no code for the IGD: that the OpRegion is there for an option ROM or a patched build is all
there is to see.

Its interrupt handler writes CR8 (edk2, UefiCpuPkg/Library/CpuExceptionHandlerLib), and
QEMU's emulation of SVM aborts when by then the next interrupt waits ("watch-processors"): with
100 ticks of the timer a second, on any machine that is busy. So KVM is told to tick
slowly."""

import re
import subprocess

import pytest
from guest import Guest, PICTURES, start
from guest_qemu import VM

UEFI = Guest(name='uefi', root='stock-trixie', machine='q35', device='x-igd-opregion=on',
             more=['-bios', '/usr/share/ovmf/OVMF.fd'])

SLOWEST = '/sys/module/kvm/parameters/min_timer_period_us'
TICK = 2_000_000

# QEMU docs/specs/fw_cfg.rst: ports, and the key of the directory of files
SELECT, DATA = 0x510, 0x511
DIRECTORY = 0x19


def fw_cfg_files(qemu):
    """Names and sizes of what QEMU hands to the firmware; the guest must stand."""
    def read(count):
        return bytes(int(qemu.human(f'i /b {DATA:#x}').split('=')[1], 16)
                     for _ in range(count))

    qemu.human(f'o /h {SELECT:#x} {DIRECTORY:#x}')
    entries = [read(64) for _ in range(int.from_bytes(read(4), 'big'))]
    return {entry[8:].split(b'\0')[0].decode(): int.from_bytes(entry[:4], 'big')
            for entry in entries}


@pytest.fixture(scope='module')
def shell():
    """Whether the firmware came to its shell, and its QEMU, standing still"""
    subprocess.check_call([f'{VM}/l1/bind', UEFI.bdf, 'vfio-pci-igd'])
    with open(SLOWEST, 'w') as parameter:
        parameter.write(str(TICK))
    log, pattern, _ = PICTURES['shell']
    with start(UEFI) as qemu:
        came = qemu.await_text(log, pattern, UEFI.timeout)
        qemu.execute('stop')
        yield came, qemu


def test_ovmf_reaches_its_shell(shell):
    assert shell[0]


def test_it_has_placed_the_bars_of_the_igd(shell):
    device = re.search(r'device +2, function 0:.*?(?=device +3|device +31|$)',
                       shell[1].human('info pci'), re.DOTALL)[0]
    assert re.search(r'BAR0: 64 bit.* at 0x[0-9a-f]*[1-9]', device)
    assert '0xffffffffffffffff' not in device


def test_the_opregion_is_there_for_the_firmware(shell):
    assert fw_cfg_files(shell[1]).get('etc/igd-opregion', 0) >= 8192
