// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: differences between platforms, and decoding of GGC
 */

#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/sizes.h>

#include "../platform.h"
#include "suites.h"

/* GMS values @first to @last mean @mib, @mib + @step, ... */
struct gms_run {
	u8 first, last;
	u16 mib, step;
};

#define RESERVED U8_MAX

/* GGC as tables: arch/x86/kernel/early-quirks.c, i915/gt/intel_ggtt.c */
struct ggc_layout {
	u8 gms_shift, gms_max;
	u8 ggms_shift;
	u8 gtt_mib[4];		/* by GGMS */
	struct gms_run runs[3];
};

static const struct ggc_layout ggc_snb = {
	.gms_shift = 3, .gms_max = 31, .ggms_shift = 8,
	.gtt_mib = { 0, 1, 2, RESERVED },
	.runs = { { 0x00, 0x10, 0, 32 } },
};

static const struct ggc_layout ggc_bdw = {
	.gms_shift = 8, .gms_max = 255, .ggms_shift = 6,
	.gtt_mib = { 0, 2, 4, 8 },
	.runs = { { 0x00, 0xff, 0, 32 } },
};

static const struct ggc_layout ggc_chv = {
	.gms_shift = 3, .gms_max = 31, .ggms_shift = 8,
	.gtt_mib = { 0, 2, 4, 8 },
	.runs = {
		{ 0x00, 0x10, 0, 32 },
		{ 0x11, 0x16, 8, 4 },
		{ 0x17, 0x1d, 36, 4 },
	},
};

static const struct ggc_layout ggc_gen9 = {
	.gms_shift = 8, .gms_max = 255, .ggms_shift = 6,
	.gtt_mib = { 0, 2, 4, 8 },
	.runs = { { 0x00, 0xef, 0, 32 }, { 0xf0, 0xfe, 4, 4 } },
};

/* i915/gem/i915_gem_stolen.c, mtl_get_gms_size(): the others are errors */
static const struct ggc_layout ggc_mtl = {
	.gms_shift = 8, .gms_max = 255, .ggms_shift = 6,
	.gtt_mib = { RESERVED, RESERVED, RESERVED, 8 },
	.runs = { { 0x00, 0x04, 0, 32 }, { 0xf0, 0xfe, 4, 4 } },
};

/*
 * All platforms. Sources: i915/gt/intel_gtt.h and intel_ggtt.c for the entries,
 * the datasheets for the rest.
 */
static const struct {
	enum igd_platform_id id;
	const char *generation;
	const struct ggc_layout *ggc;
	int bdsm_bits;		/* 0: not in configuration space */
	u32 gtt_mib;		/* offset of the GTT in BAR0 */
	u32 pte_bits;
	u32 high_lsb, high_msb;	/* address bits 32 and up; 0: none */
	bool iobar_gtt;
} platforms[] = {
	{ IGD_SNB, "6", &ggc_snb, 32, 2, 32, 4, 11, true },
	{ IGD_IVB, "7", &ggc_snb, 32, 2, 32, 4, 11, true },
	{ IGD_VLV, "7", &ggc_snb, 32, 2, 32, 4, 11, true },
	{ IGD_HSW, "7.5", &ggc_snb, 32, 2, 32, 4, 10, true },
	{ IGD_BDW, "8", &ggc_bdw, 32, 8, 64, 0, 0, true },
	{ IGD_CHV, "8", &ggc_chv, 32, 8, 64, 0, 0, true },
	{ IGD_SKL, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_BXT, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_GLK, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_KBL, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_CFL, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_WHL, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_CML, "9", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_CNL, "10", &ggc_gen9, 32, 8, 64, 0, 0, true },
	{ IGD_ICL, "11", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_EHL, "11", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_JSL, "11", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_TGL, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_RKL, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_ADLS, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_ADLP, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_ADLN, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_RPLS, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_RPLU, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_RPLP, "12", &ggc_gen9, 64, 8, 64, 0, 0, false },
	{ IGD_MTL, "12.7", &ggc_mtl, 0, 8, 64, 0, 0, false },
	{ IGD_ARL, "12.7", &ggc_mtl, 0, 8, 64, 0, 0, false },
	{ IGD_LNL, "20", &ggc_mtl, 0, 8, 64, 0, 0, false },
};

/* Returns the size in MiB, -1 if GMS is reserved */
static s64 stolen_mib(const struct ggc_layout *layout, u16 ggc)
{
	u32 gms = ggc >> layout->gms_shift & layout->gms_max;
	const struct gms_run *run;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(layout->runs); i++) {
		run = &layout->runs[i];
		if (gms >= run->first && gms <= run->last)
			return run->mib + (gms - run->first) * run->step;
	}
	return -1;
}

static void igd_platform_fields(struct kunit *test)
{
	const struct igd_platform *platform;
	enum igd_bdsm bdsm;
	u32 i, bit, high;

	for (i = 0; i < ARRAY_SIZE(platforms); i++) {
		platform = igd_platform_get(platforms[i].id);
		KUNIT_ASSERT_NOT_NULL(test, platform);

		bdsm = platforms[i].bdsm_bits == 32 ? IGD_BDSM_32 :
		       platforms[i].bdsm_bits == 64 ? IGD_BDSM_64 :
						      IGD_BDSM_NONE;
		high = 0;
		for (bit = platforms[i].high_lsb;
		     bit && bit <= platforms[i].high_msb; bit++)
			high |= 1u << bit;

		KUNIT_EXPECT_STREQ(test, platform->generation,
				   platforms[i].generation);
		KUNIT_EXPECT_EQ(test, platform->bdsm, bdsm);
		KUNIT_EXPECT_EQ(test, platform->gtt_offset,
				platforms[i].gtt_mib << 20);
		KUNIT_EXPECT_EQ(test, platform->pte_size * 8,
				platforms[i].pte_bits);
		KUNIT_EXPECT_EQ(test, platform->pte_addr_high, high);
		KUNIT_EXPECT_EQ(test, platform->iobar_gtt,
				platforms[i].iobar_gtt);
	}
}

/* Each platform has one row above, and there is none beyond the last */
static void igd_platform_ids(struct kunit *test)
{
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(platforms); i++) {
		KUNIT_EXPECT_EQ(test, platforms[i].id, i);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, igd_platform_get(i)->name,
					    igd_platform_get(j)->name);
	}
	KUNIT_EXPECT_NULL(test, igd_platform_get(ARRAY_SIZE(platforms)));
	KUNIT_EXPECT_NULL(test, igd_platform_get(ULONG_MAX));
}

static void igd_platform_stolen_size(struct kunit *test)
{
	const struct igd_platform *platform;
	s64 mib;
	u32 i, ggc;

	for (i = 0; i < ARRAY_SIZE(platforms); i++) {
		platform = igd_platform_get(platforms[i].id);
		for (ggc = 0; ggc <= U16_MAX; ggc++) {
			mib = stolen_mib(platforms[i].ggc, ggc);
			if (mib < 0)
				continue;
			KUNIT_ASSERT_EQ_MSG(test,
					    igd_stolen_size(platform, ggc),
					    (u64)mib << 20, "%s, GGC %#x",
					    platform->name, ggc);
		}
	}
}

static void igd_platform_gtt_size(struct kunit *test)
{
	const struct igd_platform *platform;
	const struct ggc_layout *layout;
	u32 i, ggc, mib;

	for (i = 0; i < ARRAY_SIZE(platforms); i++) {
		platform = igd_platform_get(platforms[i].id);
		layout = platforms[i].ggc;
		for (ggc = 0; ggc <= U16_MAX; ggc++) {
			mib = layout->gtt_mib[ggc >> layout->ggms_shift & 3];
			if (mib == RESERVED)
				continue;
			KUNIT_ASSERT_EQ_MSG(test, igd_gtt_size(platform, ggc),
					    mib << 20, "%s, GGC %#x",
					    platform->name, ggc);
		}
	}
}

/* The largest GTTs map 2 or 4 GiB, as in i915 */
static void igd_platform_gtt_entries(struct kunit *test)
{
	static const struct igd_host gen6 = { .gtt_size = SZ_2M };
	static const struct igd_host gen8 = { .gtt_size = SZ_8M };

	KUNIT_EXPECT_EQ(test, 524288,
			igd_gtt_entries(igd_platform_get(IGD_SNB), &gen6));
	KUNIT_EXPECT_EQ(test, 1048576,
			igd_gtt_entries(igd_platform_get(IGD_SKL), &gen8));
}

static struct kunit_case igd_platform_cases[] = {
	KUNIT_CASE(igd_platform_ids),
	KUNIT_CASE(igd_platform_fields),
	KUNIT_CASE(igd_platform_stolen_size),
	KUNIT_CASE(igd_platform_gtt_size),
	KUNIT_CASE(igd_platform_gtt_entries),
	{}
};

struct kunit_suite igd_platform_suite = {
	.name = "igd_platform",
	.test_cases = igd_platform_cases,
};
