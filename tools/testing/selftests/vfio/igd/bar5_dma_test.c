// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR5 as a DMA target: what the device reaches through the GTT and by its address,
 * who may end first, and who pays for the memory and for its pins.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/capability.h>
#include <linux/limits.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_kernel.h>
#include <igd_opener.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* Where the guest has BAR5: a multiple of its size, as any BAR */
#define PLACE		0xc8000000U
#define SCRIBBLE	0xa5
#define CYCLES		6

/* DMA in each IOMMU mode */

FIXTURE(bar5_dma_test) {
	struct igd *igd;
	struct dma_region region;
	u8 *bar;		/* BAR5, mapped whole */
	u32 stolen_size;	/* of it */
};

FIXTURE_VARIANT(bar5_dma_test) {
	const char *iommu_mode;
};

#define FIXTURE_VARIANT_ADD_IOMMU_MODE(_iommu_mode)			\
FIXTURE_VARIANT_ADD(bar5_dma_test, _iommu_mode) {			\
	.iommu_mode = #_iommu_mode,					\
}

FIXTURE_VARIANT_ADD_ALL_IOMMU_MODES();

static void look(FIXTURE_DATA(bar5_dma_test) *self)
{
	struct vfio_pci_bar *bar5;

	self->igd = igd_bar5_open(device_bdf, igd_device_platform(device_bdf)->bdsm ?
				  "32" : "auto");
	bar5 = &self->igd->device->bars[5];
	self->bar = bar5->vaddr;
	self->stolen_size = igd_bar5_stolen_size(self->igd);
	vfio_pci_config_writel(self->igd->device, PCI_BASE_ADDRESS_5, PLACE);
	self->region = (struct dma_region) {
		.vaddr = bar5->vaddr,
		.iova = PLACE,
		.size = bar5->info.size,
	};
}

FIXTURE_SETUP(bar5_dma_test)
{
	default_iommu_mode = variant->iommu_mode;
	look(self);
	ASSERT_NE(NULL, self->bar);
	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "the device's DMA");
}

FIXTURE_TEARDOWN(bar5_dma_test)
{
	igd_close(self->igd);
	igd_bar5_set(device_bdf, "0");
	EXPECT_EQ(0, igd_taints());
}

/* Whether the device at @address and the CPU at @memory see the same, both ways */
static bool agree(FIXTURE_DATA(bar5_dma_test) *self, u64 address, u8 *memory, bool gtt)
{
	u8 to[16] = "from the device", from[16] = "from the CPU";

	if (__igd_model_dma_write(self->igd->model, address, to, sizeof(to), gtt) ||
	    memcmp(memory, to, sizeof(to)))
		return false;
	memcpy(memory, from, sizeof(from));
	return !__igd_model_dma_read(self->igd->model, address, to, sizeof(to), gtt) &&
	       !memcmp(to, from, sizeof(from));
}

/* As a video BIOS does that has the host's base in its image */
TEST_F_TIMEOUT(bar5_dma_test, through_the_gtt, 120)
{
	struct igd *igd = self->igd;
	const u32 pages[] = { 0, 1, 511, 512, 4000, self->stolen_size / SZ_4K - 1 };
	u8 byte;

	if (!igd->platform->iobar_gtt || !igd->info.gtt_entries)
		SKIP(return, "BAR4 does not reach the GTT");

	iommu_map(igd->iommu, &self->region);
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++)
		igd_vbios_write_entry(igd, i, igd_pte(igd->platform, igd->info.stolen_base +
						      pages[i] * SZ_4K, 0));
	igd_flush(igd);
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++) {
		EXPECT_TRUE(agree(self, i * SZ_4K + 40, self->bar + pages[i] * SZ_4K + 40,
				  true)) {
			TH_LOG("page %u", pages[i]);
		}
	}
	/* In one access from a page to another, which need not be its neighbour */
	memset(self->bar + 511 * SZ_4K, 1, SZ_8K);
	EXPECT_TRUE(agree(self, 3 * SZ_4K - 16, self->bar + 512 * SZ_4K - 16, true));

	iommu_unmap(igd->iommu, &self->region);
	EXPECT_EQ(-EFAULT, __igd_model_dma_read(igd->model, 0, &byte, 1, true));
	EXPECT_EQ(-EFAULT, __igd_model_dma_write(igd->model, 0, &byte, 1, true));
}

TEST_F_TIMEOUT(bar5_dma_test, by_its_address, 120)
{
	struct igd *igd = self->igd;
	u64 size = self->region.size;
	u64 places[] = {
		0, self->stolen_size, SZ_4K - 8, size / 2 - 8, size - 16,
	};
	u8 byte;

	for (int i = 0; i < 2; i++) {
		iommu_map(igd->iommu, &self->region);
		for (u32 j = 0; j < ARRAY_SIZE(places); j++)
			EXPECT_TRUE(agree(self, PLACE + places[j], self->bar + places[j], false));
		/* The mapping is not needed, and another one shows the same memory */
		vfio_pci_cmd_clear(igd->device, PCI_COMMAND_MEMORY);
		EXPECT_EQ(0, __igd_model_dma_write(igd->model, PLACE, "x", 1, false));
		vfio_pci_cmd_set(igd->device, PCI_COMMAND_MEMORY);
		EXPECT_EQ('x', *self->bar);
		EXPECT_TRUE(agree(self, PLACE, self->bar, false));

		iommu_unmap(igd->iommu, &self->region);
		EXPECT_EQ(-EFAULT, __igd_model_dma_read(igd->model, PLACE, &byte, 1, false));
		EXPECT_EQ(-EFAULT, __igd_model_dma_write(igd->model, PLACE, &byte, 1, false));
	}
}

/* Closes the device file, and leaves group and IOMMU as they are */
static void close_device(struct vfio_pci_device *device)
{
	for (int i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (device->bars[i].vaddr)
			VFIO_ASSERT_EQ(munmap(device->bars[i].vaddr, device->bars[i].info.size), 0);
		device->bars[i].vaddr = NULL;
	}
	VFIO_ASSERT_EQ(close(device->fd), 0);
}

static void open_device(struct igd *igd)
{
	const struct vfio_region_info *info = &igd->device->bars[5].info;

	__vfio_pci_group_get_device_fd(igd->device, device_bdf, NULL);
	VFIO_ASSERT_GE(igd->device->fd, 0);
	vfio_pci_cmd_set(igd->device, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	igd->device->bars[5].vaddr = mmap(NULL, info->size, PROT_READ | PROT_WRITE,
					  MAP_SHARED, igd->device->fd, info->offset);
	VFIO_ASSERT_NE(igd->device->bars[5].vaddr, MAP_FAILED);
}

/*
 * With type1 the mapping lasts until the group is closed. It still leads to the memory
 * of the first open, of which the second must see nothing.
 */
static void open_beside_mapping(struct __test_metadata *_metadata,
				FIXTURE_DATA(bar5_dma_test) *self)
{
	struct igd_model *model = self->igd->model;
	u8 bytes[16], byte = (u8)~SCRIBBLE, *bar;

	open_device(self->igd);
	bar = self->igd->device->bars[5].vaddr;
	EXPECT_TRUE(igd_is_filled(bar, self->stolen_size, 0));
	EXPECT_EQ(0, __igd_model_dma_read(model, PLACE, bytes, sizeof(bytes), false));
	EXPECT_TRUE(igd_is_filled(bytes, sizeof(bytes), SCRIBBLE));
	EXPECT_EQ(0, __igd_model_dma_write(model, PLACE, &byte, 1, false));
	EXPECT_NE(byte, *bar);
	close_device(self->igd->device);
}

/* iommufd would pin again at the second open, by addresses that are not mapped now. */
TEST_F_TIMEOUT(bar5_dma_test, unmap_after_close, 120)
{
	struct igd *igd = self->igd;

	iommu_map(igd->iommu, &self->region);
	memset(self->bar, SCRIBBLE, self->region.size);
	close_device(igd->device);
	if (!strncmp(variant->iommu_mode, "vfio", 4))
		open_beside_mapping(_metadata, self);
	iommu_unmap(igd->iommu, &self->region);

	if (igd->device->group_fd)
		VFIO_ASSERT_EQ(close(igd->device->group_fd), 0);
	vfio_pci_device_free(igd->device);
	iommu_cleanup(igd->iommu);
	igd_model_close(igd->model);
	free(igd);
	look(self);
	EXPECT_TRUE(igd_is_filled(self->bar, self->stolen_size, 0));
}

/* All of it is closed in the mapping's presence: first the device, then the IOMMU */
TEST_F_TIMEOUT(bar5_dma_test, closed_while_mapped, 300)
{
	struct igd_memory before;

	igd_allow_resets(device_bdf, false);
	for (int i = 0; i < CYCLES + 2; i++) {
		if (i == 2)
			before = igd_memory_look();
		iommu_map(self->igd->iommu, &self->region);
		memset(self->bar, SCRIBBLE, self->region.size);
		igd_close(self->igd);
		look(self);
		ASSERT_TRUE(igd_is_filled(self->bar, self->stolen_size, 0));
	}
	/* Less than one BAR5, of CYCLES */
	EXPECT_TRUE(igd_memory_is_as(&before, SZ_16M / SZ_1K));
	igd_allow_resets(device_bdf, true);
	igd_count("bar5_closed_while_mapped", CYCLES);
}

TEST_F_TIMEOUT(bar5_dma_test, child_keeps_mapping, 120)
{
	int pipes[2], status;
	pid_t pid;
	u8 byte;

	iommu_map(self->igd->iommu, &self->region);
	memset(self->bar, SCRIBBLE, self->region.size);
	ASSERT_EQ(0, pipe(pipes));
	pid = fork();
	if (!pid) {
		/* Only the mapping keeps the device open now */
		syscall(SYS_close_range, 3, pipes[0] - 1, 0);
		syscall(SYS_close_range, pipes[0] + 1, ~0U, 0);
		if (read(pipes[0], &byte, 1))
			_exit(1);
		_exit(!igd_is_filled(self->bar, self->stolen_size, SCRIBBLE));
	}
	igd_close(self->igd);
	close(pipes[0]);
	close(pipes[1]);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);

	look(self);
	EXPECT_TRUE(igd_is_filled(self->bar, self->stolen_size, 0));
}

static void drop_ipc_lock(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	VFIO_ASSERT_EQ(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= ~(1 << CAP_IPC_LOCK);
	VFIO_ASSERT_EQ(syscall(SYS_capset, &header, data), 0);
}

/* The test is a process of its own, which ends with this. */
TEST_F_TIMEOUT(bar5_dma_test, pins_count_as_locked, 120)
{
	struct rlimit limit = { self->region.size / 2, RLIM_INFINITY };

	drop_ipc_lock();
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	EXPECT_EQ(-ENOMEM, __iommu_map(self->igd->iommu, &self->region));

	limit.rlim_cur = 2 * self->region.size;
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	EXPECT_EQ(0, __iommu_map(self->igd->iommu, &self->region));
	iommu_unmap(self->igd->iommu, &self->region);
	/* What was counted is given back */
	EXPECT_EQ(0, __iommu_map(self->igd->iommu, &self->region));
}

/* The opener's memory cgroup */

#define CGROUPS		"/tmp/igd-cgroups"
#define CGROUP		CGROUPS "/igd-bar5"

FIXTURE(bar5_cgroup_test) {
	struct igd_opener opener;
	long stolen_size;
};

static void cgroup_write(const char *path, const char *text)
{
	VFIO_ASSERT_EQ(__igd_sysfs_write(path, text), 0, "%s\n", path);
}

/* The number in a file of the cgroup, behind @name if the file has several */
static long cgroup_read(const char *file, const char *name)
{
	char path[PATH_MAX], line[128];
	size_t length = strlen(name);
	long value = -1;
	FILE *stream;

	snprintf_assert(path, sizeof(path), CGROUP "/%s", file);
	stream = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(stream);
	while (value < 0 && fgets(line, sizeof(line), stream))
		if (!strncmp(line, name, length))
			value = atol(line + length);
	fclose(stream);
	return value;
}

FIXTURE_SETUP(bar5_cgroup_test)
{
	char pid[16];

	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no stolen memory in BAR5");
	mkdir(CGROUPS, 0755);
	if (mount("cgroup2", CGROUPS, "cgroup2", 0, NULL) && errno != EBUSY)
		SKIP(return, "no cgroups: %m");
	if (system("grep -qw memory " CGROUPS "/cgroup.controllers"))
		SKIP(return, "no memory cgroups");

	cgroup_write(CGROUPS "/cgroup.subtree_control", "+memory");
	ASSERT_TRUE(!mkdir(CGROUP, 0755) || errno == EEXIST);
	ASSERT_EQ(0, igd_bar5_set(device_bdf, "32"));
	self->stolen_size = 32 * SZ_1M;
	igd_opener_init(&self->opener, device_bdf);
	snprintf_assert(pid, sizeof(pid), "%d", getpid());
	cgroup_write(CGROUP "/cgroup.procs", pid);
}

FIXTURE_TEARDOWN(bar5_cgroup_test)
{
	char pid[16];

	igd_opener_cleanup(&self->opener);
	igd_bar5_set(device_bdf, "0");
	cgroup_write(CGROUP "/memory.max", "max");
	snprintf_assert(pid, sizeof(pid), "%d", getpid());
	cgroup_write(CGROUPS "/cgroup.procs", pid);
	rmdir(CGROUP);
	umount(CGROUPS);
}

TEST_F(bar5_cgroup_test, opener_pays)
{
	/*
	 * Each CPU charges up to 64 pages ahead (MEMCG_CHARGE_BATCH), and may give them
	 * back at any time. So do not expect the exact size.
	 */
	long before = cgroup_read("memory.current", "");

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, igd_opener_open(&self->opener));
		EXPECT_LE(before + self->stolen_size * 15 / 16,
			  cgroup_read("memory.current", ""));
		EXPECT_GT(before + self->stolen_size * 5 / 4,
			  cgroup_read("memory.current", ""));
		igd_opener_close(&self->opener);
		EXPECT_GT(before + self->stolen_size / 4, cgroup_read("memory.current", ""));
	}
}

TEST_F(bar5_cgroup_test, opener_without_memory)
{
	const long limits[] = { SZ_4M, self->stolen_size / 2, self->stolen_size };
	char text[16];

	for (unsigned int i = 0; i < ARRAY_SIZE(limits); i++) {
		snprintf_assert(text, sizeof(text), "%ld", limits[i]);
		cgroup_write(CGROUP "/memory.max", text);
		EXPECT_EQ(-ENOMEM, igd_opener_open(&self->opener));
		EXPECT_EQ(0, cgroup_read("memory.events", "oom_kill "));
		EXPECT_GT(self->stolen_size / 2, cgroup_read("memory.current", ""));
	}
	cgroup_write(CGROUP "/memory.max", "max");
	ASSERT_EQ(0, igd_opener_open(&self->opener));
	igd_opener_close(&self->opener);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	if (!igd_bar5_exists(device_bdf))
		ksft_exit_skip("%s has no stolen_bar\n", device_bdf);
	return test_harness_run(argc, argv);
}
