// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meteor Lake: no I/O BAR, and LMEMBAR in place of GMADR.
 *
 * lspci -v of 8086:7d45 rev 08, subsystem 1558:2624: BAR0 16M and BAR2 256M, both
 * 64-bit and prefetchable, no I/O ports. Its capabilities were not to be found:
 * here they are Alder Lake's, of which Lunar Lake after it has [40] and [70]
 * (github.com/intel/compute-runtime issue 875); that there are VFs shows in
 * github.com/strongtz/i915-sriov-dkms issue 210.
 */
#include "platform/platforms.h"

static const struct pci_reg regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI_MASKABLE,
	CONFIG_PRI_THEN_SRIOV(0x7d45), CONFIG_FIRMWARE,
};

/* linux i915/gem/i915_gem_stolen.c mtl_get_gms_size() */
static const struct gms_range gms[] = {
	{ 0x00, 0x04, .base = 0, .step = 32 },
	{ 0xf0, 0xfe, .base = 4, .step = 4 },
};

/* The second GT, of the media engines, has its registers at 380000h. */
static const struct mmio_rule rules[] = {
	GEN11_RULES, FORCEWAKE(0xa188, 0xdfc),
	FORCEWAKE(0x38a188, 0x380dfc), FORCEWAKE(0x38a540, 0x380d50),
	FORCEWAKE(0x38a548, 0x380d58), FORCEWAKE(0x38a560, 0x380d70),
	FORCEWAKE(0x38a618, 0x380df8),
	{ .reg = 0x38941c, .effect = MMIO_SELF_CLEAR, .mask = ~0u },
};

/*
 * As Ice Lake's, and the versions of both GTs as linux prints them for 7d55
 * (github.com/strongtz/i915-sriov-dkms issue 210), and display version 14.
 */
static const struct mmio_value values[] = {
	GEN11_VALUES, { 0x42000, 0x8fe00000 }, { 0xc000, 1 },
	{ 0xd8c, 0x0311c004 }, { 0x380d8c, 0x03400008 }, { 0x510a0, 14 << 22 },
};

const struct igd_platform platform_mtl = {
	.name = "mtl",
	.device_id = 0x7d45,
	.revision = 0x08,
	.subsystem_vendor = 0x1558,
	.subsystem_id = 0x2624,
	.regs = regs,
	.reg_count = COUNT(regs),
	.ggc = {
		.gms = gms,
		.gms_count = COUNT(gms),
		.gms_shift = 8,
		.ggms_shift = 6,
		.ggms_mib = { -1, -1, -1, 8 },
	},
	.bdsm_bytes = 8,
	.gttmmadr_size = 16 << 20,
	.gttmmadr_prefetch = true,
	/* linux i915/intel_uncore.c intel_uncore_setup_mmio() */
	.register_bytes = 4 << 20,
	.gtt_offset = 8 << 20,
	.address_bits = 42,
	/* MTL_GGTT_PTE_*: bit 1, the address counts from GSMBASE */
	.pte = { .bytes = 8, .address = 0x3ffffffff000, .local = 1 << 1 },
	.plane = &icl_plane,
	.irq = GEN11_IRQ,
	.blitter = {
		.reset_bits = GEN11_RESET_BITS,
		.address_dwords = 2,
		.fast_copy = true,
	},
	.rules = rules,
	.rule_count = COUNT(rules),
	.values = values,
	.value_count = COUNT(values),
};
