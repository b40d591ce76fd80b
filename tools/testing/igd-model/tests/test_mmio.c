// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmio.h"

static const struct system_agent sa = {
	.ggc = 0x02c1,
	.stolen_base = 0x8b800000,
	.stolen_size = 64 << 20,
	.gtt_size = 8 << 20,
	.bdsm_bytes = 4,
};

static struct mmio mmio;

static int setup(void **state)
{
	(void)state;
	return mmio_init(&mmio, &sa);
}

static int teardown(void **state)
{
	(void)state;
	mmio_free(&mmio);
	return 0;
}

/* Bases as in the dump of a real machine, host bridge 0xb0 to 0xbc. */
static void assert_mirror(void)
{
	assert_int_equal(mmio_get(&mmio, 0x108000), 0x8f800001);
	assert_int_equal(mmio_get(&mmio, 0x108040), 0x02c1);
	assert_int_equal(mmio_get(&mmio, 0x1080c0), 0x8b800001);
	assert_int_equal(mmio_get(&mmio, 0x108100), 0x8b000001);
	assert_int_equal(mmio_get(&mmio, 0x1082c0), 0x8f700001);
}

static void mirrors_the_host_bridge(void **state)
{
	(void)state;
	assert_mirror();
	assert_int_equal(mmio_get(&mmio, 0x1080c4), 0);
	assert_int_equal(mmio_get(&mmio, 0x108104), 0);
}

static void mirror_is_read_only(void **state)
{
	static const uint8_t ones[8192] = { [0 ... 8191] = 0xff };

	(void)state;
	mmio_write(&mmio, 0x1080c0, "\0\0\0\0", 4);
	assert_mirror();
	/* around it everything can be written, up to the last byte */
	mmio_write(&mmio, 0x107800, ones, sizeof(ones));
	assert_mirror();
	assert_int_equal(mmio_get(&mmio, 0x107ffc), 0xffffffff);
	assert_int_equal(mmio_get(&mmio, 0x108ffc), 0);
	assert_int_equal(mmio_get(&mmio, 0x109000), 0xffffffff);
}

static void sixty_four_bit_bases(void **state)
{
	struct system_agent wide = sa;
	struct mmio m;

	(void)state;
	wide.bdsm_bytes = 8;
	wide.stolen_base = 0x48b800000;
	assert_int_equal(mmio_init(&m, &wide), 0);
	assert_int_equal(mmio_get(&m, 0x1080c0), 0x8b800001);
	assert_int_equal(mmio_get(&m, 0x1080c4), 4);
	assert_int_equal(mmio_get(&m, 0x108104), 4);
	mmio_free(&m);
}

static void registers_store(void **state)
{
	(void)state;
	mmio_write(&mmio, 0x70180, "\x01\x02\x03\x84", 4);
	assert_int_equal(mmio_get(&mmio, 0x70180), 0x84030201);
	mmio_write(&mmio, 0x70181, "\xff", 1);
	assert_int_equal(mmio_get(&mmio, 0x70180), 0x8403ff01);
}

static void beyond_the_registers(void **state)
{
	uint8_t b[4] = { 9, 9, 9, 9 };

	(void)state;
	mmio_write(&mmio, MMIO_BYTES - 2, "\1\2\3\4", 4);
	mmio_read(&mmio, MMIO_BYTES - 2, b, 4);
	assert_memory_equal(b, "\1\2\0\0", 4);
}

static void reset_clears_all_but_the_mirror(void **state)
{
	(void)state;
	mmio_write(&mmio, 0x70180, "\1\2\3\4", 4);
	mmio_reset(&mmio);
	assert_int_equal(mmio_get(&mmio, 0x70180), 0);
	assert_mirror();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mirrors_the_host_bridge),
		TEST(mirror_is_read_only),
		TEST(sixty_four_bit_bases),
		TEST(registers_store),
		TEST(beyond_the_registers),
		TEST(reset_clears_all_but_the_mirror),
	};

	return cmocka_run_group_tests_name("mmio", tests, NULL, NULL);
}
