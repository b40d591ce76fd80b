// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's OpRegion, which ASLS points to, and the region with its copy
 */

#include <linux/align.h>
#include <linux/ioport.h>
#include <linux/io.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"

/*
 * Copies host physical memory that is not RAM. For RAM memremap() would return
 * the direct map, and firmware's tables are never in memory that Linux uses.
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

/* Appends the extended VBT to *@opregion, or stores why it is omitted */
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

/*
 * Copies the OpRegion that ASLS of @pdev points to, and changes the copy for a
 * guest. On IGD_OPREGION_OK the caller frees *@opregion with kvfree(). The
 * device must be resumed.
 */
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

/*
 * Describes the host's OpRegion and its VBT in the @size bytes of @text, for a
 * message. The device must be resumed.
 */
void igd_opregion_summarize(struct pci_dev *pdev, char *text, size_t size)
{
	enum igd_opregion_error error;
	struct igd_opregion *opregion;

	error = igd_opregion_load(pdev, &opregion);
	if (error) {
		snprintf(text, size, "no OpRegion (%s)",
			 igd_opregion_strerror(error));
		return;
	}

	igd_opregion_describe(opregion, text, size);
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

/* Logs whether the guest lacks a VBT, and which one it has instead */
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

/*
 * Copies the host's OpRegion to idev->opregion, for the next user. Returns 0 or
 * -ENOMEM. If there is no OpRegion, logs the reason and returns 0.
 */
int igd_opregion_get(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	enum igd_opregion_error error;

	error = igd_opregion_load(pdev, &idev->opregion);
	if (error == IGD_OPREGION_NO_MEMORY)
		return -ENOMEM;
	if (error)
		pci_info_ratelimited(pdev,
				     "Intel IGD: no OpRegion region: %s\n",
				     igd_opregion_strerror(error));
	else
		igd_opregion_report(pdev, idev->opregion);
	return 0;
}

/*
 * Registers the OpRegion region, if there is an OpRegion. Returns 0 or -ENOMEM.
 * The region, or this function in case of an error, frees idev->opregion.
 */
int igd_opregion_register(struct igd_vfio_pci_core_device *idev)
{
	int ret;

	if (!idev->opregion)
		return 0;

	ret = vfio_pci_core_register_dev_region(&idev->core_device,
						IGD_REGION_TYPE,
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
