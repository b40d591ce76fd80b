// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two devices in one container: a DMA mapping of the first device's BAR0, with the
 * driver's page, outlives the device's use, its driver and even the module.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/syscall.h>

#include <linux/sizes.h>

#include <igd_binding.h>
#include <igd_kernel.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define IGD_DRIVER	"vfio-pci-igd"
#define STOCK_DRIVER	"vfio-pci"

#define SCRIBBLE	0xdeadbeef

FIXTURE(mirror_lifetime_test) {
	char *other_bdf;
	char *other_driver;
	struct iommu *iommu;
	struct vfio_pci_device *device;
	struct vfio_pci_device *other;
	struct igd_model *other_model;
	struct dma_region region;
	void *bar;
};

/* Another IGD with a model and an IOMMU group, or NULL. Free with free(). */
static char *other_igd(void)
{
	DIR *dir = opendir("/sys/bus/pci/devices");
	struct igd_model *model = NULL;
	struct dirent *entry;
	char *bdf = NULL;

	VFIO_ASSERT_NOT_NULL(dir);
	while (!model && (entry = readdir(dir)))
		if (strcmp(entry->d_name, device_bdf))
			model = igd_model_open(entry->d_name);
	if (model) {
		bdf = strdup(entry->d_name);
		igd_model_close(model);
	}
	closedir(dir);

	return bdf;
}

FIXTURE_SETUP(mirror_lifetime_test)
{
	if (access("/dev/vfio/vfio", F_OK))
		SKIP(return, "no VFIO container");
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
	if (!igd_driver_is(device_bdf, IGD_DRIVER))
		SKIP(return, "the device is not bound to " IGD_DRIVER);
	self->other_bdf = other_igd();
	if (!self->other_bdf)
		SKIP(return, "no second IGD with a model");

	/* There must be no other user of the module */
	self->other_driver = sysfs_driver_get(self->other_bdf);
	igd_bind(self->other_bdf, STOCK_DRIVER);
	self->other_model = igd_model_open(self->other_bdf);

	self->iommu = iommu_init(MODE_VFIO_TYPE1V2_IOMMU);
	self->device = vfio_pci_device_init(device_bdf, self->iommu);
	self->other = vfio_pci_device_init(self->other_bdf, self->iommu);
	vfio_pci_cmd_set(self->device, PCI_COMMAND_MEMORY);

	self->bar = self->device->bars[0].vaddr;
	self->region = (struct dma_region) {
		.vaddr = self->bar,
		.size = self->device->bars[0].info.size,
		.iova = SZ_1G,
	};
	iommu_map(self->iommu, &self->region);
	igd_mapped_writel(self->bar, IGD_GGC_MIRROR, SCRIBBLE);
}

FIXTURE_TEARDOWN(mirror_lifetime_test)
{
	igd_model_close(self->other_model);
	vfio_pci_device_cleanup(self->other);
	iommu_cleanup(self->iommu);

	igd_bind(self->other_bdf, self->other_driver ?: "\n");
	free(self->other_driver);
	free(self->other_bdf);
}

static u32 other_read(struct igd_model *other, iova_t iova)
{
	u32 value = 0;

	VFIO_ASSERT_EQ(__igd_model_dma_read(other, iova, &value, sizeof(value),
					    false), 0);
	return value;
}

static void other_write(struct igd_model *other, iova_t iova, u32 value)
{
	VFIO_ASSERT_EQ(__igd_model_dma_write(other, iova, &value, sizeof(value),
					     false), 0);
}

TEST_F(mirror_lifetime_test, other_group_reaches_page)
{
	iova_t ggc = self->region.iova + IGD_GGC_MIRROR;

	EXPECT_EQ(SCRIBBLE, other_read(self->other_model, ggc));
	other_write(self->other_model, ggc, ~SCRIBBLE);
	EXPECT_EQ(~SCRIBBLE, igd_mapped_readl(self->bar, IGD_GGC_MIRROR));

	iommu_unmap(self->iommu, &self->region);
	vfio_pci_device_cleanup(self->device);
	EXPECT_EQ(0, igd_taints());
}

TEST_F(mirror_lifetime_test, unmap_after_unbind)
{
	iova_t ggc = self->region.iova + IGD_GGC_MIRROR;

	vfio_pci_device_cleanup(self->device);
	igd_unbind(device_bdf);

	/* The page is still there and has no other user */
	EXPECT_EQ(SCRIBBLE, other_read(self->other_model, ggc));
	other_write(self->other_model, ggc, ~SCRIBBLE);

	iommu_unmap(self->iommu, &self->region);
	igd_bind(device_bdf, IGD_DRIVER);
	EXPECT_EQ(0, igd_taints());
}

/* A device bound later gets the same page, and fills it itself. */
TEST_F(mirror_lifetime_test, unmap_after_bind)
{
	iova_t ggc = self->region.iova + IGD_GGC_MIRROR;
	struct igd *igd;
	u32 expected;

	vfio_pci_device_cleanup(self->device);
	igd_unbind(device_bdf);
	igd_bind(device_bdf, IGD_DRIVER);
	igd = igd_open(device_bdf);

	expected = igd_model_mmio(igd->model, IGD_GGC_MIRROR);
	EXPECT_EQ(expected, igd_mapped_readl(igd->device->bars[0].vaddr, IGD_GGC_MIRROR));
	EXPECT_EQ(expected, other_read(self->other_model, ggc));

	iommu_unmap(self->iommu, &self->region);
	EXPECT_EQ(expected, igd_mapped_readl(igd->device->bars[0].vaddr, IGD_GGC_MIRROR));
	igd_close(igd);
	EXPECT_EQ(0, igd_taints());
}

TEST_F(mirror_lifetime_test, unmap_after_unload)
{
	iova_t ggc = self->region.iova + IGD_GGC_MIRROR;

	vfio_pci_device_cleanup(self->device);
	igd_unbind(device_bdf);
	ASSERT_EQ(0, syscall(SYS_delete_module, "vfio_pci_igd", O_NONBLOCK)) {
		TH_LOG("%m");
	}

	EXPECT_EQ(SCRIBBLE, other_read(self->other_model, ggc));
	iommu_unmap(self->iommu, &self->region);

	ASSERT_EQ(0, system("modprobe " IGD_DRIVER));
	igd_bind(device_bdf, IGD_DRIVER);
	EXPECT_EQ(0, igd_taints());
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
