// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../dma.h"

#define PAGE	4096ULL
#define RW	(DMA_READ | DMA_WRITE)

struct fixture {
	struct dma_space *space;
	int fd;			/* a memfd of 16 pages */
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->space = dma_space_new();
	f->fd = memfd_create("test_dma", 0);
	assert_non_null(f->space);
	assert_int_equal(ftruncate(f->fd, 16 * PAGE), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	dma_space_free(f->space);
	close(f->fd);
	free(f);
	return 0;
}

static int map(struct fixture *f, uint64_t iova, uint64_t pages, uint64_t first)
{
	return dma_space_map(f->space, iova, pages * PAGE, f->fd, first * PAGE,
			     RW);
}

static int get(struct fixture *f, uint64_t iova)
{
	uint8_t byte;

	return dma_space_rw(f->space, iova, &byte, 1, false);
}

/* Lines of /proc/self/maps that name a test's memory file. */
static int count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int count = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "memfd:test_dma"))
			count++;
	fclose(maps);
	return count;
}

static void test_bytes_reach_the_file(void **state)
{
	struct fixture *f = *state;
	char buf[8] = "";

	assert_int_equal(map(f, 0x100000, 2, 3), 0);
	assert_int_equal(dma_space_rw(f->space, 0x100ffc, "abcdefg", 8, true),
			 0);
	assert_int_equal(pread(f->fd, buf, 8, 3 * PAGE + 0xffc), 8);
	assert_string_equal(buf, "abcdefg");
	assert_int_equal(pwrite(f->fd, "AB", 2, 3 * PAGE + 0xffc), 2);
	assert_int_equal(dma_space_rw(f->space, 0x100ffc, buf, 8, false), 0);
	assert_string_equal(buf, "ABcdefg");
}

static void test_the_mapping_outlives_the_descriptor(void **state)
{
	struct fixture *f = *state;
	int fd = dup(f->fd);

	assert_int_equal(dma_space_map(f->space, 0, PAGE, fd, 0, RW), 0);
	close(fd);
	assert_int_equal(get(f, 0), 0);
}

static void test_access_spans_adjacent_ranges(void **state)
{
	struct fixture *f = *state;
	uint8_t in[3 * PAGE], out[3 * PAGE];

	/* Adjacent in the address space, scattered in the file. */
	assert_int_equal(map(f, 2 * PAGE, 1, 9), 0);
	assert_int_equal(map(f, PAGE, 1, 4), 0);
	assert_int_equal(map(f, 3 * PAGE, 1, 0), 0);
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7 + i / PAGE);
	assert_int_equal(dma_space_rw(f->space, PAGE, in, sizeof(in), true), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, out, sizeof(out), false),
			 0);
	assert_memory_equal(in, out, sizeof(in));
	assert_int_equal(pread(f->fd, out, PAGE, 9 * PAGE), PAGE);
	assert_memory_equal(in + PAGE, out, PAGE);
}

static void test_a_gap_transfers_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[3 * PAGE], zero[PAGE] = { 0 }, page[PAGE];

	memset(buf, 0x5a, sizeof(buf));
	assert_int_equal(map(f, PAGE, 1, 0), 0);
	assert_int_equal(map(f, 3 * PAGE, 1, 1), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, buf, sizeof(buf), true),
			 -EFAULT);
	assert_int_equal(pread(f->fd, page, PAGE, 0), PAGE);
	assert_memory_equal(page, zero, PAGE);
	assert_int_equal(dma_space_rw(f->space, PAGE, buf, sizeof(buf), false),
			 -EFAULT);
	assert_int_equal(buf[0], 0x5a);
}

static void test_edges_of_a_range(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map(f, PAGE, 1, 0), 0);
	assert_int_equal(get(f, PAGE - 1), -EFAULT);
	assert_int_equal(get(f, PAGE), 0);
	assert_int_equal(get(f, 2 * PAGE - 1), 0);
	assert_int_equal(get(f, 2 * PAGE), -EFAULT);
}

static void test_access_that_wraps(void **state)
{
	struct fixture *f = *state;
	uint64_t last_page = -PAGE;
	char buf[16];

	assert_int_equal(map(f, last_page, 1, 0), 0);
	assert_int_equal(map(f, 0, 1, 1), 0);
	assert_int_equal(dma_space_rw(f->space, -8ULL, buf, 8, false), 0);
	assert_int_equal(dma_space_rw(f->space, -8ULL, buf, 9, false), -EFAULT);
}

static void test_direction(void **state)
{
	struct fixture *f = *state;
	char c = 'x';

	assert_int_equal(dma_space_map(f->space, 0, PAGE, f->fd, 0, DMA_READ),
			 0);
	assert_int_equal(dma_space_map(f->space, PAGE, PAGE, f->fd, 0,
				       DMA_WRITE), 0);
	assert_int_equal(dma_space_rw(f->space, 0, &c, 1, false), 0);
	assert_int_equal(dma_space_rw(f->space, 0, &c, 1, true), -EFAULT);
	assert_int_equal(dma_space_rw(f->space, PAGE, &c, 1, true), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, &c, 1, false), -EFAULT);
	/* All of the access needs the permission, also across ranges. */
	assert_int_equal(dma_space_rw(f->space, PAGE - 1, "ab", 2, true),
			 -EFAULT);
}

static void test_bad_ranges(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map(f, 0, 0, 0), -EINVAL);
	assert_int_equal(map(f, 0x800, 1, 0), -EINVAL);
	assert_int_equal(map(f, -PAGE, 2, 0), -EINVAL);
	assert_int_equal(dma_space_map(f->space, 0, 0x800, f->fd, 0, RW),
			 -EINVAL);
	assert_int_equal(dma_space_map(f->space, 0, PAGE, f->fd, 0x800, RW),
			 -EINVAL);
	assert_int_equal(map(f, 0, 17, 0), -EINVAL);
	assert_int_equal(map(f, 0, 1, 16), -EINVAL);
	assert_int_equal(map(f, 0, 2, 15), -EINVAL);
	assert_int_equal(dma_space_map(f->space, 0, PAGE, f->fd, -PAGE, RW),
			 -EINVAL);
	assert_int_equal(dma_space_count(f->space), 0);
	assert_int_equal(map(f, 0, 1, 15), 0);
	assert_int_equal(map(f, PAGE, 16, 0), 0);
}

static void test_overlaps(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map(f, 4 * PAGE, 4, 0), 0);
	assert_int_equal(map(f, 4 * PAGE, 4, 0), -EEXIST);
	assert_int_equal(map(f, 3 * PAGE, 2, 0), -EEXIST);
	assert_int_equal(map(f, 7 * PAGE, 2, 0), -EEXIST);
	assert_int_equal(map(f, 5 * PAGE, 1, 0), -EEXIST);
	assert_int_equal(map(f, 0, 16, 0), -EEXIST);
	assert_int_equal(dma_space_count(f->space), 1);
	assert_int_equal(map(f, 3 * PAGE, 1, 0), 0);
	assert_int_equal(map(f, 8 * PAGE, 1, 0), 0);
}

static void test_unmap(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_space_unmap(f->space, 0, PAGE), 0);
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(map(f, i * PAGE, 1, i), 0);
	assert_int_equal(dma_space_unmap(f->space, 3 * PAGE, PAGE), 0);
	assert_int_equal(get(f, 3 * PAGE), -EFAULT);
	assert_int_equal(get(f, 2 * PAGE), 0);
	assert_int_equal(get(f, 4 * PAGE), 0);
	/* A second unmap removes nothing and succeeds, as with type1. */
	assert_int_equal(dma_space_unmap(f->space, 3 * PAGE, PAGE), 0);
	assert_int_equal(dma_space_count(f->space), 7);
	assert_int_equal(dma_space_unmap(f->space, 0, 1ULL << 48), 0);
	assert_int_equal(dma_space_count(f->space), 0);
}

static void test_unmap_never_cuts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(map(f, 0, 2, 0), 0);
	assert_int_equal(map(f, 2 * PAGE, 2, 0), 0);
	assert_int_equal(dma_space_unmap(f->space, 0, PAGE), -EINVAL);
	assert_int_equal(dma_space_unmap(f->space, PAGE, 3 * PAGE), -EINVAL);
	assert_int_equal(dma_space_unmap(f->space, 0, 3 * PAGE), -EINVAL);
	assert_int_equal(dma_space_unmap(f->space, 0, 0), -EINVAL);
	assert_int_equal(dma_space_unmap(f->space, -PAGE, 2 * PAGE), -EINVAL);
	assert_int_equal(dma_space_count(f->space), 2);
	assert_int_equal(get(f, 0), 0);
}

static void test_thousands_of_maps_share_one_mapping(void **state)
{
	struct fixture *f = *state;
	const unsigned int count = 5000;

	assert_int_equal(ftruncate(f->fd, count * PAGE), 0);
	/* Every other page first, then the gaps between them. */
	for (unsigned int i = 0; i < count; i++) {
		unsigned int page = 2 * i % count + 2 * i / count;

		assert_int_equal(map(f, page * PAGE, 1, count - 1 - page), 0);
	}
	assert_int_equal(dma_space_count(f->space), count);
	assert_int_equal(count_mappings(), 1);
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(dma_space_rw(f->space, i * PAGE, &i, sizeof(i),
					      true), 0);
	}
	for (unsigned int i = 0; i < count; i++) {
		unsigned int value;

		assert_int_equal(pread(f->fd, &value, sizeof(value),
				       (count - 1 - i) * PAGE), sizeof(value));
		assert_int_equal(value, i);
	}
	for (unsigned int i = 0; i < count - 1; i++)
		assert_int_equal(dma_space_unmap(f->space, i * PAGE, PAGE), 0);
	assert_int_equal(count_mappings(), 1);
	assert_int_equal(dma_space_unmap(f->space, (count - 1) * PAGE, PAGE),
			 0);
	assert_int_equal(count_mappings(), 0);
}

static void test_too_many_ranges(void **state)
{
	struct fixture *f = *state;

	for (uint64_t i = 0; i < 65535; i++)
		assert_int_equal(map(f, i * PAGE, 1, 0), 0);
	assert_int_equal(map(f, 1ULL << 40, 1, 0), -ENOSPC);
	assert_int_equal(dma_space_unmap(f->space, 0, PAGE), 0);
	assert_int_equal(map(f, 1ULL << 40, 1, 0), 0);
}

static void test_two_files(void **state)
{
	struct fixture *f = *state;
	int other = memfd_create("test_dma", 0);
	char buf[3] = "";

	assert_int_equal(ftruncate(other, PAGE), 0);
	assert_int_equal(map(f, 0, 1, 0), 0);
	assert_int_equal(dma_space_map(f->space, PAGE, PAGE, other, 0, RW), 0);
	assert_int_equal(count_mappings(), 2);
	assert_int_equal(dma_space_rw(f->space, PAGE - 1, "ab", 2, true), 0);
	assert_int_equal(pread(f->fd, buf, 1, PAGE - 1), 1);
	assert_int_equal(pread(other, buf + 1, 1, 0), 1);
	assert_string_equal(buf, "ab");
	assert_int_equal(dma_space_unmap(f->space, 0, PAGE), 0);
	assert_int_equal(count_mappings(), 1);
	dma_space_clear(f->space);
	assert_int_equal(count_mappings(), 0);
	close(other);
}

static void test_a_file_that_grows(void **state)
{
	struct fixture *f = *state;
	char c = 0;

	assert_int_equal(map(f, 0, 1, 0), 0);
	assert_int_equal(ftruncate(f->fd, 64 * PAGE), 0);
	assert_int_equal(map(f, PAGE, 1, 63), 0);
	assert_int_equal(count_mappings(), 1);
	assert_int_equal(dma_space_rw(f->space, 0, "o", 1, true), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, "n", 1, true), 0);
	assert_int_equal(pread(f->fd, &c, 1, 63 * PAGE), 1);
	assert_int_equal(c, 'n');
	assert_int_equal(pread(f->fd, &c, 1, 0), 1);
	assert_int_equal(c, 'o');
}

static int reopen(int fd, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags);
}

static void test_a_file_opened_read_only(void **state)
{
	struct fixture *f = *state;
	int fd = reopen(f->fd, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(dma_space_map(f->space, 0, PAGE, fd, 0, DMA_READ), 0);
	assert_int_equal(dma_space_map(f->space, PAGE, PAGE, fd, 0, RW),
			 -EACCES);
	assert_int_equal(dma_space_rw(f->space, 0, "x", 1, true), -EFAULT);
	assert_int_equal(get(f, 0), 0);
	/* The same file again, writable: its mapping replaces the first. */
	assert_int_equal(map(f, PAGE, 1, 0), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, "x", 1, true), 0);
	assert_int_equal(count_mappings(), 1);
	/* The read-only descriptor does not replace it. */
	assert_int_equal(ftruncate(f->fd, 32 * PAGE), 0);
	assert_int_equal(dma_space_map(f->space, 2 * PAGE, PAGE, fd, 31 * PAGE,
				       DMA_READ), 0);
	assert_int_equal(dma_space_rw(f->space, PAGE, "x", 1, true), 0);
	close(fd);
}

static void test_memory_that_is_not_shared(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_space_map(f->space, 0, PAGE, -1, 0, RW), 0);
	assert_int_equal(dma_space_count(f->space), 1);
	assert_int_equal(get(f, 0), -EFAULT);
	assert_int_equal(map(f, 0, 1, 0), -EEXIST);
	assert_int_equal(dma_space_unmap(f->space, 0, PAGE), 0);
}

static void test_not_a_memory_file(void **state)
{
	struct fixture *f = *state;
	int fd = eventfd(0, 0);

	assert_int_equal(dma_space_map(f->space, 0, PAGE, fd, 0, RW), -EINVAL);
	close(fd);
	assert_int_equal(dma_space_map(f->space, 0, PAGE, fd, 0, RW), -EBADF);
	assert_int_equal(dma_space_count(f->space), 0);
}

static void test_a_file_that_is_truncated(void **state)
{
	struct fixture *f = *state;
	int ro = reopen(f->fd, O_RDONLY);
	char c;

	/*
	 * cmocka has replaced the SIGBUS handler between setup and test: restore it.
	 */
	dma_space_free(f->space);
	f->space = dma_space_new();
	assert_int_equal(dma_space_map(f->space, 0, 16 * PAGE, ro, 0, DMA_READ),
			 0);
	assert_int_equal(ftruncate(f->fd, PAGE), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(get(f, 0), 0);
		assert_int_equal(get(f, 15 * PAGE), -EIO);
	}
	/* A new mapping of the short file still covers the old range. */
	assert_int_equal(map(f, 16 * PAGE, 1, 0), 0);
	assert_int_equal(dma_space_rw(f->space, 15 * PAGE, &c, 1, false), -EIO);
	assert_int_equal(count_mappings(), 1);
	close(ro);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_reach_the_file),
		TEST(test_the_mapping_outlives_the_descriptor),
		TEST(test_access_spans_adjacent_ranges),
		TEST(test_a_gap_transfers_nothing),
		TEST(test_edges_of_a_range),
		TEST(test_access_that_wraps),
		TEST(test_direction),
		TEST(test_bad_ranges),
		TEST(test_overlaps),
		TEST(test_unmap),
		TEST(test_unmap_never_cuts),
		TEST(test_thousands_of_maps_share_one_mapping),
		TEST(test_too_many_ranges),
		TEST(test_two_files),
		TEST(test_a_file_that_grows),
		TEST(test_a_file_opened_read_only),
		TEST(test_memory_that_is_not_shared),
		TEST(test_not_a_memory_file),
		TEST(test_a_file_that_is_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
