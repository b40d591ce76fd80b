// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR0's mapping, and the GTT in it, cleared for each user
 *
 * It is cleared at open, so that no host entry faults in the new IOMMU domain,
 * and at close, so that no guest entry reaches host memory.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "device.h"

/* Number of entries cleared between two calls of cond_resched() */
#define IGD_CLEAR_BATCH	SZ_4K

/*
 * Returns the GTT part of BAR0, or NULL: there is none, it is not mapped, or
 * the CPU must not access it. From Meteor Lake on an access can hang the
 * machine (Wa_22018444074 in i915), or needs an access to another register
 * after each 63 entries (Wa_22019338487 in xe).
 */
static void __iomem *igd_gtt_map(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_platform *platform = idev->platform;

	if (!igd_has_bdsm(platform) || !idev->host.gtt_size || !idev->bar0 ||
	    pci_resource_len(idev->core_device.pdev, 0) <
	    (u64)platform->gtt_offset + idev->host.gtt_size)
		return NULL;
	return idev->bar0 + platform->gtt_offset;
}

/*
 * Returns BAR0, or NULL: it is not mapped, does not have all registers, or the
 * driver does not know them.
 */
static void __iomem *igd_bar0_map(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	void __iomem *io;

	if (idev->platform->bdsm == IGD_BDSM_UNKNOWN ||
	    !(pci_resource_flags(pdev, 0) & IORESOURCE_MEM) ||
	    pci_resource_len(pdev, 0) < idev->platform->gtt_offset)
		return NULL;

	io = vfio_pci_core_get_iomap(&idev->core_device, 0);
	return IS_ERR(io) ? NULL : io;
}

/*
 * Waits for the posted writes of entries, as the IOMMU domain may change next.
 * Before gen 8 i915 also flushes the GPU's TLB after such writes, by
 * gen6_ggtt_invalidate(), although the GPU snoops them according to datasheets.
 */
static void igd_gtt_flush(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_platform *platform = idev->platform;
	void __iomem *flush;

	if (platform->pte_size == 8) {
		readq(idev->gtt);
		return;
	}

	flush = idev->gtt - platform->gtt_offset + IGD_BAR0_FLSH_CNTL;
	writel(IGD_FLSH_CNTL_EN, flush);
	readl(flush);
}

/*
 * Clears all entries and waits for the writes. Returns false if the GTT cannot
 * be accessed. The device must be resumed, with bus mastering disabled, as its
 * engines could write the entries again.
 */
static bool igd_gtt_clear(struct igd_vfio_pci_core_device *idev)
{
	u32 entries = igd_gtt_entries(idev->platform, &idev->host);
	struct vfio_pci_core_device *vdev = &idev->core_device;
	u32 i;

	/* An access while the device is in a reset may hang it */
	if (!idev->gtt || !igd_is_present(vdev->pdev))
		return false;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!__vfio_pci_memory_enabled(vdev))
		return false;

	for (i = 0; i < entries; i++) {
		if (idev->platform->pte_size == 8)
			writeq(0, idev->gtt + i * 8);
		else
			writel(0, idev->gtt + i * 4);
		if (!(i % IGD_CLEAR_BATCH))
			cond_resched();
	}

	igd_gtt_flush(idev);
	return true;
}

/*
 * Maps the GTT, if possible, and clears it. Returns whether all entries are
 * known to be zero. The core has just reset the device, so bus mastering is
 * disabled.
 */
bool igd_gtt_open(struct igd_vfio_pci_core_device *idev)
{
	idev->bar0 = igd_bar0_map(idev);
	idev->gtt = igd_gtt_map(idev);
	return igd_gtt_clear(idev);
}

/* Clears the GTT before the device leaves the guest's IOMMU domain. */
void igd_gtt_close(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;

	if (!pm_runtime_resume_and_get(&pdev->dev)) {
		/* The guest's engines may still run and write entries */
		pci_clear_master(pdev);
		igd_gtt_clear(idev);
		pm_runtime_put(&pdev->dev);
	}
	idev->gtt = NULL;
	idev->bar0 = NULL;
}
