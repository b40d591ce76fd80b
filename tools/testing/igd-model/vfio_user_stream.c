// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "vfio_user_stream.h"

/*
 * A client that does not read its replies must not block the model forever. QEMU
 * itself waits 5 s for a reply (hw/vfio-user/pci.c, x-msg-timeout).
 */
#define SEND_TIMEOUT_S	5

/* Room for a partial message and a default socket buffer. */
#define RX_SIZE		(VFIO_USER_MAX_MESSAGE + (256 << 10))

/* Descriptors of the incomplete message and of the next read. */
#define MAX_HELD	(2 * VFIO_USER_MAX_FDS)

struct vfio_user_stream {
	int fd;
	uint64_t taken;		/* bytes of the stream before rx[head] */
	size_t head;		/* rx[head..tail) is received, not taken */
	size_t tail;
	size_t current;		/* size of the message in use, or 0 */
	unsigned int current_fds;
	unsigned int num_held;	/* descriptors, in the order of arrival */
	int held[MAX_HELD];
	uint64_t held_at[MAX_HELD];	/* the stream's byte each belongs to */
	uint8_t rx[RX_SIZE];
};

static void set_blocking_send(int fd)
{
	struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
}

struct vfio_user_stream *vfio_user_stream_new(int fd)
{
	struct vfio_user_stream *s = malloc(sizeof(*s));

	if (!s) {
		close(fd);
		errno = ENOMEM;
		return NULL;
	}
	memset(s, 0, offsetof(struct vfio_user_stream, rx));
	s->fd = fd;
	set_blocking_send(fd);
	return s;
}

static void drop_fds(struct vfio_user_stream *s, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (s->held[i] >= 0)
			close(s->held[i]);
	s->num_held -= count;
	memmove(s->held, s->held + count, s->num_held * sizeof(s->held[0]));
	memmove(s->held_at, s->held_at + count,
		s->num_held * sizeof(s->held_at[0]));
}

void vfio_user_stream_free(struct vfio_user_stream *s)
{
	if (!s)
		return;
	drop_fds(s, s->num_held);
	close(s->fd);
	free(s);
}

/*
 * Linux ends a read after a segment with descriptors (net/unix/af_unix.c,
 * unix_stream_read_generic()), so they belong to the last byte of the read, not to
 * the first. A client sends a message and its descriptors in one piece, so the
 * descriptors belong to the message with this byte.
 */
static int hold_fds(struct vfio_user_stream *s, struct cmsghdr *cmsg,
		    uint64_t last)
{
	size_t count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int over = 0;

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(fd), sizeof(fd));
		if (s->num_held == MAX_HELD) {
			close(fd);
			over = -EPROTO;
			continue;
		}
		s->held[s->num_held] = fd;
		s->held_at[s->num_held++] = last;
	}
	return over;
}

/* Returns 1 if descriptors came, 0 if not, -EPROTO if there were too many. */
static int take_ancillary(struct vfio_user_stream *s, struct msghdr *mh,
			  uint64_t last)
{
	int ret = mh->msg_flags & MSG_CTRUNC ? -EPROTO : 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		if (hold_fds(s, c, last))
			ret = -EPROTO;
		else if (!ret)
			ret = 1;
	}
	if (ret < 0)
		warnx("vfio-user: more than %d descriptors in one message",
		      VFIO_USER_MAX_FDS);
	return ret;
}

static void make_room(struct vfio_user_stream *s)
{
	memmove(s->rx, s->rx + s->head, s->tail - s->head);
	s->tail -= s->head;
	s->head = 0;
}

int vfio_user_stream_fill(struct vfio_user_stream *s)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(VFIO_USER_MAX_FDS * sizeof(int))];
	} control;
	struct iovec iov;
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n;
	int ret;

	make_room(s);
	iov.iov_base = s->rx + s->tail;
	iov.iov_len = RX_SIZE - s->tail;
	n = recvmsg(s->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -ECONNRESET;
	s->tail += n;
	ret = take_ancillary(s, &mh, s->taken + s->tail - 1);
	return ret ? ret : (size_t)n == iov.iov_len;
}

static void drop_current(struct vfio_user_stream *s)
{
	drop_fds(s, s->current_fds);
	s->current_fds = 0;
	s->head += s->current;
	s->taken += s->current;
	s->current = 0;
}

int vfio_user_stream_next(struct vfio_user_stream *s,
			  struct vfio_user_message *msg)
{
	size_t available;

	drop_current(s);
	available = s->tail - s->head;
	if (available < sizeof(msg->hdr))
		return 0;
	memcpy(&msg->hdr, s->rx + s->head, sizeof(msg->hdr));
	if (msg->hdr.size < sizeof(msg->hdr) ||
	    msg->hdr.size > VFIO_USER_MAX_MESSAGE) {
		warnx("vfio-user: a message of %u bytes is impossible",
		      msg->hdr.size);
		return -EPROTO;
	}
	if (available < msg->hdr.size)
		return 0;

	s->current = msg->hdr.size;
	while (s->current_fds < s->num_held &&
	       s->held_at[s->current_fds] < s->taken + s->current)
		s->current_fds++;
	msg->payload = s->rx + s->head + sizeof(msg->hdr);
	msg->size = s->current - sizeof(msg->hdr);
	msg->fds = s->held;
	msg->num_fds = s->current_fds;
	return 1;
}

int vfio_user_stream_send(struct vfio_user_stream *s, const void *data,
			  size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t n = send(s->fd, p, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -ECONNRESET;
		p += n;
		size -= n;
	}
	return 0;
}
