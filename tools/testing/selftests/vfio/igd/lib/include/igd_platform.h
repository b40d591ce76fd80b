/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_PLATFORM_H
#define SELFTESTS_VFIO_IGD_PLATFORM_H

#include <stdbool.h>

#include <linux/types.h>

/* Properties of a generation for tests; the sources are in the .c file. */
struct igd_platform {
	const char *name;
	unsigned int gen;	/* 6, 7, 8, 9, 11, 12; 13 from Meteor Lake on */
	u16 bdsm;		/* config offset of BDSM, 0: has none */
	u8 bdsm_size;		/* bytes */
	u8 pte_size;		/* bytes of a GTT entry */
	u32 pte_high;		/* bits of a 32-bit entry with address bits 32 and up */
	u32 gtt;		/* offset of the GTT in BAR0 */
	u32 display;		/* offset of the display registers in BAR0 */
	bool iobar;		/* BAR4 exists */
	bool iobar_gtt;		/* BAR4 reaches the GTT */
	bool chv;		/* Cherryview codes GGC as no other */
};

/*
 * igd_platform - the platform of PCI device id @device_id.
 * Returns NULL for an id that is not an IGD from Sandy Bridge to Lunar Lake.
 */
const struct igd_platform *igd_platform(u16 device_id);

/*
 * igd_pte - a valid GTT entry for the page at @address.
 * @flags are further bits of the entry, none of them address bits.
 */
u64 igd_pte(const struct igd_platform *platform, u64 address, u64 flags);

/* igd_platform_stolen_size - the bytes of stolen memory that GGC says. */
u64 igd_platform_stolen_size(const struct igd_platform *platform, u16 ggc);

/* igd_platform_gtt_size - the bytes of the GTT that GGC says. */
u32 igd_platform_gtt_size(const struct igd_platform *platform, u16 ggc);

#endif
