// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vfio_client.h"

static const struct vfio_user_region regions[] = {
	{ .size = 4096, .writable = true },
	{ .size = 0 },
	{ .size = BIG, .writable = true },
	{ .size = 16 },
};

static const uint32_t irq_counts[] = { 1, 4, 0 };

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

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

ssize_t send_with_fds(int sock, const void *data, size_t size, const int *fds,
		      unsigned int num_fds)
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

size_t build(struct fixture *f, void *buf, uint16_t command, uint32_t flags,
	     const void *payload, size_t size)
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

void put_fds(struct fixture *f, uint16_t command, uint32_t flags,
	     const void *payload, size_t size, const int *fds,
	     unsigned int num_fds)
{
	char buf[4096];
	size_t total = build(f, buf, command, flags, payload, size);

	assert_int_equal(send_with_fds(f->client, buf, total, fds, num_fds),
			 total);
}

void put(struct fixture *f, uint16_t command, uint32_t flags,
	 const void *payload, size_t size)
{
	put_fds(f, command, flags, payload, size, NULL, 0);
}

void assert_no_reply(struct fixture *f)
{
	char c;

	assert_int_equal(recv(f->client, &c, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

int get(struct fixture *f, uint16_t command, void *payload, size_t size)
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

int call_fds(struct fixture *f, uint16_t command, const void *in,
	     size_t in_size, void *out, size_t out_size, const int *fds,
	     unsigned int num_fds)
{
	put_fds(f, command, 0, in, in_size, fds, num_fds);
	assert_int_equal(vfio_user_run(f->vu), 0);
	return get(f, command, out, out_size);
}

int call(struct fixture *f, uint16_t command, const void *in, size_t in_size,
	 void *out, size_t out_size)
{
	return call_fds(f, command, in, in_size, out, out_size, NULL, 0);
}

int memory(unsigned int pages)
{
	int fd = memfd_create("test_vfio_user", 0);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, pages * PAGE), 0);
	return fd;
}

int dma_map(struct fixture *f, uint64_t iova, uint64_t size, int fd,
	    uint64_t offset)
{
	struct vfio_user_dma_map map = {
		32, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		offset, iova, size,
	};

	return call_fds(f, VFIO_USER_DMA_MAP, &map, sizeof(map), NULL, 0, &fd,
			fd >= 0);
}

int dma_unmap(struct fixture *f, uint64_t iova, uint64_t size, uint32_t flags)
{
	struct vfio_user_dma_unmap unmap = { 24, flags, iova, size }, echo;
	int ret = call(f, VFIO_USER_DMA_UNMAP, &unmap, 24, &echo, 24);

	if (!ret)
		assert_memory_equal(&unmap, &echo, 24);
	return ret;
}

void open_eventfds(int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		fds[i] = eventfd(0, EFD_NONBLOCK);
		assert_true(fds[i] >= 0);
	}
}

void close_fds(const int *fds, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		close(fds[i]);
}

int setup_connected(void **state)
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

int setup(void **state)
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

int teardown(void **state)
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

void assert_protocol_error(struct fixture *f)
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
