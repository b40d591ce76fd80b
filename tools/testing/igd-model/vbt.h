/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_VBT_H
#define IGD_MODEL_VBT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Video BIOS Table (VBT): a header, then the BIOS Data Block (BDB) header and
 * numbered blocks. Multi-byte fields are little endian in memory. Layouts:
 * linux drivers/gpu/drm/i915/display/intel_vbt_defs.h.
 */
struct vbt_header {
	char signature[20];
	uint16_t version;
	uint16_t header_size;
	uint16_t vbt_size;	/* header, BDB header and blocks */
	uint8_t checksum;	/* makes all bytes add up to 0 */
	uint8_t reserved;
	uint32_t bdb_offset;	/* from the beginning of the VBT */
	uint32_t aim_offset[4];
} __attribute__((packed));

struct bdb_header {
	char signature[16];
	uint16_t version;
	uint16_t header_size;
	uint16_t bdb_size;	/* BDB header and blocks */
} __attribute__((packed));

/* The limits of vbt_build(): all its blocks, the maximum of vbt_size. */
#define VBT_MIN_SIZE	243
#define VBT_MAX_SIZE	UINT16_MAX

/*
 * vbt_build - write a synthetic VBT of exactly @size bytes to @buf: four
 * DisplayPort children, and padding inside the BDB up to @size.
 * Returns 0, or -EINVAL if @size is below VBT_MIN_SIZE or above VBT_MAX_SIZE.
 */
int vbt_build(void *buf, size_t size);

/*
 * pattern_fill - set byte n of @buf, of @len bytes, to 1 + n % 251: never zero, and
 * different at every likely error of a reader's offset.
 */
void pattern_fill(void *buf, size_t len);

#endif
