# SPDX-License-Identifier: GPL-2.0-only
"""Guests of Proxmox VE, by the "qm set" commands of its page, with the command lines that
Proxmox makes of them, and what the page says of settings that are missing. A ROM for UEFI
is not here, so those guests have none. What a guest says goes to /out/NAME.*"""

import signal

import proxmox
import pytest
from conditions import (bar_has_opregion, bar_has_stolen_memory, guest_is_set_up,
                        i915_found_stolen_memory, i915_found_vbt, picture_is_right,
                        picture_stands)
from guest import (bind, Guest, host_stolen_base, is_right, LINUX_TICK, ovmf,
                   PICTURES, ROOTS, run, stamp, start, tick)
from page_commands import Page
from test_bar_linux import LINUX, provide_kernel

PAGE = Page('/src/Documentation/admin-guide/vfio-pci-igd/proxmox.rst')
VIDEO_BIOS, UEFI, BAR, OLDER = (
    proxmox.settings(block) for block in PAGE.blocks if 'qm set' in block)
# As an IDE disk of Proxmox' is given to QEMU, which boots from nothing else (strict)
DISK = ['-drive', 'if=none,id=drive-ide0,file=/src/out/rom/card.img,format=raw,snapshot=on',
        '-device', 'ide-hd,bus=ide.0,unit=0,drive=drive-ide0,id=ide0,bootindex=100']
LPC = 0xf8              # 00:1f.0


def make(name, settings, more=(), firmware='', **others):
    """A guest with so much memory as L1 has for it"""
    small = {**settings, 'memory': '512'}
    return Guest(name=f'proxmox-{name}', firmware=firmware, **others,
                 command=[*proxmox.command_line(small, firmware), *more])


def without_rom(settings):
    found = {**settings, 'args': settings['args'].partition(',romfile=')[0]}
    if 'hostpci0' in settings:
        found['hostpci0'] = settings['hostpci0'].partition(',romfile=')[0]
    return found


@pytest.fixture(scope='module')
def rom():
    """The host's video BIOS, which has stolen memory's base cached"""
    return stamp('vbios.rom', Guest.bdf, host_stolen_base(Guest.bdf))


def test_a_video_bios_shows_its_picture(rom):
    bind(Guest.bdf, 'vfio-pci-igd')
    result = run(make('vbios', VIDEO_BIOS, DISK))
    assert result['legacy_mode']
    picture_is_right(result)
    guest_is_set_up(result)


def test_without_driver_keep_it_does_not(rom):
    """Proxmox binds the device to vfio-pci then."""
    bind(Guest.bdf, 'vfio-pci')
    result = run(make('stock', VIDEO_BIOS, DISK))
    picture_stands(result)
    assert result['dma_faults'] > 0
    assert not is_right(result)


@pytest.mark.parametrize('version', ROOTS, ids=[f'args alone, {version}' for version in ROOTS])
def test_without_legacy_igd_a_bridge_is_in_the_way(rom, version):
    """Of the LPC bridge. QEMU 7.2 leaves legacy mode. From 10.0 on QEMU dies: it reports
    an error that it does not have, as in test_bar.py."""
    bind(Guest.bdf, 'vfio-pci-igd')
    args = f'-device vfio-pci,host=00:02.0,addr=02.0,romfile={rom}'
    settings = {**VIDEO_BIOS, 'args': args}
    del settings['hostpci0']
    guest = make(f'bridge-{version}', settings, DISK, root=ROOTS[version], timeout=60)
    with start(guest) as qemu:
        left = qemu.await_text('qemu', 'cannot support legacy mode due to existing devices '
                               'at address 1f.0', guest.timeout)
        status = qemu.process.poll()
    assert (left, status) == ((True, None) if version == '7.2' else (False, -signal.SIGSEGV))


def test_the_stolen_bar_serves_a_video_bios(rom):
    bind(Guest.bdf, 'vfio-pci-igd', 'auto')
    settings = {**BAR, 'bios': 'seabios', 'hostpci0': BAR['hostpci0'] + ',romfile=vbios.rom',
                'args': '-set device.hostpci0.x-vga=on'}
    result = run(make('bar', settings, DISK))
    assert not result['legacy_mode']
    picture_is_right(result)
    bar_has_opregion(result)
    bar_has_stolen_memory(result)


def test_the_stolen_bar_serves_linux_under_ovmf():
    provide_kernel()
    bind(Guest.bdf, 'vfio-pci-igd', 'auto')
    result = run(make('bar-linux', BAR, LINUX.more, ovmf(), picture='linux',
                      timeout=LINUX.timeout))
    assert result['stands'], result.get('qemu_ended', 'i915 is not loaded')
    with open(f'/out/{result["name"]}.serial', errors='replace') as file:
        said = file.read()
    i915_found_vbt(result, said, behind=result['stolen_size'])
    i915_found_stolen_memory(result, said, result['bar5'])


def shell_comes(qemu, guest):
    """OVMF's, and the machine stands still."""
    log, pattern, _ = PICTURES['shell']
    came = qemu.await_text(log, pattern, guest.timeout)
    qemu.execute('stop')
    tick(LINUX_TICK)
    return came


def ids(bdf):
    """Of a device of the host's, as the register that has them"""
    def read(file):
        with open(f'/sys/bus/pci/devices/{bdf}/{file}') as attribute:
            return int(attribute.read(), 16)
    return read('device') << 16 | read('vendor')


def test_uefi_has_opregion_and_lpc_bridge():
    """x-igd-lpc, which an option ROM needs, by "args" """
    bind(Guest.bdf, 'vfio-pci-igd')
    guest = make('uefi', without_rom(UEFI), firmware=ovmf())
    with start(guest) as qemu:
        assert shell_comes(qemu, guest), qemu.text('qemu')
        assert qemu.config_long(0, LPC) == ids('0000:00:1f.0')
        assert qemu.fw_cfg_files().get('etc/igd-opregion', 0) >= 8192


@pytest.mark.parametrize('root,more', [(ROOTS['7.2'], ''),
                                       (ROOTS['10.0'], ',x-igd-legacy-mode=off')],
                         ids=['qemu 7.2', 'qemu 10.0'])
def test_older_versions_have_the_opregion(root, more):
    """By "args". Proxmox 8 has no QEMU as old as 7.2; the oldest here is."""
    bind(Guest.bdf, 'vfio-pci-igd')
    settings = without_rom(OLDER)
    settings['args'] += more
    guest = make(f'older-{root}', settings, firmware=ovmf(), root=root)
    with start(guest) as qemu:
        assert shell_comes(qemu, guest), qemu.text('qemu')
        assert qemu.fw_cfg_files().get('etc/igd-opregion', 0) >= 8192
