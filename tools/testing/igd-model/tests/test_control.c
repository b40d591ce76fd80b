// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "control.h"
#include "machine.h"

static char dir[] = "/tmp/igd-model-test-XXXXXX";
static struct control control;

static int setup(void **state)
{
	machine_setup(state);
	control = (struct control){
		.igd = &((struct machine *)*state)->igd,
		.output_dir = open(dir, O_DIRECTORY),
	};
	return 0;
}

static int teardown(void **state)
{
	close(control.output_dir);
	return machine_teardown(state);
}

/* Send @line; returns the reply, which must be an object with "ok" as @ok. */
static json_t *say(const char *line, bool ok)
{
	char *text = control_reply(&control, line, strlen(line));
	json_t *reply;

	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	reply = json_loads(text, 0, NULL);
	assert_non_null(reply);
	assert_true(json_is_boolean(json_object_get(reply, "ok")));
	assert_int_equal(json_is_true(json_object_get(reply, "ok")), ok);
	assert_int_equal(json_is_string(json_object_get(reply, "error")), !ok);
	free(text);
	return reply;
}

static json_int_t integer(json_t *json, const char *key)
{
	assert_true(json_is_integer(json_object_get(json, key)));
	return json_integer_value(json_object_get(json, key));
}

static const char *string(json_t *json, const char *key)
{
	assert_true(json_is_string(json_object_get(json, key)));
	return json_string_value(json_object_get(json, key));
}

static void refuse(const char *line, const char *why)
{
	json_t *reply = say(line, false);

	assert_non_null(strstr(string(reply, "error"), why));
	json_decref(reply);
}

static void test_malformed_input_gets_an_error(void **state)
{
	static const char nul[] = "{\"cmd\":\"info\"}\0{}";
	char *text;

	(void)state;
	refuse("", "not a JSON object");
	refuse("{", "not a JSON object");
	refuse("[]", "not a JSON object");
	refuse("12", "not a JSON object");
	refuse("{}", "not a JSON object");
	refuse("{\"cmd\":7}", "not a JSON object");
	refuse("{\"cmd\":\"info\",\"cmd\":\"quit\"}", "not a JSON object");
	refuse("{\"cmd\":\"info\"} x", "not a JSON object");
	refuse("{\"cmd\":\"nonsense\"}", "unknown cmd");
	text = control_reply(&control, nul, sizeof(nul) - 1);
	assert_non_null(strstr(text, "not a JSON object"));
	free(text);
	assert_false(control.quit);
}

static void test_info(void **state)
{
	json_t *reply = say("{\"cmd\":\"info\"}", true);

	(void)state;
	assert_string_equal(string(reply, "generation"), "skl");
	assert_string_equal(string(reply, "device_id"), "0x1912");
	assert_string_equal(string(reply, "stolen_base"), "0x7c000000");
	assert_string_equal(string(reply, "stolen_size"), "0x2000000");
	assert_int_equal(integer(reply, "gtt_entries"), 262144);
	assert_int_equal(integer(reply, "pte_bytes"), 8);
	assert_string_equal(string(reply, "asls"), "0x7bff0018");
	json_decref(reply);
}

static void test_counters(void **state)
{
	struct machine *m = *state;
	json_t *reply, *gmadr;

	wr(m, BAR2, 0, 4, 0);
	wr(m, BAR2, 0, 4, 0);
	wr(m, CONFIG, 0xe8, 2, 1);
	reply = say("{\"cmd\":\"counters\"}", true);
	assert_int_equal(json_object_size(json_object_get(reply, "counters")), 10);
	gmadr = json_object_get(json_object_get(reply, "counters"), "gmadr");
	assert_int_equal(integer(gmadr, "write_nonposted"), 2);
	assert_int_equal(integer(gmadr, "write_posted"), 0);
	assert_int_equal(integer(gmadr, "read"), 0);
	assert_int_equal(integer(gmadr, "read_bytes"), 0);
	assert_int_equal(integer(reply, "dma_faults"), 2);
	assert_int_equal(integer(reply, "dma_ranges"), 1);
	assert_int_equal(integer(reply, "swsci"), 1);
	assert_int_equal(integer(reply, "resets"), 0);
	json_decref(reply);
	json_decref(say("{\"cmd\":\"reset-counters\"}", true));
	reply = say("{\"cmd\":\"counters\"}", true);
	assert_int_equal(integer(reply, "dma_faults"), 0);
	assert_int_equal(integer(reply, "swsci"), 0);
	json_decref(reply);
}

static void test_faults(void **state)
{
	struct machine *m = *state;
	json_t *reply, *first;

	wr(m, BAR0, GTT + 8, 8, 0x7c000001);
	wr(m, BAR2, 0x1000, 4, 0);
	reply = say("{\"cmd\":\"faults\"}", true);
	assert_int_equal(integer(reply, "total"), 1);
	assert_int_equal(json_array_size(json_object_get(reply, "faults")), 1);
	first = json_array_get(json_object_get(reply, "faults"), 0);
	assert_int_equal(integer(first, "entry"), 1);
	assert_string_equal(string(first, "address"), "0x7c000000");
	assert_string_equal(string(first, "reason"), "unmapped");
	assert_string_equal(string(first, "source"), "gmadr");
	assert_true(json_is_true(json_object_get(first, "write")));
	json_decref(reply);
}

static void test_config(void **state)
{
	json_t *reply = say("{\"cmd\":\"config\"}", true);
	const char *hex = string(reply, "config");

	(void)state;
	assert_int_equal(strlen(hex), 512);
	assert_memory_equal(hex, "86801219", 8);
	assert_memory_equal(hex + 2 * 0x5c, "0100007c", 8);
	json_decref(reply);
}

static void test_gtt(void **state)
{
	struct machine *m = *state;
	json_t *reply, *entries;

	wr(m, BAR0, GTT + 16, 8, 0xfedcba9876543211);
	reply = say("{\"cmd\":\"gtt\",\"first\":1,\"count\":2}", true);
	entries = json_object_get(reply, "entries");
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(json_string_value(json_array_get(entries, 0)), "0x0");
	assert_string_equal(json_string_value(json_array_get(entries, 1)),
			    "0xfedcba9876543211");
	json_decref(reply);
	json_decref(say("{\"cmd\":\"gtt\",\"first\":262143,\"count\":1}", true));
	refuse("{\"cmd\":\"gtt\",\"first\":262143,\"count\":2}", "no such entries");
	refuse("{\"cmd\":\"gtt\",\"first\":\"0xffffffffffffffff\",\"count\":1}",
	       "no such entries");
	refuse("{\"cmd\":\"gtt\",\"first\":0,\"count\":65537}", "65536");
	refuse("{\"cmd\":\"gtt\",\"first\":-1,\"count\":1}", "needs");
	refuse("{\"cmd\":\"gtt\",\"first\":\"0x\",\"count\":1}", "needs");
	refuse("{\"cmd\":\"gtt\",\"first\":\"0x1g\",\"count\":1}", "needs");
	refuse("{\"cmd\":\"gtt\",\"first\":1}", "needs");
}

static void test_mmio(void **state)
{
	struct machine *m = *state;
	json_t *reply;

	wr(m, BAR0, 0x2030, 4, 0x89abcdef);
	reply = say("{\"cmd\":\"mmio\",\"offset\":8240}", true);
	assert_int_equal(integer(reply, "value"), 0x89abcdef);
	json_decref(reply);
	refuse("{\"cmd\":\"mmio\",\"offset\":2}", "dword");
	refuse("{\"cmd\":\"mmio\",\"offset\":2097152}", "dword");
	refuse("{\"cmd\":\"mmio\"}", "needs");
}

static void test_dma(void **state)
{
	struct machine *m = *state;
	json_t *reply;

	wr(m, BAR0, GTT + 8, 8, MEMORY + 0x3001);
	json_decref(say("{\"cmd\":\"dma-write\",\"address\":\"0x10003ffe\","
			"\"data\":\"01aB\"}", true));
	reply = say("{\"cmd\":\"dma-read\",\"address\":8190,\"length\":2,\"gtt\":true}", true);
	assert_string_equal(string(reply, "data"), "01ab");
	json_decref(reply);
	json_decref(say("{\"cmd\":\"dma-write\",\"address\":4096,"
			"\"data\":\"7e\",\"gtt\":true}", true));
	assert_int_equal(rd(m, BAR2, 0x1000, 1), 0x7e);
	refuse("{\"cmd\":\"dma-read\",\"address\":8190,\"length\":3,\"gtt\":true}", "fault");
	refuse("{\"cmd\":\"dma-read\",\"address\":4096,\"length\":1}", "fault");
	refuse("{\"cmd\":\"dma-write\",\"address\":4096,\"data\":\"00\"}", "fault");
	refuse("{\"cmd\":\"dma-write\",\"address\":4096,\"data\":\"000\"}", "hex");
	refuse("{\"cmd\":\"dma-write\",\"address\":4096,\"data\":\"0x\"}", "hex");
	refuse("{\"cmd\":\"dma-read\",\"address\":0,\"length\":65537}", "65536");
	/* reads have no side effects */
	assert_int_equal(m->igd.faults.total, 0);
}

static void test_screenshot(void **state)
{
	struct machine *m = *state;
	json_t *reply;
	struct stat st;

	refuse("{\"cmd\":\"screenshot\",\"file\":\"a.png\"}", "off");
	assert_int_equal(fstatat(control.output_dir, "a.png", &st, 0), -1);
	wr(m, BAR0, 0x70188, 4, 1);
	wr(m, BAR0, 0x70190, 4, 7 << 16 | 15);
	wr(m, BAR0, 0x70180, 4, 0x84000000);
	reply = say("{\"cmd\":\"screenshot\",\"file\":\"a.png\"}", true);
	assert_int_equal(integer(reply, "width"), 16);
	assert_int_equal(integer(reply, "height"), 8);
	assert_int_equal(integer(reply, "faulted"), 128);
	assert_true(integer(reply, "crc32") >= 0);
	json_decref(reply);
	assert_int_equal(fstatat(control.output_dir, "a.png", &st, 0), 0);
	assert_true(st.st_size > 0);
	unlinkat(control.output_dir, "a.png", 0);
	refuse("{\"cmd\":\"screenshot\"}", "needs file");
	refuse("{\"cmd\":\"screenshot\",\"file\":\"\"}", "needs file");
	refuse("{\"cmd\":\"screenshot\",\"file\":\"../a.png\"}", "needs file");
	refuse("{\"cmd\":\"screenshot\",\"file\":\"..\"}", "cannot create");
}

static void test_irq(void **state)
{
	(void)state;
	refuse("{\"cmd\":\"irq\"}", "needs vector");
	refuse("{\"cmd\":\"irq\",\"vector\":1}", "one vector");
	refuse("{\"cmd\":\"irq\",\"vector\":0}", "nobody listens");
}

static void test_quit(void **state)
{
	(void)state;
	json_decref(say("{\"cmd\":\"quit\"}", true));
	assert_true(control.quit);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_malformed_input_gets_an_error),
		TEST(test_info),
		TEST(test_counters),
		TEST(test_faults),
		TEST(test_config),
		TEST(test_gtt),
		TEST(test_mmio),
		TEST(test_dma),
		TEST(test_screenshot),
		TEST(test_irq),
		TEST(test_quit),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests_name("control", tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
