// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual and protected registers, in configuration space and in BAR0
 *
 * ASLS and BDSM point at host memory. The guest gets registers of its own in
 * their place, which never reach the hardware. A few others can be read but
 * not written, because with them a guest reaches beyond its device. Of an IGD
 * of an unknown generation only ASLS is virtual: the one register that is in the
 * same place on all generations.
 *
 * Gen 11 and 12 have BDSM at 0xc0. Firmware that does not know this (SeaBIOS),
 * or takes a device whose 0xc0 reads 0 for an older one, writes a base of 32 bits
 * to 0x5c, where gen 11 and 12 are known to have nothing. It is the low half of
 * the same virtual BDSM.
 *
 * The bytes in the table belong to no capability of any generation. These are,
 * as lspci shows them (length in brackets):
 *
 *   Sandy Bridge to Broadwell	90 MSI (0a), a4 AF (06), d0 PM (08)
 *   Valleyview, Cherryview	90 MSI (0a), b0 vendor (07), d0 PM (08)
 *   gen 9 and later		40 vendor (0c), 70 PCIe (3c), ac MSI (14),
 *				d0 PM (08), 100 and up
 */

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <kunit/visibility.h>

#include "igd.h"
#include "trace.h"

#define IGD_32		BIT(IGD_BDSM_32)
#define IGD_64		BIT(IGD_BDSM_64)
#define IGD_KNOWN	(BIT(IGD_BDSM_NONE) | IGD_32 | IGD_64)
#define IGD_ALL		(BIT(IGD_BDSM_UNKNOWN) | IGD_KNOWN)

#define IGD_CONFIG_REG(_offset, _size, _bdsm, _vreg, _store)		\
	{ VFIO_PCI_CONFIG_REGION_INDEX, _offset, _size, _bdsm, _vreg, _store }

/*
 * By region and offset, for most searches to end at one of the first. Those of
 * one platform do not overlap. igd_vfio_pci_is_core() in main.c passes by what
 * cannot be in here: the header, and BAR0 but the page.
 */
static_assert(IGD_CFG_DEV2CTL >= PCI_STD_HEADER_SIZEOF);
static const struct igd_reg igd_regs[] = {
	/* Repeats BDSM, among other system agent registers */
	{ VFIO_PCI_BAR0_REGION_INDEX, IGD_BAR0_SA_PAGE, IGD_BAR0_SA_PAGE_SIZE,
	  IGD_32 | IGD_64, IGD_VREG_MIRROR, false },

	/* Hides BAR4, from the host's next driver too */
	IGD_CONFIG_REG(IGD_CFG_DEV2CTL, 4, IGD_KNOWN, IGD_VREG_HARDWARE,
		       false),
	IGD_CONFIG_REG(IGD_CFG_BDSM, 4, IGD_32 | IGD_64, IGD_VREG_BDSM, true),
	/* Makes BAR2 decode addresses of other devices */
	IGD_CONFIG_REG(IGD_CFG_MSAC, 1, IGD_KNOWN, IGD_VREG_HARDWARE, false),
	IGD_CONFIG_REG(IGD_CFG_BDSM64, 8, IGD_64, IGD_VREG_BDSM, true),
	/* Raise an SMI or SCI in the host's firmware */
	IGD_CONFIG_REG(IGD_CFG_SWSMI, IGD_CFG_SWSMI_SIZE, IGD_KNOWN,
		       IGD_VREG_HARDWARE, false),
	IGD_CONFIG_REG(IGD_CFG_ASLS, 4, IGD_ALL, IGD_VREG_ASLS, true),
};

static const char * const igd_vreg_names[] = {
	[IGD_VREG_ASLS] = "ASLS",
	[IGD_VREG_BDSM] = "BDSM",
};

const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   u32 region, u64 pos, size_t *len,
				   bool iswrite)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(igd_regs); i++) {
		const struct igd_reg *reg = &igd_regs[i];

		if (reg->region < region ||
		    (reg->region == region && pos >= reg->offset + reg->size))
			continue;
		if (reg->region > region || pos + *len <= reg->offset)
			break;
		if (!(reg->bdsm & BIT(platform->bdsm)) ||
		    (!iswrite && reg->vreg == IGD_VREG_HARDWARE))
			continue;

		if (pos < reg->offset) {
			*len = reg->offset - pos;
			break;
		}
		*len = min_t(u64, *len, reg->offset + reg->size - pos);
		return reg;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(igd_reg_find);

void igd_vregs_reset(struct igd_vfio_pci_core_device *idev)
{
	guard(mutex)(&idev->lock);

	memset(idev->vregs.value, 0, sizeof(idev->vregs.value));
	igd_mirror_reset(idev);
}

static bool igd_vreg_is_set(const struct igd_vregs *vregs, enum igd_vreg vreg)
{
	if (vreg == IGD_VREG_BDSM)
		return igd_guest_base(vregs);
	return le64_to_cpu(vregs->value[vreg]);
}

/* Returns whether this is the first time since open that the guest sets it */
static bool igd_vreg_write(struct igd_vfio_pci_core_device *idev,
			   enum igd_vreg vreg, u32 offset, const void *bytes,
			   size_t len)
{
	struct igd_vregs *vregs = &idev->vregs;

	guard(mutex)(&idev->lock);

	memcpy((u8 *)&vregs->value[vreg] + offset, bytes, len);
	if (vreg == IGD_VREG_BDSM)
		igd_mirror_update(idev);
	return igd_vreg_is_set(vregs, vreg) &&
	       !__test_and_set_bit(vreg, &vregs->seen);
}

/* Bytes of a register that the hardware has no part in; @len up to 8 */
static __le64 igd_reg_bytes(struct igd_vfio_pci_core_device *idev,
			    const struct igd_reg *reg, u32 offset, size_t len)
{
	__le64 bytes = 0;

	guard(mutex)(&idev->lock);

	if (reg->vreg == IGD_VREG_MIRROR)
		igd_mirror_read(idev, offset, &bytes, len);
	else
		memcpy(&bytes, (u8 *)&idev->vregs.value[reg->vreg] + offset,
		       len);
	return bytes;
}

/*
 * BAR0 answers like the hardware, thus awake and decoding only; configuration
 * space always does.
 */
static int igd_reg_check_decoded(struct igd_vfio_pci_core_device *idev,
				 const struct igd_reg *reg)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	int ret;

	if (reg->region == VFIO_PCI_CONFIG_REGION_INDEX)
		return 0;

	ret = igd_resume(idev);
	if (ret)
		return ret;
	scoped_guard(rwsem_read, &vdev->memory_lock)
		ret = __vfio_pci_memory_enabled(vdev) ? 0 : -EIO;
	pm_runtime_put(&vdev->pdev->dev);
	return ret;
}

/* Access to up to 8 bytes at @offset of @reg, not crossing its end */
static int igd_reg_write(struct igd_vfio_pci_core_device *idev,
			 const struct igd_reg *reg, u32 offset,
			 const char __user *buf, size_t len)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	__le64 bytes = 0;

	if (copy_from_user(&bytes, buf, len))
		return -EFAULT;

	trace_igd_vfio_pci_reg(pci_name(pdev), reg, offset, len,
			       le64_to_cpu(bytes), true);
	if (reg->store &&
	    igd_vreg_write(idev, reg->vreg, offset, &bytes, len))
		pci_info_ratelimited(pdev, "Intel IGD: guest set %s: %#llx\n",
				     igd_vreg_names[reg->vreg],
				     le64_to_cpu(igd_reg_bytes(idev, reg, 0,
							       reg->size)));
	return 0;
}

static int igd_reg_read(struct igd_vfio_pci_core_device *idev,
			const struct igd_reg *reg, u32 offset,
			char __user *buf, size_t len)
{
	__le64 bytes = igd_reg_bytes(idev, reg, offset, len);

	trace_igd_vfio_pci_reg(pci_name(idev->core_device.pdev), reg, offset,
			       len, le64_to_cpu(bytes), false);
	return copy_to_user(buf, &bytes, len) ? -EFAULT : 0;
}

static ssize_t igd_core_rw(struct igd_vfio_pci_core_device *idev,
			   char __user *buf, size_t count, loff_t pos,
			   bool iswrite)
{
	struct vfio_device *core_vdev = &idev->core_device.vdev;

	if (iswrite)
		return vfio_pci_core_write(core_vdev, buf, count, &pos);
	return vfio_pci_core_read(core_vdev, buf, count, &pos);
}

/* Accesses bytes up to @len that are all in @reg, or all the core's */
static ssize_t igd_regs_rw_some(struct igd_vfio_pci_core_device *idev,
				char __user *buf, size_t len, loff_t pos,
				bool iswrite)
{
	u32 region = VFIO_PCI_OFFSET_TO_INDEX(pos);
	u64 offset = pos & VFIO_PCI_OFFSET_MASK;
	const struct igd_reg *reg;
	int ret;

	reg = igd_reg_find(idev->platform, region, offset, &len, iswrite);
	if (!reg)
		return igd_core_rw(idev, buf, len, pos, iswrite);

	ret = igd_reg_check_decoded(idev, reg);
	if (ret)
		return ret;

	offset -= reg->offset;
	len = min(len, sizeof(u64));
	if (iswrite)
		ret = igd_reg_write(idev, reg, offset, buf, len);
	else
		ret = igd_reg_read(idev, reg, offset, buf, len);
	return ret ?: len;
}

bool igd_regs_is_core(struct igd_vfio_pci_core_device *idev, size_t count,
		      loff_t pos, bool iswrite)
{
	size_t len = count;

	return !igd_reg_find(idev->platform, VFIO_PCI_OFFSET_TO_INDEX(pos),
			     pos & VFIO_PCI_OFFSET_MASK, &len, iswrite) &&
	       len == count;
}

/*
 * What is wrong with an access to configuration space the core says, of the
 * whole; one across the end of BAR0 is cut short, as the core does it.
 */
static bool igd_regs_clip(struct pci_dev *pdev, loff_t start, size_t *count)
{
	u64 pos = start & VFIO_PCI_OFFSET_MASK;
	u64 end;

	if (VFIO_PCI_OFFSET_TO_INDEX(start) == VFIO_PCI_CONFIG_REGION_INDEX)
		return pos < pdev->cfg_size && *count <= pdev->cfg_size - pos;

	end = pci_resource_len(pdev, 0);
	if (pos >= end)
		return false;
	*count = min_t(u64, *count, end - pos);
	return true;
}

ssize_t igd_regs_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite)
{
	size_t done = 0;
	ssize_t ret;

	if (!igd_regs_clip(idev->core_device.pdev, *ppos, &count))
		return igd_core_rw(idev, buf, count, *ppos, iswrite);

	while (done < count) {
		ret = igd_regs_rw_some(idev, buf + done, count - done,
				       *ppos + done, iswrite);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
		done += ret;
	}

	*ppos += done;
	return done;
}
