// SPDX-License-Identifier: GPL-2.0-only
/*
 * Skylake and Kaby Lake, for all of gen 9.
 *
 * lspci -v of 8086:1912 rev 06 (github.com/intel/compute-runtime issue 198) and
 * 8086:5926 rev 06 (github.com/aerynOS/recipes issue 389): [40] Vendor Specific
 * Len=0c, [70] Express Root Complex Integrated Endpoint, [ac] MSI 1/1 Maskable-
 * 64bit-, [d0] Power Management version 2, [100] PASID, [200] ATS, [300] PRI.
 * The bytes are those of a gen 9 dump taken with pci=earlydump: 70: 10 ac 92 00
 * 00 80 00 10, ac: 05 d0 00 00, d0: 01 00 22 00, 54: b1 80, 60: 00 00 01 00,
 * e8: 00 80.
 *
 * A function reset keeps registers that mirror the host bridge, and the scratch
 * registers shared with the firmware. It also keeps ASLS: stock vfio-pci resets the
 * function in vfio_pci_core_enable() before it reads ASLS to find the OpRegion
 * (linux drivers/vfio/pci/vfio_pci_igd.c), and pci_restore_state() does not write it
 * back.
 */
#include "platform/platforms.h"

static const struct pci_reg regs[] = {
	CONFIG_HEADER,
	CONFIG_RCIEP,
	CONFIG_MSI,
	CONFIG_PRI_LAST,
	{ 0x44, 4, .value = 0x7a6160c1 },	/* CAPID0's content */
	{ 0x48, 4, .value = 0x9411808c },
	{ 0x54, 4, .value = 0x000080b1 },	/* DEVEN, mirror of 0:0.0 */
	CONFIG_FIRMWARE,
};

const struct gms_range gen9_gms[2] = {
	{ 0x00, 0xef, .base = 0, .step = 32 },
	{ 0xf0, 0xfe, .base = 4, .step = 4 },
};

/* linux skl_universal_plane_regs.h; sizes skl_plane_max_*() */
const struct plane_layout skl_plane = {
	.ctl = 0x70180,
	.stride = 0x70188,
	.size = 0x70190,
	.surface = 0x7019c,
	.enable = 1u << 31,
	.format_mask = 0x0f101c00,
	.format_xrgb = 4 << 24,
	.stride_mask = 0xfff,
	.stride_unit = 64,
	.width_shift = 0,
	.height_shift = 16,
	.max_width = 5120,
	.max_height = 4096,
};

/* linux i915/display/intel_cdclk.c skl_dpll0_enable(), gen9_dbuf_enable() */
static const struct mmio_rule rules[] = {
	GEN8_RULES,
	FORCEWAKE(0xa188, 0x130044), FORCEWAKE(0xa270, 0xd88),
	FORCEWAKE(0xa278, 0xd84),
	STATE_BELOW_REQUEST(0x45008),		/* DBUF_CTL */
	STATE_BELOW_REQUEST(0x46010),		/* LCPLL1_CTL */
	STATE_BELOW_REQUEST(0x46014),		/* LCPLL2_CTL */
};

/*
 * SKL_FUSE_STATUS: downloaded, and distributed to all three power gates.
 * GEN8_FUSE2: one slice, no subslice disabled. GUC_STATUS: its core in reset.
 */
static const struct mmio_value values[] = {
	GEN8_VALUES, { 0x42000, 0x8e000000 }, { 0x9120, 1 << 25 }, { 0xc000, 1 },
};

/* GTT entries hold address 38:12, as the CPU's 39 address lines. */
#define GEN9								\
	.regs = regs, .reg_count = COUNT(regs), .ggc = GEN9_GGC,	\
	.bdsm = 0x5c, .bdsm_bytes = 4, GEN8_SPACES, .iobar_gtt = true,	\
	.pte = { .bytes = 8, .address = 0x7ffffff000 },			\
	.plane = &skl_plane, .irq = GEN8_IRQ,				\
	.blitter = { .reset_bits = GEN8_RESET_BITS, .address_dwords = 2, \
		     .src_copy = true, .fast_copy = true },		\
	.rules = rules, .rule_count = COUNT(rules),			\
	.values = values, .value_count = COUNT(values)

/* HD Graphics 530 in a Dell OptiPlex 7040 */
const struct igd_platform platform_skl = {
	.name = "skl",
	.device_id = 0x1912,
	.revision = 0x06,
	.subsystem_vendor = 0x1028,
	.subsystem_id = 0x06b9,
	GEN9,
};

/* Iris Plus Graphics 640 in a Microsoft Surface Pro 5 */
const struct igd_platform platform_kbl = {
	.name = "kbl",
	.device_id = 0x5926,
	.revision = 0x06,
	.subsystem_vendor = 0x1414,
	.subsystem_id = 0x0026,
	GEN9,
};
