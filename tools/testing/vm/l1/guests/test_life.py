# SPDX-License-Identifier: GPL-2.0-only
"""What a guest's life has in store on one binding to vfio-pci-igd: a reset of the guest,
QEMU killed while the video BIOS programs the GTT, and a new start after that. Every boot
must be as good as the first, with BAR5 (--stolen-bar) too."""

import time

import pytest
from conditions import (bar_has_opregion, bar_has_stolen_memory, guest_is_set_up,
                        picture_is_right)
from guest import (bind, Guest, host_stolen_base, look, PICTURES, ROM_ENTRIES, run, stamp,
                   start)
from model import Model

LAST = ROM_ENTRIES - 1


@pytest.fixture(scope='module')
def rom(stolen_bar):
    bind(Guest.bdf, 'vfio-pci-igd', stolen_bar)
    return stamp('life.rom', Guest.bdf, host_stolen_base(Guest.bdf))


@pytest.fixture(scope='module')
def named(rom, stolen_bar):
    """Makes a guest with a name."""
    device = 'x-vga=on' if stolen_bar else ''
    return lambda name: Guest(name=name, rom=rom, device=device)


def shown(qemu, model, times):
    """What there is to see when the picture has come TIMES times."""
    log, pattern, size = PICTURES['card']
    stands = qemu.await_text(log, '.*'.join([pattern] * times), Guest.timeout)
    return {'stands': stands, **look(qemu, model, size)}


@pytest.fixture(scope='module')
def boots(named):
    """A boot, and the one after a reset"""
    guest = named('reset')
    with Model(guest.bdf) as model, start(guest) as qemu:
        model.request('reset-counters')
        first = shown(qemu, model, 1)
        qemu.execute('system_reset')
        qemu.execute('cont')
        return first, shown(qemu, model, 2)


@pytest.fixture(scope='module')
def is_good(stolen_bar):
    """Checks a result."""
    def check(result):
        picture_is_right(result)
        if not stolen_bar:
            guest_is_set_up(result)
            return
        bar_has_opregion(result)
        bar_has_stolen_memory(result)
        assert result['gtt_bar5'] == ROM_ENTRIES
    return check


def test_the_first_boot(boots, is_good):
    is_good(boots[0])


def test_the_boot_after_a_reset(boots, is_good):
    is_good(boots[1])


def test_it_has_the_same_picture(boots):
    assert boots[1]['crc32'] == boots[0]['crc32']


def valid(model, entry):
    return int(model.request('gtt', first=entry, count=1)['entries'][0], 0) & 1


def await_entry(model, entry, seconds=60):
    end = time.monotonic() + seconds
    while not valid(model, entry) and time.monotonic() < end:
        pass
    return valid(model, entry)


@pytest.fixture(scope='module')
def killed(named):
    """Whether QEMU was while its guest programmed the GTT, and the entries after that"""
    guest = named('killed')
    with Model(guest.bdf) as model:
        with start(guest) as qemu:
            programming = await_entry(model, 16) and not valid(model, LAST)
            qemu.kill()
        entries = model.request('gtt', first=0, count=LAST + 1)['entries']
    return programming, [entry for entry in entries if int(entry, 0)]


def test_qemu_is_killed_while_its_guest_programs_the_gtt(killed):
    assert killed[0]


def test_no_entry_of_it_is_left(killed):
    assert killed[1] == []


def test_a_new_start_on_the_same_binding(killed, named, is_good):
    is_good(run(named('restart')))
