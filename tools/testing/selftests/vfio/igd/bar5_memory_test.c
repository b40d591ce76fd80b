// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of BAR5: what accesses and mappings show, and that it belongs to one
 * open. bar5_test has BAR5's registers, bar5_dma_test its DMA and who pays for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_kernel.h>
#include <igd_random.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define SCRIBBLE	0xa5
#define FAR		BIT_ULL(39)	/* a region has 40 bits of offset */

FIXTURE(bar5_memory_test) {
	struct igd *igd;
	const struct vfio_region_info *info;
	u8 *bar;		/* BAR5, mapped whole */
	u64 size;
	u64 stolen_size;	/* of it */
	u64 seed;
};

static void look(FIXTURE_DATA(bar5_memory_test) *self)
{
	self->igd = igd_bar5_open(device_bdf, "auto");
	self->info = &self->igd->device->bars[5].info;
	self->bar = self->igd->device->bars[5].vaddr;
	self->size = self->info->size;
	self->stolen_size = igd_bar5_stolen_size(self->igd);
}

FIXTURE_SETUP(bar5_memory_test)
{
	look(self);
	ASSERT_NE(NULL, self->bar);
	self->seed = 1;
}

FIXTURE_TEARDOWN(bar5_memory_test)
{
	igd_close(self->igd);
	igd_bar5_set(device_bdf, "0");
	EXPECT_EQ(0, igd_taints());
}

static ssize_t access_bar(FIXTURE_DATA(bar5_memory_test) *self, bool write, u64 offset,
			  void *data, size_t size)
{
	return __igd_region_access(self->igd, self->info, write, offset, data, size);
}

static void *map(FIXTURE_DATA(bar5_memory_test) *self, void *at, u64 offset, u64 size,
		 int prot, int flags)
{
	return mmap(at, size, prot, flags | (at ? MAP_FIXED : 0), self->igd->device->fd,
		    self->info->offset + offset);
}

static void fill(FIXTURE_DATA(bar5_memory_test) *self, u8 *memory, u64 size)
{
	for (u64 at = 0; at < size; at += sizeof(u64)) {
		u64 number = igd_random(&self->seed);

		memcpy(memory + at, &number, min(size - at, sizeof(number)));
	}
}

/* Gives each page of BAR5 up to the OpRegion a number of its own */
static void number_pages(FIXTURE_DATA(bar5_memory_test) *self)
{
	for (u64 page = 0; page < self->stolen_size / SZ_4K; page++)
		*(u64 *)(self->bar + page * SZ_4K) = ~page;
}

/* Whether a mapping from @page of BAR5 on shows the right ones */
static bool shows_pages(void *mapping, u64 page, u64 pages)
{
	for (u64 i = 0; i < pages; i++)
		if (READ_ONCE(*(u64 *)(mapping + i * SZ_4K)) != ~(page + i))
			return false;
	return true;
}

TEST_F(bar5_memory_test, reads_zero_at_open)
{
	u8 *bytes = malloc_assert(self->size);

	ASSERT_EQ(self->size, access_bar(self, false, 0, bytes, self->size));
	EXPECT_TRUE(igd_is_filled(bytes, self->stolen_size, 0));
	EXPECT_EQ(0, memcmp(bytes, self->bar, self->size));
	EXPECT_EQ(0, memcmp(bytes + self->stolen_size, "IntelGraphicsMem", 16));
	free(bytes);
}

/* What is behind the OpRegion shows one page again and again. */
TEST_F(bar5_memory_test, region_and_mapping_agree)
{
	static const u32 sizes[] = {
		1, 2, 3, 4, 7, 8, 16, 4095, SZ_4K, 4097, 3 * SZ_4K + 5, SZ_2M + 1,
	};
	const u64 used = self->stolen_size + SZ_8K;
	u8 *bytes = malloc_assert(SZ_4M), *other = malloc_assert(SZ_4M);

	for (unsigned int i = 0; i < 10 * ARRAY_SIZE(sizes); i++) {
		u32 size = min_t(u64, sizes[i % ARRAY_SIZE(sizes)], used / 2);
		u64 at = igd_pick(&self->seed, used - size);

		/* Half of them across the end of a huge page */
		if (i & 1 && used > SZ_4M)
			at = SZ_2M - size / 2;
		fill(self, bytes, size);
		ASSERT_EQ(size, access_bar(self, true, at, bytes, size));
		ASSERT_EQ(0, memcmp(self->bar + at, bytes, size));
		fill(self, bytes, size);
		memcpy(self->bar + at, bytes, size);
		ASSERT_EQ(size, access_bar(self, false, at, other, size));
		ASSERT_EQ(0, memcmp(other, bytes, size));
	}
	free(bytes);
	free(other);
}

TEST_F(bar5_memory_test, access_across_the_end_is_cut_short)
{
	u8 bytes[64];

	for (int write = 0; write <= 1; write++) {
		EXPECT_EQ(7, access_bar(self, write, self->size - 7, bytes, sizeof(bytes)));
		EXPECT_EQ(-EINVAL, access_bar(self, write, self->size, bytes, 1));
		EXPECT_EQ(-EINVAL, access_bar(self, write, FAR, bytes, 1));
		EXPECT_EQ(-EFAULT, access_bar(self, write, SZ_4K - 8, (void *)8, 16));
		EXPECT_EQ(0, access_bar(self, write, 0, bytes, 0));
	}
	/* From one page of the mapping to another */
	memset(self->bar, SCRIBBLE, SZ_4K);
	EXPECT_EQ(SZ_4K, access_bar(self, false, 0, self->bar + SZ_4K, SZ_4K));
	EXPECT_TRUE(igd_is_filled(self->bar, SZ_8K, SCRIBBLE));
}

static void expect_refused(struct __test_metadata *_metadata,
			   FIXTURE_DATA(bar5_memory_test) *self, bool refused)
{
	u64 places[] = { 0, self->stolen_size, self->size - SZ_4K };
	u32 value;

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		EXPECT_EQ(refused, igd_mapped_is_refused(self->bar, places[i]));
		for (int write = 0; write <= 1; write++)
			EXPECT_EQ(refused ? -EIO : 4,
				  access_bar(self, write, places[i], &value, 4));
	}
	if (!refused)
		EXPECT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K));
}

TEST_F(bar5_memory_test, refused_while_memory_is_disabled)
{
	number_pages(self);
	for (int i = 0; i < 3; i++) {
		vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
		expect_refused(_metadata, self, true);
		vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
		expect_refused(_metadata, self, false);
	}
}

TEST_F(bar5_memory_test, refused_in_d3)
{
	u16 control = igd_capability(self->igd, PCI_CAP_ID_PM) + PCI_PM_CTRL;

	ASSERT_NE(PCI_PM_CTRL, control);
	number_pages(self);
	vfio_pci_config_writew(self->igd->device, control, 3);
	expect_refused(_metadata, self, true);
	vfio_pci_config_writew(self->igd->device, control, 0);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	expect_refused(_metadata, self, false);
}

TEST_F(bar5_memory_test, refused_in_low_power)
{
	u64 number = 0;

	number_pages(self);
	*(u64 *)self->bar = 1;
	if (__igd_low_power(self->igd, true))
		SKIP(return, "no runtime power management: %m");

	EXPECT_TRUE(igd_mapped_is_refused(self->bar, 0));
	EXPECT_TRUE(igd_mapped_is_refused(self->bar, self->size - SZ_4K));
	/* An access to the file wakes up the device, as with other BARs */
	EXPECT_EQ(8, access_bar(self, false, 0, &number, sizeof(number)));
	EXPECT_EQ(1, number);

	ASSERT_EQ(0, __igd_low_power(self->igd, false));
	*(u64 *)self->bar = ~0ULL;
	expect_refused(_metadata, self, false);
}

TEST_F(bar5_memory_test, mmap_refuses)
{
	const int rw = PROT_READ | PROT_WRITE;
	const struct {
		u64 offset, size;
		int flags;
	} wrong[] = {
		{ 0, SZ_4K, MAP_PRIVATE },
		{ 0, self->size + SZ_4K, MAP_SHARED },
		{ self->size - SZ_4K, SZ_8K, MAP_SHARED },
		{ self->size, SZ_4K, MAP_SHARED },
		{ FAR, SZ_4K, MAP_SHARED },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(MAP_FAILED, map(self, NULL, wrong[i].offset, wrong[i].size, rw,
					  wrong[i].flags));
		EXPECT_EQ(EINVAL, errno);
	}
}

/* At any page of BAR5, at any page of the address space */
TEST_F(bar5_memory_test, parts_show_their_pages)
{
	const u64 pages[] = { 0, 1, 3, 511, 512, 513 }, number = 1027;
	u8 *space = mmap_reserve(4 * SZ_2M, SZ_2M, 0);

	if (!self->stolen_size)
		SKIP(return, "no stolen memory in BAR5");
	number_pages(self);
	for (unsigned int i = 0; i < 36; i++) {
		u64 page = pages[i / 6];
		u8 *at = map(self, space + pages[i % 6] * SZ_4K, page * SZ_4K,
			     number * SZ_4K, PROT_READ, MAP_SHARED);

		ASSERT_NE(MAP_FAILED, at);
		EXPECT_TRUE(shows_pages(at, page, number)) {
			TH_LOG("page %lu of BAR5 at page %lu", page, pages[i % 6]);
		}
		munmap(at, number * SZ_4K);
	}
	/* Its end is the OpRegion's start */
	space = map(self, NULL, self->stolen_size - SZ_4K, SZ_8K, PROT_READ, MAP_SHARED);
	EXPECT_TRUE(shows_pages(space, self->stolen_size / SZ_4K - 1, 1));
	EXPECT_EQ(0, memcmp(space + SZ_4K, "IntelGraphicsMem", 16));
	munmap(space, SZ_8K);
}

/* KiB that smaps has in @field for the mapping at @address; -1: it has none */
static long smaps_kib(const void *address, const char *field)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	char line[PATH_MAX + 128];
	unsigned long start;
	bool found = false;
	long kib = -1;

	VFIO_ASSERT_NOT_NULL(file);
	while (kib < 0 && fgets(line, sizeof(line), file)) {
		char dash;

		if (sscanf(line, "%lx%c", &start, &dash) == 2 && dash == '-')
			found = start == (unsigned long)address;
		else if (found && !strncmp(line, field, strlen(field)))
			kib = atol(line + strlen(field));
	}
	fclose(file);
	return kib;
}

static long huge_kib(const void *address)
{
	return smaps_kib(address, "FilePmdMapped:");
}

/* vmf_insert_folio_pmd() is there from Linux 6.15 on. */
static bool can_map_huge(void)
{
	return !system("grep -qw vmf_insert_folio_pmd /proc/kallsyms") &&
	       !access("/sys/kernel/mm/transparent_hugepage", F_OK);
}

/* Which huge pages there are depends on how much memory is free, in what pieces. */
TEST_F(bar5_memory_test, maps_huge)
{
	if (!self->stolen_size)
		SKIP(return, "no stolen memory in BAR5");
	if (!can_map_huge())
		SKIP(return, "this kernel cannot map memory of a driver with huge pages");

	number_pages(self);
	EXPECT_LE(self->stolen_size / 2 / SZ_1K, huge_kib(self->bar));
	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_EQ(0, huge_kib(self->bar));
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
	EXPECT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K));
	EXPECT_LE(self->stolen_size / 2 / SZ_1K, huge_kib(self->bar));

	/* Read-only first: a write then makes the huge page writable */
	ASSERT_EQ(0, madvise(self->bar, SZ_2M, MADV_DONTNEED));
	ASSERT_EQ(0, mprotect(self->bar, SZ_2M, PROT_READ));
	EXPECT_TRUE(shows_pages(self->bar, 0, 512));
	ASSERT_EQ(0, mprotect(self->bar, SZ_2M, PROT_READ | PROT_WRITE));
	self->bar[SZ_2M - 1] = SCRIBBLE;
	EXPECT_TRUE(shows_pages(self->bar, 0, 512));
}

TEST_F(bar5_memory_test, parts_of_huge_mapping)
{
	static const int protections[] = { PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE };
	u8 *page = self->bar + SZ_2M + 7 * SZ_4K;

	if (!self->stolen_size)
		SKIP(return, "no stolen memory in BAR5");
	number_pages(self);
	for (unsigned int i = 0; i < ARRAY_SIZE(protections); i++) {
		ASSERT_EQ(0, mprotect(page, SZ_4K, protections[i]));
		EXPECT_TRUE(shows_pages(self->bar, 0, 519));
		EXPECT_TRUE(shows_pages(page + SZ_4K, 520, 1000));
	}
	ASSERT_EQ(0, munmap(page, SZ_4K));
	EXPECT_TRUE(shows_pages(self->bar, 0, 519));
	EXPECT_TRUE(shows_pages(page + SZ_4K, 520, 1000));
	ASSERT_EQ(page, map(self, page, SZ_2M + 7 * SZ_4K, SZ_4K, PROT_READ | PROT_WRITE,
			    MAP_SHARED));
	EXPECT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K));
}

/* All of them, also those that this mapping refuses */
TEST_F(bar5_memory_test, advice)
{
	const u64 size = min_t(u64, self->size, 3 * SZ_2M + SZ_4K);

	number_pages(self);
	for (int advice = 0; advice < 128; advice++) {
		/* MADV_HWPOISON, MADV_SOFT_OFFLINE: they destroy memory for good */
		if (advice == 100 || advice == 101)
			continue;
		madvise(self->bar + SZ_4K, size - SZ_4K, advice);
		madvise(self->bar, size, advice);
		ASSERT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K)) {
			TH_LOG("advice %d", advice);
		}
	}
	EXPECT_EQ(0, madvise(self->bar, self->size, MADV_DONTNEED));
	EXPECT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K));
}

TEST_F(bar5_memory_test, fork)
{
	u32 *word = (u32 *)(self->bar + SZ_4K);
	int status;
	pid_t pid;

	*word = 1;
	pid = fork();
	if (!pid) {
		if (*word != 1)
			_exit(1);
		*word = 2;
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(2, *word);
}

TEST_F(bar5_memory_test, mremap)
{
	u8 *to = mmap_reserve(self->size + SZ_2M, SZ_2M, 0) + SZ_4K, *from;

	number_pages(self);
	from = map(self, NULL, 0, self->size / 2, PROT_READ, MAP_SHARED);
	ASSERT_NE(MAP_FAILED, from);
	EXPECT_EQ(MAP_FAILED, mremap(from, self->size / 2, self->size, MREMAP_MAYMOVE));
	EXPECT_TRUE(shows_pages(from, 0, self->stolen_size / 2 / SZ_4K));

	ASSERT_EQ(to, mremap(from, self->size / 2, self->size / 2,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_TRUE(shows_pages(to, 0, self->stolen_size / 2 / SZ_4K));
	ASSERT_EQ(0, munmap(to, self->size / 2));
}

/* The pages are not on the LRU list, where the kernel keeps locked ones from it. */
TEST_F(bar5_memory_test, mlock)
{
	u8 *other;

	number_pages(self);
	EXPECT_EQ(0, mlock(self->bar, self->size));
	EXPECT_EQ(0, smaps_kib(self->bar, "Locked:"));
	EXPECT_TRUE(shows_pages(self->bar, 0, self->stolen_size / SZ_4K));
	EXPECT_EQ(0, munlock(self->bar + SZ_4K, SZ_4K));

	EXPECT_EQ(0, mlockall(MCL_CURRENT | MCL_FUTURE));
	other = map(self, NULL, 0, self->size, PROT_READ | PROT_WRITE, MAP_SHARED);
	ASSERT_NE(MAP_FAILED, other);
	EXPECT_TRUE(shows_pages(other, 0, self->stolen_size / SZ_4K));
	EXPECT_EQ(0, smaps_kib(other, "Locked:"));
	EXPECT_EQ(0, munmap(other, self->size));
	EXPECT_EQ(0, munlockall());
}

/* A pipe keeps the page after the last mapping and after close. */
TEST_F(bar5_memory_test, pin_outlives_close)
{
	struct iovec part = { self->bar + SZ_4K, SZ_4K };
	u8 bytes[SZ_4K];
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	memset(self->bar + SZ_4K, SCRIBBLE, SZ_4K);
	ASSERT_EQ(SZ_4K, vmsplice(pipes[1], &part, 1, 0));
	igd_close(self->igd);

	look(self);
	EXPECT_TRUE(igd_is_filled(self->bar, self->stolen_size, 0));
	memset(self->bar, ~SCRIBBLE, self->stolen_size ?: SZ_4K);
	ASSERT_EQ(SZ_4K, read(pipes[0], bytes, SZ_4K));
	EXPECT_TRUE(igd_is_filled(bytes, SZ_4K, SCRIBBLE));
	close(pipes[0]);
	close(pipes[1]);
}

/* Several times, so that the same pages come again */
TEST_F(bar5_memory_test, opens_see_nothing_of_each_other)
{
	u8 *first = malloc_assert(self->size);

	memcpy(first, self->bar, self->size);
	for (int i = 0; i < 2; i++) {
		memset(self->bar, SCRIBBLE, self->size);
		EXPECT_TRUE(igd_is_filled(self->bar, self->size, SCRIBBLE));
		igd_close(self->igd);
		look(self);
		EXPECT_EQ(0, memcmp(first, self->bar, self->size));
		EXPECT_TRUE(igd_is_filled(self->bar, self->stolen_size, 0));
	}
	free(first);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	if (!igd_bar5_exists(device_bdf))
		ksft_exit_skip("%s has no stolen_bar\n", device_bdf);
	return test_harness_run(argc, argv);
}
