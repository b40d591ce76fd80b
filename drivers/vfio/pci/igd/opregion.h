/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: OpRegion and VBT
 *
 * Pure: works on bytes, numbers and callbacks, and knows of no device.
 */

#ifndef IGD_VFIO_PCI_OPREGION_H
#define IGD_VFIO_PCI_OPREGION_H

#include <linux/types.h>

/* Why there is no OpRegion */
enum igd_opregion_error {
	IGD_OPREGION_OK,
	IGD_OPREGION_ASLS_ZERO,
	IGD_OPREGION_ASLS_ONES,
	IGD_OPREGION_RAM,
	IGD_OPREGION_UNMAPPABLE,
	IGD_OPREGION_SIGNATURE,
	IGD_OPREGION_NO_MEMORY,
};

/* Why a VBT is not used; the OpRegion can be used without it */
enum igd_vbt_error {
	IGD_VBT_OK,
	/* The address of an extended VBT */
	IGD_VBT_RVDS,
	IGD_VBT_RVDA_LOW,
	IGD_VBT_WRAPS,
	IGD_VBT_OVERLAPS,
	IGD_VBT_RAM,
	IGD_VBT_UNMAPPABLE,
	/* The bytes of any VBT */
	IGD_VBT_SHORT,
	IGD_VBT_SIGNATURE,
	IGD_VBT_SIZE,
	IGD_VBT_BDB,
};

/* Where the extended VBT is; there is none if the size is 0 */
struct igd_vbt_place {
	u64 addr;	/* host physical */
	u32 size;	/* bytes */
};

/* The OpRegion as the guest sees it */
struct igd_opregion {
	enum igd_vbt_error left_out;	/* why an extended VBT is missing */
	bool repaired;	/* the checksum of the VBT */
	u32 size;	/* bytes: OPREGION_SIZE plus extended VBT */
	u8 data[] __counted_by(size);
};

const char *igd_opregion_strerror(enum igd_opregion_error error);
const char *igd_vbt_strerror(enum igd_vbt_error error);

bool igd_opregion_is_signed(const u8 *bytes);
enum igd_vbt_error igd_vbt_locate(const u8 *bytes, u64 addr,
				  struct igd_vbt_place *place);
enum igd_vbt_error igd_vbt_check(const u8 *vbt, u32 window);
enum igd_vbt_error igd_opregion_find_vbt(const struct igd_opregion *opregion,
					 u32 *offset);
void igd_opregion_present(struct igd_opregion *opregion);
void igd_opregion_describe(const struct igd_opregion *opregion, char *text,
			   size_t size);

#endif
