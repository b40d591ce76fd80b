/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_PLATFORMS_H
#define IGD_MODEL_PLATFORMS_H

#include "platform.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The generations, oldest first. Generations in one line share a source file. */
extern const struct igd_platform platform_snb, platform_ivb, platform_hsw;
extern const struct igd_platform platform_bdw;
extern const struct igd_platform platform_skl, platform_kbl;
extern const struct igd_platform platform_icl, platform_tgl, platform_adl;
extern const struct igd_platform platform_mtl, platform_lnl;

/*
 * Registers whose effect all or several generations share.
 *
 * Forcewake: a request register, masked from gen 7 on, and a register in which
 * the hardware repeats the request when the domain is awake (linux
 * i915/intel_uncore.c intel_uncore_fw_domains_init()).
 */
#define FORCEWAKE(request, ack)						\
	{ .reg = (request), .effect = MMIO_MASKED },			\
	{ .reg = (request), .effect = MMIO_FOLLOW, .mask = 0xffff,	\
	  .target = (ack) },						\
	{ .reg = (ack), .effect = MMIO_READ_ONLY }

/*
 * GDRST's bits clear when the reset is over; a stopped ring is idle; a masked
 * request to reset is granted (linux i915/gt/intel_reset.c). PCH_PP_STATUS
 * bit 31 says whether the panel has power, as PCH_PP_CONTROL bit 0 demands it
 * (linux drivers/pci/quirks.c reset_ivb_igd()). The pcode mailbox completes every
 * request at once, and answers 1 (linux i915/intel_pcode.c); the sideband to the
 * PCH (SBI_CTL_STAT) is never busy. GFX_FLSH_CNTL bit 0 flushes the GTT's TLB at
 * once (linux i915/gt/intel_ggtt.c gen6_ggtt_invalidate(), which ignores the value
 * that it reads back).
 */
#define COMMON_RULES							\
	{ .reg = 0x941c, .effect = MMIO_SELF_CLEAR, .mask = ~0u },	\
	{ .reg = 0x138124, .effect = MMIO_FOLLOW, .mask = 1u << 31,	\
	  .target = 0x138128, .shift = 31 },				\
	{ .reg = 0x138124, .effect = MMIO_SELF_CLEAR, .mask = 0x800000ff }, \
	{ .reg = 0xc7204, .effect = MMIO_FOLLOW, .mask = 1,		\
	  .target = 0xc7200, .shift = -31 },				\
	{ .reg = 0xc7200, .effect = MMIO_READ_ONLY },			\
	{ .reg = 0x101008, .effect = MMIO_SELF_CLEAR, .mask = 1 },	\
	ENGINE_RULES(0x02000), ENGINE_RULES(0x22000),			\
	IIR(0xc4008), { .reg = 0xc6008, .effect = MMIO_SELF_CLEAR, .mask = 1 }

/* An interrupt identity register: a bit written as 1 clears. */
#define IIR(reg_) { .reg = (reg_), .effect = MMIO_ONES_CLEAR }

#define ENGINE_RULES(base)						\
	{ .reg = (base) + 0x9c, .effect = MMIO_MASKED },		\
	{ .reg = (base) + 0x9c, .effect = MMIO_FOLLOW, .mask = 1 << 8,	\
	  .target = (base) + 0x9c, .shift = -1 },			\
	{ .reg = (base) + 0xc0, .effect = MMIO_MASKED },		\
	{ .reg = (base) + 0x29c, .effect = MMIO_MASKED }

/* From gen 8 on a driver requests an engine's reset before it resets it. */
#define RESET_RULES(base)						\
	{ .reg = (base) + 0xd0, .effect = MMIO_MASKED },		\
	{ .reg = (base) + 0xd0, .effect = MMIO_FOLLOW, .mask = 1,	\
	  .target = (base) + 0xd0, .shift = -1 }

/*
 * Display power: the state bit of a power well is the one below its request
 * (linux i915/display/intel_display_power_well.c hsw_power_well_enable()).
 */
#define POWER_WELLS(reg_)						\
	{ .reg = (reg_), .effect = MMIO_FOLLOW, .mask = 0xaaaaaaaa,	\
	  .target = (reg_), .shift = 1 }

/* DBUF_CTL and LCPLL: bit 30 follows the request in bit 31. */
#define STATE_BELOW_REQUEST(reg_)					\
	{ .reg = (reg_), .effect = MMIO_FOLLOW, .mask = 1u << 31,	\
	  .target = (reg_), .shift = 1 }

/* All interrupts are masked after reset: linux i915/i915_irq.c. */
#define BLITTER_IMR_MASKED { 0x220a8, ~0u }

/* Config registers alike on all; offsets of linux drm/intel/pci_config.h. */
#define CONFIG_HEADER							\
	{ 0x00, 2, .value = 0x8086 },					\
	{ 0x04, 2, .rw = 0x0407 },	/* I/O, memory, master, INTx off */ \
	{ 0x06, 2, .value = 0x0010 },	/* capability list */		\
	{ 0x3c, 1, .rw = 0xff },					\
	{ 0x3d, 1, .value = 1 }		/* INTA */

/* lspci of 8086:0126, 0102 and 0a16: status 0090; of 8086:5917: status 0010. */
#define CONFIG_FAST_BACK_TO_BACK { 0x06, 2, .value = 0x0090 }

#define CONFIG_FIRMWARE							\
	{ 0xe0, 2, .rw = 0xffff, .kept = true },	/* SWSMI */	\
	{ 0xe4, 4, .rw = 0xffffffff, .kept = true },	/* ASLE, GSE */	\
	{ 0xe8, 2, .value = 0x8000, .rw = 0xffff, .kept = true }, /* SWSCI */ \
	{ 0xf4, 4, .rw = 0xff, .kept = true }		/* LBPC */

/* The primary plane of pipe A up to gen 8: linux i915/display/i9xx_plane.c. */
extern const struct plane_layout i9xx_plane;

/* The same of gen 9 and 10: linux i915/display/skl_universal_plane.c. */
extern const struct plane_layout skl_plane;

/* GMS of gen 9 to 12: linux early-quirks.c gen9_stolen_size(). */
extern const struct gms_range gen9_gms[2];

/* GGMS from gen 8 on: linux i915/gt/intel_ggtt.c gen8_get_total_gtt_size(). */
#define GEN9_GGC {							\
	.gms = gen9_gms, .gms_count = COUNT(gen9_gms), .gms_shift = 8,	\
	.ggms_shift = 6, .ggms_mib = { 0, 2, 4, 8 },			\
}

/* GEN8_GT_IMR(0) and its like, GEN8_MASTER_IRQ: linux i915/gt/intel_gt_irq.c */
#define GEN8_IRQ {							\
	.engine_imr = 0x220a8, .engine_bit = 1 << 16,			\
	.imr = 0x44304, .iir = 0x44308, .ier = 0x4430c, .bit = 1 << 16,	\
	.master = 0x44200, .master_enable = 1u << 31,			\
	.master_pending = 1 << 1,					\
}

#define GEN8_VALUES BLITTER_IMR_MASKED, { 0x44304, ~0u }

#define GEN8_RULES							\
	COMMON_RULES, RESET_RULES(0x02000), RESET_RULES(0x12000),	\
	RESET_RULES(0x1a000), RESET_RULES(0x1c000),			\
	RESET_RULES(0x22000),						\
	IIR(0x44308), IIR(0x44318), IIR(0x44328), IIR(0x44338),		\
	IIR(0x64838), DISPLAY_IIRS,					\
	POWER_WELLS(0x45400), POWER_WELLS(0x45404)

/* Pipes A to C, port, misc, PCU: linux i915/display/intel_display_regs.h */
#define DISPLAY_IIRS							\
	IIR(0x44408), IIR(0x44418), IIR(0x44428), IIR(0x44448),		\
	IIR(0x44468), IIR(0x444e8)

/* GRDOM_FULL and GRDOM_BLT up to gen 10: linux i915/gt/intel_gt_regs.h */
enum { GEN8_RESET_BITS = 1 << 0 | 1 << 3 };

/*
 * BAR0: Intel KBL datasheet vol 2 p. 125, 2 MiB of registers and the GTT at
 * 8 MiB. MMIO_INDEX: 22:2 so that an 8 MiB GTT can be reached, and the target.
 * MSAC bits 4:0: Intel ADL datasheet vol 2.
 */
#define GEN8_SPACES							\
	.gttmmadr_size = 16 << 20, .register_bytes = 2 << 20,		\
	.gtt_offset = 8 << 20, .address_bits = 39,			\
	.iobar_size = 64, .index_mask = 0x007fffff,			\
	.msac_mask = 0x1f, .msac_shift = 0

/*
 * The capabilities of gen 9 to 12 behind CAPID0: [70] Express (v2) Root Complex
 * Integrated Endpoint with RBE+ FLReset+, [d0] Power Management version 2 with
 * DSI+, [100] PASID width 14h, [200] ATS, [300] PRI Stopped+ PASID+ capacity
 * 8000h. The cache line size can be written, as in every PCI Express function: lspci
 * of 8086:5917 has 10h there, and those of 8086:0126, 0102 and 0a16 have 0.
 */
#define CONFIG_RCIEP							\
	{ 0x0c, 1, .rw = 0xff },					\
	{ 0x34, 1, .value = 0x40 },					\
	{ 0x40, 4, .value = 0x010c7009 }, /* CAPID0, 12 bytes, version 1 */ \
	{ 0x58, 4, .rw = 1, .kept = true },	/* DEV2CTL: IOBARDIS */	\
	{ 0x70, 4, .value = 0x0092ac10 },	/* PCI Express v2, RCiEP */ \
	{ 0x74, 4, .value = 0x10008000 },	/* DevCap: RBE, FLR */	\
	{ 0xb0, 4, .rw = 0xfffffffc },		/* MSI address, data */	\
	{ 0xb4, 2, .rw = 0xffff },					\
	{ 0xd0, 4, .value = 0x00220001 },	/* PM v2, DSI */	\
	{ 0xd4, 2, .rw = 0x0003 },					\
	{ 0x100, 4, .value = 0x2001001b },	/* PASID */		\
	{ 0x104, 2, .value = 0x1400 },					\
	{ 0x106, 2, .rw = 0x0001 },					\
	{ 0x200, 4, .value = 0x3001000f },	/* ATS */		\
	{ 0x206, 2, .rw = 0x801f },					\
	{ 0x304, 2, .rw = 0x0001 },		/* PRI */		\
	{ 0x306, 2, .value = 0x8100 },					\
	{ 0x308, 4, .value = 0x8000 },					\
	{ 0x30c, 4, .rw = 0xffffffff }

/* MSI 1/1 Maskable- as on gen 9, Maskable+ as from gen 12 on. */
#define CONFIG_MSI							\
	{ 0xac, 2, .value = 0xd005 }, { 0xae, 2, .rw = 0x0001 }
#define CONFIG_MSI_MASKABLE						\
	{ 0xac, 2, .value = 0xd005 },					\
	{ 0xae, 2, .value = 0x0100, .rw = 0x0001 },			\
	{ 0xb8, 4, .rw = 0x00000001 }

/*
 * SR-IOV: seven VFs of 16 and 512 MiB, as linux prints them on Tiger Lake and
 * Alder Lake: "reg 0x344: [mem 0x00000000-0x00ffffff 64bit]", "reg 0x34c: [mem
 * 0x00000000-0x1fffffff 64bit pref]". VF Enable is read-only: there are none.
 */
#define CONFIG_PRI_LAST { 0x300, 4, .value = 0x00010013 }
#define CONFIG_PRI_THEN_SRIOV(vf_id)					\
	{ 0x300, 4, .value = 0x32010013 },				\
	{ 0x320, 4, .value = 0x00010010 },				\
	{ 0x32c, 4, .value = 0x00070007 },	/* Initial, Total VFs */ \
	{ 0x330, 2, .rw = 0xffff },		/* NumVFs */		\
	{ 0x334, 4, .value = 0x00010001 },	/* offset, stride */	\
	{ 0x33a, 2, .value = (vf_id) },					\
	{ 0x33c, 4, .value = 0x00000553 },	/* page sizes */	\
	{ 0x340, 4, .value = 0x00000001, .rw = 0x00000553 },		\
	{ 0x344, 4, .value = 0x00000004, .rw = 0xff000000 },		\
	{ 0x348, 4, .rw = 0x0000007f },					\
	{ 0x34c, 4, .value = 0x0000000c, .rw = 0xe0000000 },		\
	{ 0x350, 4, .rw = 0x0000007f }

/* From gen 11 on: linux i915/display/skl_universal_plane.c */
extern const struct plane_layout icl_plane;

/*
 * GEN11_GFX_MSTR_IRQ, GEN11_GT_INTR_DW(0) with BCS in bit 15, and their like:
 * linux i915/gt/intel_gt_irq.c. That the blitter's enable bits are the lower
 * half of RENDER_COPY_INTR_ENABLE is inferred from the register's name: linux
 * sets both halves alike.
 */
#define GEN11_IRQ {							\
	.iir = 0x190018, .bit = 1 << 15,				\
	.master = 0x190010, .master_enable = 1u << 31,			\
	.master_pending = 1 << 0,					\
	.selector = 0x190070, .identity = 0x190060,			\
	.enable = 0x190030, .mask = 0x1900a0,				\
}

#define GEN11_VALUES { 0x1900a0, ~0u }

/* The engines' forcewake, and the display's power wells and buffers. */
#define GEN11_RULES							\
	COMMON_RULES, RESET_RULES(0x02000), RESET_RULES(0x22000),	\
	RESET_RULES(0x1c0000), RESET_RULES(0x1c8000),			\
	RESET_RULES(0x1d0000), IIR(0x190018), IIR(0x19001c),		\
	DISPLAY_IIRS, IIR(0x44438), IIR(0x44478), IIR(0x444f8),		\
	IIR(0x60818), IIR(0x61818), IIR(0x62818), IIR(0x63818),		\
	IIR(0x64838), IIR(0x16fe58),					\
	FORCEWAKE(0xa278, 0xd84), FORCEWAKE(0xa540, 0xd50),		\
	FORCEWAKE(0xa548, 0xd58), FORCEWAKE(0xa560, 0xd70),		\
	POWER_WELLS(0x45400), POWER_WELLS(0x45404),			\
	POWER_WELLS(0x45440), POWER_WELLS(0x45444),			\
	POWER_WELLS(0x45450), POWER_WELLS(0x45454),			\
	STATE_BELOW_REQUEST(0x45008), STATE_BELOW_REQUEST(0x44fe8),	\
	STATE_BELOW_REQUEST(0x46070)	/* CDCLK_PLL_ENABLE */

/* GEN11_GRDOM_FULL and GEN11_GRDOM_BLT: linux i915/gt/intel_gt_regs.h */
enum { GEN11_RESET_BITS = 1 << 0 | 1 << 2 };

#endif
