// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

enum { INDEX = 0, DATA = 4 };

static void index_holds_what_it_can(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0xffffffff);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x007fffff);
	wr(m, BAR4, INDEX, 4, 0x5);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x5);
}

static void index_in_pieces(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x00123454);
	assert_int_equal(rd(m, BAR4, INDEX, 1), 0x54);
	assert_int_equal(rd(m, BAR4, INDEX + 1, 2), 0x1234);
	wr(m, BAR4, INDEX, 1, 0xff);
	wr(m, BAR4, INDEX + 2, 2, 0xffff);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x00123454);
}

static void reaches_registers(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x70180);
	wr(m, BAR4, DATA, 4, 0x84000000);
	assert_int_equal(rd(m, BAR0, 0x70180, 4), 0x84000000);
	wr(m, BAR0, 0x70180, 4, 0x12345678);
	assert_int_equal(rd(m, BAR4, DATA, 4), 0x12345678);
	/* the system agent's page is one of them, and read-only */
	wr(m, BAR4, INDEX, 4, 0x1080c0);
	wr(m, BAR4, DATA, 4, 0);
	assert_int_equal(rd(m, BAR4, DATA, 4), 0x7c000001);
}

static void reaches_both_halves_of_an_entry(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x11);
	wr(m, BAR4, DATA, 4, 0x7c002001);
	wr(m, BAR4, INDEX, 4, 0x15);
	wr(m, BAR4, DATA, 4, 3);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 8), 0x37c002001);
	assert_int_equal(gtt_entry(&m->igd.gtt, 2), 0x37c002001);
	assert_int_equal(rd(m, BAR4, DATA, 4), 3);
}

static void does_not_increment(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x11);
	wr(m, BAR4, DATA, 4, 1);
	wr(m, BAR4, DATA, 4, 2);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x11);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 8), 2);
}

static void only_dwords_reach_the_target(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x11);
	wr(m, BAR4, DATA, 4, 0x11111111);
	wr(m, BAR4, DATA, 1, 0xff);
	wr(m, BAR4, DATA, 2, 0xffff);
	wr(m, BAR4, DATA + 2, 2, 0xffff);
	wr(m, BAR4, DATA + 3, 1, 0xff);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0x11111111);
	assert_int_equal(rd(m, BAR4, DATA, 2), 0);
	assert_int_equal(rd(m, BAR4, DATA + 1, 1), 0);
}

static void reserved_targets_do_nothing(void **state)
{
	struct machine *m = *state;

	for (unsigned int target = 2; target <= 3; target++) {
		wr(m, BAR4, INDEX, 4, 0x20 | target);
		wr(m, BAR4, DATA, 4, 0xffffffff);
		assert_int_equal(rd(m, BAR4, DATA, 4), 0);
		assert_int_equal(rd(m, BAR0, 0x20, 4), 0);
		assert_int_equal(rd(m, BAR0, GTT + 0x20, 4), 0);
	}
}

static void counts_reserved_targets(struct machine *m)
{
	wr(m, BAR4, INDEX, 4, 0x22);
	assert_int_equal(m->igd.iobar.reserved, 0);
	wr(m, BAR4, DATA, 4, 0);
	rd(m, BAR4, DATA, 4);
	wr(m, BAR4, INDEX, 4, 0x23);
	rd(m, BAR4, DATA, 4);
	assert_int_equal(m->igd.iobar.reserved, 3);
	/* less than a dword reaches no target */
	rd(m, BAR4, DATA, 2);
	wr(m, BAR4, DATA, 1, 0);
	wr(m, BAR4, INDEX, 4, 0x21);
	wr(m, BAR4, DATA, 4, 0);
	wr(m, BAR4, INDEX, 4, 0x20);
	wr(m, BAR4, DATA, 4, 0);
	assert_int_equal(m->igd.iobar.reserved, 3);
}

static void reserved_targets_are_counted(void **state)
{
	counts_reserved_targets(*state);
}

/* As seen by QEMU's authors: only bit 0 selects, the offset is 31:2. */
static void bit0_alone_decides_when_told(void **state)
{
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.index_bit0_only = true;
	m = machine_new(&options);
	counts_reserved_targets(m);
	wr(m, BAR4, INDEX, 4, 0x1080c2);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x1080c2);
	assert_int_equal(rd(m, BAR4, DATA, 4), 0x7c000001);
	wr(m, BAR4, INDEX, 4, 0x70182);
	wr(m, BAR4, DATA, 4, 0x84000000);
	assert_int_equal(rd(m, BAR0, 0x70180, 4), 0x84000000);
	wr(m, BAR4, INDEX, 4, 0x13);
	wr(m, BAR4, DATA, 4, 0x7c000001);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0x7c000001);
	assert_int_equal(rd(m, BAR4, DATA, 4), 0x7c000001);
	machine_free(m);
}

static void eight_bytes_are_two_dwords_in_order(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 8, 0x7c00000100000011);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0x7c000001);
	assert_int_equal(rd(m, BAR4, INDEX, 8), 0x7c00000100000011);
	assert_int_equal(m->igd.counters.access[ACCESS_IOBAR_INDEX].write_nonposted, 1);
	assert_int_equal(m->igd.counters.access[ACCESS_IOBAR_DATA].write_nonposted, 1);
}

static void claims_eight_ports(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, 8, 4, 0);
	assert_int_equal(rd(m, BAR4, 8, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR4, 63, 1), 0xff);
	assert_int_equal(m->igd.counters.access[ACCESS_IOBAR_OTHER].read, 2);
}

static void needs_io_decoding_and_d0(void **state)
{
	struct machine *m = *state;

	wr(m, BAR4, INDEX, 4, 0x11);
	wr(m, CONFIG, 0x04, 2, 0x0006);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0xffffffff);
	wr(m, BAR4, INDEX, 4, 0x20);
	wr(m, CONFIG, 0x04, 2, 0x0001);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0x11);
	wr(m, CONFIG, 0xd4, 2, 3);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0xffffffff);
}

static void iobardis_hides_it(void **state)
{
	struct machine *m = *state;

	wr(m, CONFIG, 0x58, 4, 1);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0xffffffff);
	wr(m, CONFIG, 0x58, 4, 0);
	assert_int_equal(rd(m, BAR4, INDEX, 4), 0);
}

static void gtt_target_is_inert_where_it_is_missing(void **state)
{
	struct igd_options options = machine_options_of("icl");
	struct machine *m = machine_new(&options);

	(void)state;
	wr(m, BAR4, INDEX, 4, 0x11);
	wr(m, BAR4, DATA, 4, 0x7c000001);
	assert_int_equal(rd(m, BAR4, DATA, 4), 0);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0);
	machine_free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(index_holds_what_it_can),
		TEST(index_in_pieces),
		TEST(reaches_registers),
		TEST(reaches_both_halves_of_an_entry),
		TEST(does_not_increment),
		TEST(only_dwords_reach_the_target),
		TEST(reserved_targets_do_nothing),
		TEST(reserved_targets_are_counted),
		cmocka_unit_test(bit0_alone_decides_when_told),
		TEST(eight_bytes_are_two_dwords_in_order),
		TEST(claims_eight_ports),
		TEST(needs_io_decoding_and_d0),
		TEST(iobardis_hides_it),
		cmocka_unit_test(gtt_target_is_inert_where_it_is_missing),
	};

	return cmocka_run_group_tests_name("iobar", tests, NULL, NULL);
}
