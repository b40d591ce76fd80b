// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR4 in hardware, and as a VFIO region
 *
 * iobar.c handles the accesses. With I/O decoding off or in D3 an access goes
 * to the ports instead, and its result is the hardware's.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>
#include <linux/uaccess.h>

#include "device.h"

static struct igd_vfio_pci_core_device *igd_from_iobar(struct igd_iobar *bar)
{
	return container_of(bar, struct igd_vfio_pci_core_device, iobar);
}

static u32 igd_hw_port_read(struct igd_iobar *bar, u32 port, u32 width)
{
	void __iomem *io = igd_from_iobar(bar)->ports + port;

	switch (width) {
	case 1:
		return ioread8(io);
	case 2:
		return ioread16(io);
	default:
		return ioread32(io);
	}
}

static void igd_hw_port_write(struct igd_iobar *bar, u32 port, u32 width,
			      u32 val)
{
	void __iomem *io = igd_from_iobar(bar)->ports + port;

	switch (width) {
	case 1:
		iowrite8(val, io);
		break;
	case 2:
		iowrite16(val, io);
		break;
	default:
		iowrite32(val, io);
	}
}

static u32 igd_hw_gtt_read(struct igd_iobar *bar, u32 offset)
{
	return readl(igd_from_iobar(bar)->gtt + offset);
}

static void igd_hw_gtt_write(struct igd_iobar *bar, u32 offset, u32 width,
			     u64 val)
{
	void __iomem *io = igd_from_iobar(bar)->gtt + offset;

	if (width == 8)
		writeq(val, io);
	else
		writel(val, io);
}

static u32 igd_hw_page_read(struct igd_iobar *bar, u32 offset, u32 width)
{
	__le32 bytes = 0;

	igd_mirror_read(igd_from_iobar(bar), offset, &bytes, width);
	return le32_to_cpu(bytes);
}

static const struct igd_iobar_ops igd_hw_ops = {
	.port_read	= igd_hw_port_read,
	.port_write	= igd_hw_port_write,
	.gtt_read	= igd_hw_gtt_read,
	.gtt_write	= igd_hw_gtt_write,
	.page_read	= igd_hw_page_read,
};

/*
 * Meteor Lake and later have no BAR4; they have no BDSM, so nothing to relocate
 */
static void __iomem *igd_bar4_map(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	void __iomem *io;

	if (!igd_has_bdsm(idev->platform) ||
	    !(pci_resource_flags(pdev, 4) & IORESOURCE_IO) ||
	    pci_resource_len(pdev, 4) < IGD_IOBAR_DECODED)
		return NULL;

	io = vfio_pci_core_get_iomap(&idev->core_device, 4);
	return IS_ERR(io) ? NULL : io;
}

/*
 * Sets up BAR4, if there is one. @cleared: all GTT entries are known to be
 * zero. Returns 0 or -ENOMEM. igd_bar4_close() also undoes a failed open.
 */
int igd_bar4_open(struct igd_vfio_pci_core_device *idev, bool cleared)
{
	struct igd_iobar *bar = &idev->iobar;

	idev->blocked_warned = false;
	idev->ports = igd_bar4_map(idev);
	if (!idev->ports)
		return 0;

	guard(mutex)(&idev->lock);

	bar->ops = &igd_hw_ops;
	bar->platform = idev->platform;
	bar->host = &idev->host;
	bar->vregs = &idev->vregs;
	bar->name = pci_name(idev->core_device.pdev);
	return igd_iobar_init(bar, cleared);
}

/* Undoes igd_bar4_open(). */
void igd_bar4_close(struct igd_vfio_pci_core_device *idev)
{
	idev->ports = NULL;
	igd_iobar_destroy(&idev->iobar);
}

/* The caller holds memory_lock, which protects COMMAND and the power state */
static bool igd_bar4_decoded(struct vfio_pci_core_device *vdev)
{
	__le16 *command = (__le16 *)&vdev->vconfig[PCI_COMMAND];
	pci_power_t state = vdev->pdev->current_state;

	return state != PCI_D3hot && state != PCI_D3cold &&
	       (le16_to_cpu(*command) & PCI_COMMAND_IO);
}

/* One access to a device that is awake; the caller holds memory_lock */
static void igd_bar4_access_locked(struct igd_vfio_pci_core_device *idev,
				   u32 port, u32 width, u32 *val, bool iswrite)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct igd_iobar *bar = &idev->iobar;

	guard(mutex)(&idev->lock);

	if (!igd_bar4_decoded(vdev)) {
		if (iswrite)
			igd_hw_port_write(bar, port, width, *val);
		else
			*val = igd_hw_port_read(bar, port, width);
		return;
	}

	bar->use_bar0 = idev->gtt && !idev->platform->gtt_backs_up &&
			__vfio_pci_memory_enabled(vdev);
	if (iswrite)
		igd_iobar_write(bar, port, width, *val);
	else
		*val = igd_iobar_read(bar, port, width);
}

/*
 * One access of 1, 2 or 4 bytes. The core keeps an open device awake, unless
 * the user allows it to suspend, which takes memory_lock for writing. So most
 * accesses need no runtime PM reference.
 */
static int igd_bar4_access(struct igd_vfio_pci_core_device *idev, u32 port,
			   u32 width, u32 *val, bool iswrite)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	int ret;

	scoped_guard(rwsem_read, &vdev->memory_lock) {
		if (!vdev->pm_runtime_engaged) {
			igd_bar4_access_locked(idev, port, width, val,
					       iswrite);
			return 0;
		}
	}

	ret = igd_resume(idev);
	if (ret)
		return ret;
	scoped_guard(rwsem_read, &vdev->memory_lock)
		igd_bar4_access_locked(idev, port, width, val, iswrite);
	pm_runtime_put(&vdev->pdev->dev);
	return 0;
}

static void igd_bar4_warn_blocked(struct igd_vfio_pci_core_device *idev)
{
	if (!READ_ONCE(idev->iobar.stats.verdict[IGD_GTT_BLOCKED]) ||
	    READ_ONCE(idev->blocked_warned))
		return;

	WRITE_ONCE(idev->blocked_warned, true);
	dev_warn_ratelimited(&idev->core_device.pdev->dev,
			     "Intel IGD: guest maps host stolen memory before it has %s; its GTT entries are cleared\n",
			     igd_has_bar5(idev) ? "enabled a BAR5 with as much" :
						  "set BDSM");
}

/*
 * Accesses BAR4, for vfio_device_ops.read and .write. There must be ports, so
 * call it between igd_bar4_open() and igd_bar4_close() only.
 */
ssize_t igd_bar4_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite)
{
	u64 end = pci_resource_len(idev->core_device.pdev, 4);
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;
	size_t done = 0;

	if (pos >= end)
		return -EINVAL;
	count = min_t(u64, count, end - pos);

	while (done < count) {
		u32 width = igd_access_width(pos + done, count - done);
		__le32 bytes = 0;
		u32 val;
		int ret;

		if (iswrite && copy_from_user(&bytes, buf + done, width))
			return -EFAULT;

		val = le32_to_cpu(bytes);
		ret = igd_bar4_access(idev, pos + done, width, &val, iswrite);
		if (ret)
			return ret;

		bytes = cpu_to_le32(val);
		if (!iswrite && copy_to_user(buf + done, &bytes, width))
			return -EFAULT;
		done += width;
	}

	igd_bar4_warn_blocked(idev);
	*ppos += done;
	return done;
}

/* Logs the counters of the guest's entries at close. */
void igd_bar4_explain(struct igd_vfio_pci_core_device *idev)
{
	const u64 *verdict = idev->iobar.stats.verdict;

	if (!idev->ports)
		return;

	pci_info_ratelimited(idev->core_device.pdev,
			     "Intel IGD: closed, GTT entries relocated %llu, passed %llu, blocked %llu, ambiguous %llu\n",
			     verdict[IGD_GTT_RELOCATED],
			     verdict[IGD_GTT_PASSED],
			     verdict[IGD_GTT_BLOCKED],
			     verdict[IGD_GTT_AMBIGUOUS]);
}
