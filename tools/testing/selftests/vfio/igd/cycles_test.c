// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding and opening many times leaks nothing. The test compares the kernel's
 * memory counters. A debug kernel has a leak detector instead; its counters are not
 * useful, as KASAN delays the reuse of freed memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_opener.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define CYCLES		1000
#define WARM_UP		100

#define LEAK_DETECTOR	"/sys/kernel/debug/kmemleak"

/* Normal variation of the kernel's caches. One leaked page per cycle is above it. */
#define TOLERANCE_KIB	(CYCLES * 4 / 2)

struct account {
	long used_kib;		/* unreclaimable memory of the kernel */
	long areas;		/* of vmalloc and ioremap */
};

static long meminfo_kib(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "r");
	size_t length = strlen(name);
	char line[128];
	long kib = -1;

	VFIO_ASSERT_NOT_NULL(file);
	while (kib < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':')
			kib = atol(line + length + 1);
	fclose(file);
	VFIO_ASSERT_GE(kib, 0, "no %s in meminfo\n", name);

	return kib;
}

static long vmalloc_areas(void)
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	char line[512];
	long lines = 0;

	VFIO_ASSERT_NOT_NULL(file);
	/* Freed areas are purged later, many at a time. */
	while (fgets(line, sizeof(line), file))
		lines += !strstr(line, "unpurged");
	fclose(file);

	return lines;
}

static struct account look(void)
{
	VFIO_ASSERT_EQ(__igd_sysfs_write("/proc/sys/vm/drop_caches", "3"), 0);
	return (struct account) {
		.used_kib = meminfo_kib("SUnreclaim") + meminfo_kib("VmallocUsed") +
			    meminfo_kib("Percpu"),
		.areas = vmalloc_areas(),
	};
}

/* Returns whether the counters are as in @before again, and prints them. */
static bool is_as(const struct account *before)
{
	struct account after = look();

	printf("# used %ld KiB before, %ld after; areas %ld, %ld\n",
	       before->used_kib, after.used_kib, before->areas, after.areas);
	return after.areas <= before->areas + 8 &&
	       (!access(LEAK_DETECTOR, F_OK) ||
		after.used_kib - before->used_kib < TOLERANCE_KIB);
}

FIXTURE(cycles_test) {
	char *driver;
};

FIXTURE_SETUP(cycles_test)
{
	self->driver = sysfs_driver_get(device_bdf);
	ASSERT_NE(NULL, self->driver);
	igd_allow_resets(device_bdf, false);
}

FIXTURE_TEARDOWN(cycles_test)
{
	igd_allow_resets(device_bdf, true);
	free(self->driver);
}

TEST_F_TIMEOUT(cycles_test, bind, 900)
{
	struct account before;

	for (int i = 0; i < WARM_UP + CYCLES; i++) {
		if (i == WARM_UP)
			before = look();
		igd_bind(device_bdf, self->driver);
		ASSERT_TRUE(igd_driver_is(device_bdf, self->driver));
	}

	EXPECT_TRUE(is_as(&before));
	igd_count("bind_cycles", CYCLES);
}

TEST_F_TIMEOUT(cycles_test, open, 900)
{
	struct igd_opener opener;
	struct account before;

	igd_opener_init(&opener, device_bdf);
	for (int i = 0; i < WARM_UP + CYCLES; i++) {
		if (i == WARM_UP)
			before = look();
		ASSERT_EQ(0, igd_opener_open(&opener));
		igd_opener_close(&opener);
	}

	EXPECT_TRUE(is_as(&before));
	igd_opener_cleanup(&opener);
	igd_count("opens", CYCLES);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
