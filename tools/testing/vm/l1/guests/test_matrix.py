# SPDX-License-Identifier: GPL-2.0-only
"""Runs guests with a picture in several QEMUs, with stock vfio-pci and with
vfio-pci-igd, and compares each picture with what is known of the combination. A JSON
line for each cell goes to /out/matrix.jsonl. There must be a model at 00:02.0, whose ROM
L1's firmware has run, and one of the same generation at 00:03.0."""

import itertools
import json

import pytest
from conditions import (guest_has_opregion, guest_is_set_up, picture_is_right,
                        picture_stands)
from guest import (bind, CARD_DISK, Guest, host_stolen_base, is_right, MENU_DISK,
                   ROM_ENTRIES, ROOTS, run, stamp)
from model import Model

POSTED = '0000:00:02.0'
FRESH = '0000:00:03.0'

DRIVERS = ('vfio-pci', 'vfio-pci-igd')
# Legacy mode: a video BIOS maps stolen memory.
FACTORS = {
    'generation': ('snb', 'hsw', 'skl'),
    'qemu': tuple(ROOTS),
    'driver': DRIVERS,
    'base': ('cached', 'clean'),
    'source': ('romfile', 'bar'),
    'picture': ('card',),
}
# Any other use: there is no stolen memory, it draws through BAR0 into its own.
UPT = {**FACTORS, 'generation': ('icl', 'adl'), 'base': ('none',), 'source': ('romfile',)}
DISKS = {'card': CARD_DISK, 'menu': MENU_DISK}


def product(factors):
    return [dict(zip(factors, values)) for values in itertools.product(*factors.values())]


def pairs(cell):
    return set(itertools.combinations(cell.items(), 2))


def pairwise(cells):
    """Few cells that have every pair of values that is in all of them."""
    missing = set().union(*map(pairs, cells))
    chosen = []
    while missing:
        best = max(cells, key=lambda cell: len(pairs(cell) & missing))
        chosen.append(best)
        missing -= pairs(best)
    return chosen


def all_cells():
    return product(FACTORS) + product(UPT)


def few_cells():
    """Pairs on two generations, and a boot menu in what is now the usual way, with either
    driver; and where it needs more stolen memory than QEMU has the guest reserve by
    default."""
    usual = {'generation': 'skl', 'qemu': '11.1', 'base': 'cached', 'source': 'romfile'}
    old = {**usual, 'generation': 'snb', 'qemu': '7.2'}
    return (pairwise(product({**FACTORS, 'generation': ('snb', 'skl')})) +
            [{**usual, 'driver': driver, 'picture': 'menu'} for driver in DRIVERS] +
            [{**old, 'driver': 'vfio-pci-igd', 'picture': 'menu'}] +
            [cell for cell in product(UPT) if cell['generation'] == 'adl' and
             cell['qemu'] == '11.1' and cell['driver'] == 'vfio-pci-igd'])


def name_of(cell, between='-'):
    return between.join(cell[factor] for factor in FACTORS)


def named_cells(prefix):
    """Of all that are known."""
    cells = all_cells()
    cells += [cell for cell in few_cells() if cell not in cells]
    return [cell for cell in cells if name_of(cell).startswith(prefix)]


def expect(cell):
    """Whether the picture is to be right. What goes wrong with stock: QEMU 7.2 adds the
    difference between host and guest to every GTT entry; later ones to none, but clear
    the cached base in a ROM that they have read from the device."""
    if cell['driver'] == 'vfio-pci-igd' or cell['base'] == 'none':
        return True
    if cell['qemu'] == '7.2':
        return cell['base'] == 'cached'
    return cell['base'] == 'clean' or cell['source'] == 'bar'


def is_set_up(cell, result):
    """What has to hold of what the firmware has set up. QEMU 7.2 itself does nothing about
    BDSM of Gen11, and shows the host's with stock."""
    if cell['base'] != 'none':
        guest_is_set_up(result)
        return
    guest_has_opregion(result)
    host = cell['driver'] == 'vfio-pci' and cell['qemu'] == '7.2'
    assert bool(result['bdsm64']) == host, 'BDSM is not ' + ('the host\'s' if host else '0')


def properties(cell):
    """Of vfio-pci. QEMU 7.2 tells the guest to reserve as much as the GTT has, and 32 MiB
    more for each x-igd-gms: without one that is too little for stolen memory."""
    if cell['base'] == 'none':
        return 'x-igd-opregion=on'
    return 'x-igd-gms=1' if cell['qemu'] == '7.2' else ''


def find_again(bdf):
    """Linux shows what firmware has left at 0xC0000 as the ROM of every VGA device it
    finds at boot (arch/x86/pci/fixup.c): of one that it finds later, the device's."""
    for file in (f'devices/{bdf}/remove', 'rescan'):
        with open(f'/sys/bus/pci/{file}', 'w') as attribute:
            attribute.write('1')


def device_of(cell):
    """Firmware has cached the base in the ROM of the device that it has run."""
    fresh = cell['base'] == 'clean' and cell['source'] == 'bar'
    return FRESH if fresh else POSTED


def rom_of(cell, bdf):
    if cell['source'] == 'bar':
        return ''
    host = host_stolen_base(bdf) if cell['base'] == 'cached' else None
    return stamp('cell.rom', bdf, host)


def run_cell(cell):
    bdf = device_of(cell)
    guest = Guest(name=name_of(cell), bdf=bdf,
                  root=ROOTS[cell['qemu']], rom=rom_of(cell, bdf),
                  machine='q35' if cell['base'] == 'none' else 'pc',
                  device=properties(cell), picture=cell['picture'],
                  more=DISKS[cell['picture']])
    bind(bdf, cell['driver'])
    result = run(guest)
    bind(bdf, 'none')
    return {**cell, **result, 'right': is_right(result)}


def is_relocated(result):
    """Every entry, also those that the picture does not need; the card shows a third."""
    assert result['gtt_host'] == 0
    assert result['gtt_guest'] == result['gtt_valid'] == ROM_ENTRIES


def chosen_cells(config):
    """Those of the command line, of the generation that the model has"""
    cells = few_cells() if config.getoption('few') else all_cells()
    if config.getoption('cell'):
        cells = named_cells(config.getoption('cell'))
    with Model(POSTED) as model:
        generation = model.request('info')['generation']
    picture = config.getoption('picture')
    return [cell for cell in cells if cell['generation'] == generation and
            picture in (None, cell['picture'])]


def title(cell):
    return name_of(cell, ' ') + ': ' + ('right' if expect(cell) else 'wrong')


def pytest_generate_tests(metafunc):
    metafunc.parametrize('cell', chosen_cells(metafunc.config), ids=title)


@pytest.fixture(scope='module')
def record():
    find_again(FRESH)
    with open('/out/matrix.jsonl', 'w', buffering=1) as file:
        yield file


def test_cell(cell, record):
    result = run_cell(cell)
    record.write(json.dumps(result) + '\n')
    picture_stands(result)
    is_set_up(cell, result)
    if not expect(cell):
        assert result['dma_faults'] > 0, 'the device reads only memory of the guest'
        assert not result['right']
        return
    picture_is_right(result)
    if cell['driver'] == 'vfio-pci-igd' and cell['base'] != 'none':
        is_relocated(result)
