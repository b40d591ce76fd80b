// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's own accesses to the hardware: none can hang a machine, and there are as
 * few as possible.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/mman.h>

#include <asm/barrier.h>

#include <linux/bits.h>
#include <linux/io.h>
#include <linux/sizes.h>

#include <igd_binding.h>
#include <igd_opener.h>

#include "kselftest_harness.h"

static const char *device_bdf;

FIXTURE(hardware_test) {
	const struct igd_platform *platform;
	struct igd_model *model;
	struct igd_info info;
	struct igd_opener opener;
};

FIXTURE_SETUP(hardware_test)
{
	self->platform = igd_device_platform(device_bdf);
	self->model = igd_model_open(device_bdf);
	if (!self->model)
		SKIP(return, IGD_NEEDS_MODEL "transaction counts");
	igd_hardware_info(self->model, device_bdf, &self->info);
	igd_opener_init(&self->opener, device_bdf);
	igd_model_reset_counters(self->model);
}

FIXTURE_TEARDOWN(hardware_test)
{
	igd_opener_cleanup(&self->opener);
	igd_model_close(self->model);
}

/* If the CPU must not touch the GTT, no entry is written; else each one is. */
static u64 cleared(FIXTURE_DATA(hardware_test) *self)
{
	return self->platform->bdsm ? self->info.gtt_entries : 0;
}

TEST_F_TIMEOUT(hardware_test, nothing_hangs, 120)
{
	struct igd_model_counters counters;

	ASSERT_EQ(0, igd_opener_open(&self->opener));
	igd_model_counters(self->model, &counters);
	EXPECT_EQ(cleared(self), counters.traffic[IGD_MODEL_GTT].write_posted);

	/* A reset by the VMM; the device does not answer for a while */
	EXPECT_EQ(0, ioctl(self->opener.device->fd, VFIO_DEVICE_RESET));
	igd_opener_close(&self->opener);

	igd_model_counters(self->model, &counters);
	EXPECT_EQ(0, counters.hangs);
	EXPECT_LE(cleared(self), counters.traffic[IGD_MODEL_GTT].write_posted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_IOBAR_INDEX].write_nonposted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_IOBAR_DATA].write_nonposted);
	if (!self->platform->bdsm)
		EXPECT_EQ(0, counters.traffic[IGD_MODEL_GTT].read);
}

/* Longer than Linux waits at first, as seen on real machines */
TEST_F_TIMEOUT(hardware_test, nothing_hangs_in_a_long_reset, 120)
{
	struct igd_model_counters counters;

	igd_model_reset_takes(self->model, 1100);
	EXPECT_EQ(0, igd_opener_open(&self->opener));
	igd_opener_close(&self->opener);
	igd_model_reset_takes(self->model, 20);

	igd_model_counters(self->model, &counters);
	EXPECT_EQ(0, counters.hangs);
	/* Unless the kernel has its own reset method, as on mobile Ivy Bridge */
	if (!igd_resets_by_itself(device_bdf))
		EXPECT_LE(1, counters.resets);
}

/* gen6_ggtt_invalidate() in i915: before gen 8 the GPU's TLB keeps cleared entries. */
TEST_F(hardware_test, cleared_entries_are_flushed)
{
	struct igd_model_counters counters;

	if (self->platform->gen >= 8 || !self->info.gtt_entries)
		SKIP(return, "the GPU snoops the CPU's writes to the GTT");

	ASSERT_EQ(0, igd_opener_open(&self->opener));
	igd_model_counters(self->model, &counters);
	EXPECT_EQ(1, counters.gtt_flushes);
	EXPECT_EQ(0, counters.gtt_unflushed);

	igd_model_reset_counters(self->model);
	igd_opener_close(&self->opener);
	igd_model_counters(self->model, &counters);
	EXPECT_EQ(self->info.gtt_entries, counters.traffic[IGD_MODEL_GTT].write_posted);
	EXPECT_EQ(1, counters.gtt_flushes);
	EXPECT_EQ(0, counters.gtt_unflushed);
}

/* Reads in the page at 0x108000: STOLEN_RESERVED, and BGSM if both have 64 bits */
TEST_F(hardware_test, page_is_hardly_read)
{
	static const u64 most_dwords[] = { [0] = 0, [4] = 1, [8] = 4 };
	u64 dwords = most_dwords[self->platform->bdsm_size];
	struct igd_model_counters counters;

	igd_opener_cleanup(&self->opener);
	igd_bind(device_bdf, "vfio-pci-igd");
	igd_opener_init(&self->opener, device_bdf);
	igd_model_reset_counters(self->model);
	ASSERT_EQ(0, igd_opener_open(&self->opener));
	igd_opener_close(&self->opener);

	igd_model_counters(self->model, &counters);
	EXPECT_GE(dwords, counters.traffic[IGD_MODEL_MIRROR].read);
	EXPECT_LE(dwords / 2, counters.traffic[IGD_MODEL_MIRROR].read);
}

/* [gt/intel_engine_regs.h] of i915, of BLT_RING_BASE */
#define RING_TAIL		0x22030
#define RING_HEAD		0x22034
#define RING_START		0x22038
#define RING_CTL		0x2203c
#define   RING_VALID		BIT(0)

/* [gt/intel_gpu_commands.h]; up to gen 7.5 a bit chooses the global GTT */
#define MI_UPDATE_GTT		(0x23 << 23)
#define   MI_USE_GGTT		BIT(22)
#define MI_BATCH_BUFFER_START	(0x31 << 23)

#define REFILLED		8

/* An entry that the engine writes again and again */
static u32 *emit_entry(struct igd *igd, u32 *batch, u32 entry)
{
	u64 pte = igd_pte(igd->platform, 0xe0000000, 0);

	if (igd->platform->pte_size == 4) {
		*batch++ = MI_UPDATE_GTT | MI_USE_GGTT | 1;
		*batch++ = entry * SZ_4K;
		*batch++ = pte;
	} else {
		*batch++ = MI_UPDATE_GTT | 2;
		*batch++ = entry * SZ_4K;
		*batch++ = pte;
		*batch++ = pte >> 32;
	}
	return batch;
}

static u32 *emit_start(struct igd *igd, u32 *ring, u32 gfx)
{
	bool wide = igd->platform->pte_size == 8;

	*ring++ = MI_BATCH_BUFFER_START | wide;
	*ring++ = gfx;
	if (wide)
		*ring++ = 0;
	return ring;
}

static void map_page(struct igd *igd, u32 entry, u64 iova)
{
	u64 pte = igd_pte(igd->platform, iova, 0);

	igd_bar_access(igd, 0, true, igd->platform->gtt + entry * igd->platform->pte_size,
		       &pte, igd->platform->pte_size);
}

/*
 * A batch that writes the first entries and starts itself again. The last two entries
 * map it, as they are the last to be cleared.
 */
static void start_engine(struct igd *igd, struct dma_region *region)
{
	u32 last = igd->info.gtt_entries - 1;
	u32 *ring = region->vaddr, *batch = region->vaddr + SZ_4K;
	u32 gfx = last * SZ_4K;

	for (u32 entry = 0; entry < REFILLED; entry++)
		batch = emit_entry(igd, batch, entry);
	emit_start(igd, batch, gfx);
	emit_start(igd, ring, gfx);

	map_page(igd, last - 1, region->iova);
	map_page(igd, last, region->iova + SZ_4K);
	igd_bar_writel(igd, 0, RING_HEAD, 0);
	igd_bar_writel(igd, 0, RING_TAIL, 0);
	igd_bar_writel(igd, 0, RING_START, gfx - SZ_4K);
	igd_bar_writel(igd, 0, RING_CTL, RING_VALID);
	/* The engine reads the ring as soon as the tail is written */
	wmb();
	igd_bar_writel(igd, 0, RING_TAIL, 16);
}

static u64 engine_writes(struct igd *igd)
{
	struct igd_model_counters counters;

	igd_model_counters(igd->model, &counters);
	return counters.gtt_engine_writes;
}

/* The guest's engine keeps running while the device is closed. */
TEST(engine_cannot_refill_the_gtt)
{
	struct igd *igd = igd_open(device_bdf);
	struct dma_region region;
	u64 entries[REFILLED];

	if (!igd->model)
		SKIP(return, IGD_NEEDS_MODEL "starts an engine");
	if (!igd->platform->bdsm || !igd->info.gtt_entries)
		SKIP(return, "the GTT is not cleared");

	igd_dma_map(igd, &region, 0x10000000, SZ_8K);
	start_engine(igd, &region);
	for (int ms = 0; ms < 5000 && !engine_writes(igd); ms++)
		usleep(1000);
	ASSERT_LT(0, engine_writes(igd));

	vfio_pci_device_cleanup(igd->device);
	igd_model_gtt(igd->model, 0, REFILLED, entries);
	for (int i = 0; i < REFILLED; i++) {
		EXPECT_EQ(0, entries[i]) {
			TH_LOG("entry %d", i);
		}
	}

	iommu_cleanup(igd->iommu);
	munmap(region.vaddr, region.size);
	igd_model_close(igd->model);
	free(igd);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
