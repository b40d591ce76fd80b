# SPDX-License-Identifier: GPL-2.0-only
"""What a guest's life has in store on one binding to vfio-pci-igd: a reset of the guest,
QEMU killed while the video BIOS programs the GTT, and a new start after that. Every boot
must be as good as the first."""

import subprocess
import time

import pytest
from conditions import guest_is_set_up, picture_is_right
from guest import Guest, look, PICTURES, ROM_ENTRIES, run, stamp, start
from guest_qemu import VM
from model import Model

LAST = ROM_ENTRIES - 1


@pytest.fixture(scope='module')
def rom():
    subprocess.check_call([f'{VM}/l1/bind', Guest.bdf, 'vfio-pci-igd'])
    with Model(Guest.bdf) as model:
        host = int(model.request('info')['stolen_base'], 0)
    return stamp('life.rom', Guest.bdf, host)


def shown(qemu, model, times):
    """What there is to see when the picture has come TIMES times."""
    log, pattern, size = PICTURES['card']
    stands = qemu.await_text(log, '.*'.join([pattern] * times), Guest.timeout)
    return {'stands': stands, **look(qemu, model, size)}


@pytest.fixture(scope='module')
def boots(rom):
    """A boot, and the one after a reset"""
    guest = Guest(name='reset', rom=rom)
    with Model(guest.bdf) as model, start(guest) as qemu:
        model.request('reset-counters')
        first = shown(qemu, model, 1)
        qemu.execute('system_reset')
        qemu.execute('cont')
        return first, shown(qemu, model, 2)


def is_good(result):
    picture_is_right(result)
    guest_is_set_up(result)


def test_the_first_boot(boots):
    is_good(boots[0])


def test_the_boot_after_a_reset(boots):
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
def killed(rom):
    """Whether QEMU was while its guest programmed the GTT, and the entries after that"""
    guest = Guest(name='killed', rom=rom)
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


def test_a_new_start_on_the_same_binding(killed, rom):
    is_good(run(Guest(name='restart', rom=rom)))
