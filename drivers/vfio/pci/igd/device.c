// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to the device, used by several files
 */

#include <linux/pci.h>
#include <linux/pm_runtime.h>

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

/* Returns whether the device answers: it is neither gone nor in a reset. */
bool igd_is_present(struct pci_dev *pdev)
{
	u32 id;

	pci_read_config_dword(pdev, PCI_VENDOR_ID, &id);
	return !PCI_POSSIBLE_ERROR(id);
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
