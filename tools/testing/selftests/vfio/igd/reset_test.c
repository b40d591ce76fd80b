// SPDX-License-Identifier: GPL-2.0-only
/* The state after a reset, and after a close with a later open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sizes.h>

#include <igd_binding.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* As many entries as the test looks at on both sides of a close */
#define NR_ENTRIES	4096

static u32 asls_read(struct igd *igd)
{
	return vfio_pci_config_readl(igd->device, IGD_ASLS);
}

static bool bdsm_is(struct igd *igd, u64 base)
{
	return !igd->platform->bdsm || igd_bdsm_read(igd) == base;
}

static void decode_on(struct igd *igd)
{
	vfio_pci_cmd_set(igd->device, PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
				      PCI_COMMAND_MASTER);
}

FIXTURE(reset_test) {
	struct igd *igd;
};

FIXTURE_SETUP(reset_test)
{
	self->igd = igd_open(device_bdf);
	vfio_pci_config_writel(self->igd->device, IGD_ASLS, GUEST_OPREGION);
	if (self->igd->platform->bdsm)
		igd_bdsm_write(self->igd, GUEST_STOLEN);
}

FIXTURE_TEARDOWN(reset_test)
{
	igd_close(self->igd);
}

static void start_count(struct igd *igd)
{
	if (igd->model)
		igd_model_reset_counters(igd->model);
}

/* Only a model tells, and the kernel's own reset methods go past it. */
static bool was_reset(struct igd *igd)
{
	struct igd_model_counters counters;

	if (!igd->model || igd_resets_by_itself(device_bdf))
		return true;

	igd_model_counters(igd->model, &counters);
	return counters.resets;
}

TEST_F(reset_test, device_reset_clears_virtual_registers)
{
	start_count(self->igd);
	vfio_pci_device_reset(self->igd->device);

	EXPECT_TRUE(was_reset(self->igd));
	EXPECT_EQ(0, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, 0));
}

/* A function level reset by the guest. Returns false if there is none. */
static bool flr(struct igd *igd)
{
	u8 exp = igd_capability(igd, PCI_CAP_ID_EXP);
	u8 af = igd_capability(igd, PCI_CAP_ID_AF);
	u16 control;

	if (af) {
		vfio_pci_config_writeb(igd->device, af + PCI_AF_CTRL, PCI_AF_CTRL_FLR);
	} else if (exp) {
		control = vfio_pci_config_readw(igd->device, exp + PCI_EXP_DEVCTL);
		vfio_pci_config_writew(igd->device, exp + PCI_EXP_DEVCTL,
				       control | PCI_EXP_DEVCTL_BCR_FLR);
	}

	return af || exp;
}

/* As in hardware, where a function level reset does not reset these registers. */
TEST_F(reset_test, guest_flr_keeps_virtual_registers)
{
	start_count(self->igd);
	if (!flr(self->igd))
		SKIP(return, "no function level reset");

	ASSERT_TRUE(was_reset(self->igd));
	EXPECT_EQ(GUEST_OPREGION, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, GUEST_STOLEN));
}

/* Sleep, which a guest requests by PMCSR, does not reset them either. */
TEST_F(reset_test, guest_d3_keeps_virtual_registers)
{
	u8 pm = igd_capability(self->igd, PCI_CAP_ID_PM);

	if (!pm)
		SKIP(return, "no power management");

	vfio_pci_config_writew(self->igd->device, pm + PCI_PM_CTRL, 3);
	vfio_pci_config_writew(self->igd->device, pm + PCI_PM_CTRL, 0);
	EXPECT_EQ(GUEST_OPREGION, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, GUEST_STOLEN));
}

static size_t hot_reset_count(struct igd *igd)
{
	struct vfio_pci_hot_reset_info info = { .argsz = sizeof(info) };

	/* ENOSPC with the number of devices, or ENODEV without such a reset */
	if (!ioctl(igd->device->fd, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info))
		return info.count;

	return errno == ENOSPC ? info.count : 0;
}

static int hot_reset(struct igd *igd)
{
	struct vfio_pci_hot_reset *args;
	int ret;

	args = calloc_assert(1, sizeof(*args) + sizeof(args->group_fds[0]));
	args->argsz = sizeof(*args) + sizeof(args->group_fds[0]);
	args->count = 1;
	args->group_fds[0] = igd->device->group_fd;
	ret = ioctl(igd->device->fd, VFIO_DEVICE_PCI_HOT_RESET, args);
	free(args);

	return ret;
}

TEST_F(reset_test, hot_reset_clears_virtual_registers)
{
	if (hot_reset_count(self->igd) != 1)
		SKIP(return, "no bus reset for this function alone");

	ASSERT_EQ(0, hot_reset(self->igd)) {
		TH_LOG("%m");
	}
	EXPECT_EQ(0, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, 0));
}

/* The ioctl is invalid: nothing is reset, and the registers keep their values. */
TEST_F(reset_test, refused_hot_reset_keeps_virtual_registers)
{
	struct vfio_pci_hot_reset args = { .argsz = 1 };

	EXPECT_EQ(-1, ioctl(self->igd->device->fd, VFIO_DEVICE_PCI_HOT_RESET, &args));
	args.argsz = sizeof(args);
	args.count = 4096;
	EXPECT_EQ(-1, ioctl(self->igd->device->fd, VFIO_DEVICE_PCI_HOT_RESET, &args));

	EXPECT_EQ(GUEST_OPREGION, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, GUEST_STOLEN));
}

/* The device has no reset, but the virtual registers are not the device's. */
TEST_F(reset_test, failed_reset_clears_virtual_registers)
{
	igd_close(self->igd);
	igd_allow_resets(device_bdf, false);
	self->igd = igd_open(device_bdf);
	igd_allow_resets(device_bdf, true);
	vfio_pci_config_writel(self->igd->device, IGD_ASLS, GUEST_OPREGION);
	if (self->igd->platform->bdsm)
		igd_bdsm_write(self->igd, GUEST_STOLEN);

	EXPECT_EQ(-1, ioctl(self->igd->device->fd, VFIO_DEVICE_RESET));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, asls_read(self->igd));
	EXPECT_TRUE(bdsm_is(self->igd, 0));
}

/* After a reset INDEX selects MMIO offset 0. */
TEST_F(reset_test, index_is_forgotten)
{
	const struct igd_platform *platform = self->igd->platform;
	u64 before;

	if (!platform->iobar_gtt)
		SKIP(return, "BAR4 does not reach the GTT of %s", platform->name);

	igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX,
		       igd_vbios_index(self->igd, 7, false));
	vfio_pci_device_reset(self->igd->device);
	decode_on(self->igd);
	before = igd_hardware_gtt_entry(self->igd, 7);

	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA,
		       igd_pte(platform, 0xe0000000, 0));
	igd_flush(self->igd);
	EXPECT_EQ(before, igd_hardware_gtt_entry(self->igd, 7));
	EXPECT_EQ(0, igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
}

/* BDSM is unset again, so entries for host stolen memory are cleared again. */
TEST_F(reset_test, relocation_ends_with_bdsm)
{
	const struct igd_platform *platform = self->igd->platform;

	if (!platform->iobar_gtt)
		SKIP(return, "BAR4 does not reach the GTT of %s", platform->name);

	vfio_pci_device_reset(self->igd->device);
	decode_on(self->igd);

	igd_vbios_write_entry(self->igd, 0,
			      igd_pte(platform, self->igd->info.stolen_base, 0));
	igd_flush(self->igd);
	EXPECT_EQ(0, igd_hardware_gtt_entry(self->igd, 0) & 1);
}

static u32 entries_present(struct igd *igd, u32 first)
{
	u64 entries[NR_ENTRIES];
	u32 present = 0;

	if (igd->model)
		igd_model_gtt(igd->model, first, NR_ENTRIES, entries);
	for (u32 i = 0; i < NR_ENTRIES; i++)
		present += (igd->model ? entries[i] :
			    igd_hardware_gtt_entry(igd, first + i)) & 1;

	return present;
}

static void entries_fill(struct igd *igd, u32 first)
{
	for (u32 i = first; i < first + NR_ENTRIES; i++)
		igd_bar_writel(igd, 0, igd->platform->gtt + i * igd->platform->pte_size,
			       igd_pte(igd->platform, 0xe0000000, 0));
	igd_flush(igd);
}

/* No guest entry may reach the host's memory after close. */
TEST_F_TIMEOUT(reset_test, gtt_is_empty_after_close, 60)
{
	u32 last = self->igd->info.gtt_entries - NR_ENTRIES;
	struct igd_model *model = self->igd->model;

	if (!model)
		SKIP(return, IGD_NEEDS_MODEL "the GTT of a closed device");
	if (!self->igd->platform->bdsm)
		SKIP(return, "the driver does not touch the GTT");

	entries_fill(self->igd, 0);
	entries_fill(self->igd, last);
	ASSERT_EQ(NR_ENTRIES, entries_present(self->igd, 0));
	ASSERT_EQ(NR_ENTRIES, entries_present(self->igd, last));

	vfio_pci_device_cleanup(self->igd->device);
	EXPECT_EQ(0, entries_present(self->igd, 0));
	EXPECT_EQ(0, entries_present(self->igd, last));

	iommu_cleanup(self->igd->iommu);
	igd_model_close(model);
	free(self->igd);
	self->igd = igd_open(device_bdf);
	EXPECT_EQ(0, entries_present(self->igd, 0));
}

/* Nor any guest's entry be there for the next one. */
TEST_F_TIMEOUT(reset_test, gtt_is_empty_at_open, 60)
{
	if (!self->igd->platform->bdsm || self->igd->info.gtt_entries < NR_ENTRIES)
		SKIP(return, "the driver clears no GTT of that size");

	entries_fill(self->igd, 0);
	ASSERT_EQ(NR_ENTRIES, entries_present(self->igd, 0));
	igd_close(self->igd);
	self->igd = igd_open(device_bdf);
	EXPECT_EQ(0, entries_present(self->igd, 0));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
