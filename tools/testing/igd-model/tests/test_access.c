// SPDX-License-Identifier: GPL-2.0-only
/* Injected faults and the record of accesses, by the control protocol. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "control.h"
#include "machine.h"

static struct control control;

static int setup(void **state)
{
	machine_setup(state);
	control = (struct control){ .igd = &((struct machine *)*state)->igd };
	return 0;
}

/* Send @line; the reply to it must have "ok" as @ok. */
static json_t *say(const char *line, bool ok)
{
	char *text = control_reply(&control, line, strlen(line));
	json_t *reply = json_loads(text, 0, NULL);

	assert_non_null(reply);
	assert_int_equal(json_is_true(json_object_get(reply, "ok")), ok);
	free(text);
	return reply;
}

static void order(const char *line)
{
	json_decref(say(line, true));
}

static void refuse(const char *line, const char *why)
{
	json_t *reply = say(line, false);

	assert_non_null(strstr(json_string_value(json_object_get(reply, "error")), why));
	json_decref(reply);
}

static json_int_t integer(json_t *json, const char *key)
{
	assert_true(json_is_integer(json_object_get(json, key)));
	return json_integer_value(json_object_get(json, key));
}

static int try_read(struct machine *m, unsigned int region, uint64_t offset,
		    uint32_t *value)
{
	*value = 0;
	return m->device.ops->region_read(m->device.opaque, region, offset, value, 4);
}

static void ones_for_the_third_read(void **state)
{
	struct machine *m = *state;

	order("{\"cmd\":\"inject\",\"class\":\"mmio\",\"direction\":\"read\","
	      "\"nth\":3,\"count\":2,\"action\":\"ones\"}");
	wr(m, BAR0, 0x2030, 4, 7);
	for (int i = 1; i <= 5; i++)
		assert_int_equal(rd(m, BAR0, 0x2030, 4), i == 3 || i == 4 ? ~0u : 7);
	assert_int_equal(m->igd.inject.hits, 2);
	assert_int_equal(m->igd.inject.used, 0);
	assert_int_equal(m->igd.counters.access[ACCESS_MMIO].read, 5);
}

static void lost_writes(void **state)
{
	struct machine *m = *state;

	order("{\"cmd\":\"inject\",\"class\":\"iobar.data\",\"direction\":\"write\","
	      "\"action\":\"ones\"}");
	wr(m, BAR4, 0, 4, 0x11);
	wr(m, BAR4, 4, 4, 0x7c000001);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0);
	wr(m, BAR4, 4, 4, 0x7c000001);
	assert_int_equal(rd(m, BAR0, GTT + 0x10, 4), 0x7c000001);
}

static void errors(void **state)
{
	struct machine *m = *state;
	uint32_t value;

	order("{\"cmd\":\"inject\",\"class\":\"config\",\"nth\":2,\"action\":\"error\"}");
	assert_int_equal(try_read(m, CONFIG, 0, &value), 0);
	value = 0x0fffe000;
	assert_int_equal(m->device.ops->region_write(m->device.opaque, CONFIG, 0xfc,
						     &value, 4, false), -EIO);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x7bff0018);
	order("{\"cmd\":\"inject\",\"class\":\"config\",\"action\":\"error\"}");
	assert_int_equal(try_read(m, CONFIG, 0, &value), -EIO);
}

static void delays(void **state)
{
	struct machine *m = *state;
	struct timespec before, after;
	double ms;

	order("{\"cmd\":\"inject\",\"class\":\"gtt\",\"action\":\"delay\",\"ms\":60}");
	clock_gettime(CLOCK_MONOTONIC, &before);
	wr(m, BAR0, GTT, 8, 0x10000001);
	clock_gettime(CLOCK_MONOTONIC, &after);
	ms = (after.tv_sec - before.tv_sec) * 1e3 + (after.tv_nsec - before.tv_nsec) / 1e6;
	assert_true(ms >= 60);
	assert_int_equal(gtt_entry(&m->igd.gtt, 0), 0x10000001);
}

static void drops_the_connection(void **state)
{
	struct machine *m = *state;
	char byte;
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	m->igd.client = vfio_user_new(fd[0], &m->device);
	m->igd.connection = fd[0];
	assert_non_null(m->igd.client);
	order("{\"cmd\":\"inject\",\"class\":\"rom\",\"action\":\"drop\"}");
	rd(m, BAR0, 0, 4);
	assert_int_equal(recv(fd[1], &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(rd(m, ROM, 0, 4), 0xffffffff);
	assert_int_equal(recv(fd[1], &byte, 1, MSG_DONTWAIT), 0);
	assert_true(vfio_user_run(m->igd.client) < 0);
	vfio_user_free(m->igd.client);
	close(fd[1]);
}

static void rules_do_not_disturb_each_other(void **state)
{
	struct machine *m = *state;

	order("{\"cmd\":\"inject\",\"class\":\"mmio\",\"nth\":1,\"action\":\"ones\"}");
	order("{\"cmd\":\"inject\",\"class\":\"gmadr\",\"nth\":2,\"action\":\"ones\"}");
	order("{\"cmd\":\"inject\",\"class\":\"mmio\",\"nth\":3,\"action\":\"ones\"}");
	assert_int_equal(rd(m, BAR0, 0, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR0, 0, 4), 0);
	assert_int_equal(rd(m, BAR0, 0, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR0, 0, 4), 0);
	assert_int_equal(m->igd.inject.used, 1);
}

static void rules_are_bounded_and_go(void **state)
{
	struct machine *m = *state;

	for (int i = 0; i < INJECT_RULES; i++)
		order("{\"cmd\":\"inject\",\"class\":\"mmio\",\"nth\":9,\"action\":\"ones\"}");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\"}", "16");
	order("{\"cmd\":\"inject-clear\"}");
	for (int i = 0; i < 20; i++)
		assert_int_equal(rd(m, BAR0, 0, 4), 0);
}

static void nonsense_is_refused(void **state)
{
	(void)state;
	refuse("{\"cmd\":\"inject\",\"action\":\"ones\"}", "needs class");
	refuse("{\"cmd\":\"inject\",\"class\":\"x\",\"action\":\"ones\"}", "needs class");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\"}", "needs action");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"x\"}", "needs action");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\",\"nth\":0}",
	       "from 1");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\",\"count\":0}",
	       "from 1");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\","
	       "\"direction\":\"up\"}", "direction");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"delay\"}", "ms");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"delay\",\"ms\":4501}",
	       "ms");
	refuse("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\",\"ms\":5}", "ms");
	refuse("{\"cmd\":\"record\"}", "start");
	refuse("{\"cmd\":\"record\",\"start\":true,\"limit\":0}", "limit");
	refuse("{\"cmd\":\"record\",\"start\":true,\"limit\":1048577}", "limit");
	refuse("{\"cmd\":\"record-get\"}", "nothing is recorded");
}

static void assert_entry(json_t *reply, size_t i, const char *expected)
{
	json_t *got = json_array_get(json_object_get(reply, "accesses"), i);
	json_t *want = json_loads(expected, 0, NULL);

	assert_non_null(want);
	assert_true(json_equal(got, want));
	json_decref(want);
}

static void records_accesses_in_order(void **state)
{
	struct machine *m = *state;
	uint64_t value = 0x10000001;
	json_t *reply;

	rd(m, BAR0, 0x40, 4);
	order("{\"cmd\":\"record\",\"start\":true}");
	rd(m, CONFIG, 0x00, 4);
	m->device.ops->region_write(m->device.opaque, BAR0, GTT + 8, &value, 8, true);
	wr(m, BAR4, 0, 8, 0x7c00000100000011);
	rd(m, BAR0, 0x1080c0, 2);
	reply = say("{\"cmd\":\"record-get\"}", true);
	assert_int_equal(integer(reply, "total"), 5);
	assert_int_equal(integer(reply, "dropped"), 0);
	assert_int_equal(json_array_size(json_object_get(reply, "accesses")), 5);
	assert_entry(reply, 0, "{\"class\":\"config\",\"region\":7,\"offset\":0,\"bytes\":4,"
		     "\"value\":\"0x19128086\",\"write\":false,\"posted\":false}");
	assert_entry(reply, 1, "{\"class\":\"gtt\",\"region\":0,\"offset\":8388616,\"bytes\":8,"
		     "\"value\":\"0x10000001\",\"write\":true,\"posted\":true}");
	assert_entry(reply, 2, "{\"class\":\"iobar.index\",\"region\":4,\"offset\":0,\"bytes\":4,"
		     "\"value\":\"0x11\",\"write\":true,\"posted\":false}");
	assert_entry(reply, 3, "{\"class\":\"iobar.data\",\"region\":4,\"offset\":4,\"bytes\":4,"
		     "\"value\":\"0x7c000001\",\"write\":true,\"posted\":false}");
	assert_entry(reply, 4, "{\"class\":\"mirror\",\"region\":0,\"offset\":1081536,\"bytes\":2,"
		     "\"value\":\"0x1\",\"write\":false,\"posted\":false}");
	json_decref(reply);
	reply = say("{\"cmd\":\"record-get\",\"first\":4,\"count\":9}", true);
	assert_int_equal(json_array_size(json_object_get(reply, "accesses")), 1);
	json_decref(reply);
	order("{\"cmd\":\"record\",\"start\":false}");
	refuse("{\"cmd\":\"record-get\"}", "nothing is recorded");
}

static void record_is_bounded(void **state)
{
	struct machine *m = *state;
	json_t *reply;

	order("{\"cmd\":\"record\",\"start\":true,\"limit\":3}");
	for (int i = 0; i < 5; i++)
		rd(m, BAR0, 4 * i, 4);
	reply = say("{\"cmd\":\"record-get\"}", true);
	assert_int_equal(integer(reply, "total"), 3);
	assert_int_equal(integer(reply, "dropped"), 2);
	json_decref(reply);
	/* a new start clears the record */
	order("{\"cmd\":\"record\",\"start\":true,\"limit\":3}");
	reply = say("{\"cmd\":\"record-get\"}", true);
	assert_int_equal(integer(reply, "total"), 0);
	assert_int_equal(integer(reply, "dropped"), 0);
	json_decref(reply);
	refuse("{\"cmd\":\"record-get\",\"count\":4097}", "4096");
}

static void counts_what_it_has_done(void **state)
{
	struct machine *m = *state;
	json_t *reply;

	order("{\"cmd\":\"inject\",\"class\":\"mmio\",\"action\":\"ones\"}");
	rd(m, BAR0, 0, 4);
	m->igd.blitter.copied = 12;
	m->igd.blitter.hangs = 2;
	m->igd.blitter.gtt_writes = 4;
	m->igd.counters.interrupts = 3;
	m->igd.counters.gtt_flushes = 5;
	m->igd.counters.gtt_unflushed = 6;
	m->igd.iobar.reserved = 7;
	assert_int_equal(dma_space_map(m->igd.dma, 0x1000, 0x2000, -1, 0, 0), 0);
	assert_int_equal(dma_space_map(m->igd.dma, 0x1000, 0x1000, -1, 0, 0), -EEXIST);
	assert_int_equal(dma_space_unmap(m->igd.dma, 0x1000, 0x1000), -EINVAL);
	assert_int_equal(dma_space_unmap(m->igd.dma, 0x1000, 0x2000), 0);
	assert_int_equal(dma_space_unmap(m->igd.dma, 0x1000, 0x2000), 0);
	reply = say("{\"cmd\":\"counters\"}", true);
	/* the other range is the machine's memory */
	assert_int_equal(integer(reply, "dma_maps"), 2);
	assert_int_equal(integer(reply, "dma_unmaps"), 2);
	assert_int_equal(integer(reply, "injected"), 1);
	assert_int_equal(integer(reply, "blitter_bytes"), 12);
	assert_int_equal(integer(reply, "blitter_hangs"), 2);
	assert_int_equal(integer(reply, "interrupts"), 3);
	assert_int_equal(integer(reply, "gtt_engine_writes"), 4);
	assert_int_equal(integer(reply, "gtt_flushes"), 5);
	assert_int_equal(integer(reply, "gtt_unflushed"), 6);
	assert_int_equal(integer(reply, "iobar_reserved"), 7);
	json_decref(reply);
	order("{\"cmd\":\"reset-counters\"}");
	reply = say("{\"cmd\":\"counters\"}", true);
	assert_int_equal(integer(reply, "dma_maps"), 0);
	assert_int_equal(integer(reply, "dma_unmaps"), 0);
	assert_int_equal(integer(reply, "injected"), 0);
	assert_int_equal(integer(reply, "blitter_bytes"), 0);
	assert_int_equal(integer(reply, "blitter_hangs"), 0);
	assert_int_equal(integer(reply, "interrupts"), 0);
	assert_int_equal(integer(reply, "gtt_engine_writes"), 0);
	assert_int_equal(integer(reply, "gtt_flushes"), 0);
	assert_int_equal(integer(reply, "gtt_unflushed"), 0);
	assert_int_equal(integer(reply, "iobar_reserved"), 0);
	json_decref(reply);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ones_for_the_third_read),
		TEST(lost_writes),
		TEST(errors),
		TEST(delays),
		TEST(drops_the_connection),
		TEST(rules_do_not_disturb_each_other),
		TEST(rules_are_bounded_and_go),
		TEST(nonsense_is_refused),
		TEST(records_accesses_in_order),
		TEST(record_is_bounded),
		TEST(counts_what_it_has_done),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
