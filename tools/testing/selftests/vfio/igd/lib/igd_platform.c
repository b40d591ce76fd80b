// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include <igd_platform.h>

#include "pciids.h"

/* PTE bit 0: every generation, drivers/gpu/drm/i915/gt/intel_gtt.h */
#define PTE_VALID		0x1

/* GEN6_GTT_ADDR_ENCODE() and HSW_GTT_ADDR_ENCODE(), intel_gtt.h */
#define PTE_HIGH_GEN6		0xff0
#define PTE_HIGH_HSW		0x7f0

/* VLV_DISPLAY_BASE, drivers/gpu/drm/i915/display/intel_display_reg_defs.h */
#define DISPLAY_BASE_VLV	0x180000

/*
 * BDSM: arch/x86/kernel/early-quirks.c, gen3_stolen_base() and
 * gen11_stolen_base(). Place of the GTT: gen6_gmch_probe() and
 * gen8_gmch_probe() in drivers/gpu/drm/i915/gt/intel_ggtt.c: the upper half of
 * BAR0. BAR4's GTT target ends with gen 9: QEMU commit 5aed8b0f.
 */
#define GEN6(_name, _gen, _high, _display) {				\
	.name = (_name), .gen = (_gen), .bdsm = 0x5c, .bdsm_size = 4,	\
	.pte_size = 4, .pte_high = (_high), .gtt = SZ_2M,		\
	.display = (_display), .iobar = true, .iobar_gtt = true,	\
}

#define GEN8(_name, _gen, _display) {					\
	.name = (_name), .gen = (_gen), .bdsm = 0x5c, .bdsm_size = 4,	\
	.pte_size = 8, .gtt = SZ_8M, .display = (_display),		\
	.iobar = true, .iobar_gtt = true,				\
}

#define CHV(_name) {							\
	.name = (_name), .gen = 8, .bdsm = 0x5c, .bdsm_size = 4,	\
	.pte_size = 8, .gtt = SZ_8M, .display = DISPLAY_BASE_VLV,	\
	.iobar = true, .iobar_gtt = true, .chv = true,			\
}

#define GEN11(_name, _gen) {						\
	.name = (_name), .gen = (_gen), .bdsm = 0xc0, .bdsm_size = 8,	\
	.pte_size = 8, .gtt = SZ_8M, .iobar = true,			\
}

#define GEN13(_name) {							\
	.name = (_name), .gen = 13, .pte_size = 8, .gtt = SZ_8M,	\
}

static const struct igd_platform snb = GEN6("snb", 6, PTE_HIGH_GEN6, 0);
static const struct igd_platform ivb = GEN6("ivb", 7, PTE_HIGH_GEN6, 0);
static const struct igd_platform vlv = GEN6("vlv", 7, PTE_HIGH_GEN6, DISPLAY_BASE_VLV);
static const struct igd_platform hsw = GEN6("hsw", 7, PTE_HIGH_HSW, 0);
static const struct igd_platform bdw = GEN8("bdw", 8, 0);
static const struct igd_platform chv = CHV("chv");
static const struct igd_platform gen9 = GEN8("gen9", 9, 0);
static const struct igd_platform gen11 = GEN11("gen11", 11);
static const struct igd_platform gen12 = GEN11("gen12", 12);
static const struct igd_platform mtl = GEN13("mtl");
static const struct igd_platform lnl = GEN13("lnl");

#define ID(_id, _platform) { .id = (_id), .platform = (_platform) }

static const struct {
	u16 id;
	const struct igd_platform *platform;
} ids[] = {
	INTEL_SNB_IDS(ID, &snb),
	INTEL_IVB_IDS(ID, &ivb),
	INTEL_VLV_IDS(ID, &vlv),
	INTEL_HSW_IDS(ID, &hsw),
	INTEL_BDW_IDS(ID, &bdw),
	INTEL_CHV_IDS(ID, &chv),
	INTEL_SKL_IDS(ID, &gen9),
	INTEL_BXT_IDS(ID, &gen9),
	INTEL_GLK_IDS(ID, &gen9),
	INTEL_KBL_IDS(ID, &gen9),
	INTEL_CFL_IDS(ID, &gen9),
	INTEL_WHL_IDS(ID, &gen9),
	INTEL_CML_IDS(ID, &gen9),
	INTEL_ICL_IDS(ID, &gen11),
	INTEL_EHL_IDS(ID, &gen11),
	INTEL_JSL_IDS(ID, &gen11),
	INTEL_TGL_IDS(ID, &gen12),
	INTEL_RKL_IDS(ID, &gen12),
	INTEL_ADLS_IDS(ID, &gen12),
	INTEL_ADLP_IDS(ID, &gen12),
	INTEL_ADLN_IDS(ID, &gen12),
	INTEL_RPLS_IDS(ID, &gen12),
	INTEL_RPLU_IDS(ID, &gen12),
	INTEL_RPLP_IDS(ID, &gen12),
	INTEL_MTL_IDS(ID, &mtl),
	INTEL_ARL_IDS(ID, &mtl),
	INTEL_LNL_IDS(ID, &lnl),
};

const struct igd_platform *igd_platform(u16 device_id)
{
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (ids[i].id == device_id)
			return ids[i].platform;

	return NULL;
}

u64 igd_pte(const struct igd_platform *platform, u64 address, u64 flags)
{
	u64 pte = address | flags | PTE_VALID;

	if (platform->pte_size == 4)
		pte = (u32)pte | ((address >> 28) & platform->pte_high);

	return pte;
}

/* gen6_stolen_size() to chv_stolen_size() in arch/x86/kernel/early-quirks.c */
static u64 chv_stolen_size(u32 gms)
{
	if (gms < 0x11)
		return gms * (u64)SZ_32M;

	return gms < 0x17 ? (gms - 0x11) * (u64)SZ_4M + SZ_8M :
			    (gms - 0x17) * (u64)SZ_4M + 9 * SZ_4M;
}

u64 igd_platform_stolen_size(const struct igd_platform *platform, u16 ggc)
{
	u32 gms = ggc >> 8;

	if (platform->chv)
		return chv_stolen_size(ggc >> 3 & 0x1f);
	if (platform->gen < 8)
		return (ggc >> 3 & 0x1f) * (u64)SZ_32M;
	if (platform->gen == 8 || gms < 0xf0)
		return gms * (u64)SZ_32M;

	return (gms - 0xf0) * (u64)SZ_4M + SZ_4M;
}

/* gen6_get_total_gtt_size() to chv_get_total_gtt_size() in i915's intel_ggtt.c */
u32 igd_platform_gtt_size(const struct igd_platform *platform, u16 ggc)
{
	u32 ggms;

	if (platform->gen < 8)
		return (ggc >> 8 & 3) * SZ_1M;

	ggms = platform->chv ? ggc >> 8 & 3 : ggc >> 6 & 3;
	return ggms ? SZ_1M << ggms : 0;
}
