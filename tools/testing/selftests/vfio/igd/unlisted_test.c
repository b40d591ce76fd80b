// SPDX-License-Identifier: GPL-2.0-only
/*
 * An Intel display device that the driver does not know, bound by an override. It
 * has the three device regions, as with vfio-pci, and a virtual ASLS. All else is
 * the hardware's.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include <linux/pci_regs.h>

#include <igd_binding.h>
#include <igd_log.h>
#include <igd_region.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* Protected on known generations, ADL datasheet volume 2 */
#define DEV2CTL		0x58

#define UNKNOWN		"Intel IGD: of a generation unknown to this driver"

FIXTURE(unlisted_test) {
	struct iommu *iommu;
	struct vfio_pci_device *device;
	struct igd_model *model;
	struct igd_log log;
};

static void open_device(FIXTURE_DATA(unlisted_test) *self)
{
	self->iommu = iommu_init(default_iommu_mode);
	self->device = vfio_pci_device_init(device_bdf, self->iommu);
	vfio_pci_cmd_set(self->device, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void close_device(FIXTURE_DATA(unlisted_test) *self)
{
	vfio_pci_device_cleanup(self->device);
	iommu_cleanup(self->iommu);
}

FIXTURE_SETUP(unlisted_test)
{
	self->model = igd_model_open(device_bdf);
	open_device(self);
}

FIXTURE_TEARDOWN(unlisted_test)
{
	close_device(self);
	igd_model_close(self->model);
}

/* Nothing of its display is read. */
TEST_F(unlisted_test, display_is_unknown)
{
	struct igd_model_counters counters;
	char path[128], text[64] = "";
	int fd;

	igd_debugfs_path(path, sizeof(path), device_bdf, "display");
	fd = open(path, O_RDONLY);
	ASSERT_LE(0, fd);
	if (self->model)
		igd_model_reset_counters(self->model);
	EXPECT_LT(0, read(fd, text, sizeof(text) - 1));
	EXPECT_STREQ("display: unknown\n", text);
	close(fd);
	if (!self->model)
		return;
	igd_model_counters(self->model, &counters);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MMIO].read);
}

TEST_F(unlisted_test, device_regions)
{
	const u32 subtypes[] = {
		VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
		VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG,
		VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG,
	};
	struct vfio_region_info region;
	char signature[16];

	EXPECT_EQ(VFIO_PCI_NUM_REGIONS + 3, self->device->info.num_regions);
	for (int i = 0; i < ARRAY_SIZE(subtypes); i++) {
		ASSERT_TRUE(igd_region_find(self->device->fd, subtypes[i], &region));
		EXPECT_EQ(VFIO_PCI_NUM_REGIONS + i, region.index);
	}

	ASSERT_TRUE(igd_region_find(self->device->fd, subtypes[0], &region));
	ASSERT_EQ(16, pread(self->device->fd, signature, 16, region.offset));
	EXPECT_EQ(0, memcmp(signature, "IntelGraphicsMem", 16));
}

TEST_F(unlisted_test, asls_is_virtual)
{
	u8 before[256], after[256];

	__igd_hardware_config(self->model, device_bdf, before);
	EXPECT_EQ(0, vfio_pci_config_readl(self->device, IGD_ASLS));
	vfio_pci_config_writel(self->device, IGD_ASLS, GUEST_OPREGION);
	EXPECT_EQ(GUEST_OPREGION, vfio_pci_config_readl(self->device, IGD_ASLS));

	__igd_hardware_config(self->model, device_bdf, after);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
	/* Without an ASLS of the host the test would prove nothing */
	EXPECT_NE(0, before[IGD_ASLS + 3]);

	vfio_pci_device_reset(self->device);
	EXPECT_EQ(0, vfio_pci_config_readl(self->device, IGD_ASLS));
}

TEST_F(unlisted_test, all_else_is_the_hardwares)
{
	struct igd_model_counters counters;
	u8 hardware[256];

	__igd_hardware_config(self->model, device_bdf, hardware);
	for (u16 at = PCI_STD_HEADER_SIZEOF; at < IGD_ASLS; at++) {
		EXPECT_EQ(hardware[at], vfio_pci_config_readb(self->device, at)) {
			TH_LOG("config+%#x", at);
		}
	}

	if (!self->model)
		SKIP(return, IGD_NEEDS_MODEL "transaction counts");
	igd_model_reset_counters(self->model);
	vfio_pci_config_writeb(self->device, DEV2CTL, hardware[DEV2CTL]);
	EXPECT_EQ(igd_model_mmio(self->model, IGD_BDSM_MIRROR),
		  igd_mapped_readl(self->device->bars[0].vaddr, IGD_BDSM_MIRROR));
	igd_model_counters(self->model, &counters);
	EXPECT_LE(1, counters.traffic[IGD_MODEL_CONFIG].write_nonposted);
	EXPECT_EQ(1, counters.traffic[IGD_MODEL_MIRROR].read);
}

TEST_F(unlisted_test, nothing_is_touched)
{
	struct igd_model_counters counters;

	if (!self->model)
		SKIP(return, IGD_NEEDS_MODEL "transaction counts");
	igd_model_reset_counters(self->model);
	close_device(self);
	igd_bind(device_bdf, "vfio-pci-igd");
	open_device(self);
	igd_model_counters(self->model, &counters);

	for (int class = IGD_MODEL_MMIO; class < IGD_MODEL_CLASSES; class++) {
		EXPECT_EQ(0, counters.traffic[class].read);
		EXPECT_EQ(0, counters.traffic[class].write_posted);
		EXPECT_EQ(0, counters.traffic[class].write_nonposted);
	}
	EXPECT_EQ(0, counters.hangs);
}

/* The driver handles no BAR access, so an ioeventfd bypasses nothing. */
TEST_F(unlisted_test, ioeventfd_as_with_vfio_pci)
{
	struct vfio_device_ioeventfd args = {
		.argsz = sizeof(args),
		.flags = VFIO_DEVICE_IOEVENTFD_32,
		.offset = self->device->bars[0].info.offset + IGD_SWF,
	};

	ASSERT_LE(0, args.fd = eventfd(0, 0));
	EXPECT_EQ(0, ioctl(self->device->fd, VFIO_DEVICE_IOEVENTFD, &args));
	close(args.fd);
}

TEST_F(unlisted_test, is_said)
{
	close_device(self);
	igd_log_open(&self->log);
	igd_bind(device_bdf, "vfio-pci-igd");
	EXPECT_EQ(1, igd_log_said(&self->log, device_bdf, UNKNOWN));
	igd_log_close(&self->log);
	open_device(self);
}

int main(int argc, char *argv[])
{
	device_bdf = vfio_selftests_get_bdf(&argc, argv);
	if (igd_device_platform(device_bdf))
		ksft_exit_skip("%s is a known IGD\n", device_bdf);
	return test_harness_run(argc, argv);
}
