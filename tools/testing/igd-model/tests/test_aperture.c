// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "machine.h"

/* Map graphics page @n to @iova. */
static void map(struct machine *m, unsigned int n, uint64_t iova)
{
	wr(m, BAR0, GTT + 8 * n, 8, iova | 1);
}

static void reaches_memory_through_the_gtt(void **state)
{
	struct machine *m = *state;
	uint32_t value;

	map(m, 3, MEMORY + 0x5000);
	wr(m, BAR2, 0x3010, 4, 0xcafe1234);
	assert_int_equal(dma_space_rw(m->igd.dma, MEMORY + 0x5010, &value, 4, false), 0);
	assert_int_equal(value, 0xcafe1234);
	assert_int_equal(rd(m, BAR2, 0x3010, 4), 0xcafe1234);
	assert_int_equal(m->igd.faults.total, 0);
}

static void spans_pages_that_are_not_neighbours(void **state)
{
	struct machine *m = *state;

	map(m, 0, MEMORY + 0x7000);
	map(m, 1, MEMORY + 0x2000);
	wr(m, BAR2, 0xffc, 8, 0x8877665544332211);
	assert_int_equal(rd(m, BAR2, 0xffc, 8), 0x8877665544332211);
	map(m, 0, MEMORY + 0x2000);
	assert_int_equal(rd(m, BAR2, 0, 4), 0x88776655);
}

static const struct fault *only_fault(struct machine *m)
{
	assert_int_equal(m->igd.faults.total, 1);
	assert_string_equal(m->igd.faults.kept[0].source, "gmadr");
	return &m->igd.faults.kept[0];
}

static void invalid_entry_faults(void **state)
{
	struct machine *m = *state;

	wr(m, BAR0, GTT + 8 * 5, 8, MEMORY);	/* not valid */
	wr(m, BAR2, 0x5008, 4, 1);
	assert_int_equal(only_fault(m)->reason, FAULT_NOT_PRESENT);
	assert_int_equal(only_fault(m)->entry, 5);
	assert_true(only_fault(m)->write);
}

static void unmapped_address_faults(void **state)
{
	struct machine *m = *state;

	map(m, 2, 0x7c000000);
	assert_int_equal(rd(m, BAR2, 0x2000, 4), 0xffffffff);
	assert_int_equal(only_fault(m)->reason, FAULT_UNMAPPED);
	assert_int_equal(only_fault(m)->entry, 2);
	assert_int_equal(only_fault(m)->address, 0x7c000000);
	assert_false(only_fault(m)->write);
}

static void beyond_the_gtt_faults(void **state)
{
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.gtt_mib = 0;
	m = machine_new(&options);
	assert_int_equal(rd(m, BAR2, 0x4000, 4), 0xffffffff);
	assert_int_equal(only_fault(m)->reason, FAULT_BEYOND_GTT);
	assert_int_equal(only_fault(m)->entry, 4);
	machine_free(m);
}

static void the_page_that_does_not_fault_is_read(void **state)
{
	struct machine *m = *state;

	map(m, 0, MEMORY);
	wr(m, BAR2, 0xffc, 4, 0x11223344);
	assert_int_equal(rd(m, BAR2, 0xffc, 8), 0xffffffff11223344);
	assert_int_equal(only_fault(m)->entry, 1);
}

static void counts_all_and_keeps_the_first(void **state)
{
	struct machine *m = *state;

	for (unsigned int i = 0; i < 100; i++)
		rd(m, BAR2, 0x1000 * i, 4);
	assert_int_equal(m->igd.faults.total, 100);
	assert_int_equal(faults_kept(&m->igd.faults), 64);
	assert_int_equal(m->igd.faults.kept[0].entry, 0);
	assert_int_equal(m->igd.faults.kept[63].entry, 63);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reaches_memory_through_the_gtt),
		TEST(spans_pages_that_are_not_neighbours),
		TEST(invalid_entry_faults),
		TEST(unmapped_address_faults),
		cmocka_unit_test(beyond_the_gtt_faults),
		TEST(the_page_that_does_not_fault_is_read),
		TEST(counts_all_and_keeps_the_first),
	};

	return cmocka_run_group_tests_name("aperture", tests, NULL, NULL);
}
