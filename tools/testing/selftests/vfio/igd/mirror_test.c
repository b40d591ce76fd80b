// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of BAR0 that repeats system agent registers: a mapping shows an ordinary
 * page instead, and otherwise behaves as the device's memory.
 */
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>
#include <sys/resource.h>

#include <linux/sizes.h>

#include <igd_device.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define BDSM_VALUE	0x89a00000ULL
#define SCRIBBLE	0xdeadbeef

#define NO_COUNTS	IGD_NEEDS_MODEL "transaction counts"
/* In the pages beside it no register is known that can be read without an effect. */
#define NO_SOURCE	IGD_NEEDS_MODEL "reads registers that no driver reads"

static void mapped_page(void *bar, u32 page[IGD_MIRROR_SIZE / 4])
{
	for (u32 i = 0; i < IGD_MIRROR_SIZE / 4; i++)
		page[i] = igd_mapped_readl(bar, IGD_MIRROR + 4 * i);
}

/* Page faults of this thread for reads of each @step-th byte of a mapping. */
static long faults(void *from, size_t size, size_t step)
{
	struct rusage before, after;

	VFIO_ASSERT_EQ(getrusage(RUSAGE_THREAD, &before), 0);
	for (size_t at = 0; at < size; at += step)
		igd_mapped_readl(from, at);
	VFIO_ASSERT_EQ(getrusage(RUSAGE_THREAD, &after), 0);

	return after.ru_minflt - before.ru_minflt;
}

FIXTURE(mirror_test) {
	struct igd *igd;
	void *bar;	/* BAR0, mapped whole */
	u32 initial[IGD_MIRROR_SIZE / 4];	/* the page after open */
};

FIXTURE_SETUP(mirror_test)
{
	self->igd = igd_open(device_bdf);
	if (!self->igd->platform->bdsm)
		SKIP(return, "%s has no virtual BDSM", self->igd->platform->name);

	self->bar = self->igd->device->bars[0].vaddr;
	ASSERT_NE(NULL, self->bar);
	mapped_page(self->bar, self->initial);
}

FIXTURE_TEARDOWN(mirror_test)
{
	igd_close(self->igd);
}

/* The registers that a guest's driver is known to read; all else reads 0 */
TEST_F(mirror_test, repeats_hardware)
{
	const u32 offsets[] = { IGD_GGC_MIRROR, IGD_RESERVED_MIRROR, IGD_BGSM_MIRROR };
	/* BGSM is read by drivers for gen 11 and 12 only */
	int registers = self->igd->platform->bdsm_size == 8 ? 3 : 2;
	u32 expected[IGD_MIRROR_SIZE / 4] = {}, at;

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "what the page would read");

	for (int i = 0; i < registers; i++) {
		at = (offsets[i] - IGD_MIRROR) / 4;
		expected[at] = igd_model_mmio(self->igd->model, offsets[i]);
		expected[at + 1] = igd_model_mmio(self->igd->model, offsets[i] + 4);
		/* A comparison of only zeroes proves nothing. */
		ASSERT_NE(0, expected[at]);
	}
	for (u32 i = 0; i < IGD_MIRROR_SIZE / 4; i++) {
		ASSERT_EQ(expected[i], self->initial[i]) {
			TH_LOG("at %#x", IGD_MIRROR + 4 * i);
		}
	}
}

/* From before the page to the end of BAR0 at most, as in the core */
TEST_F_TIMEOUT(mirror_test, access_across_the_end_is_cut_short, 120)
{
	const struct vfio_region_info *info = &self->igd->device->bars[0].info;
	u64 start = IGD_MIRROR + IGD_MIRROR_SIZE - 8;
	void *zeroes = calloc(1, 2 * info->size);

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "writes to all of BAR0");
	/* Up to gen 7; in 16 MiB the rest is 2 million writes, which takes minutes. */
	if (info->size > SZ_4M)
		SKIP(return, "BAR0 is larger than 4 MiB");

	ASSERT_NE(NULL, zeroes);
	EXPECT_EQ(info->size - start,
		  __igd_region_access(self->igd, info, true, start, zeroes,
				      2 * info->size));
	free(zeroes);
}

TEST_F(mirror_test, same_in_region)
{
	u32 page[IGD_MIRROR_SIZE / 4], region[IGD_MIRROR_SIZE / 4];
	u32 odd;

	igd_bdsm_write(self->igd, BDSM_VALUE);
	mapped_page(self->bar, page);
	ASSERT_EQ((u32)BDSM_VALUE, page[(IGD_BDSM_MIRROR - IGD_MIRROR) / 4]);

	/* With a register of the hardware on each side */
	igd_bar_access(self->igd, 0, false, IGD_MIRROR, region, sizeof(region));
	EXPECT_EQ(0, memcmp(page, region, sizeof(page)));

	igd_bar_access(self->igd, 0, false, IGD_GGC_MIRROR + 1, &odd, 2);
	EXPECT_EQ(0, memcmp(&odd, (u8 *)page + IGD_GGC_MIRROR + 1 - IGD_MIRROR, 2));
}

/* An access of the region that begins before the page and ends behind it. */
TEST_F(mirror_test, region_is_split)
{
	u32 page[IGD_MIRROR_SIZE / 4 + 2];

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	igd_bar_access(self->igd, 0, false, IGD_MIRROR - 4, page, sizeof(page));
	EXPECT_EQ(igd_model_mmio(self->igd->model, IGD_MIRROR - 4), page[0]);
	EXPECT_EQ(0, memcmp(page + 1, self->initial, IGD_MIRROR_SIZE));
	EXPECT_EQ(igd_model_mmio(self->igd->model, IGD_MIRROR + IGD_MIRROR_SIZE),
		  page[IGD_MIRROR_SIZE / 4 + 1]);
}

TEST_F(mirror_test, bdsm_follows_every_write)
{
	size_t size = self->igd->platform->bdsm_size;
	u64 value = 0x1122334455667788;

	for (size_t i = 0; i < size; i++) {
		u64 mapped = 0;

		vfio_pci_config_access(self->igd->device, true,
				       self->igd->platform->bdsm + i, 1,
				       (u8 *)&value + i);
		mapped = igd_mapped_readl(self->bar, IGD_BDSM_MIRROR);
		if (size == 8)
			mapped |= (u64)igd_mapped_readl(self->bar, IGD_BDSM_MIRROR + 4) << 32;
		EXPECT_EQ(igd_bdsm_read(self->igd), mapped);
		EXPECT_NE(0, mapped);
	}
}

/* Reads of the page do not reach the device, reads of its neighbours do. */
TEST_F(mirror_test, only_neighbours_are_hardware)
{
	struct igd_model_counters counters;

	if (!self->igd->model)
		SKIP(return, NO_COUNTS);

	igd_model_reset_counters(self->igd->model);
	for (u32 i = 0; i < 100; i++) {
		igd_mapped_readl(self->bar, IGD_BDSM_MIRROR);
		igd_mapped_readl(self->bar, IGD_GGC_MIRROR);
	}
	igd_mapped_writel(self->bar, IGD_GGC_MIRROR, SCRIBBLE);
	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].read);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].write_posted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MMIO].read);

	igd_mapped_readl(self->bar, IGD_MIRROR - 4);
	igd_mapped_readl(self->bar, IGD_MIRROR + IGD_MIRROR_SIZE);
	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(2, counters.traffic[IGD_MODEL_MMIO].read);
}

/* The second open finds all that it needs in memory. */
TEST_F(mirror_test, hardware_is_read_once)
{
	struct igd_model_counters counters;

	if (!self->igd->model)
		SKIP(return, NO_COUNTS);

	igd_model_reset_counters(self->igd->model);
	igd_close(self->igd);
	self->igd = igd_open(device_bdf);

	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].read);
}

static void scribble(struct igd *igd, void *bar)
{
	/* Writes of an earlier test would hide those of this test. */
	VFIO_ASSERT_NE(igd_mapped_readl(bar, IGD_GGC_MIRROR), SCRIBBLE);

	igd_bdsm_write(igd, BDSM_VALUE);
	for (u32 at = 0; at < IGD_MIRROR_SIZE; at += 4)
		igd_mapped_writel(bar, IGD_MIRROR + at, SCRIBBLE);
}

TEST_F(mirror_test, writes_last_until_reset)
{
	u32 page[IGD_MIRROR_SIZE / 4];
	u8 hardware[256], after[256];

	igd_hardware_config(self->igd, hardware);
	scribble(self->igd, self->bar);
	EXPECT_EQ(SCRIBBLE, igd_mapped_readl(self->bar, IGD_GGC_MIRROR));
	EXPECT_EQ(SCRIBBLE, igd_mapped_readl(self->bar, IGD_BDSM_MIRROR));
	EXPECT_EQ(SCRIBBLE, igd_mapped_readl(self->bar, IGD_MIRROR + IGD_MIRROR_SIZE - 4));

	/* They are not visible elsewhere */
	igd_hardware_config(self->igd, after);
	EXPECT_EQ(0, memcmp(hardware, after, sizeof(after)));
	if (self->igd->model)
		EXPECT_NE(SCRIBBLE, igd_model_mmio(self->igd->model, IGD_GGC_MIRROR));
	EXPECT_EQ(BDSM_VALUE, igd_bdsm_read(self->igd));

	vfio_pci_device_reset(self->igd->device);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	mapped_page(self->bar, page);
	EXPECT_EQ(0, memcmp(page, self->initial, sizeof(page)));
}

TEST_F(mirror_test, writes_are_gone_after_close)
{
	u32 page[IGD_MIRROR_SIZE / 4];

	scribble(self->igd, self->bar);
	igd_close(self->igd);
	self->igd = igd_open(device_bdf);

	mapped_page(self->igd->device->bars[0].vaddr, page);
	EXPECT_EQ(0, memcmp(page, self->initial, sizeof(page)));
}

TEST_F(mirror_test, region_writes_are_dropped)
{
	u32 page[IGD_MIRROR_SIZE / 4], pattern[IGD_MIRROR_SIZE / 4];

	memset(pattern, 0x5a, sizeof(pattern));
	igd_bar_access(self->igd, 0, true, IGD_MIRROR, pattern, sizeof(pattern));
	igd_bar_writel(self->igd, 0, IGD_BDSM_MIRROR, SCRIBBLE);

	mapped_page(self->bar, page);
	EXPECT_EQ(0, memcmp(page, self->initial, sizeof(page)));
}

TEST_F(mirror_test, region_writes_are_not_on_the_bus)
{
	u32 pattern[IGD_MIRROR_SIZE / 4];
	struct igd_model_counters counters;

	if (!self->igd->model)
		SKIP(return, NO_COUNTS);

	memset(pattern, 0x5a, sizeof(pattern));
	igd_model_reset_counters(self->igd->model);
	igd_bar_access(self->igd, 0, true, IGD_MIRROR, pattern, sizeof(pattern));
	igd_bar_writel(self->igd, 0, IGD_BDSM_MIRROR, SCRIBBLE);

	igd_flush(self->igd);
	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].write_posted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].write_nonposted);
}

TEST_F(mirror_test, refused_while_memory_is_disabled)
{
	u32 value;

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	igd_bdsm_write(self->igd, BDSM_VALUE);
	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_TRUE(igd_mapped_is_refused(self->bar, IGD_BDSM_MIRROR));
	EXPECT_TRUE(igd_mapped_is_refused(self->bar, IGD_MIRROR - 4));
	EXPECT_EQ(-EIO, __igd_region_access(self->igd,
					    &self->igd->device->bars[0].info,
					    false, IGD_BDSM_MIRROR, &value,
					    sizeof(value)));

	/* Configuration space always answers */
	EXPECT_EQ(BDSM_VALUE, igd_bdsm_read(self->igd));

	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_EQ(BDSM_VALUE, igd_mapped_readl(self->bar, IGD_BDSM_MIRROR));
	EXPECT_FALSE(igd_mapped_is_refused(self->bar, IGD_MIRROR - 4));
}

TEST_F(mirror_test, refused_in_low_power)
{
	u32 value = 0;

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	igd_bdsm_write(self->igd, BDSM_VALUE);
	if (__igd_low_power(self->igd, true))
		SKIP(return, "no runtime power management: %m");

	EXPECT_TRUE(igd_mapped_is_refused(self->bar, IGD_BDSM_MIRROR));
	EXPECT_TRUE(igd_mapped_is_refused(self->bar, IGD_MIRROR - 4));
	/* An access to the file wakes up the device, as with other registers */
	igd_bar_access(self->igd, 0, false, IGD_BDSM_MIRROR, &value, 4);
	EXPECT_EQ(BDSM_VALUE, value);

	ASSERT_EQ(0, __igd_low_power(self->igd, false));
	EXPECT_EQ(BDSM_VALUE, igd_mapped_readl(self->bar, IGD_BDSM_MIRROR));
	EXPECT_FALSE(igd_mapped_is_refused(self->bar, IGD_MIRROR - 4));
}

/* BAR0 without the 2 MiB around the page, mapped as stock maps BAR2. */
TEST_F(mirror_test, rest_maps_huge)
{
	struct vfio_pci_device *device = self->igd->device;
	size_t half = device->bars[0].info.size / 2;

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	if (faults(device->bars[2].vaddr, SZ_2M, SZ_64K) != 1)
		SKIP(return, "this kernel does not map BARs with huge pages");

	/* The GTT, as reads of entries have no effect */
	EXPECT_EQ(half / SZ_2M, faults(self->bar + half, half, SZ_64K));
	EXPECT_EQ(2, faults(self->bar + IGD_MIRROR - SZ_4K, 3 * SZ_4K, SZ_4K));
}

/* A mapping around the page, and one that is split at the page. */
TEST_F(mirror_test, parts_of_bar)
{
	struct vfio_region_info *info = &self->igd->device->bars[0].info;
	void *part;

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	igd_bdsm_write(self->igd, BDSM_VALUE);
	part = mmap(NULL, 3 * SZ_4K, PROT_READ | PROT_WRITE, MAP_SHARED,
		    self->igd->device->fd, info->offset + IGD_MIRROR - SZ_4K);
	ASSERT_NE(MAP_FAILED, part);
	ASSERT_EQ(0, mprotect(part + SZ_4K, SZ_4K, PROT_READ));

	for (int i = 0; i < 2; i++) {
		struct igd_model_counters counters;

		igd_model_reset_counters(self->igd->model);
		EXPECT_EQ(BDSM_VALUE, igd_mapped_readl(part, SZ_4K + IGD_BDSM_MIRROR - IGD_MIRROR));
		igd_mapped_readl(part, SZ_4K - 4);
		igd_mapped_readl(part, 2 * SZ_4K);
		igd_model_counters(self->igd->model, &counters);
		EXPECT_EQ(2, counters.traffic[IGD_MODEL_MMIO].read);
		EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].read);

		/* The mapping is zapped and faults again */
		vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
		vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	}
	ASSERT_EQ(0, munmap(part, 3 * SZ_4K));
}

/* The page alone, and from the page on, so that no fault comes before it. */
TEST_F(mirror_test, page_alone)
{
	struct vfio_region_info *info = &self->igd->device->bars[0].info;
	void *page, *rest;

	if (!self->igd->model)
		SKIP(return, NO_SOURCE);

	igd_bdsm_write(self->igd, BDSM_VALUE);
	page = mmap(NULL, SZ_4K, PROT_READ, MAP_SHARED, self->igd->device->fd,
		    info->offset + IGD_MIRROR);
	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(BDSM_VALUE, igd_mapped_readl(page, IGD_BDSM_MIRROR - IGD_MIRROR));

	rest = mmap(NULL, info->size - IGD_MIRROR - SZ_4K, PROT_READ, MAP_SHARED,
		    self->igd->device->fd, info->offset + IGD_MIRROR + SZ_4K);
	ASSERT_NE(MAP_FAILED, rest);
	EXPECT_EQ(igd_model_mmio(self->igd->model, IGD_MIRROR + SZ_4K),
		  igd_mapped_readl(rest, 0));

	ASSERT_EQ(0, munmap(page, SZ_4K));
	ASSERT_EQ(0, munmap(rest, info->size - IGD_MIRROR - SZ_4K));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
