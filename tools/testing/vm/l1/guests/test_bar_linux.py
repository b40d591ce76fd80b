# SPDX-License-Identifier: GPL-2.0-only
"""Linux guests whose i915 finds OpRegion, VBT and stolen memory in BAR5 (stolen_bar).

The kernel asks BDSM for stolen memory before it has any driver, and i915 uses what it found
then. There is none
  - in a microvm: it has no ports for configuration space, by which the kernel asks;
  - under QEMU 10.0, which shows a BDSM of its own. But if SeaBIOS does what this QEMU asks
    for, stolen memory is in the guest's RAM;
  - for i915 up to Gen7, which uses none in a virtual machine ("DMAR active");
  - from Meteor Lake on in BAR5: there i915 takes what BAR2 (LMEMBAR) shows.

What a guest says goes to /out/NAME.serial."""

import os
import re
import shutil
from dataclasses import dataclass, replace

from conditions import i915_found_stolen_memory, i915_found_vbt
from guest import bind, blind_firmware, Guest, host_generation, ovmf, ROOTS, run

# For QEMUs in roots of their own, too
KERNEL = '/tmp/vmlinuz'
# i915's messages of interest come at the end (guest-initramfs): a serial line is slow.
LINUX = Guest(
    name='', machine='q35', device='rombar=0', picture='linux', timeout=400,
    more=['-kernel', KERNEL, '-initrd', '/src/out/i915.cpio.gz', '-append',
          'console=ttyS0 earlyprintk=ttyS0 loglevel=6 panic=-1'])


@dataclass
class Case:
    guest: Guest
    driver: str = 'vfio-pci-igd'
    firmware: object = None     # what makes it
    stolen: str = 'bar5'        # what says where stolen memory is; none: there is none
    lmembar: bool = False       # or it is in the device's own BAR
    why: str = ''               # what i915 says instead


SEABIOS = Case(LINUX)
CASES = {
    'seabios': SEABIOS,
    'ovmf': Case(LINUX, firmware=ovmf),
    'microvm': Case(replace(LINUX, machine='microvm,pcie=on',
                            device='rombar=0,bus=pcie.0'),
                    stolen='', why='Skip stolen region: failed to setup'),
    '10.0': Case(replace(LINUX, root=ROOTS['10.0']), stolen='firmware_bdsm'),
    '10.0-blind': Case(replace(LINUX, root=ROOTS['10.0']), firmware=blind_firmware,
                       stolen=''),
    '7.2-pc': Case(replace(LINUX, machine='pc', root=ROOTS['7.2'])),
    'stock-blind': Case(LINUX, driver='vfio-pci', firmware=blind_firmware, stolen=''),
}
# Of generations with fewer
OTHERS = {
    'snb': {'seabios': replace(SEABIOS, stolen='',
                               why='DMAR active, disabling use of stolen memory')},
    'icl': {'seabios': SEABIOS},
    'adl': {'seabios': SEABIOS, 'ovmf': CASES['ovmf'],
            'stock-ovmf': replace(CASES['ovmf'], driver='vfio-pci', stolen='')},
    'mtl': {'seabios': replace(SEABIOS, stolen='', lmembar=True, why='stolen-local')},
}


def chosen(config):
    if config.getoption('few'):
        return {'seabios': SEABIOS}
    cases = OTHERS.get(host_generation(Guest.bdf), CASES)
    prefix = config.getoption('cell')
    return {name: case for name, case in cases.items() if name.startswith(prefix)}


def pytest_generate_tests(metafunc):
    cases = chosen(metafunc.config)
    metafunc.parametrize('name,case', cases.items(),
                         ids=[f'i915 under {name}' for name in cases])


def provide_kernel():
    """L1's own, for LINUX"""
    shutil.copy(f'/boot/vmlinuz-{os.uname().release}', KERNEL)


def booted(name, case):
    """The result, and what the guest said"""
    provide_kernel()
    firmware = case.firmware() if case.firmware else ''
    stolen_bar = 'auto' if case.driver == 'vfio-pci-igd' else ''
    bind(Guest.bdf, case.driver, stolen_bar)
    result = run(replace(case.guest, name=f'bar-linux-{name}', firmware=firmware))
    with open(f'/out/{result["name"]}.serial', errors='replace') as file:
        return result, file.read()


def lacks_them(result, said):
    """Stock does not bring them along."""
    assert not result['bar5']
    assert 'Found valid VBT' not in said
    assert 'Reserving Intel graphics memory' not in said


def test_guest(name, case):
    result, said = booted(name, case)
    assert result['stands'], result.get('qemu_ended', 'i915 is not loaded')
    if case.driver == 'vfio-pci':
        lacks_them(result, said)
        return
    assert 'Initialized i915' in said
    i915_found_vbt(result, said, behind=stolen_size(result))
    if case.stolen:
        i915_found_stolen_memory(result, said, result[case.stolen])
        return
    assert case.lmembar or not re.search('usable: [1-9]', said)
    assert case.why in said


def stolen_size(result):
    """In BAR5. Meteor Lake's has none."""
    return 0 if host_generation(Guest.bdf) == 'mtl' else result['stolen_size']
