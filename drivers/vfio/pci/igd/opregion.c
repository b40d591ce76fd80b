// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpRegion: firmware's tables for a graphics driver, including the VBT
 *
 * The guest gets a copy, taken at open. Its format is that of vfio-pci: 8 KiB,
 * directly followed by the VBT if that is too large for mailbox 4. Firmware may
 * have such an extended VBT anywhere: version 2.0 has its host address in RVDA,
 * later versions its offset. The copy has the extended VBT at offset 8 KiB, so
 * version 2.0 becomes 2.1 and RVDA 8 KiB.
 *
 * The driver follows i915: intel_opregion_setup() in
 * drivers/gpu/drm/i915/display/intel_opregion.c checks only the signature, and
 * uses the VBT in mailbox 4 if the extended one is not valid. So an extended
 * VBT that cannot be used is omitted, and the OpRegion is shown without it. A
 * few stricter checks keep the guest from host memory outside of the VBT.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <kunit/visibility.h>

#include "opregion.h"
#include "regs.h"

static const char * const igd_opregion_errors[] = {
	[IGD_OPREGION_OK] = "none",
	[IGD_OPREGION_ASLS_ZERO] = "ASLS is 0, firmware offers none",
	[IGD_OPREGION_ASLS_ONES] = "ASLS is all ones",
	[IGD_OPREGION_RAM] = "ASLS points into System RAM",
	[IGD_OPREGION_UNMAPPABLE] = "ASLS points to what cannot be mapped",
	[IGD_OPREGION_SIGNATURE] = "ASLS points to no OpRegion signature",
	[IGD_OPREGION_NO_MEMORY] = "out of memory",
};

/* Returns why there is no OpRegion, as text for a message. */
const char *igd_opregion_strerror(enum igd_opregion_error error)
{
	if (error >= ARRAY_SIZE(igd_opregion_errors))
		return "unknown";
	return igd_opregion_errors[error];
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_strerror);

static const char * const igd_vbt_errors[] = {
	[IGD_VBT_OK] = "none",
	[IGD_VBT_RVDS] = "RVDS is larger than any VBT",
	[IGD_VBT_RVDA_LOW] = "RVDA is below 8 KiB, in the OpRegion itself",
	[IGD_VBT_WRAPS] = "RVDA and RVDS wrap around",
	[IGD_VBT_OVERLAPS] = "it overlaps the OpRegion",
	[IGD_VBT_RAM] = "it is in System RAM",
	[IGD_VBT_UNMAPPABLE] = "it cannot be mapped",
	[IGD_VBT_SHORT] = "RVDS is smaller than a VBT header",
	[IGD_VBT_SIGNATURE] = "there is no VBT signature",
	[IGD_VBT_SIZE] = "vbt_size is larger than its window",
	[IGD_VBT_BDB] = "the BDB is not inside of vbt_size",
};

/* Returns why a VBT is not used, as text for a message. */
const char *igd_vbt_strerror(enum igd_vbt_error error)
{
	if (error >= ARRAY_SIZE(igd_vbt_errors))
		return "unknown";
	return igd_vbt_errors[error];
}
EXPORT_SYMBOL_IF_KUNIT(igd_vbt_strerror);

/* Returns whether the OPREGION_SIZE bytes have the signature of an OpRegion. */
bool igd_opregion_is_signed(const u8 *bytes)
{
	return !memcmp(bytes, OPREGION_SIGNATURE, strlen(OPREGION_SIGNATURE));
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_is_signed);

/*
 * Finds the extended VBT of the OpRegion @bytes, which is at host address
 * @addr. Returns IGD_VBT_OK if the OpRegion has none, or one at a possible
 * address. i915 also requires mailbox 3; the driver leaves that check to the
 * guest, as do stock vfio-pci and guest firmware (PlatformGopPolicy in
 * VfioIgdPkg).
 */
enum igd_vbt_error igd_vbt_locate(const u8 *bytes, u64 addr,
				  struct igd_vbt_place *place)
{
	u64 rvda = get_unaligned_le64(bytes + OPREGION_RVDA);
	u32 rvds = get_unaligned_le32(bytes + OPREGION_RVDS);
	u16 version = get_unaligned_le16(bytes + OPREGION_VERSION);
	u64 end;

	place->addr = 0;
	place->size = 0;

	if (version < 0x0200 || !rvda || !rvds)
		return IGD_VBT_OK;

	if (rvds > VBT_MAX_SIZE)
		return IGD_VBT_RVDS;
	if (version > 0x0200 && rvda < OPREGION_SIZE)
		return IGD_VBT_RVDA_LOW;
	if (version > 0x0200 && check_add_overflow(addr, rvda, &rvda))
		return IGD_VBT_WRAPS;
	if (check_add_overflow(rvda, rvds, &end))
		return IGD_VBT_WRAPS;
	if (rvda < addr + OPREGION_SIZE && end > addr)
		return IGD_VBT_OVERLAPS;

	place->addr = rvda;
	place->size = rvds;
	return IGD_VBT_OK;
}
EXPORT_SYMBOL_IF_KUNIT(igd_vbt_locate);

/*
 * Returns why i915 would not use @vbt, which has room for @window bytes, by the
 * rules of intel_bios_is_valid_vbt() in i915/display/intel_bios.c.
 */
enum igd_vbt_error igd_vbt_check(const u8 *vbt, u32 window)
{
	u32 size, bdb;

	if (window < VBT_HEADER_SIZE)
		return IGD_VBT_SHORT;
	if (memcmp(vbt, VBT_SIGNATURE, strlen(VBT_SIGNATURE)))
		return IGD_VBT_SIGNATURE;

	size = get_unaligned_le16(vbt + VBT_VBT_SIZE);
	if (size > window)
		return IGD_VBT_SIZE;

	bdb = get_unaligned_le32(vbt + VBT_BDB);
	if (bdb > size || size - bdb < BDB_HEADER_SIZE)
		return IGD_VBT_BDB;
	if (get_unaligned_le16(vbt + bdb + BDB_BDB_SIZE) > size - bdb)
		return IGD_VBT_BDB;
	return IGD_VBT_OK;
}
EXPORT_SYMBOL_IF_KUNIT(igd_vbt_check);

static bool igd_opregion_is_extended(const struct igd_opregion *opregion)
{
	return opregion->size > OPREGION_SIZE;
}

/*
 * Finds the VBT that i915 would use in @opregion, and sets @offset to its
 * offset there. If the VBT at @offset is not valid, returns the error.
 */
enum igd_vbt_error igd_opregion_find_vbt(const struct igd_opregion *opregion,
					 u32 *offset)
{
	u32 mailboxes = get_unaligned_le32(opregion->data + OPREGION_MAILBOXES);
	u32 end = OPREGION_SIZE;

	*offset = OPREGION_VBT;
	if (igd_opregion_is_extended(opregion)) {
		*offset = OPREGION_SIZE;
		end = opregion->size;
	} else if (mailboxes & OPREGION_MAILBOX_ASLE_EXT) {
		end = OPREGION_ASLE_EXT;
	}
	return igd_vbt_check(opregion->data + *offset, end - *offset);
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_find_vbt);

/*
 * Firmware often changes a VBT without an update of its checksum: it is wrong
 * in 247 of the 470 VBTs in coreboot. i915 ignores it, but a GOP driver in the
 * guest rejects such a VBT. So guest firmware repairs it: PlatformGopPolicy of
 * acrn-edk2 (pull request 19) and of VfioIgdPkg. There the vbt_size bytes add
 * up to 0.
 */
static bool igd_opregion_repair_vbt(struct igd_opregion *opregion)
{
	u32 offset, size, i;
	u8 sum = 0, *vbt;

	if (igd_opregion_find_vbt(opregion, &offset))
		return false;

	vbt = opregion->data + offset;
	size = get_unaligned_le16(vbt + VBT_VBT_SIZE);
	for (i = 0; i < size; i++)
		sum += vbt[i];
	if (!sum || size <= VBT_CHECKSUM)
		return false;

	vbt[VBT_CHECKSUM] -= sum;
	return true;
}

/*
 * Changes a copy of the host's OpRegion, with its extended VBT unless that is
 * omitted, into the OpRegion that a guest may see.
 */
void igd_opregion_present(struct igd_opregion *opregion)
{
	bool extended = igd_opregion_is_extended(opregion);
	u8 *bytes = opregion->data;

	/* i915 ignores it, but this is the size that the guest has */
	put_unaligned_le32(OPREGION_SIZE / SZ_1K, bytes + OPREGION_SIZE_KIB);

	if (extended &&
	    get_unaligned_le16(bytes + OPREGION_VERSION) == 0x0200)
		put_unaligned_le16(0x0201, bytes + OPREGION_VERSION);
	put_unaligned_le64(extended ? OPREGION_SIZE : 0, bytes + OPREGION_RVDA);
	if (opregion->left_out)
		put_unaligned_le32(0, bytes + OPREGION_RVDS);

	/* A host address and its size that no guest can use */
	put_unaligned_le64(0, bytes + OPREGION_FDSS);
	put_unaligned_le32(0, bytes + OPREGION_FDSP);

	opregion->repaired = igd_opregion_repair_vbt(opregion);
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_present);

/*
 * Describes the OpRegion and its VBT in the @size bytes of @text, for a
 * message.
 */
void igd_opregion_describe(const struct igd_opregion *opregion, char *text,
			   size_t size)
{
	const u8 *bytes = opregion->data;
	u32 offset;
	int len;

	len = scnprintf(text, size, "OpRegion %u.%u (%u bytes), ",
			bytes[OPREGION_VERSION + 1], bytes[OPREGION_VERSION],
			opregion->size);
	if (igd_opregion_find_vbt(opregion, &offset)) {
		snprintf(text + len, size - len, "no valid VBT");
		return;
	}

	snprintf(text + len, size - len, "VBT %u (%u bytes) %s%s",
		 get_unaligned_le16(bytes + offset + VBT_VERSION),
		 get_unaligned_le16(bytes + offset + VBT_VBT_SIZE),
		 igd_opregion_is_extended(opregion) ? "extended" :
						      "in mailbox 4",
		 opregion->repaired ? ", checksum repaired" : "");
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_describe);
