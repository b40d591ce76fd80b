// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that stops answering for good while it is open. Running accesses end
 * with any result, and close and unbind end as well. The device cannot be used
 * afterwards.
 */
#include <linux/pci_regs.h>

#include <igd_binding.h>
#include <igd_fault.h>

#include "kselftest_harness.h"

static const char *device_bdf;

static void try_access(struct igd *igd, int bar, bool write, u64 offset)
{
	u32 value = 0;

	__igd_region_access(igd, &igd->device->bars[bar].info, write, offset,
			    &value, sizeof(value));
}

static void use(struct igd *igd)
{
	for (int i = 0; i < 2; i++) {
		try_access(igd, 0, i, 0x70000);
		try_access(igd, 0, i, igd->platform->gtt);
		try_access(igd, 2, i, 0);
		try_access(igd, 4, i, IGD_IOBAR_INDEX);
		try_access(igd, 4, i, IGD_IOBAR_DATA);
	}
}

TEST(dropped_while_open)
{
	const struct igd_model_fault drop = {
		.class = IGD_MODEL_MMIO,
		.action = "drop",
		.nth = 1,
		.count = 1,
	};
	struct igd *igd = igd_open(device_bdf);

	igd_model_inject(igd->model, &drop);
	use(igd);
	EXPECT_NE(vfio_pci_config_readw(igd->device, PCI_VENDOR_ID), 0);
	use(igd);
	igd_close(igd);

	igd_unbind(device_bdf);
	igd_count("faults_injected", 1);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
