# SPDX-License-Identifier: GPL-2.0-only
"""UEFI firmware, Debian 13's OVMF, starts on an IGD that is bound to vfio-pci-igd. It has
no code for the IGD: that the OpRegion is there for an option ROM or a patched build is all
there is to see. With BAR5 (--stolen-bar) the device has it instead, and QEMU nothing."""

import re

import pytest
from conditions import asls_leads_to_opregion
from guest import ASLS, bind, Guest, LINUX_TICK, opregion, ovmf, PICTURES, start, tick
from model import Model


@pytest.fixture(scope='module')
def shell(stolen_bar):
    """Whether the firmware came to its shell, and its QEMU, standing still"""
    # With BAR5 QEMU would refuse it.
    device = '' if stolen_bar else 'x-igd-opregion=on'
    guest = Guest(name='uefi', root='stock-trixie', machine='q35', device=device,
                  firmware=ovmf(), more=[])
    bind(guest.bdf, 'vfio-pci-igd', stolen_bar)
    log, pattern, _ = PICTURES['shell']
    with start(guest) as qemu:
        came = qemu.await_text(log, pattern, guest.timeout)
        qemu.execute('stop')
        yield came, qemu
    tick(LINUX_TICK)


def test_ovmf_reaches_its_shell(shell):
    assert shell[0]


def test_it_has_placed_the_bars_of_the_igd(shell):
    device = re.search(r'device +2, function 0:.*?(?=device +3|device +31|$)',
                       shell[1].human('info pci'), re.DOTALL)[0]
    assert re.search(r'BAR0: 64 bit.* at 0x[0-9a-f]*[1-9]', device)
    assert '0xffffffffffffffff' not in device


def test_the_opregion_is_there_for_the_firmware(shell, stolen_bar):
    qemu = shell[1]
    size = qemu.fw_cfg_files().get('etc/igd-opregion', 0)
    if not stolen_bar:
        assert size >= 8192
        return
    assert size == 0, 'QEMU has the OpRegion'
    assert qemu.bar(5), 'BAR5 is not placed'
    with Model(Guest.bdf) as model:
        asls_leads_to_opregion(opregion(model, qemu.config_long(ASLS)))
