// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to the device, used by several files
 */

#include <linux/cleanup.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>

#include "device.h"

/*
 * Resumes the device until pm_runtime_put(). Returns 0, or -EIO after a
 * message, as the core does.
 */
int igd_resume(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	int ret;

	ret = pm_runtime_resume_and_get(&pdev->dev);
	if (!ret)
		return 0;

	pci_info_ratelimited(pdev, "runtime resume failed %d\n", ret);
	return -EIO;
}

/*
 * Returns 0 if BARs can be accessed, as in hardware: the device is awake and
 * decodes memory. Otherwise returns -EIO, as the core does.
 */
int igd_check_memory(struct igd_vfio_pci_core_device *idev)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	int ret;

	ret = igd_resume(idev);
	if (ret)
		return ret;
	scoped_guard(rwsem_read, &vdev->memory_lock)
		ret = __vfio_pci_memory_enabled(vdev) ? 0 : -EIO;
	pm_runtime_put(&vdev->pdev->dev);
	return ret;
}

/* Returns whether the device answers: it is neither gone nor in a reset. */
bool igd_is_present(struct pci_dev *pdev)
{
	u32 id;

	pci_read_config_dword(pdev, PCI_VENDOR_ID, &id);
	return !PCI_POSSIBLE_ERROR(id);
}

/*
 * The core resets the device at open. Some IGDs never come back from the reset,
 * and the core waits a minute for them. Others have no reset. Tell the user why
 * a guest fails, or why it fails the second time only.
 */
static int igd_check_reset(struct vfio_pci_core_device *vdev)
{
	if (!igd_is_present(vdev->pdev)) {
		dev_err_ratelimited(&vdev->pdev->dev,
				    "Intel IGD: the device does not answer after its reset; remove and rescan it, or restart the host\n");
		return -EIO;
	}
	if (!vdev->reset_works)
		pci_info_ratelimited(vdev->pdev,
				     "Intel IGD: the device has no working reset, a guest finds it as the previous one left it\n");
	return 0;
}

/*
 * Enables and resets the device, for open. Returns 0 or the core's error, or
 * -EIO if the device does not answer.
 */
int igd_enable(struct vfio_pci_core_device *vdev)
{
	int ret;

	ret = vfio_pci_core_enable(vdev);
	if (ret) {
		if (ret != -EAGAIN)
			igd_check_reset(vdev);
		return ret;
	}

	ret = igd_check_reset(vdev);
	if (ret)
		vfio_pci_core_disable(vdev);
	return ret;
}

static u64 igd_host_base(struct pci_dev *pdev, enum igd_bdsm bdsm)
{
	u32 low = 0, high = 0;

	switch (bdsm) {
	case IGD_BDSM_32:
		pci_read_config_dword(pdev, IGD_CFG_BDSM, &low);
		break;
	case IGD_BDSM_64:
		pci_read_config_dword(pdev, IGD_CFG_BDSM64, &low);
		pci_read_config_dword(pdev, IGD_CFG_BDSM64 + 4, &high);
		break;
	case IGD_BDSM_UNKNOWN:
	case IGD_BDSM_NONE:
		break;
	}
	return ((u64)high << 32 | low) & IGD_BDSM_BASE;
}

/*
 * Reads @host from registers. It does not change @host if the generation is
 * unknown or the device does not answer. The device must be in D0.
 */
void igd_host_read(struct pci_dev *pdev, const struct igd_platform *platform,
		   struct igd_host *host)
{
	u16 ggc;

	if (platform->bdsm == IGD_BDSM_UNKNOWN)
		return;

	pci_read_config_word(pdev, IGD_CFG_GGC, &ggc);
	if (PCI_POSSIBLE_ERROR(ggc))
		return;

	host->gtt_size = igd_gtt_size(platform, ggc);
	host->stolen_size = igd_stolen_size(platform, ggc);
	host->stolen_base = igd_host_base(pdev, platform->bdsm);
}

/*
 * Returns the width in bytes (1, 2, 4) of the next hardware access, for a user
 * access of @count bytes at @pos. Widths and order are those of
 * vfio_pci_core_do_io_rw().
 */
u32 igd_access_width(u64 pos, size_t count)
{
	if (count >= 4 && !(pos % 4))
		return 4;
	if (count >= 2 && !(pos % 2))
		return 2;
	return 1;
}
