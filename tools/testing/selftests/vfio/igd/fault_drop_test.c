// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that stops to answer for good, while it is open. The hardware's registers
 * read as all-ones and nothing else fails; the guest's own keep their values; the
 * device can be closed and unbound, and to open it in between is an error.
 */
#include <errno.h>

#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_log.h>
#include <igd_opener.h>
#include <igd_works.h>

#include "kselftest_harness.h"

static const char *device_bdf;

FIXTURE(fault_drop_test) {
	struct igd *igd;
	struct igd_log log;
};

FIXTURE_SETUP(fault_drop_test)
{
	self->igd = igd_open(device_bdf);
	ASSERT_TRUE(igd_works(self->igd, device_bdf));
	vfio_pci_config_writel(self->igd->device, IGD_ASLS, GUEST_OPREGION);
	if (self->igd->platform->bdsm)
		igd_bdsm_write(self->igd, GUEST_STOLEN);
	igd_log_open(&self->log);
}

FIXTURE_TEARDOWN(fault_drop_test)
{
	igd_log_close(&self->log);
}

/* The next access to a register is not answered, nor is any other after it. */
static void drop(struct igd *igd)
{
	const struct igd_model_fault fault = {
		.class = IGD_MODEL_MMIO,
		.action = "drop",
		.nth = 1,
		.count = 1,
	};

	igd_model_inject(igd->model, &fault);
	igd_bar_readl(igd, 0, 0x70000);
}

/* Writes get lost, but are no error either. */
static void write_hardware(struct igd *igd)
{
	igd_bar_writel(igd, 0, 0x70000, 1);
	igd_bar_writel(igd, 0, igd->platform->gtt, 1);
	igd_bar_writel(igd, 2, 0, 1);
	if (!igd->platform->iobar)
		return;
	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, IGD_IOBAR_TARGET_GTT);
	igd_bar_writel(igd, 4, IGD_IOBAR_DATA, igd->info.stolen_base | 1);
}

/* One test, as it leaves no device for another */
TEST_F_TIMEOUT(fault_drop_test, dropped_while_open, 300)
{
	struct igd *igd = self->igd;
	struct igd_opener opener;
	int ret;

	drop(igd);
	write_hardware(igd);
	EXPECT_EQ(~0u, igd_bar_readl(igd, 0, 0x70000));
	EXPECT_EQ(~0u, igd_bar_readl(igd, 0, igd->platform->gtt));
	EXPECT_EQ(~0u, igd_bar_readl(igd, 2, 0));
	if (igd->platform->iobar)
		EXPECT_EQ(~0u, igd_bar_readl(igd, 4, IGD_IOBAR_DATA));

	EXPECT_EQ(GUEST_OPREGION, vfio_pci_config_readl(igd->device, IGD_ASLS));
	if (igd->platform->bdsm) {
		EXPECT_EQ(GUEST_STOLEN, igd_bdsm_read(igd));
		EXPECT_EQ(GUEST_STOLEN, igd_bar_readl(igd, 0, IGD_BDSM_MIRROR));
	}
	igd_close(igd);

	igd_opener_init(&opener, device_bdf);
	ret = igd_opener_open(&opener);
	EXPECT_EQ(-EIO, ret);
	if (!ret)
		igd_opener_close(&opener);
	EXPECT_EQ(1, igd_log_said(&self->log, device_bdf,
				  "Intel IGD: the device does not answer after its reset"));
	igd_opener_cleanup(&opener);

	igd_unbind(device_bdf);
	EXPECT_FALSE(igd_driver_is(device_bdf, "vfio-pci-igd"));
	igd_count("faults_injected", 1);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_model(&argc, argv, "injects faults of the device");
	return test_harness_run(argc, argv);
}
