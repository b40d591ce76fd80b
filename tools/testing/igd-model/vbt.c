// SPDX-License-Identifier: GPL-2.0-only
/*
 * The synthetic VBT: the tables that GVT-g gave to Windows and Linux guests
 * (linux drivers/gpu/drm/i915/gvt/opregion.c, virt_vbt_generation()). Windows
 * wants BDB version 186 and children of 33 bytes. Numbers without a source of
 * their own are from i915/display/intel_vbt_defs.h.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "vbt.h"

#define VBT_VERSION	155
#define BDB_VERSION	186

enum bdb_block_id {
	BDB_GENERAL_FEATURES	= 1,
	BDB_GENERAL_DEFINITIONS	= 2,
	BDB_DRIVER_FEATURES	= 12,
	/* For the VBIOS only: no driver parses it, so it can be padding. */
	BDB_SKIP		= 254,
};

#define DEVICE_TYPE_DP		0x68c6
#define CHILD_DP_SUPPORT	(1 << 1)
#define CHILD_INTEGRATED	(1 << 5)

struct bdb_block {
	uint8_t id;
	uint16_t size;		/* of the data that follows */
} __attribute__((packed));

struct child_device {
	uint16_t handle;
	uint16_t device_type;
	uint8_t device_id[10];
	uint16_t addin_offset;
	uint8_t dvo_port;
	uint8_t i2c_pin;
	uint8_t target_addr;
	uint8_t ddc_pin;
	uint16_t edid_ptr;
	uint8_t dvo_config;
	uint8_t routing;
	uint8_t protocols;
	uint8_t aux_channel;
	uint8_t dongle_detect;
	uint8_t capabilities;
	uint8_t dvo_wiring;
	uint8_t mipi_bridge_type;
	uint16_t extended_type;
	uint8_t dvo_function;
} __attribute__((packed));

static_assert(sizeof(struct child_device) == 33, "size for BDB 186");

struct vbt {
	struct vbt_header header;
	struct bdb_header bdb;
	struct bdb_block features_block;
	uint8_t features[5];	/* bytes 6 and 7 came with BDB 242 and 249 */
	struct bdb_block definitions_block;
	struct {
		uint8_t crt_ddc_pin;
		uint8_t dpms;
		uint8_t boot_display[2];
		uint8_t child_size;
		struct child_device child[4];
	} __attribute__((packed)) definitions;
	struct bdb_block driver_block;
	uint8_t driver_features[19];
	struct bdb_block skip_block;
} __attribute__((packed));

static_assert(sizeof(struct vbt) == VBT_MIN_SIZE, "smallest VBT");

/* Ports A to D: DEVICE_HANDLE_EFPn, DVO_PORT_DPx, DP_AUX_x */
static const struct {
	uint8_t handle, dvo_port, aux_channel;
} ports[4] = {
	{ 0x04, 10, 0x40 },
	{ 0x40,  7, 0x10 },
	{ 0x20,  8, 0x20 },
	{ 0x10,  9, 0x30 },
};

void pattern_fill(void *buf, size_t len)
{
	uint8_t *bytes = buf;

	for (size_t i = 0; i < len; i++)
		bytes[i] = 1 + i % 251;
}

static void put_headers(struct vbt *v, size_t size)
{
	/* Blanks pad both signatures, as in the tables of real boards. */
	memcpy(v->header.signature, "$VBT IGD-MODEL      ", 20);
	v->header.version = htole16(VBT_VERSION);
	v->header.header_size = htole16(sizeof(v->header));
	v->header.vbt_size = htole16(size);
	v->header.bdb_offset = htole32(offsetof(struct vbt, bdb));

	memcpy(v->bdb.signature, "BIOS_DATA_BLOCK ", 16);
	v->bdb.version = htole16(BDB_VERSION);
	v->bdb.header_size = htole16(sizeof(v->bdb));
	v->bdb.bdb_size = htole16(size - offsetof(struct vbt, bdb));
}

static void put_block(struct bdb_block *block, enum bdb_block_id id,
		      size_t size)
{
	block->id = id;
	block->size = htole16(size);
}

static void put_children(struct vbt *v)
{
	v->definitions.child_size = sizeof(struct child_device);

	for (size_t i = 0; i < 4; i++) {
		struct child_device *child = &v->definitions.child[i];

		child->handle = htole16(ports[i].handle);
		child->device_type = htole16(DEVICE_TYPE_DP);
		child->dvo_port = ports[i].dvo_port;
		child->aux_channel = ports[i].aux_channel;
		child->protocols = CHILD_DP_SUPPORT;
		child->capabilities = CHILD_INTEGRATED;
	}
}

int vbt_build(void *buf, size_t size)
{
	const uint8_t *bytes = buf;
	struct vbt *v = buf;
	uint8_t sum = 0;

	if (size < VBT_MIN_SIZE || size > VBT_MAX_SIZE)
		return -EINVAL;

	pattern_fill(buf, size);
	memset(v, 0, sizeof(*v));
	put_headers(v, size);
	put_block(&v->features_block, BDB_GENERAL_FEATURES,
		  sizeof(v->features));
	put_block(&v->definitions_block, BDB_GENERAL_DEFINITIONS,
		  sizeof(v->definitions));
	put_children(v);
	/* All zero: no LVDS (BDB_DRIVER_FEATURE_NO_LVDS). */
	put_block(&v->driver_block, BDB_DRIVER_FEATURES,
		  sizeof(v->driver_features));
	put_block(&v->skip_block, BDB_SKIP, size - sizeof(*v));

	for (size_t i = 0; i < size; i++)
		sum += bytes[i];
	v->header.checksum = -sum;
	return 0;
}
