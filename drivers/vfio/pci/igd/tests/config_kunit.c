// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: virtual and protected bytes of the regions
 *
 * A map has the expected kind of each byte. Every access, from any byte on and
 * of any length, has to be split where the kind changes.
 */

#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "../registers.h"
#include "suites.h"

#define CONFIG_SIZE 4096
#define UNKNOWN (-1)

/* Kinds of bytes: adjacent registers have different ones */
enum mark {
	CORE,
	ASLS,
	BDSM,
	DROPPED_58,
	DROPPED_62,
	DROPPED_E0,
};

/*
 * One platform for each offset of BDSM, and the unknown one. If BDSM has 64
 * bits, its low half is at 0x5c, too.
 */
static const struct {
	int id;			/* or UNKNOWN */
	u32 bdsm, bdsm_size;
} places[] = {
	{ IGD_SNB, 0x5c, 4 },
	{ IGD_SKL, 0x5c, 4 },
	{ IGD_ICL, 0xc0, 8 },
	{ IGD_MTL, 0, 0 },
	{ UNKNOWN, 0, 0 },
};

static const struct igd_platform *place_platform(int place)
{
	if (places[place].id == UNKNOWN)
		return &igd_platform_unknown;
	return igd_platform_get(places[place].id);
}

static void draw_map(u8 *map, int place, bool iswrite)
{
	memset(map, CORE, CONFIG_SIZE);
	memset(map + 0xfc, ASLS, 4);
	memset(map + places[place].bdsm, BDSM, places[place].bdsm_size);
	if (places[place].bdsm_size == 8)
		memset(map + 0x5c, BDSM, 4);
	if (!iswrite || places[place].id == UNKNOWN)
		return;
	memset(map + 0x58, DROPPED_58, 4);
	memset(map + 0x62, DROPPED_62, 1);
	memset(map + 0xe0, DROPPED_E0, 12);
}

static void check_mark(struct kunit *test, enum mark mark, u32 pos,
		       const struct igd_reg *reg)
{
	switch (mark) {
	case CORE:
		KUNIT_ASSERT_NULL_MSG(test, reg, "at %#x", pos);
		return;
	case ASLS:
	case BDSM:
		KUNIT_ASSERT_NOT_NULL_MSG(test, reg, "at %#x", pos);
		KUNIT_ASSERT_EQ_MSG(test, reg->kind, IGD_REG_VIRTUAL,
				    "at %#x", pos);
		KUNIT_ASSERT_EQ_MSG(test, reg->vreg, mark == ASLS ?
				    IGD_VREG_ASLS : IGD_VREG_BDSM, "at %#x",
				    pos);
		return;
	default:
		KUNIT_ASSERT_NOT_NULL_MSG(test, reg, "at %#x", pos);
		KUNIT_ASSERT_EQ_MSG(test, reg->kind, IGD_REG_PROTECTED,
				    "at %#x", pos);
	}
}

static void check_access(struct kunit *test, int place, const u8 *map, u32 pos,
			 size_t len, bool iswrite)
{
	const struct igd_reg *reg;
	size_t cut = len, run = 1;

	while (run < len && pos + run < CONFIG_SIZE &&
	       map[pos + run] == map[pos])
		run++;

	reg = igd_reg_find(place_platform(place), false, VFIO_PCI_CONFIG_REGION_INDEX,
			   pos, &cut, iswrite);
	check_mark(test, map[pos], pos, reg);
	KUNIT_ASSERT_EQ_MSG(test, cut, run, "at %#x", pos);

	/* Whether the core handles all bytes */
	KUNIT_ASSERT_EQ_MSG(test, map[pos] != CORE || run < len,
			    igd_regs_include(place_platform(place), false,
					     VFIO_PCI_CONFIG_REGION_INDEX, pos,
					     len, iswrite), "at %#x", pos);
}

static void igd_config_map(struct kunit *test)
{
	u8 *map = kunit_kzalloc(test, CONFIG_SIZE, GFP_KERNEL);
	int place, iswrite;
	size_t len;
	u32 pos;

	KUNIT_ASSERT_NOT_NULL(test, map);
	for (place = 0; place < ARRAY_SIZE(places); place++) {
		for (iswrite = 0; iswrite < 2; iswrite++) {
			draw_map(map, place, iswrite);
			for (pos = 0; pos < CONFIG_SIZE; pos++) {
				for (len = 1; len <= 9; len++)
					check_access(test, place, map, pos,
						     min(len, CONFIG_SIZE - pos),
						     iswrite);
				check_access(test, place, map, pos,
					     CONFIG_SIZE - pos, iswrite);
			}
		}
	}
}

/* A virtual register is found at its first byte */
static void igd_config_offsets(struct kunit *test)
{
	const struct igd_reg *reg;
	size_t len = 1;
	int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		reg = igd_reg_find(place_platform(i), false,
				   VFIO_PCI_CONFIG_REGION_INDEX, 0xff, &len,
				   true);
		KUNIT_ASSERT_NOT_NULL(test, reg);
		KUNIT_EXPECT_EQ(test, reg->offset, 0xfc);
		if (!places[i].bdsm)
			continue;

		reg = igd_reg_find(place_platform(i), false,
				   VFIO_PCI_CONFIG_REGION_INDEX,
				   places[i].bdsm + places[i].bdsm_size - 1,
				   &len, false);
		KUNIT_ASSERT_NOT_NULL(test, reg);
		KUNIT_EXPECT_EQ(test, reg->offset, places[i].bdsm);
		KUNIT_EXPECT_EQ(test, reg->size, places[i].bdsm_size);
	}
}

/* Capabilities, as lspci shows them on each generation: never touched */
static const struct {
	enum igd_platform_id from, to;
	struct { u16 offset, size; } caps[5];
} capabilities[] = {
	{ IGD_SNB, IGD_IVB, { { 0x90, 0x0a }, { 0xa4, 0x06 }, { 0xd0, 0x08 } } },
	{ IGD_VLV, IGD_VLV, { { 0x90, 0x0a }, { 0xb0, 0x07 }, { 0xd0, 0x08 } } },
	{ IGD_HSW, IGD_BDW, { { 0x90, 0x0a }, { 0xa4, 0x06 }, { 0xd0, 0x08 } } },
	{ IGD_CHV, IGD_CHV, { { 0x90, 0x0a }, { 0xb0, 0x07 }, { 0xd0, 0x08 } } },
	{ IGD_SKL, IGD_LNL, { { 0x40, 0x0c }, { 0x70, 0x3c }, { 0xac, 0x14 },
			      { 0xd0, 0x08 }, { 0x100, 0xf00 } } },
};

static void igd_config_capabilities(struct kunit *test)
{
	u32 i, cap, id, byte;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(capabilities); i++) {
		for (id = capabilities[i].from; id <= capabilities[i].to; id++) {
			for (cap = 0; cap < 5; cap++) {
				byte = capabilities[i].caps[cap].offset;
				len = capabilities[i].caps[cap].size;
				if (!len)
					continue;
				KUNIT_ASSERT_NULL(test, igd_reg_find(igd_platform_get(id), false,
								     VFIO_PCI_CONFIG_REGION_INDEX,
								     byte, &len, true));
				KUNIT_ASSERT_EQ_MSG(test, len,
						    capabilities[i].caps[cap].size,
						    "capability at %#x", byte);
			}
		}
	}
}

/*
 * The core handles BAR0 except for one page, and all of it if BDSM is not
 * virtual
 */
static void igd_config_bar0(struct kunit *test)
{
	const u32 page = 0x108000, end = 0x109000;
	const struct igd_reg *reg;
	size_t len, expected;
	u32 pos;
	int i;

	for (i = 0; i < 2 * ARRAY_SIZE(places); i++) {
		bool hole = places[i / 2].bdsm;

		for (pos = page - 16; pos < end + 16; pos++) {
			len = SZ_16M;
			reg = igd_reg_find(place_platform(i / 2), false,
					   VFIO_PCI_BAR0_REGION_INDEX, pos,
					   &len, i % 2);
			if (hole && pos >= page && pos < end) {
				KUNIT_ASSERT_NOT_NULL(test, reg);
				KUNIT_ASSERT_EQ(test, reg->kind, IGD_REG_SA_PAGE);
				expected = end - pos;
			} else {
				KUNIT_ASSERT_NULL(test, reg);
				expected = hole && pos < page ? page - pos :
								SZ_16M;
			}
			KUNIT_ASSERT_EQ_MSG(test, len, expected, "at %#x", pos);
			KUNIT_ASSERT_EQ_MSG(test, hole && pos < end,
					    igd_regs_include(place_platform(i / 2), false,
							     VFIO_PCI_BAR0_REGION_INDEX,
							     pos, SZ_16M, i % 2),
					    "at %#x", pos);
		}
	}
}

static void igd_config_other_regions(struct kunit *test)
{
	u32 region, pos;
	size_t len;

	for (region = VFIO_PCI_BAR1_REGION_INDEX;
	     region <= VFIO_PCI_NUM_REGIONS; region++) {
		if (region == VFIO_PCI_CONFIG_REGION_INDEX)
			continue;
		for (pos = 0; pos < 0x200; pos++) {
			len = SZ_1M;
			KUNIT_ASSERT_NULL(test, igd_reg_find(igd_platform_get(IGD_SKL), false,
							     region, pos, &len,
							     true));
			KUNIT_ASSERT_EQ(test, len, SZ_1M);
			KUNIT_ASSERT_FALSE(test, igd_regs_include(igd_platform_get(IGD_SKL), false,
								  region, pos, len,
								  true));
		}
	}
}

/* The base has a granularity of 1 MiB; the bits below it are not a base */
static void igd_config_guest_base(struct kunit *test)
{
	struct igd_vregs vregs = {};
	u32 bit;

	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), 0);
	for (bit = 0; bit < 64; bit++) {
		vregs.value[IGD_VREG_BDSM] = cpu_to_le64(1ULL << bit);
		vregs.value[IGD_VREG_ASLS] = ~vregs.value[IGD_VREG_BDSM];
		KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs),
				bit < 20 ? 0 : 1ULL << bit);
	}
}

static struct kunit_case igd_config_cases[] = {
	KUNIT_CASE(igd_config_map),
	KUNIT_CASE(igd_config_offsets),
	KUNIT_CASE(igd_config_capabilities),
	KUNIT_CASE(igd_config_bar0),
	KUNIT_CASE(igd_config_other_regions),
	KUNIT_CASE(igd_config_guest_base),
	{}
};

struct kunit_suite igd_config_suite = {
	.name = "igd_config",
	.test_cases = igd_config_cases,
};
