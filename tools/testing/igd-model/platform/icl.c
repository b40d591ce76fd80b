// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ice Lake, Tiger Lake, Alder Lake: BDSM of 64 bits at C0h, an I/O BAR that does
 * not reach the GTT, interrupts by identity.
 *
 * lspci -v of 8086:9a49 rev 01, subsystem 8086:2212, and lspci -vvv of 8086:4688
 * rev 0c, subsystem 1025:170f: as gen 9, but MSI Maskable+, and [320] SR-IOV with
 * 7 VFs. Rocket Lake's, of the same generation, has no SR-IOV
 * (github.com/strongtz/i915-sriov-dkms issue 27). For 8086:8a52 rev 07 only the
 * BARs were found; its capabilities here are those that gen 9 and gen 12 have in
 * common, and its MSI is gen 9's.
 */
#include "platform/platforms.h"

static const struct pci_reg icl_regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI, CONFIG_PRI_LAST,
	CONFIG_FIRMWARE,
};

static const struct pci_reg tgl_regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI_MASKABLE,
	CONFIG_PRI_THEN_SRIOV(0x9a49), CONFIG_FIRMWARE,
};

static const struct pci_reg adl_regs[] = {
	CONFIG_HEADER, CONFIG_RCIEP, CONFIG_MSI_MASKABLE,
	CONFIG_PRI_THEN_SRIOV(0x4688), CONFIG_FIRMWARE,
};

const struct plane_layout icl_plane = {
	.ctl = 0x70180,
	.stride = 0x70188,
	.size = 0x70190,
	.surface = 0x7019c,
	.enable = 1u << 31,
	.format_mask = 0x0f901c00,
	.format_xrgb = 4 << 24,
	.stride_mask = 0xfff,
	.stride_unit = 64,
	.width_shift = 0,
	.height_shift = 16,
	.max_width = 5120,
	.max_height = 4320,
};

static const struct mmio_rule rules[] = {
	GEN11_RULES, FORCEWAKE(0xa188, 0x130044),
};

/* ICL_FUSE_STATUS: as Skylake's, of power gates 0 to 6 */
static const struct mmio_value values[] = {
	GEN11_VALUES, { 0x42000, 0x8fe00000 }, { 0xc000, 1 },
};

/*
 * GTT entries hold address 45:12: linux i915/gt/intel_gtt.h GEN12_GGTT_PTE_ADDR_MASK
 */
#define GEN11								\
	.ggc = GEN9_GGC, .bdsm = 0xc0, .bdsm_bytes = 8, GEN8_SPACES,	\
	.pte = { .bytes = 8, .address = 0x3ffffffff000 },		\
	.plane = &icl_plane, .irq = GEN11_IRQ,				\
	.blitter = { .reset_bits = GEN11_RESET_BITS, .address_dwords = 2, \
		     .src_copy = true, .fast_copy = true },		\
	.rules = rules, .rule_count = COUNT(rules),			\
	.values = values, .value_count = COUNT(values)

/* Iris Plus Graphics G7 in a Dell XPS 13 7390 2-in-1 */
const struct igd_platform platform_icl = {
	.name = "icl",
	.device_id = 0x8a52,
	.revision = 0x07,
	.subsystem_vendor = 0x1028,
	.subsystem_id = 0x08b0,
	.regs = icl_regs,
	.reg_count = COUNT(icl_regs),
	GEN11,
};

/* BGSM at F0h: github.com/lf-edge/eve pull request 6407 */
const struct igd_platform platform_tgl = {
	.name = "tgl",
	.device_id = 0x9a49,
	.revision = 0x01,
	.subsystem_vendor = 0x8086,
	.subsystem_id = 0x2212,
	.regs = tgl_regs,
	.reg_count = COUNT(tgl_regs),
	.bgsm = 0xf0,
	GEN11,
};

/* UHD Graphics 770 of an Alder Lake-HX, which is Alder Lake-S to linux */
const struct igd_platform platform_adl = {
	.name = "adl",
	.device_id = 0x4688,
	.revision = 0x0c,
	.subsystem_vendor = 0x1025,
	.subsystem_id = 0x170f,
	.regs = adl_regs,
	.reg_count = COUNT(adl_regs),
	.bgsm = 0xf0,
	GEN11,
};
