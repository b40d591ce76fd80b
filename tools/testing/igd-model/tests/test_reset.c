// SPDX-License-Identifier: GPL-2.0-only
/* Resets that take time, and a reset without a notification. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "control.h"
#include "machine.h"
#include "vfio_client.h"

enum { HOURS = 24 * 3600 * 1000 };

static struct machine *machine_that_takes(uint32_t ms)
{
	struct igd_options options = machine_options();

	options.reset_ms = ms;
	return machine_new(&options);
}

static void start_reset(struct machine *m)
{
	wr(m, CONFIG, 0x78, 2, 0x8000);
}

static json_t *say(struct machine *m, const char *line, bool ok)
{
	struct control control = { .igd = &m->igd };
	char *text = control_reply(&control, line, strlen(line));
	json_t *reply = json_loads(text, 0, NULL);

	assert_int_equal(json_is_true(json_object_get(reply, "ok")), ok);
	free(text);
	return reply;
}

static void order(struct machine *m, const char *line)
{
	json_decref(say(m, line, true));
}

static void nothing_answers_during_a_reset(void **state)
{
	static const uint8_t rom[2048] = { 0x55, 0xaa };
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.reset_ms = HOURS;
	options.rom = rom;
	options.rom_size = sizeof(rom);
	m = machine_new(&options);
	start_reset(m);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0xffffffff);
	assert_int_equal(rd(m, CONFIG, 0x100, 8), ~0ull);
	assert_int_equal(rd(m, BAR0, 0x2030, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR0, GTT, 8), ~0ull);
	assert_int_equal(rd(m, BAR2, 0, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR4, 0, 8), ~0ull);
	/* clients may read it at any time */
	assert_int_equal(rd(m, ROM, 0, 2), 0xaa55);
	igd_irq(&m->igd, 0);
	assert_int_equal(m->igd.counters.interrupts, 0);
	machine_free(m);
}

static void writes_are_lost_during_a_reset(void **state)
{
	struct machine *m = machine_that_takes(HOURS);

	(void)state;
	start_reset(m);
	wr(m, CONFIG, 0x04, 2, 7);
	wr(m, CONFIG, 0xe8, 2, 1);
	wr(m, CONFIG, 0xfc, 4, 0x0fffe000);
	wr(m, CONFIG, 0x78, 2, 0x8000);
	wr(m, BAR0, 0x2030, 4, 1);
	wr(m, BAR0, GTT, 8, 1);
	wr(m, BAR4, 0, 4, 0x10);
	order(m, "{\"cmd\":\"reset-takes\",\"ms\":0}");
	assert_int_equal(m->igd.counters.resets, 1);
	assert_int_equal(m->igd.counters.swsci, 0);
	assert_int_equal(rd(m, CONFIG, 0x04, 2), 0);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x7bff0018);
	wr(m, CONFIG, 0x04, 2, 7);
	assert_int_equal(rd(m, BAR0, 0x2030, 4), 0);
	assert_int_equal(rd(m, BAR0, GTT, 8), 0);
	assert_int_equal(rd(m, BAR4, 0, 4), 0);
	assert_int_equal(m->igd.counters.gtt_unflushed, 0);
	machine_free(m);
}

static double ms_since(const struct timespec *before)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - before->tv_sec) * 1e3 +
	       (now.tv_nsec - before->tv_nsec) / 1e6;
}

static void a_reset_is_over_in_time(void **state)
{
	struct machine *m = machine_that_takes(60);
	struct timespec before;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	start_reset(m);
	while (rd(m, CONFIG, 0x00, 4) == 0xffffffff)
		usleep(1000);
	assert_true(ms_since(&before) >= 60);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	wr(m, CONFIG, 0x04, 2, 7);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7c000001);
	machine_free(m);
}

static void other_resets_take_no_time(void **state)
{
	struct machine *m = machine_that_takes(HOURS);

	(void)state;
	m->device.ops->reset(m->device.opaque);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	wr(m, CONFIG, 0xd4, 2, 3);
	wr(m, CONFIG, 0xd4, 2, 0);
	assert_int_equal(m->igd.counters.soft_resets, 1);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	machine_free(m);
}

static void the_clients_reset_ends_one(void **state)
{
	struct machine *m = machine_that_takes(HOURS);

	(void)state;
	start_reset(m);
	m->device.ops->reset(m->device.opaque);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	assert_int_equal(m->igd.counters.resets, 2);
	/* and not the next one */
	start_reset(m);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0xffffffff);
	machine_free(m);
}

static bool in_reset(struct machine *m, json_int_t ms)
{
	json_t *reply = say(m, "{\"cmd\":\"info\"}", true);
	bool in = json_is_true(json_object_get(reply, "in_reset"));

	assert_true(json_is_boolean(json_object_get(reply, "in_reset")));
	assert_int_equal(json_integer_value(json_object_get(reply, "reset_ms")), ms);
	json_decref(reply);
	return in;
}

static void a_device_that_does_not_come_back(void **state)
{
	struct machine *m = machine_that_takes(0);

	(void)state;
	/* a completed reset stays completed */
	start_reset(m);
	order(m, "{\"cmd\":\"reset-takes\",\"ms\":86400000}");
	assert_false(in_reset(m, HOURS));
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	start_reset(m);
	assert_true(in_reset(m, HOURS));
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0xffffffff);
	order(m, "{\"cmd\":\"reset-takes\",\"ms\":0}");
	assert_false(in_reset(m, 0));
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	json_decref(say(m, "{\"cmd\":\"reset-takes\"}", false));
	json_decref(say(m, "{\"cmd\":\"reset-takes\",\"ms\":86400001}", false));
	machine_free(m);
}

/* A client can map memory and reset in any state of the device. */
static void the_protocol_works_during_a_reset(void **state)
{
	struct fixture *f = *state;
	struct igd_options options = machine_options();
	struct vfio_user_region_access config = { .region = CONFIG, .count = 4 };
	uint32_t reply[5];	/* 16 bytes of it repeat the request */
	uint16_t flr = htole16(0x8000);
	int fd = memory(1);
	struct igd igd;

	options.reset_ms = HOURS;
	assert_null(igd_init(&igd, &options, f->dev.dma));
	f->dev = igd_vfio_device(&igd);
	assert_int_equal(f->dev.ops->region_write(&igd, CONFIG, 0x78, &flr, 2, false), 0);
	assert_int_equal(dma_map(f, 0x100000, PAGE, fd, 0), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 0x100000, reply, 4, false), 0);
	assert_int_equal(call(f, VFIO_USER_REGION_READ, &config, sizeof(config),
			      reply, sizeof(reply)), 0);
	assert_int_equal(le32toh(reply[4]), 0xffffffff);
	assert_int_equal(dma_unmap(f, 0x100000, PAGE, 0), 0);
	assert_int_equal(call(f, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(call(f, VFIO_USER_REGION_READ, &config, sizeof(config),
			      reply, sizeof(reply)), 0);
	assert_int_equal(le32toh(reply[4]), 0x19128086);
	igd_free(&igd);
	close(fd);
}

/* As after suspend: only configuration space is unchanged. */
static void soft_reset_leaves_config_space(void **state)
{
	struct machine *m = machine_that_takes(HOURS);

	(void)state;
	wr(m, CONFIG, 0x10, 8, 0xde000000);
	wr(m, CONFIG, 0xfc, 4, 0x0fffe000);
	wr(m, BAR0, 0x70180, 4, 0x84000000);
	wr(m, BAR0, GTT, 8, 0x10000001);
	wr(m, BAR0, 0x22034, 4, 0);
	wr(m, BAR0, 0x22030, 4, 8);
	wr(m, BAR0, 0x2203c, 4, 1);
	wr(m, BAR4, 0, 4, 0x11);
	assert_true(igd_busy(&m->igd));
	order(m, "{\"cmd\":\"soft-reset\"}");
	assert_false(igd_busy(&m->igd));
	assert_int_equal(rd(m, CONFIG, 0x04, 2), 7);
	assert_int_equal(rd(m, CONFIG, 0x10, 8), 0xde000004);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x0fffe000);
	assert_int_equal(rd(m, BAR0, 0x70180, 4), 0);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7c000001);
	/* the GTT is memory */
	assert_int_equal(rd(m, BAR0, GTT, 8), 0x10000001);
	assert_int_equal(rd(m, BAR4, 0, 4), 0);
	/* it was not a request to the device */
	assert_int_equal(m->igd.counters.resets, 0);
	assert_int_equal(m->igd.counters.soft_resets, 0);
	machine_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_answers_during_a_reset),
		cmocka_unit_test(writes_are_lost_during_a_reset),
		cmocka_unit_test(a_reset_is_over_in_time),
		cmocka_unit_test(other_resets_take_no_time),
		cmocka_unit_test(the_clients_reset_ends_one),
		cmocka_unit_test(a_device_that_does_not_come_back),
		TEST(the_protocol_works_during_a_reset),
		cmocka_unit_test(soft_reset_leaves_config_space),
	};

	return cmocka_run_group_tests_name("reset", tests, NULL, NULL);
}
