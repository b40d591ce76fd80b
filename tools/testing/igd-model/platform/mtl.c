// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meteor Lake and Lunar Lake: no I/O BAR, and LMEMBAR in place of GMADR.
 *
 * lspci -v of 8086:7d45 rev 08, subsystem 1558:2624: BAR0 16M and BAR2 256M, both
 * 64-bit and prefetchable, no I/O ports. Its capabilities were not found: here they
 * are Alder Lake's; the later Lunar Lake has [40] and [70] of these. VFs exist,
 * according to github.com/strongtz/i915-sriov-dkms issue 210.
 *
 * lspci -vv of 8086:64a0 rev 04, subsystem 103c:8d84 (github.com/intel/
 * compute-runtime issue 875), which ends within [70]: the same BARs, no interrupt
 * pin, Interrupt Disable that stays 0 with MSI in use, [70] with MaxPayload 256. The
 * capabilities behind that are Meteor Lake's, with two exceptions. There is no
 * SR-IOV: public notes on an Arc 140V of 2026-10 have no sriov_totalvfs. NoSoftRst
 * is inferred from the same notes: linux offers the reset "flr" there and no "pm"
 * (pci_pm_reset()).
 */
#include "platform/platforms.h"

static const struct pci_reg mtl_regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI_MASKABLE,
	CONFIG_PRI_THEN_SRIOV(0x7d45), CONFIG_FIRMWARE,
};

static const struct pci_reg lnl_regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI_MASKABLE, CONFIG_PRI_LAST,
	CONFIG_FIRMWARE,
	/* replaces registers of the macros */
	{ 0x04, 2, .rw = 0x0007 },		/* INTx cannot be off */
	{ 0x3d, 1, .value = 0 },		/* no pin */
	{ 0x74, 4, .value = 0x10008001 },	/* DevCap: 256 bytes, RBE, FLR */
	{ 0x78, 2, .rw = 0x00e0 },		/* DevCtl: MaxPayload */
	{ 0xd4, 2, .value = 0x0008, .rw = 0x0003 },	/* NoSoftRst */
};

/*
 * linux i915/gem/i915_gem_stolen.c mtl_get_gms_size() and
 * xe/xe_ttm_stolen_mgr.c detect_lmembar_integrated()
 */
static const struct gms_range gms[] = {
	{ 0x00, 0x04, .base = 0, .step = 32 },
	{ 0xf0, 0xfe, .base = 4, .step = 4 },
};

/*
 * The second GT, of the media engines, has its registers at 380000h. The forcewakes
 * of both: linux i915/intel_uncore.c intel_uncore_fw_domains_init(), the same in
 * xe/xe_force_wake.c.
 */
#define MTL_RULES							\
	GEN11_RULES, FORCEWAKE(0xa188, 0xdfc),				\
	FORCEWAKE(0x38a188, 0x380dfc), FORCEWAKE(0x38a540, 0x380d50),	\
	FORCEWAKE(0x38a548, 0x380d58), FORCEWAKE(0x38a560, 0x380d70),	\
	FORCEWAKE(0x38a618, 0x380df8),					\
	{ .reg = 0x38941c, .effect = MMIO_SELF_CLEAR, .mask = ~0u }

static const struct mmio_rule mtl_rules[] = { MTL_RULES };

/* XE2LPD_PICA_PW_CTL: linux i915/display/intel_dp_aux_regs.h */
static const struct mmio_rule lnl_rules[] = {
	MTL_RULES, STATE_BELOW_REQUEST(0x16fe04),
};

/*
 * As Ice Lake's; GMD_ID of both GTs and of the display: architecture in bits 31:22,
 * release in 21:14, stepping in 5:0.
 */
#define MTL_VALUES(graphics, media, display)				\
	GEN11_VALUES, { 0x42000, 0x8fe00000 }, { 0xc000, 1 },		\
	{ 0xd8c, (graphics) }, { 0x380d8c, (media) }, { 0x510a0, (display) }

/*
 * 12.71 and 13.0 as linux prints them for 7d55 (github.com/strongtz/
 * i915-sriov-dkms issue 210), and display version 14.
 */
static const struct mmio_value mtl_values[] = {
	MTL_VALUES(0x0311c004, 0x03400008, 14 << 22),
};

/*
 * 20.04 and 20.00, linux xe/xe_pci.c graphics_ips[] and media_ips[], and display
 * 20.00, i915/display/intel_display_device.c gmdid_display_map[]. That rev 04 is
 * stepping B0 of all three is assumed.
 */
static const struct mmio_value lnl_values[] = {
	MTL_VALUES(20 << 22 | 4 << 14 | 4, 20 << 22 | 4, 20 << 22 | 4),
};

/*
 * GGMS is fixed. 4 MiB of registers: linux i915/intel_uncore.c
 * intel_uncore_setup_mmio(), xe/xe_mmio.c. 42 address bits: lspci of Meteor Lake,
 * and the notes on the Arc 140V.
 */
#define MTL_SPACES							\
	.ggc = {							\
		.gms = gms, .gms_count = COUNT(gms), .gms_shift = 8,	\
		.ggms_shift = 6, .ggms_mib = { -1, -1, -1, 8 },		\
	},								\
	.bdsm_bytes = 8,						\
	.gttmmadr_size = 16 << 20, .gttmmadr_prefetch = true,		\
	.register_bytes = 4 << 20, .gtt_offset = 8 << 20,		\
	.address_bits = 42,						\
	.plane = &icl_plane, .irq = GEN11_IRQ,				\
	.blitter = { .reset_bits = GEN11_RESET_BITS, .address_dwords = 2, \
		     .fast_copy = true }

/* Wa_22018444074: linux i915/i915_utils.c i915_direct_stolen_access() */
const struct igd_platform platform_mtl = {
	.name = "mtl",
	.device_id = 0x7d45,
	.revision = 0x08,
	.subsystem_vendor = 0x1558,
	.subsystem_id = 0x2624,
	.regs = mtl_regs,
	.reg_count = COUNT(mtl_regs),
	MTL_SPACES,
	.gtt_access_hangs = true,
	/* MTL_GGTT_PTE_*: bit 1, the address counts from GSMBASE */
	.pte = { .bytes = 8, .address = 0x3ffffffff000, .local = 1 << 1 },
	.rules = mtl_rules,
	.rule_count = COUNT(mtl_rules),
	.values = mtl_values,
	.value_count = COUNT(mtl_values),
};

/*
 * Wa_22019338487: linux xe/xe_wa_oob.rules (media 20.00), xe/xe_ggtt.c
 * ggtt_update_access_counter(). It needs 63 writes; here the first one counts.
 */
const struct igd_platform platform_lnl = {
	.name = "lnl",
	.device_id = 0x64a0,
	.revision = 0x04,
	.subsystem_vendor = 0x103c,
	.subsystem_id = 0x8d84,
	.regs = lnl_regs,
	.reg_count = COUNT(lnl_regs),
	MTL_SPACES,
	.gtt_access_hangs = true,
	/* linux xe/regs/xe_gtt_defs.h XE_PAGE_ADDR_MASK(), XE_GGTT_PTE_DM */
	.pte = { .bytes = 8, .address = 0xffffffffff000, .local = 1 << 1 },
	.rules = lnl_rules,
	.rule_count = COUNT(lnl_rules),
	.values = lnl_values,
	.value_count = COUNT(lnl_values),
};
