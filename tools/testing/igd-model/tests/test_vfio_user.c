// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "../dma.h"
#include "../vfio_user.h"
#include "../vfio_user_proto.h"

#define PAGE		4096ULL
#define BIG		(2 * VFIO_USER_MAX_XFER)
#define TRIGGER_FD	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD)
#define TRIGGER_NONE	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE)
#define TRIGGER_BOOL	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_BOOL)
#define MASK_NONE	(VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_NONE)
#define UNMASK_NONE	(VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE)

/* Region 0 is small, 1 absent, 2 has room for the largest transfers, 3 a ROM. */
static const struct vfio_user_region regions[] = {
	{ .size = 4096, .writable = true },
	{ .size = 0 },
	{ .size = BIG, .writable = true },
	{ .size = 16 },
};

/* INTx, MSI with four vectors, and no MSI-X. */
static const uint32_t irq_counts[] = { 1, 4, 0 };

struct fixture {
	int client;
	int server;
	struct vfio_user_device dev;
	struct vfio_user *vu;
	int open_fds;		/* of the process before the test */
	uint16_t next_id;

	/* What the device has seen. */
	uint8_t mem[4][BIG];
	unsigned int writes, posted, resets;
	uint32_t last_region, last_count;
	uint64_t last_offset;
	int fail;		/* what the device's operations return */
};

static int stub_read(void *opaque, unsigned int region, uint64_t offset,
		     void *data, uint32_t count)
{
	struct fixture *f = opaque;

	memcpy(data, f->mem[region] + offset, count);
	return f->fail;
}

static int stub_write(void *opaque, unsigned int region, uint64_t offset,
		      const void *data, uint32_t count, bool posted)
{
	struct fixture *f = opaque;

	memcpy(f->mem[region] + offset, data, count);
	f->writes++;
	f->posted += posted;
	f->last_region = region;
	f->last_offset = offset;
	f->last_count = count;
	return f->fail;
}

static int stub_reset(void *opaque)
{
	struct fixture *f = opaque;

	f->resets++;
	return f->fail;
}

static const struct vfio_user_ops stub_ops = {
	.region_read = stub_read,
	.region_write = stub_write,
	.reset = stub_reset,
};

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* ---- the client ---- */

static ssize_t send_with_fds(int sock, const void *data, size_t size,
			     const int *fds, unsigned int num_fds)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(32 * sizeof(int))];
	} control;
	struct iovec iov = { (void *)data, size };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (num_fds) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = control.buf;
		mh.msg_controllen = CMSG_SPACE(num_fds * sizeof(int));
		control.hdr.cmsg_level = SOL_SOCKET;
		control.hdr.cmsg_type = SCM_RIGHTS;
		control.hdr.cmsg_len = CMSG_LEN(num_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.hdr), fds, num_fds * sizeof(int));
	}
	return sendmsg(sock, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static size_t build(struct fixture *f, void *buf, uint16_t command,
		    uint32_t flags, const void *payload, size_t size)
{
	struct vfio_user_hdr hdr = {
		.id = ++f->next_id,
		.command = command,
		.size = (uint32_t)(sizeof(hdr) + size),
		.flags = flags,
	};

	memcpy(buf, &hdr, sizeof(hdr));
	if (size)
		memcpy((char *)buf + sizeof(hdr), payload, size);
	return hdr.size;
}

/* Sends one message of less than 4 KiB, in one piece. */
static void put_fds(struct fixture *f, uint16_t command, uint32_t flags,
		    const void *payload, size_t size, const int *fds,
		    unsigned int num_fds)
{
	char buf[4096];
	size_t total = build(f, buf, command, flags, payload, size);

	assert_int_equal(send_with_fds(f->client, buf, total, fds, num_fds),
			 total);
}

static void put(struct fixture *f, uint16_t command, uint32_t flags,
		const void *payload, size_t size)
{
	put_fds(f, command, flags, payload, size, NULL, 0);
}

static void assert_no_reply(struct fixture *f)
{
	char c;

	assert_int_equal(recv(f->client, &c, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

/* The reply to the last message put; returns its negative errno or 0. */
static int get(struct fixture *f, uint16_t command, void *payload, size_t size)
{
	struct vfio_user_hdr hdr;

	assert_int_equal(recv(f->client, &hdr, sizeof(hdr), MSG_DONTWAIT),
			 sizeof(hdr));
	assert_int_equal(hdr.id, f->next_id);
	assert_int_equal(hdr.command, command);
	if (hdr.flags & VFIO_USER_ERROR) {
		assert_int_equal(hdr.flags, VFIO_USER_TYPE_REPLY |
				 VFIO_USER_ERROR);
		assert_int_equal(hdr.size, sizeof(hdr));
		assert_true(hdr.error > 0);
		assert_no_reply(f);
		return -(int)hdr.error;
	}
	assert_int_equal(hdr.flags, VFIO_USER_TYPE_REPLY);
	assert_int_equal(hdr.error, 0);
	assert_int_equal(hdr.size, sizeof(hdr) + size);
	if (size)
		assert_int_equal(recv(f->client, payload, size, MSG_DONTWAIT),
				 size);
	assert_no_reply(f);
	return 0;
}

/* A command and its reply; @out may be NULL if the reply has no payload. */
static int call_fds(struct fixture *f, uint16_t command, const void *in,
		    size_t in_size, void *out, size_t out_size, const int *fds,
		    unsigned int num_fds)
{
	put_fds(f, command, 0, in, in_size, fds, num_fds);
	assert_int_equal(vfio_user_run(f->vu), 0);
	return get(f, command, out, out_size);
}

static int call(struct fixture *f, uint16_t command, const void *in,
		size_t in_size, void *out, size_t out_size)
{
	return call_fds(f, command, in, in_size, out, out_size, NULL, 0);
}

/* ---- fixtures ---- */

static int setup_connected(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int pair[2];

	assert_non_null(f);
	f->open_fds = count_fds();
	f->dev = (struct vfio_user_device){
		.ops = &stub_ops,
		.opaque = f,
		.dma = dma_space_new(),
		.regions = regions,
		.num_regions = 4,
		.irq_counts = irq_counts,
		.num_irqs = 3,
		.resettable = true,
	};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	f->client = pair[0];
	f->server = pair[1];
	/* As a server may accept it. */
	assert_int_equal(fcntl(f->server, F_SETFL, O_NONBLOCK), 0);
	f->vu = vfio_user_new(f->server, &f->dev);
	assert_non_null(f->vu);
	*state = f;
	return 0;
}

static int setup(void **state)
{
	struct vfio_user_version version = { 0, 0 }, answer[8];
	struct fixture *f;

	setup_connected(state);
	f = *state;
	put(f, VFIO_USER_VERSION, 0, &version, sizeof(version));
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_true(recv(f->client, answer, sizeof(answer), MSG_DONTWAIT) > 0);
	recv(f->client, answer, sizeof(answer), MSG_DONTWAIT);
	return 0;
}

/* Whatever a test does: nothing stays mapped and no descriptor stays open. */
static int teardown(void **state)
{
	struct fixture *f = *state;
	int open_fds = f->open_fds;

	vfio_user_free(f->vu);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
	dma_space_free(f->dev.dma);
	if (f->client >= 0)
		close(f->client);
	free(f);
	assert_int_equal(count_fds(), open_fds);
	return 0;
}

/* The connection ends, and exactly one line says why. */
static void assert_protocol_error(struct fixture *f)
{
	int saved = dup(STDERR_FILENO);
	int file = memfd_create("stderr", 0);
	char text[512] = "";
	ssize_t n;
	int ret;

	dup2(file, STDERR_FILENO);
	ret = vfio_user_run(f->vu);
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(file, text, sizeof(text) - 1, 0);
	close(file);
	assert_int_equal(ret, -EPROTO);
	assert_true(n > 1);
	assert_ptr_equal(strchr(text, '\n'), text + n - 1);
	assert_non_null(strstr(text, "vfio-user: "));
}

/* ---- VERSION ---- */

/* Sends a VERSION with the text as it is and returns the reply's JSON. */
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
		assert_int_equal(out.size, regions[in.index].size);
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
		assert_int_equal(out.count, irq_counts[in.index]);
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

/* ---- what every command has in common ---- */

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

struct write {
	struct vfio_user_region_access access;
	uint8_t data[64];
};

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

/* ---- interrupts ---- */

static int set_irqs(struct fixture *f, uint32_t flags, uint32_t index,
		    uint32_t start, uint32_t count, const int *fds,
		    unsigned int num_fds)
{
	struct vfio_user_irq_set set = { 20, flags, index, start, count };

	return call_fds(f, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), NULL,
			0, fds, num_fds);
}

static int trigger_bool(struct fixture *f, uint32_t index, uint32_t start,
			uint32_t count, const uint8_t *bools, size_t size)
{
	struct vfio_user_irq_set set = { 20, TRIGGER_BOOL, index, start, count };
	uint8_t payload[64];

	memcpy(payload, &set, 20);
	memcpy(payload + 20, bools, size);
	return call(f, VFIO_USER_DEVICE_SET_IRQS, payload, 20 + size, NULL, 0);
}

/* How often it has been signalled since the last time. */
static uint64_t signals(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void open_eventfds(int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		fds[i] = eventfd(0, EFD_NONBLOCK);
		assert_true(fds[i] >= 0);
	}
}

static void close_fds(const int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		close(fds[i]);
}

static void test_irq_signals_its_eventfd(void **state)
{
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_false(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(vfio_user_irq(f->vu, 1, i));
		for (unsigned int j = 0; j < 4; j++)
			assert_int_equal(signals(fds[j]), i == j);
	}
	assert_false(vfio_user_irq(f->vu, 0, 0));
	assert_false(vfio_user_irq(f->vu, 1, 4));
	assert_false(vfio_user_irq(f->vu, 2, 0));
	assert_false(vfio_user_irq(f->vu, 3, 0));
	assert_false(vfio_user_irq(f->vu, UINT32_MAX, UINT32_MAX));
	close_fds(fds, 4);
}

static void test_irq_unassigned(void **state)
{
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	/* No descriptors: those of the range go. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 1, 2, NULL, 0), 0);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_false(vfio_user_irq(f->vu, 1, 1));
	assert_false(vfio_user_irq(f->vu, 1, 2));
	assert_true(vfio_user_irq(f->vu, 1, 3));
	assert_int_equal(signals(fds[1]) + signals(fds[2]), 0);
	/* A new one replaces the old one. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 3, 1, &fds[1], 1), 0);
	assert_true(vfio_user_irq(f->vu, 1, 3));
	assert_int_equal(signals(fds[1]), 1);
	assert_int_equal(signals(fds[3]), 1);
	/* Count 0: the whole index goes. */
	assert_int_equal(set_irqs(f, TRIGGER_NONE, 1, 0, 0, NULL, 0), 0);
	for (unsigned int i = 0; i < 4; i++)
		assert_false(vfio_user_irq(f->vu, 1, i));
	close_fds(fds, 4);
}

static void test_irq_triggered_by_the_client(void **state)
{
	static const uint8_t bools[] = { 1, 0, 1 };
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	assert_int_equal(set_irqs(f, TRIGGER_NONE, 1, 2, 2, NULL, 0), 0);
	assert_int_equal(signals(fds[0]) + signals(fds[1]), 0);
	assert_int_equal(signals(fds[2]), 1);
	assert_int_equal(signals(fds[3]), 1);
	assert_int_equal(trigger_bool(f, 1, 1, 3, bools, 3), 0);
	assert_int_equal(signals(fds[0]) + signals(fds[2]), 0);
	assert_int_equal(signals(fds[1]), 1);
	assert_int_equal(signals(fds[3]), 1);
	assert_int_equal(trigger_bool(f, 1, 0, 3, bools, 2), -EINVAL);
	assert_int_equal(trigger_bool(f, 1, 0, 2, bools, 3), -EINVAL);
	assert_int_equal(signals(fds[0]), 0);
	close_fds(fds, 4);
}

static void test_intx_masks_itself(void **state)
{
	struct fixture *f = *state;
	int fd;

	open_eventfds(&fd, 1);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 0, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 1);
	assert_int_equal(set_irqs(f, UNMASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_int_equal(signals(fd), 1);
	/* Nothing has come since: nothing is signalled. */
	assert_int_equal(set_irqs(f, UNMASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_int_equal(signals(fd), 0);
	assert_int_equal(set_irqs(f, MASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 0);
	/* A new eventfd starts afresh. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 0, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 1);
	close(fd);
}

static void test_irq_malformed(void **state)
{
	static const struct {
		int error;
		uint32_t flags, index, start, count;
		unsigned int num_fds;
	} bad[] = {
		{ -EINVAL, TRIGGER_FD, 3, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, UINT32_MAX, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 2, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 4, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 5, 5 },
		{ -EINVAL, TRIGGER_FD, 1, 3, 2, 2 },
		{ -EINVAL, TRIGGER_FD, 1, 1, UINT32_MAX, 0 },
		{ -EINVAL, TRIGGER_FD, 1, UINT32_MAX, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 2, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 1, 2 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 0, 0 },
		{ -EINVAL, TRIGGER_NONE, 1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_NONE, 1, 1, 0, 0 },
		{ -EINVAL, TRIGGER_NONE | VFIO_IRQ_SET_DATA_EVENTFD,
		  1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD | VFIO_IRQ_SET_ACTION_MASK, 1, 0, 1, 1 },
		{ -EINVAL, VFIO_IRQ_SET_ACTION_TRIGGER, 1, 0, 1, 0 },
		{ -EINVAL, VFIO_IRQ_SET_DATA_EVENTFD, 1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD | 1 << 6, 1, 0, 1, 1 },
		{ -EINVAL, MASK_NONE, 0, 0, 0, 0 },
		{ -ENOTTY, MASK_NONE, 1, 0, 1, 0 },
		{ -ENOTTY, UNMASK_NONE, 1, 0, 1, 0 },
		{ -ENOTTY, VFIO_IRQ_SET_ACTION_UNMASK |
		  VFIO_IRQ_SET_DATA_EVENTFD, 0, 0, 1, 1 },
	};
	struct vfio_user_irq_set short_argsz = { 19, TRIGGER_FD, 1, 0, 1 };
	struct fixture *f = *state;
	int fds[5];

	open_eventfds(fds, 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set_irqs(f, bad[i].flags, bad[i].index,
					  bad[i].start, bad[i].count, fds,
					  bad[i].num_fds), bad[i].error);
	assert_int_equal(call_fds(f, VFIO_USER_DEVICE_SET_IRQS, &short_argsz,
				  20, NULL, 0, fds, 1), -EINVAL);
	for (unsigned int i = 0; i < 5; i++)
		assert_false(vfio_user_irq(f->vu, i / 4, i % 4));
	close_fds(fds, 5);
}

static void test_irq_that_is_no_eventfd(void **state)
{
	struct fixture *f = *state;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 1, &fds[1], 1), -EINVAL);
	assert_false(vfio_user_irq(f->vu, 1, 0));
	close_fds(fds, 2);
}

/* The write would block: it must not stop the model. */
static void test_irq_with_a_full_counter(void **state)
{
	struct fixture *f = *state;
	uint64_t most = UINT64_MAX - 1;
	int fd = eventfd(0, 0);

	assert_int_equal(write(fd, &most, sizeof(most)), sizeof(most));
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(signals(fd), most);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(signals(fd), 1);
	close(fd);
}

/* ---- DMA ---- */

static int memory(unsigned int pages)
{
	int fd = memfd_create("test_vfio_user", 0);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, pages * PAGE), 0);
	return fd;
}

static int dma_map(struct fixture *f, uint64_t iova, uint64_t size, int fd,
		   uint64_t offset)
{
	struct vfio_user_dma_map map = {
		32, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		offset, iova, size,
	};

	return call_fds(f, VFIO_USER_DMA_MAP, &map, sizeof(map), NULL, 0, &fd,
			fd >= 0);
}

static int dma_unmap(struct fixture *f, uint64_t iova, uint64_t size,
		     uint32_t flags)
{
	struct vfio_user_dma_unmap unmap = { 24, flags, iova, size }, echo;
	int ret = call(f, VFIO_USER_DMA_UNMAP, &unmap, 24, &echo, 24);

	if (!ret)
		assert_memory_equal(&unmap, &echo, 24);
	return ret;
}

static void test_dma_map(void **state)
{
	struct fixture *f = *state;
	int fd = memory(4);
	char buf[8] = "";

	assert_int_equal(dma_map(f, 0x100000, 2 * PAGE, fd, PAGE), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 0x100ffe, "memory", 7, true),
			 0);
	assert_int_equal(pread(fd, buf, 7, 2 * PAGE - 2), 7);
	assert_string_equal(buf, "memory");
	assert_int_equal(dma_map(f, 0x101000, PAGE, fd, 0), -EEXIST);
	assert_int_equal(dma_map(f, 0x200000, PAGE, fd, 4 * PAGE), -EINVAL);
	assert_int_equal(dma_unmap(f, 0x100000, PAGE, 0), -EINVAL);
	assert_int_equal(dma_unmap(f, 0x100000, 2 * PAGE, 0), 0);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
	close(fd);
}

static void test_dma_map_flags(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_dma_map map = { .argsz = 32, .size = PAGE };
	int fd = memory(1);
	char c = 'x';

	for (uint32_t flags = 0; flags < 4; flags++) {
		map.flags = flags;
		assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL,
					  0, &fd, 1), 0);
		assert_int_equal(dma_space_rw(f->dev.dma, 0, &c, 1, false),
				 flags & VFIO_DMA_MAP_FLAG_READ ? 0 : -EFAULT);
		assert_int_equal(dma_space_rw(f->dev.dma, 0, &c, 1, true),
				 flags & VFIO_DMA_MAP_FLAG_WRITE ? 0 : -EFAULT);
		assert_int_equal(dma_unmap(f, 0, PAGE, 0), 0);
	}
	map.flags = VFIO_DMA_MAP_FLAG_READ | 1 << 2;
	assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL, 0, &fd,
				  1), -EINVAL);
	map.flags = VFIO_DMA_MAP_FLAG_READ;
	map.argsz = 31;
	assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL, 0, &fd,
				  1), -EINVAL);
	close(fd);
}

/* A firmware flash of QEMU's has no descriptor, and its map must not fail. */
static void test_dma_map_without_descriptor(void **state)
{
	struct fixture *f = *state;
	char c;

	assert_int_equal(dma_map(f, 0xfffc0000, 0x40000, -1, 0), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 0xfffc0000, &c, 1, false),
			 -EFAULT);
	assert_int_equal(dma_unmap(f, 0xfffc0000, 0x40000, 0), 0);
}

static void test_dma_unmap_all(void **state)
{
	struct vfio_user_dma_unmap short_argsz = { .argsz = 23, .size = PAGE };
	struct fixture *f = *state;
	int fd = memory(4);

	for (uint64_t i = 0; i < 4; i++)
		assert_int_equal(dma_map(f, i << 20, PAGE, fd, i * PAGE), 0);
	assert_int_equal(dma_unmap(f, 0, PAGE, VFIO_DMA_UNMAP_FLAG_ALL),
			 -EINVAL);
	assert_int_equal(dma_unmap(f, 0, PAGE, 1 << 2), -EINVAL);
	assert_int_equal(dma_unmap(f, 0, 0, 0), -EINVAL);
	assert_int_equal(call(f, VFIO_USER_DMA_UNMAP, &short_argsz, 24, NULL,
			      0), -EINVAL);
	assert_int_equal(dma_space_count(f->dev.dma), 4);
	assert_int_equal(dma_unmap(f, 0, 0, VFIO_DMA_UNMAP_FLAG_ALL), 0);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
	close(fd);
}

/* ---- descriptors ---- */

static void test_descriptors_nobody_expects(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_device_info info = { .argsz = 16 };
	struct vfio_user_dma_map map = { .argsz = 32, .size = PAGE };
	struct write w = { { .count = 4 }, "abc" };
	int fds[2] = { memory(1), memory(1) };

	assert_int_equal(call_fds(f, VFIO_USER_DEVICE_GET_INFO, &info, 16, NULL,
				  0, fds, 1), -EINVAL);
	assert_int_equal(call_fds(f, VFIO_USER_DMA_MAP, &map, 32, NULL, 0, fds,
				  2), -EINVAL);
	assert_int_equal(call_fds(f, 99, NULL, 0, NULL, 0, fds, 2), -ENOTSUP);
	put_fds(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20, fds, 2);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->writes, 0);
	close_fds(fds, 2);
	/* The socket's own two are all that is left. */
	assert_int_equal(count_fds(), f->open_fds + 2);
}

static void test_too_many_descriptors(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_irq_set set = { 20, TRIGGER_FD, 1, 0, 4 };
	int fds[17];

	open_eventfds(fds, 17);
	put_fds(f, VFIO_USER_DEVICE_SET_IRQS, 0, &set, 20, fds, 17);
	close_fds(fds, 17);
	assert_protocol_error(f);
}

/* A message that never ends, with ever more descriptors. */
static void test_descriptors_that_pile_up(void **state)
{
	struct vfio_user_hdr hdr = { .command = 1, .size = 1024 };
	struct fixture *f = *state;
	int fds[16];

	open_eventfds(fds, 16);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(send_with_fds(f->client, &hdr, sizeof(hdr),
					       fds, 16), sizeof(hdr));
		assert_int_equal(vfio_user_run(f->vu), 0);
	}
	assert_int_equal(send_with_fds(f->client, "x", 1, fds, 1), 1);
	close_fds(fds, 16);
	assert_protocol_error(f);
}

/* One read gets all of it, and each descriptor goes to its own message. */
static void test_descriptors_among_other_messages(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .count = 4 }, "abc" };
	struct vfio_user_dma_map map = { 32, VFIO_DMA_MAP_FLAG_READ, 0, 0, PAGE };
	int a = memory(1), b = memory(1);
	char c[2];

	assert_int_equal(pwrite(a, "a", 1, 0) + pwrite(b, "b", 1, 0), 2);
	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	put(f, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32);
	map.address = PAGE;
	put_fds(f, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32, &a, 1);
	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	map.address = 2 * PAGE;
	put_fds(f, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32, &b, 1);
	map.address = 3 * PAGE;
	put(f, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32);
	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	close(a);
	close(b);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->writes, 3);
	assert_int_equal(dma_space_count(f->dev.dma), 4);
	assert_int_equal(dma_space_rw(f->dev.dma, 0, c, 1, false), -EFAULT);
	assert_int_equal(dma_space_rw(f->dev.dma, PAGE, c, 1, false), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, 2 * PAGE, c + 1, 1, false), 0);
	assert_memory_equal(c, "ab", 2);
	assert_int_equal(dma_space_rw(f->dev.dma, 3 * PAGE, c, 1, false),
			 -EFAULT);
}

/* The descriptor of a message that is not complete waits for its rest. */
static void test_descriptor_of_a_partial_message(void **state)
{
	struct vfio_user_dma_map map = { 32, VFIO_DMA_MAP_FLAG_READ, 0, 0, PAGE };
	struct write w = { { .count = 4 }, "abc" };
	struct fixture *f = *state;
	int a = memory(1), b = memory(1);
	char buf[64], c[2];

	assert_int_equal(pwrite(a, "a", 1, 0) + pwrite(b, "b", 1, 0), 2);
	build(f, buf, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32);
	assert_int_equal(send_with_fds(f->client, buf, 40, &a, 1), 40);
	assert_int_equal(vfio_user_run(f->vu), 0);
	/* One read gets its rest and the next ones with their descriptor. */
	assert_int_equal(send(f->client, buf + 40, 8, 0), 8);
	put(f, VFIO_USER_REGION_WRITE, VFIO_USER_NO_REPLY, &w, 20);
	map.address = PAGE;
	put_fds(f, VFIO_USER_DMA_MAP, VFIO_USER_NO_REPLY, &map, 32, &b, 1);
	close(a);
	close(b);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->writes, 1);
	assert_int_equal(dma_space_rw(f->dev.dma, 0, c, 1, false), 0);
	assert_int_equal(dma_space_rw(f->dev.dma, PAGE, c + 1, 1, false), 0);
	assert_memory_equal(c, "ab", 2);
}

/* ---- the stream ---- */

static void send_bytewise(struct fixture *f, const char *buf, size_t size,
			  size_t fd_at, int fd)
{
	for (size_t i = 0; i < size; i++) {
		assert_no_reply(f);
		assert_int_equal(send_with_fds(f->client, buf + i, 1, &fd,
					       i == fd_at), 1);
		assert_int_equal(vfio_user_run(f->vu), 0);
	}
}

static void test_messages_byte_by_byte(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .offset = 4, .count = 4 }, "abc" };
	char buf[256];
	size_t size;

	size = build(f, buf, VFIO_USER_REGION_WRITE, 0, &w, 20);
	send_bytewise(f, buf, size, SIZE_MAX, -1);
	assert_int_equal(get(f, VFIO_USER_REGION_WRITE, &w, 16), 0);
	assert_string_equal((char *)f->mem[0] + 4, "abc");
}

static void test_descriptor_with_any_byte(void **state)
{
	struct vfio_user_dma_map map = { 32, VFIO_DMA_MAP_FLAG_READ, 0, 0, PAGE };
	struct fixture *f = *state;
	char buf[256], c;
	int fd = memory(1);

	for (size_t at = 0; at < 48; at++) {
		size_t size = build(f, buf, VFIO_USER_DMA_MAP, 0, &map, 32);

		send_bytewise(f, buf, size, at, fd);
		assert_int_equal(get(f, VFIO_USER_DMA_MAP, NULL, 0), 0);
		assert_int_equal(dma_space_rw(f->dev.dma, 0, &c, 1, false), 0);
		assert_int_equal(dma_unmap(f, 0, PAGE, 0), 0);
	}
	close(fd);
}

static void test_many_messages_in_one_send(void **state)
{
	struct fixture *f = *state;
	struct write w = { { .count = 4 }, "abc" };
	char buf[4096];
	size_t size = 0;

	for (int i = 0; i < 50; i++) {
		w.access.offset = 8 * i;
		size += build(f, buf + size, VFIO_USER_REGION_WRITE,
			      VFIO_USER_NO_REPLY, &w, 20);
	}
	size += build(f, buf + size, VFIO_USER_DEVICE_RESET, 0, NULL, 0);
	/* All but the end of the last one. */
	assert_int_equal(send(f->client, buf, size - 1, 0), size - 1);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(f->writes, 50);
	assert_int_equal(f->last_offset, 8 * 49);
	assert_no_reply(f);
	assert_int_equal(send(f->client, buf + size - 1, 1, 0), 1);
	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_int_equal(get(f, VFIO_USER_DEVICE_RESET, NULL, 0), 0);
}

/* Sends what the socket takes, lets the server read, and goes on. */
static void send_all(struct fixture *f, const char *buf, size_t size)
{
	while (size) {
		ssize_t n = send(f->client, buf, size, MSG_DONTWAIT);

		if (n > 0) {
			buf += n;
			size -= n;
		}
		assert_int_equal(vfio_user_run(f->vu), 0);
	}
}

static void test_the_largest_write(void **state)
{
	const size_t size = VFIO_USER_MAX_MESSAGE;
	struct fixture *f = *state;
	struct vfio_user_region_access access = { 5, 2, VFIO_USER_MAX_XFER };
	char *payload = malloc(size), *buf = malloc(size);

	assert_non_null(payload);
	assert_non_null(buf);
	for (size_t i = 0; i < size; i++)
		payload[i] = (char)(i ^ i >> 8);
	memcpy(payload, &access, sizeof(access));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(build(f, buf, VFIO_USER_REGION_WRITE, 0,
				       payload, 16 + VFIO_USER_MAX_XFER), size);
		send_all(f, buf, size);
		assert_int_equal(get(f, VFIO_USER_REGION_WRITE, &access, 16),
				 0);
	}
	assert_int_equal(f->last_count, VFIO_USER_MAX_XFER);
	assert_memory_equal(f->mem[2] + 5, payload + 16, VFIO_USER_MAX_XFER);
	free(payload);
	free(buf);
}

struct reader {
	int fd;
	size_t size;
	uint8_t *data;
};

static void *read_slowly(void *arg)
{
	struct reader *r = arg;
	size_t done = 0;
	ssize_t n;

	while (done < r->size) {
		size_t left = r->size - done;

		usleep(2000);
		n = recv(r->fd, r->data + done, left < 32768 ? left : 32768, 0);
		if (n <= 0)
			break;
		done += n;
	}
	return done == r->size ? r : NULL;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* A signal every millisecond: sends end early, and have to be continued. */
static void interrupt_often(bool on)
{
	struct itimerval often = { { 0, 1000 * on }, { 0, 1000 * on } };
	struct sigaction action = { .sa_handler = on_alarm };

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static void test_the_largest_read(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_region_access access = { 9, 2, VFIO_USER_MAX_XFER };
	struct reader r = {
		.fd = f->client,
		.size = VFIO_USER_MAX_MESSAGE,
		.data = calloc(1, VFIO_USER_MAX_MESSAGE),
	};
	pthread_t thread;
	sigset_t alarm;
	void *complete;

	for (size_t i = 0; i < BIG; i++)
		f->mem[2][i] = (uint8_t)(i ^ i >> 8);
	put(f, VFIO_USER_REGION_READ, 0, &access, sizeof(access));
	/* The reader inherits the mask: all signals are the server's. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	assert_int_equal(pthread_create(&thread, NULL, read_slowly, &r), 0);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	interrupt_often(true);
	assert_int_equal(vfio_user_run(f->vu), 0);
	interrupt_often(false);
	pthread_join(thread, &complete);
	assert_ptr_equal(complete, &r);
	assert_int_equal(((struct vfio_user_hdr *)r.data)->size, r.size);
	assert_memory_equal(r.data + 16, &access, 16);
	assert_memory_equal(r.data + 32, f->mem[2] + 9, VFIO_USER_MAX_XFER);
	free(r.data);
}

static void test_nothing_to_read(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(vfio_user_run(f->vu), 0);
	assert_no_reply(f);
}

static void test_the_client_leaves(void **state)
{
	struct fixture *f = *state;

	close(f->client);
	f->client = -1;
	assert_int_equal(vfio_user_run(f->vu), -ECONNRESET);
}

/* The reply meets a closed socket: no SIGPIPE, and the model goes on. */
static void test_the_client_leaves_without_its_reply(void **state)
{
	struct fixture *f = *state;

	put(f, VFIO_USER_DEVICE_RESET, 0, NULL, 0);
	close(f->client);
	f->client = -1;
	assert_int_equal(vfio_user_run(f->vu), -ECONNRESET);
	assert_int_equal(f->resets, 1);
}

static void test_the_client_leaves_in_a_message(void **state)
{
	struct fixture *f = *state;
	struct vfio_user_dma_map map = { .argsz = 32, .size = PAGE };
	char buf[64];
	int fd = memory(1);

	build(f, buf, VFIO_USER_DMA_MAP, 0, &map, 32);
	assert_int_equal(send_with_fds(f->client, buf, 40, &fd, 1), 40);
	close(fd);
	close(f->client);
	f->client = -1;
	assert_int_equal(vfio_user_run(f->vu), -ECONNRESET);
	assert_int_equal(dma_space_count(f->dev.dma), 0);
}

/* A client that never reads is given up instead of being waited for. */
static void test_the_client_does_not_read(void **state)
{
	struct timeval short_time = { .tv_usec = 20000 }, set;
	struct vfio_user_region_access access = { 0, 2, 65536 };
	struct fixture *f = *state;
	socklen_t size = sizeof(set);

	assert_int_equal(getsockopt(f->server, SOL_SOCKET, SO_SNDTIMEO, &set,
				    &size), 0);
	assert_int_equal(set.tv_sec, 5);
	assert_int_equal(setsockopt(f->server, SOL_SOCKET, SO_SNDTIMEO,
				    &short_time, sizeof(short_time)), 0);
	for (int i = 0; i < 64; i++)
		put(f, VFIO_USER_REGION_READ, 0, &access, sizeof(access));
	assert_int_equal(vfio_user_run(f->vu), -ECONNRESET);
}

int main(void)
{
#define FRESH(name) \
	cmocka_unit_test_setup_teardown(name, setup_connected, teardown)
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
		TEST(test_irq_signals_its_eventfd),
		TEST(test_irq_unassigned),
		TEST(test_irq_triggered_by_the_client),
		TEST(test_intx_masks_itself),
		TEST(test_irq_malformed),
		TEST(test_irq_that_is_no_eventfd),
		TEST(test_irq_with_a_full_counter),
		TEST(test_dma_map),
		TEST(test_dma_map_flags),
		TEST(test_dma_map_without_descriptor),
		TEST(test_dma_unmap_all),
		TEST(test_descriptors_nobody_expects),
		TEST(test_too_many_descriptors),
		TEST(test_descriptors_that_pile_up),
		TEST(test_descriptors_among_other_messages),
		TEST(test_descriptor_of_a_partial_message),
		TEST(test_messages_byte_by_byte),
		TEST(test_descriptor_with_any_byte),
		TEST(test_many_messages_in_one_send),
		TEST(test_the_largest_write),
		TEST(test_the_largest_read),
		TEST(test_nothing_to_read),
		TEST(test_the_client_leaves),
		TEST(test_the_client_leaves_without_its_reply),
		TEST(test_the_client_leaves_in_a_message),
		TEST(test_the_client_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
