// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <jansson.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dma.h"
#include "vfio_user.h"
#include "vfio_user_irq.h"
#include "vfio_user_proto.h"
#include "vfio_user_stream.h"

/* Reads of the socket per call, so that other sockets are served, too. */
#define MAX_FILLS	16

struct vfio_user {
	const struct vfio_user_device *dev;
	struct vfio_user_stream *stream;
	struct vfio_user_irqs *irqs;
	bool negotiated;
	size_t reply_size;	/* of the handler's payload */
	struct {
		struct vfio_user_hdr hdr;
		uint8_t payload[VFIO_USER_MAX_MESSAGE -
				sizeof(struct vfio_user_hdr)];
	} tx;
};

struct vfio_user *vfio_user_new(int fd, const struct vfio_user_device *dev)
{
	struct vfio_user *vu = malloc(sizeof(*vu));

	if (!vu) {
		close(fd);
		errno = ENOMEM;
		return NULL;
	}
	vu->dev = dev;
	vu->negotiated = false;
	vu->stream = vfio_user_stream_new(fd);
	vu->irqs = vfio_user_irqs_new(dev->irq_counts, dev->num_irqs);
	if (!vu->stream || !vu->irqs) {
		vfio_user_free(vu);
		errno = ENOMEM;
		return NULL;
	}
	return vu;
}

void vfio_user_free(struct vfio_user *vu)
{
	if (!vu)
		return;
	dma_space_clear(vu->dev->dma);
	vfio_user_irqs_free(vu->irqs);
	vfio_user_stream_free(vu->stream);
	free(vu);
}

bool vfio_user_irq(struct vfio_user *vu, unsigned int index,
		   unsigned int vector)
{
	return vfio_user_irqs_raise(vu->irqs, index, vector);
}

static void set_reply(struct vfio_user *vu, const void *data, size_t size)
{
	memcpy(vu->tx.payload, data, size);
	vu->reply_size = size;
}

/*
 * The server's capabilities, without those that the client has not proposed: the
 * reply must be a subset. Missing capabilities have the specification's default.
 */
static json_t *common_capabilities(json_t *proposed)
{
	json_t *ours = json_pack("{s:i, s:i, s:i, s:b}",
				 "max_msg_fds", VFIO_USER_MAX_FDS,
				 "max_data_xfer_size", VFIO_USER_MAX_XFER,
				 "pgsizes", VFIO_USER_PGSIZES,
				 "write_multiple", 1);
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(ours, next, key, value) {
		const json_t *theirs = json_object_get(proposed, key);

		if (!theirs || json_is_false(theirs))
			json_object_del(ours, key);
	}
	return json_pack("{s:o}", "capabilities", ours);
}

/* Version data is optional, and so is each capability in it. */
static bool capabilities_valid(json_t *root)
{
	json_t *caps = json_object_get(root, "capabilities");
	json_int_t fds = 1, xfer = VFIO_USER_MAX_XFER;
	json_int_t pgsizes = VFIO_USER_PGSIZES;
	int multi = 0;

	if (!json_is_object(root))
		return false;
	if (!caps)
		return true;
	return !json_unpack(caps, "{s?I, s?I, s?I, s?b}", "max_msg_fds", &fds,
			    "max_data_xfer_size", &xfer, "pgsizes", &pgsizes,
			    "write_multiple", &multi) &&
	       fds >= 0 && xfer > 0 && pgsizes & VFIO_USER_PGSIZES;
}

static int reply_version(struct vfio_user *vu, json_t *proposed)
{
	struct vfio_user_version version = { .major = 0, .minor = 0 };
	json_t *caps = common_capabilities(proposed);
	char *text = json_dumps(caps, JSON_COMPACT);

	json_decref(caps);
	if (!text)
		return -ENOMEM;
	set_reply(vu, &version, sizeof(version));
	memcpy(vu->tx.payload + sizeof(version), text, strlen(text) + 1);
	vu->reply_size += strlen(text) + 1;
	free(text);
	vu->negotiated = true;
	return 0;
}

static int do_version(struct vfio_user *vu, const struct vfio_user_message *msg)
{
	const char *text = (const char *)msg->payload +
			   sizeof(struct vfio_user_version);
	size_t length = msg->size - sizeof(struct vfio_user_version);
	struct vfio_user_version version;
	json_t *root;
	int ret = -EINVAL;

	memcpy(&version, msg->payload, sizeof(version));
	/* Any minor version works: the client accepts ours, which is the lowest. */
	if (vu->negotiated || version.major != 0)
		return -EINVAL;
	if (!length)
		return reply_version(vu, NULL);
	if (text[length - 1] != '\0')
		return -EINVAL;
	root = json_loadb(text, length - 1, 0, NULL);
	if (capabilities_valid(root))
		ret = reply_version(vu, json_object_get(root, "capabilities"));
	json_decref(root);
	return ret;
}

static int do_dma_map(struct vfio_user *vu, const struct vfio_user_message *msg)
{
	struct vfio_user_dma_map map;
	unsigned int prot = 0;

	memcpy(&map, msg->payload, sizeof(map));
	if (map.argsz < sizeof(map) ||
	    map.flags & ~(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE))
		return -EINVAL;
	if (map.flags & VFIO_DMA_MAP_FLAG_READ)
		prot |= DMA_READ;
	if (map.flags & VFIO_DMA_MAP_FLAG_WRITE)
		prot |= DMA_WRITE;
	return dma_space_map(vu->dev->dma, map.address, map.size,
			     msg->num_fds ? msg->fds[0] : -1, map.offset, prot);
}

static int do_dma_unmap(struct vfio_user *vu,
			const struct vfio_user_message *msg)
{
	struct vfio_user_dma_unmap unmap;
	int ret = 0;

	memcpy(&unmap, msg->payload, sizeof(unmap));
	if (unmap.argsz < sizeof(unmap) ||
	    unmap.flags & ~VFIO_DMA_UNMAP_FLAG_ALL)
		return -EINVAL;
	if (unmap.flags & VFIO_DMA_UNMAP_FLAG_ALL) {
		if (unmap.address || unmap.size)
			return -EINVAL;
		dma_space_clear(vu->dev->dma);
	} else {
		ret = dma_space_unmap(vu->dev->dma, unmap.address, unmap.size);
	}
	set_reply(vu, &unmap, sizeof(unmap));
	return ret;
}

static int do_get_info(struct vfio_user *vu,
		       const struct vfio_user_message *msg)
{
	struct vfio_user_device_info info;

	memcpy(&info, msg->payload, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info = (struct vfio_user_device_info){
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_PCI |
			 (vu->dev->resettable ? VFIO_DEVICE_FLAGS_RESET : 0),
		.num_regions = vu->dev->num_regions,
		.num_irqs = vu->dev->num_irqs,
	};
	set_reply(vu, &info, sizeof(info));
	return 0;
}

/*
 * No region can be mapped: if one could, QEMU would wait for a reply to every write
 * (hw/vfio-user/device.c, VFIO_PROXY_NO_POST).
 */
static int do_get_region_info(struct vfio_user *vu,
			      const struct vfio_user_message *msg)
{
	const struct vfio_user_region *region;
	struct vfio_user_region_info info;

	memcpy(&info, msg->payload, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= vu->dev->num_regions)
		return -EINVAL;
	region = &vu->dev->regions[info.index];
	info = (struct vfio_user_region_info){
		.argsz = sizeof(info),
		.index = info.index,
		.size = region->size,
	};
	if (region->size)
		info.flags = VFIO_REGION_INFO_FLAG_READ;
	if (region->size && region->writable)
		info.flags |= VFIO_REGION_INFO_FLAG_WRITE;
	set_reply(vu, &info, sizeof(info));
	return 0;
}

static int do_get_irq_info(struct vfio_user *vu,
			   const struct vfio_user_message *msg)
{
	struct vfio_user_irq_info info;

	memcpy(&info, msg->payload, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= vu->dev->num_irqs)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = vfio_user_irqs_flags(info.index);
	info.count = vu->dev->irq_counts[info.index];
	set_reply(vu, &info, sizeof(info));
	return 0;
}

static int do_set_irqs(struct vfio_user *vu,
		       const struct vfio_user_message *msg)
{
	struct vfio_user_irq_set set;
	uint64_t bools = 0;

	memcpy(&set, msg->payload, sizeof(set));
	if (set.flags & VFIO_IRQ_SET_DATA_BOOL)
		bools = set.count;
	if (set.argsz < sizeof(set) || msg->size - sizeof(set) != bools)
		return -EINVAL;
	return vfio_user_irqs_set(vu->irqs, &set, msg->payload + sizeof(set),
				  msg->fds, msg->num_fds);
}

static bool inside_region(const struct vfio_user *vu,
			  const struct vfio_user_region_access *access)
{
	uint64_t size;

	if (access->region >= vu->dev->num_regions)
		return false;
	size = vu->dev->regions[access->region].size;
	return access->count && access->count <= size &&
	       access->offset <= size - access->count;
}

static int do_region_read(struct vfio_user *vu,
			  const struct vfio_user_message *msg)
{
	struct vfio_user_region_access access;
	int ret;

	memcpy(&access, msg->payload, sizeof(access));
	if (!inside_region(vu, &access) || access.count > VFIO_USER_MAX_XFER)
		return -EINVAL;
	ret = vu->dev->ops->region_read(vu->dev->opaque, access.region,
					access.offset,
					vu->tx.payload + sizeof(access),
					access.count);
	set_reply(vu, &access, sizeof(access));
	vu->reply_size += access.count;
	return ret;
}

static int write_region(struct vfio_user *vu, const struct vfio_user_hdr *hdr,
			const struct vfio_user_region_access *access,
			const uint8_t *data)
{
	if (!inside_region(vu, access) ||
	    !vu->dev->regions[access->region].writable)
		return -EINVAL;
	return vu->dev->ops->region_write(vu->dev->opaque, access->region,
					  access->offset, data, access->count,
					  hdr->flags & VFIO_USER_NO_REPLY);
}

static int do_region_write(struct vfio_user *vu,
			   const struct vfio_user_message *msg)
{
	struct vfio_user_region_access access;

	memcpy(&access, msg->payload, sizeof(access));
	if (msg->size - sizeof(access) != access.count)
		return -EINVAL;
	set_reply(vu, &access, sizeof(access));
	return write_region(vu, &msg->hdr, &access,
			    msg->payload + sizeof(access));
}

/* The writes happen in order, up to the first that fails. */
static int do_region_write_multi(struct vfio_user *vu,
				 const struct vfio_user_message *msg)
{
	const uint8_t *p = msg->payload + sizeof(struct vfio_user_write_multi);
	size_t size = msg->size - sizeof(struct vfio_user_write_multi);
	struct vfio_user_write_multi multi;
	struct vfio_user_small_write w;

	memcpy(&multi, msg->payload, sizeof(multi));
	if (size % sizeof(w) || multi.wr_cnt != size / sizeof(w))
		return -EINVAL;
	for (; size; size -= sizeof(w), p += sizeof(w)) {
		int ret = -EINVAL;

		memcpy(&w, p, sizeof(w));
		if (w.access.count <= sizeof(w.data))
			ret = write_region(vu, &msg->hdr, &w.access, w.data);
		if (ret)
			return ret;
	}
	set_reply(vu, &multi, sizeof(multi));
	return 0;
}

static int do_reset(struct vfio_user *vu, const struct vfio_user_message *msg)
{
	(void)msg;
	if (!vu->dev->resettable)
		return -EINVAL;
	return vu->dev->ops->reset(vu->dev->opaque);
}

/* Limits of the payload's size, checked before a handler is called. */
static const struct command {
	int (*handle)(struct vfio_user *vu,
		      const struct vfio_user_message *msg);
	size_t min_size;
	size_t max_size;
	unsigned int max_fds;
} commands[] = {
#define FIXED(type)	sizeof(struct type), sizeof(struct type)
#define AT_LEAST(type)	sizeof(struct type), SIZE_MAX
	[VFIO_USER_VERSION] = { do_version, AT_LEAST(vfio_user_version), 0 },
	[VFIO_USER_DMA_MAP] = { do_dma_map, FIXED(vfio_user_dma_map), 1 },
	[VFIO_USER_DMA_UNMAP] = { do_dma_unmap, FIXED(vfio_user_dma_unmap), 0 },
	[VFIO_USER_DEVICE_GET_INFO] = {
		do_get_info, FIXED(vfio_user_device_info), 0 },
	[VFIO_USER_DEVICE_GET_REGION_INFO] = {
		do_get_region_info, FIXED(vfio_user_region_info), 0 },
	[VFIO_USER_DEVICE_GET_IRQ_INFO] = {
		do_get_irq_info, FIXED(vfio_user_irq_info), 0 },
	[VFIO_USER_DEVICE_SET_IRQS] = {
		do_set_irqs, AT_LEAST(vfio_user_irq_set), VFIO_USER_MAX_FDS },
	[VFIO_USER_REGION_READ] = {
		do_region_read, FIXED(vfio_user_region_access), 0 },
	[VFIO_USER_REGION_WRITE] = {
		do_region_write, AT_LEAST(vfio_user_region_access), 0 },
	[VFIO_USER_DEVICE_RESET] = { do_reset, 0, 0, 0 },
	[VFIO_USER_REGION_WRITE_MULTI] = {
		do_region_write_multi, AT_LEAST(vfio_user_write_multi), 0 },
};

static int execute(struct vfio_user *vu, const struct vfio_user_message *msg)
{
	const struct command *command;

	if (msg->hdr.command >= sizeof(commands) / sizeof(commands[0]) ||
	    !commands[msg->hdr.command].handle)
		return -ENOTSUP;
	command = &commands[msg->hdr.command];
	if (msg->hdr.flags & ~VFIO_USER_NO_REPLY ||
	    msg->size < command->min_size || msg->size > command->max_size ||
	    msg->num_fds > command->max_fds)
		return -EINVAL;
	return command->handle(vu, msg);
}

static int reply(struct vfio_user *vu, const struct vfio_user_hdr *request,
		 int error)
{
	if (request->flags & VFIO_USER_NO_REPLY)
		return 0;
	if (error)
		vu->reply_size = 0;
	vu->tx.hdr = (struct vfio_user_hdr){
		.id = request->id,
		.command = request->command,
		.size = (uint32_t)(sizeof(vu->tx.hdr) + vu->reply_size),
		.flags = VFIO_USER_TYPE_REPLY | (error ? VFIO_USER_ERROR : 0),
		.error = error ? -error : 0,
	};
	return vfio_user_stream_send(vu->stream, &vu->tx, vu->tx.hdr.size);
}

static int protocol_error(const char *what)
{
	warnx("vfio-user: %s", what);
	return -EPROTO;
}

static int handle(struct vfio_user *vu, const struct vfio_user_message *msg)
{
	int ret;

	if ((msg->hdr.flags & VFIO_USER_TYPE_MASK) != VFIO_USER_TYPE_COMMAND)
		return protocol_error("a message that is not a command");
	if (!vu->negotiated && msg->hdr.command != VFIO_USER_VERSION)
		return protocol_error("a command before VERSION");
	vu->reply_size = 0;
	ret = reply(vu, &msg->hdr, execute(vu, msg));
	if (ret)
		return ret;
	if (!vu->negotiated)
		return protocol_error("no agreement on a version");
	return 0;
}

int vfio_user_run(struct vfio_user *vu)
{
	struct vfio_user_message msg;
	int ret, more = 1;

	for (int i = 0; more && i < MAX_FILLS; i++) {
		more = vfio_user_stream_fill(vu->stream);
		if (more < 0)
			return more;
		while ((ret = vfio_user_stream_next(vu->stream, &msg)) > 0) {
			ret = handle(vu, &msg);
			if (ret)
				return ret;
		}
		if (ret)
			return ret;
	}
	return 0;
}
