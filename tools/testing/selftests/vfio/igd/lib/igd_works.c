// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_vbios.h>
#include <igd_works.h>

static bool tells_id(struct igd *igd, const char *bdf)
{
	return vfio_pci_config_readw(igd->device, PCI_DEVICE_ID) ==
	       igd_sysfs_id(bdf, "device");
}

static bool keeps_base(struct igd *igd)
{
	igd_bdsm_write(igd, GUEST_STOLEN);
	return igd_bdsm_read(igd) == GUEST_STOLEN &&
	       igd_mapped_readl(igd->device->bars[0].vaddr, IGD_BDSM_MIRROR) ==
	       GUEST_STOLEN;
}

static bool relocates(struct igd *igd)
{
	u64 host = igd_pte(igd->platform, igd->info.stolen_base, 0);
	u64 guest = igd_pte(igd->platform, GUEST_STOLEN, 0);

	igd_vbios_write_entry(igd, 0, host);
	igd_flush(igd);
	return igd_hardware_gtt_entry(igd, 0) == guest;
}

bool igd_works(struct igd *igd, const char *bdf)
{
	bool ours = igd_driver_is(bdf, "vfio-pci-igd");

	if (!tells_id(igd, bdf))
		return false;
	if (!ours || !igd->platform->bdsm)
		return true;
	if (!keeps_base(igd))
		return false;

	return !igd->platform->iobar_gtt || !igd->info.gtt_entries ||
	       relocates(igd);
}

bool igd_opens_and_works(const char *bdf)
{
	struct igd *igd = igd_open(bdf);
	bool works = igd_works(igd, bdf);

	igd_close(igd);
	return works;
}
