/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_TESTS_VFIO_CLIENT_H
#define IGD_MODEL_TESTS_VFIO_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>
#include <linux/vfio.h>

#include "../dma.h"
#include "../vfio_user.h"
#include "../vfio_user_proto.h"

/*
 * A vfio-user client in the same thread as the server, whose device only stores its
 * arguments: region 0 is small, 1 absent, 2 has room for the largest transfers, 3 is
 * a ROM. It has INTx, MSI with four vectors, and no MSI-X. Any error fails the test.
 */
#define PAGE		4096ULL
#define BIG		(2 * VFIO_USER_MAX_XFER)
#define TRIGGER_FD	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD)

struct fixture {
	int client;
	int server;
	struct vfio_user_device dev;
	struct vfio_user *vu;
	int open_fds;		/* of the process before the test */
	uint16_t next_id;

	/* The last request to the device. */
	uint8_t mem[4][BIG];
	unsigned int writes, posted, resets;
	uint32_t last_region, last_count;
	uint64_t last_offset;
	int fail;		/* return value of the device's operations */
};

struct write {
	struct vfio_user_region_access access;
	uint8_t data[64];
};

/* cmocka fixtures: connected; connected and past VERSION */
int setup_connected(void **state);
int setup(void **state);
/* After any test nothing is mapped and no descriptor is open. */
int teardown(void **state);

#define FRESH(name) \
	cmocka_unit_test_setup_teardown(name, setup_connected, teardown)
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* count_fds - the number of open descriptors of the process. */
int count_fds(void);

/* send_with_fds - sends @size bytes and up to 32 @fds; as sendmsg(). */
ssize_t send_with_fds(int sock, const void *data, size_t size, const int *fds,
		      unsigned int num_fds);

/* build - makes a message with the next id in @buf; returns its size in bytes. */
size_t build(struct fixture *f, void *buf, uint16_t command, uint32_t flags,
	     const void *payload, size_t size);

/* put, put_fds - send one message of less than 4 KiB, in one piece. */
void put(struct fixture *f, uint16_t command, uint32_t flags,
	 const void *payload, size_t size);
void put_fds(struct fixture *f, uint16_t command, uint32_t flags,
	     const void *payload, size_t size, const int *fds,
	     unsigned int num_fds);

/* get - the reply to the last message put; returns its negative errno or 0. */
int get(struct fixture *f, uint16_t command, void *payload, size_t size);
void assert_no_reply(struct fixture *f);

/*
 * call, call_fds - a command and its reply, which returns as get() does; @out may be
 * NULL if the reply has no payload.
 */
int call(struct fixture *f, uint16_t command, const void *in, size_t in_size,
	 void *out, size_t out_size);
int call_fds(struct fixture *f, uint16_t command, const void *in,
	     size_t in_size, void *out, size_t out_size, const int *fds,
	     unsigned int num_fds);

/* assert_protocol_error - the connection ends, with exactly one line of reason. */
void assert_protocol_error(struct fixture *f);

/* memory - a descriptor of @pages of zeros. */
int memory(unsigned int pages);

/*
 * dma_map, dma_unmap - bytes of guest memory, in @fd from @offset on, or without a
 * descriptor if @fd is negative; return as call() does.
 */
int dma_map(struct fixture *f, uint64_t iova, uint64_t size, int fd,
	    uint64_t offset);
int dma_unmap(struct fixture *f, uint64_t iova, uint64_t size, uint32_t flags);

void open_eventfds(int *fds, unsigned int count);
void close_fds(const int *fds, unsigned int count);

#endif
