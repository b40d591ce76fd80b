// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets, mailbox bits and the rules of versions: the structures at the top
 * of linux drivers/gpu/drm/i915/display/intel_opregion.c and its
 * intel_opregion_setup(). Names from edk2-platforms' IgdOpRegion.h only are marked.
 */
#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "opregion.h"
#include "vbt.h"

enum opregion_offset {
	OPREGION_SIGNATURE	= 0x000,
	OPREGION_KBYTES		= 0x010,
	OPREGION_REVISION	= 0x015,
	OPREGION_MINOR		= 0x016,
	OPREGION_MAJOR		= 0x017,
	OPREGION_BIOS_VERSION	= 0x018,
	OPREGION_VBIOS_VERSION	= 0x038,
	OPREGION_DRIVER_VERSION	= 0x048,
	OPREGION_MAILBOXES	= 0x058,
	OPREGION_PCON		= 0x060,
	OPREGION_DVER		= 0x064,
	OPREGION_CLID		= 0x1ac,
	OPREGION_SCIC		= 0x200,
	OPREGION_DSLP		= 0x208,
	OPREGION_FDSS		= 0x3aa,
	OPREGION_FDSP		= 0x3b2,
	OPREGION_RVDA		= 0x3ba,
	OPREGION_RVDS		= 0x3c2,
	OPREGION_MAILBOX_4	= 0x400,
	OPREGION_MAILBOX_5	= 0x1c00,
};

enum opregion_mailbox {
	MBOX_ACPI	= 1 << 0,
	MBOX_SWSCI	= 1 << 1,	/* 1.x, obsolete from 2.0 */
	MBOX_ASLE	= 1 << 2,
	MBOX_VBT	= 1 << 3,	/* i915/gvt/opregion.c */
	MBOX_ASLE_EXT	= 1 << 4,
	MBOX_BACKLIGHT	= 1 << 5,	/* from 3.0 */
};

#define PCON_HEADLESS_SKU	(1 << 13)
#define SCIC_INDICATOR		(1 << 0)

/* "Open": any other state blocks Windows (i915/gvt/opregion.c). */
#define CLID_OPEN		3

/*
 * FDSS is the address of a buffer in host memory, FDSP its size (edk2). Both
 * are easy to recognise in a dump, and no byte of either is zero.
 */
#define FDSS_ADDRESS		0xfd55fd56fd57fd58
#define FDSP_BYTES		0xfd59fd5a

/* Room for a gap in front of an extended VBT; beyond it, detach the VBT. */
#define EXTENDED_MAX		(1 << 20)

static void put32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

static uint64_t get64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return le64toh(value);
}

/*
 * Mailbox 4 ends where mailbox 5 begins. Without mailbox 5, as in 1.x and on
 * some Cherry Trail boards, a VBT may run to the end of the region (comment in
 * intel_opregion_setup()).
 */
static size_t mailbox4_size(bool mailbox5)
{
	return (mailbox5 ? OPREGION_MAILBOX_5 : OPREGION_SIZE) -
	       OPREGION_MAILBOX_4;
}

enum opregion_rvda opregion_rvda(unsigned int major, unsigned int minor)
{
	if (major < 2)
		return OPREGION_RVDA_RESERVED;
	if (major == 2 && minor == 0)
		return OPREGION_RVDA_ABSOLUTE;
	return OPREGION_RVDA_RELATIVE;
}

static enum opregion_placement
choose_placement(const struct opregion_spec *spec)
{
	if (spec->placement != OPREGION_AUTO)
		return spec->placement;
	if (spec->vbt_address)
		return OPREGION_EXTENDED;
	if (spec->major < 2 || spec->vbt_size <= mailbox4_size(true))
		return OPREGION_MAILBOX4;
	return OPREGION_EXTENDED;
}

static uint64_t vbt_address(const struct opregion_spec *spec)
{
	return spec->vbt_address ?: spec->address + OPREGION_SIZE;
}

static bool is_outside(enum opregion_placement placement)
{
	return placement == OPREGION_EXTENDED ||
	       placement == OPREGION_DETACHED;
}

/* Returns why RVDA cannot have the VBT's address in @spec, or NULL. */
static const char *check_rvda(const struct opregion_spec *spec, bool below)
{
	switch (opregion_rvda(spec->major, spec->minor)) {
	case OPREGION_RVDA_RESERVED:
		return "a VBT outside the region needs version 2.0 or later";
	case OPREGION_RVDA_ABSOLUTE:
		return spec->address ? NULL :
			"an absolute RVDA needs the region's address";
	case OPREGION_RVDA_RELATIVE:
		return below ? "a relative RVDA cannot point below the region" :
			NULL;
	}
	return NULL;
}

/* Returns why a VBT outside the region cannot be at @spec's address, or NULL. */
static const char *check_outside(const struct opregion_spec *spec,
				 enum opregion_placement placement)
{
	uint64_t vbt = vbt_address(spec), end = vbt + spec->vbt_size;
	bool below = end <= spec->address;

	if (end < vbt)
		return "the VBT runs beyond the address space";
	if (!below && vbt < spec->address + OPREGION_SIZE)
		return "the VBT overlaps the region";
	if (placement == OPREGION_DETACHED && !spec->vbt_address)
		return "a detached VBT needs an address";
	if (placement == OPREGION_EXTENDED &&
	    (below || end - spec->address > EXTENDED_MAX))
		return "the VBT is too far away for one image, detach it";
	return check_rvda(spec, below);
}

static const char *check_spec(const struct opregion_spec *spec,
			      enum opregion_placement placement)
{
	if (!spec->major || spec->major > UINT8_MAX || spec->minor > UINT8_MAX)
		return "versions go from 1.0 to 255.255";
	if (spec->address > UINT64_MAX - OPREGION_SIZE)
		return "the region runs beyond the address space";
	if (spec->vbt_address && !is_outside(placement))
		return "only a VBT outside the region can have an address";
	if (placement == OPREGION_NO_VBT)
		return NULL;
	if (!spec->vbt_size || spec->vbt_size > VBT_MAX_SIZE)
		return "a VBT has 1 to 65535 bytes";
	if (placement != OPREGION_MAILBOX4)
		return check_outside(spec, placement);
	if (spec->vbt_size > mailbox4_size(false))
		return "the VBT does not fit mailbox 4";
	return NULL;
}

static uint32_t mailboxes(const struct opregion_spec *spec,
			  enum opregion_placement placement)
{
	uint32_t mask = MBOX_ACPI | MBOX_ASLE;

	if (placement != OPREGION_NO_VBT)
		mask |= MBOX_VBT;
	if (spec->major < 2)
		mask |= MBOX_SWSCI;
	else if (placement != OPREGION_MAILBOX4 ||
		 spec->vbt_size <= mailbox4_size(true))
		mask |= MBOX_ASLE_EXT;
	if (spec->major >= 3)
		mask |= MBOX_BACKLIGHT;
	return mask;
}

static void put_header(uint8_t *region, const struct opregion_spec *spec,
		       enum opregion_placement placement)
{
	memcpy(region + OPREGION_SIGNATURE, "IntelGraphicsMem", 16);
	put32(region + OPREGION_KBYTES, OPREGION_SIZE / 1024);
	/* Not zero, for a reader of the version that is a byte off. */
	region[OPREGION_REVISION] = 9;
	region[OPREGION_MINOR] = spec->minor;
	region[OPREGION_MAJOR] = spec->major;
	memcpy(region + OPREGION_BIOS_VERSION,
	       "IGD-MODEL-SYSTEM-BIOS-0123456789", 32);
	memcpy(region + OPREGION_VBIOS_VERSION, "IGD-VBIOS-012345", 16);
	memcpy(region + OPREGION_DRIVER_VERSION, "IGD-DRIVER-01234", 16);
	put32(region + OPREGION_MAILBOXES, mailboxes(spec, placement));
	memcpy(region + OPREGION_DVER, "IGD-MODEL-GOP-VERSION-0123456789", 32);
}

/*
 * The fields that a graphics driver uses: no headless SKU, lid open, no pending
 * software SCI, and 2 ms to wait for one.
 */
static void put_state(uint8_t *region)
{
	put32(region + OPREGION_PCON,
	      get32(region + OPREGION_PCON) & ~PCON_HEADLESS_SKU);
	put32(region + OPREGION_CLID, CLID_OPEN);
	put32(region + OPREGION_SCIC,
	      get32(region + OPREGION_SCIC) & ~SCIC_INDICATOR);
	put32(region + OPREGION_DSLP, 2);
	put64(region + OPREGION_FDSS, FDSS_ADDRESS);
	put32(region + OPREGION_FDSP, FDSP_BYTES);
}

/* RVDA and RVDS; in 1.x they are reserved bytes like any other. */
static void put_raw_vbt(uint8_t *region, const struct opregion_spec *spec,
			enum opregion_placement placement)
{
	enum opregion_rvda rule = opregion_rvda(spec->major, spec->minor);
	uint64_t rvda = vbt_address(spec);

	if (rule == OPREGION_RVDA_RESERVED)
		return;
	if (rule == OPREGION_RVDA_RELATIVE)
		rvda -= spec->address;
	put64(region + OPREGION_RVDA, is_outside(placement) ? rvda : 0);
	put32(region + OPREGION_RVDS,
	      is_outside(placement) ? spec->vbt_size : 0);
}

/* Sets @image's sizes and the VBT's address in it, and allocates it. */
static const char *lay_out(const struct opregion_spec *spec,
			   struct opregion_image *image)
{
	size_t vbt_offset = OPREGION_MAILBOX_4, end;

	if (image->placement == OPREGION_EXTENDED)
		vbt_offset = vbt_address(spec) - spec->address;
	else if (image->placement == OPREGION_DETACHED)
		vbt_offset = OPREGION_SIZE;

	if (image->placement != OPREGION_NO_VBT)
		image->vbt_size = spec->vbt_size;
	end = vbt_offset + image->vbt_size;
	image->size = image->placement == OPREGION_EXTENDED ? end :
		OPREGION_SIZE;

	image->bytes = malloc(end > OPREGION_SIZE ? end : OPREGION_SIZE);
	if (!image->bytes)
		return "out of memory";
	if (image->placement != OPREGION_NO_VBT)
		image->vbt = image->bytes + vbt_offset;
	return NULL;
}

const char *opregion_build(const struct opregion_spec *spec,
			   struct opregion_image *image)
{
	struct opregion_image new = {
		.address = spec->address,
		.placement = choose_placement(spec),
	};
	const char *error = check_spec(spec, new.placement);

	if (!error)
		error = lay_out(spec, &new);
	if (error)
		return error;

	pattern_fill(new.bytes, new.size);
	put_header(new.bytes, spec, new.placement);
	put_state(new.bytes);
	put_raw_vbt(new.bytes, spec, new.placement);
	if (new.vbt)
		memcpy(new.vbt, spec->vbt, spec->vbt_size);
	*image = new;
	return NULL;
}

/* Where RVDA says that the VBT directly behind the region is. */
static uint64_t rvda_behind(const struct opregion_image *image)
{
	const uint8_t *bytes = image->bytes;

	if (opregion_rvda(bytes[OPREGION_MAJOR], bytes[OPREGION_MINOR]) ==
	    OPREGION_RVDA_ABSOLUTE)
		return image->address + OPREGION_SIZE;
	return OPREGION_SIZE;
}

const char *opregion_recorded(const void *bytes, size_t size, uint64_t address,
			      struct opregion_image *image)
{
	struct opregion_image copy = {
		.address = address, .placement = OPREGION_MAILBOX4, .size = size };

	if (size < OPREGION_SIZE)
		return "the recorded OpRegion is not complete";
	copy.bytes = malloc(size);
	if (!copy.bytes)
		return "out of memory";
	memcpy(copy.bytes, bytes, size);
	if (opregion_rvda(copy.bytes[OPREGION_MAJOR], copy.bytes[OPREGION_MINOR]) !=
	    OPREGION_RVDA_RESERVED && get64(copy.bytes + OPREGION_RVDA)) {
		bool behind = size > OPREGION_SIZE;

		put64(copy.bytes + OPREGION_RVDA, behind ? rvda_behind(&copy) : 0);
		if (!behind)
			put32(copy.bytes + OPREGION_RVDS, 0);
	}
	*image = copy;
	return NULL;
}

void opregion_image_free(struct opregion_image *image)
{
	free(image->bytes);
}

void opregion_put(struct opregion_image *image, enum opregion_field field,
		  uint64_t value)
{
	switch (field) {
	case OPREGION_FIELD_MAILBOXES:
		put32(image->bytes + OPREGION_MAILBOXES, value);
		break;
	case OPREGION_FIELD_RVDA:
		put64(image->bytes + OPREGION_RVDA, value);
		break;
	case OPREGION_FIELD_RVDS:
		put32(image->bytes + OPREGION_RVDS, value);
		break;
	case OPREGION_FIELDS:
		break;
	}
}

const char *opregion_pad(struct opregion_image *image, size_t size)
{
	size_t vbt = image->vbt ? image->vbt - image->bytes : 0;
	uint8_t *bytes;

	if (image->placement == OPREGION_DETACHED)
		return "a detached VBT is an image of its own";
	if (size < image->size || size > EXTENDED_MAX)
		return "no such image can have that size";

	bytes = realloc(image->bytes, size);
	if (!bytes)
		return "out of memory";
	memset(bytes + image->size, 0, size - image->size);
	image->bytes = bytes;
	image->size = size;
	if (image->vbt)
		image->vbt = bytes + vbt;
	return NULL;
}

static enum opregion_rvda image_rvda(const struct opregion_image *image)
{
	return opregion_rvda(image->bytes[OPREGION_MAJOR],
			     image->bytes[OPREGION_MINOR]);
}

/* Points RVDA to byte @offset of the image. */
static void put_rvda(struct opregion_image *image, uint64_t offset)
{
	if (image_rvda(image) == OPREGION_RVDA_ABSOLUTE)
		offset += image->address;
	put64(image->bytes + OPREGION_RVDA, offset);
}

static const char *break_signature(struct opregion_image *image)
{
	image->bytes[OPREGION_SIGNATURE + 15] = 'n';
	return NULL;
}

static const char *break_size_0(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_KBYTES, 0);
	return NULL;
}

static const char *break_size_4(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_KBYTES, 4);
	return NULL;
}

static const char *break_size_huge(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_KBYTES, 64 * 1024);
	return NULL;
}

static const char *break_size_wrap(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_KBYTES,
	      (1 << 22) + OPREGION_SIZE / 1024);
	return NULL;
}

static const char *break_version_0(struct opregion_image *image)
{
	image->bytes[OPREGION_MINOR] = 0;
	image->bytes[OPREGION_MAJOR] = 0;
	return NULL;
}

static const char *break_rvda_zero(struct opregion_image *image)
{
	put64(image->bytes + OPREGION_RVDA, 0);
	return NULL;
}

static const char *break_rvda_wrap(struct opregion_image *image)
{
	put64(image->bytes + OPREGION_RVDA, -(uint64_t)0x1000);
	put32(image->bytes + OPREGION_RVDS, 0x2000);
	return NULL;
}

/* The VBT moves as well, so that only its address is wrong. */
static const char *break_rvda_below_8k(struct opregion_image *image)
{
	uint8_t *to = image->bytes + OPREGION_SIZE - 1;

	memmove(to, image->vbt, image->vbt_size);
	image->vbt = to;
	put_rvda(image, OPREGION_SIZE - 1);
	return NULL;
}

static const char *break_rvda_in_region(struct opregion_image *image)
{
	if (image_rvda(image) == OPREGION_RVDA_ABSOLUTE && !image->address)
		return "an absolute RVDA needs the region's address";
	put_rvda(image, OPREGION_MAILBOX_4);
	put32(image->bytes + OPREGION_RVDS, image->vbt_size);
	return NULL;
}

static const char *break_rvda_into_region(struct opregion_image *image)
{
	uint64_t rvda = get64(image->bytes + OPREGION_RVDA);

	if (rvda > image->address || image->address - rvda >= UINT32_MAX)
		return "needs a VBT less than 4 GiB below the region";
	put32(image->bytes + OPREGION_RVDS, image->address - rvda + 1);
	return NULL;
}

static const char *break_rvds_zero(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_RVDS, 0);
	return NULL;
}

static const char *break_rvds_huge(struct opregion_image *image)
{
	put32(image->bytes + OPREGION_RVDS, UINT32_MAX);
	return NULL;
}

static struct vbt_header *image_vbt(struct opregion_image *image)
{
	return (struct vbt_header *)image->vbt;
}

static const char *break_vbt_signature(struct opregion_image *image)
{
	image_vbt(image)->signature[3] = 'X';
	return NULL;
}

static const char *break_vbt_checksum(struct opregion_image *image)
{
	image_vbt(image)->checksum++;
	return NULL;
}

static const char *break_vbt_size_0(struct opregion_image *image)
{
	image_vbt(image)->vbt_size = 0;
	return NULL;
}

static const char *break_vbt_size_over(struct opregion_image *image)
{
	uint32_t mask = get32(image->bytes + OPREGION_MAILBOXES);
	size_t window = is_outside(image->placement) ? image->vbt_size :
			mailbox4_size(mask & MBOX_ASLE_EXT);

	if (window >= UINT16_MAX)
		return "the VBT is too long for a header that says more";
	image_vbt(image)->vbt_size = htole16(window + 1);
	return NULL;
}

static const char *break_vbt_size_huge(struct opregion_image *image)
{
	if (image->vbt_size == UINT16_MAX)
		return "the VBT is too long for a header that says more";
	image_vbt(image)->vbt_size = htole16(UINT16_MAX);
	return NULL;
}

static const char *break_vbt_bdb_outside(struct opregion_image *image)
{
	struct vbt_header *vbt = image_vbt(image);
	uint16_t size = le16toh(vbt->vbt_size);

	vbt->bdb_offset = htole32(size - sizeof(struct bdb_header) + 1);
	return NULL;
}

static const char *break_vbt_bdb_wrap(struct opregion_image *image)
{
	image_vbt(image)->bdb_offset = htole32(-(uint32_t)16);
	return NULL;
}

static const char *break_vbt_bdb_size(struct opregion_image *image)
{
	struct vbt_header *vbt = image_vbt(image);
	uint32_t offset = le32toh(vbt->bdb_offset);
	struct bdb_header *bdb;

	if (offset > image->vbt_size - sizeof(*bdb))
		return "the VBT has no BDB header";
	bdb = (struct bdb_header *)(image->vbt + offset);
	bdb->bdb_size = htole16(le16toh(vbt->vbt_size) - offset + 1);
	return NULL;
}

#define MAILBOX4	(1 << OPREGION_MAILBOX4)
#define EXTENDED	(1 << OPREGION_EXTENDED)
#define DETACHED	(1 << OPREGION_DETACHED)
#define OUTSIDE		(EXTENDED | DETACHED)
#define ANY_VBT		(MAILBOX4 | OUTSIDE)

#define ABSOLUTE	(1 << OPREGION_RVDA_ABSOLUTE)
#define RELATIVE	(1 << OPREGION_RVDA_RELATIVE)

const struct opregion_defect opregion_defects[] = {
	{ "signature", "the signature's last letter is wrong",
	  0, 0, break_signature },
	{ "size-0", "the header's size is 0",
	  0, 0, break_size_0 },
	{ "size-4", "the header's size is 4 KiB",
	  0, 0, break_size_4 },
	{ "size-huge", "the header's size is 64 MiB",
	  0, 0, break_size_huge },
	{ "size-wrap", "the header's size is 4 GiB + 8 KiB, 8 KiB in 32 bits",
	  0, 0, break_size_wrap },
	{ "version-0", "the version is 0.0",
	  0, 0, break_version_0 },
	{ "rvda-zero", "RVDA is 0, RVDS is not",
	  OUTSIDE, 0, break_rvda_zero },
	{ "rvda-wrap", "RVDA is 4 KiB below 2^64, RVDS 8 KiB",
	  OUTSIDE, 0, break_rvda_wrap },
	{ "rvda-below-8k", "the VBT begins in the region's last byte",
	  EXTENDED, 0, break_rvda_below_8k },
	{ "rvda-in-region", "RVDA points to the VBT in mailbox 4",
	  MAILBOX4, ABSOLUTE | RELATIVE, break_rvda_in_region },
	{ "rvda-into-region", "RVDS reaches from below into the region",
	  DETACHED, ABSOLUTE, break_rvda_into_region },
	{ "rvds-zero", "RVDS is 0, RVDA is not",
	  OUTSIDE, 0, break_rvds_zero },
	{ "rvds-huge", "RVDS is 4 GiB - 1",
	  OUTSIDE, 0, break_rvds_huge },
	{ "vbt-signature", "the VBT's signature is $VBX",
	  ANY_VBT, 0, break_vbt_signature },
	{ "vbt-checksum", "the VBT's checksum is wrong, as on many boards",
	  ANY_VBT, 0, break_vbt_checksum },
	{ "vbt-size-0", "the VBT header's size is 0",
	  ANY_VBT, 0, break_vbt_size_0 },
	{ "vbt-size-over", "the VBT header's size exceeds the VBT's room by 1",
	  ANY_VBT, 0, break_vbt_size_over },
	{ "vbt-size-huge", "the VBT header's size is 64 KiB - 1",
	  ANY_VBT, 0, break_vbt_size_huge },
	{ "vbt-bdb-outside", "the BDB header ends 1 byte behind the VBT",
	  ANY_VBT, 0, break_vbt_bdb_outside },
	{ "vbt-bdb-wrap", "the BDB offset is 16 bytes below 2^32",
	  ANY_VBT, 0, break_vbt_bdb_wrap },
	{ "vbt-bdb-size", "the BDB ends 1 byte behind the VBT",
	  ANY_VBT, 0, break_vbt_bdb_size },
	{ },
};

static bool fits(unsigned int mask, unsigned int bit)
{
	return !mask || mask & 1 << bit;
}

const char *opregion_break(struct opregion_image *image, const char *name)
{
	const struct opregion_defect *defect = opregion_defects;

	while (defect->name && strcmp(defect->name, name))
		defect++;
	if (!defect->name)
		return "no such defect";
	if (!fits(defect->placements, image->placement))
		return "this defect needs another placement of the VBT";
	if (!fits(defect->rvda, image_rvda(image)))
		return "this defect needs another version";
	if (defect->placements && image->vbt_size <
	    sizeof(struct vbt_header) + sizeof(struct bdb_header))
		return "this VBT is too short to have defects";
	return defect->apply(image);
}
