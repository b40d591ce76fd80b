// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding, unbinding and rebinding by sysfs, as driverctl does. Each test ends
 * with the device bound to its first driver.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>

#include <igd_binding.h>
#include <igd_log.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define DRIVERS		"/sys/bus/pci/drivers"
#define IGD_DRIVER	"vfio-pci-igd"
#define STOCK_DRIVER	"vfio-pci"

#define NOT_KNOWN	"not an Intel IGD, working as plain vfio-pci"

FIXTURE(binding_test) {
	char *driver;
	struct igd_log log;
};

FIXTURE_SETUP(binding_test)
{
	if (access(DRIVERS "/" IGD_DRIVER, F_OK))
		SKIP(return, IGD_DRIVER " is not loaded");

	self->driver = sysfs_driver_get(device_bdf);
	ASSERT_NE(NULL, self->driver);
}

FIXTURE_TEARDOWN(binding_test)
{
	igd_bind(device_bdf, self->driver);
	free(self->driver);
}

TEST_F(binding_test, override)
{
	igd_bind(device_bdf, IGD_DRIVER);
	EXPECT_TRUE(igd_driver_is(device_bdf, IGD_DRIVER));
}

TEST_F(binding_test, to_another_driver_and_back)
{
	igd_bind(device_bdf, IGD_DRIVER);
	igd_bind(device_bdf, STOCK_DRIVER);
	EXPECT_TRUE(igd_driver_is(device_bdf, STOCK_DRIVER));

	igd_bind(device_bdf, IGD_DRIVER);
	EXPECT_TRUE(igd_driver_is(device_bdf, IGD_DRIVER));
	igd_close(igd_open(device_bdf));
}

/* The id table is override-only: the driver binds to no device by itself. */
TEST_F(binding_test, without_override_fails)
{
	igd_unbind(device_bdf);
	ASSERT_EQ(0, __igd_sysfs_device_write(device_bdf, "driver_override", "\n"));

	EXPECT_NE(0, __igd_sysfs_write(DRIVERS "/" IGD_DRIVER "/bind", device_bdf));
	EXPECT_EQ(NULL, sysfs_driver_get(device_bdf));
}

TEST_F(binding_test, host_registers_survive)
{
	struct igd_model *model = igd_model_open(device_bdf);
	u8 before[256], after[256];
	struct igd *igd;

	__igd_hardware_config(model, device_bdf, before);
	igd_model_close(model);

	igd_bind(device_bdf, IGD_DRIVER);
	igd = igd_open(device_bdf);
	vfio_pci_config_writel(igd->device, IGD_ASLS, GUEST_OPREGION);
	if (igd->platform->bdsm)
		igd_bdsm_write(igd, GUEST_STOLEN);
	igd_close(igd);
	igd_unbind(device_bdf);

	model = igd_model_open(device_bdf);
	__igd_hardware_config(model, device_bdf, after);
	igd_model_close(model);

	/* GGC to MSAC, BDSM of Gen11 and later, SWSCI to ASLS */
	EXPECT_EQ(0, memcmp(before + 0x50, after + 0x50, 0x14));
	EXPECT_EQ(0, memcmp(before + 0xc0, after + 0xc0, 8));
	EXPECT_EQ(0, memcmp(before + 0xe0, after + 0xe0, 0x20));
}

/* A real machine may need its network. */
static bool has_model(void)
{
	struct igd_model *model = igd_model_open(device_bdf);

	igd_model_close(model);
	return model;
}

#define TAKES_NETWORK		IGD_NEEDS_MODEL "takes away a network device"

/* The first network device of the machine, not an IGD. Free with free(). */
static char *network_device(void)
{
	char path[PATH_MAX], text[32];
	char *bdf = NULL;
	struct dirent *entry;
	DIR *dir = opendir("/sys/bus/pci/devices");

	VFIO_ASSERT_NOT_NULL(dir);
	while (!bdf && (entry = readdir(dir))) {
		FILE *file;

		snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/class",
				entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(text, sizeof(text), file) && !strncmp(text, "0x02", 4))
			bdf = strdup(entry->d_name);
		fclose(file);
	}
	closedir(dir);

	return bdf;
}

/* A device that works as with plain vfio-pci has only PCI's own regions. */
static bool is_plain(const char *bdf)
{
	struct vfio_pci_device *device;
	struct iommu *iommu;
	bool plain;

	iommu = iommu_init(default_iommu_mode);
	device = vfio_pci_device_init(bdf, iommu);
	plain = device->info.num_regions == VFIO_PCI_NUM_REGIONS;
	vfio_pci_device_cleanup(device);
	iommu_cleanup(iommu);

	return plain;
}

/* Other devices, bound by driver_override, work as with plain vfio-pci. */
TEST_F(binding_test, no_igd)
{
	char *bdf, *driver;

	if (!has_model())
		SKIP(return, TAKES_NETWORK);
	bdf = network_device();
	if (!bdf)
		SKIP(return, "no network device");

	driver = sysfs_driver_get(bdf);
	igd_log_open(&self->log);
	igd_bind(bdf, IGD_DRIVER);
	EXPECT_TRUE(igd_driver_is(bdf, IGD_DRIVER));
	EXPECT_TRUE(is_plain(bdf));
	EXPECT_EQ(1, igd_log_said(&self->log, bdf, NOT_KNOWN));
	igd_log_close(&self->log);

	igd_bind(bdf, driver ?: "\n");
	free(driver);
	free(bdf);
}

/* As above, but with new_id, the older way. */
TEST_F(binding_test, new_id)
{
	const char *dir = "/sys/bus/pci/drivers/" IGD_DRIVER;
	char *bdf, *driver;
	char id[16], path[64];

	if (!has_model())
		SKIP(return, TAKES_NETWORK);
	bdf = network_device();
	if (!bdf)
		SKIP(return, "no network device");

	driver = sysfs_driver_get(bdf);
	igd_unbind(bdf);
	snprintf_assert(id, sizeof(id), "%04x %04x", igd_sysfs_id(bdf, "vendor"),
			igd_sysfs_id(bdf, "device"));

	igd_log_open(&self->log);
	snprintf_assert(path, sizeof(path), "%s/new_id", dir);
	ASSERT_EQ(0, __igd_sysfs_write(path, id));
	EXPECT_TRUE(igd_driver_is(bdf, IGD_DRIVER));
	EXPECT_TRUE(is_plain(bdf));
	EXPECT_EQ(1, igd_log_said(&self->log, bdf, NOT_KNOWN));
	igd_log_close(&self->log);

	snprintf_assert(path, sizeof(path), "%s/remove_id", dir);
	EXPECT_EQ(0, __igd_sysfs_write(path, id));
	igd_bind(bdf, driver ?: "\n");
	free(driver);
	free(bdf);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
