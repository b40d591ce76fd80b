// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpRegion images from the reader's view. The checks below follow linux
 * drivers/gpu/drm/i915/display/ (intel_opregion_setup() and
 * intel_bios_is_valid_vbt()). The physical memory has only the image and a detached
 * VBT. Offsets are from i915, not from opregion.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../opregion.h"
#include "../vbt.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define ADDRESS		0x7bff0000ull
#define HIGH_ADDRESS	0x123456789000ull
#define LOW_ADDRESS	0x7bfe0000ull

static uint8_t vbt[VBT_MAX_SIZE];

static uint64_t le(const uint8_t *at, size_t bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

static struct opregion_spec spec_of(unsigned int major, unsigned int minor,
				    enum opregion_placement placement,
				    size_t vbt_size)
{
	assert_int_equal(vbt_build(vbt, vbt_size), 0);
	return (struct opregion_spec) {
		.major = major, .minor = minor, .address = ADDRESS,
		.placement = placement, .vbt = vbt, .vbt_size = vbt_size,
		.vbt_address = placement == OPREGION_DETACHED ? LOW_ADDRESS +
			(major == 2 && minor == 0 ? 0 : HIGH_ADDRESS) : 0,
	};
}

static struct opregion_image build(const struct opregion_spec *spec)
{
	struct opregion_image image;
	const char *error = opregion_build(spec, &image);

	if (error)
		fail_msg("%s", error);
	return image;
}

enum verdict { NO_OPREGION, NO_VBT, IN_MAILBOX4, OUTSIDE };

/* The bytes at physical address @at, @len of them, or NULL. */
static const uint8_t *physical(const struct opregion_spec *spec,
			       const struct opregion_image *image,
			       uint64_t at, size_t len)
{
	uint64_t in_image = at - image->address;
	uint64_t in_vbt = at - spec->vbt_address;

	if (in_image < image->size && len <= image->size - in_image)
		return image->bytes + in_image;
	if (image->placement == OPREGION_DETACHED &&
	    in_vbt < image->vbt_size && len <= image->vbt_size - in_vbt)
		return image->vbt + in_vbt;
	return NULL;
}

static bool valid_vbt(const uint8_t *at, uint64_t window)
{
	uint64_t size, bdb;

	if (!at || window < 48 || memcmp(at, "$VBT", 4))
		return false;
	size = le(at + 24, 2);
	bdb = le(at + 28, 4);
	if (size > window || bdb + 22 > size)
		return false;
	return bdb + le(at + bdb + 20, 2) <= size;
}

static enum verdict judge(const struct opregion_spec *spec,
			  const struct opregion_image *image)
{
	const uint8_t *region = image->bytes;
	uint64_t rvda = le(region + 0x3ba, 8);
	uint32_t rvds = le(region + 0x3c2, 4);
	uint32_t mailboxes = le(region + 0x58, 4);
	uint16_t version = le(region + 0x16, 2);

	if (memcmp(region, "IntelGraphicsMem", 16))
		return NO_OPREGION;
	if (version >= 0x200 && mailboxes & 1 << 2 && rvda && rvds) {
		if (version >= 0x201)
			rvda += ADDRESS;
		if (valid_vbt(physical(spec, image, rvda, 48), rvds))
			return OUTSIDE;
	}
	if (valid_vbt(region + 0x400, mailboxes & 1 << 4 ? 0x1800 : 0x1c00))
		return IN_MAILBOX4;
	return NO_VBT;
}

static const struct {
	unsigned int major, minor;
} versions[] = {
	{ 1, 0 }, { 2, 0 }, { 2, 1 }, { 2, 2 }, { 2, 3 }, { 3, 0 },
};

#define NUM_VERSIONS ARRAY_SIZE(versions)

static void test_header_of_every_version(void **state)
{
	static const uint32_t mailboxes[NUM_VERSIONS] = {
		0x0f, 0x1d, 0x1d, 0x1d, 0x1d, 0x3d,
	};

	(void)state;
	for (size_t i = 0; i < NUM_VERSIONS; i++) {
		struct opregion_spec spec = spec_of(versions[i].major,
						    versions[i].minor,
						    OPREGION_AUTO,
						    VBT_MIN_SIZE);
		struct opregion_image image = build(&spec);

		assert_int_equal(image.size, 0x2000);
		assert_memory_equal(image.bytes, "IntelGraphicsMem", 16);
		assert_int_equal(le(image.bytes + 0x10, 4), 8);
		assert_int_equal(image.bytes[0x15], 9);
		assert_int_equal(image.bytes[0x16], versions[i].minor);
		assert_int_equal(image.bytes[0x17], versions[i].major);
		assert_int_equal(le(image.bytes + 0x58, 4), mailboxes[i]);
		opregion_image_free(&image);
	}
}

/* The pattern, without PCON's bit 13 and SCIC's bit 0; and the lid open */
static void test_state_lets_a_driver_run(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_AUTO, VBT_MIN_SIZE);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_int_equal(le(image.bytes + 0x60, 4), 0x64634261);
	assert_int_equal(le(image.bytes + 0x1ac, 4), 3);
	assert_int_equal(le(image.bytes + 0x200, 4), 0x0e0d0c0a);
	assert_int_equal(le(image.bytes + 0x208, 4), 2);
	opregion_image_free(&image);
}

static void test_strings_fill_their_fields(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_AUTO, VBT_MIN_SIZE);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_memory_equal(image.bytes + 0x18,
			    "IGD-MODEL-SYSTEM-BIOS-0123456789", 32);
	assert_memory_equal(image.bytes + 0x38, "IGD-VBIOS-012345", 16);
	assert_memory_equal(image.bytes + 0x48, "IGD-DRIVER-01234", 16);
	assert_memory_equal(image.bytes + 0x64,
			    "IGD-MODEL-GOP-VERSION-0123456789", 32);
	opregion_image_free(&image);
}

static void test_host_addresses_have_no_zero_byte(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_AUTO, VBT_MIN_SIZE);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_true(le(image.bytes + 0x3aa, 8) == 0xfd55fd56fd57fd58);
	assert_int_equal(le(image.bytes + 0x3b2, 4), 0xfd59fd5a);
	/* The fields around them, for a reader that clears too much */
	for (size_t n = 0x3a6; n < 0x3ba; n++)
		assert_int_not_equal(image.bytes[n], 0);
	opregion_image_free(&image);
}

/* The fields with a value of their own, in order; all else is pattern. */
static const struct {
	size_t first, end;
} fields[] = {
	{ 0x000, 0x014 }, { 0x015, 0x05c }, { 0x060, 0x084 },
	{ 0x1ac, 0x1b0 }, { 0x200, 0x204 }, { 0x208, 0x20c },
	{ 0x3aa, 0x3b6 }, { 0x3ba, 0x3c6 }, { 0x2000, 0x2000 },
};

static void test_everything_else_is_pattern(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_EXTENDED, 0x2345);
	struct opregion_image image;
	size_t n = 0;

	(void)state;
	spec.vbt_address = ADDRESS + 0x2111;
	image = build(&spec);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		for (; n < fields[i].first; n++)
			assert_int_equal(image.bytes[n], 1 + n % 251);
		n = fields[i].end;
	}
	for (; n < 0x2111; n++)
		assert_int_equal(image.bytes[n], 1 + n % 251);
	opregion_image_free(&image);
}

static void test_1_0_ignores_rvda(void **state)
{
	struct opregion_spec spec = spec_of(1, 0, OPREGION_AUTO, 0x1c00);
	struct opregion_image image = build(&spec);

	(void)state;
	for (size_t n = 0x3ba; n < 0x3c6; n++)
		assert_int_equal(image.bytes[n], 1 + n % 251);
	assert_int_equal(judge(&spec, &image), IN_MAILBOX4);
	assert_memory_equal(image.bytes + 0x400, vbt, 0x1c00);
	opregion_image_free(&image);

	spec = spec_of(1, 0, OPREGION_AUTO, 0x1c01);
	assert_non_null(opregion_build(&spec, &image));
}

static void test_vbt_up_to_6k_goes_to_mailbox_4(void **state)
{
	(void)state;
	for (size_t i = 1; i < NUM_VERSIONS; i++) {
		struct opregion_spec spec = spec_of(versions[i].major,
						    versions[i].minor,
						    OPREGION_AUTO, 0x1800);
		struct opregion_image image = build(&spec);

		assert_int_equal(image.size, 0x2000);
		assert_int_equal(le(image.bytes + 0x3ba, 8), 0);
		assert_int_equal(le(image.bytes + 0x3c2, 4), 0);
		assert_ptr_equal(image.vbt, image.bytes + 0x400);
		assert_memory_equal(image.vbt, vbt, 0x1800);
		assert_int_equal(judge(&spec, &image), IN_MAILBOX4);
		opregion_image_free(&image);
	}
}

static void test_larger_vbt_is_extended(void **state)
{
	(void)state;
	for (size_t i = 1; i < NUM_VERSIONS; i++) {
		struct opregion_spec spec = spec_of(versions[i].major,
						    versions[i].minor,
						    OPREGION_AUTO, 0x1801);
		struct opregion_image image = build(&spec);
		bool absolute = versions[i].major == 2 && !versions[i].minor;

		assert_int_equal(image.size, 0x2000 + 0x1801);
		assert_int_equal(le(image.bytes + 0x3ba, 8),
				 absolute ? ADDRESS + 0x2000 : 0x2000);
		assert_int_equal(le(image.bytes + 0x3c2, 4), 0x1801);
		assert_memory_equal(image.bytes + 0x2000, vbt, 0x1801);
		assert_int_equal(judge(&spec, &image), OUTSIDE);
		opregion_image_free(&image);
	}
}

static void test_small_vbt_with_an_address_is_extended(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_AUTO, VBT_MIN_SIZE);
	struct opregion_image image;

	(void)state;
	spec.vbt_address = ADDRESS + 0x3000;
	image = build(&spec);
	assert_int_equal(image.placement, OPREGION_EXTENDED);
	assert_int_equal(le(image.bytes + 0x3ba, 8), 0x3000);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);
}

static void test_7k_in_mailbox_4_takes_mailbox_5(void **state)
{
	struct opregion_spec spec = spec_of(2, 0, OPREGION_MAILBOX4, 0x1c00);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_false(le(image.bytes + 0x58, 4) & 1 << 4);
	assert_int_equal(judge(&spec, &image), IN_MAILBOX4);
	opregion_image_free(&image);
}

static void test_detached_vbt(void **state)
{
	struct opregion_image image;
	struct opregion_spec spec;

	(void)state;
	spec = spec_of(2, 0, OPREGION_DETACHED, 0x2400);
	spec.vbt_address = HIGH_ADDRESS;
	image = build(&spec);
	assert_int_equal(image.size, 0x2000);
	assert_true(le(image.bytes + 0x3ba, 8) == HIGH_ADDRESS);
	assert_memory_equal(image.vbt, vbt, 0x2400);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);

	spec = spec_of(2, 1, OPREGION_DETACHED, 0x2400);
	spec.vbt_address = HIGH_ADDRESS;
	image = build(&spec);
	assert_true(le(image.bytes + 0x3ba, 8) == HIGH_ADDRESS - ADDRESS);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);
}

static void test_no_vbt(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_NO_VBT,
					    VBT_MIN_SIZE);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_null(image.vbt);
	assert_int_equal(image.vbt_size, 0);
	assert_int_equal(le(image.bytes + 0x58, 4), 0x15);
	assert_int_equal(le(image.bytes + 0x3ba, 8), 0);
	assert_int_equal(le(image.bytes + 0x3c2, 4), 0);
	assert_int_equal(judge(&spec, &image), NO_VBT);
	opregion_image_free(&image);
}

/* Each differs slightly from a valid specification. */
static const struct opregion_spec impossible[] = {
	{ 0, 1, ADDRESS, OPREGION_AUTO, 0, vbt, 0x1000 },
	{ 256, 0, ADDRESS, OPREGION_AUTO, 0, vbt, 0x1000 },
	{ 2, 256, ADDRESS, OPREGION_AUTO, 0, vbt, 0x1000 },
	{ 2, 1, UINT64_MAX - 0x1fff, OPREGION_AUTO, 0, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_AUTO, 0, vbt, 0 },
	{ 2, 1, ADDRESS, OPREGION_AUTO, 0, vbt, 0x10000 },
	{ 2, 1, ADDRESS, OPREGION_MAILBOX4, 0, vbt, 0x1c01 },
	{ 1, 0, ADDRESS, OPREGION_EXTENDED, 0, vbt, 0x1000 },
	{ 2, 0, 0, OPREGION_EXTENDED, 0, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_EXTENDED, ADDRESS + 0x1fff, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_EXTENDED, ADDRESS + 0x100000, vbt, 0x1000 },
	{ 2, 0, ADDRESS, OPREGION_EXTENDED, LOW_ADDRESS, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_MAILBOX4, HIGH_ADDRESS, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_NO_VBT, HIGH_ADDRESS, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_DETACHED, 0, vbt, 0x1000 },
	{ 2, 1, ADDRESS, OPREGION_DETACHED, LOW_ADDRESS, vbt, 0x1000 },
	{ 2, 0, ADDRESS, OPREGION_DETACHED, ADDRESS - 0xfff, vbt, 0x1000 },
	{ 2, 0, ADDRESS, OPREGION_DETACHED, UINT64_MAX - 0xffe, vbt, 0x1000 },
};

static void test_impossible_specifications_fail(void **state)
{
	struct opregion_image image;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(impossible); i++)
		if (!opregion_build(&impossible[i], &image))
			fail_msg("specification %zu was built", i);
}

static void test_limits_of_placement(void **state)
{
	static const struct opregion_spec possible[] = {
		{ 255, 255, ADDRESS, OPREGION_AUTO, 0, vbt, 0xffff },
		{ 2, 1, 0, OPREGION_EXTENDED, 0, vbt, 0x1000 },
		{ 2, 1, ADDRESS, OPREGION_EXTENDED, ADDRESS + 0xff000,
		  vbt, 0x1000 },
		{ 2, 0, ADDRESS, OPREGION_DETACHED, ADDRESS - 0x1000,
		  vbt, 0x1000 },
		{ 2, 0, ADDRESS, OPREGION_DETACHED, ADDRESS + 0x2000,
		  vbt, 0x1000 },
		{ 2, 0, ADDRESS, OPREGION_DETACHED, UINT64_MAX - 0x1000,
		  vbt, 0x1000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(possible); i++) {
		struct opregion_image image = build(&possible[i]);

		opregion_image_free(&image);
	}
}

/*
 * Each defect of a 2.x image with a VBT of 0x1800 bytes: the wrong field, and i915's
 * result. i915 checks neither the size nor the VBT's checksum, and accepts any RVDS
 * and RVDA; a driver that shows the region to a guest must be stricter.
 */
static const struct {
	const char *name;
	unsigned int minor;
	enum opregion_placement placement;
	bool in_vbt;		/* offset counts from the VBT */
	size_t offset, bytes;
	uint64_t value;
	enum verdict verdict;
} broken[] = {
	{ "signature", 0, OPREGION_MAILBOX4, false, 0xc, 4, 0x6e654d73,
	  NO_OPREGION },
	{ "size-0", 0, OPREGION_MAILBOX4, false, 0x10, 4, 0, IN_MAILBOX4 },
	{ "size-4", 0, OPREGION_MAILBOX4, false, 0x10, 4, 4, IN_MAILBOX4 },
	{ "size-huge", 0, OPREGION_MAILBOX4, false, 0x10, 4, 0x10000,
	  IN_MAILBOX4 },
	{ "size-wrap", 0, OPREGION_MAILBOX4, false, 0x10, 4, 0x400008,
	  IN_MAILBOX4 },
	{ "version-0", 1, OPREGION_EXTENDED, false, 0x16, 2, 0, NO_VBT },
	{ "rvda-zero", 0, OPREGION_EXTENDED, false, 0x3ba, 8, 0, NO_VBT },
	{ "rvda-wrap", 0, OPREGION_EXTENDED, false, 0x3ba, 8,
	  0xfffffffffffff000, NO_VBT },
	{ "rvda-wrap", 1, OPREGION_EXTENDED, false, 0x3ba, 8,
	  0xfffffffffffff000, NO_VBT },
	{ "rvda-wrap", 0, OPREGION_DETACHED, false, 0x3c2, 4, 0x2000, NO_VBT },
	{ "rvda-below-8k", 0, OPREGION_EXTENDED, false, 0x3ba, 8,
	  ADDRESS + 0x1fff, OUTSIDE },
	{ "rvda-below-8k", 1, OPREGION_EXTENDED, false, 0x3ba, 8,
	  0x1fff, OUTSIDE },
	{ "rvda-in-region", 1, OPREGION_MAILBOX4, false, 0x3ba, 8,
	  0x400, OUTSIDE },
	{ "rvda-in-region", 0, OPREGION_MAILBOX4, false, 0x3ba, 8,
	  ADDRESS + 0x400, OUTSIDE },
	{ "rvda-in-region", 0, OPREGION_MAILBOX4, false, 0x3c2, 4, 0x1800,
	  OUTSIDE },
	{ "rvda-into-region", 0, OPREGION_DETACHED, false, 0x3c2, 4,
	  ADDRESS - LOW_ADDRESS + 1, OUTSIDE },
	{ "rvds-zero", 0, OPREGION_EXTENDED, false, 0x3c2, 4, 0, NO_VBT },
	{ "rvds-huge", 0, OPREGION_EXTENDED, false, 0x3c2, 4, 0xffffffff,
	  OUTSIDE },
	{ "vbt-signature", 0, OPREGION_MAILBOX4, true, 0, 4, 0x58425624, NO_VBT },
	{ "vbt-checksum", 0, OPREGION_EXTENDED, true, 0, 4, 0x54425624, OUTSIDE },
	{ "vbt-size-0", 0, OPREGION_EXTENDED, true, 24, 2, 0, NO_VBT },
	{ "vbt-size-over", 0, OPREGION_MAILBOX4, true, 24, 2, 0x1801, NO_VBT },
	{ "vbt-size-over", 0, OPREGION_DETACHED, true, 24, 2, 0x1801, NO_VBT },
	{ "vbt-size-huge", 0, OPREGION_EXTENDED, true, 24, 2, 0xffff, NO_VBT },
	{ "vbt-bdb-outside", 0, OPREGION_DETACHED, true, 28, 4, 0x1800 - 21,
	  NO_VBT },
	{ "vbt-bdb-wrap", 0, OPREGION_EXTENDED, true, 28, 4, 0xfffffff0, NO_VBT },
	{ "vbt-bdb-size", 0, OPREGION_MAILBOX4, true, 48 + 20, 2, 0x1800 - 47,
	  NO_VBT },
};

#define NUM_BROKEN ARRAY_SIZE(broken)

static void test_every_defect_is_the_one_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUM_BROKEN; i++) {
		struct opregion_spec spec = spec_of(2, broken[i].minor,
						    broken[i].placement,
						    0x1800);
		struct opregion_image image = build(&spec);
		const char *error = opregion_break(&image, broken[i].name);
		const uint8_t *base = broken[i].in_vbt ? image.vbt :
				      image.bytes;

		print_message("%s\n", broken[i].name);
		assert_null(error);
		assert_true(le(base + broken[i].offset, broken[i].bytes) ==
			    broken[i].value);
		assert_int_equal(judge(&spec, &image), broken[i].verdict);
		opregion_image_free(&image);
	}
}

static void test_vbt_checksum_is_wrong_by_one(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_EXTENDED, 0x1800);
	struct opregion_image image = build(&spec);
	uint8_t sum = 0;

	(void)state;
	assert_null(opregion_break(&image, "vbt-checksum"));
	for (size_t n = 0; n < image.vbt_size; n++)
		sum += image.vbt[n];
	assert_int_equal(sum, 1);
	opregion_image_free(&image);
}

static void test_vbt_moves_with_rvda(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_EXTENDED, 0x1800);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_null(opregion_break(&image, "rvda-below-8k"));
	assert_ptr_equal(image.vbt, image.bytes + 0x1fff);
	assert_memory_equal(image.vbt, vbt, 0x1800);
	opregion_image_free(&image);
}

static void test_every_defect_is_tested_above(void **state)
{
	const struct opregion_defect *defect = opregion_defects;

	(void)state;
	assert_non_null(defect->name);
	for (; defect->name; defect++) {
		size_t i = 0;

		while (i < NUM_BROKEN && strcmp(broken[i].name, defect->name))
			i++;
		if (i == NUM_BROKEN)
			fail_msg("%s is not tested", defect->name);
	}
}

static size_t count_differences(const struct opregion_image *a,
				const struct opregion_image *b)
{
	size_t n = 0;

	assert_int_equal(a->size, b->size);
	for (size_t i = 0; i < a->size; i++)
		n += a->bytes[i] != b->bytes[i];
	if (a->placement == OPREGION_DETACHED)
		for (size_t i = 0; i < a->vbt_size; i++)
			n += a->vbt[i] != b->vbt[i];
	return n;
}

/*
 * A defect changes one or two fields in every image that can have it, and nothing in
 * all others. rvda-below-8k moves the VBT.
 */
static void break_one(const struct opregion_defect *defect,
		      const struct opregion_spec *spec, bool admitted)
{
	struct opregion_image good = build(spec), bad = build(spec);
	const char *error = opregion_break(&bad, defect->name);
	size_t differences = count_differences(&good, &bad);

	if (admitted != !error || admitted != !!differences)
		fail_msg("%s on %u.%u, placement %d: %s, %zu bytes differ",
			 defect->name, spec->major, spec->minor,
			 spec->placement, error, differences);
	if (strcmp(defect->name, "rvda-below-8k"))
		assert_in_range(differences, 0, 12);
	opregion_image_free(&good);
	opregion_image_free(&bad);
}

static bool has(unsigned int mask, unsigned int bit)
{
	return !mask || mask & 1 << bit;
}

static void test_defects_need_the_right_image(void **state)
{
	const struct opregion_defect *d;

	(void)state;
	for (d = opregion_defects; d->name; d++) {
		for (int p = OPREGION_MAILBOX4; p <= OPREGION_NO_VBT; p++) {
			for (unsigned int minor = 0; minor < 2; minor++) {
				struct opregion_spec spec =
					spec_of(2, minor, p, 0x1800);

				break_one(d, &spec, has(d->placements, p) &&
					  has(d->rvda, 1 + minor));
			}
		}
	}
}

static void break_fails(const struct opregion_spec *spec, const char *name)
{
	struct opregion_image image = build(spec);

	if (!opregion_break(&image, name))
		fail_msg("the image has got the defect %s", name);
	opregion_image_free(&image);
}

static void test_impossible_defects_fail(void **state)
{
	struct opregion_spec spec = spec_of(2, 0, OPREGION_DETACHED,
					    VBT_MAX_SIZE);

	(void)state;
	break_fails(&spec, "no such name");
	break_fails(&spec, "vbt-size-over");
	break_fails(&spec, "vbt-size-huge");

	spec.vbt_address = HIGH_ADDRESS;
	break_fails(&spec, "rvda-into-region");
	spec.address = HIGH_ADDRESS + UINT32_MAX;
	break_fails(&spec, "rvda-into-region");

	spec.vbt_size = 69;
	break_fails(&spec, "vbt-signature");

	spec = spec_of(2, 0, OPREGION_MAILBOX4, VBT_MIN_SIZE);
	spec.address = 0;
	break_fails(&spec, "rvda-in-region");
}

static void test_bdb_size_needs_a_bdb_header(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_MAILBOX4,
					    VBT_MIN_SIZE);
	struct opregion_image image;

	(void)state;
	vbt[28] = VBT_MIN_SIZE - 21;
	break_fails(&spec, "vbt-bdb-size");

	vbt[28] = VBT_MIN_SIZE - 22;
	image = build(&spec);
	assert_null(opregion_break(&image, "vbt-bdb-size"));
	assert_int_equal(le(image.vbt + VBT_MIN_SIZE - 2, 2), 23);
	opregion_image_free(&image);
}

static void test_fields_say_what_they_are_told(void **state)
{
	static const struct {
		enum opregion_field field;
		size_t offset, bytes;
		uint64_t value;
	} fields[] = {
		{ OPREGION_FIELD_MAILBOXES, 0x58, 4, 0x1234561d },
		{ OPREGION_FIELD_RVDA, 0x3ba, 8, 0x123456789abcdef0 },
		{ OPREGION_FIELD_RVDS, 0x3c2, 4, 0x01000000 },
	};
	struct opregion_spec spec = spec_of(2, 1, OPREGION_MAILBOX4, 0x1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct opregion_image good = build(&spec), image = build(&spec);
		uint8_t *at = good.bytes + fields[i].offset;

		opregion_put(&image, fields[i].field, fields[i].value);
		assert_true(le(image.bytes + fields[i].offset,
			       fields[i].bytes) == fields[i].value);
		memcpy(at, image.bytes + fields[i].offset, fields[i].bytes);
		assert_memory_equal(good.bytes, image.bytes, 0x2000);
		opregion_image_free(&good);
		opregion_image_free(&image);
	}
}

static void test_image_ends_with_zeros(void **state)
{
	struct opregion_spec spec = spec_of(2, 0, OPREGION_EXTENDED, 6154);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_null(opregion_pad(&image, 0x3a00));
	assert_int_equal(image.size, 0x3a00);
	assert_ptr_equal(image.vbt, image.bytes + 0x2000);
	assert_memory_equal(image.vbt, vbt, 6154);
	for (size_t n = 0x2000 + 6154; n < 0x3a00; n++)
		assert_int_equal(image.bytes[n], 0);

	assert_non_null(opregion_pad(&image, 0x39ff));
	assert_int_equal(image.size, 0x3a00);
	opregion_image_free(&image);

	spec = spec_of(2, 1, OPREGION_DETACHED, 0x1000);
	image = build(&spec);
	assert_non_null(opregion_pad(&image, 0x3000));
	opregion_image_free(&image);

	spec = spec_of(2, 1, OPREGION_NO_VBT, 0x1000);
	image = build(&spec);
	assert_null(opregion_pad(&image, 0x2001));
	assert_null(image.vbt);
	opregion_image_free(&image);
}

/* An extension that is not valid for i915: it uses the VBT in mailbox 4 */
static void test_zeros_behind_a_vbt_in_mailbox_4(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_MAILBOX4, 0x1800);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_null(opregion_pad(&image, 0x3a00));
	opregion_put(&image, OPREGION_FIELD_RVDA, 0x2000);
	opregion_put(&image, OPREGION_FIELD_RVDS, 0x1a00);
	assert_int_equal(judge(&spec, &image), IN_MAILBOX4);
	memcpy(image.bytes + 0x2000, vbt, 0x1800);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);
}

/*
 * coreboot's Apollo Lake boards (VBT of 6154 bytes, mailboxes 0x1d) and a Lunar
 * Lake: the VBT is where RVDA says, with room behind it.
 */
static void test_layouts_of_real_boards(void **state)
{
	struct opregion_spec spec = spec_of(2, 0, OPREGION_EXTENDED, 6154);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_null(opregion_pad(&image, 0x3a00));
	opregion_put(&image, OPREGION_FIELD_RVDS, 0x1a00);
	assert_int_equal(le(image.bytes + 0x58, 4), 0x1d);
	assert_true(le(image.bytes + 0x3ba, 8) == ADDRESS + 0x2000);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);

	spec = spec_of(3, 2, OPREGION_EXTENDED, 7239);
	image = build(&spec);
	assert_null(opregion_pad(&image, 0x3e00));
	opregion_put(&image, OPREGION_FIELD_RVDS, 0x1e00);
	assert_int_equal(judge(&spec, &image), OUTSIDE);
	opregion_image_free(&image);
}

/* A VBT that fits mailbox 4 only if there is no mailbox 5 */
static void test_6154_bytes_in_mailbox_4(void **state)
{
	struct opregion_spec spec = spec_of(2, 0, OPREGION_MAILBOX4, 6154);
	struct opregion_image image = build(&spec);

	(void)state;
	assert_int_equal(judge(&spec, &image), IN_MAILBOX4);
	opregion_put(&image, OPREGION_FIELD_MAILBOXES, 0x1d);
	assert_int_equal(judge(&spec, &image), NO_VBT);
	opregion_image_free(&image);
}

/* Recorded somewhere else, and loaded at ADDRESS */
static void recorded_is_as_it_was(void **state)
{
	static const struct {
		unsigned int major, minor;
		enum opregion_placement placement;
		uint64_t rvda;		/* at ADDRESS */
	} v[] = {
		{ 1, 0, OPREGION_MAILBOX4, 0 },
		{ 2, 0, OPREGION_MAILBOX4, 0 },
		{ 2, 0, OPREGION_EXTENDED, ADDRESS + 0x2000 },
		{ 2, 1, OPREGION_EXTENDED, 0x2000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct opregion_spec spec = spec_of(v[i].major, v[i].minor, v[i].placement,
						    v[i].placement == OPREGION_EXTENDED ?
						    7000 : VBT_MIN_SIZE);
		struct opregion_image was, image;

		spec.address = LOW_ADDRESS;
		was = build(&spec);
		assert_null(opregion_recorded(was.bytes, was.size, ADDRESS, &image));
		assert_int_equal(image.address, ADDRESS);
		assert_int_equal(image.size, was.size);
		assert_memory_equal(image.bytes, was.bytes, 0x3ba);
		assert_memory_equal(image.bytes + 0x3c2, was.bytes + 0x3c2,
				    was.size - 0x3c2);
		if (v[i].major > 1)
			assert_int_equal(le(image.bytes + 0x3ba, 8), v[i].rvda);
		else
			assert_memory_equal(image.bytes + 0x3ba, was.bytes + 0x3ba, 8);
		opregion_image_free(&image);
		opregion_image_free(&was);
	}
}

static void recorded_without_its_vbt(void **state)
{
	struct opregion_spec spec = spec_of(2, 1, OPREGION_EXTENDED, 7000);
	struct opregion_image was = build(&spec), image;

	(void)state;
	assert_null(opregion_recorded(was.bytes, 0x2000, ADDRESS, &image));
	assert_int_equal(le(image.bytes + 0x3ba, 8), 0);
	assert_int_equal(le(image.bytes + 0x3c2, 4), 0);
	opregion_image_free(&image);
	assert_non_null(opregion_recorded(was.bytes, 0x1ff0, ADDRESS, &image));
	opregion_image_free(&was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_is_as_it_was),
		cmocka_unit_test(recorded_without_its_vbt),
		cmocka_unit_test(test_header_of_every_version),
		cmocka_unit_test(test_state_lets_a_driver_run),
		cmocka_unit_test(test_strings_fill_their_fields),
		cmocka_unit_test(test_host_addresses_have_no_zero_byte),
		cmocka_unit_test(test_everything_else_is_pattern),
		cmocka_unit_test(test_1_0_ignores_rvda),
		cmocka_unit_test(test_vbt_up_to_6k_goes_to_mailbox_4),
		cmocka_unit_test(test_larger_vbt_is_extended),
		cmocka_unit_test(test_small_vbt_with_an_address_is_extended),
		cmocka_unit_test(test_7k_in_mailbox_4_takes_mailbox_5),
		cmocka_unit_test(test_detached_vbt),
		cmocka_unit_test(test_no_vbt),
		cmocka_unit_test(test_impossible_specifications_fail),
		cmocka_unit_test(test_limits_of_placement),
		cmocka_unit_test(test_every_defect_is_the_one_it_says),
		cmocka_unit_test(test_vbt_checksum_is_wrong_by_one),
		cmocka_unit_test(test_vbt_moves_with_rvda),
		cmocka_unit_test(test_every_defect_is_tested_above),
		cmocka_unit_test(test_defects_need_the_right_image),
		cmocka_unit_test(test_impossible_defects_fail),
		cmocka_unit_test(test_bdb_size_needs_a_bdb_header),
		cmocka_unit_test(test_fields_say_what_they_are_told),
		cmocka_unit_test(test_image_ends_with_zeros),
		cmocka_unit_test(test_zeros_behind_a_vbt_in_mailbox_4),
		cmocka_unit_test(test_layouts_of_real_boards),
		cmocka_unit_test(test_6154_bytes_in_mailbox_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
