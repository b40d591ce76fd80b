// SPDX-License-Identifier: GPL-2.0-only
/*
 * Platforms of Intel integrated graphics and their differences
 */

#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <kunit/visibility.h>

#include "platform.h"
#include "regs.h"

/*
 * Displays: pipe_mask of each platform in i915/display/intel_display_device.c,
 * the fuses in __intel_display_device_info_runtime_init() there, and the power
 * wells of POWER_DOMAIN_PIPE_* and _VGA in intel_display_power_map.c.
 */
static const struct igd_display igd_display_snb = {
	.pipes = 2,
};

#define IGD_FUSE_STRAP							\
	.fuses = IGD_BAR0_FUSE_STRAP,					\
	.fused_off = {							\
		IGD_FUSE_DISPLAY_OFF, IGD_FUSE_DISPLAY_OFF,		\
		IGD_FUSE_DISPLAY_OFF | IGD_FUSE_PIPE_C_OFF,		\
	}

#define IGD_DFSM							\
	.universal = true, .fuses = IGD_BAR0_DFSM,			\
	.fused_off = {							\
		IGD_DFSM_PIPE_A_OFF, IGD_DFSM_PIPE_B_OFF,		\
		IGD_DFSM_PIPE_C_OFF, IGD_DFSM_PIPE_D_OFF,		\
	}

static const struct igd_display igd_display_ivb = {
	.pipes = 3, IGD_FUSE_STRAP,
};

/* "display": all except pipe A */
static const struct igd_display igd_display_hsw = {
	.pipes = 3, IGD_FUSE_STRAP, .has_wells = true,
	.wells = { 0, IGD_PWR_WELL(15), IGD_PWR_WELL(15) },
	.vga_wells = IGD_PWR_WELL(15),
};

/* PW_1, which firmware or the DMC switches, and PW_2 */
static const struct igd_display igd_display_skl = {
	.pipes = 3, IGD_DFSM, .has_wells = true,
	.wells = { IGD_PWR_WELL(14), IGD_PWR_WELL(15), IGD_PWR_WELL(15) },
	.vga_wells = IGD_PWR_WELL(15),
};

/* PW_1 to PW_5 */
#define IGD_PW_1	IGD_PWR_WELL(0)
#define IGD_PW_2	IGD_PWR_WELL(1)
#define IGD_PW_3	IGD_PWR_WELL(2)
#define IGD_PW_4	IGD_PWR_WELL(3)
#define IGD_PW_5	IGD_PWR_WELL(4)

static const struct igd_display igd_display_icl = {
	.pipes = 3, IGD_DFSM, .has_wells = true,
	.wells = { IGD_PW_1, IGD_PW_2 | IGD_PW_3,
		   IGD_PW_2 | IGD_PW_3 | IGD_PW_4 },
	.vga_wells = IGD_PW_2 | IGD_PW_3,
};

static const struct igd_display igd_display_tgl = {
	.pipes = 4, IGD_DFSM, .has_wells = true,
	.wells = { IGD_PW_1, IGD_PW_2 | IGD_PW_3,
		   IGD_PW_2 | IGD_PW_3 | IGD_PW_4,
		   IGD_PW_2 | IGD_PW_3 | IGD_PW_4 | IGD_PW_5 },
	.vga_wells = IGD_PW_2 | IGD_PW_3,
};

/* There is no PW_2 */
static const struct igd_display igd_display_rkl = {
	.pipes = 3, IGD_DFSM, .has_wells = true,
	.wells = { IGD_PW_1, IGD_PW_3, IGD_PW_3 | IGD_PW_4 },
	.vga_wells = IGD_PW_3,
};

/* PW_A to PW_D; the others than A are behind PW_2 */
static const struct igd_display igd_display_xelpd = {
	.pipes = 4, IGD_DFSM, .has_wells = true,
	.wells = { IGD_PWR_WELL(5), IGD_PW_2 | IGD_PWR_WELL(6),
		   IGD_PW_2 | IGD_PWR_WELL(7), IGD_PW_2 | IGD_PWR_WELL(8) },
	.vga_wells = IGD_PW_2,
};

#define IGD_GEN6(_name, _generation, _high, _display)			\
	{								\
		.name = (_name), .generation = (_generation),		\
		.bdsm = IGD_BDSM_32, .ggc = IGD_GGC_SNB,		\
		.gtt_offset = IGD_BAR0_GTT_GEN6,			\
		.pte_size = 4, .pte_addr_high = (_high),		\
		.iobar_gtt = true, .display = (_display),		\
	}

#define IGD_GEN8_FIELDS(_name, _generation, _bdsm, _ggc, _iobar_gtt,	\
			_display)					\
	.name = (_name), .generation = (_generation),			\
	.bdsm = (_bdsm), .ggc = (_ggc),					\
	.gtt_offset = IGD_BAR0_GTT_GEN8, .pte_size = 8,			\
	.iobar_gtt = (_iobar_gtt), .display = (_display)

#define IGD_GEN8(...) { IGD_GEN8_FIELDS(__VA_ARGS__) }

/*
 * On Cherryview and Broxton accesses to the aperture that queue up behind
 * writes to the GTT can hang. i915 stops all processors until the writes are
 * done: intel_vm_no_concurrent_access_wa(), bxt_vtd_ggtt_wa().
 */
#define IGD_ATOM(...) { IGD_GEN8_FIELDS(__VA_ARGS__), .gtt_backs_up = true }

#define IGD_GEN9(_name, _generation) \
	IGD_GEN8(_name, _generation, IGD_BDSM_32, IGD_GGC_GEN9, true, \
		 &igd_display_skl)
#define IGD_GEN11(_name, _generation, _display) \
	IGD_GEN8(_name, _generation, IGD_BDSM_64, IGD_GGC_GEN9, false, _display)
#define IGD_MTL_ON(_name, _generation) \
	IGD_GEN8(_name, _generation, IGD_BDSM_NONE, IGD_GGC_GEN9, false, \
		 &igd_display_xelpd)

/*
 * The displays of Valleyview and Cherryview have their power state in another
 * unit, behind a mailbox, and i915 no longer knows that of Cannon Lake: they
 * are not read.
 */
static const struct igd_platform igd_platforms[] = {
	[IGD_SNB] = IGD_GEN6("Sandy Bridge", "6", IGD_PTE_ADDR_HIGH_SNB,
			     &igd_display_snb),
	[IGD_IVB] = IGD_GEN6("Ivy Bridge", "7", IGD_PTE_ADDR_HIGH_SNB,
			     &igd_display_ivb),
	[IGD_VLV] = IGD_GEN6("Valleyview", "7", IGD_PTE_ADDR_HIGH_SNB, NULL),
	[IGD_HSW] = IGD_GEN6("Haswell", "7.5", IGD_PTE_ADDR_HIGH_HSW,
			     &igd_display_hsw),
	[IGD_BDW] = IGD_GEN8("Broadwell", "8", IGD_BDSM_32, IGD_GGC_BDW, true,
			     &igd_display_hsw),
	[IGD_CHV] = IGD_ATOM("Cherryview", "8", IGD_BDSM_32, IGD_GGC_CHV, true,
			     NULL),
	[IGD_SKL] = IGD_GEN9("Skylake", "9"),
	[IGD_BXT] = IGD_ATOM("Broxton", "9", IGD_BDSM_32, IGD_GGC_GEN9, true,
			     &igd_display_skl),
	[IGD_GLK] = IGD_GEN9("Gemini Lake", "9"),
	[IGD_KBL] = IGD_GEN9("Kaby Lake", "9"),
	[IGD_CFL] = IGD_GEN9("Coffee Lake", "9"),
	[IGD_WHL] = IGD_GEN9("Whiskey Lake", "9"),
	[IGD_CML] = IGD_GEN9("Comet Lake", "9"),
	[IGD_CNL] = IGD_GEN8("Cannon Lake", "10", IGD_BDSM_32, IGD_GGC_GEN9, true,
			     NULL),
	[IGD_ICL] = IGD_GEN11("Ice Lake", "11", &igd_display_icl),
	[IGD_EHL] = IGD_GEN11("Elkhart Lake", "11", &igd_display_icl),
	[IGD_JSL] = IGD_GEN11("Jasper Lake", "11", &igd_display_icl),
	[IGD_TGL] = IGD_GEN11("Tiger Lake", "12", &igd_display_tgl),
	[IGD_RKL] = IGD_GEN11("Rocket Lake", "12", &igd_display_rkl),
	[IGD_ADLS] = IGD_GEN11("Alder Lake-S", "12", &igd_display_tgl),
	[IGD_ADLP] = IGD_GEN11("Alder Lake-P", "12", &igd_display_xelpd),
	[IGD_ADLN] = IGD_GEN11("Alder Lake-N", "12", &igd_display_xelpd),
	[IGD_RPLS] = IGD_GEN11("Raptor Lake-S", "12", &igd_display_tgl),
	[IGD_RPLU] = IGD_GEN11("Raptor Lake-U", "12", &igd_display_xelpd),
	[IGD_RPLP] = IGD_GEN11("Raptor Lake-P", "12", &igd_display_xelpd),
	[IGD_MTL] = IGD_MTL_ON("Meteor Lake", "12.7"),
	[IGD_ARL] = IGD_MTL_ON("Arrow Lake", "12.7"),
	[IGD_LNL] = IGD_MTL_ON("Lunar Lake", "20"),
};

/* An Intel display device of an unknown generation */
const struct igd_platform igd_platform_unknown = {
	.name = "unknown", .generation = "unknown", .bdsm = IGD_BDSM_UNKNOWN,
	.pte_size = 8,
};
EXPORT_SYMBOL_IF_KUNIT(igd_platform_unknown);

/* Returns the platform of @id, or NULL if it is not an enum igd_platform_id. */
const struct igd_platform *igd_platform_get(unsigned long id)
{
	if (id >= ARRAY_SIZE(igd_platforms))
		return NULL;
	return &igd_platforms[id];
}
EXPORT_SYMBOL_IF_KUNIT(igd_platform_get);

/*
 * Returns the size of stolen memory in bytes, from @ggc, the GGC register. See
 * *_stolen_size() in arch/x86/kernel/early-quirks.c.
 */
u64 igd_stolen_size(const struct igd_platform *platform, u16 ggc)
{
	u64 gms;

	switch (platform->ggc) {
	case IGD_GGC_SNB:
		return FIELD_GET(IGD_GGC_SNB_GMS, ggc) * SZ_32M;
	case IGD_GGC_BDW:
		return (u64)FIELD_GET(IGD_GGC_BDW_GMS, ggc) * SZ_32M;
	case IGD_GGC_CHV:
		gms = FIELD_GET(IGD_GGC_SNB_GMS, ggc);
		if (gms < 0x11)
			return gms * SZ_32M;
		if (gms < 0x17)
			return (gms - 0x11) * SZ_4M + SZ_8M;
		return (gms - 0x17) * SZ_4M + 36 * SZ_1M;
	case IGD_GGC_GEN9:
		gms = FIELD_GET(IGD_GGC_BDW_GMS, ggc);
		if (gms < 0xf0)
			return gms * SZ_32M;
		return (gms - 0xf0) * SZ_4M + SZ_4M;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(igd_stolen_size);

/*
 * Sets the size of stolen memory in *@ggc to @size bytes. Returns false if the
 * platform's GGC cannot express it, and does not change *@ggc.
 */
bool igd_stolen_encode(const struct igd_platform *platform, u64 size, u16 *ggc)
{
	bool wide = platform->ggc == IGD_GGC_BDW ||
		    platform->ggc == IGD_GGC_GEN9;
	u16 mask = wide ? IGD_GGC_BDW_GMS : IGD_GGC_SNB_GMS;
	u32 gms;

	for (gms = 0; gms <= mask >> __ffs(mask); gms++) {
		u16 coded = (*ggc & ~mask) | gms << __ffs(mask);

		if (igd_stolen_size(platform, coded) == size) {
			*ggc = coded;
			return true;
		}
	}
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(igd_stolen_encode);

/*
 * Returns the size of the GTT in bytes, from @ggc. See *_get_total_gtt_size()
 * in drivers/gpu/drm/i915/gt/intel_ggtt.c.
 */
u32 igd_gtt_size(const struct igd_platform *platform, u16 ggc)
{
	u32 ggms;

	switch (platform->ggc) {
	case IGD_GGC_SNB:
		return FIELD_GET(IGD_GGC_SNB_GGMS, ggc) * SZ_1M;
	case IGD_GGC_CHV:
		ggms = FIELD_GET(IGD_GGC_SNB_GGMS, ggc);
		break;
	default:
		ggms = FIELD_GET(IGD_GGC_BDW_GGMS, ggc);
	}
	return ggms ? SZ_1M << ggms : 0;
}
EXPORT_SYMBOL_IF_KUNIT(igd_gtt_size);

/*
 * Describes the host's stolen memory and GTT in the @size bytes of @text, for a
 * message.
 */
void igd_host_describe(const struct igd_platform *platform,
		       const struct igd_host *host, char *text, size_t size)
{
	int len;

	if (platform->bdsm == IGD_BDSM_NONE)
		len = scnprintf(text, size,
				"no BDSM on this generation, stolen memory %llu MiB",
				host->stolen_size / SZ_1M);
	else
		len = scnprintf(text, size, "stolen memory %#llx, %llu MiB",
				host->stolen_base, host->stolen_size / SZ_1M);
	snprintf(text + len, size - len, ", GTT %u KiB",
		 host->gtt_size / SZ_1K);
}
