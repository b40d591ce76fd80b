// SPDX-License-Identifier: GPL-2.0-only
/*
 * The synthetic VBT as a driver's parser reads it: by offsets of its own, from
 * linux drivers/gpu/drm/i915/display/intel_vbt_defs.h, not by vbt.h's structs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../vbt.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static uint8_t vbt[VBT_MAX_SIZE];

static unsigned int le16(size_t at)
{
	return vbt[at] | vbt[at + 1] << 8;
}

/*
 * The offset of the data of BDB block @id, its size in @size; 0 if there is
 * none, or if a block on the way runs beyond the BDB.
 */
static size_t find_block(unsigned int id, size_t *size)
{
	size_t at = 48 + le16(48 + 18), end = 48 + le16(48 + 20);

	while (at + 3 <= end) {
		*size = le16(at + 1);
		if (at + 3 + *size > end)
			return 0;
		if (vbt[at] == id)
			return at + 3;
		at += 3 + *size;
	}
	return 0;
}

static const size_t sizes[] = {
	VBT_MIN_SIZE, VBT_MIN_SIZE + 1, VBT_MIN_SIZE + 2, 0x1800, 0x1801,
	0x1c00, 0x1c01, 9216, VBT_MAX_SIZE,
};

static void test_headers_of_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(vbt_build(vbt, sizes[i]), 0);
		assert_memory_equal(vbt, "$VBT IGD-MODEL      ", 20);
		assert_int_equal(le16(20), 155);
		assert_int_equal(le16(22), 48);
		assert_int_equal(le16(24), sizes[i]);
		assert_int_equal(le16(28), 48);
		assert_int_equal(le16(30), 0);
		assert_memory_equal(vbt + 48, "BIOS_DATA_BLOCK ", 16);
		assert_int_equal(le16(48 + 16), 186);
		assert_int_equal(le16(48 + 18), 22);
		assert_int_equal(le16(48 + 20), sizes[i] - 48);
	}
}

static void test_bytes_add_up_to_zero(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint8_t sum = 0;

		assert_int_equal(vbt_build(vbt, sizes[i]), 0);
		for (size_t n = 0; n < sizes[i]; n++)
			sum += vbt[n];
		assert_int_equal(sum, 0);
	}
}

static void test_other_sizes_fail(void **state)
{
	(void)state;
	assert_true(vbt_build(vbt, 0) < 0);
	assert_true(vbt_build(vbt, VBT_MIN_SIZE - 1) < 0);
	assert_true(vbt_build(vbt, VBT_MAX_SIZE + 1) < 0);
}

static void test_stays_inside_its_size(void **state)
{
	(void)state;
	memset(vbt, 0xa5, sizeof(vbt));
	assert_int_equal(vbt_build(vbt, 0x1800), 0);
	assert_int_not_equal(vbt[0x17ff], 0xa5);
	assert_int_equal(vbt[0x1800], 0xa5);
}

static void test_four_displayport_children(void **state)
{
	static const uint8_t expected[4][3] = {	/* handle, port, AUX channel */
		{ 0x04, 10, 0x40 }, { 0x40, 7, 0x10 },
		{ 0x20, 8, 0x20 }, { 0x10, 9, 0x30 },
	};
	size_t at, size;

	(void)state;
	assert_int_equal(vbt_build(vbt, 0x1000), 0);
	at = find_block(2, &size);
	assert_true(at);
	assert_int_equal(size, 5 + 4 * 33);
	assert_int_equal(vbt[at + 4], 33);

	for (size_t i = 0; i < 4; i++) {
		size_t child = at + 5 + i * 33;

		assert_int_equal(le16(child), expected[i][0]);
		assert_int_equal(le16(child + 2), 0x68c6);
		assert_int_equal(vbt[child + 16], expected[i][1]);
		assert_int_equal(vbt[child + 24], 0x02);
		assert_int_equal(vbt[child + 25], expected[i][2]);
		assert_int_equal(vbt[child + 27], 0x20);
	}
}

static void test_feature_blocks(void **state)
{
	size_t size;

	(void)state;
	assert_int_equal(vbt_build(vbt, VBT_MIN_SIZE), 0);
	assert_true(find_block(1, &size));
	assert_int_equal(size, 5);
	assert_true(find_block(12, &size));
	assert_int_equal(size, 19);
}

static void test_padding_is_a_block_and_depends_on_its_place(void **state)
{
	size_t at, size;

	(void)state;
	assert_int_equal(vbt_build(vbt, 0x3000), 0);
	at = find_block(254, &size);
	assert_true(at);
	assert_int_equal(at + size, 0x3000);
	for (size_t n = at; n < 0x3000; n++)
		assert_int_equal(vbt[n], 1 + n % 251);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_of_every_size),
		cmocka_unit_test(test_bytes_add_up_to_zero),
		cmocka_unit_test(test_other_sizes_fail),
		cmocka_unit_test(test_stays_inside_its_size),
		cmocka_unit_test(test_four_displayport_children),
		cmocka_unit_test(test_feature_blocks),
		cmocka_unit_test(test_padding_is_a_block_and_depends_on_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
