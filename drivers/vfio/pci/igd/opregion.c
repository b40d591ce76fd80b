// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpRegion: what firmware tells a graphics driver, the VBT among it
 *
 * The guest gets a copy, taken at open. Its format is that of vfio-pci: 8 KiB,
 * directly followed by the VBT if that is too large for mailbox 4. Firmware
 * may have such an extended VBT anywhere: version 2.0 has its host address in
 * RVDA, later versions its offset. One behind the other both read as the
 * latter, so version 2.0 becomes 2.1 and RVDA 8 KiB.
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
	[IGD_OPREGION_SIZE] = "header has a size other than 8 KiB",
	[IGD_OPREGION_RVDS] = "RVDS is larger than any VBT",
	[IGD_OPREGION_RVDA_LOW] = "RVDA is below 8 KiB, in the OpRegion itself",
	[IGD_OPREGION_RVDA_WRAPS] = "extended VBT wraps around",
	[IGD_OPREGION_RVDA_OVERLAPS] = "extended VBT overlaps the OpRegion",
	[IGD_OPREGION_RVDA_RAM] = "extended VBT is in System RAM",
	[IGD_OPREGION_RVDA_UNMAPPABLE] = "extended VBT cannot be mapped",
	[IGD_OPREGION_VBT] = "VBT header is longer than its window",
	[IGD_OPREGION_NO_MEMORY] = "out of memory",
};

const char *igd_opregion_strerror(enum igd_opregion_error error)
{
	if (error >= ARRAY_SIZE(igd_opregion_errors))
		return "unknown";
	return igd_opregion_errors[error];
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_strerror);

enum igd_opregion_error igd_opregion_parse(const u8 *bytes, u64 addr,
					   struct igd_opregion_vbt *vbt)
{
	u64 rvda = get_unaligned_le64(bytes + OPREGION_RVDA);
	u32 rvds = get_unaligned_le32(bytes + OPREGION_RVDS);
	u16 version = get_unaligned_le16(bytes + OPREGION_VERSION);
	u64 end;

	vbt->addr = 0;
	vbt->size = 0;

	if (memcmp(bytes, OPREGION_SIGNATURE, strlen(OPREGION_SIGNATURE)))
		return IGD_OPREGION_SIGNATURE;
	if (get_unaligned_le32(bytes + OPREGION_SIZE_KIB) !=
	    OPREGION_SIZE / SZ_1K)
		return IGD_OPREGION_SIZE;
	if (version < 0x0200 || !rvda || !rvds)
		return IGD_OPREGION_OK;

	if (rvds > VBT_MAX_SIZE)
		return IGD_OPREGION_RVDS;
	if (version > 0x0200 && rvda < OPREGION_SIZE)
		return IGD_OPREGION_RVDA_LOW;
	if (version > 0x0200 && check_add_overflow(addr, rvda, &rvda))
		return IGD_OPREGION_RVDA_WRAPS;
	if (check_add_overflow(rvda, rvds, &end))
		return IGD_OPREGION_RVDA_WRAPS;
	if (rvda < addr + OPREGION_SIZE && end > addr)
		return IGD_OPREGION_RVDA_OVERLAPS;

	vbt->addr = rvda;
	vbt->size = rvds;
	return IGD_OPREGION_OK;
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_parse);

void igd_opregion_present(u8 *bytes, bool extended)
{
	if (extended &&
	    get_unaligned_le16(bytes + OPREGION_VERSION) == 0x0200)
		put_unaligned_le16(0x0201, bytes + OPREGION_VERSION);
	put_unaligned_le64(extended ? OPREGION_SIZE : 0, bytes + OPREGION_RVDA);

	/* A host address and its size that no guest can use */
	put_unaligned_le64(0, bytes + OPREGION_FDSS);
	put_unaligned_le32(0, bytes + OPREGION_FDSP);
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_present);

u16 igd_opregion_version(const struct igd_opregion *opregion)
{
	return get_unaligned_le16(opregion->data + OPREGION_VERSION);
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_version);

const u8 *igd_opregion_find_vbt(const struct igd_opregion *opregion, u32 *window)
{
	u32 mailboxes = get_unaligned_le32(opregion->data + OPREGION_MAILBOXES);
	u32 start = OPREGION_VBT;

	if (opregion->size > OPREGION_SIZE) {
		start = OPREGION_SIZE;
		*window = opregion->size - OPREGION_SIZE;
	} else if (mailboxes & OPREGION_MAILBOX_ASLE_EXT) {
		*window = OPREGION_ASLE_EXT - OPREGION_VBT;
	} else {
		*window = OPREGION_SIZE - OPREGION_VBT;
	}

	if (*window < VBT_HEADER_SIZE ||
	    memcmp(opregion->data + start, VBT_SIGNATURE,
		   strlen(VBT_SIGNATURE)))
		return NULL;
	return opregion->data + start;
}
EXPORT_SYMBOL_IF_KUNIT(igd_opregion_find_vbt);

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

static enum igd_opregion_error
igd_opregion_copy_vbt(struct igd_opregion **opregion,
		      const struct igd_opregion_vbt *vbt)
{
	struct igd_opregion *old = *opregion, *new;
	int ret;

	new = kvzalloc(struct_size(new, data, OPREGION_SIZE + vbt->size),
		       GFP_KERNEL_ACCOUNT);
	if (!new)
		return IGD_OPREGION_NO_MEMORY;

	new->size = OPREGION_SIZE + vbt->size;
	memcpy(new->data, old->data, OPREGION_SIZE);
	kvfree(old);
	*opregion = new;

	ret = igd_copy_firmware(new->data + OPREGION_SIZE, vbt->addr,
				vbt->size);
	if (ret == -EBUSY)
		return IGD_OPREGION_RVDA_RAM;
	return ret ? IGD_OPREGION_RVDA_UNMAPPABLE : IGD_OPREGION_OK;
}

/* Makes *@opregion a copy, to be freed whatever is returned */
static enum igd_opregion_error igd_opregion_copy(struct igd_opregion **opregion,
						 u32 asls)
{
	struct igd_opregion_vbt vbt;
	enum igd_opregion_error error;
	const u8 *header;
	u32 window;
	int ret;

	if (!asls)
		return IGD_OPREGION_ASLS_ZERO;
	if (asls == U32_MAX)
		return IGD_OPREGION_ASLS_ONES;

	*opregion = kvzalloc(struct_size(*opregion, data, OPREGION_SIZE),
			     GFP_KERNEL_ACCOUNT);
	if (!*opregion)
		return IGD_OPREGION_NO_MEMORY;

	(*opregion)->size = OPREGION_SIZE;
	ret = igd_copy_firmware((*opregion)->data, asls, OPREGION_SIZE);
	if (ret == -EBUSY)
		return IGD_OPREGION_RAM;
	if (ret)
		return IGD_OPREGION_UNMAPPABLE;

	error = igd_opregion_parse((*opregion)->data, asls, &vbt);
	if (!error && vbt.size)
		error = igd_opregion_copy_vbt(opregion, &vbt);
	if (error)
		return error;

	header = igd_opregion_find_vbt(*opregion, &window);
	if (header && get_unaligned_le16(header + VBT_VBT_SIZE) > window)
		return IGD_OPREGION_VBT;

	igd_opregion_present((*opregion)->data, vbt.size);
	return IGD_OPREGION_OK;
}

enum igd_opregion_error igd_opregion_load(struct pci_dev *pdev,
					  struct igd_opregion **opregion)
{
	enum igd_opregion_error error;
	u32 asls;

	*opregion = NULL;
	pci_read_config_dword(pdev, IGD_CFG_ASLS, &asls);

	error = igd_opregion_copy(opregion, asls);
	if (error) {
		kvfree(*opregion);
		*opregion = NULL;
	}
	return error;
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
