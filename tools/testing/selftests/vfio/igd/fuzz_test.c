// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random accesses of a guest and a VMM. igd_oracle predicts the result of each
 * access, and the state of the device after each sequence of accesses.
 *
 * $IGD_FUZZ_SECONDS is the duration, $IGD_FUZZ_SEED the seed. A mismatch prints the
 * seed that repeats it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/ioctl.h>

#include <igd_bar5.h>
#include <igd_fault.h>
#include <igd_region.h>

#include "fuzz/fuzz.h"

#include "kselftest_harness.h"

static const char *device_bdf;

#define SECONDS		15
#define EPISODE		20000	/* accesses between open and close */
#define SEQUENCE	400	/* accesses between two checks of the device */
#define SEQUENCE_REPLAY	20

#define GGC		0x50	/* include/drm/intel/i915_drm.h, SNB_GMCH_CTRL */

/*
 * The page has the hardware's GGC and STOLEN_RESERVED, and its BGSM if that has 64
 * bits
 */
static void learn_page(struct fuzz *fuzz, u8 page[IGD_ORACLE_PAGE_SIZE])
{
	const u32 offsets[] = {
		IGD_GGC_MIRROR, IGD_RESERVED_MIRROR, IGD_RESERVED_MIRROR + 4,
		IGD_BGSM_MIRROR, IGD_BGSM_MIRROR + 4,
	};
	int dwords = fuzz->igd->platform->bdsm_size == 8 ? 5 : 3;

	for (int i = 0; i < dwords; i++) {
		u32 value = igd_model_mmio(fuzz->igd->model, offsets[i]);

		memcpy(page + offsets[i] - IGD_MIRROR, &value, 4);
	}
}

static void learn_regions(struct fuzz *fuzz)
{
	for (u32 i = 0; i < fuzz->igd->device->info.num_regions; i++) {
		struct vfio_region_info *info = &fuzz->regions[i];

		*info = (struct vfio_region_info) { .argsz = sizeof(*info), .index = i };
		if (ioctl(fuzz->igd->device->fd, VFIO_DEVICE_GET_REGION_INFO, info) ||
		    i < VFIO_PCI_NUM_REGIONS)
			continue;
		fuzz->content[i] = realloc(fuzz->content[i], info->size);
		VFIO_ASSERT_NOT_NULL(fuzz->content[i]);
		VFIO_ASSERT_EQ(__igd_region_access(fuzz->igd, info, false, 0,
						   fuzz->content[i], info->size),
			       info->size);
	}
	/* A region that does not exist, for accesses to it */
	for (u32 i = fuzz->igd->device->info.num_regions; i < MOST_REGIONS; i++)
		fuzz->regions[i] = (struct vfio_region_info) { .offset = (u64)i << 40 };
	for (u32 i = 0; i < IRQS; i++)
		fuzz->irq_results[i] = fuzz_irq_info(fuzz, i, &fuzz->irqs[i]);
}

/* Bits that INDEX does not have read 0 */
static u32 learn_index(struct fuzz *fuzz)
{
	u32 bits;

	igd_bar_writel(fuzz->igd, 4, IGD_IOBAR_INDEX, ~0);
	bits = igd_bar_readl(fuzz->igd, 4, IGD_IOBAR_INDEX);
	igd_bar_writel(fuzz->igd, 4, IGD_IOBAR_INDEX, 0);
	return bits;
}

/* The OpRegion, which BAR5 shows in place of the region */
static void learn_opregion(struct fuzz *fuzz, struct igd_oracle_host *host)
{
	struct vfio_region_info info;
	u8 *content;

	fuzz->regions_without_opregion = fuzz->igd->device->info.num_regions;
	if (!igd_region_find(fuzz->igd->device->fd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &info))
		return;
	fuzz->regions_without_opregion--;
	content = malloc_assert(info.size);
	VFIO_ASSERT_EQ(__igd_region_access(fuzz->igd, &info, false, 0, content, info.size),
		       info.size);
	host->opregion = content;
	fuzz->opregion_size = info.size;
}

/* What is the same at each open, from one without BAR5 */
static void learn(struct fuzz *fuzz, struct igd_oracle_host *host)
{
	if (igd_bar5_exists(fuzz->bdf))
		VFIO_ASSERT_EQ(igd_bar5_set(fuzz->bdf, "0"), 0);
	fuzz->igd = igd_open(fuzz->bdf);
	host->platform = fuzz->igd->platform;
	host->stolen_base = fuzz->igd->info.stolen_base;
	host->stolen_size = fuzz->igd->info.stolen_size;
	host->entries = fuzz->igd->info.gtt_entries;
	learn_page(fuzz, host->page);
	learn_opregion(fuzz, host);
	igd_close(fuzz->igd);
}

static void start(struct fuzz *fuzz, struct igd_oracle_host *host)
{
	struct igd *igd;

	fuzz->random = fuzz->seed;
	fuzz->step = 0;
	fuzz_bar5_choose(fuzz, host);
	igd = igd_open(fuzz->bdf);
	fuzz->igd = igd;
	learn_regions(fuzz);
	host->config_size = fuzz->regions[VFIO_PCI_CONFIG_REGION_INDEX].size;
	host->bar4_size = fuzz->regions[VFIO_PCI_BAR4_REGION_INDEX].size;
	host->index_bits = learn_index(fuzz);
	VFIO_ASSERT_EQ(__igd_region_access(igd, &fuzz->regions[VFIO_PCI_CONFIG_REGION_INDEX],
					   false, 0, host->config, host->config_size),
		       host->config_size);
	igd_hardware_config(igd, fuzz->hardware);
	memcpy(&host->config[GGC], &fuzz->hardware[GGC], sizeof(u16));
	igd_model_reset_counters(igd->model);
	igd_oracle_init(&fuzz->oracle, host);
	fuzz_bar5_check_regions(fuzz);
}

static void stop(struct fuzz *fuzz)
{
	igd_oracle_destroy(&fuzz->oracle);
	igd_close(fuzz->igd);
}

/* Runs until @end, but for at least one sequence, as the open may take long. */
static void run_episode(struct fuzz *fuzz, struct igd_oracle_host *host,
			time_t end, u32 sequence)
{
	u32 next = sequence;

	start(fuzz, host);
	while (fuzz->step < EPISODE && !fuzz->mismatches &&
	       (fuzz->step < sequence || time(NULL) < end)) {
		fuzz_action(fuzz);
		if (fuzz->step < next)
			continue;
		fuzz_compare(fuzz);
		next = fuzz->step + sequence;
	}
	if (!fuzz->mismatches)
		fuzz_compare(fuzz);
	stop(fuzz);
}

FIXTURE(fuzz_test) {
	struct fuzz fuzz;
	struct igd_oracle_host host;
};

FIXTURE_SETUP(fuzz_test)
{
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
}

FIXTURE_TEARDOWN(fuzz_test)
{
	for (int i = 0; i < MOST_REGIONS; i++)
		free(self->fuzz.content[i]);
	free((void *)self->host.opregion);
	if (igd_bar5_exists(device_bdf))
		igd_bar5_set(device_bdf, "0");
}

/* The timeout of the harness, from $IGD_FUZZ_SECONDS. */
TEST_F_TIMEOUT(fuzz_test, oracle, 30 * 24 * 3600)
{
	u64 replay = igd_seed(0);
	u32 sequence = replay ? SEQUENCE_REPLAY : SEQUENCE;
	struct fuzz *fuzz = &self->fuzz;
	time_t end;

	fuzz->bdf = device_bdf;
	learn(fuzz, &self->host);
	end = time(NULL) + igd_seconds(SECONDS);
	fuzz->seed = replay ?: time(NULL) * 1000;
	printf("# first seed %llu\n", (unsigned long long)fuzz->seed);
	/* Once at least: the open of learn() may take long */
	do {
		run_episode(fuzz, &self->host, end, sequence);
		fuzz->seed++;
	} while (!fuzz->mismatches && time(NULL) < end);

	igd_count("fuzz_ops", fuzz->ops);
	igd_count("sequences", fuzz->sequences);
	igd_count("opens_with_bar5", fuzz->opens_with_bar5);
	igd_count("mismatches", fuzz->mismatches);
	EXPECT_NE(0, fuzz->sequences);
	EXPECT_EQ(0, fuzz->mismatches);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_model(&argc, argv, "would write anything to anywhere");
	return test_harness_run(argc, argv);
}
