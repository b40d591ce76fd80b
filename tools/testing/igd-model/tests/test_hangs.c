// SPDX-License-Identifier: GPL-2.0-only
/* Counters of accesses that can hang a real machine. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "control.h"
#include "machine.h"

static struct machine *machine_of(const char *generation)
{
	struct igd_options options = machine_options_of(generation);

	options.reset_ms = RESET_MAX_MS;
	return machine_new(&options);
}

static void assert_hangs(struct machine *m, unsigned int gtt_access,
			 unsigned int gtt_in_reset, unsigned int iobar_in_reset)
{
	const uint64_t *hangs = m->igd.counters.hangs;

	assert_int_equal(hangs[HANG_GTT_ACCESS], gtt_access);
	assert_int_equal(hangs[HANG_GTT_IN_RESET], gtt_in_reset);
	assert_int_equal(hangs[HANG_IOBAR_IN_RESET], iobar_in_reset);
}

#define EACH(p) for (size_t i_ = 0; igd_platform_at(i_); i_++)		\
	for (const struct igd_platform *p = igd_platform_at(i_); p; p = NULL)

static void access_to_the_gtt_where_it_hangs(void **state)
{
	(void)state;
	EACH(p) {
		struct machine *m = machine_of(p->name);
		unsigned int each = p->gtt_access_hangs;

		wr(m, BAR0, p->gtt_offset, 4, 0x10000001);
		assert_hangs(m, each, 0, 0);
		/* the access is still carried out */
		assert_int_equal(rd(m, BAR0, p->gtt_offset, 4), 0x10000001);
		assert_hangs(m, 2 * each, 0, 0);
		/* an access that reaches into that half */
		rd(m, BAR0, p->gtt_offset - 4, 8);
		assert_hangs(m, 3 * each, 0, 0);
		rd(m, BAR0, p->gtt_offset - 8, 8);
		rd(m, BAR0, 0x108000, 4);
		rd(m, BAR2, 0, 4);
		assert_hangs(m, 3 * each, 0, 0);
		/* an access that the function does not claim */
		wr(m, CONFIG, 4, 2, 0);
		rd(m, BAR0, p->gtt_offset, 4);
		assert_hangs(m, 3 * each, 0, 0);
		machine_free(m);
	}
}

static void reset(struct machine *m)
{
	if (rd(m, CONFIG, 0x34, 1) == 0x40)
		wr(m, CONFIG, 0x78, 2, 0x8000);
	else
		wr(m, CONFIG, 0xa8, 1, 1);
}

static void access_to_the_gtt_during_a_reset(void **state)
{
	(void)state;
	EACH(p) {
		struct machine *m = machine_of(p->name);

		reset(m);
		rd(m, BAR0, p->gtt_offset, 4);
		wr(m, BAR0, p->gtt_offset, 4, 1);
		rd(m, BAR0, p->gtt_offset - 4, 8);
		assert_hangs(m, 0, 3, 0);
		rd(m, BAR0, 0x2030, 4);
		rd(m, CONFIG, 0, 4);
		assert_hangs(m, 0, 3, 0);
		assert_int_equal(gtt_entry(&m->igd.gtt, 0), 0);
		m->device.ops->reset(m->device.opaque);
		rd(m, BAR0, p->gtt_offset, 4);
		assert_hangs(m, 0, 3, 0);
		machine_free(m);
	}
}

static void io_bar_to_the_gtt_during_a_reset(void **state)
{
	(void)state;
	EACH(p) {
		struct machine *m = machine_of(p->name);
		unsigned int each = p->iobar_gtt;

		/* by MMIO_INDEX before the reset, which clears it */
		wr(m, BAR4, 0, 4, 0x11);
		reset(m);
		wr(m, BAR4, 4, 4, 1);
		rd(m, BAR4, 4, 4);
		assert_hangs(m, 0, 0, 2 * each);
		/* less than a dword, or the index, reaches no target */
		rd(m, BAR4, 4, 2);
		rd(m, BAR4, 0, 4);
		assert_hangs(m, 0, 0, 2 * each);
		/* by a lost write of MMIO_INDEX */
		wr(m, BAR4, 0, 8, 0x20);
		wr(m, BAR4, 0, 8, 0x23);
		assert_hangs(m, 0, 0, 2 * each);
		wr(m, BAR4, 0, 8, 0x21);
		assert_hangs(m, 0, 0, 3 * each);
		/*
		 * after the reset the lost write has no effect, nor in the next
		 * reset
		 */
		reset_takes(&m->igd.reset, 0);
		wr(m, CONFIG, 4, 2, 7);
		wr(m, BAR4, 4, 4, 1);
		assert_hangs(m, 0, 0, 3 * each);
		reset_takes(&m->igd.reset, RESET_MAX_MS);
		reset(m);
		wr(m, BAR4, 4, 4, 1);
		assert_hangs(m, 0, 0, 3 * each);
		machine_free(m);
	}
}

static void bit0_alone_means_the_gtt_too(void **state)
{
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.index_bit0_only = true;
	options.reset_ms = RESET_MAX_MS;
	m = machine_new(&options);
	reset(m);
	wr(m, BAR4, 0, 8, 0x23);
	assert_hangs(m, 0, 0, 1);
	machine_free(m);
}

static json_int_t integer(json_t *json, const char *key)
{
	assert_true(json_is_integer(json_object_get(json, key)));
	return json_integer_value(json_object_get(json, key));
}

static json_t *say(struct machine *m, const char *line)
{
	struct control control = { .igd = &m->igd };
	char *text = control_reply(&control, line, strlen(line));
	json_t *reply = json_loads(text, 0, NULL);

	assert_true(json_is_true(json_object_get(reply, "ok")));
	free(text);
	return reply;
}

static void the_control_socket_tells_reasons(void **state)
{
	struct machine *m = machine_of("mtl");
	json_t *reply, *reasons;

	(void)state;
	rd(m, BAR0, GTT, 4);
	reset(m);
	rd(m, BAR0, GTT, 4);
	rd(m, BAR0, GTT, 4);
	reply = say(m, "{\"cmd\":\"counters\"}");
	reasons = json_object_get(reply, "hang_reasons");
	assert_int_equal(integer(reply, "hangs"), 3);
	assert_int_equal(json_object_size(reasons), 3);
	assert_int_equal(integer(reasons, "gtt-access"), 1);
	assert_int_equal(integer(reasons, "gtt-in-reset"), 2);
	assert_int_equal(integer(reasons, "iobar-in-reset"), 0);
	json_decref(reply);
	json_decref(say(m, "{\"cmd\":\"reset-counters\"}"));
	reply = say(m, "{\"cmd\":\"counters\"}");
	assert_int_equal(integer(reply, "hangs"), 0);
	json_decref(reply);
	machine_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_to_the_gtt_where_it_hangs),
		cmocka_unit_test(access_to_the_gtt_during_a_reset),
		cmocka_unit_test(io_bar_to_the_gtt_during_a_reset),
		cmocka_unit_test(bit0_alone_means_the_gtt_too),
		cmocka_unit_test(the_control_socket_tells_reasons),
	};

	return cmocka_run_group_tests_name("hangs", tests, NULL, NULL);
}
