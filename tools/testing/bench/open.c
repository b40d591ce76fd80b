// SPDX-License-Identifier: GPL-2.0-only
/* Opening and closing the device, and clearing the GTT at both */
#include <stdlib.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "bench.h"

#define ROUNDS	12

struct target {
	struct iommu *iommu;
	struct vfio_pci_device *device;
	double open[ROUNDS], close[ROUNDS];	/* ns */
};

/* Container and group stay open: they are the same to both drivers. */
static void target_init(struct target *target, const char *bdf)
{
	target->iommu = iommu_init(MODE_VFIO_TYPE1V2_IOMMU);
	target->device = vfio_pci_device_alloc(bdf, target->iommu);
	vfio_pci_group_setup(target->device, bdf);
	vfio_container_set_iommu(target->device);
}

static void target_round(struct target *target, int round)
{
	struct vfio_pci_device *device = target->device;
	u64 start = bench_now(), opened;

	__vfio_pci_group_get_device_fd(device, device->bdf, NULL);
	opened = bench_now();
	VFIO_ASSERT_GE(device->fd, 0);
	VFIO_ASSERT_EQ(close(device->fd), 0);
	target->close[round] = bench_now() - opened;
	target->open[round] = opened - start;
}

static void target_end(struct target *target)
{
	VFIO_ASSERT_EQ(close(target->device->group_fd), 0);
	vfio_pci_device_free(target->device);
	iommu_cleanup(target->iommu);
}

static u32 gtt_entries(const char *bdf)
{
	struct igd_model *model = igd_model_open(bdf);
	struct igd_model_info info;

	VFIO_ASSERT_NOT_NULL(model);
	igd_model_info(model, &info);
	igd_model_close(model);
	return info.gtt_entries;
}

/* All devices that are given, in turn; the results name the size of the GTT */
void bench_open(struct bench_device *devices)
{
	struct target targets[8];
	unsigned int number = 0;
	char name[32];

	for (; devices[number].bdf; number++) {
		VFIO_ASSERT_LT(number, ARRAY_SIZE(targets));
		target_init(&targets[number], devices[number].bdf);
		target_round(&targets[number], 0);
	}

	for (int round = 0; round < ROUNDS; round++)
		for (unsigned int i = 0; i < number; i++)
			target_round(&targets[(i + round) % number], round);

	for (unsigned int i = 0; i < number; i++) {
		u32 entries = gtt_entries(devices[i].bdf);

		snprintf_assert(name, sizeof(name), "open.%u", entries);
		bench_series("time", name, devices[i].side, targets[i].open,
			     ROUNDS);
		snprintf_assert(name, sizeof(name), "close.%u", entries);
		bench_series("time", name, devices[i].side, targets[i].close,
			     ROUNDS);
		target_end(&targets[i]);
	}
}
