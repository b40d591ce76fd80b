# SPDX-License-Identifier: GPL-2.0-only
"""What has to hold of the result of a guest (guest.run, guest.look)."""

# Host addresses in the OpRegion, FDSS and FDSP, which vfio-pci-igd does not show.
HIDDEN = ['0x3aa-0x3b5']


def picture_stands(result):
    assert result['stands'], result.get('qemu_ended', 'the picture does not come')


def picture_is_right(result):
    picture_stands(result)
    assert result['dma_faults'] == 0, 'the device reads memory that is not the guest\'s'
    assert result['pixels_wrong'] == 0


def guest_has_opregion(result):
    """It finds the host's where its firmware has put it."""
    assert result['opregion_read'], 'ASLS leads nowhere'
    assert result['asls'] == result['firmware_asls']
    assert result['opregion_differs'] in ([], HIDDEN)


def guest_has_stolen_memory(result):
    """The same of stolen memory, up to Gen9"""
    assert result['bdsm'], 'BDSM is not set'
    assert result['bdsm'] == result['firmware_bdsm']


def guest_is_set_up(result):
    """By its firmware, in legacy mode"""
    guest_has_opregion(result)
    guest_has_stolen_memory(result)
