// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sandy Bridge, Ivy Bridge, Haswell: 4 MiB BAR0, 32-bit GTT entries.
 *
 * Capabilities as lspci -vnn shows them on 8086:0126, 0166 and 0412: [90] MSI
 * 1/1 Maskable- 64bit-, [d0] Power Management version 2, [a4] PCI Advanced
 * Features. The layout of the last two: Intel 3rd generation datasheet 326769
 * vol 2, 2.6 (PMCAPID, AFCIDNP to AFSTS).
 *
 * lspci -xxx of 8086:0126 rev 09, subsystem 17aa:21d1, and 8086:0102 rev 09, subsystem
 * 8086:2000: CAPID0 at 40h, which is not in the list of capabilities, DEVEN's mirror at
 * 54h, F8h. lspci -x of 8086:0a16 rev 09, subsystem 1028:060a, ends before them. So
 * only Sandy Bridge has them here.
 */
#include "platform/platforms.h"

#define GEN6_CONFIG							\
	CONFIG_HEADER, CONFIG_FAST_BACK_TO_BACK,			\
	{ 0x34, 1, .value = 0x90 },					\
	{ 0x90, 2, .value = 0xd005 },		/* MSI */		\
	{ 0x92, 2, .rw = 0x0001 },					\
	{ 0x94, 4, .rw = 0xfffffffc },					\
	{ 0x98, 2, .rw = 0xffff },					\
	{ 0xa4, 4, .value = 0x03060013 },	/* AF: 6 bytes, TP, FLR */ \
	{ 0xd0, 4, .value = 0x0022a401 },	/* PM v2, DSI */	\
	{ 0xd4, 2, .rw = 0x0003 },					\
	CONFIG_FIRMWARE

static const struct pci_reg regs[] = { GEN6_CONFIG };

/* As 8086:0126 has them: the fuses in CAPID0, and DEVEN without a graphics slot. */
static const struct pci_reg snb_regs[] = {
	GEN6_CONFIG,
	{ 0x40, 4, .value = 0x010c0009 },	/* CAPID0, 12 bytes, no next */
	{ 0x44, 4, .value = 0xe200219d },
	{ 0x48, 4, .value = 0x14000090 },
	{ 0x54, 4, .value = 0x00000011 },	/* DEVEN, mirror of 0:0.0 */
	{ 0xf8, 4, .value = 0x00060000 },
};

/* linux arch/x86/kernel/early-quirks.c gen6_stolen_size() */
static const struct gms_range snb_gms[] = {
	{ 0x00, 0x10, .base = 0, .step = 32 },
};

/* and Intel 326769 vol 2, GGC: 11h is 1024 MiB */
static const struct gms_range ivb_gms[] = {
	{ 0x00, 0x10, .base = 0, .step = 32 },
	{ 0x11, 0x11, .base = 1024, .step = 0 },
};

const struct plane_layout i9xx_plane = {
	.ctl = 0x70180,
	.stride = 0x70188,
	.size = 0x6001c,		/* PIPEASRC: the plane fills the pipe */
	.surface = 0x7019c,
	.enable = 1u << 31,
	.format_mask = 0xf << 26 | 1 << 10,
	.format_xrgb = 6 << 26,
	.stride_mask = 0xffc0,
	.stride_unit = 1,
	.width_shift = 16,
	.height_shift = 0,
	.max_width = 4096,
	.max_height = 4096,
};

/* GTIMR and its like, DEIER bit 31: linux i915/gt/intel_gt_irq.c */
#define GEN6_IRQ {							\
	.engine_imr = 0x220a8, .engine_bit = 1 << 22,			\
	.imr = 0x44014, .iir = 0x44018, .ier = 0x4401c, .bit = 1 << 22,	\
	.master = 0x4400c, .master_enable = 1u << 31,			\
}

/* GRDOM_FULL and GRDOM_BLT of linux i915/gt/intel_gt_regs.h */
#define GEN6_BLITTER {							\
	.reset_bits = 1 << 0 | 1 << 3, .address_dwords = 1,		\
	.src_copy = true,						\
}

/* GTFIFOCTL: room for 63 writes, linux __gen6_gt_wait_for_fifo() */
#define GEN6_VALUES							\
	BLITTER_IMR_MASKED, { 0x44014, ~0u }, { 0x120008, 63 }

#define GEN6_RULES							\
	COMMON_RULES, IIR(0x44008), IIR(0x44018), IIR(0x44028),		\
	{ .reg = 0x120008, .effect = MMIO_READ_ONLY }

/* FORCEWAKE itself is not masked before gen 7. */
#define FORCEWAKE_GEN6							\
	{ .reg = 0xa18c, .effect = MMIO_FOLLOW, .mask = 1,		\
	  .target = 0x130090 },						\
	{ .reg = 0x130090, .effect = MMIO_READ_ONLY }

static const struct mmio_rule snb_rules[] = { GEN6_RULES, FORCEWAKE_GEN6 };
static const struct mmio_value snb_values[] = { GEN6_VALUES };

static const struct mmio_rule ivb_rules[] = {
	GEN6_RULES, FORCEWAKE_GEN6, FORCEWAKE(0xa188, 0x130040),
};

/* ECOBUS bit 5: firmware has switched to the masked forcewake. */
static const struct mmio_value ivb_values[] = { GEN6_VALUES, { 0xa180, 1 << 5 } };

static const struct mmio_rule hsw_rules[] = {
	GEN6_RULES, FORCEWAKE(0xa188, 0x130044),
	POWER_WELLS(0x45400), POWER_WELLS(0x45404),
};

/*
 * BAR0: Intel G640T datasheet p. 136, 326769 p. 159. The I/O BAR: 2nd
 * generation vol 2 2.9 (p. 140). MSAC bits 2:1. GGMS and the place of the GTT:
 * linux i915/gt/intel_ggtt.c gen6_gmch_probe().
 */
#define GEN6_SPACES							\
	.bdsm = 0x5c, .bdsm_bytes = 4,					\
	.gttmmadr_size = 4 << 20, .register_bytes = 2 << 20,		\
	.gtt_offset = 2 << 20, .address_bits = 39,			\
	.iobar_size = 64, .index_mask = 0x001fffff, .iobar_gtt = true,	\
	.msac_mask = 0x06, .msac_shift = 1, .irq = GEN6_IRQ

#define GEN6_GGC(gms_) {						\
	.gms = (gms_), .gms_count = COUNT(gms_), .gms_shift = 3,	\
	.ggms_shift = 8, .ggms_mib = { 0, 1, 2, -1 },			\
}

/* linux i915/gt/intel_gtt.h GEN6_GTT_ADDR_ENCODE, HSW_GTT_ADDR_ENCODE */
#define GEN6_PTE { .bytes = 4, .address = 0xfffff000, .high = 0xff0, .high_shift = 28 }
#define HSW_PTE { .bytes = 4, .address = 0xfffff000, .high = 0x7f0, .high_shift = 28 }

const struct igd_platform platform_snb = {
	.name = "snb",
	.device_id = 0x0126,
	.revision = 0x09,
	.subsystem_vendor = 0x17aa,
	.subsystem_id = 0x21da,
	.regs = snb_regs,
	.reg_count = COUNT(snb_regs),
	GEN6_SPACES,
	.ggc = GEN6_GGC(snb_gms),
	.pte = GEN6_PTE,
	.plane = &i9xx_plane,
	.blitter = GEN6_BLITTER,
	.rules = snb_rules,
	.rule_count = COUNT(snb_rules),
	.values = snb_values,
	.value_count = COUNT(snb_values),
};

/* 0166 is one of the two ids that linux resets by reset_ivb_igd(). */
const struct igd_platform platform_ivb = {
	.name = "ivb",
	.device_id = 0x0166,
	.revision = 0x09,
	.subsystem_vendor = 0x17aa,
	.subsystem_id = 0x3977,
	.regs = regs,
	.reg_count = COUNT(regs),
	GEN6_SPACES,
	.ggc = GEN6_GGC(ivb_gms),
	.pte = GEN6_PTE,
	.plane = &i9xx_plane,
	.blitter = GEN6_BLITTER,
	.rules = ivb_rules,
	.rule_count = COUNT(ivb_rules),
	.values = ivb_values,
	.value_count = COUNT(ivb_values),
};

const struct igd_platform platform_hsw = {
	.name = "hsw",
	.device_id = 0x0412,
	.revision = 0x06,
	.subsystem_vendor = 0x1043,
	.subsystem_id = 0x8534,
	.regs = regs,
	.reg_count = COUNT(regs),
	GEN6_SPACES,
	.ggc = GEN6_GGC(snb_gms),
	.pte = HSW_PTE,
	.plane = &i9xx_plane,
	.blitter = GEN6_BLITTER,
	.rules = hsw_rules,
	.rule_count = COUNT(hsw_rules),
	.values = snb_values,
	.value_count = COUNT(snb_values),
};
