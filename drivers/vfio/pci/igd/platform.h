/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: platforms
 *
 * Pure: works on bytes, numbers and callbacks, and knows of no device.
 */

#ifndef IGD_VFIO_PCI_PLATFORM_H
#define IGD_VFIO_PCI_PLATFORM_H

#include <linux/types.h>

/*
 * driver_data of the PCI id table. One must be 0, so that the PCI core accepts
 * a new_id without driver_data; the driver ignores driver_data of a new_id.
 */
enum igd_platform_id {
	IGD_SNB, IGD_IVB, IGD_VLV, IGD_HSW,
	IGD_BDW, IGD_CHV,
	IGD_SKL, IGD_BXT, IGD_GLK, IGD_KBL, IGD_CFL, IGD_WHL, IGD_CML, IGD_CNL,
	IGD_ICL, IGD_EHL, IGD_JSL,
	IGD_TGL, IGD_RKL, IGD_ADLS, IGD_ADLP, IGD_ADLN,
	IGD_RPLS, IGD_RPLU, IGD_RPLP,
	IGD_MTL, IGD_ARL, IGD_LNL,
};

/* The register in configuration space with the stolen memory base */
enum igd_bdsm {
	IGD_BDSM_UNKNOWN, /* the driver does not know the generation */
	IGD_BDSM_NONE,	/* Meteor Lake on: LMEMBAR instead */
	IGD_BDSM_32,	/* at 0x5c */
	IGD_BDSM_64,	/* at 0xc0 */
};

enum igd_ggc { IGD_GGC_SNB, IGD_GGC_BDW, IGD_GGC_CHV, IGD_GGC_GEN9 };

#define IGD_PIPES	4

/* What the display of a platform has, and what its registers need */
struct igd_display {
	u32 pipes;		/* number, up to IGD_PIPES */
	bool universal;		/* planes as from gen 9 on */
	u32 fuses;		/* register in BAR0, 0: none */
	u32 fused_off[IGD_PIPES]; /* bits of it: the pipe does not exist */
	bool has_wells;		/* there are power wells */
	u32 wells[IGD_PIPES];	/* of a pipe, as IGD_PWR_WELL(); 0: always on */
	u32 vga_wells;		/* of the VGA plane */
};

/* Properties of a platform */
struct igd_platform {
	const char *name;
	const char *generation;
	enum igd_bdsm bdsm;
	enum igd_ggc ggc;	/* layout of GGC */
	u32 gtt_offset;		/* of the GTT in BAR0 */
	u32 pte_size;		/* bytes, 4 or 8 */
	u32 pte_addr_high;	/* bits of a 4 byte entry with address bits 32
				 * and up
				 */
	bool iobar_gtt;		/* BAR4 reaches the GTT */
	bool gtt_backs_up;	/* accesses to the aperture may hang behind
				 * posted writes to the GTT
				 */
	const struct igd_display *display; /* NULL: not to be read */
};

/* Settings of the host's firmware; constant while the host runs */
struct igd_host {
	u64 stolen_base;	/* 0: none, or not in configuration space */
	u64 stolen_size;	/* bytes */
	u32 gtt_size;		/* bytes, 0: none */
};

const struct igd_platform *igd_platform_get(unsigned long id);
extern const struct igd_platform igd_platform_unknown;

u64 igd_stolen_size(const struct igd_platform *platform, u16 ggc);
bool igd_stolen_encode(const struct igd_platform *platform, u64 size, u16 *ggc);
u32 igd_gtt_size(const struct igd_platform *platform, u16 ggc);
void igd_host_describe(const struct igd_platform *platform,
		       const struct igd_host *host, char *text, size_t size);

/*
 * Returns whether the platform has a BDSM. If so, the platform is known, BAR0
 * repeats BDSM, and the CPU may write to the GTT.
 */
static inline bool igd_has_bdsm(const struct igd_platform *platform)
{
	return platform->bdsm == IGD_BDSM_32 || platform->bdsm == IGD_BDSM_64;
}

/* Returns the size of BDSM in bytes. */
static inline size_t igd_bdsm_size(const struct igd_platform *platform)
{
	return platform->bdsm == IGD_BDSM_64 ? sizeof(u64) : sizeof(u32);
}

/* Returns the number of GTT entries. */
static inline u32 igd_gtt_entries(const struct igd_platform *platform,
				  const struct igd_host *host)
{
	return host->gtt_size / platform->pte_size;
}

#endif
