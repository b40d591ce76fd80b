// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to the virtual and protected registers, in configuration space and
 * BAR0
 *
 * registers.c has the table of these registers. An access may touch several of
 * them and bytes that the core handles. It is split at their borders.
 */

#include <linux/cleanup.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"
#include "trace.h"

static const char * const igd_vreg_names[] = {
	[IGD_VREG_ASLS] = "ASLS",
	[IGD_VREG_BDSM] = "BDSM",
	[IGD_VREG_BAR5] = "BAR5",
};

/* Sets the virtual registers to their values after a reset. */
void igd_vregs_reset(struct igd_vfio_pci_core_device *idev)
{
	guard(mutex)(&idev->lock);

	memset(idev->vregs.value, 0, sizeof(idev->vregs.value));
	igd_mirror_reset(idev);
}

/* Sets the virtual registers to their values after open. */
void igd_vregs_open(struct igd_vfio_pci_core_device *idev)
{
	idev->vregs.seen = 0;
	igd_vregs_reset(idev);
}

/* Explains a dark screen at close. The user has no other sign of its cause. */
void igd_vregs_explain(struct igd_vfio_pci_core_device *idev)
{
	unsigned long seen = idev->vregs.seen;
	struct pci_dev *pdev = idev->core_device.pdev;

	if (igd_has_bar5(idev))
		return;
	if (!test_bit(IGD_VREG_ASLS, &seen))
		pci_info_ratelimited(pdev,
				     "Intel IGD: guest never wrote ASLS: its firmware does not hand an OpRegion to the guest's driver\n");
	if (igd_has_bdsm(idev->platform) && !test_bit(IGD_VREG_BDSM, &seen))
		pci_info_ratelimited(pdev,
				     "Intel IGD: guest never wrote BDSM: its firmware reserves no stolen memory\n");
}

static bool igd_vreg_is_set(const struct igd_vregs *vregs, enum igd_vreg vreg)
{
	switch (vreg) {
	case IGD_VREG_BDSM:
		return igd_written_base(vregs);
	case IGD_VREG_BAR5:
		return false;	/* it counts when it decodes */
	default:
		return le64_to_cpu(vregs->value[vreg]);
	}
}

/* Returns whether the guest sets the register for the first time since open */
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

/* Returns bytes of a register without access to the hardware; @len up to 8 */
static __le64 igd_reg_bytes(struct igd_vfio_pci_core_device *idev,
			    const struct igd_reg *reg, u32 offset, size_t len)
{
	__le64 bytes = 0, value;

	guard(mutex)(&idev->lock);

	if (reg->kind == IGD_REG_SA_PAGE) {
		igd_mirror_read(idev, offset, &bytes, len);
	} else {
		value = igd_vreg_read(&idev->vregs, reg->vreg);
		memcpy(&bytes, (u8 *)&value + offset, len);
	}
	return bytes;
}

/* Writes up to 8 bytes at @offset of @reg, not crossing its end */
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
	if (reg->kind == IGD_REG_VIRTUAL &&
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

/*
 * Accesses the first of @len bytes that are in one register, or that the core
 * has
 */
static ssize_t igd_regs_rw_run(struct igd_vfio_pci_core_device *idev,
			       char __user *buf, size_t len, loff_t pos,
			       bool iswrite)
{
	u64 offset = pos & VFIO_PCI_OFFSET_MASK;
	const struct igd_reg *reg;
	int ret;

	reg = igd_reg_find(idev->platform, igd_has_bar5(idev),
			   VFIO_PCI_OFFSET_TO_INDEX(pos), offset, &len,
			   iswrite);
	if (!reg)
		return igd_core_rw(idev, buf, len, pos, iswrite);

	/* Configuration space always answers */
	ret = reg->region == VFIO_PCI_CONFIG_REGION_INDEX ?
	      0 : igd_check_memory(idev);
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

/*
 * Shortens an access that crosses the end of BAR0, as the core does. Returns
 * false if the access is invalid, for the core to return the error.
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

/*
 * Accesses configuration space or BAR0, for vfio_device_ops.read and .write.
 * Call it if igd_regs_include() returns true for the access.
 */
ssize_t igd_regs_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite)
{
	size_t done = 0;
	ssize_t ret;

	if (!igd_regs_clip(idev->core_device.pdev, *ppos, &count))
		return igd_core_rw(idev, buf, count, *ppos, iswrite);

	do {
		ret = igd_regs_rw_run(idev, buf + done, count - done,
				      *ppos + done, iswrite);
		if (ret > 0)
			done += ret;
	} while (ret > 0 && done < count);

	if (iswrite)
		igd_bar5_follow(idev);
	if (ret < 0)
		return ret;
	*ppos += done;
	return done;
}
