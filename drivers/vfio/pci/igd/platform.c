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

#define IGD_GEN6(_name, _generation, _high)				\
	{								\
		.name = (_name), .generation = (_generation),		\
		.bdsm = IGD_BDSM_32, .ggc = IGD_GGC_SNB,		\
		.gtt_offset = IGD_BAR0_GTT_GEN6,			\
		.pte_size = 4, .pte_addr_high = (_high),		\
		.iobar_gtt = true,					\
	}

#define IGD_GEN8_FIELDS(_name, _generation, _bdsm, _ggc, _iobar_gtt)	\
	.name = (_name), .generation = (_generation),			\
	.bdsm = (_bdsm), .ggc = (_ggc),					\
	.gtt_offset = IGD_BAR0_GTT_GEN8, .pte_size = 8,			\
	.iobar_gtt = (_iobar_gtt)

#define IGD_GEN8(...) { IGD_GEN8_FIELDS(__VA_ARGS__) }

/*
 * On Cherryview and Broxton accesses to the aperture that queue up behind
 * writes to the GTT can hang. i915 stops all processors until the writes are
 * done: intel_vm_no_concurrent_access_wa(), bxt_vtd_ggtt_wa().
 */
#define IGD_ATOM(...) { IGD_GEN8_FIELDS(__VA_ARGS__), .gtt_backs_up = true }

#define IGD_GEN9(_name, _generation) \
	IGD_GEN8(_name, _generation, IGD_BDSM_32, IGD_GGC_GEN9, true)
#define IGD_GEN11(_name, _generation) \
	IGD_GEN8(_name, _generation, IGD_BDSM_64, IGD_GGC_GEN9, false)
#define IGD_MTL_ON(_name, _generation) \
	IGD_GEN8(_name, _generation, IGD_BDSM_NONE, IGD_GGC_GEN9, false)

static const struct igd_platform igd_platforms[] = {
	[IGD_SNB] = IGD_GEN6("Sandy Bridge", "6", IGD_PTE_ADDR_HIGH_SNB),
	[IGD_IVB] = IGD_GEN6("Ivy Bridge", "7", IGD_PTE_ADDR_HIGH_SNB),
	[IGD_VLV] = IGD_GEN6("Valleyview", "7", IGD_PTE_ADDR_HIGH_SNB),
	[IGD_HSW] = IGD_GEN6("Haswell", "7.5", IGD_PTE_ADDR_HIGH_HSW),
	[IGD_BDW] = IGD_GEN8("Broadwell", "8", IGD_BDSM_32, IGD_GGC_BDW, true),
	[IGD_CHV] = IGD_ATOM("Cherryview", "8", IGD_BDSM_32, IGD_GGC_CHV, true),
	[IGD_SKL] = IGD_GEN9("Skylake", "9"),
	[IGD_BXT] = IGD_ATOM("Broxton", "9", IGD_BDSM_32, IGD_GGC_GEN9, true),
	[IGD_GLK] = IGD_GEN9("Gemini Lake", "9"),
	[IGD_KBL] = IGD_GEN9("Kaby Lake", "9"),
	[IGD_CFL] = IGD_GEN9("Coffee Lake", "9"),
	[IGD_WHL] = IGD_GEN9("Whiskey Lake", "9"),
	[IGD_CML] = IGD_GEN9("Comet Lake", "9"),
	[IGD_CNL] = IGD_GEN9("Cannon Lake", "10"),
	[IGD_ICL] = IGD_GEN11("Ice Lake", "11"),
	[IGD_EHL] = IGD_GEN11("Elkhart Lake", "11"),
	[IGD_JSL] = IGD_GEN11("Jasper Lake", "11"),
	[IGD_TGL] = IGD_GEN11("Tiger Lake", "12"),
	[IGD_RKL] = IGD_GEN11("Rocket Lake", "12"),
	[IGD_ADLS] = IGD_GEN11("Alder Lake-S", "12"),
	[IGD_ADLP] = IGD_GEN11("Alder Lake-P", "12"),
	[IGD_ADLN] = IGD_GEN11("Alder Lake-N", "12"),
	[IGD_RPLS] = IGD_GEN11("Raptor Lake-S", "12"),
	[IGD_RPLU] = IGD_GEN11("Raptor Lake-U", "12"),
	[IGD_RPLP] = IGD_GEN11("Raptor Lake-P", "12"),
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
