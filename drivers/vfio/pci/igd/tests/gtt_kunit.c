// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: relocation of one GTT entry
 *
 * H is the host's base, G the guest's, S the size of stolen memory.
 */

#include <linux/array_size.h>
#include <linux/prandom.h>
#include <linux/sizes.h>

#include "../iobar.h"
#include "suites.h"

#define RANDOM_ROUNDS	500000

/* Relocation of an address that is relative to one of the four bases */
struct rule {
	u32 base, becomes;
};

static void get_rules(u32 h, u32 g, u32 addr, struct rule *rules)
{
	rules[0] = (struct rule){ h, addr - h + g };
	rules[1] = (struct rule){ g, addr };
	rules[2] = (struct rule){ h + g, addr - h };
	rules[3] = (struct rule){ 2 * g, addr - g };
}

static bool in_window(u32 base, u64 size, u32 addr)
{
	u64 end = base + size, wrapped = addr + (1ULL << 32);

	return (addr >= base && addr < end) || wrapped < end;
}

/*
 * An entry that continues a linear mapping from a base has that base. Otherwise
 * the base is H or G, if exactly one of their stolen memories has the address.
 */
static enum igd_gtt_verdict expect(u32 h, u32 g, u64 s, u32 entry, u32 *addr)
{
	struct rule rules[4];
	int i, speakers = 0;
	u32 becomes = 0;

	get_rules(h, g, *addr, rules);
	for (i = 0; i < 4; i++) {
		if (*addr == (u32)(rules[i].base + entry * 4096ULL)) {
			*addr = rules[i].becomes;
			return IGD_GTT_RELOCATED;
		}
	}
	for (i = 0; i < 2; i++) {
		if (!in_window(rules[i].base, s, *addr))
			continue;
		if (speakers++ && rules[i].becomes != becomes)
			return IGD_GTT_AMBIGUOUS;
		becomes = rules[i].becomes;
	}
	if (!speakers)
		return IGD_GTT_PASSED;
	*addr = becomes;
	return IGD_GTT_RELOCATED;
}

static void check_entry(struct kunit *test, enum igd_platform_id id, u32 h,
			u32 g, u64 s, u32 entry, u32 pte)
{
	const struct igd_host host = { .stolen_base = h, .stolen_size = s };
	u32 addr = pte & ~0xfff, flags = pte & 0xfff, got = pte;
	enum igd_gtt_verdict expected, verdict;

	verdict = igd_gtt_relocate(igd_platform_get(id), &host, g, entry, &got);
	expected = expect(h, g, s, entry, &addr);
	KUNIT_ASSERT_EQ_MSG(test, verdict, expected,
			    "H %#x G %#x S %#llx entry %#x: %#x", h, g, s,
			    entry, pte);
	KUNIT_ASSERT_EQ_MSG(test, got, addr | flags,
			    "H %#x G %#x S %#llx entry %#x: %#x", h, g, s,
			    entry, pte);
}

/* A linear mapping from any base becomes one from G */
static void igd_gtt_linear(struct kunit *test)
{
	static const struct {
		u32 h, g;
		u64 s;
	} cases[] = {
		{ 0x7c000000, 0x3c000000, SZ_64M },
		{ 0xcda00000, 0x7da00000, SZ_32M },
		{ 0x7c000000, 0x7c000000, SZ_64M },	/* G is H */
		{ 0x7c000000, 0x7d000000, SZ_64M },	/* overlap */
		{ 0x80000000, 0x40000000, SZ_32M },	/* 2 * G is H */
		{ 0xf0000000, 0xe0000000, SZ_32M },	/* H + G wraps */
		{ 0x7bf00000, 0x00100000, SZ_1M },
	};
	struct rule rules[4];
	u32 i, base, entry, pte;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct igd_host host = {
			.stolen_base = cases[i].h,
			.stolen_size = cases[i].s,
		};

		get_rules(cases[i].h, cases[i].g, 0, rules);
		for (base = 0; base < 4; base++) {
			for (entry = 0; entry < cases[i].s / 4096; entry++) {
				pte = rules[base].base + entry * 4096 + 1;
				KUNIT_ASSERT_EQ(test, IGD_GTT_RELOCATED,
						igd_gtt_relocate(igd_platform_get(IGD_SKL),
								 &host,
								 cases[i].g,
								 entry, &pte));
				KUNIT_ASSERT_EQ_MSG(test, pte, cases[i].g +
						    entry * 4096 + 1,
						    "case %u, base %u, entry %u",
						    i, base, entry);
			}
		}
	}
}

/* Memory at H + G or 2 * G is the guest's, unless it continues a mapping */
static void igd_gtt_sums(struct kunit *test)
{
	static const struct {
		u32 h, g, entry, addr, becomes;
	} cases[] = {
		/* 2 * G's stolen memory overlaps H's: a second framebuffer */
		{ 0x7c000000, 0x3d200000, 700, 0x7c005000, 0x3d205000 },
		{ 0x7c000000, 0x3e000000, 700, 0x7c005000, 0x3e005000 },
		{ 0x7c000000, 0x3e000000, 5, 0x7c005000, 0x3e005000 },
		/* H + G is 0x07800000, modulo 2^32 */
		{ 0x8b800000, 0x7c000000, 700, 0x08000000, 0x08000000 },
		{ 0x8b800000, 0x7c000000, 0x800, 0x08000000, 0x7c800000 },
		/* and 2 * G is 0x20000000 */
		{ 0x7c000000, 0x10000000, 7, 0x20100000, 0x20100000 },
		{ 0x7c000000, 0x10000000, 0x100, 0x20100000, 0x10100000 },
	};
	u32 i, pte;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct igd_host host = {
			.stolen_base = cases[i].h, .stolen_size = SZ_32M,
		};

		pte = cases[i].addr | 1;
		igd_gtt_relocate(igd_platform_get(IGD_SKL), &host, cases[i].g,
				 cases[i].entry, &pte);
		KUNIT_EXPECT_EQ_MSG(test, pte, cases[i].becomes | 1, "case %u",
				    i);
	}
}

/* All relative positions of small bases and windows */
static void igd_gtt_small(struct kunit *test)
{
	u32 h, g, s, entry, unit;

	for (h = 1; h <= 8; h++) {
		for (g = 1; g <= 8; g++) {
			for (s = 1; s <= 4; s++) {
				for (unit = 0; unit < 20; unit++) {
					for (entry = 0; entry <= 1024;
					     entry += 128) {
						check_entry(test, IGD_SKL,
							    h << 20, g << 20,
							    s << 20, entry,
							    unit << 20 | 1);
						check_entry(test, IGD_SKL,
							    h << 20, g << 20,
							    s << 20, entry,
							    (unit << 20) - 4095);
					}
				}
			}
		}
	}
}

static void igd_gtt_random(struct kunit *test)
{
	struct rule rules[4];
	struct rnd_state rnd;
	u32 i, h, g, entry, addr;
	u64 s;

	prandom_seed_state(&rnd, 3);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		h = (prandom_u32_state(&rnd) % 4095 + 1) << 20;
		g = (prandom_u32_state(&rnd) % 4095 + 1) << 20;
		s = (u64)SZ_4M << prandom_u32_state(&rnd) % 10;
		entry = prandom_u32_state(&rnd) % (SZ_8M / 8);

		/* In the first and the last page of a base, or anywhere */
		get_rules(h, g, 0, rules);
		addr = rules[prandom_u32_state(&rnd) % 4].base;
		switch (prandom_u32_state(&rnd) % 4) {
		case 0:
			addr += entry * 4096;
			break;
		case 1:
			addr += s - 4096 * (prandom_u32_state(&rnd) % 3);
			break;
		case 2:
			addr += 4096 * (prandom_u32_state(&rnd) % 3) - 4096;
			break;
		default:
			addr = prandom_u32_state(&rnd) & ~0xfff;
		}
		check_entry(test, IGD_SKL, h, g, s, entry,
			    addr | (prandom_u32_state(&rnd) & 0xffe) | 1);
	}
}

/* All 12 low bits of an entry in each of the formats */
static void igd_gtt_flags(struct kunit *test)
{
	static const struct {
		enum igd_platform_id id;
		u32 address_bits;	/* not zero: the address is above 4 GiB */
	} formats[] = {
		{ IGD_SNB, 0xff0 }, { IGD_IVB, 0xff0 }, { IGD_VLV, 0xff0 },
		{ IGD_HSW, 0x7f0 }, { IGD_BDW, 0 }, { IGD_CHV, 0 },
		{ IGD_SKL, 0 }, { IGD_CNL, 0 },
	};
	const struct igd_host host = {
		.stolen_base = 0x7c000000, .stolen_size = SZ_64M,
	};
	enum igd_gtt_verdict expected, verdict;
	u32 i, flags, pte, addr;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		for (flags = 0; flags < 4096; flags++) {
			pte = 0x7c123000 | flags;
			addr = 0x7c123000;
			if (!(flags & 1)) {
				expected = IGD_GTT_INVALID;
			} else if (flags & formats[i].address_bits) {
				expected = IGD_GTT_PASSED;
			} else {
				expected = IGD_GTT_RELOCATED;
				addr = 0x3c123000;
			}
			verdict = igd_gtt_relocate(igd_platform_get(formats[i].id),
						   &host, 0x3c000000, 7, &pte);
			KUNIT_ASSERT_EQ_MSG(test, verdict, expected,
					    "flags %#x", flags);
			KUNIT_ASSERT_EQ(test, pte, addr | flags);
		}
	}
}

/* While the guest has no base, no valid entry is for host stolen memory */
static void igd_gtt_blocked(struct kunit *test)
{
	const struct igd_host host = {
		.stolen_base = 0x7c000000, .stolen_size = SZ_32M,
	};
	enum igd_gtt_verdict verdict;
	u32 page, pte, before;

	for (page = 0; page < 1 << 20; page++) {
		before = page << 12 | 3;
		pte = before;
		verdict = igd_gtt_relocate(igd_platform_get(IGD_SKL), &host, 0,
					   page, &pte);
		if (page >= 0x7c000 && page < 0x7e000) {
			KUNIT_ASSERT_EQ(test, verdict, IGD_GTT_BLOCKED);
			KUNIT_ASSERT_EQ(test, pte & 1, 0);
			KUNIT_ASSERT_EQ(test, pte >> 12, 0);
		} else {
			KUNIT_ASSERT_EQ(test, verdict, IGD_GTT_PASSED);
			KUNIT_ASSERT_EQ(test, pte, before);
		}
	}
}

/* If the host's stolen memory is not known, nothing is changed */
static void igd_gtt_no_stolen(struct kunit *test)
{
	static const struct igd_host hosts[] = {
		{ .stolen_base = 0, .stolen_size = SZ_32M },
		{ .stolen_base = 0x7c000000, .stolen_size = 0 },
		{},
	};
	u32 i, guest, pte;

	for (i = 0; i < ARRAY_SIZE(hosts); i++) {
		for (guest = 0; guest < 2; guest++) {
			pte = 0x7c000001;
			KUNIT_EXPECT_EQ(test, IGD_GTT_PASSED,
					igd_gtt_relocate(igd_platform_get(IGD_SKL),
							 &hosts[i],
							 guest << 20, 0, &pte));
			KUNIT_EXPECT_EQ(test, pte, 0x7c000001);
		}
	}
}

/* What entries of the hardware point at, with H at 0x7c000000 */
static const struct {
	enum igd_platform_id id;
	u64 guest, size;
	u64 pte;
	enum igd_gtt_target target;
} targets[] = {
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x0cf00001, IGD_TARGET_GUEST },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x0eeff003, IGD_TARGET_GUEST },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x0ef00001, IGD_TARGET_ELSEWHERE },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x0ceff001, IGD_TARGET_ELSEWHERE },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x0cf00000, IGD_TARGET_ABSENT },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x7c000001, IGD_TARGET_HOST },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x7dfff001, IGD_TARGET_HOST },
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x7e000001, IGD_TARGET_ELSEWHERE },
	{ IGD_SKL, 0x7c000000, SZ_32M, 0x7c000001, IGD_TARGET_GUEST },
	{ IGD_SKL, 0, 0, 0x00000001, IGD_TARGET_ELSEWHERE },
	{ IGD_SKL, 0, 0, 0x7c000001, IGD_TARGET_HOST },
	/* Addresses beyond 4 GiB: bits 38:32 or 39:32 in entries of 4 bytes */
	{ IGD_SKL, 0x0cf00000, SZ_32M, 0x10cf00001, IGD_TARGET_ELSEWHERE },
	{ IGD_TGL, 0x200000000, SZ_32M, 0x201fff001, IGD_TARGET_GUEST },
	{ IGD_TGL, 0x0cf00000, SZ_32M, 0x4000000cf00001, IGD_TARGET_GUEST },
	{ IGD_SNB, 0x0cf00000, SZ_32M, 0x0cf00007, IGD_TARGET_GUEST },
	{ IGD_SNB, 0x0cf00000, SZ_32M, 0x0cf00017, IGD_TARGET_ELSEWHERE },
	{ IGD_SNB, 0x0cf00000, SZ_32M, 0x0cf00807, IGD_TARGET_ELSEWHERE },
	{ IGD_SNB, 0x8000000000, SZ_32M, 0x00000801, IGD_TARGET_GUEST },
	{ IGD_HSW, 0x0cf00000, SZ_32M, 0x0cf00807, IGD_TARGET_GUEST },
};

static void igd_gtt_targets(struct kunit *test)
{
	const struct igd_host host = {
		.stolen_base = 0x7c000000, .stolen_size = SZ_32M,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		struct igd_stolen guest = { targets[i].guest, targets[i].size };

		KUNIT_EXPECT_EQ_MSG(test, targets[i].target,
				    igd_gtt_target(igd_platform_get(targets[i].id),
						   &host, &guest,
						   targets[i].pte), "%d", i);
	}
}

static struct kunit_case igd_gtt_cases[] = {
	KUNIT_CASE(igd_gtt_linear),
	KUNIT_CASE(igd_gtt_sums),
	KUNIT_CASE(igd_gtt_small),
	KUNIT_CASE(igd_gtt_random),
	KUNIT_CASE(igd_gtt_flags),
	KUNIT_CASE(igd_gtt_blocked),
	KUNIT_CASE(igd_gtt_no_stolen),
	KUNIT_CASE(igd_gtt_targets),
	{}
};

struct kunit_suite igd_gtt_suite = {
	.name = "igd_gtt",
	.test_cases = igd_gtt_cases,
};
