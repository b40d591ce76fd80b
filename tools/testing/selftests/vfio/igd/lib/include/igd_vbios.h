/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_VBIOS_H
#define SELFTESTS_VFIO_IGD_VBIOS_H

#include <igd_device.h>

/*
 * igd_vbios_index - the value of BAR4's INDEX that selects the GTT entry
 * @entry, or with @high its upper half (64-bit entries only).
 */
u32 igd_vbios_index(struct igd *igd, u32 entry, bool high);

/*
 * igd_vbios_write_entry - write a whole GTT entry through BAR4 as a video
 * BIOS does: INDEX and DATA, from Gen8 on twice, the low half first.
 */
void igd_vbios_write_entry(struct igd *igd, u32 entry, u64 pte);

/*
 * igd_vbios_show - let the display plane of pipe A show an XRGB8888 picture.
 * @address is a graphics address, a multiple of 4 KiB. The picture's rows are
 * @width * 4 bytes apart, which must be a multiple of 64.
 */
void igd_vbios_show(struct igd *igd, u32 address, u32 width, u32 height);

#endif
