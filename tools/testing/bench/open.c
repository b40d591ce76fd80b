// SPDX-License-Identifier: GPL-2.0-only
/* Opening and closing the device, and clearing the GTT at both */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "bench.h"

#define ROUNDS	9

struct target {
	struct iommu *iommu;
	struct vfio_pci_device *device;
	const struct igd_platform *platform;
	u32 entries;		/* of the GTT */
	double open[ROUNDS], close[ROUNDS], post[ROUNDS];	/* ns */
};

static u32 gtt_entries(const char *bdf)
{
	struct igd_model *model = igd_model_open(bdf);
	struct igd_model_info info;

	VFIO_ASSERT_NOT_NULL(model);
	igd_model_info(model, &info);
	igd_model_close(model);
	return info.gtt_entries;
}

/* Container and group stay open: they are the same to both drivers. */
static void target_init(struct target *target, const char *bdf)
{
	target->iommu = iommu_init(MODE_VFIO_TYPE1V2_IOMMU);
	target->device = vfio_pci_device_alloc(bdf, target->iommu);
	target->platform = igd_device_platform(bdf);
	target->entries = gtt_entries(bdf);
	vfio_pci_group_setup(target->device, bdf);
	vfio_container_set_iommu(target->device);
}

/*
 * The least that clearing can cost: one posted write for each entry, and waiting
 * until the device has them.
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

static void target_print(const struct target *target, const char *side)
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
		bench_series("time", name, side, series[i].ns, ROUNDS);
	}
}

static void target_end(struct target *target)
{
	VFIO_ASSERT_EQ(close(target->device->group_fd), 0);
	vfio_pci_device_free(target->device);
	iommu_cleanup(target->iommu);
}

/* All devices that are given, in turn; the results name the entries of the GTT */
void bench_open(struct bench_device *devices)
{
	struct target targets[8];
	unsigned int number = 0;

	for (; devices[number].bdf; number++) {
		VFIO_ASSERT_LT(number, ARRAY_SIZE(targets));
		target_init(&targets[number], devices[number].bdf);
		target_round(&targets[number], 0);
	}

	for (int round = 0; round < ROUNDS; round++)
		for (unsigned int i = 0; i < number; i++)
			target_round(&targets[(i + round) % number], round);

	for (unsigned int i = 0; i < number; i++) {
		target_print(&targets[i], devices[i].side);
		target_end(&targets[i]);
	}
}
