// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "vfio_client.h"

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
	/* Only the socket's own two remain. */
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

/* A message that never ends, with more and more descriptors. */
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

/* The descriptor of an incomplete message is kept until the rest arrives. */
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

/* Sends until the socket is full, lets the server read, and continues. */
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
	/* The reader inherits the mask: the server gets all signals. */
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

/* A reply to a closed socket: no SIGPIPE, and the model continues. */
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

/* The server gives up a client that never reads. */
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
	const struct CMUnitTest tests[] = {
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
