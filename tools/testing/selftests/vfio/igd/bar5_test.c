// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen memory and the OpRegion as BAR5: the option, the registers that follow the
 * BAR, and what is in it. bar5_memory_test has its memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_device.h>
#include <igd_region.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define GGC		0x50	/* include/drm/intel/i915_drm.h, SNB_GMCH_CTRL */

/* A guest's PCI hole */
#define PLACE		0xc8000000U
#define ELSEWHERE_PLACE	0xd0000000U

FIXTURE(bar5_option_test) {
	const struct igd_platform *platform;
};

FIXTURE_SETUP(bar5_option_test)
{
	self->platform = igd_device_platform(device_bdf);
	ASSERT_EQ(0, igd_bar5_set(device_bdf, "0"));
}

FIXTURE_TEARDOWN(bar5_option_test)
{
	igd_bar5_set(device_bdf, "0");
}

static bool option_is(const char *value)
{
	char text[16];

	igd_bar5_get(device_bdf, text, sizeof(text));
	return !strcmp(text, value);
}

TEST_F(bar5_option_test, is_kept)
{
	EXPECT_TRUE(option_is("0\n"));
	EXPECT_EQ(0, igd_bar5_set(device_bdf, "auto\n"));
	EXPECT_TRUE(option_is("auto\n"));
	EXPECT_EQ(0, igd_bar5_set(device_bdf, "opregion"));
	EXPECT_TRUE(option_is("opregion\n"));
	if (self->platform->bdsm) {
		EXPECT_EQ(0, igd_bar5_set(device_bdf, "32"));
		EXPECT_TRUE(option_is("32\n"));
	}
	EXPECT_EQ(0, igd_bar5_set(device_bdf, "0\n"));
	EXPECT_TRUE(option_is("0\n"));
}

TEST_F(bar5_option_test, refuses_what_it_cannot)
{
	/* GGC has no 31 MiB on any generation, and the host has less than 1 GiB */
	static const char * const wrong[] = {
		"x", "-1", "31", "1024", "65568", "4294967328", "32 MiB", "0x20", "autos",
	};

	ASSERT_EQ(0, igd_bar5_set(device_bdf, "auto"));
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(-EINVAL, igd_bar5_set(device_bdf, wrong[i])) {
			TH_LOG("%s", wrong[i]);
		}
	}
	if (!self->platform->bdsm)
		EXPECT_EQ(-EINVAL, igd_bar5_set(device_bdf, "32"));
	EXPECT_TRUE(option_is("auto\n"));
}

TEST_F(bar5_option_test, is_refused_while_open)
{
	struct igd *igd = igd_open(device_bdf);

	EXPECT_EQ(-EBUSY, igd_bar5_set(device_bdf, "auto"));
	EXPECT_TRUE(option_is("0\n"));
	igd_close(igd);
	EXPECT_EQ(0, igd_bar5_set(device_bdf, "auto"));
}

TEST_F(bar5_option_test, off_is_as_ever)
{
	struct igd *igd = igd_open(device_bdf);
	struct vfio_region_info info;
	u32 value = 0;

	EXPECT_EQ(0, igd->device->bars[5].info.size);
	EXPECT_EQ(NULL, igd->device->bars[5].vaddr);
	EXPECT_EQ(-EINVAL, __igd_region_access(igd, &igd->device->bars[5].info, false, 0,
					       &value, sizeof(value)));
	vfio_pci_config_writel(igd->device, PCI_BASE_ADDRESS_5, ~0U);
	EXPECT_EQ(0, vfio_pci_config_readl(igd->device, PCI_BASE_ADDRESS_5));
	EXPECT_EQ(!!igd->info.asls,
		  igd_region_find(igd->device->fd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
				  &info));
	igd_close(igd);
}

/* A host without an OpRegion has nothing to show by "opregion" */
TEST_F(bar5_option_test, nothing_to_show)
{
	struct igd *igd = igd_bar5_open(device_bdf, "opregion");

	EXPECT_EQ(!igd->info.asls, !igd->device->bars[5].info.size);
	igd_close(igd);
}

FIXTURE(bar5_test) {
	struct igd *igd;
	const struct igd_platform *platform;
	bool opregion;		/* the host has one */
	u32 stolen_size;	/* in BAR5 */
	u32 size;		/* of BAR5 */
};

FIXTURE_SETUP(bar5_test)
{
	self->platform = igd_device_platform(device_bdf);
	self->stolen_size = self->platform->bdsm ? 32 * SZ_1M : 0;
	self->igd = igd_bar5_open(device_bdf, self->platform->bdsm ? "32" : "auto");
	self->size = self->igd->device->bars[5].info.size;
	self->opregion = self->igd->info.asls;
}

FIXTURE_TEARDOWN(bar5_test)
{
	igd_close(self->igd);
	igd_bar5_set(device_bdf, "0");
}

static u32 config_read(FIXTURE_DATA(bar5_test) *self, u16 offset)
{
	return vfio_pci_config_readl(self->igd->device, offset);
}

static void config_write(FIXTURE_DATA(bar5_test) *self, u16 offset, u32 value)
{
	vfio_pci_config_writel(self->igd->device, offset, value);
}

/* BDSM, wherever a guest reads it; all have to agree */
static u64 bdsm(struct __test_metadata *_metadata, FIXTURE_DATA(bar5_test) *self)
{
	struct vfio_pci_device *device = self->igd->device;
	u64 value = igd_bdsm_read(self->igd), mirror = 0;

	/* Without memory decoding BAR0 has nothing to say */
	if (!(vfio_pci_config_readw(device, PCI_COMMAND) & PCI_COMMAND_MEMORY))
		return value;

	igd_bar_access(self->igd, 0, false, IGD_BDSM_MIRROR, &mirror,
		       self->platform->bdsm_size);
	EXPECT_EQ(value, mirror);
	EXPECT_EQ((u32)value, igd_mapped_readl(device->bars[0].vaddr, IGD_BDSM_MIRROR));
	if (self->platform->iobar) {
		igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX, IGD_BDSM_MIRROR);
		EXPECT_EQ((u32)value, igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));
	}
	return value;
}

#define EXPECT_PLACED(_base) do {						\
	u32 base_ = (_base);							\
										\
	if (self->platform->bdsm)						\
		EXPECT_EQ(base_, bdsm(_metadata, self));			\
	EXPECT_EQ(base_ && self->opregion ? base_ + self->stolen_size : 0,	\
		  config_read(self, IGD_ASLS));					\
} while (0)

TEST_F(bar5_test, regions)
{
	struct vfio_region_info *bar5 = &self->igd->device->bars[5].info, info;
	int fd = self->igd->device->fd;

	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		  VFIO_REGION_INFO_FLAG_MMAP, bar5->flags);
	EXPECT_EQ(0, self->size & (self->size - 1));
	EXPECT_GE(self->size, self->stolen_size + (self->opregion ? SZ_8K : 0));
	if (self->platform->bdsm)
		EXPECT_EQ(self->opregion ? 64 * SZ_1M : 32 * SZ_1M, self->size);

	EXPECT_FALSE(igd_region_find(fd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &info));
	EXPECT_TRUE(igd_region_find(fd, VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, &info));
	EXPECT_TRUE(igd_region_find(fd, VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, &info));
}

/* PCI Local Bus Specification 3.0, 6.2.5.1, by accesses of 1, 2 and 4 bytes */
TEST_F(bar5_test, sizing)
{
	struct vfio_pci_device *device = self->igd->device;
	u8 before[256], after[256];

	igd_hardware_config(self->igd, before);
	for (int width = 1; width <= 4; width *= 2) {
		u32 ones = ~0U, place = PLACE, value = 0;

		for (int at = 0; at < 4; at += width)
			vfio_pci_config_access(device, true, PCI_BASE_ADDRESS_5 + at, width,
					       (u8 *)&ones + at);
		for (int at = 0; at < 4; at += width)
			vfio_pci_config_access(device, false, PCI_BASE_ADDRESS_5 + at, width,
					       (u8 *)&value + at);
		EXPECT_EQ(-self->size, value);
		EXPECT_PLACED(0);

		for (int at = 0; at < 4; at += width)
			vfio_pci_config_access(device, true, PCI_BASE_ADDRESS_5 + at, width,
					       (u8 *)&place + at);
		EXPECT_EQ(PLACE,
			  config_read(self, PCI_BASE_ADDRESS_5));
		EXPECT_PLACED(PLACE);
	}

	igd_hardware_config(self->igd, after);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

/* One access to several BARs, of which only the last is not the hardware's */
TEST_F(bar5_test, sizing_in_one_access)
{
	struct vfio_pci_device *device = self->igd->device;
	u32 bars[7], ones[2] = { ~0U, ~0U };

	vfio_pci_config_access(device, true, PCI_BASE_ADDRESS_4, sizeof(ones), ones);
	vfio_pci_config_access(device, false, PCI_BASE_ADDRESS_0, sizeof(bars), bars);
	EXPECT_EQ(-self->size, bars[5]);
	EXPECT_EQ(config_read(self, PCI_BASE_ADDRESS_4), bars[4]);
	EXPECT_EQ(config_read(self, PCI_BASE_ADDRESS_0), bars[0]);
}

TEST_F(bar5_test, is_followed)
{
	EXPECT_PLACED(0);
	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	EXPECT_PLACED(PLACE);
	config_write(self, PCI_BASE_ADDRESS_5, ELSEWHERE_PLACE);
	EXPECT_PLACED(ELSEWHERE_PLACE);

	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_PLACED(0);
	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	EXPECT_PLACED(0);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_PLACED(PLACE);

	config_write(self, PCI_BASE_ADDRESS_5, 0);
	EXPECT_PLACED(0);
}

TEST_F(bar5_test, sleeps_in_d3)
{
	struct vfio_pci_device *device = self->igd->device;
	u16 control = igd_capability(self->igd, PCI_CAP_ID_PM) + PCI_PM_CTRL;

	ASSERT_NE(PCI_PM_CTRL, control);
	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	vfio_pci_config_writew(device, control, 3);
	if (self->platform->bdsm)
		EXPECT_EQ(0, igd_bdsm_read(self->igd));
	EXPECT_EQ(0, config_read(self, IGD_ASLS));
	vfio_pci_config_writew(device, control, 0);
	vfio_pci_cmd_set(device, PCI_COMMAND_MEMORY);
	EXPECT_PLACED(PLACE);
}

TEST_F(bar5_test, reset_takes_its_place)
{
	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	vfio_pci_device_reset(self->igd->device);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
	EXPECT_EQ(0, config_read(self, PCI_BASE_ADDRESS_5));
	EXPECT_PLACED(0);
}

/* What the guest's firmware writes itself counts more */
TEST_F(bar5_test, guest_may_write_its_own)
{
	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	config_write(self, IGD_ASLS, 0x12345018);
	EXPECT_EQ(0x12345018, config_read(self, IGD_ASLS));
	config_write(self, IGD_ASLS, 0);
	EXPECT_EQ(self->opregion ? PLACE + self->stolen_size : 0, config_read(self, IGD_ASLS));

	if (!self->platform->bdsm)
		return;
	igd_bdsm_write(self->igd, GUEST_STOLEN);
	EXPECT_EQ(GUEST_STOLEN, bdsm(_metadata, self));
	config_write(self, PCI_BASE_ADDRESS_5, ELSEWHERE_PLACE);
	EXPECT_EQ(GUEST_STOLEN, bdsm(_metadata, self));
	igd_bdsm_write(self->igd, 0);
	EXPECT_EQ(ELSEWHERE_PLACE, bdsm(_metadata, self));
}

/* GGC says 32 MiB: gms is in bits 7:3 up to Haswell, then in bits 15:8 */
TEST_F(bar5_test, ggc_says_the_size)
{
	u8 shift = self->platform->gen < 8 ? 3 : 8;
	u16 ggc, hardware, mirror = 0;
	u8 config[256];

	if (!self->platform->bdsm)
		SKIP(return, "no stolen memory in BAR5");
	igd_hardware_config(self->igd, config);
	memcpy(&hardware, config + GGC, sizeof(hardware));

	ggc = vfio_pci_config_readw(self->igd->device, GGC);
	EXPECT_EQ(1, ggc >> shift & 0x1f);
	EXPECT_EQ(hardware & 7, ggc & 7);
	igd_bar_access(self->igd, 0, false, IGD_GGC_MIRROR, &mirror, sizeof(mirror));
	EXPECT_EQ(ggc, mirror);

	vfio_pci_config_writew(self->igd->device, GGC, ~ggc);
	EXPECT_EQ(ggc, vfio_pci_config_readw(self->igd->device, GGC));
	igd_hardware_config(self->igd, config);
	EXPECT_EQ(0, memcmp(&hardware, config + GGC, sizeof(hardware)));
}

/* The end of stolen memory, where i915 expects what STOLEN_RESERVED says */
TEST_F(bar5_test, reserved_range_is_in_it)
{
	u64 end = self->igd->info.stolen_base + self->igd->info.stolen_size;
	u32 hardware, value;
	u64 from_end;

	if (!self->platform->bdsm)
		SKIP(return, "no stolen memory in BAR5");
	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "what the hardware reads there");
	hardware = igd_model_mmio(self->igd->model, IGD_RESERVED_MIRROR);
	from_end = end - (hardware & IGD_BDSM_MASK);
	ASSERT_NE(0, hardware & 1);
	ASSERT_LE(from_end, 8 * SZ_1M);

	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	value = igd_bar_readl(self->igd, 0, IGD_RESERVED_MIRROR);
	EXPECT_EQ(PLACE + self->stolen_size - from_end, value & IGD_BDSM_MASK);
	EXPECT_EQ(hardware & ~IGD_BDSM_MASK, value & ~IGD_BDSM_MASK);
	EXPECT_EQ(value, igd_mapped_readl(self->igd->device->bars[0].vaddr,
					  IGD_RESERVED_MIRROR));
}

/* A video BIOS with the host's base in its image; G is the BAR's */
TEST_F(bar5_test, entries_are_relocated_to_it)
{
	const struct igd_platform *platform = self->platform;
	u64 host = self->igd->info.stolen_base;

	if (!platform->iobar_gtt || !self->igd->info.gtt_entries)
		SKIP(return, "BAR4 does not reach the GTT");

	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	igd_vbios_write_entry(self->igd, 3, igd_pte(platform, host + 3 * SZ_4K, 0));
	igd_vbios_write_entry(self->igd, 4, igd_pte(platform, PLACE + 4 * SZ_4K, 0));
	igd_flush(self->igd);
	EXPECT_EQ(igd_pte(platform, PLACE + 3 * SZ_4K, 0),
		  igd_hardware_gtt_entry(self->igd, 3));
	EXPECT_EQ(igd_pte(platform, PLACE + 4 * SZ_4K, 0),
		  igd_hardware_gtt_entry(self->igd, 4));

	/* No BAR, no stolen memory */
	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
	igd_vbios_write_entry(self->igd, 3, igd_pte(platform, host + 3 * SZ_4K, 0));
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_EQ(0, igd_hardware_gtt_entry(self->igd, 3));
}

/* The host's stolen memory behind what BAR5 has is nowhere in the guest */
TEST_F(bar5_test, entries_beyond_it_are_cleared)
{
	u64 host = self->igd->info.stolen_base;

	if (!self->platform->iobar_gtt || !self->igd->info.gtt_entries)
		SKIP(return, "BAR4 does not reach the GTT");
	if (self->igd->info.stolen_size <= self->stolen_size)
		SKIP(return, "BAR5 has all of the host's stolen memory");

	config_write(self, PCI_BASE_ADDRESS_5, PLACE);
	igd_vbios_write_entry(self->igd, 5, igd_pte(self->platform, ELSEWHERE, 0));
	igd_flush(self->igd);
	ASSERT_EQ(igd_pte(self->platform, ELSEWHERE, 0),
		  igd_hardware_gtt_entry(self->igd, 5));
	igd_vbios_write_entry(self->igd, 5,
			      igd_pte(self->platform, host + self->stolen_size, 0));
	igd_flush(self->igd);
	EXPECT_EQ(0, igd_hardware_gtt_entry(self->igd, 5));

	/* One that the guest itself has moved there is its own business */
	igd_vbios_write_entry(self->igd, 5,
			      igd_pte(self->platform, PLACE + self->stolen_size, 0));
	igd_flush(self->igd);
	EXPECT_EQ(igd_pte(self->platform, PLACE + self->stolen_size, 0),
		  igd_hardware_gtt_entry(self->igd, 5));
}

/* The same bytes that the OpRegion region has without the option */
TEST_F(bar5_test, has_the_opregion)
{
	struct vfio_region_info info;
	u8 *region, *bar;

	if (!self->opregion)
		SKIP(return, "the host has no OpRegion");
	igd_close(self->igd);
	ASSERT_EQ(0, igd_bar5_set(device_bdf, "0"));
	self->igd = igd_open(device_bdf);
	ASSERT_TRUE(igd_region_find(self->igd->device->fd,
				    VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &info));
	region = malloc_assert(info.size);
	bar = malloc_assert(info.size);
	ASSERT_EQ(info.size, __igd_region_access(self->igd, &info, false, 0, region,
						 info.size));
	igd_close(self->igd);

	self->igd = igd_bar5_open(device_bdf, self->platform->bdsm ? "32" : "auto");
	igd_bar_access(self->igd, 5, false, self->stolen_size, bar, info.size);
	EXPECT_EQ(0, memcmp(bar, "IntelGraphicsMem", 16));
	EXPECT_EQ(0, memcmp(bar, region, info.size));
	EXPECT_EQ(0, memcmp(self->igd->device->bars[5].vaddr + self->stolen_size, region,
			    info.size));
	free(region);
	free(bar);
}

/* A guest's driver writes to its mailboxes; the guest's next boot finds none of that */
TEST_F(bar5_test, reset_restores_the_opregion)
{
	u8 *opregion = self->igd->device->bars[5].vaddr + self->stolen_size;
	u8 before[SZ_8K];

	if (!self->opregion)
		SKIP(return, "the host has no OpRegion");
	memcpy(before, opregion, sizeof(before));
	memset(opregion, 0x5a, sizeof(before));
	vfio_pci_device_reset(self->igd->device);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_EQ(0, memcmp(before, opregion, sizeof(before)));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	if (!igd_bar5_exists(device_bdf))
		ksft_exit_skip("%s has no stolen_bar\n", device_bdf);
	return test_harness_run(argc, argv);
}
