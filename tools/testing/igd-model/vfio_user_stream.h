/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_VFIO_USER_STREAM_H
#define IGD_MODEL_VFIO_USER_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "vfio_user_proto.h"

/*
 * A connected stream socket as a sequence of whole vfio-user messages, each with
 * its file descriptors. Of the protocol it uses only the header's size field.
 */
struct vfio_user_stream;

struct vfio_user_message {
	struct vfio_user_hdr hdr;
	const uint8_t *payload;		/* may be unaligned */
	size_t size;			/* of the payload, in bytes */
	int *fds;			/* set one to -1 to keep it */
	unsigned int num_fds;
};

/*
 * vfio_user_stream_new - the stream on the connected socket @fd, which it owns
 * from now on, also on failure. Returns NULL with errno set if memory is short.
 */
struct vfio_user_stream *vfio_user_stream_new(int fd);

/* Closes the socket and every descriptor not kept. */
void vfio_user_stream_free(struct vfio_user_stream *s);

/*
 * vfio_user_stream_fill - read the socket once, without waiting. Before, every
 * complete message must have been taken by vfio_user_stream_next().
 * Returns 1 if there may be more to read, 0 if not, -ECONNRESET if the client
 * has left, -EPROTO (with a line on stderr) if it sent too many descriptors.
 */
int vfio_user_stream_fill(struct vfio_user_stream *s);

/*
 * vfio_user_stream_next - drop the message of the last call with its remaining
 * descriptors, and describe the next message in @msg. It is valid until the next
 * call.
 * Returns 1 for a message, 0 if there is no complete one, -EPROTO (with a line on
 * stderr) if its size is invalid, so that the next message cannot be found.
 */
int vfio_user_stream_next(struct vfio_user_stream *s,
			  struct vfio_user_message *msg);

/*
 * vfio_user_stream_send - send all @size bytes of @data.
 * Returns 0, or -ECONNRESET if the client has left or has not read for 5 s.
 */
int vfio_user_stream_send(struct vfio_user_stream *s, const void *data,
			  size_t size);

#endif
