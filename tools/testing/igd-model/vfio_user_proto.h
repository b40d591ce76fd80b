/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_VFIO_USER_PROTO_H
#define IGD_MODEL_VFIO_USER_PROTO_H

#include <stdint.h>

/*
 * The vfio-user protocol on the wire: QEMU docs/interop/vfio-user.rst. All
 * numbers are in the host's byte order, and the structures have no holes.
 * Flags and indexes that the specification takes from VFIO are those of
 * <linux/vfio.h>; its structures are not, as newer headers extend them.
 */
enum vfio_user_command {
	VFIO_USER_VERSION = 1,
	VFIO_USER_DMA_MAP = 2,
	VFIO_USER_DMA_UNMAP = 3,
	VFIO_USER_DEVICE_GET_INFO = 4,
	VFIO_USER_DEVICE_GET_REGION_INFO = 5,
	VFIO_USER_DEVICE_GET_IRQ_INFO = 7,
	VFIO_USER_DEVICE_SET_IRQS = 8,
	VFIO_USER_REGION_READ = 9,
	VFIO_USER_REGION_WRITE = 10,
	VFIO_USER_DEVICE_RESET = 13,
	VFIO_USER_REGION_WRITE_MULTI = 15,
};

/* vfio_user_hdr.flags */
enum {
	VFIO_USER_TYPE_MASK = 0xf,
	VFIO_USER_TYPE_COMMAND = 0,
	VFIO_USER_TYPE_REPLY = 1,
	VFIO_USER_NO_REPLY = 1 << 4,
	VFIO_USER_ERROR = 1 << 5,
};

enum {
	/* The server's limits, the same as QEMU's (protocol.h). */
	VFIO_USER_MAX_FDS = 16,		/* in one message */
	VFIO_USER_MAX_XFER = 1 << 20,	/* bytes of data in one message */
	VFIO_USER_PGSIZES = 4096,
};

struct vfio_user_hdr {
	uint16_t id;		/* chosen by the sender, echoed in the reply */
	uint16_t command;
	uint32_t size;		/* of the message, this header included */
	uint32_t flags;
	uint32_t error;		/* errno of a reply with VFIO_USER_ERROR */
};

/* Followed by the capabilities: JSON, with its terminating NUL. */
struct vfio_user_version {
	uint16_t major;
	uint16_t minor;
};

struct vfio_user_dma_map {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_DMA_MAP_FLAG_READ, _WRITE */
	uint64_t offset;	/* in the file that comes with the message */
	uint64_t address;
	uint64_t size;
};

struct vfio_user_dma_unmap {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_DMA_UNMAP_FLAG_ALL */
	uint64_t address;
	uint64_t size;
};

struct vfio_user_device_info {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_DEVICE_FLAGS_PCI, _RESET */
	uint32_t num_regions;
	uint32_t num_irqs;
};

struct vfio_user_region_info {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_REGION_INFO_FLAG_READ, _WRITE */
	uint32_t index;
	uint32_t cap_offset;
	uint64_t size;
	uint64_t offset;
};

struct vfio_user_irq_info {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_IRQ_INFO_* */
	uint32_t index;
	uint32_t count;
};

/* Followed by @count bytes if the flags say VFIO_IRQ_SET_DATA_BOOL. */
struct vfio_user_irq_set {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_IRQ_SET_* */
	uint32_t index;
	uint32_t start;
	uint32_t count;
};

/* Followed by @count bytes in a write and in the reply to a read. */
struct vfio_user_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};

/* Followed by @wr_cnt times vfio_user_small_write. */
struct vfio_user_write_multi {
	uint64_t wr_cnt;
};

struct vfio_user_small_write {
	struct vfio_user_region_access access;	/* count is 8 at most */
	uint8_t data[8];
};

/* The longest message: the data of one transfer and the headers before it. */
#define VFIO_USER_MAX_MESSAGE					\
	(sizeof(struct vfio_user_hdr) +				\
	 sizeof(struct vfio_user_region_access) + VFIO_USER_MAX_XFER)

#endif
