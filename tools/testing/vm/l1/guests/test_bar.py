# SPDX-License-Identifier: GPL-2.0-only
"""Guests with a picture on an IGD that brings stolen memory and the OpRegion along as BAR5
(stolen_bar), so that nobody else has to: QEMU has no files for the firmware, or the
firmware does not look for them ("blind"). A JSON line for each guest goes to
/out/bar.jsonl.

QEMU 10.0 does not look whether the device has an OpRegion region: in legacy mode it dies
without one, and otherwise it shows the guest BDSM, and the firmware the size of stolen
memory, all the same. So there SeaBIOS has to reserve it."""

import itertools
import json
import signal

import pytest
from conditions import (bar_has_opregion, bar_has_stolen_memory, guest_has_stolen_memory,
                        picture_is_right, picture_stands)
from guest import (bind, blind_firmware, CARD_DISK, Guest, host_stolen_base, is_right,
                   MENU_DISK, ROM_ENTRIES, ROOTS, run, stamp)

DRIVERS = {'vfio-pci': '', 'vfio-pci-igd': 'auto'}
FACTORS = {
    'qemu': tuple(ROOTS),
    'driver': tuple(DRIVERS),
    'base': ('cached', 'clean'),
    'firmware': ('own', 'blind'),
    'picture': ('card',),
}
DISKS = {'card': CARD_DISK, 'menu': MENU_DISK}
# Legacy mode would have taken the addresses of VGA.
OPTIONS = {'7.2': 'x-vga=on', '10.0': 'x-vga=on,x-igd-legacy-mode=off', '11.1': 'x-vga=on'}

IGD_FILES = ['etc/igd-opregion', 'etc/igd-bdsm-size']


def cell_of(*values):
    return dict(zip(FACTORS, values))


def menus():
    """With either driver under the same firmware"""
    return [cell_of('11.1', driver, 'cached', 'blind', 'menu') for driver in DRIVERS]


def few_cells():
    return menus() + [cell_of(qemu, 'vfio-pci-igd', 'cached', 'own', 'card')
                      for qemu in ('10.0', '7.2')]


def all_cells():
    """Stock with SeaBIOS as it is belongs to the other matrix."""
    cells = [cell_of(*values) for values in itertools.product(*FACTORS.values())]
    return menus() + [cell_of('11.1', 'vfio-pci-igd', 'cached', 'own', 'menu')] + [
        cell for cell in cells
        if cell['driver'] == 'vfio-pci-igd' or cell['firmware'] == 'blind']


def by_qemu(cell):
    """Whether the guest sees a BDSM of QEMU's"""
    return cell['qemu'] == '10.0'


def expect(cell):
    """Whether the picture is to be right. With a BDSM of 0 a video BIOS that has nothing
    cached maps what is at 0."""
    nowhere = by_qemu(cell) and cell['firmware'] == 'blind' and cell['base'] == 'clean'
    return cell['driver'] == 'vfio-pci-igd' and not nowhere


def name_of(cell, between='-'):
    return between.join(('bar', *cell.values()))


def title(cell):
    return name_of(cell, ' ') + ': ' + ('right' if expect(cell) else 'wrong')


def pytest_generate_tests(metafunc):
    if 'cell' not in metafunc.fixturenames:
        return
    config = metafunc.config
    cells = few_cells() if config.getoption('few') else all_cells()
    picture = config.getoption('picture')
    metafunc.parametrize('cell', [cell for cell in cells if name_of(cell).startswith(
        config.getoption('cell')) and picture in (None, cell['picture'])], ids=title)


@pytest.fixture(scope='module')
def record():
    with open('/out/bar.jsonl', 'w', buffering=1) as file:
        yield file


def guest_of(cell):
    host = host_stolen_base(Guest.bdf) if cell['base'] == 'cached' else None
    return Guest(name=name_of(cell), root=ROOTS[cell['qemu']], device=OPTIONS[cell['qemu']],
                 firmware=blind_firmware() if cell['firmware'] == 'blind' else '',
                 rom=stamp('bar.rom', Guest.bdf, host),
                 picture=cell['picture'], more=DISKS[cell['picture']])


def run_cell(cell, files):
    bind(Guest.bdf, cell['driver'], DRIVERS[cell['driver']])
    result = run(guest_of(cell), files)
    bind(Guest.bdf, 'none')
    return {**cell, **result, 'right': is_right(result)}


def is_set_up(cell, result):
    """By BAR5 alone, except for stolen memory under QEMU 10.0"""
    bar_has_opregion(result)
    if not by_qemu(cell):
        bar_has_stolen_memory(result)
    elif cell['firmware'] == 'own':
        guest_has_stolen_memory(result)
    else:
        assert result['bdsm'] == 0, 'BDSM is not QEMU\'s'
    if 'files' in result:
        found = [name for name in IGD_FILES if name in result['files']]
        assert found == (IGD_FILES[1:] if by_qemu(cell) else [])


def is_relocated(cell, result):
    """Every entry, to stolen memory where the guest has it"""
    reserved = by_qemu(cell) and cell['firmware'] == 'own'
    assert result['gtt_host'] == 0
    assert result['gtt_guest' if reserved else 'gtt_bar5'] == ROM_ENTRIES
    assert result['gtt_valid'] == ROM_ENTRIES


def is_as_stock(cell, result):
    """No picture. QEMU 7.2 ends at the first entry, as nobody has reserved stolen memory."""
    assert not result['right']
    if cell['qemu'] == '7.2':
        assert result['qemu_status'] == -signal.SIGABRT, result
        return
    assert not result['bar5']
    assert not result['opregion_read'], 'ASLS leads somewhere'


def test_cell(cell, record, request):
    # What SeaBIOS has found it also says.
    few = request.config.getoption('few')
    result = run_cell(cell, files=cell['firmware'] == 'own' and not few)
    record.write(json.dumps(result) + '\n')
    if cell['driver'] == 'vfio-pci':
        is_as_stock(cell, result)
        return
    is_set_up(cell, result)
    if not expect(cell):
        assert not result['right']
        return
    picture_stands(result)
    picture_is_right(result)
    is_relocated(cell, result)


def test_qemu_10_0_dies_in_legacy_mode():
    """Which it enters by itself: where the device has no OpRegion region, it reports an
    error that it does not have. So all other guests have x-igd-legacy-mode=off."""
    cell = cell_of('10.0', 'vfio-pci-igd', 'cached', 'own', 'card')
    bind(Guest.bdf, 'vfio-pci-igd', 'auto')
    guest = guest_of(cell)
    guest.name, guest.device = 'bar-legacy-mode', ''
    result = run(guest)
    assert not result['stands']
    assert result['qemu_status'] == -signal.SIGSEGV, result['qemu_ended']
