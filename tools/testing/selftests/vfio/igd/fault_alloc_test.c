// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation and each copy from or to user space fails in turn, during bind,
 * open, read, write, mmap and ioctls. A call may then return an error, and must
 * work when it is tried again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>
#include <linux/vfio.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_opener.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* Binding */

FIXTURE(bind) {
	char *driver;
	int bind_fd;
	int unbind_fd;
};

static int driver_file(const char *driver, const char *name)
{
	char path[128];
	int fd;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s", driver,
			name);
	fd = open(path, O_WRONLY);
	VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);

	return fd;
}

FIXTURE_SETUP(bind)
{
	self->driver = sysfs_driver_get(device_bdf);
	ASSERT_NE(NULL, self->driver);
	self->bind_fd = driver_file(self->driver, "bind");
	self->unbind_fd = driver_file(self->driver, "unbind");
}

FIXTURE_TEARDOWN(bind)
{
	igd_bind(device_bdf, self->driver);
	close(self->bind_fd);
	close(self->unbind_fd);
	free(self->driver);
}

static int act_bind(void *context)
{
	FIXTURE_DATA(bind) *self = context;

	if (pwrite(self->bind_fd, device_bdf, strlen(device_bdf), 0) < 0)
		return -errno;

	return 0;
}

static void undo_bind(void *context)
{
	FIXTURE_DATA(bind) *self = context;

	VFIO_ASSERT_TRUE(igd_driver_is(device_bdf, self->driver));
	VFIO_ASSERT_EQ(pwrite(self->unbind_fd, device_bdf, strlen(device_bdf), 0),
		       strlen(device_bdf));
}

TEST_F_TIMEOUT(bind, probe, 600)
{
	const struct igd_call call = { "probe", act_bind, undo_bind };

	undo_bind(self);
	EXPECT_LT(0, igd_fault_walk(&call, self));
}

/* Opening */

FIXTURE(open) {
	struct igd_opener opener;
};

/* Without resets, as there are some hundred opens; reset_test tests resets. */
FIXTURE_SETUP(open)
{
	igd_allow_resets(device_bdf, false);
	igd_opener_init(&self->opener, device_bdf);
}

FIXTURE_TEARDOWN(open)
{
	igd_opener_cleanup(&self->opener);
	igd_allow_resets(device_bdf, true);
}

static int act_open(void *context)
{
	return igd_opener_open(context);
}

static void undo_open(void *context)
{
	igd_opener_close(context);
}

TEST_F_TIMEOUT(open, open, 600)
{
	const struct igd_call call = { "open", act_open, undo_open };

	EXPECT_LT(0, igd_fault_walk(&call, &self->opener));
}

/* A large allocation takes two failures: kvmalloc() has two ways to do it. */
TEST_F_TIMEOUT(open, open_without_memory, 600)
{
	const struct igd_call call = { "open", act_open, undo_open, .rest = true };

	EXPECT_LT(0, igd_fault_walk(&call, &self->opener));
}

/* BAR5 is allocated in large pages, which may fail, and then in small ones. */
TEST_F_TIMEOUT(open, open_with_bar5, 600)
{
	const struct igd_call calls[] = {
		{ "open with BAR5", act_open, undo_open },
		{ "open with BAR5", act_open, undo_open, .rest = true },
	};

	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	ASSERT_EQ(0, igd_bar5_set(device_bdf, igd_bar5_least(device_bdf)));
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_LT(0, igd_fault_walk(&calls[i], &self->opener));
	igd_bar5_set(device_bdf, "0");
}

static int act_option(void *context)
{
	const int *fd = context;

	return pwrite(*fd, "auto", 4, 0) < 0 ? -errno : 0;
}

TEST_F_TIMEOUT(open, stolen_bar, 600)
{
	const struct igd_call call = { "stolen_bar", act_option };
	char path[128];
	int fd;

	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/stolen_bar", device_bdf);
	fd = open(path, O_WRONLY);
	ASSERT_LE(0, fd);
	EXPECT_LT(0, igd_fault_walk(&call, &fd));
	close(fd);
	igd_bar5_set(device_bdf, "0");
}

/* The open device */

/* An access to a region, and its expected bytes. */
struct bytes {
	u64 offset;		/* of the device file */
	u32 size;
	u8 expected[SZ_8K];
};

FIXTURE(device) {
	struct igd *igd;
	struct bytes bytes;
	u32 entry;		/* of the GTT */
	int eventfd;
};

FIXTURE_SETUP(device)
{
	self->igd = igd_open(device_bdf);
	self->eventfd = eventfd(0, 0);
	ASSERT_LE(0, self->eventfd);
}

FIXTURE_TEARDOWN(device)
{
	igd_close(self->igd);
	if (igd_bar5_exists(device_bdf))
		igd_bar5_set(device_bdf, "0");
	close(self->eventfd);
}

static int act_read(void *context)
{
	FIXTURE_DATA(device) *self = context;
	static u8 data[SZ_8K];
	ssize_t ret;

	ret = pread(self->igd->device->fd, data, self->bytes.size,
		    self->bytes.offset);
	if (ret < 0)
		return -errno;

	VFIO_ASSERT_EQ(memcmp(data, self->bytes.expected, ret), 0,
		       "%#lx: other bytes than before\n", self->bytes.offset);
	return ret == self->bytes.size ? 0 : -EIO;
}

static int act_write(void *context)
{
	FIXTURE_DATA(device) *self = context;
	ssize_t ret;

	ret = pwrite(self->igd->device->fd, self->bytes.expected,
		     self->bytes.size, self->bytes.offset);
	if (ret < 0)
		return -errno;

	return ret == self->bytes.size ? 0 : -EIO;
}

/* Reads the region into self->bytes; @size is cut to the region. */
static bool look(FIXTURE_DATA(device) *self, u32 region, u64 offset, u32 size)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info),
		.index = region,
	};
	ssize_t ret;

	ioctl_assert(self->igd->device->fd, VFIO_DEVICE_GET_REGION_INFO, &info);
	if (offset >= info.size)
		return false;

	self->bytes.offset = info.offset + offset;
	self->bytes.size = size;
	ret = pread(self->igd->device->fd, self->bytes.expected, size,
		    self->bytes.offset);
	VFIO_ASSERT_GT(ret, 0);
	self->bytes.size = ret;
	return true;
}

/* Accesses across the page that the driver replaces, and inside of it */
static const struct {
	const char *name;
	u32 region;
	u64 offset;
	u32 size;
	bool write;
} accesses[] = {
	{ "config", VFIO_PCI_CONFIG_REGION_INDEX, 0, 256 },
	{ "BDSM", VFIO_PCI_CONFIG_REGION_INDEX, 0x5c, 4, true },
	{ "BDSM of 64 bits", VFIO_PCI_CONFIG_REGION_INDEX, 0xc0, 8, true },
	{ "ASLS and before", VFIO_PCI_CONFIG_REGION_INDEX, 0xf8, 8, true },
	{ "BAR0", VFIO_PCI_BAR0_REGION_INDEX, 0x70000, 64, true },
	{ "BAR0 page", VFIO_PCI_BAR0_REGION_INDEX, IGD_MIRROR - 16, 64, true },
	{ "GTT", VFIO_PCI_BAR0_REGION_INDEX, SZ_2M, 64, true },
	{ "BAR2", VFIO_PCI_BAR2_REGION_INDEX, 0, 64, true },
	{ "BAR4 INDEX", VFIO_PCI_BAR4_REGION_INDEX, IGD_IOBAR_INDEX, 4, true },
	{ "BAR4", VFIO_PCI_BAR4_REGION_INDEX, 0, 8 },
	{ "ROM", VFIO_PCI_ROM_REGION_INDEX, 0, 64 },
	{ "first device region", VFIO_PCI_NUM_REGIONS, 0, SZ_8K },
	{ "second device region", VFIO_PCI_NUM_REGIONS + 1, 0, 256 },
	{ "third device region", VFIO_PCI_NUM_REGIONS + 2, 0, 256 },
};

static u32 regions(struct igd *igd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	ioctl_assert(igd->device->fd, VFIO_DEVICE_GET_INFO, &info);
	return info.num_regions;
}

TEST_F_TIMEOUT(device, read_write, 600)
{
	u32 count = regions(self->igd);

	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		struct igd_call call = { accesses[i].name, act_read };

		if (accesses[i].region >= count ||
		    !look(self, accesses[i].region, accesses[i].offset, accesses[i].size))
			continue;

		EXPECT_LT(0, igd_fault_walk(&call, self));
		call.act = act_write;
		if (accesses[i].write)
			EXPECT_LT(0, igd_fault_walk(&call, self));
	}
}

static int act_entry(void *context)
{
	FIXTURE_DATA(device) *self = context;
	struct igd *igd = self->igd;
	u64 pte = igd_pte(igd->platform, igd->info.stolen_base + self->entry * SZ_4K, 0);
	u32 index = igd_vbios_index(igd, self->entry, false), value = pte;
	u64 bar4 = igd->device->bars[4].info.offset;

	if (pwrite(igd->device->fd, &index, 4, bar4 + IGD_IOBAR_INDEX) < 0 ||
	    pwrite(igd->device->fd, &value, 4, bar4 + IGD_IOBAR_DATA) < 0)
		return -errno;

	return 0;
}

static void undo_entry(void *context)
{
	FIXTURE_DATA(device) *self = context;
	struct igd *igd = self->igd;
	u64 pte = igd_pte(igd->platform, GUEST_STOLEN + self->entry * SZ_4K, 0);

	igd_flush(igd);
	VFIO_ASSERT_EQ(igd_hardware_gtt_entry(igd, self->entry), pte);
	self->entry++;
}

TEST_F_TIMEOUT(device, relocated_entry, 600)
{
	const struct igd_call call = { "GTT entry", act_entry, undo_entry };

	if (!self->igd->platform->iobar_gtt)
		SKIP(return, "BAR4 does not reach the GTT");
	if (!self->igd->info.gtt_entries)
		SKIP(return, "no GTT");
	if (!igd_driver_is(device_bdf, "vfio-pci-igd"))
		SKIP(return, "the device is not bound to vfio-pci-igd");

	igd_bdsm_write(self->igd, GUEST_STOLEN);
	EXPECT_LT(0, igd_fault_walk(&call, self));
}

static int act_mmap(void *context)
{
	FIXTURE_DATA(device) *self = context;
	const struct vfio_region_info *info = &self->igd->device->bars[0].info;
	void *bar;

	bar = mmap(NULL, info->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   self->igd->device->fd, info->offset);
	if (bar == MAP_FAILED)
		return -errno;

	/* The kernel retries a page fault that fails for lack of memory. */
	igd_mapped_readl(bar, IGD_GGC_MIRROR);
	igd_mapped_readl(bar, IGD_MIRROR + IGD_MIRROR_SIZE);
	igd_mapped_readl(bar, info->size - sizeof(u32));
	VFIO_ASSERT_EQ(munmap(bar, info->size), 0);
	return 0;
}

TEST_F_TIMEOUT(device, mmap, 600)
{
	const struct igd_call call = { "mmap", act_mmap };

	EXPECT_LT(0, igd_fault_walk(&call, self));
}

static int act_mmap_bar5(void *context)
{
	FIXTURE_DATA(device) *self = context;
	const struct vfio_region_info *info = &self->igd->device->bars[5].info;
	void *bar;

	bar = mmap(NULL, info->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   self->igd->device->fd, info->offset);
	if (bar == MAP_FAILED)
		return -errno;

	igd_mapped_writel(bar, 0, 1);
	igd_mapped_readl(bar, info->size / 2);
	igd_mapped_readl(bar, info->size - sizeof(u32));
	VFIO_ASSERT_EQ(munmap(bar, info->size), 0);
	return 0;
}

TEST_F_TIMEOUT(device, bar5, 600)
{
	const struct igd_call calls[] = {
		{ "BAR5 read", act_read },
		{ "BAR5 write", act_write },
		{ "BAR5 mmap", act_mmap_bar5 },
	};

	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	igd_close(self->igd);
	self->igd = igd_bar5_open(device_bdf, igd_bar5_least(device_bdf));
	ASSERT_TRUE(look(self, VFIO_PCI_BAR5_REGION_INDEX, SZ_4K - 16, 64));
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_LT(0, igd_fault_walk(&calls[i], self));
	ASSERT_TRUE(look(self, VFIO_PCI_CONFIG_REGION_INDEX, PCI_BASE_ADDRESS_4, 8));
	for (size_t i = 0; i < 2; i++)
		EXPECT_LT(0, igd_fault_walk(&calls[i], self));
}

static int act_info(void *context)
{
	FIXTURE_DATA(device) *self = context;
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int fd = self->igd->device->fd;

	if (ioctl(fd, VFIO_DEVICE_GET_INFO, &info))
		return -errno;

	for (u32 i = 0; i < info.num_regions; i++) {
		struct {
			struct vfio_region_info info;
			u8 capabilities[256];
		} region = { .info = { .argsz = sizeof(region), .index = i } };

		/* There is no VGA region if the device does not decode VGA. */
		if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &region) &&
		    (i != VFIO_PCI_VGA_REGION_INDEX || errno != EINVAL))
			return -errno;
	}

	return 0;
}

static int act_msi(void *context)
{
	FIXTURE_DATA(device) *self = context;

	return __igd_irq_eventfd(self->igd, VFIO_PCI_MSI_IRQ_INDEX, self->eventfd);
}

static void undo_msi(void *context)
{
	FIXTURE_DATA(device) *self = context;

	VFIO_ASSERT_EQ(__igd_irq_eventfd(self->igd, VFIO_PCI_MSI_IRQ_INDEX, -1), 0);
}

static int act_reset(void *context)
{
	FIXTURE_DATA(device) *self = context;

	return __vfio_pci_device_reset(self->igd->device);
}

static int act_low_power(void *context)
{
	FIXTURE_DATA(device) *self = context;

	return __igd_low_power(self->igd, true);
}

static void undo_low_power(void *context)
{
	FIXTURE_DATA(device) *self = context;

	igd_low_power(self->igd, false);
}

static const struct igd_call ioctls[] = {
	{ "info", act_info },
	{ "MSI", act_msi, undo_msi },
	{ "low power", act_low_power, undo_low_power },
};

TEST_F_TIMEOUT(device, ioctl, 600)
{
	const struct igd_call reset = { "reset", act_reset };

	for (size_t i = 0; i < ARRAY_SIZE(ioctls); i++)
		EXPECT_LT(0, igd_fault_walk(&ioctls[i], self));

	/* The call itself copies and allocates nothing. */
	igd_fault_walk(&reset, self);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	if (!igd_fault_init())
		ksft_exit_skip("this kernel has no fault injection\n");
	return test_harness_run(argc, argv);
}
