/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_OPREGION_H
#define IGD_MODEL_OPREGION_H

#include <stddef.h>
#include <stdint.h>

/*
 * Builder of OpRegion images: the memory that firmware leaves for the graphics
 * driver, at the address in ASLS, and its Video BIOS Table (VBT). All other bytes,
 * including reserved fields, have the pattern of pattern_fill(). So a reader that
 * is off by a byte, a field or a page gets a wrong value and not one more zero.
 */
#define OPREGION_SIZE	0x2000

/* Where the VBT is. */
enum opregion_placement {
	OPREGION_AUTO,		/* extended if it has an address or does not */
				/* fit mailbox 4, else in mailbox 4 */
	OPREGION_MAILBOX4,	/* inside the region */
	OPREGION_EXTENDED,	/* behind the region, in the same image */
	OPREGION_DETACHED,	/* anywhere, in an image of its own */
	OPREGION_NO_VBT,
};

struct opregion_spec {
	unsigned int major, minor;
	uint64_t address;	/* where the image will be loaded */
	enum opregion_placement placement;
	uint64_t vbt_address;	/* 0: directly behind the region */
	const void *vbt;	/* raw table, not parsed */
	size_t vbt_size;
};

struct opregion_image {
	uint64_t address;
	enum opregion_placement placement;	/* never OPREGION_AUTO */
	uint8_t *bytes;		/* the bytes at @address */
	size_t size;
	uint8_t *vbt;		/* in @bytes unless detached; NULL if none */
	size_t vbt_size;
};

/*
 * opregion_build - make a valid image from @spec.
 * Returns NULL; the caller frees @image with opregion_image_free(). Or returns one
 * line with the reason why the image is not possible; @image is unchanged then.
 */
const char *opregion_build(const struct opregion_spec *spec,
			   struct opregion_image *image);

/*
 * opregion_recorded - make an image of the @size @bytes that were recorded of an
 * OpRegion, to be loaded at @address. What is behind the region is its extended VBT, and
 * RVDA says so; if nothing is, RVDA and RVDS become 0: they would point to other memory.
 * Returns NULL or one line, as above.
 */
const char *opregion_recorded(const void *bytes, size_t size, uint64_t address,
			      struct opregion_image *image);

/* Frees what opregion_build() or opregion_recorded() has allocated. */
void opregion_image_free(struct opregion_image *image);

/* A field that locates the VBT. */
enum opregion_field {
	OPREGION_FIELD_MAILBOXES,
	OPREGION_FIELD_RVDA,
	OPREGION_FIELD_RVDS,
	OPREGION_FIELDS,
};

/*
 * opregion_put - set @field of @image to @value, which is truncated to the size of
 * the field.
 */
void opregion_put(struct opregion_image *image, enum opregion_field field,
		  uint64_t value);

/*
 * opregion_pad - append zeros to @image, up to @size bytes in all.
 * Returns NULL, or one line with the reason why not; @image is unchanged then.
 */
const char *opregion_pad(struct opregion_image *image, size_t size);

/* The meaning of the fields RVDA and RVDS in a version. */
enum opregion_rvda {
	OPREGION_RVDA_RESERVED,	/* 1.x: reserved */
	OPREGION_RVDA_ABSOLUTE,	/* 2.0: a physical address */
	OPREGION_RVDA_RELATIVE,	/* 2.1 and later: an offset from the region */
};

/* opregion_rvda - the rule of version @major.@minor. */
enum opregion_rvda opregion_rvda(unsigned int major, unsigned int minor);

/* A defect that firmware may have, and that a driver has to survive. */
struct opregion_defect {
	const char *name;
	const char *text;	/* one line: the error in the image */
	/* The images that can have it: masks of 1 << enum, 0: all of them. */
	unsigned int placements;
	unsigned int rvda;
	/* Returns NULL, or one line with the reason why @image cannot have it. */
	const char *(*apply)(struct opregion_image *image);
};

/* All defects; the last entry has a NULL name. */
extern const struct opregion_defect opregion_defects[];

/*
 * opregion_break - give a valid @image the defect called @name.
 * Returns NULL, or one line with the reason why this image cannot have it; @image
 * is unchanged then.
 */
const char *opregion_break(struct opregion_image *image, const char *name);

#endif
