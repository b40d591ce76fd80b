// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gtt.h"

static const struct pte_format pte64 = { .bytes = 8, .address = 0x7ffffff000 };
static const struct pte_format pte32 = { .bytes = 4, .address = 0xfffff000 };

static struct gtt gtt;

static int setup(void **state)
{
	(void)state;
	return gtt_init(&gtt, &pte64, 4096);
}

static int teardown(void **state)
{
	(void)state;
	gtt_free(&gtt);
	return 0;
}

static void starts_not_present(void **state)
{
	(void)state;
	assert_int_equal(gtt_entries(&gtt), 512);
	assert_int_equal(gtt_entry(&gtt, 0), 0);
	assert_int_equal(gtt_entry(&gtt, 511), 0);
}

static void whole_entry(void **state)
{
	(void)state;
	gtt_write(&gtt, 8, "\x01\x10\x20\x30\x40\x50\x60\x70", 8);
	assert_int_equal(gtt_entry(&gtt, 1), 0x7060504030201001);
	assert_int_equal(gtt_entry(&gtt, 0), 0);
	assert_int_equal(gtt_entry(&gtt, 2), 0);
}

static void halves_of_an_entry(void **state)
{
	(void)state;
	gtt_write(&gtt, 8, "\x01\x10\x20\x30", 4);
	assert_int_equal(gtt_entry(&gtt, 1), 0x30201001);
	gtt_write(&gtt, 12, "\x02\x00\x00\x00", 4);
	assert_int_equal(gtt_entry(&gtt, 1), 0x230201001);
}

static void bytes_and_words_merge(void **state)
{
	(void)state;
	gtt_write(&gtt, 0, "\x01\x10\x20\x30\x40\x50\x60\x70", 8);
	gtt_write(&gtt, 1, "\xaa", 1);
	gtt_write(&gtt, 6, "\xbb\xcc", 2);
	assert_int_equal(gtt_entry(&gtt, 0), 0xccbb50403020aa01);
}

static void beyond_the_table(void **state)
{
	uint8_t buf[8];

	(void)state;
	gtt_write(&gtt, 4088, "\x11\x11\x11\x11\x11\x11\x11\x11\x22\x22", 10);
	memset(buf, 0x5a, 8);
	gtt_read(&gtt, 4092, buf, 8);
	assert_memory_equal(buf, "\x11\x11\x11\x11\0\0\0\0", 8);
	memset(buf, 0x5a, 8);
	gtt_read(&gtt, ~0ull, buf, 8);
	assert_memory_equal(buf, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(gtt_entry(&gtt, 511), 0x1111111111111111);
	assert_int_equal(gtt_entry(&gtt, 512), 0);
	assert_int_equal(gtt_entry(&gtt, ~0ull), 0);
}

static void entries_of_32_bits(void **state)
{
	struct gtt small;

	(void)state;
	assert_int_equal(gtt_init(&small, &pte32, 4096), 0);
	assert_int_equal(gtt_entries(&small), 1024);
	gtt_write(&small, 4, "\x01\x10\x20\x30\x41\x50\x60\x70", 8);
	assert_int_equal(gtt_entry(&small, 1), 0x30201001);
	assert_int_equal(gtt_entry(&small, 2), 0x70605041);
	gtt_free(&small);
}

static void no_gtt(void **state)
{
	uint32_t value = 0x5a5a5a5a;
	struct gtt none;

	(void)state;
	assert_int_equal(gtt_init(&none, &pte64, 0), 0);
	gtt_write(&none, 0, &value, 4);
	gtt_read(&none, 0, &value, 4);
	assert_int_equal(value, 0);
	assert_int_equal(gtt_entries(&none), 0);
	gtt_free(&none);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(starts_not_present),
		TEST(whole_entry),
		TEST(halves_of_an_entry),
		TEST(bytes_and_words_merge),
		TEST(beyond_the_table),
		cmocka_unit_test(entries_of_32_bits),
		cmocka_unit_test(no_gtt),
	};

	return cmocka_run_group_tests_name("gtt", tests, NULL, NULL);
}
