// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: BAR5, and the registers that follow it
 */

#include <linux/array_size.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "../registers.h"
#include "suites.h"

#define MIB	SZ_1M
#define HOST	0x7b800000ULL

/* A guest that has placed BAR5 of 64 MiB: 32 MiB and an OpRegion of 14 KiB */
#define PLACED	0xc8000000U

static void set_register(struct igd_vregs *vregs, enum igd_vreg vreg, u64 value)
{
	vregs->value[vreg] = cpu_to_le64(value);
}

static u64 get_register(const struct igd_vregs *vregs, enum igd_vreg vreg)
{
	return le64_to_cpu(igd_vreg_read(vregs, vreg));
}

static struct igd_vregs placed_vregs(void)
{
	struct igd_vregs vregs = { .bar5_decodes = true };

	igd_bar5_set(&vregs.bar5, 32 * MIB, 14 * SZ_1K, 0x0140);
	set_register(&vregs, IGD_VREG_BAR5, PLACED);
	return vregs;
}

static void igd_bar5_size(struct kunit *test)
{
	static const struct {
		u32 stolen, opregion, bar;
	} sizes[] = {
		{ 0, 0, 0 },
		{ 0, 8 * SZ_1K, 8 * SZ_1K },
		{ 0, 8 * SZ_1K + 1, 16 * SZ_1K },
		{ 0, 72 * SZ_1K, 128 * SZ_1K },
		{ 32 * MIB, 0, 32 * MIB },
		{ 32 * MIB, 8 * SZ_1K, 64 * MIB },
		{ 60 * MIB, 72 * SZ_1K, 64 * MIB },
		{ 64 * MIB, 8 * SZ_1K, 128 * MIB },
		{ 512 * MIB, 8 * SZ_1K, 1024 * MIB },
	};
	struct igd_bar5 bar5;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		igd_bar5_set(&bar5, sizes[i].stolen, sizes[i].opregion, 0);
		KUNIT_EXPECT_EQ_MSG(test, bar5.size, sizes[i].bar, "%d", i);
	}
}

/* PCI Local Bus Specification 3.0, 6.2.5.1: write all ones, read the size */
static void igd_bar5_sizing(struct kunit *test)
{
	struct igd_vregs vregs = placed_vregs();

	set_register(&vregs, IGD_VREG_BAR5, 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BAR5), 0);
	set_register(&vregs, IGD_VREG_BAR5, 0xffffffff);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BAR5), 0xfc000000);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), 0);
	set_register(&vregs, IGD_VREG_BAR5, PLACED | 0x2345);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BAR5), PLACED);
}

static void igd_bar5_is_followed(struct kunit *test)
{
	struct igd_vregs vregs = placed_vregs();

	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), PLACED);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS),
			PLACED + 32 * MIB);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_GGC), 0x0140);
	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), PLACED);

	vregs.bar5_decodes = false;
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), 0);
	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), 0);

	vregs.bar5_decodes = true;
	set_register(&vregs, IGD_VREG_BAR5, 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), 0);
}

/* What the guest has written counts more, but not a base of 0 */
static void igd_bar5_guest_writes(struct kunit *test)
{
	struct igd_vregs vregs = placed_vregs();

	set_register(&vregs, IGD_VREG_BDSM, 0xfff00);
	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), PLACED);
	set_register(&vregs, IGD_VREG_BDSM, 0x12300001);
	set_register(&vregs, IGD_VREG_ASLS, 0x18);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), 0x12300001);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), 0x18);
	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), 0x12300000);
}

/* A part that BAR5 lacks has no address */
static void igd_bar5_parts(struct kunit *test)
{
	struct igd_vregs vregs = placed_vregs();

	igd_bar5_set(&vregs.bar5, 0, 8 * SZ_1K, 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), 0);
	KUNIT_EXPECT_EQ(test, igd_guest_base(&vregs), 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), PLACED);

	igd_bar5_set(&vregs.bar5, 32 * MIB, 0, 0);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_BDSM), PLACED);
	KUNIT_EXPECT_EQ(test, get_register(&vregs, IGD_VREG_ASLS), 0);
}

/* Hardware has the range at the end of stolen memory; so has the guest */
static void igd_bar5_stolen_reserved(struct kunit *test)
{
	static const struct igd_host host = {
		.stolen_base = HOST, .stolen_size = 64 * MIB,
	};
	u64 end = HOST + 64 * MIB, guest_end = PLACED + 32 * MIB;
	struct igd_vregs vregs = placed_vregs();
	u32 size;

	/* Gen 6 and 7 have 256 KiB and 1 MiB, later ones up to 8 MiB */
	for (size = SZ_256K; size <= 8 * MIB; size *= 2)
		KUNIT_EXPECT_EQ(test, guest_end - size + 0x181,
				igd_stolen_reserved(&vregs, &host,
						    end - size + 0x181));

	/* Not in the host's stolen memory, or more than the guest has */
	KUNIT_EXPECT_EQ(test, 0, igd_stolen_reserved(&vregs, &host, 0));
	KUNIT_EXPECT_EQ(test, 0x181, igd_stolen_reserved(&vregs, &host, 0x181));
	KUNIT_EXPECT_EQ(test, end, igd_stolen_reserved(&vregs, &host, end));
	KUNIT_EXPECT_EQ(test, end + MIB,
			igd_stolen_reserved(&vregs, &host, end + MIB));
	KUNIT_EXPECT_EQ(test, HOST, igd_stolen_reserved(&vregs, &host, HOST));

	vregs.bar5_decodes = false;
	KUNIT_EXPECT_EQ(test, end - MIB,
			igd_stolen_reserved(&vregs, &host, end - MIB));
	vregs.bar5_decodes = true;
	set_register(&vregs, IGD_VREG_BDSM, 0x12300000);
	KUNIT_EXPECT_EQ(test, 0x12300000 + 31 * MIB,
			igd_stolen_reserved(&vregs, &host, end - MIB));
}

static void igd_bar5_guest_stolen(struct kunit *test)
{
	static const struct igd_host host = {
		.stolen_base = HOST, .stolen_size = 64 * MIB,
	};
	struct igd_vregs vregs = placed_vregs();
	struct igd_stolen guest;

	guest = igd_guest_stolen(&vregs, &host);
	KUNIT_EXPECT_EQ(test, guest.base, PLACED);
	KUNIT_EXPECT_EQ(test, guest.size, 32 * MIB);

	vregs.bar5_decodes = false;
	guest = igd_guest_stolen(&vregs, &host);
	KUNIT_EXPECT_EQ(test, guest.size, 0);

	/* Without BAR5, as large as the host's */
	igd_bar5_set(&vregs.bar5, 0, 0, 0);
	guest = igd_guest_stolen(&vregs, &host);
	KUNIT_EXPECT_EQ(test, guest.size, 0);
	set_register(&vregs, IGD_VREG_BDSM, 0x0cf00001);
	guest = igd_guest_stolen(&vregs, &host);
	KUNIT_EXPECT_EQ(test, guest.base, 0x0cf00000);
	KUNIT_EXPECT_EQ(test, guest.size, 64 * MIB);
}

/* With BAR5: its register, and GGC, which cannot be written */
static void igd_bar5_registers(struct kunit *test)
{
	const u32 config = VFIO_PCI_CONFIG_REGION_INDEX;
	const struct igd_platform *platform;
	const struct igd_reg *reg;
	size_t len;
	u32 pos;
	int id;

	for (id = IGD_SNB; id <= IGD_LNL; id++) {
		platform = igd_platform_get(id);
		for (pos = 0; pos < 0x58; pos++) {
			bool bar5 = pos >= 0x24 && pos < 0x28;
			bool ggc = pos >= 0x50 && pos < 0x52 && id < IGD_MTL;

			len = 1;
			reg = igd_reg_find(platform, true, config, pos, &len,
					   false);
			KUNIT_ASSERT_EQ_MSG(test, !!reg, bar5 || ggc,
					    "%d at %#x", id, pos);
			KUNIT_ASSERT_EQ(test, bar5 || ggc,
					igd_regs_include(platform, true, config,
							 pos, 1, false));
			KUNIT_ASSERT_TRUE(test,
					  igd_regs_include(platform, true,
							   config, pos, 1,
							   true));
			if (!reg)
				continue;
			KUNIT_ASSERT_EQ(test, reg->vreg, bar5 ? IGD_VREG_BAR5 :
								IGD_VREG_GGC);
			KUNIT_ASSERT_EQ(test, reg->kind, bar5 ?
					IGD_REG_VIRTUAL : IGD_REG_READ_ONLY);
		}
	}
}

/* early-quirks.c, as in the suite of platforms: sizes in MiB and their GMS */
static void igd_bar5_ggc(struct kunit *test)
{
	static const struct {
		int id;
		u16 mib, shift, gms;
	} known[] = {
		{ IGD_SNB, 0, 3, 0 }, { IGD_SNB, 32, 3, 1 },
		{ IGD_SNB, 512, 3, 0x10 }, { IGD_HSW, 64, 3, 2 },
		{ IGD_BDW, 32, 8, 1 }, { IGD_BDW, 512, 8, 0x10 },
		{ IGD_CHV, 8, 3, 0x11 }, { IGD_CHV, 28, 3, 0x16 },
		{ IGD_CHV, 60, 3, 0x1d }, { IGD_CHV, 64, 3, 2 },
		{ IGD_SKL, 4, 8, 0xf0 }, { IGD_SKL, 60, 8, 0xfe },
		{ IGD_SKL, 64, 8, 2 }, { IGD_TGL, 32, 8, 1 },
	};
	static const struct {
		int id;
		u16 mib;
	} unknown[] = {
		{ IGD_SNB, 4 }, { IGD_SNB, 33 }, { IGD_BDW, 60 },
		{ IGD_CHV, 4 }, { IGD_SKL, 1 }, { IGD_SKL, 63 },
		{ IGD_SKL, 68 },
	};
	u16 ggc;
	int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		ggc = 0;
		KUNIT_EXPECT_TRUE(test, igd_stolen_encode(igd_platform_get(known[i].id),
							  known[i].mib * (u64)MIB,
							  &ggc));
		KUNIT_EXPECT_EQ_MSG(test, ggc, known[i].gms << known[i].shift,
				    "%d", i);
		/* Other bits stay */
		ggc = 0xffff;
		igd_stolen_encode(igd_platform_get(known[i].id),
				  known[i].mib * (u64)MIB, &ggc);
		KUNIT_EXPECT_EQ_MSG(test, ggc | known[i].gms << known[i].shift,
				    ggc, "%d", i);
		KUNIT_EXPECT_EQ(test, ggc & 7, 7);
	}
	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		ggc = 0x5a5a;
		KUNIT_EXPECT_FALSE(test, igd_stolen_encode(igd_platform_get(unknown[i].id),
							   unknown[i].mib * (u64)MIB,
							   &ggc));
		KUNIT_EXPECT_EQ(test, ggc, 0x5a5a);
	}
}

static struct kunit_case igd_bar5_cases[] = {
	KUNIT_CASE(igd_bar5_size),
	KUNIT_CASE(igd_bar5_sizing),
	KUNIT_CASE(igd_bar5_is_followed),
	KUNIT_CASE(igd_bar5_guest_writes),
	KUNIT_CASE(igd_bar5_parts),
	KUNIT_CASE(igd_bar5_stolen_reserved),
	KUNIT_CASE(igd_bar5_guest_stolen),
	KUNIT_CASE(igd_bar5_registers),
	KUNIT_CASE(igd_bar5_ggc),
	{}
};

struct kunit_suite igd_bar5_suite = {
	.name = "igd_bar5",
	.test_cases = igd_bar5_cases,
};
