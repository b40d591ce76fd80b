// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpRegion: what firmware tells a graphics driver, the VBT among it
 *
 * The guest gets a copy, taken at open. Its format is that of vfio-pci: 8 KiB,
 * directly followed by the VBT if that is too large for mailbox 4. Firmware
 * may have such an extended VBT anywhere: version 2.0 has its host address in
 * RVDA, later versions its offset. One behind the other both read as the
 * latter, so version 2.0 becomes 2.1 and RVDA 8 KiB.
 *
 * Firmware is taken as i915 takes it: intel_opregion_setup() in
 * drivers/gpu/drm/i915/display/intel_opregion.c looks at nothing but the
 * signature, and uses the VBT in mailbox 4 if the extended one is not valid. So
 * an extended VBT that cannot be used is left out, and the OpRegion is shown
 * without it. What is stricter than i915 keeps a guest from host memory that is
 * not the VBT's.
 */

#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <linux/vfio.h>
#include <kunit/visibility.h>

#include "igd.h"

static const char * const igd_opregion_errors[] = {
	[IGD_OPREGION_OK] = "none",
	[IGD_OPREGION_ASLS_ZERO] = "ASLS is 0, firmware offers none",
	[IGD_OPREGION_ASLS_ONES] = "ASLS is all ones",
	[IGD_OPREGION_RAM] = "ASLS points into System RAM",
	[IGD_OPREGION_UNMAPPABLE] = "ASLS points to what cannot be mapped",
	[IGD_OPREGION_SIGNATURE] = "ASLS points to no OpRegion signature",
	[IGD_OPREGION_NO_MEMORY] = "out of memory",
};

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

const char *igd_vbt_strerror(enum igd_vbt_error error)
{
	if (error >= ARRAY_SIZE(igd_vbt_errors))
		return "unknown";
	return igd_vbt_errors[error];
}
EXPORT_SYMBOL_IF_KUNIT(igd_vbt_strerror);

bool igd_opregion_is_signed(const u8 *bytes)
{
	return !memcmp(bytes, OPREGION_SIGNATURE, strlen(OPREGION_SIGNATURE));
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_is_signed);

/*
 * That i915 also wants mailbox 3 to be announced is the guest's matter: stock
 * vfio-pci and guest firmware (PlatformGopPolicy in VfioIgdPkg) do not.
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

/* The rules of intel_bios_is_valid_vbt() in i915/display/intel_bios.c */
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
 * Firmware changes a VBT after its checksum was made: it is wrong in 247 of the
 * 470 VBTs in coreboot. i915 does not look at it, but a GOP driver in the guest
 * takes no such VBT, which is why guest firmware repairs it: PlatformGopPolicy
 * of acrn-edk2 (pull request 19) and of VfioIgdPkg. There all bytes that
 * vbt_size counts add up to 0.
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

void igd_opregion_present(struct igd_opregion *opregion)
{
	bool extended = igd_opregion_is_extended(opregion);
	u8 *bytes = opregion->data;

	/* i915 does not look at it, but this is what the guest has */
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
 * Copies host physical memory that is not RAM: memremap() would hand out the
 * direct map, and firmware's tables are never in memory that Linux uses.
 */
static int igd_copy_firmware(void *to, u64 addr, u32 size)
{
	u64 start = ALIGN_DOWN(addr, PAGE_SIZE);
	u64 end = ALIGN(addr + size, PAGE_SIZE);
	void *from;

	if (end - 1 > iomem_resource.end)
		return -ENXIO;
	if (region_intersects(start, end - start, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return -EBUSY;

	from = memremap(addr, size, MEMREMAP_WB);
	if (!from)
		return -ENXIO;
	memcpy(to, from, size);
	memunmap(from);
	return 0;
}

static struct igd_opregion *igd_opregion_alloc(u32 vbt_size)
{
	u32 size = OPREGION_SIZE + vbt_size;
	struct igd_opregion *opregion;

	opregion = kvzalloc(struct_size(opregion, data, size),
			    GFP_KERNEL_ACCOUNT);
	if (opregion)
		opregion->size = size;
	return opregion;
}

static enum igd_opregion_error igd_opregion_copy(struct igd_opregion *opregion,
						 u32 asls)
{
	int ret;

	ret = igd_copy_firmware(opregion->data, asls, OPREGION_SIZE);
	if (ret == -EBUSY)
		return IGD_OPREGION_RAM;
	if (ret)
		return IGD_OPREGION_UNMAPPABLE;
	if (!igd_opregion_is_signed(opregion->data))
		return IGD_OPREGION_SIGNATURE;
	return IGD_OPREGION_OK;
}

static enum igd_vbt_error igd_vbt_copy(u8 *to,
				       const struct igd_vbt_place *place)
{
	int ret;

	ret = igd_copy_firmware(to, place->addr, place->size);
	if (ret == -EBUSY)
		return IGD_VBT_RAM;
	if (ret)
		return IGD_VBT_UNMAPPABLE;
	return igd_vbt_check(to, place->size);
}

/* Makes *@opregion longer by the extended VBT, or notes why not */
static enum igd_opregion_error
igd_opregion_extend(struct igd_opregion **opregion, u32 asls)
{
	struct igd_opregion *old = *opregion, *new;
	struct igd_vbt_place place;

	old->left_out = igd_vbt_locate(old->data, asls, &place);
	if (!place.size)
		return IGD_OPREGION_OK;

	new = igd_opregion_alloc(place.size);
	if (!new)
		return IGD_OPREGION_NO_MEMORY;

	old->left_out = igd_vbt_copy(new->data + OPREGION_SIZE, &place);
	if (old->left_out) {
		kvfree(new);
		return IGD_OPREGION_OK;
	}

	memcpy(new->data, old->data, OPREGION_SIZE);
	kvfree(old);
	*opregion = new;
	return IGD_OPREGION_OK;
}

enum igd_opregion_error igd_opregion_load(struct pci_dev *pdev,
					  struct igd_opregion **opregion)
{
	enum igd_opregion_error error;
	u32 asls;

	*opregion = NULL;
	pci_read_config_dword(pdev, IGD_CFG_ASLS, &asls);
	if (!asls)
		return IGD_OPREGION_ASLS_ZERO;
	if (asls == U32_MAX)
		return IGD_OPREGION_ASLS_ONES;

	*opregion = igd_opregion_alloc(0);
	if (!*opregion)
		return IGD_OPREGION_NO_MEMORY;

	error = igd_opregion_copy(*opregion, asls);
	if (!error)
		error = igd_opregion_extend(opregion, asls);
	if (error) {
		kvfree(*opregion);
		*opregion = NULL;
		return error;
	}

	igd_opregion_present(*opregion);
	return IGD_OPREGION_OK;
}

void igd_opregion_describe(struct pci_dev *pdev, char *text, size_t size)
{
	enum igd_opregion_error error;
	struct igd_opregion *opregion;
	const u8 *bytes;
	u32 offset;
	int len;

	error = igd_opregion_load(pdev, &opregion);
	if (error) {
		snprintf(text, size, "no OpRegion (%s)",
			 igd_opregion_strerror(error));
		return;
	}

	bytes = opregion->data;
	len = scnprintf(text, size, "OpRegion %u.%u (%u bytes), ",
			bytes[OPREGION_VERSION + 1], bytes[OPREGION_VERSION],
			opregion->size);
	if (igd_opregion_find_vbt(opregion, &offset))
		snprintf(text + len, size - len, "no valid VBT");
	else
		snprintf(text + len, size - len, "VBT %u (%u bytes) %s%s",
			 get_unaligned_le16(bytes + offset + VBT_VERSION),
			 get_unaligned_le16(bytes + offset + VBT_VBT_SIZE),
			 igd_opregion_is_extended(opregion) ? "extended" :
							      "in mailbox 4",
			 opregion->repaired ? ", checksum repaired" : "");
	kvfree(opregion);
}

static ssize_t igd_opregion_rw(struct vfio_pci_core_device *vdev,
			       char __user *buf, size_t count, loff_t *ppos,
			       bool iswrite)
{
	const struct igd_opregion *opregion = igd_from_core(vdev)->opregion;
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;

	if (pos >= opregion->size || iswrite)
		return -EINVAL;

	count = min_t(u64, count, opregion->size - pos);
	if (copy_to_user(buf, opregion->data + pos, count))
		return -EFAULT;

	*ppos += count;
	return count;
}

static void igd_opregion_release(struct vfio_pci_core_device *vdev,
				 struct vfio_pci_region *region)
{
	struct igd_vfio_pci_core_device *idev = igd_from_core(vdev);

	kvfree(idev->opregion);
	idev->opregion = NULL;
}

static const struct vfio_pci_regops igd_opregion_regops = {
	.rw		= igd_opregion_rw,
	.release	= igd_opregion_release,
};

/* What the guest lacks, and what it has instead */
static void igd_opregion_report(struct pci_dev *pdev,
				const struct igd_opregion *opregion)
{
	enum igd_vbt_error error;
	u32 offset;

	error = igd_opregion_find_vbt(opregion, &offset);
	if (opregion->left_out)
		pci_info_ratelimited(pdev,
				     "Intel IGD: extended VBT left out: %s; %s\n",
				     igd_vbt_strerror(opregion->left_out),
				     error ? "the guest gets no valid VBT" :
					     "the VBT in mailbox 4 is used");
	else if (error)
		pci_info_ratelimited(pdev,
				     "Intel IGD: no valid VBT in mailbox 4: %s\n",
				     igd_vbt_strerror(error));
}

int igd_opregion_register(struct igd_vfio_pci_core_device *idev)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	enum igd_opregion_error error;
	int ret;

	error = igd_opregion_load(vdev->pdev, &idev->opregion);
	if (error == IGD_OPREGION_NO_MEMORY)
		return -ENOMEM;
	if (error) {
		pci_info_ratelimited(vdev->pdev,
				     "Intel IGD: no OpRegion region: %s\n",
				     igd_opregion_strerror(error));
		return 0;
	}
	igd_opregion_report(vdev->pdev, idev->opregion);

	ret = vfio_pci_core_register_dev_region(vdev, IGD_REGION_TYPE,
						VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
						&igd_opregion_regops,
						idev->opregion->size,
						VFIO_REGION_INFO_FLAG_READ,
						NULL);
	if (ret) {
		kvfree(idev->opregion);
		idev->opregion = NULL;
	}
	return ret;
}
