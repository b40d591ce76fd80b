# SPDX-License-Identifier: GPL-2.0-only
"""What has to hold of the result of a guest (guest.run, guest.look)."""

import re

# Host addresses in the OpRegion, FDSS and FDSP, which vfio-pci-igd does not show.
HIDDEN = ['0x3aa-0x3b5']


def picture_stands(result):
    assert result['stands'], result.get('qemu_ended', 'the picture does not come')


def picture_is_right(result):
    picture_stands(result)
    assert result['dma_faults'] == 0, 'the device reads memory that is not the guest\'s'
    assert result['pixels_wrong'] == 0


def asls_leads_to_opregion(result):
    """The host's"""
    assert result['opregion_read'], 'ASLS leads nowhere'
    assert result['opregion_differs'] in ([], HIDDEN)


def guest_has_opregion(result):
    """It finds the host's where its firmware has put it."""
    asls_leads_to_opregion(result)
    assert result['asls'] == result['firmware_asls']


def guest_has_stolen_memory(result):
    """The same of stolen memory, up to Gen9"""
    assert result['bdsm'], 'BDSM is not set'
    assert result['bdsm'] == result['firmware_bdsm']


def guest_is_set_up(result):
    """By its firmware, in legacy mode"""
    guest_has_opregion(result)
    guest_has_stolen_memory(result)


def bar_has_opregion(result):
    """The guest finds it behind stolen memory in BAR5."""
    assert result['bar5'], 'BAR5 is not placed'
    assert result['firmware_asls'] is None, 'the firmware has set ASLS'
    assert result['asls'] == result['bar5'] + result['stolen_size']
    asls_leads_to_opregion(result)


def bar_has_stolen_memory(result):
    """At the start of BAR5"""
    assert result['firmware_bdsm'] is None, 'the firmware has set BDSM'
    assert result['bdsm64' if result['bdsm64'] else 'bdsm'] == result['bar5']


def i915_found_vbt(result, said, behind):
    """Through ASLS, BEHIND that many bytes of stolen memory in BAR5"""
    assert result['bar5'], 'BAR5 is not placed'
    # A message of the console's may follow on the line.
    assert re.search(rf'opregion physical addr: {result["bar5"] + behind:#x}\b', said)
    assert 'Found valid VBT in ACPI OpRegion' in said


def i915_found_stolen_memory(result, said, first):
    """All of it, at that address, without a word of a conflict"""
    size = result['stolen_size']
    last = first + size - 1
    assert f'Reserving Intel graphics memory at [mem {first:#010x}-{last:#010x}]' in said
    usable = re.search(rf'Memory reserved for graphics device: {size >> 10}K, '
                       r'usable: (\d+)K', said)
    assert usable and 0 < int(usable[1]) <= size >> 10, 'i915 cannot use it, or too much'
    assert not re.search('conflict detected|inconsistent reservation|outside stolen', said)
