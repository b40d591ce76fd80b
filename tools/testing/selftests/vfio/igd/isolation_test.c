// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searches everything that a guest can read for the host's addresses: its stolen
 * memory, the GTT's memory in front of it, and its OpRegion.
 *
 * The hardware shows some of them in the page at 0x108000 of BAR0. The guest gets
 * only STOLEN_RESERVED there, and on gen 11 and 12 BGSM. The search has to find these,
 * to prove that it works.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/sizes.h>

#include <igd_device.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* The page of BAR0 with system agent registers, KBL datasheet volume 2 */
#define SA_START	0x100000
#define SA_END		0x110000

/* CAPID0, fuses that may have any value: KBL datasheet volume 2 */
#define CONFIG_CAPID		0x40
#define CONFIG_CAPID_END	0x4c

/* BGSM in config space, from gen 11 on: ADL datasheet volume 2 */
#define CONFIG_BGSM	0xf0

FIXTURE(isolation_test) {
	struct igd *igd;
	u64 first, end;		/* of the host's graphics memory */
};

FIXTURE_SETUP(isolation_test)
{
	struct igd_info *info;

	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
	self->igd = igd_open(device_bdf);
	info = &self->igd->info;
	self->first = info->stolen_base - (u64)info->gtt_entries * self->igd->platform->pte_size;
	self->end = info->stolen_base + info->stolen_size;
}

FIXTURE_TEARDOWN(isolation_test)
{
	igd_close(self->igd);
}

/* The end of stolen memory, as in TOLUD, is an address of the host, too */
static bool is_host_address(FIXTURE_DATA(isolation_test) *self, u32 value)
{
	u32 asls = self->igd->info.asls;

	return (value >= self->first && value <= (self->end | 1)) ||
	       (asls && value >= asls && value < asls + SZ_16K);
}

static bool may_show(u32 offset)
{
	return offset == IGD_RESERVED_MIRROR || offset == IGD_BGSM_MIRROR;
}

static u32 by_region(struct igd *igd, u32 offset)
{
	return igd_bar_readl(igd, 0, offset);
}

static u32 by_mapping(struct igd *igd, u32 offset)
{
	return igd_mapped_readl(igd->device->bars[0].vaddr, offset);
}

static u32 by_ports(struct igd *igd, u32 offset)
{
	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, offset);
	return igd_bar_readl(igd, 4, IGD_IOBAR_DATA);
}

FIXTURE_VARIANT(isolation_test) {
	u32 (*read)(struct igd *igd, u32 offset);
	bool ports;
};

FIXTURE_VARIANT_ADD(isolation_test, region) { by_region };
FIXTURE_VARIANT_ADD(isolation_test, mapping) { by_mapping };
FIXTURE_VARIANT_ADD(isolation_test, ports) { by_ports, true };

/* Also BDSM, which the hardware shows and the guest does not see */
TEST_F_TIMEOUT(isolation_test, registers, 300)
{
	struct igd *igd = self->igd;
	u32 found = 0, value, hardware;

	if (variant->ports && !igd->platform->iobar)
		SKIP(return, "no BAR4");
	if (!igd->model)
		SKIP(return, IGD_NEEDS_MODEL "reads registers that no driver reads");
	EXPECT_TRUE(is_host_address(self, igd_model_mmio(igd->model, IGD_BDSM_MIRROR)));

	for (u32 offset = SA_START; offset < SA_END; offset += 4) {
		value = variant->read(igd, offset);
		if (!is_host_address(self, value))
			continue;
		found++;
		EXPECT_TRUE(may_show(offset)) {
			TH_LOG("BAR0+%#x shows %#x", offset, value);
		}
	}

	hardware = igd_model_mmio(igd->model, IGD_MIRROR);
	EXPECT_TRUE(is_host_address(self, hardware));
	EXPECT_EQ(igd->platform->bdsm_size == 8 ? 2 : 1, found);
}

FIXTURE(elsewhere_test) {
	FIXTURE_DATA(isolation_test) isolation;
};

FIXTURE_SETUP(elsewhere_test)
{
	struct igd_info *info;

	self->isolation.igd = igd_open(device_bdf);
	info = &self->isolation.igd->info;
	self->isolation.first = info->stolen_base;
	self->isolation.end = info->stolen_base + info->stolen_size;
}

FIXTURE_TEARDOWN(elsewhere_test)
{
	igd_close(self->isolation.igd);
}

TEST_F(elsewhere_test, config_space)
{
	struct igd *igd = self->isolation.igd;
	u8 hardware[256];
	u32 value;

	if (!igd->platform->bdsm)
		SKIP(return, "no virtual BDSM");

	/* The hardware must have the host's address, or the search proves nothing */
	igd_hardware_config(igd, hardware);
	memcpy(&value, hardware + igd->platform->bdsm, 4);
	EXPECT_TRUE(is_host_address(&self->isolation, value));

	for (u16 offset = 0; offset < igd->device->config_space.size; offset += 4) {
		value = vfio_pci_config_readl(igd->device, offset);
		if (offset >= CONFIG_CAPID && offset < CONFIG_CAPID_END)
			continue;
		EXPECT_TRUE(offset == CONFIG_BGSM ||
			    !is_host_address(&self->isolation, value)) {
			TH_LOG("config+%#x shows %#x", offset, value);
		}
	}
}

/*
 * No start address of the host's memory, at any alignment. Without a model nothing tells
 * where stolen memory is from Meteor Lake on.
 */
static bool is_host_start(struct igd *igd, const u8 *bytes)
{
	u32 value;

	memcpy(&value, bytes, sizeof(value));
	value &= ~0xfffu;
	return (igd->info.stolen_base && value == igd->info.stolen_base) ||
	       (igd->info.asls && (value == igd->info.asls ||
				   value == igd->info.asls + SZ_8K));
}

/* OpRegion and LPC bridge; the host bridge may show H, see HOST_CFG's 0xB0 */
TEST_F_TIMEOUT(elsewhere_test, device_regions, 300)
{
	struct igd *igd = self->isolation.igd;
	u32 last = igd->device->info.num_regions;

	for (u32 i = VFIO_PCI_NUM_REGIONS; i < last; i++) {
		struct vfio_region_info info = { .argsz = sizeof(info), .index = i };
		u8 *bytes;

		ioctl_assert(igd->device->fd, VFIO_DEVICE_GET_REGION_INFO, &info);
		bytes = malloc_assert(info.size);
		ASSERT_EQ(info.size, __igd_region_access(igd, &info, false, 0,
							 bytes, info.size));
		for (u64 at = 0; at + 4 <= info.size; at++) {
			EXPECT_FALSE(is_host_start(igd, bytes + at)) {
				TH_LOG("region %u+%#llx", i, (unsigned long long)at);
			}
		}
		free(bytes);
	}
}

/* Entries that a guest reads back do not show host addresses */
TEST_F(elsewhere_test, entries)
{
	struct igd *igd = self->isolation.igd;
	const struct igd_platform *platform = igd->platform;
	u32 value;

	if (!platform->iobar_gtt || !igd->info.gtt_entries)
		SKIP(return, "BAR4 does not reach the GTT");
	for (u32 entry = 0; entry < 16; entry++) {
		igd_bar_writel(igd, 4, IGD_IOBAR_INDEX,
			       entry * platform->pte_size | IGD_IOBAR_TARGET_GTT);
		igd_bar_writel(igd, 4, IGD_IOBAR_DATA,
			       igd_pte(platform, igd->info.stolen_base + entry * SZ_4K, 0));
		value = igd_bar_readl(igd, 4, IGD_IOBAR_DATA);
		EXPECT_FALSE(is_host_address(&self->isolation, value));
		value = igd_bar_readl(igd, 0, platform->gtt + entry * platform->pte_size);
		EXPECT_FALSE(is_host_address(&self->isolation, value));
	}
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
