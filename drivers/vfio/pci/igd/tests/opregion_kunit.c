// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: parsing the host's OpRegion, and what a guest sees of it
 *
 * Offsets are written out, from struct opregion_header and opregion_asle in
 * drivers/gpu/drm/i915/display/intel_opregion.c.
 */

#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../igd.h"
#include "suites.h"

#define BASE		0x7b000000
#define RANDOM_ROUNDS	200000

static u8 *new_opregion(struct kunit *test, u16 version)
{
	u8 *bytes = kunit_kzalloc(test, SZ_8K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	memcpy(bytes, "IntelGraphicsMem", 16);
	put_unaligned_le32(8, bytes + 0x10);
	put_unaligned_le16(version, bytes + 0x16);
	return bytes;
}

static void set_vbt(u8 *bytes, u16 version, u64 rvda, u32 rvds)
{
	put_unaligned_le16(version, bytes + 0x16);
	put_unaligned_le64(rvda, bytes + 0x3ba);
	put_unaligned_le32(rvds, bytes + 0x3c2);
}

/* Each bit of signature and size counts */
static void igd_opregion_header(struct kunit *test)
{
	u8 *bytes = new_opregion(test, 0x0200);
	struct igd_opregion_vbt vbt = { 1, 1 };
	u32 bit;

	KUNIT_EXPECT_EQ(test, igd_opregion_parse(bytes, BASE, &vbt),
			IGD_OPREGION_OK);
	KUNIT_EXPECT_EQ(test, vbt.size, 0);

	for (bit = 0; bit < 8 * 0x14; bit++) {
		bytes[bit / 8] ^= 1 << bit % 8;
		KUNIT_ASSERT_EQ_MSG(test,
				    igd_opregion_parse(bytes, BASE, &vbt),
				    bit < 8 * 0x10 ? IGD_OPREGION_SIGNATURE :
						     IGD_OPREGION_SIZE,
				    "bit %u", bit);
		bytes[bit / 8] ^= 1 << bit % 8;
	}
}

/* Where the extended VBT is, and one example of each reason to refuse it */
static void igd_opregion_extended(struct kunit *test)
{
	static const struct {
		u16 version;
		u64 rvda;
		u32 rvds;
		enum igd_opregion_error error;
		u64 addr;
	} rows[] = {
		/* Before 2.0 the fields mean nothing */
		{ 0x0100, 0x2000, 0x1000, IGD_OPREGION_OK, 0 },
		{ 0x01ff, 0x1, U32_MAX, IGD_OPREGION_OK, 0 },
		/* 2.0: host address */
		{ 0x0200, 0x7c000000, 0x2000, IGD_OPREGION_OK, 0x7c000000 },
		{ 0x0200, 0x123456789a, 0x2000, IGD_OPREGION_OK, 0x123456789a },
		{ 0x0200, BASE - 0x1000, 0x1000, IGD_OPREGION_OK, BASE - 0x1000 },
		{ 0x0200, BASE + 0x2000, 1, IGD_OPREGION_OK, BASE + 0x2000 },
		{ 0x0200, BASE - 0x1000, 0x1001, IGD_OPREGION_RVDA_OVERLAPS, 0 },
		{ 0x0200, BASE + 0x1fff, 1, IGD_OPREGION_RVDA_OVERLAPS, 0 },
		{ 0x0200, U64_MAX - 0xfff, 0x2000, IGD_OPREGION_RVDA_WRAPS, 0 },
		/* Later: offset */
		{ 0x0201, 0x2000, 0x2000, IGD_OPREGION_OK, BASE + 0x2000 },
		{ 0x0300, 0x100000000, 1, IGD_OPREGION_OK, BASE + 0x100000000 },
		{ 0x0201, 0x1fff, 1, IGD_OPREGION_RVDA_LOW, 0 },
		{ 0x0201, U64_MAX, 1, IGD_OPREGION_RVDA_WRAPS, 0 },
		{ 0x0201, U64_MAX - BASE, 2, IGD_OPREGION_RVDA_WRAPS, 0 },
		/* Sizes */
		{ 0x0201, 0x2000, 0x10000, IGD_OPREGION_OK, BASE + 0x2000 },
		{ 0x0201, 0x2000, 0x10001, IGD_OPREGION_RVDS, 0 },
		{ 0x0201, 0x2000, U32_MAX, IGD_OPREGION_RVDS, 0 },
		{ 0x0201, 0, 0x1000, IGD_OPREGION_OK, 0 },
		{ 0x0201, 0x2000, 0, IGD_OPREGION_OK, 0 },
	};
	u8 *bytes = new_opregion(test, 0);
	struct igd_opregion_vbt vbt;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		set_vbt(bytes, rows[i].version, rows[i].rvda, rows[i].rvds);
		KUNIT_EXPECT_EQ_MSG(test,
				    igd_opregion_parse(bytes, BASE, &vbt),
				    rows[i].error, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, vbt.addr, rows[i].addr, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, vbt.size,
				    rows[i].addr ? rows[i].rvds : 0,
				    "case %u", i);
	}
}

/* A number near one of the places where something changes */
static u64 interesting(struct rnd_state *rnd)
{
	static const u64 places[] = {
		0, SZ_8K, SZ_64K, BASE, BASE + SZ_8K, 1ULL << 32, -SZ_64K, 0,
		-(u64)BASE,
	};
	u64 place = places[prandom_u32_state(rnd) % ARRAY_SIZE(places)];

	return place + prandom_u32_state(rnd) % 33 - 16;
}

/* Whether a byte of [start, start + size) is one of the OpRegion's */
static bool touches(u64 start, u32 size)
{
	u64 end = BASE + SZ_8K;

	return start < BASE ? BASE - start < size : start < end;
}

/*
 * Whatever is accepted lies where the version says, is no larger than a VBT can
 * be, and neither wraps nor touches the OpRegion; and whatever does so is
 * accepted.
 */
static void igd_opregion_random(struct kunit *test)
{
	u8 *bytes = new_opregion(test, 0);
	struct igd_opregion_vbt vbt;
	bool good, wraps, accepted;
	struct rnd_state rnd;
	u64 rvda, start;
	u32 i, rvds;
	u16 version;

	prandom_seed_state(&rnd, 1);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		version = 0x0200 + prandom_u32_state(&rnd) % 3;
		rvda = interesting(&rnd);
		rvds = interesting(&rnd);
		if (!rvda || !rvds)
			continue;
		set_vbt(bytes, version, rvda, rvds);

		start = version == 0x0200 ? rvda : BASE + rvda;
		wraps = start < rvda || rvds > U64_MAX - start;
		good = rvds <= SZ_64K && !wraps && !touches(start, rvds) &&
		       (version == 0x0200 || rvda >= SZ_8K);

		accepted = !igd_opregion_parse(bytes, BASE, &vbt);
		KUNIT_ASSERT_EQ_MSG(test, accepted, good,
				    "version %#x, RVDA %#llx, RVDS %#x",
				    version, rvda, rvds);
		KUNIT_ASSERT_EQ(test, vbt.addr, good ? start : 0);
		KUNIT_ASSERT_EQ(test, vbt.size, good ? rvds : 0);
	}
}

static bool is_version(u32 i)
{
	return i == 0x16 || i == 0x17;
}

static bool is_rvda(u32 i)
{
	return i >= 0x3ba && i < 0x3c2;
}

static bool is_fdss(u32 i)	/* and FDSP, which follows it */
{
	return i >= 0x3aa && i < 0x3b6;
}

/* Only host addresses and what describes them differ from the host's bytes */
static void igd_opregion_presented(struct kunit *test)
{
	u8 *host = new_opregion(test, 0), *guest = new_opregion(test, 0);
	struct rnd_state rnd;
	u32 version, i;
	u16 shown;

	prandom_seed_state(&rnd, 2);
	for (version = 0x01fe; version < 0x0303; version++) {
		prandom_bytes_state(&rnd, host, SZ_8K);
		put_unaligned_le16(version, host + 0x16);
		memcpy(guest, host, SZ_8K);

		igd_opregion_present(guest, version % 2 == 0);
		shown = version == 0x0200 ? 0x0201 : version;
		KUNIT_ASSERT_EQ(test, get_unaligned_le16(guest + 0x16), shown);
		KUNIT_ASSERT_EQ(test, get_unaligned_le64(guest + 0x3ba),
				version % 2 == 0 ? 0x2000 : 0);
		for (i = 0; i < SZ_8K; i++) {
			if (is_fdss(i))
				KUNIT_ASSERT_EQ(test, guest[i], 0);
			else if (!is_version(i) && !is_rvda(i))
				KUNIT_ASSERT_EQ_MSG(test, guest[i], host[i],
						    "byte %#x", i);
		}
	}

	/* Without an extended VBT 2.0 stays what it is */
	put_unaligned_le16(0x0200, guest + 0x16);
	igd_opregion_present(guest, false);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(guest + 0x16), 0x0200);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(guest + 0x3ba), 0);
}

static void igd_opregion_vbt_window(struct kunit *test)
{
	static const struct {
		u32 extended, mailboxes, start, window;
	} rows[] = {
		{ 0, 0x00, 0x400, 0x1c00 },
		{ 0, 0x0f, 0x400, 0x1c00 },
		{ 0, 0x10, 0x400, 0x1800 },
		{ 0, 0x1f, 0x400, 0x1800 },
		{ 0x2000, 0x00, 0x2000, 0x2000 },
		{ 0x2000, 0x1f, 0x2000, 0x2000 },
		{ 0x30, 0x1f, 0x2000, 0x30 },
	};
	struct igd_opregion *opregion;
	u32 i, bit, window;
	u8 *vbt;

	opregion = kunit_kzalloc(test, struct_size(opregion, data, SZ_16K),
				 GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, opregion);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		opregion->size = SZ_16K;
		memset(opregion->data, 0, SZ_16K);
		opregion->size = SZ_8K + rows[i].extended;
		put_unaligned_le32(rows[i].mailboxes, opregion->data + 0x58);
		put_unaligned_le16(0x0301, opregion->data + 0x16);

		vbt = opregion->data + rows[i].start;
		KUNIT_EXPECT_NULL(test, igd_opregion_find_vbt(opregion, &window));
		memcpy(vbt, "$VBT", 4);
		KUNIT_EXPECT_PTR_EQ(test, igd_opregion_find_vbt(opregion,
								&window),
				    (const u8 *)vbt);
		KUNIT_EXPECT_EQ(test, window, rows[i].window);
		KUNIT_EXPECT_EQ(test, igd_opregion_version(opregion), 0x0301);

		for (bit = 0; bit < 32; bit++) {
			vbt[bit / 8] ^= 1 << bit % 8;
			KUNIT_EXPECT_NULL(test, igd_opregion_find_vbt(opregion,
								      &window));
			vbt[bit / 8] ^= 1 << bit % 8;
		}
	}

	/* No room for a header */
	opregion->size = SZ_8K + 0x2f;
	memcpy(opregion->data + SZ_8K, "$VBT", 4);
	KUNIT_EXPECT_NULL(test, igd_opregion_find_vbt(opregion, &window));
}

static void igd_opregion_messages(struct kunit *test)
{
	enum igd_opregion_error i, j;

	for (i = 0; i <= IGD_OPREGION_NO_MEMORY; i++) {
		KUNIT_ASSERT_NOT_NULL(test, igd_opregion_strerror(i));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, igd_opregion_strerror(i),
					    igd_opregion_strerror(j));
	}
	KUNIT_EXPECT_STREQ(test, igd_opregion_strerror(i), "unknown");
}

static struct kunit_case igd_opregion_cases[] = {
	KUNIT_CASE(igd_opregion_header),
	KUNIT_CASE(igd_opregion_extended),
	KUNIT_CASE(igd_opregion_random),
	KUNIT_CASE(igd_opregion_presented),
	KUNIT_CASE(igd_opregion_vbt_window),
	KUNIT_CASE(igd_opregion_messages),
	{}
};

struct kunit_suite igd_opregion_suite = {
	.name = "igd_opregion",
	.test_cases = igd_opregion_cases,
};
