// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA mappings and dma-bufs of BAR0. The page that repeats system agent registers
 * must not prevent them.
 */
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include <linux/sizes.h>

#include <igd_device.h>

#include "kselftest_harness.h"

static const char *device_bdf;

FIXTURE(mirror_dma_buf_test) {
	struct igd *igd;
};

FIXTURE_SETUP(mirror_dma_buf_test)
{
	self->igd = igd_open(device_bdf);
	if (!self->igd->platform->bdsm)
		SKIP(return, "%s has no virtual BDSM", self->igd->platform->name);
}

FIXTURE_TEARDOWN(mirror_dma_buf_test)
{
	igd_close(self->igd);
}

/* Returns a file descriptor, or -errno. */
static int export(struct igd *igd, u32 bar, u64 offset, u64 length)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_dma_buf dma_buf;
		struct vfio_region_dma_range range;
	} args = {
		.feature = {
			.argsz = sizeof(args),
			.flags = VFIO_DEVICE_FEATURE_GET |
				 VFIO_DEVICE_FEATURE_DMA_BUF,
		},
		.dma_buf = {
			.region_index = bar,
			.open_flags = O_RDWR | O_CLOEXEC,
			.nr_ranges = 1,
		},
		.range = { .offset = offset, .length = length },
	};
	int fd = ioctl(igd->device->fd, VFIO_DEVICE_FEATURE, &args);

	return fd < 0 ? -errno : fd;
}

static bool exports(struct igd *igd, u64 offset, u64 length)
{
	int fd = export(igd, 0, offset, length);

	return fd >= 0 && !close(fd);
}

TEST_F(mirror_dma_buf_test, all_but_page)
{
	u64 size = self->igd->device->bars[0].info.size;
	int fd = export(self->igd, 2, 0, SZ_4K);

	if (fd < 0)
		SKIP(return, "this kernel exports no BAR: %s", strerror(-fd));
	close(fd);

	EXPECT_TRUE(exports(self->igd, 0, IGD_MIRROR));
	EXPECT_TRUE(exports(self->igd, IGD_MIRROR + SZ_4K, size - IGD_MIRROR - SZ_4K));
	EXPECT_EQ(-EOPNOTSUPP, export(self->igd, 0, 0, size));
	EXPECT_EQ(-EOPNOTSUPP, export(self->igd, 0, IGD_MIRROR, SZ_4K));
	EXPECT_EQ(-EOPNOTSUPP, export(self->igd, 0, IGD_MIRROR - SZ_4K, SZ_8K));
	/* The core returns the errors of these */
	EXPECT_EQ(-EINVAL, export(self->igd, 0, 0, 0));
	EXPECT_EQ(-EINVAL, export(self->igd, 0, size, SZ_4K));
	EXPECT_EQ(-EOVERFLOW, export(self->igd, 0, -SZ_4K, SZ_8K));
}

FIXTURE(mirror_dma_test) {
	struct igd *igd;
	struct iova_allocator *iova;
	void *bar;
	size_t size;
	bool type1;
};

FIXTURE_VARIANT(mirror_dma_test) {
	const char *iommu_mode;
};

#define FIXTURE_VARIANT_ADD_IOMMU_MODE(_iommu_mode)			\
FIXTURE_VARIANT_ADD(mirror_dma_test, _iommu_mode) {			\
	.iommu_mode = #_iommu_mode,					\
}

FIXTURE_VARIANT_ADD_ALL_IOMMU_MODES();

FIXTURE_SETUP(mirror_dma_test)
{
	default_iommu_mode = variant->iommu_mode;
	self->igd = igd_open(device_bdf);
	self->iova = iova_allocator_init(self->igd->iommu);
	self->bar = self->igd->device->bars[0].vaddr;
	self->size = self->igd->device->bars[0].info.size;
	self->type1 = !strcmp(variant->iommu_mode, MODE_VFIO_TYPE1_IOMMU) ||
		      !strcmp(variant->iommu_mode, MODE_VFIO_TYPE1V2_IOMMU);
}

FIXTURE_TEARDOWN(mirror_dma_test)
{
	iova_allocator_cleanup(self->iova);
	igd_close(self->igd);
}

/* As in upstream's test of the largest BAR: iommufd cannot map a BAR by its address. */
static void check_map(struct __test_metadata *_metadata,
		      FIXTURE_DATA(mirror_dma_test) *self,
		      void *vaddr, size_t size)
{
	struct iommu *iommu = self->igd->iommu;
	struct dma_region region = {
		.vaddr = vaddr,
		.size = size,
		.iova = iova_allocator_alloc(self->iova, size),
	};
	u64 unmapped = 0;

	if (!self->type1) {
		EXPECT_NE(0, __iommu_map(iommu, &region));
		return;
	}

	ASSERT_EQ(0, __iommu_map(iommu, &region));
	ASSERT_EQ(0, __iommu_unmap(iommu, &region, &unmapped));
	EXPECT_EQ(size, unmapped);
}

TEST_F(mirror_dma_test, map_whole_bar)
{
	check_map(_metadata, self, self->bar, self->size);
}

TEST_F(mirror_dma_test, map_page)
{
	check_map(_metadata, self, self->bar + IGD_MIRROR, SZ_4K);
}

TEST_F(mirror_dma_test, map_around_page)
{
	check_map(_metadata, self, self->bar + IGD_MIRROR - SZ_4K, SZ_16K);
}

TEST_F(mirror_dma_test, map_misaligned)
{
	void *vaddr = mmap_reserve(self->size, SZ_1G, getpagesize());

	vaddr = mmap(vaddr, self->size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_FIXED, self->igd->device->fd,
		     self->igd->device->bars[0].info.offset);
	ASSERT_NE(MAP_FAILED, vaddr);
	check_map(_metadata, self, vaddr, self->size);
	ASSERT_EQ(0, munmap(vaddr, self->size));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
