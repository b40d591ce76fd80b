// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <unistd.h>

#include "vfio_client.h"

static void test_dma_map(void **state)
{
	struct fixture *f = *state;
	int fd = memory(4);
	char buf[8] = "";

	assert_int_equal(dma_map(f, 0x100000, 2 * PAGE, fd, PAGE), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 0x100ffe, "memory", 7, true),
			 0);
	assert_int_equal(pread(fd, buf, 7, 2 * PAGE - 2), 7);
	assert_string_equal(buf, "memory");
	assert_int_equal(dma_map(f, 0x101000, PAGE, fd, 0), -EEXIST);
	assert_int_equal(dma_map(f, 0x200000, PAGE, fd, 4 * PAGE), -EINVAL);
	assert_int_equal(dma_unmap(f, 0x100000, PAGE, 0), -EINVAL);
	assert_int_equal(dma_unmap(f, 0x100000, 2 * PAGE, 0), 0);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
	close(fd);
}

static void test_dma_map_flags(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_dma_map map = { .argsz = 32, .size = PAGE };
	int fd = memory(1);
	char c = 'x';

	for (uint32_t flags = 0; flags < 4; flags++) {
		map.flags = flags;
		assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL,
					  0, &fd, 1), 0);
		assert_int_equal(dma_space_rw(f->dev.dma, 0, &c, 1, false),
				 flags & VFIO_DMA_MAP_FLAG_READ ? 0 : -EFAULT);
		assert_int_equal(dma_space_rw(f->dev.dma, 0, &c, 1, true),
				 flags & VFIO_DMA_MAP_FLAG_WRITE ? 0 : -EFAULT);
		assert_int_equal(dma_unmap(f, 0, PAGE, 0), 0);
	}
	map.flags = VFIO_DMA_MAP_FLAG_READ | 1 << 2;
	assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL, 0, &fd,
				  1), -EINVAL);
	map.flags = VFIO_DMA_MAP_FLAG_READ;
	map.argsz = 31;
	assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL, 0, &fd,
				  1), -EINVAL);
	close(fd);
}

/* QEMU's firmware flash has no descriptor, and its map must not fail. */
static void test_dma_map_without_descriptor(void **state)
{
	struct fixture *f = *state;
	char c;

	assert_int_equal(dma_map(f, 0xfffc0000, 0x40000, -1, 0), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 0xfffc0000, &c, 1, false),
			 -EFAULT);
	assert_int_equal(dma_unmap(f, 0xfffc0000, 0x40000, 0), 0);
}

static void test_dma_unmap_all(void **state)
{
	struct vfio_user_dma_unmap short_argsz = { .argsz = 23, .size = PAGE };
	struct fixture *f = *state;
	int fd = memory(4);

	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(dma_map(f, i << 20, PAGE, fd, i * PAGE), 0);
	assert_int_equal(dma_unmap(f, 0, PAGE, VFIO_DMA_UNMAP_FLAG_ALL),
			 -EINVAL);
	assert_int_equal(dma_unmap(f, 0, PAGE, 1 << 2), -EINVAL);
	assert_int_equal(dma_unmap(f, 0, 0, 0), -EINVAL);
	assert_int_equal(call(f, VFIO_USER_DMA_UNMAP, &short_argsz, 24, NULL,
			      0), -EINVAL);
	assert_int_equal(dma_space_count(f->dev.dma), 4);
	assert_int_equal(dma_unmap(f, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dma_map),
		TEST(test_dma_map_flags),
		TEST(test_dma_map_without_descriptor),
		TEST(test_dma_unmap_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
