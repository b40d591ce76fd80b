/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers and firmware structures of Intel integrated graphics
 *
 * D2 is the IGD, PCI device 00:02.0.
 */

#ifndef IGD_VFIO_PCI_REGS_H
#define IGD_VFIO_PCI_REGS_H

#include <linux/bits.h>
#include <linux/sizes.h>

/*
 * D2 has BAR0, BAR2 and, before Meteor Lake, BAR4. The driver can add BAR5, which
 * is ordinary memory. It has 32 bits, as ASLS and, before gen 11, BDSM. It is not
 * prefetchable: behind a bridge such a BAR of 32 bits would make SeaBIOS place
 * BAR2 below 4 GiB, too (pci_bios_bridge_region_is64() in src/fw/pciinit.c).
 */
#define IGD_CFG_BAR5		0x24	/* PCI_BASE_ADDRESS_5 */

/*
 * D2 configuration space. GGC and BDSM: <drm/intel/i915_drm.h>; the others:
 * <drm/intel/pci_config.h> and the processor datasheets, volume 2, chapter
 * "Processor Graphics Registers".
 */
#define IGD_CFG_GGC		0x50	/* graphics control, 16 bit */
#define IGD_CFG_DEV2CTL		0x58	/* bit 0 hides BAR4 (Broadwell on) */
#define IGD_CFG_BDSM		0x5c	/* stolen base, 32 bit, to gen 10 */
#define IGD_CFG_MSAC		0x62	/* GMADR size, 8 bit */
#define IGD_CFG_BDSM64		0xc0	/* stolen base, 64 bit, gen 11 and 12 */
#define IGD_CFG_SWSMI		0xe0	/* SWSMI, then ASLE 0xe4, SWSCI 0xe8 */
#define IGD_CFG_SWSMI_SIZE	12
#define IGD_CFG_ASLS		0xfc	/* OpRegion address, 32 bit */

/* BDSM is 1 MiB granular; bit 0 is the lock (INTEL_BSM_MASK in i915_drm.h) */
#define IGD_BDSM_BASE		GENMASK_ULL(63, 20)

/*
 * GGC fields: arch/x86/kernel/early-quirks.c (GMS, stolen size) and
 * drivers/gpu/drm/i915/gt/intel_ggtt.c (GGMS, GTT size).
 */
#define IGD_GGC_SNB_GMS		GENMASK(7, 3)
#define IGD_GGC_SNB_GGMS	GENMASK(9, 8)
#define IGD_GGC_BDW_GMS		GENMASK(15, 8)
#define IGD_GGC_BDW_GGMS	GENMASK(7, 6)

/* BAR0: registers below, GTT above (gen6_gttadr_offset() in intel_ggtt.c) */
#define IGD_BAR0_GTT_GEN6	SZ_2M
#define IGD_BAR0_GTT_GEN8	SZ_8M

/*
 * Flushes the GPU's TLB after writes to the GTT: GFX_FLSH_CNTL_GEN6 in
 * drivers/gpu/drm/i915/gt/intel_gt_regs.h
 */
#define IGD_BAR0_FLSH_CNTL	0x101008
#define IGD_FLSH_CNTL_EN	BIT(0)

/*
 * BAR0 page that repeats system agent registers. They have the width of BDSM in
 * configuration space, except GGC (KBL datasheet vol. 2, chapter 15;
 * GEN6_DSMBASE, GEN6_GSMBASE, GEN6_STOLEN_RESERVED and GGC in
 * drivers/gpu/drm/i915/i915_reg.h).
 */
#define IGD_BAR0_SA_PAGE	0x108000
#define IGD_BAR0_SA_PAGE_SIZE	SZ_4K
#define IGD_SA_GGC		0x040	/* offsets in the page */
#define IGD_SA_BDSM		0x0c0
#define IGD_SA_BGSM		0x100	/* base of the GTT's memory */
#define IGD_SA_STOLEN_RESERVED	0x2c0	/* the end of stolen memory, WOPCM */

/*
 * Address in STOLEN_RESERVED: GEN6_, GEN7_ and GEN11_STOLEN_RESERVED_ADDR_MASK
 * in i915_reg.h. Gen 6, 8 and later have zeros in bits 19:18.
 */
#define IGD_STOLEN_RESERVED_BASE GENMASK_ULL(63, 18)

/*
 * BAR0, display: drivers/gpu/drm/i915/display/. Power wells, fuses and PIPESRC:
 * intel_display_regs.h. VGA: CPU_VGACNTRL in intel_vga_regs.h. Planes before
 * gen 9, DSP*: i9xx_plane_regs.h, from gen 9 on: skl_universal_plane_regs.h;
 * they have the same offsets.
 */
#define IGD_BAR0_VGACNTRL	0x41000
#define IGD_VGACNTRL_OFF	BIT(31)
#define IGD_BAR0_FUSE_STRAP	0x42014	/* Ivy Bridge, Haswell, Broadwell */
#define IGD_FUSE_DISPLAY_OFF	BIT(30)
#define IGD_FUSE_PIPE_C_OFF	BIT(28)
#define IGD_BAR0_DFSM		0x51000	/* from gen 9 on */
#define IGD_DFSM_PIPE_A_OFF	BIT(30)
#define IGD_DFSM_PIPE_B_OFF	BIT(21)
#define IGD_DFSM_PIPE_C_OFF	BIT(28)
#define IGD_DFSM_PIPE_D_OFF	BIT(22)	/* from gen 12 on */
#define IGD_BAR0_PWR_WELL_BIOS	0x45400	/* HSW_PWR_WELL_CTL1 */
#define IGD_BAR0_PWR_WELL_DRIVER 0x45404	/* HSW_PWR_WELL_CTL2 */
#define IGD_PWR_WELL(index)	(3U << 2 * (index)) /* request and state */

/* From one pipe to the next */
#define IGD_BAR0_PIPE_STEP	0x1000
#define IGD_BAR0_PIPESRC	0x6001c
#define IGD_BAR0_PLANE_CTL	0x70180
#define IGD_BAR0_PLANE_STRIDE	0x70188
#define IGD_BAR0_PLANE_SIZE	0x70190
#define IGD_BAR0_PLANE_SURF	0x7019c
#define IGD_PLANE_CTL_ENABLE	BIT(31)
#define IGD_PLANE_CTL_TILING	GENMASK(12, 10)
#define IGD_PLANE_LINEAR	0
#define IGD_PLANE_TILED_X	1
#define IGD_PLANE_CTL_ROTATE_90	BIT(0)	/* or 270 */
#define IGD_DSPCNTR_TILED_X	BIT(10)
#define IGD_PLANE_STRIDE_MASK	GENMASK(11, 0)
#define IGD_DSPSTRIDE_MASK	GENMASK(31, 6)
#define IGD_PLANE_SURF_ADDR	GENMASK(31, 12)
/* Width and height, less one; PIPESRC has the width in the high half */
#define IGD_SIZE_HIGH		GENMASK(31, 16)
#define IGD_SIZE_LOW		GENMASK(15, 0)

/*
 * BAR4 (IOBAR): 2nd and 3rd generation Core datasheets, vol. 2, section 2.9.
 * INDEX bits 1:0 select the target; 2 and 3 are reserved. In the datasheets
 * bits 31:21 are read-only zero, so all hardware latches a value below 2 MiB
 * unchanged. Reset clears INDEX.
 */
#define IGD_IOBAR_INDEX		0
#define IGD_IOBAR_DATA		4
#define IGD_IOBAR_DECODED	8
#define IGD_INDEX_TARGET	GENMASK(1, 0)
#define IGD_INDEX_TARGET_MMIO	0
#define IGD_INDEX_TARGET_GTT	1
#define IGD_INDEX_TARGET_RESERVED BIT(1)
#define IGD_INDEX_ALL_LATCHED	SZ_2M

/* GTT entries: drivers/gpu/drm/i915/gt/intel_gtt.h */
#define IGD_PTE_VALID		BIT(0)
#define IGD_PTE_ADDR		GENMASK(31, 12)
#define IGD_PTE_ADDR_HIGH_SNB	GENMASK(11, 4)	/* address bits 39:32 */
#define IGD_PTE_ADDR_HIGH_HSW	GENMASK(10, 4)	/* address bits 38:32 */
#define IGD_PTE_ADDR_HIGH_SHIFT	28
#define IGD_PTE_ADDR64		GENMASK_ULL(45, 12)

/*
 * OpRegion: IGD OpRegion/Software SCI specification; offsets of
 * struct opregion_header and struct opregion_asle in
 * drivers/gpu/drm/i915/display/intel_opregion.c.
 */
#define OPREGION_SIZE		SZ_8K
#define OPREGION_SIGNATURE	"IntelGraphicsMem"
#define OPREGION_SIZE_KIB	0x10	/* le32 */
#define OPREGION_VERSION	0x16	/* le16, 0xMMmm */
#define OPREGION_MAILBOXES	0x58	/* le32 */
#define OPREGION_MAILBOX_ASLE_EXT BIT(4)
#define OPREGION_FDSS		0x3aa	/* le64, host address of the DSS */
#define OPREGION_FDSP		0x3b2	/* le32, its size */
#define OPREGION_RVDA		0x3ba	/* le64, extended VBT */
#define OPREGION_RVDS		0x3c2	/* le32, its size */
#define OPREGION_VBT		0x400	/* mailbox 4 */
#define OPREGION_ASLE_EXT	0x1c00	/* mailbox 5; without it, mailbox 4 */

/* struct vbt_header and bdb_header in i915/display/intel_vbt_defs.h */
#define VBT_SIGNATURE		"$VBT"
#define VBT_VERSION		0x14	/* le16 */
#define VBT_VBT_SIZE		0x18	/* le16: no VBT is larger than 64 KiB */
#define VBT_CHECKSUM		0x1a	/* u8 */
#define VBT_BDB			0x1c	/* le32, offset of the BDB */
#define VBT_HEADER_SIZE		0x30
#define VBT_MAX_SIZE		SZ_64K
#define BDB_BDB_SIZE		0x14	/* le16 */
#define BDB_HEADER_SIZE		0x16

#endif
