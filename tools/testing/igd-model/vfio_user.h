/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_VFIO_USER_H
#define IGD_MODEL_VFIO_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A vfio-user server for one device and one client, as specified by QEMU's
 * docs/interop/vfio-user.rst. It implements the protocol and is independent of the
 * device.
 */
struct vfio_user;
struct dma_space;

struct vfio_user_region {
	uint64_t size;		/* bytes, 0: the region does not exist */
	bool writable;
};

struct vfio_user_ops {
	/*
	 * A client's access to @count bytes at @offset of @region. The range is
	 * inside the region, and writes come only if the region is writable.
	 * @data may be unaligned. @posted: the client does not wait for a
	 * reply. Return 0 or a negative errno, which the client gets.
	 */
	int (*region_read)(void *opaque, unsigned int region, uint64_t offset,
			   void *data, uint32_t count);
	int (*region_write)(void *opaque, unsigned int region, uint64_t offset,
			    const void *data, uint32_t count, bool posted);
	/* VFIO_USER_DEVICE_RESET. Return 0 or a negative errno. */
	int (*reset)(void *opaque);
};

struct vfio_user_device {
	const struct vfio_user_ops *ops;
	void *opaque;
	struct dma_space *dma;		/* changed by DMA_MAP and DMA_UNMAP */
	const struct vfio_user_region *regions;	/* by VFIO region index */
	unsigned int num_regions;
	const uint32_t *irq_counts;	/* by VFIO IRQ index */
	unsigned int num_irqs;
	bool resettable;
};

/*
 * vfio_user_new - serve @dev, which must outlive the server, to the client at
 * the other end of the connected stream socket @fd. The server owns @fd from
 * now on, also on failure. Returns NULL with errno set when memory is short.
 */
struct vfio_user *vfio_user_new(int fd, const struct vfio_user_device *dev);

/*
 * Closes the connection and every descriptor received by it, and clears the DMA
 * space, which belongs to the client.
 */
void vfio_user_free(struct vfio_user *vu);

/*
 * vfio_user_run - handle the client's messages; call it when the socket is
 * readable. A malformed message is answered with an error or ends the connection
 * with one line on stderr.
 * Returns 0 to be called again, or a negative value when the connection has
 * ended: -ECONNRESET if the client left, -EPROTO if it violated the protocol.
 */
int vfio_user_run(struct vfio_user *vu);

/*
 * vfio_user_irq - raise vector @vector of IRQ index @index by the client's eventfd.
 * INTx is masked by this, as in VFIO: interrupts that are raised while it is masked
 * are signalled once when the client unmasks it.
 * Returns false if there is no eventfd: the interrupt is lost.
 */
bool vfio_user_irq(struct vfio_user *vu, unsigned int index, unsigned int vector);

#endif
