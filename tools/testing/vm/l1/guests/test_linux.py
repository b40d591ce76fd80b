# SPDX-License-Identifier: GPL-2.0-only
"""A Linux guest loads i915 on an IGD that is bound to vfio-pci-igd, and finds OpRegion and
VBT through ASLS. The guest's messages go to /out/linux.serial: warnings as they come, and
what is of interest at the end, as all of them on a serial line take longer than the rest.

It is not in legacy mode: where a video BIOS answers INT 10h the kernel saves the text at
0xB8000 at boot (arch/x86/boot/video.c), and on KVM on the SVM that QEMU emulates the
guest ends there.

In one run of about ten such a guest stopped in the middle of loading i915, for good and
without a word from it or from L1, which nobody could yet explain or repeat. A guest that
does so is started once more, and the result says that it was."""

import os
import re
import shutil

import pytest
from guest import bind, Guest, run

LINUX = Guest(
    name='linux', machine='q35', device='x-igd-opregion=on,rombar=0', picture='linux',
    timeout=240,
    more=['-kernel', f'/boot/vmlinuz-{os.uname().release}', '-initrd',
          '/src/out/i915.cpio.gz', '-append', 'console=ttyS0 panic=-1 loglevel=6'])

SERIAL = '/out/linux.serial'


def boot():
    """Its result and its messages."""
    result = run(LINUX)
    with open(SERIAL, errors='replace') as file:
        return result, file.read()


def stopped(messages):
    """Neither came to an end nor said what is wrong"""
    return not re.search('^guest: |BUG: |Oops|Kernel panic|Call Trace', messages, re.MULTILINE)


@pytest.fixture(scope='module')
def booted():
    """The same, of the second boot if the first has stopped"""
    bind(LINUX.bdf, 'vfio-pci-igd')
    result, messages = boot()
    if not stopped(messages):
        return result, messages
    shutil.copy(SERIAL, f'{SERIAL}.stopped')
    print('# count stopped_guests 1\n# the guest stopped, and is started again', flush=True)
    return boot()


def test_the_firmware_hands_over_the_opregion(booted):
    result = booted[0]
    assert result['firmware_asls']
    assert result['asls'] == result['firmware_asls']


def test_i915_finds_the_vbt_in_it(booted):
    assert re.search('i915 .* Found valid VBT in ACPI OpRegion', booted[1])


def test_i915_comes_up(booted):
    assert 'Initialized i915' in booted[1]
