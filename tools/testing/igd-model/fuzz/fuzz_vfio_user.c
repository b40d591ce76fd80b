// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vfio-user client that sends arbitrary bytes. The input has one byte of options
 * for the whole connection, and then records, each one send():
 *
 *	u8 options, u16 length (little endian), length bytes
 *
 * seeds_vfio_user.py makes a corpus of these.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "dma.h"
#include "vfio_user.h"
#include "vfio_user_proto.h"

/* The first byte. */
enum {
	NO_HANDSHAKE = 1 << 0,	/* the input brings its own VERSION */
};

/* The options of a record. */
enum {
	FD_KIND = 3,		/* kind of its descriptors */
	FD_COUNT = 3 << 2,	/* none, one, two or one too many */
	FIX_SIZE = 1 << 4,	/* its header has the correct length */
	RUN = 1 << 5,		/* the server reads before the next record */
	IN_TWO = 1 << 6,	/* it is sent in halves, with a read between */
	RAISE = 1 << 7,		/* then the device raises an interrupt */
};

enum { LEAK_CHECK_EVERY = 32 };

static const unsigned int fd_counts[] = { 0, 1, 2, VFIO_USER_MAX_FDS + 1 };
static int fds[FD_KIND + 1][VFIO_USER_MAX_FDS + 1];

/* Most inputs violate the protocol: omit their lines. */
void warnx(const char *format, ...)
{
	(void)format;
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (!dir)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[32];
	int ends[2];

	(void)argc;
	(void)argv;
	for (unsigned int i = 0; i <= VFIO_USER_MAX_FDS; i++) {
		fds[0][i] = memfd_create("fuzz", 0);
		if (ftruncate(fds[0][i], 16 * 4096) || pipe(ends))
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0][i]);
		fds[1][i] = open(path, O_RDONLY);
		fds[2][i] = eventfd(0, EFD_NONBLOCK);
		fds[3][i] = ends[1];
		close(ends[0]);
	}
	return 0;
}

/* The device copies between its regions and the client's memory. */
static int stub_read(void *opaque, unsigned int region, uint64_t offset,
		     void *data, uint32_t count)
{
	memset(data, 0, count);
	if (region == 2)
		dma_space_rw(opaque, offset, data, count, false);
	return offset == 0x666 ? -EIO : 0;
}

static int stub_write(void *opaque, unsigned int region, uint64_t offset,
		      const void *data, uint32_t count, bool posted)
{
	char *copy = malloc(count);

	memcpy(copy, data, count);
	if (region == 2)
		dma_space_rw(opaque, offset, copy, count, true);
	free(copy);
	return posted && offset == 0x666 ? -EIO : 0;
}

static int stub_reset(void *opaque)
{
	dma_space_clear(opaque);
	return 0;
}

static void send_piece(int client, const uint8_t *data, size_t size,
		       const int *send_fds, unsigned int num_fds)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(fds[0]))];
	} control = { .hdr = {
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(num_fds * sizeof(int)),
	} };
	struct iovec iov = { (void *)data, size };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (num_fds) {
		memcpy(CMSG_DATA(&control.hdr), send_fds,
		       num_fds * sizeof(int));
		mh.msg_control = control.buf;
		mh.msg_controllen = CMSG_SPACE(num_fds * sizeof(int));
	}
	sendmsg(client, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int run(struct vfio_user *vu, int client)
{
	static uint8_t replies[1 << 16];
	int ret = vfio_user_run(vu);

	while (recv(client, replies, sizeof(replies), MSG_DONTWAIT) > 0)
		;
	return ret;
}

static int send_record(struct vfio_user *vu, int client, uint8_t options,
		       uint8_t *data, uint32_t size)
{
	unsigned int num_fds = fd_counts[(options & FD_COUNT) >> 2];
	const int *send_fds = fds[options & FD_KIND];
	uint32_t half = options & IN_TWO ? size / 2 : 0;
	int ret = 0;

	if (options & FIX_SIZE && size >= sizeof(struct vfio_user_hdr))
		memcpy(data + offsetof(struct vfio_user_hdr, size), &size,
		       sizeof(size));
	if (half) {
		send_piece(client, data, half, send_fds, num_fds);
		ret = run(vu, client);
		num_fds = 0;
	}
	send_piece(client, data + half, size - half, send_fds, num_fds);
	if (!ret && options & RUN)
		ret = run(vu, client);
	if (options & RAISE)
		vfio_user_irq(vu, options & 3, (options >> 2) & 3);
	return ret;
}

static void send_records(struct vfio_user *vu, int client, const uint8_t *data,
			 size_t size)
{
	static uint8_t record[1 << 16];

	while (size >= 3) {
		uint8_t options = data[0];
		size_t length = data[1] | data[2] << 8;

		data += 3;
		size -= 3;
		if (length > size)
			length = size;
		memcpy(record, data, length);
		if (length && send_record(vu, client, options, record, length))
			return;
		data += length;
		size -= length;
	}
	run(vu, client);
}

static void handshake(struct vfio_user *vu, int client)
{
	static const struct {
		struct vfio_user_hdr hdr;
		struct vfio_user_version version;
	} hello = { .hdr = { 0, VFIO_USER_VERSION, sizeof(hello), 0, 0 } };

	send_piece(client, (const uint8_t *)&hello, sizeof(hello), NULL, 0);
	if (run(vu, client))
		abort();
}

/* The client does not read while the server runs: give up soon. */
static void shorten_timeout(int server)
{
	struct timeval timeout = { .tv_usec = 1000 };

	setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
}

static void one_connection(struct dma_space *dma, const uint8_t *data,
			   size_t size)
{
	static const struct vfio_user_region regions[] = {
		{ 4096, true }, { 0, false }, { 1ULL << 40, true }, { 64, false },
	};
	static const uint32_t irq_counts[] = { 1, 4, 0 };
	static const struct vfio_user_ops ops = {
		stub_read, stub_write, stub_reset,
	};
	const struct vfio_user_device device = {
		&ops, dma, dma, regions, 4, irq_counts, 3, true,
	};
	struct vfio_user *vu;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		abort();
	vu = vfio_user_new(pair[1], &device);
	shorten_timeout(pair[1]);
	if (!(data[0] & NO_HANDSHAKE))
		handshake(vu, pair[0]);
	send_records(vu, pair[0], data + 1, size - 1);
	vfio_user_free(vu);
	close(pair[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned int runs;
	bool check = ++runs % LEAK_CHECK_EVERY == 0;
	struct dma_space *dma = dma_space_new();
	/* In each run, as the sanitizers open descriptors, too. */
	int open_fds = check ? count_fds() : 0;

	if (size)
		one_connection(dma, data, size);
	if (dma_space_count(dma) || (check && count_fds() != open_fds))
		abort();
	dma_space_free(dma);
	return 0;
}
