// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: parsing of the host's OpRegion, and the guest's copy of it
 *
 * Offsets are literal numbers, from struct opregion_header and opregion_asle in
 * drivers/gpu/drm/i915/display/intel_opregion.c, and struct vbt_header and
 * bdb_header in intel_vbt_defs.h there. The check of a VBT follows
 * intel_bios_is_valid_vbt() there.
 */

#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../opregion.h"
#include "suites.h"

#define BASE		0x7b000000
#define RANDOM_ROUNDS	200000

/* Room for an extended VBT of any size */
#define MOST		(SZ_8K + SZ_64K)

static u8 *new_opregion(struct kunit *test, u16 version)
{
	u8 *bytes = kunit_kzalloc(test, SZ_8K, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	memcpy(bytes, "IntelGraphicsMem", 16);
	put_unaligned_le32(8, bytes + 0x10);
	put_unaligned_le16(version, bytes + 0x16);
	return bytes;
}

/* A copied OpRegion with an extended VBT of @extended bytes */
static struct igd_opregion *new_copy(struct kunit *test, u32 extended)
{
	struct igd_opregion *opregion;
	u8 *bytes = new_opregion(test, 0x0201);

	opregion = kunit_kzalloc(test, struct_size(opregion, data, MOST),
				 GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, opregion);
	opregion->size = MOST;
	memcpy(opregion->data, bytes, SZ_8K);
	opregion->size = SZ_8K + extended;
	return opregion;
}

static void set_vbt(u8 *bytes, u16 version, u64 rvda, u32 rvds)
{
	put_unaligned_le16(version, bytes + 0x16);
	put_unaligned_le64(rvda, bytes + 0x3ba);
	put_unaligned_le32(rvds, bytes + 0x3c2);
}

/* A VBT of @size bytes with sum 0. All of it is its BDB, or it has none */
static void put_vbt(u8 *vbt, u16 size)
{
	u8 sum = 0;
	u32 i;

	for (i = 0; i < size; i++)
		vbt[i] = i * 7;
	memcpy(vbt, "$VBT", 4);
	put_unaligned_le16(size, vbt + 0x18);
	put_unaligned_le32(0x30, vbt + 0x1c);
	put_unaligned_le16(size - 0x30, vbt + 0x30 + 0x14);

	vbt[0x1a] = 0;
	for (i = 0; i < size; i++)
		sum += vbt[i];
	vbt[0x1a] = -sum;
}

static u8 sum_of(const u8 *vbt)
{
	u32 i, size = get_unaligned_le16(vbt + 0x18);
	u8 sum = 0;

	for (i = 0; i < size; i++)
		sum += vbt[i];
	return sum;
}

/* Each bit of the signature counts, and nothing else */
static void igd_opregion_header(struct kunit *test)
{
	u8 *bytes = new_opregion(test, 0x0200);
	u32 bit;

	KUNIT_EXPECT_TRUE(test, igd_opregion_is_signed(bytes));
	for (bit = 0; bit < 8 * SZ_8K; bit++) {
		bytes[bit / 8] ^= 1 << bit % 8;
		KUNIT_ASSERT_EQ_MSG(test, igd_opregion_is_signed(bytes),
				    bit >= 8 * 0x10, "bit %u", bit);
		bytes[bit / 8] ^= 1 << bit % 8;
	}
}

/* Places of the extended VBT, and one example of each reason to omit it */
static void igd_opregion_extended(struct kunit *test)
{
	static const struct {
		u16 version;
		u64 rvda;
		u32 rvds;
		enum igd_vbt_error error;
		u64 addr;
	} rows[] = {
		/* Before 2.0 the fields have no meaning */
		{ 0x0100, 0x2000, 0x1000, IGD_VBT_OK, 0 },
		{ 0x01ff, 0x1, U32_MAX, IGD_VBT_OK, 0 },
		/* 2.0: host address */
		{ 0x0200, 0x7c000000, 0x2000, IGD_VBT_OK, 0x7c000000 },
		{ 0x0200, 0x123456789a, 0x2000, IGD_VBT_OK, 0x123456789a },
		{ 0x0200, BASE - 0x1000, 0x1000, IGD_VBT_OK, BASE - 0x1000 },
		{ 0x0200, BASE + 0x2000, 1, IGD_VBT_OK, BASE + 0x2000 },
		{ 0x0200, BASE - 0x1000, 0x1001, IGD_VBT_OVERLAPS, 0 },
		{ 0x0200, BASE + 0x1fff, 1, IGD_VBT_OVERLAPS, 0 },
		{ 0x0200, U64_MAX - 0xfff, 0x2000, IGD_VBT_WRAPS, 0 },
		/* Later: offset */
		{ 0x0201, 0x2000, 0x2000, IGD_VBT_OK, BASE + 0x2000 },
		{ 0x0300, 0x100000000, 1, IGD_VBT_OK, BASE + 0x100000000 },
		{ 0x0201, 0x1fff, 1, IGD_VBT_RVDA_LOW, 0 },
		{ 0x0201, 0x1000, 0x1000, IGD_VBT_RVDA_LOW, 0 },
		{ 0x0201, U64_MAX, 1, IGD_VBT_WRAPS, 0 },
		{ 0x0201, U64_MAX - BASE, 2, IGD_VBT_WRAPS, 0 },
		/* Sizes */
		{ 0x0201, 0x2000, 0x10000, IGD_VBT_OK, BASE + 0x2000 },
		{ 0x0201, 0x2000, 0x10001, IGD_VBT_RVDS, 0 },
		{ 0x0201, 0x2000, 0x1000000, IGD_VBT_RVDS, 0 },
		{ 0x0201, 0x2000, U32_MAX, IGD_VBT_RVDS, 0 },
		{ 0x0201, 0, 0x1000, IGD_VBT_OK, 0 },
		{ 0x0201, 0x2000, 0, IGD_VBT_OK, 0 },
		/* Apollo Lake boards of coreboot, a Lunar Lake */
		{ 0x0200, BASE + 0x2000, 0x1a00, IGD_VBT_OK, BASE + 0x2000 },
		{ 0x0302, 0x2000, 0x1e00, IGD_VBT_OK, BASE + 0x2000 },
	};
	u8 *bytes = new_opregion(test, 0);
	struct igd_vbt_place place = { 1, 1 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		set_vbt(bytes, rows[i].version, rows[i].rvda, rows[i].rvds);
		KUNIT_EXPECT_EQ_MSG(test, igd_vbt_locate(bytes, BASE, &place),
				    rows[i].error, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, place.addr, rows[i].addr,
				    "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, place.size,
				    rows[i].addr ? rows[i].rvds : 0,
				    "case %u", i);
	}
}

/* A number near one of the limits */
static u64 interesting(struct rnd_state *rnd)
{
	static const u64 places[] = {
		0, SZ_8K, SZ_64K, BASE, BASE + SZ_8K, 1ULL << 32, -SZ_64K, 0,
		-(u64)BASE,
	};
	u64 place = places[prandom_u32_state(rnd) % ARRAY_SIZE(places)];

	return place + prandom_u32_state(rnd) % 33 - 16;
}

/* Whether [start, start + size) overlaps the OpRegion */
static bool touches(u64 start, u32 size)
{
	u64 end = BASE + SZ_8K;

	return start < BASE ? BASE - start < size : start < end;
}

/*
 * An extended VBT is accepted if and only if it is where the version says, is
 * no larger than a VBT can be, and neither wraps nor overlaps the OpRegion.
 */
static void igd_opregion_random(struct kunit *test)
{
	u8 *bytes = new_opregion(test, 0);
	struct igd_vbt_place place;
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

		accepted = !igd_vbt_locate(bytes, BASE, &place);
		KUNIT_ASSERT_EQ_MSG(test, accepted, good,
				    "version %#x, RVDA %#llx, RVDS %#x",
				    version, rvda, rvds);
		KUNIT_ASSERT_EQ(test, place.addr, good ? start : 0);
		KUNIT_ASSERT_EQ(test, place.size, good ? rvds : 0);
	}
}

/* Each field of a VBT at its limit, and one beyond */
static void igd_vbt_limits(struct kunit *test)
{
	static const struct {
		u32 window;
		u16 vbt_size;
		u32 bdb;
		u16 bdb_size;
		enum igd_vbt_error error;
	} rows[] = {
		{ 0x1800, 0x1000, 0x30, 0xfd0, IGD_VBT_OK },
		{ 0, 0x1000, 0x30, 0xfd0, IGD_VBT_SHORT },
		{ 0x2f, 0x1000, 0x30, 0xfd0, IGD_VBT_SHORT },
		{ 0x30, 0x31, 0x10, 0x10, IGD_VBT_SIZE },
		{ 0x30, 0x30, 0x1a, 0x16, IGD_VBT_OK },
		{ 0x30, 0x30, 0x1b, 0, IGD_VBT_BDB },
		{ 0x1000, 0x1000, 0x30, 0xfd0, IGD_VBT_OK },
		{ 0xfff, 0x1000, 0x30, 0xfd0, IGD_VBT_SIZE },
		{ 0x1800, 0x1000, 0x30, 0xfd1, IGD_VBT_BDB },
		{ 0x1800, 0x1000, 0xfea, 0x16, IGD_VBT_OK },
		{ 0x1800, 0x1000, 0xfea, 0x17, IGD_VBT_BDB },
		{ 0x1800, 0x1000, 0xfeb, 0, IGD_VBT_BDB },
		{ 0x1800, 0x1000, 0x1000, 0, IGD_VBT_BDB },
		{ 0x1800, 0x1000, 0x1001, 0, IGD_VBT_BDB },
		{ 0x1800, 0x1000, U32_MAX - 0xf, 0, IGD_VBT_BDB },
		{ 0x1800, 0x1000, U32_MAX, 0, IGD_VBT_BDB },
		{ 0x1800, 0, 0x30, 0, IGD_VBT_BDB },
		/* i915 does not require vbt_size to cover the whole header */
		{ 0x1800, 0x16, 0, 0x16, IGD_VBT_OK },
		{ 0x1800, 0x1a, 2, 0, IGD_VBT_OK },
		{ 0x10000, 0xffff, 0x30, 0xffcf, IGD_VBT_OK },
		{ 0xfffe, 0xffff, 0x30, 0xffcf, IGD_VBT_SIZE },
	};
	u8 *vbt = kunit_kzalloc(test, SZ_64K, GFP_KERNEL);
	u32 i, bit;

	KUNIT_ASSERT_NOT_NULL(test, vbt);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(vbt, 0, SZ_64K);
		if (rows[i].bdb < SZ_64K - 0x16)
			put_unaligned_le16(rows[i].bdb_size,
					   vbt + rows[i].bdb + 0x14);
		memcpy(vbt, "$VBT", 4);
		put_unaligned_le16(rows[i].vbt_size, vbt + 0x18);
		put_unaligned_le32(rows[i].bdb, vbt + 0x1c);
		KUNIT_EXPECT_EQ_MSG(test, igd_vbt_check(vbt, rows[i].window),
				    rows[i].error, "case %u", i);
	}

	put_vbt(vbt, 0x1000);
	KUNIT_EXPECT_EQ(test, igd_vbt_check(vbt, 0x1000), IGD_VBT_OK);
	for (bit = 0; bit < 32; bit++) {
		vbt[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_EQ(test, igd_vbt_check(vbt, 0x1000),
				IGD_VBT_SIGNATURE);
		vbt[bit / 8] ^= 1 << bit % 8;
	}
}

/* A VBT is accepted if and only if i915 accepts it; the sums cannot overflow */
static void igd_vbt_random(struct kunit *test)
{
	u8 *vbt = kunit_kzalloc(test, SZ_64K, GFP_KERNEL);
	u32 i, window, accepted = 0;
	struct rnd_state rnd;
	u64 size, bdb;
	bool good;

	KUNIT_ASSERT_NOT_NULL(test, vbt);
	prandom_seed_state(&rnd, 3);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		prandom_bytes_state(&rnd, vbt, 0x200);
		window = prandom_u32_state(&rnd) % 0x120;
		size = prandom_u32_state(&rnd) % 0x120;
		bdb = prandom_u32_state(&rnd) % 0x120;
		if (i % 16 == 0)
			bdb = (u32)-bdb;
		if (bdb < 0x180)
			vbt[bdb + 0x15] = 0;
		memcpy(vbt, "$VBT", 4);
		put_unaligned_le16(size, vbt + 0x18);
		put_unaligned_le32(bdb, vbt + 0x1c);
		bdb = get_unaligned_le32(vbt + 0x1c);
		size = get_unaligned_le16(vbt + 0x18);

		good = window >= 0x30 && size <= window && bdb + 0x16 <= size;
		good = good &&
		       bdb + get_unaligned_le16(vbt + bdb + 0x14) <= size;
		KUNIT_ASSERT_EQ_MSG(test, !igd_vbt_check(vbt, window), good,
				    "window %#x, vbt_size %#llx, BDB at %#llx",
				    window, size, bdb);
		accepted += good;
	}
	/* There must be VBTs of both kinds */
	KUNIT_EXPECT_GT(test, accepted, RANDOM_ROUNDS / 100);
	KUNIT_EXPECT_LT(test, accepted, RANDOM_ROUNDS / 2);
}

static bool is_size(u32 i)
{
	return i >= 0x10 && i < 0x14;
}

static bool is_version(u32 i)
{
	return i == 0x16 || i == 0x17;
}

static bool is_rvda(u32 i)
{
	return i >= 0x3ba && i < 0x3c2;
}

static bool is_rvds(u32 i)
{
	return i >= 0x3c2 && i < 0x3c6;
}

static bool is_fdss(u32 i)	/* and FDSP, which follows it */
{
	return i >= 0x3aa && i < 0x3b6;
}

/* All bytes of a copy that has no VBT to repair */
static void expect_presented(struct kunit *test, const u8 *host,
			     const struct igd_opregion *guest)
{
	u16 version = get_unaligned_le16(host + 0x16);
	bool extended = guest->size > SZ_8K;
	u32 i;

	if (version == 0x0200 && extended)
		version = 0x0201;

	KUNIT_ASSERT_EQ(test, get_unaligned_le32(guest->data + 0x10), 8);
	KUNIT_ASSERT_EQ(test, get_unaligned_le16(guest->data + 0x16), version);
	KUNIT_ASSERT_EQ(test, get_unaligned_le64(guest->data + 0x3ba),
			extended ? 0x2000 : 0);
	KUNIT_ASSERT_EQ(test, get_unaligned_le32(guest->data + 0x3c2),
			guest->left_out ? 0 : get_unaligned_le32(host + 0x3c2));

	for (i = 0; i < guest->size; i++) {
		if (is_fdss(i))
			KUNIT_ASSERT_EQ(test, guest->data[i], 0);
		else if (!is_size(i) && !is_version(i) && !is_rvda(i) &&
			 !is_rvds(i))
			KUNIT_ASSERT_EQ_MSG(test, guest->data[i], host[i],
					    "byte %#x", i);
	}
}

/* Only host addresses, and fields that describe them, differ from the host's */
static void igd_opregion_presented(struct kunit *test)
{
	struct igd_opregion *guest = new_copy(test, SZ_8K);
	u8 *host = kunit_kzalloc(test, SZ_16K, GFP_KERNEL);
	struct rnd_state rnd;
	u32 version, way;

	KUNIT_ASSERT_NOT_NULL(test, host);
	prandom_seed_state(&rnd, 2);
	for (version = 0x01fe; version < 0x0303; version++) {
		/* No extended VBT, an omitted one, a copied one */
		for (way = 0; way < 3; way++) {
			prandom_bytes_state(&rnd, host, SZ_16K);
			put_unaligned_le16(version, host + 0x16);
			host[0x400] = 0;
			host[SZ_8K] = 0;

			guest->size = SZ_16K;
			memcpy(guest->data, host, SZ_16K);
			guest->size = way == 2 ? SZ_16K : SZ_8K;
			guest->left_out = way == 1 ? IGD_VBT_RAM : IGD_VBT_OK;

			igd_opregion_present(guest);
			expect_presented(test, host, guest);
			KUNIT_ASSERT_FALSE(test, guest->repaired);
		}
	}
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
		{ 0x46, 0x1f, 0x2000, 0x46 },
		{ 0x10000, 0x1f, 0x2000, 0xffff },
	};
	struct igd_opregion *opregion;
	u32 i, offset;
	u8 *vbt;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		opregion = new_copy(test, rows[i].extended);
		put_unaligned_le32(rows[i].mailboxes, opregion->data + 0x58);
		KUNIT_EXPECT_EQ(test, igd_opregion_find_vbt(opregion, &offset),
				IGD_VBT_SIGNATURE);
		KUNIT_EXPECT_EQ(test, offset, rows[i].start);

		vbt = opregion->data + rows[i].start;
		put_vbt(vbt, rows[i].window);
		KUNIT_EXPECT_EQ_MSG(test,
				    igd_opregion_find_vbt(opregion, &offset),
				    IGD_VBT_OK, "case %u", i);
		KUNIT_EXPECT_EQ(test, offset, rows[i].start);
		if (rows[i].window == 0xffff)
			continue;

		put_unaligned_le16(rows[i].window + 1, vbt + 0x18);
		KUNIT_EXPECT_EQ_MSG(test,
				    igd_opregion_find_vbt(opregion, &offset),
				    IGD_VBT_SIZE, "case %u", i);
	}
}

/* coreboot's Apollo Lake boards: 6154 bytes, where mailbox 4 has 6144 */
static void igd_opregion_vbt_of_6154_bytes(struct kunit *test)
{
	struct igd_opregion *opregion = new_copy(test, 0);
	u32 offset;

	put_vbt(opregion->data + 0x400, 6154);
	put_unaligned_le32(0x0d, opregion->data + 0x58);
	KUNIT_EXPECT_EQ(test, igd_opregion_find_vbt(opregion, &offset),
			IGD_VBT_OK);
	put_unaligned_le32(0x1d, opregion->data + 0x58);
	KUNIT_EXPECT_EQ(test, igd_opregion_find_vbt(opregion, &offset),
			IGD_VBT_SIZE);

	opregion = new_copy(test, 0x1a00);
	put_unaligned_le32(0x1d, opregion->data + 0x58);
	put_vbt(opregion->data + 0x2000, 6154);
	KUNIT_EXPECT_EQ(test, igd_opregion_find_vbt(opregion, &offset),
			IGD_VBT_OK);
	KUNIT_EXPECT_EQ(test, offset, 0x2000);
}

/* Any wrong sum is repaired by one byte */
static void igd_vbt_checksum(struct kunit *test)
{
	static const struct {
		u32 extended, start;
		u16 vbt_size;
	} rows[] = {
		{ 0, 0x400, 0x1000 }, { 0, 0x400, 0x1800 },
		{ 0x2000, 0x2000, 0x1234 }, { 0x10000, 0x2000, 0xffff },
	};
	struct igd_opregion *opregion;
	u32 i, error;
	u8 *vbt, byte;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		opregion = new_copy(test, rows[i].extended);
		vbt = opregion->data + rows[i].start;
		put_vbt(vbt, rows[i].vbt_size);
		byte = vbt[0x1a];

		for (error = 0; error < 0x100; error++) {
			vbt[0x1a] = byte + error;
			igd_opregion_present(opregion);
			KUNIT_ASSERT_EQ(test, opregion->repaired, error != 0);
			KUNIT_ASSERT_EQ(test, vbt[0x1a], byte);
		}

		/* Wrong by another byte, the last one */
		vbt[rows[i].vbt_size - 1] += 5;
		igd_opregion_present(opregion);
		KUNIT_EXPECT_TRUE(test, opregion->repaired);
		KUNIT_EXPECT_EQ(test, sum_of(vbt), 0);
		KUNIT_EXPECT_EQ(test, vbt[0x1a], (u8)(byte - 5));
	}
}

/* A VBT that is not valid, or not used, is unchanged */
static void igd_vbt_checksum_of_others(struct kunit *test)
{
	struct igd_opregion *opregion = new_copy(test, 0x2000);
	u8 *mailbox4 = opregion->data + 0x400;
	u8 *extended = opregion->data + 0x2000;

	put_vbt(mailbox4, 0x1000);
	put_vbt(extended, 0x1000);
	mailbox4[0x1a]++;
	igd_opregion_present(opregion);
	KUNIT_EXPECT_FALSE(test, opregion->repaired);
	KUNIT_EXPECT_EQ(test, sum_of(mailbox4), 1);

	put_unaligned_le16(0x2001, extended + 0x18);
	igd_opregion_present(opregion);
	KUNIT_EXPECT_FALSE(test, opregion->repaired);
	KUNIT_EXPECT_EQ(test, get_unaligned_le16(extended + 0x18), 0x2001);

	/* Valid, but the sum does not reach the checksum */
	opregion = new_copy(test, 0);
	mailbox4 = opregion->data + 0x400;
	memcpy(mailbox4, "$VBT", 4);
	put_unaligned_le16(0x1a, mailbox4 + 0x18);
	put_unaligned_le32(2, mailbox4 + 0x1c);
	mailbox4[0x10] = 1;
	KUNIT_EXPECT_EQ(test, igd_vbt_check(mailbox4, 0x1800), IGD_VBT_OK);
	igd_opregion_present(opregion);
	KUNIT_EXPECT_FALSE(test, opregion->repaired);
	KUNIT_EXPECT_EQ(test, mailbox4[0x1a], 0);
}

static void igd_opregion_messages(struct kunit *test)
{
	u32 i, j;

	for (i = 0; i <= IGD_OPREGION_NO_MEMORY; i++) {
		KUNIT_ASSERT_NOT_NULL(test, igd_opregion_strerror(i));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, igd_opregion_strerror(i),
					    igd_opregion_strerror(j));
	}
	KUNIT_EXPECT_STREQ(test, igd_opregion_strerror(i), "unknown");

	for (i = 0; i <= IGD_VBT_BDB; i++) {
		KUNIT_ASSERT_NOT_NULL(test, igd_vbt_strerror(i));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, igd_vbt_strerror(i),
					    igd_vbt_strerror(j));
	}
	KUNIT_EXPECT_STREQ(test, igd_vbt_strerror(i), "unknown");
}

static struct kunit_case igd_opregion_cases[] = {
	KUNIT_CASE(igd_opregion_header),
	KUNIT_CASE(igd_opregion_extended),
	KUNIT_CASE(igd_opregion_random),
	KUNIT_CASE(igd_vbt_limits),
	KUNIT_CASE(igd_vbt_random),
	KUNIT_CASE(igd_opregion_presented),
	KUNIT_CASE(igd_opregion_vbt_window),
	KUNIT_CASE(igd_opregion_vbt_of_6154_bytes),
	KUNIT_CASE(igd_vbt_checksum),
	KUNIT_CASE(igd_vbt_checksum_of_others),
	KUNIT_CASE(igd_opregion_messages),
	{}
};

struct kunit_suite igd_opregion_suite = {
	.name = "igd_opregion",
	.test_cases = igd_opregion_cases,
};
