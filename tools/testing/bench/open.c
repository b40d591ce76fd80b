// SPDX-License-Identifier: GPL-2.0-only
/* Opening and closing the device, and clearing the GTT at both */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "bench.h"

/* Rounds if clearing takes seconds, and if there is nothing to clear */
#define ROUNDS		13
#define MAX_ROUNDS	41

struct target {
	struct iommu *iommu;
	struct vfio_pci_device *device;
	struct igd_model *model;
	const struct igd_platform *platform;
	u32 entries;		/* of the GTT */
	double open[MAX_ROUNDS], close[MAX_ROUNDS], post[MAX_ROUNDS]; /* ns */
};

static u32 gtt_entries(struct igd_model *model)
{
	struct igd_model_info info;

	igd_model_info(model, &info);
	return info.gtt_entries;
}

/* Container and group stay open: they do not depend on the driver. */
static void target_init(struct target *target, const char *bdf)
{
	target->iommu = iommu_init(MODE_VFIO_TYPE1V2_IOMMU);
	target->device = vfio_pci_device_alloc(bdf, target->iommu);
	target->platform = igd_device_platform(bdf);
	target->model = igd_model_open(bdf);
	VFIO_ASSERT_NOT_NULL(target->model);
	target->entries = gtt_entries(target->model);
	vfio_pci_group_setup(target->device, bdf);
	vfio_container_set_iommu(target->device);
}

/*
 * The minimal cost of clearing: one posted write for each entry, and the wait until
 * the device has them.
 */
static void post_all(struct target *target)
{
	size_t size = (size_t)target->entries * target->platform->pte_size;
	u64 *gtt;

	if (!size)
		return;
	gtt = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   target->device->fd, target->platform->gtt);
	VFIO_ASSERT_NE(gtt, MAP_FAILED);
	for (u32 i = 0; i < target->entries; i++)
		WRITE_ONCE(gtt[i], 0);
	READ_ONCE(gtt[0]);
	VFIO_ASSERT_EQ(munmap(gtt, size), 0);
}

static void target_round(struct target *target, int round)
{
	struct vfio_pci_device *device = target->device;
	u64 start, opened, posted;

	start = bench_now();
	__vfio_pci_group_get_device_fd(device, device->bdf, NULL);
	opened = bench_now();
	VFIO_ASSERT_GE(device->fd, 0);
	post_all(target);
	posted = bench_now();
	VFIO_ASSERT_EQ(close(device->fd), 0);
	target->close[round] = bench_now() - posted;
	target->post[round] = posted - opened;
	target->open[round] = opened - start;
}

/* Bus transactions, except those of configuration space */
static void print_traffic(struct target *target, const char *phase,
			  const char *side)
{
	struct igd_model_counters counters;
	double posted = 0, nonposted = 0;
	char name[32];

	igd_model_counters(target->model, &counters);
	for (int i = IGD_MODEL_CONFIG + 1; i < IGD_MODEL_CLASSES; i++) {
		posted += counters.traffic[i].write_posted;
		nonposted += counters.traffic[i].write_nonposted +
			     counters.traffic[i].read;
	}
	snprintf_assert(name, sizeof(name), "%s.%u.posted", phase, target->entries);
	bench_series("count", name, side, &posted, 1);
	snprintf_assert(name, sizeof(name), "%s.%u.nonposted", phase,
			target->entries);
	bench_series("count", name, side, &nonposted, 1);
}

static void target_count(struct target *target, const char *side)
{
	struct vfio_pci_device *device = target->device;

	igd_model_reset_counters(target->model);
	__vfio_pci_group_get_device_fd(device, device->bdf, NULL);
	VFIO_ASSERT_GE(device->fd, 0);
	print_traffic(target, "open", side);

	igd_model_reset_counters(target->model);
	VFIO_ASSERT_EQ(close(device->fd), 0);
	print_traffic(target, "close", side);
}

static void target_print(const struct target *target, const char *side,
			 int rounds)
{
	const struct {
		const char *name;
		const double *ns;
	} series[] = {
		{ "open", target->open },
		{ "close", target->close },
		{ "post", target->post },
	};
	char name[32];

	for (int i = 0; i < ARRAY_SIZE(series); i++) {
		snprintf_assert(name, sizeof(name), "%s.%u", series[i].name,
				target->entries);
		bench_series("time", name, side, series[i].ns, rounds);
	}
}

static void target_end(struct target *target)
{
	VFIO_ASSERT_EQ(close(target->device->group_fd), 0);
	vfio_pci_device_free(target->device);
	igd_model_close(target->model);
	iommu_cleanup(target->iommu);
}

/* All given devices in turn; the results have the number of GTT entries */
void bench_open(struct bench_device *devices)
{
	struct target targets[8];
	unsigned int number = 0;
	int rounds = MAX_ROUNDS;

	for (; devices[number].bdf; number++) {
		VFIO_ASSERT_LT(number, ARRAY_SIZE(targets));
		target_init(&targets[number], devices[number].bdf);
		/* The first open after binding reads registers of the page around BDSM. */
		target_round(&targets[number], 0);
		target_count(&targets[number], devices[number].side);
		if (targets[number].entries)
			rounds = ROUNDS;
	}

	for (int round = 0; round < rounds; round++)
		for (unsigned int i = 0; i < number; i++)
			target_round(&targets[(i + round) % number], round);

	for (unsigned int i = 0; i < number; i++) {
		target_print(&targets[i], devices[i].side, rounds);
		target_end(&targets[i]);
	}
}
