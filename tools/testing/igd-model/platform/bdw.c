// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broadwell: the capabilities of Haswell, the BARs and GTT entries of Skylake.
 *
 * lspci -v of 8086:1616 rev 09 on a Lenovo G50-80: BAR0 16M, [90] MSI 1/1
 * Maskable- 64bit-, [d0] Power Management version 2, [a4] PCI Advanced Features.
 */
#include "platform/platforms.h"

static const struct pci_reg regs[] = {
	CONFIG_HEADER,
	{ 0x34, 1, .value = 0x90 },
	{ 0x58, 4, .rw = 1, .kept = true },	/* DEV2CTL: IOBARDIS */
	{ 0x90, 2, .value = 0xd005 },		/* MSI */
	{ 0x92, 2, .rw = 0x0001 },
	{ 0x94, 4, .rw = 0xfffffffc },
	{ 0x98, 2, .rw = 0xffff },
	{ 0xa4, 4, .value = 0x03060013 },	/* AF: 6 bytes, TP, FLR */
	{ 0xd0, 4, .value = 0x0022a401 },	/* PM v2, DSI */
	{ 0xd4, 2, .rw = 0x0003 },
	CONFIG_FIRMWARE,
};

/* linux arch/x86/kernel/early-quirks.c gen8_stolen_size() */
static const struct gms_range gms[] = {
	{ 0x00, 0xff, .base = 0, .step = 32 },
};

static const struct mmio_rule rules[] = {
	GEN8_RULES, FORCEWAKE(0xa188, 0x130044),
};

static const struct mmio_value values[] = { GEN8_VALUES };

const struct igd_platform platform_bdw = {
	.name = "bdw",
	.device_id = 0x1616,
	.revision = 0x09,
	.subsystem_vendor = 0x1043,
	.subsystem_id = 0x236a,
	.regs = regs,
	.reg_count = COUNT(regs),
	.ggc = {
		.gms = gms,
		.gms_count = COUNT(gms),
		.gms_shift = 8,
		.ggms_shift = 6,
		.ggms_mib = { 0, 2, 4, 8 },
	},
	.bdsm = 0x5c,
	.bdsm_bytes = 4,
	GEN8_SPACES,
	.iobar_gtt = true,
	.pte = { .bytes = 8, .address = 0x7ffffff000 },
	.plane = &i9xx_plane,
	.irq = GEN8_IRQ,
	.blitter = {
		.reset_bits = GEN8_RESET_BITS,
		.address_dwords = 2,
		.src_copy = true,
	},
	.rules = rules,
	.rule_count = COUNT(rules),
	.values = values,
	.value_count = COUNT(values),
};
