// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: pipes, their power, and the registers of their primary planes
 *
 * Sources: i915/display/, intel_display_device.c for the pipes and their fuses,
 * intel_display_power_map.c for the power wells, i9xx_plane_regs.h and
 * skl_universal_plane_regs.h for the planes.
 */

#include <linux/array_size.h>
#include <linux/bits.h>

#include "../planes.h"
#include "suites.h"

#define NO_WELL	-1

/* Numbers of the power wells that each pipe, and VGA, needs */
struct display {
	enum igd_platform_id id;
	int pipes;
	int wells[5][5];
};

#define NONE	{ NO_WELL }

static const struct display displays[] = {
	{ IGD_SNB, 2, { NONE, NONE, NONE, NONE, NONE } },
	{ IGD_IVB, 3, { NONE, NONE, NONE, NONE, NONE } },
	{ IGD_HSW, 3, { NONE, { 15, NO_WELL }, { 15, NO_WELL }, NONE,
			{ 15, NO_WELL } } },
	{ IGD_BDW, 3, { NONE, { 15, NO_WELL }, { 15, NO_WELL }, NONE,
			{ 15, NO_WELL } } },
	{ IGD_CML, 3, { { 14, NO_WELL }, { 15, NO_WELL }, { 15, NO_WELL }, NONE,
			{ 15, NO_WELL } } },
	{ IGD_BXT, 3, { { 14, NO_WELL }, { 15, NO_WELL }, { 15, NO_WELL }, NONE,
			{ 15, NO_WELL } } },
	{ IGD_JSL, 3, { { 0, NO_WELL }, { 1, 2, NO_WELL },
			{ 1, 2, 3, NO_WELL }, NONE, { 1, 2, NO_WELL } } },
	{ IGD_RPLS, 4, { { 0, NO_WELL }, { 1, 2, NO_WELL },
			 { 1, 2, 3, NO_WELL }, { 1, 2, 3, 4, NO_WELL },
			 { 1, 2, NO_WELL } } },
	{ IGD_RKL, 3, { { 0, NO_WELL }, { 2, NO_WELL }, { 2, 3, NO_WELL }, NONE,
			{ 2, NO_WELL } } },
	{ IGD_ADLN, 4, { { 5, NO_WELL }, { 1, 6, NO_WELL }, { 1, 7, NO_WELL },
			 { 1, 8, NO_WELL }, { 1, NO_WELL } } },
	{ IGD_LNL, 4, { { 5, NO_WELL }, { 1, 6, NO_WELL }, { 1, 7, NO_WELL },
			{ 1, 8, NO_WELL }, { 1, NO_WELL } } },
};

static u32 registers_of(const int *wells)
{
	u32 value = 0;

	/* Bit 2 * n is the state, and 2 * n + 1 the request */
	for (; *wells != NO_WELL; wells++)
		value |= 1U << (2 * *wells) | 1U << (2 * *wells + 1);
	return value;
}

static void igd_planes_power(struct kunit *test)
{
	int i, n, bit;

	for (i = 0; i < ARRAY_SIZE(displays); i++) {
		const struct igd_display *display =
			igd_platform_get(displays[i].id)->display;

		KUNIT_ASSERT_NOT_NULL(test, display);
		KUNIT_EXPECT_EQ(test, displays[i].pipes, display->pipes);
		for (n = 0; n < 5; n++) {
			u32 wells = n < 4 ? display->wells[n] :
					    display->vga_wells;
			u32 on = registers_of(displays[i].wells[n]);

			KUNIT_EXPECT_EQ(test, !on,
					igd_display_has_power(wells, 0, 0));
			KUNIT_EXPECT_TRUE(test,
					  igd_display_has_power(wells, on, 0));
			KUNIT_EXPECT_TRUE(test,
					  igd_display_has_power(wells, 0, on));
			for (bit = 0; bit < 32; bit++) {
				u32 all_but_one = ~(1U << bit);

				KUNIT_EXPECT_EQ(test, !(on & ~all_but_one),
						igd_display_has_power(wells,
								      all_but_one,
								      all_but_one));
			}
			KUNIT_EXPECT_TRUE(test, !on || display->has_wells);
		}
	}
}

static void igd_planes_unknown(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, igd_platform_get(IGD_VLV)->display);
	KUNIT_EXPECT_NULL(test, igd_platform_get(IGD_CHV)->display);
	KUNIT_EXPECT_NULL(test, igd_platform_get(IGD_CNL)->display);
	KUNIT_EXPECT_NULL(test, igd_platform_unknown.display);
}

/* The pipes that are left with one fuse, by its bit */
static const struct {
	enum igd_platform_id id;
	u32 reg;
	int bit;
	u32 pipes;
} fuses[] = {
	{ IGD_SNB, 0, 30, 0x3 },
	{ IGD_IVB, 0x42014, 28, 0x3 },
	{ IGD_HSW, 0x42014, 30, 0 },
	{ IGD_BDW, 0x42014, 21, 0x7 },
	{ IGD_SKL, 0x51000, 30, 0x6 },
	{ IGD_SKL, 0x51000, 21, 0x5 },
	{ IGD_ICL, 0x51000, 28, 0x3 },
	{ IGD_ICL, 0x51000, 22, 0x7 },
	{ IGD_TGL, 0x51000, 22, 0x7 },
	{ IGD_RKL, 0x51000, 27, 0x7 },
	{ IGD_MTL, 0x51000, 22, 0x7 },
	{ IGD_MTL, 0x51000, 0, 0xf },
};

static void igd_planes_fuses(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(fuses); i++) {
		const struct igd_display *display =
			igd_platform_get(fuses[i].id)->display;

		KUNIT_EXPECT_EQ(test, fuses[i].reg, display->fuses);
		KUNIT_EXPECT_EQ(test, fuses[i].pipes,
				igd_display_pipes(display,
						  1U << fuses[i].bit));
	}
}

static void igd_planes_offsets(struct kunit *test)
{
	static const u32 skl[] = { 0x70180, 0x70188, 0x70190, 0x7019c };
	static const u32 snb[] = { 0x70180, 0x70188, 0x6001c, 0x7019c };
	const struct igd_display *old = igd_platform_get(IGD_BDW)->display;
	const struct igd_display *new = igd_platform_get(IGD_SKL)->display;
	int reg, pipe;

	for (pipe = 0; pipe < 3; pipe++) {
		for (reg = 0; reg < 4; reg++) {
			KUNIT_EXPECT_EQ(test, snb[reg] + (pipe << 12),
					igd_plane_offset(old, pipe, reg));
			KUNIT_EXPECT_EQ(test, skl[reg] + (pipe << 12),
					igd_plane_offset(new, pipe, reg));
		}
	}
}

/* Registers in the order control, stride, size, surface, and what they mean */
static const struct {
	enum igd_platform_id id;
	u32 regs[4];
	struct igd_plane plane;
} planes[] = {
	/* Linear XRGB8888, 1024x768 at 64 MiB */
	{ IGD_SNB, { 0x98000000, 4096, 0x03ff02ff, 0x04000000 },
	  { true, 1024, 768, 0x04000000, 4096, 768 } },
	{ IGD_SKL, { 0x84000000, 64, 0x02ff03ff, 0x04000000 },
	  { true, 1024, 768, 0x04000000, 4096, 768 } },
	/* Bits that are no address, and rows that end in the middle of a page */
	{ IGD_MTL, { 0x84000000, 125, 0x04370780, 0x00001005 },
	  { true, 1921, 1080, 0x00001000, 8000, 2110 } },
	{ IGD_HSW, { 0x80000000, 0x103f, 0x00000000, 0x00000fff },
	  { true, 1, 1, 0, 4096, 1 } },
	/* X tiles have 512 bytes and 8 rows */
	{ IGD_BDW, { 0x98000400, 7680, 0x077f0437, 0 },
	  { true, 1920, 1080, 0, 7680, 2025 } },
	{ IGD_SKL, { 0x84000400, 15, 0x0438077f, 0 },
	  { true, 1920, 1081, 0, 7680, 2040 } },
	/* Y tiles and tiles of type 4 have 128 bytes and 32 rows */
	{ IGD_ICL, { 0x84001000, 60, 0x0437077f, 0 },
	  { true, 1920, 1080, 0, 7680, 2040 } },
	{ IGD_LNL, { 0x84001400, 60, 0x0437077f, 0 },
	  { true, 1920, 1080, 0, 7680, 2040 } },
	/* Rotated by 90 and 270 degrees, and by 180 */
	{ IGD_SKL, { 0x84001001, 34, 0x077f0437, 0x1000 },
	  { true, 1080, 1920, 0x1000, 0, 0 } },
	{ IGD_SKL, { 0x84001003, 34, 0x077f0437, 0x1000 },
	  { true, 1080, 1920, 0x1000, 0, 0 } },
	{ IGD_SKL, { 0x84000002, 64, 0x02ff03ff, 0 },
	  { true, 1024, 768, 0, 4096, 768 } },
	/* The largest that the fields have */
	{ IGD_SKL, { 0x84000400, 0xfff, 0xffffffff, 0xffffffff },
	  { true, 65536, 65536, 0xfffff000, 4095 * 512, 4095 * 512 * 16 } },
	/* Off */
	{ IGD_SNB, { 0x7fffffff, 4096, 0x03ff02ff, 0 }, { false } },
	{ IGD_TGL, { 0x7fffffff, 64, 0x02ff03ff, 0 }, { false } },
};

static void igd_planes_decode(struct kunit *test)
{
	struct igd_plane plane;
	int i;

	for (i = 0; i < ARRAY_SIZE(planes); i++) {
		const struct igd_plane *expected = &planes[i].plane;

		igd_plane_decode(igd_platform_get(planes[i].id)->display,
				 planes[i].regs, &plane);
		KUNIT_EXPECT_EQ_MSG(test, expected->on, plane.on, "%d", i);
		KUNIT_EXPECT_EQ_MSG(test, expected->width, plane.width, "%d", i);
		KUNIT_EXPECT_EQ_MSG(test, expected->height, plane.height, "%d",
				    i);
		KUNIT_EXPECT_EQ_MSG(test, expected->surface, plane.surface,
				    "%d", i);
		KUNIT_EXPECT_EQ_MSG(test, expected->stride, plane.stride, "%d",
				    i);
		KUNIT_EXPECT_EQ_MSG(test, expected->entries, plane.entries,
				    "%d", i);
	}
}

static struct kunit_case igd_planes_cases[] = {
	KUNIT_CASE(igd_planes_power),
	KUNIT_CASE(igd_planes_unknown),
	KUNIT_CASE(igd_planes_fuses),
	KUNIT_CASE(igd_planes_offsets),
	KUNIT_CASE(igd_planes_decode),
	{}
};

struct kunit_suite igd_planes_suite = {
	.name = "igd_planes",
	.test_cases = igd_planes_cases,
};
