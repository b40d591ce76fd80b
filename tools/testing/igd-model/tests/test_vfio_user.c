// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <jansson.h>

#include "vfio_client.h"

/* ---- VERSION ---- */

/* Sends a VERSION with the unchanged text and returns the reply's JSON. */
static json_t *negotiate(struct fixture *f, const char *caps, size_t size)
{
	char buf[1024] = { 0 };
	ssize_t n;

	memcpy(buf + 4, caps, size);
	put(f, VFIO_USER_VERSION, 0, buf, 4 + size);
	assert_int_equal(vfio_user_run(f->vu), 0);
	n = recv(f->client, buf, sizeof(buf), MSG_DONTWAIT);
	assert_true(n > 20);
	assert_int_equal(((struct vfio_user_hdr *)buf)->size, n);
	assert_int_equal(((struct vfio_user_hdr *)buf)->flags, 1);
	assert_memory_equal(buf + 16, "\0\0\0\0", 4);
	assert_int_equal(buf[n - 1], '\0');
	return json_loads(buf + 20, 0, NULL);
}

/* What QEMU 11.1 sends (hw/vfio-user/proxy.c, caps_json()). */
static const char qemu_caps[] =
	"{\"capabilities\": {\"migration\": {\"max_bitmap_size\": 268435456, "
	"\"pgsize\": 4096}, \"max_msg_fds\": 16, \"max_data_xfer_size\": "
	"1048576, \"pgsizes\": 4096, \"max_dma_maps\": 65535, "
	"\"write_multiple\": true}}";

static void test_version_of_qemu(void **state)
{
	struct fixture *f = *state;
	json_t *reply = negotiate(f, qemu_caps, sizeof(qemu_caps));
	json_t *wanted = json_loads("{\"capabilities\": {\"max_msg_fds\": 16, "
				    "\"max_data_xfer_size\": 1048576, "
				    "\"pgsizes\": 4096, "
				    "\"write_multiple\": true}}", 0, NULL);

	assert_non_null(wanted);
	assert_true(json_equal(reply, wanted));
	json_decref(reply);
	json_decref(wanted);
}

static void check_nothing_in_common(void **state, const char *caps, size_t size)
{
	json_t *reply = negotiate(*state, caps, size);

	assert_non_null(json_object_get(reply, "capabilities"));
	assert_int_equal(json_object_size(json_object_get(reply,
							  "capabilities")), 0);
	json_decref(reply);
}

static void test_version_without_data(void **state)
{
	check_nothing_in_common(state, "", 0);
}

static void test_version_without_capabilities(void **state)
{
	check_nothing_in_common(state, "{}", 3);
}

static void test_version_without_write_multiple(void **state)
{
	static const char caps[] = "{\"capabilities\":"
				   "{\"write_multiple\": false}}";

	check_nothing_in_common(state, caps, sizeof(caps));
}

static void test_version_refused(void **state)
{
	static const struct {
		const char *caps;
		size_t size;
		uint16_t major;
	} bad[] = {
		{ "", 0, 1 },
		{ "{}x", 3, 0 },		/* no NUL */
		{ "", 1, 0 },
		{ "{", 2, 0 },
		{ "[]", 3, 0 },
		{ "{}\0", 4, 0 },
		{ "{\"capabilities\":1}", 19, 0 },
		{ "{\"capabilities\":{\"max_msg_fds\":\"x\"}}", 37, 0 },
		{ "{\"capabilities\":{\"max_msg_fds\":-1}}", 36, 0 },
		{ "{\"capabilities\":{\"pgsizes\":8192}}", 34, 0 },
		{ "{\"capabilities\":{\"max_data_xfer_size\":0}}", 42, 0 },
		{ "{\"capabilities\":{\"write_multiple\":1}}", 38, 0 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char buf[128] = { 0 };
		struct fixture *f;
		void *fresh;

		setup_connected(&fresh);
		f = fresh;
		memcpy(buf, &bad[i].major, sizeof(bad[i].major));
		memcpy(buf + 4, bad[i].caps, bad[i].size);
		put(f, VFIO_USER_VERSION, 0, buf, 4 + bad[i].size);
		assert_protocol_error(f);
		assert_int_equal(get(f, VFIO_USER_VERSION, NULL, 0), -EINVAL);
		teardown(&fresh);
	}
	(void)state;
}

static void test_version_comes_first(void **state)
{
	struct fixture *f = *state;

	put(f, VFIO_USER_DEVICE_RESET, 0, NULL, 0);
	assert_protocol_error(f);
	assert_int_equal(f->resets, 0);
	assert_no_reply(f);
}

static void test_version_comes_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, VFIO_USER_VERSION, "\0\0\0\0", 4, NULL, 0),
			 -EINVAL);
	assert_int_equal(call(f, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0), 0);
}

/* ---- information ---- */

static void test_device_info(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_device_info in = { .argsz = 16 }, out;

	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_INFO, &in, 16, &out, 16),
			 0);
	assert_int_equal(out.argsz, 16);
	assert_int_equal(out.flags, VFIO_DEVICE_FLAGS_PCI |
			 VFIO_DEVICE_FLAGS_RESET);
	assert_int_equal(out.num_regions, 4);
	assert_int_equal(out.num_irqs, 3);
	f->dev.resettable = false;
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_INFO, &in, 16, &out, 16),
			 0);
	assert_int_equal(out.flags, VFIO_DEVICE_FLAGS_PCI);
	in.argsz = 15;
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_INFO, &in, 16, &out, 16),
			 -EINVAL);
}

static void test_region_info(void **state)
{
	static const uint32_t flags[] = {
		VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, 0,
		VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE,
		VFIO_REGION_INFO_FLAG_READ,
	};
	struct fixture *f = *state;
	struct vfio_user_region_info in = { .argsz = 32 }, out;

	for (in.index = 0; in.index < 4; in.index++) {
		assert_int_equal(call(f, VFIO_USER_DEVICE_GET_REGION_INFO, &in,
				      32, &out, 32), 0);
		assert_int_equal(out.argsz, 32);
		assert_int_equal(out.index, in.index);
		assert_int_equal(out.size, f->dev.regions[in.index].size);
		assert_int_equal(out.flags, flags[in.index]);
		assert_int_equal(out.cap_offset, 0);
	}
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_REGION_INFO, &in, 32,
			      &out, 32), -EINVAL);
	in = (struct vfio_user_region_info){ .argsz = 31 };
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_REGION_INFO, &in, 32,
			      &out, 32), -EINVAL);
}

static void test_irq_info(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_irq_info in = { .argsz = 16 }, out;

	for (in.index = 0; in.index < 3; in.index++) {
		assert_int_equal(call(f, VFIO_USER_DEVICE_GET_IRQ_INFO, &in, 16,
				      &out, 16), 0);
		assert_int_equal(out.argsz, 16);
		assert_int_equal(out.index, in.index);
		assert_int_equal(out.count, f->dev.irq_counts[in.index]);
		assert_int_equal(out.flags, VFIO_IRQ_INFO_EVENTFD |
				 (in.index ? VFIO_IRQ_INFO_NORESIZE :
				  VFIO_IRQ_INFO_MASKABLE |
				  VFIO_IRQ_INFO_AUTOMASKED));
	}
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_IRQ_INFO, &in, 16, &out,
			      16), -EINVAL);
	in = (struct vfio_user_irq_info){ .argsz = 15 };
	assert_int_equal(call(f, VFIO_USER_DEVICE_GET_IRQ_INFO, &in, 16, &out,
			      16), -EINVAL);
}

static void test_reset(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0), 0);
	assert_int_equal(f->resets, 1);
	f->fail = -EIO;
	assert_int_equal(call(f, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0),
			 -EIO);
	f->dev.resettable = false;
	assert_int_equal(call(f, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0),
			 -EINVAL);
	assert_int_equal(f->resets, 2);
}

/* ---- common to all commands ---- */

static void test_wrong_payload_sizes(void **state)
{
	static const struct {
		uint16_t command;
		size_t size;
		bool longer;	/* may be longer than that */
	} right[] = {
		{ VFIO_USER_VERSION, 4, true },
		{ VFIO_USER_DMA_MAP, 32, false },
		{ VFIO_USER_DMA_UNMAP, 24, false },
		{ VFIO_USER_DEVICE_GET_INFO, 16, false },
		{ VFIO_USER_DEVICE_GET_REGION_INFO, 32, false },
		{ VFIO_USER_DEVICE_GET_IRQ_INFO, 16, false },
		{ VFIO_USER_DEVICE_SET_IRQS, 20, true },
		{ VFIO_USER_REGION_READ, 16, false },
		{ VFIO_USER_REGION_WRITE, 16, true },
		{ VFIO_USER_DEVICE_RESET, 0, false },
		{ VFIO_USER_REGION_WRITE_MULTI, 8, true },
	};
	struct fixture *f = *state;
	uint8_t payload[256];

	/* All ones would be a valid argsz; the counts in it are not. */
	memset(payload, 0xff, sizeof(payload));
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		for (size_t size = 0; size < right[i].size; size++)
			assert_int_equal(call(f, right[i].command, payload,
					      size, NULL, 0), -EINVAL);
		if (!right[i].longer)
			assert_int_equal(call(f, right[i].command, payload,
					      right[i].size + 1, NULL, 0),
					 -EINVAL);
	}
	assert_int_equal(f->resets + f->writes, 0);
}

static void test_unknown_commands(void **state)
{
	static const uint16_t unknown[] = { 0, 6, 11, 12, 14, 16, 17, 18,
					    0x100, 0xffff };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_int_equal(call(f, unknown[i], "data", 4, NULL, 0),
				 -ENOTSUP);
		put(f, unknown[i], VFIO_USER_NO_REPLY, "data", 4);
		assert_int_equal(vfio_user_run(f->vu), 0);
		assert_no_reply(f);
	}
}

static void test_unknown_flags(void **state)
{
	struct fixture *f = *state;

	put(f, VFIO_USER_DEVICE_RESET, VFIO_USER_ERROR, NULL, 0);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(get(f, VFIO_USER_DEVICE_RESET, NULL, 0), -EINVAL);
	put(f, VFIO_USER_DEVICE_RESET, 1U << 31, NULL, 0);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(get(f, VFIO_USER_DEVICE_RESET, NULL, 0), -EINVAL);
	assert_int_equal(f->resets, 0);
}

static void test_a_reply_to_nothing(void **state)
{
	struct fixture *f = *state;

	put(f, VFIO_USER_DEVICE_RESET, VFIO_USER_TYPE_REPLY, NULL, 0);
	assert_protocol_error(f);
	assert_int_equal(f->resets, 0);
}

static void check_impossible_size(void **state, uint32_t size)
{
	struct vfio_user_hdr hdr = { .command = VFIO_USER_DEVICE_RESET };
	struct fixture *f = *state;

	hdr.size = size;
	assert_int_equal(send(f->client, &hdr, sizeof(hdr), 0), sizeof(hdr));
	assert_protocol_error(f);
	assert_no_reply(f);
}

static void test_size_below_the_header(void **state)
{
	check_impossible_size(state, 15);
}

static void test_size_zero(void **state)
{
	check_impossible_size(state, 0);
}

static void test_size_above_the_limit(void **state)
{
	check_impossible_size(state, VFIO_USER_MAX_MESSAGE + 1);
}

static void test_size_of_all_ones(void **state)
{
	check_impossible_size(state, UINT32_MAX);
}

/* ---- regions ---- */

static void test_read_and_write(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .offset = 0xff0, .region = 0, .count = 16 },
			   "fifteen letters" };
	struct write r = { 0 };

	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 32, &r, 16), 0);
	assert_memory_equal(&r.access, &w.access, 16);
	assert_string_equal((char *)f->mem[0] + 0xff0, "fifteen letters");
	assert_int_equal(f->writes, 1);
	assert_int_equal(f->posted, 0);
	assert_int_equal(call(f, VFIO_USER_REGION_READ, &w, 16, &r, 32), 0);
	assert_memory_equal(&r, &w, 32);
}

static void test_the_device_says_no(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .count = 4 }, "abc" };

	f->fail = -EPERM;
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 20, NULL, 0),
			 -EPERM);
	assert_int_equal(call(f, VFIO_USER_REGION_READ, &w, 16, NULL, 0),
			 -EPERM);
}

static void test_access_outside_a_region(void **state)
{
	static const struct vfio_user_region_access bad[] = {
		{ 4096, 0, 1 },
		{ 4095, 0, 2 },
		{ 0, 0, 4097 },
		{ 0, 0, 0 },
		{ UINT64_MAX, 0, 1 },
		{ UINT64_MAX, 0, 2 },
		{ 0, 1, 1 },
		{ 0, 4, 1 },
		{ 0, UINT32_MAX, 1 },
		{ 0, 2, UINT32_MAX },
		{ 0, 2, VFIO_USER_MAX_XFER + 1 },
		{ 13, 3, 4 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct write w = { .access = bad[i] };
		size_t data = w.access.count > 64 ? 64 : w.access.count;

		assert_int_equal(call(f, VFIO_USER_REGION_READ, &w, 16, NULL,
				      0), -EINVAL);
		assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 16 + data,
				      NULL, 0), -EINVAL);
	}
	assert_int_equal(f->writes, 0);
}

static void test_write_to_a_rom(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .region = 3, .count = 4 }, "abc" };

	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 20, NULL, 0),
			 -EINVAL);
	assert_int_equal(call(f, VFIO_USER_REGION_READ, &w, 16, &w, 20), 0);
	assert_int_equal(f->writes, 0);
}

static void test_count_must_match_the_payload(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .count = 8 }, "" };

	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 23, NULL, 0),
			 -EINVAL);
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 25, NULL, 0),
			 -EINVAL);
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE, &w, 24, &w, 16), 0);
}

static void test_posted_writes(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .offset = 8, .count = 4 }, "abc" };

	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	w.access.offset = 4096;		/* a bad one gets no reply either */
	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->writes, 1);
	assert_int_equal(f->posted, 1);
	assert_int_equal(f->last_offset, 8);
	assert_no_reply(f);
}

struct multi {
	uint64_t wr_cnt;
	struct vfio_user_small_write writes[3];
};

static const struct multi three_writes = {
	.wr_cnt = 3,
	.writes = {
		{ { 0x10, 0, 8 }, "12345678" },
		{ { 0x20, 2, 1 }, "a" },
		{ { 0x12, 0, 2 }, "xy" },
	},
};

static void test_write_multi(void **state)
{
	struct fixture *f = *state;
	uint64_t done = 0;

	assert_int_equal(sizeof(three_writes), 8 + 3 * 24);
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &three_writes,
			      sizeof(three_writes), &done, 8), 0);
	assert_int_equal(done, 3);
	assert_int_equal(f->writes, 3);
	assert_int_equal(f->posted, 0);
	assert_memory_equal(f->mem[0] + 0x10, "12xy5678", 8);
	assert_memory_equal(f->mem[2] + 0x20, "a", 2);
	put(f, VFIO_USER_REGION_WRITE_MULTI, VFIO_USER_NO_REPLY, &three_writes,
	    sizeof(three_writes));
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->posted, 3);
	assert_no_reply(f);
}

static void test_write_multi_malformed(void **state)
{
	struct fixture *f = *state;
	struct multi m = three_writes;

	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m,
			      sizeof(m) - 1, NULL, 0), -EINVAL);
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m,
			      sizeof(m) - 24, NULL, 0), -EINVAL);
	m.wr_cnt = 2;
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m,
			      sizeof(m) - 1, NULL, 0), -EINVAL);
	/* 24 times this is 24 in 64 bits. */
	m.wr_cnt = (1ULL << 61) + 1;
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m, 32, NULL, 0),
			 -EINVAL);
	assert_int_equal(f->writes, 0);
	m.wr_cnt = 3;
	m.writes[1].access.count = 9;
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m, sizeof(m),
			      NULL, 0), -EINVAL);
	assert_int_equal(f->writes, 1);
	m.writes[1] = three_writes.writes[1];
	m.writes[2].access.region = 3;
	assert_int_equal(call(f, VFIO_USER_REGION_WRITE_MULTI, &m, sizeof(m),
			      NULL, 0), -EINVAL);
	assert_int_equal(f->writes, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_version_of_qemu),
		FRESH(test_version_without_data),
		FRESH(test_version_without_capabilities),
		FRESH(test_version_without_write_multiple),
		cmocka_unit_test(test_version_refused),
		FRESH(test_version_comes_first),
		TEST(test_version_comes_once),
		TEST(test_device_info),
		TEST(test_region_info),
		TEST(test_irq_info),
		TEST(test_reset),
		TEST(test_wrong_payload_sizes),
		TEST(test_unknown_commands),
		TEST(test_unknown_flags),
		TEST(test_a_reply_to_nothing),
		TEST(test_size_below_the_header),
		TEST(test_size_zero),
		TEST(test_size_above_the_limit),
		TEST(test_size_of_all_ones),
		TEST(test_read_and_write),
		TEST(test_the_device_says_no),
		TEST(test_access_outside_a_region),
		TEST(test_write_to_a_rom),
		TEST(test_count_must_match_the_payload),
		TEST(test_posted_writes),
		TEST(test_write_multi),
		TEST(test_write_multi_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
