// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding and opening many times leaks nothing. The test compares the kernel's
 * memory counters. A debug kernel has a leak detector instead; its counters are not
 * useful, as KASAN delays the reuse of freed memory.
 */
#include <stdlib.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_kernel.h>
#include <igd_opener.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define CYCLES		1000
#define WARM_UP		100

/* Normal variation of the kernel's caches. One leaked page per cycle is above it. */
#define TOLERANCE_KIB	(CYCLES * 4 / 2)

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
	struct igd_memory before;

	for (int i = 0; i < WARM_UP + CYCLES; i++) {
		if (i == WARM_UP)
			before = igd_memory_look();
		igd_bind(device_bdf, self->driver);
		ASSERT_TRUE(igd_driver_is(device_bdf, self->driver));
	}

	EXPECT_TRUE(igd_memory_is_as(&before, TOLERANCE_KIB));
	igd_count("bind_cycles", CYCLES);
}

static void open_often(struct __test_metadata *_metadata, const char *counter)
{
	struct igd_opener opener;
	struct igd_memory before;

	igd_opener_init(&opener, device_bdf);
	for (int i = 0; i < WARM_UP + CYCLES; i++) {
		if (i == WARM_UP)
			before = igd_memory_look();
		ASSERT_EQ(0, igd_opener_open(&opener));
		igd_opener_close(&opener);
	}

	EXPECT_TRUE(igd_memory_is_as(&before, TOLERANCE_KIB));
	igd_opener_cleanup(&opener);
	igd_count(counter, CYCLES);
}

TEST_F_TIMEOUT(cycles_test, open, 900)
{
	open_often(_metadata, "opens");
}

TEST_F_TIMEOUT(cycles_test, open_with_bar5, 900)
{
	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	ASSERT_EQ(0, igd_bar5_set(device_bdf, igd_bar5_least(device_bdf)));
	open_often(_metadata, "opens_with_bar5");
	igd_bar5_set(device_bdf, "0");
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
