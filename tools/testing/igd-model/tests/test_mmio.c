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
	return mmio_init(&mmio, igd_platform_find("skl"), &sa);
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
	assert_int_equal(mmio_init(&m, igd_platform_find("icl"), &wide), 0);
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
	uint32_t end = igd_platform_find("skl")->register_bytes;

	(void)state;
	mmio_write(&mmio, end - 2, "\1\2\3\4", 4);
	mmio_read(&mmio, end - 2, b, 4);
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

static void put(uint32_t offset, uint32_t value)
{
	const uint8_t b[] = { value, value >> 8, value >> 16, value >> 24 };

	mmio_write(&mmio, offset, b, 4);
}

/* One register of Skylake for each effect. */
static void effects(void **state)
{
	(void)state;
	/* masked: MI_MODE, and its idle bit follows the stop bit */
	put(0x2209c, 0x01010101);
	assert_int_equal(mmio_get(&mmio, 0x2209c), 0x301);
	put(0x2209c, 0x00010000);
	assert_int_equal(mmio_get(&mmio, 0x2209c), 0x300);
	/* ones clear: GT IIR */
	mmio_set(&mmio, 0x44308, 0x00110011);
	put(0x44308, 0x00010010);
	assert_int_equal(mmio_get(&mmio, 0x44308), 0x00100001);
	mmio_write(&mmio, 0x4430a, "\x10", 1);
	assert_int_equal(mmio_get(&mmio, 0x44308), 0x00000001);
	/* clears itself: the pcode mailbox */
	put(0x138124, 0x80000505);
	assert_int_equal(mmio_get(&mmio, 0x138124), 0x500);
	assert_int_equal(mmio_get(&mmio, 0x138128), 1);
	/* read-only, and above its request: panel power */
	put(0xc7204, 1);
	put(0xc7200, 0);
	assert_int_equal(mmio_get(&mmio, 0xc7200), 0x80000000);
	/* below its request: power wells, DBUF */
	put(0x45404, 0x20000002);
	assert_int_equal(mmio_get(&mmio, 0x45404), 0x30000003);
	put(0x45404, 0);
	assert_int_equal(mmio_get(&mmio, 0x45404), 0);
	put(0x45008, 0x80000000);
	assert_int_equal(mmio_get(&mmio, 0x45008), 0xc0000000);
}

static void starts_with_its_values(void **state)
{
	(void)state;
	assert_int_equal(mmio_get(&mmio, 0x220a8), 0xffffffff);
	put(0x220a8, 0);
	mmio_reset(&mmio);
	assert_int_equal(mmio_get(&mmio, 0x220a8), 0xffffffff);
}

static unsigned int told;
static uint32_t told_offset, told_value;

static void listen(void *opaque, uint32_t offset, uint32_t value)
{
	assert_ptr_equal(opaque, &told);
	told++;
	told_offset = offset;
	told_value = value;
}

static void tells_of_writes(void **state)
{
	(void)state;
	told = 0;
	mmio.written = listen;
	mmio.opaque = &told;
	put(0x22030, 0x40);
	assert_int_equal(told, 1);
	assert_int_equal(told_offset, 0x22030);
	assert_int_equal(told_value, 0x40);
	mmio_write(&mmio, 0x22031, "\1\2\3\4\5\6", 6);
	assert_int_equal(told, 3);
	assert_int_equal(told_offset, 0x22034);
	assert_int_equal(told_value, 0x060504);
	mmio_set(&mmio, 0x22030, 0);
	put(0x108000, 0);
	assert_int_equal(told, 3);
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
		TEST(effects),
		TEST(starts_with_its_values),
		TEST(tells_of_writes),
	};

	return cmocka_run_group_tests_name("mmio", tests, NULL, NULL);
}
