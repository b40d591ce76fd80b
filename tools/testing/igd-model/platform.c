// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "platform.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Skylake, i7-6700 class, HD Graphics 530.
 *
 * Capabilities as lspci -vv shows them on real Skylake to Comet Lake machines:
 * [40] Vendor Specific Len=0c, [70] Express (v2) Root Complex Integrated
 * Endpoint with RBE+ FLReset+, [ac] MSI 1/1 Maskable- 64bit-, [d0] Power
 * Management version 2 with DSI+ NoSoftRst-, [100] PASID width 14h, [200] ATS,
 * [300] PRI Stopped+ PASID+ capacity 8000h (github.com/intel/compute-runtime
 * issue 198 has the list for 8086:1912 rev 06). The bytes behind it are those
 * of a gen 9 dump taken with pci=earlydump: 70: 10 ac 92 00 00 80 00 10,
 * ac: 05 d0 00 00, d0: 01 00 22 00, 54: b1 80, 60: 00 00 01 00, e8: 00 80.
 *
 * What a function reset keeps: registers that mirror the host bridge, and the
 * scratch registers shared with the firmware. That ASLS is among these follows
 * from stock vfio-pci, which resets the function in vfio_pci_core_enable() and
 * only then reads ASLS to find the OpRegion (linux drivers/vfio/pci/
 * vfio_pci_igd.c); pci_restore_state() does not write it back.
 */
static const struct pci_reg skl_regs[] = {
	{ 0x00, 2, .value = 0x8086 },
	{ 0x04, 2, .rw = 0x0407 },		/* I/O, memory, master, INTx off */
	{ 0x06, 2, .value = 0x0010 },		/* capability list */
	{ 0x08, 1, .value = 0x06 },
	{ 0x2c, 2, .value = 0x1028 },		/* Dell OptiPlex 7040 */
	{ 0x2e, 2, .value = 0x06b9 },
	{ 0x34, 1, .value = 0x40 },
	{ 0x3c, 1, .rw = 0xff },
	{ 0x3d, 1, .value = 1 },		/* INTA */
	{ 0x40, 4, .value = 0x010c7009 },	/* CAPID0, 12 bytes, version 1 */
	{ 0x44, 4, .value = 0x7a6160c1 },
	{ 0x48, 4, .value = 0x9411808c },
	{ 0x54, 4, .value = 0x000080b1 },	/* DEVEN, mirror of 0:0.0 */
	{ 0x58, 4, .rw = 1, .kept = true },	/* DEV2CTL: IOBARDIS */
	{ 0x70, 4, .value = 0x0092ac10 },	/* PCI Express v2, RCiEP */
	{ 0x74, 4, .value = 0x10008000 },	/* DevCap: RBE, FLR */
	{ 0xac, 2, .value = 0xd005 },		/* MSI */
	{ 0xae, 2, .rw = 0x0001 },
	{ 0xb0, 4, .rw = 0xfffffffc },
	{ 0xb4, 2, .rw = 0xffff },
	{ 0xd0, 4, .value = 0x00220001 },	/* PM v2, DSI */
	{ 0xd4, 2, .rw = 0x0003 },
	{ 0xe0, 2, .rw = 0xffff, .kept = true },	/* SWSMI */
	{ 0xe4, 4, .rw = 0xffffffff, .kept = true },	/* ASLE, GSE */
	{ 0xe8, 2, .value = 0x8000, .rw = 0xffff, .kept = true }, /* SWSCI */
	{ 0xf4, 4, .rw = 0xff, .kept = true },		/* LBPC */
	{ 0x100, 4, .value = 0x2001001b },	/* PASID */
	{ 0x104, 2, .value = 0x1400 },
	{ 0x106, 2, .rw = 0x0001 },
	{ 0x200, 4, .value = 0x3001000f },	/* ATS */
	{ 0x206, 2, .rw = 0x801f },
	{ 0x300, 4, .value = 0x00010013 },	/* PRI */
	{ 0x304, 2, .rw = 0x0001 },
	{ 0x306, 2, .value = 0x8100 },
	{ 0x308, 4, .value = 0x8000 },
	{ 0x30c, 4, .rw = 0xffffffff },
};

/* linux arch/x86/kernel/early-quirks.c gen9_stolen_size() */
static const struct gms_range gen9_gms[] = {
	{ 0x00, 0xef, .base = 0, .step = 32 },
	{ 0xf0, 0xfe, .base = 4, .step = 4 },
};

static const struct igd_platform platforms[] = {
	{
		.name = "skl",
		.device_id = 0x1912,
		.regs = skl_regs,
		.reg_count = COUNT(skl_regs),
		.ggc = {
			.gms = gen9_gms,
			.gms_count = COUNT(gen9_gms),
			.gms_shift = 8,
			.ggms_shift = 6,
			.ggms_mib = { 0, 2, 4, 8 },
		},
		.bdsm = 0x5c,
		.bdsm_bytes = 4,
		/* Intel KBL datasheet vol 2, GTTMMADR: 2 MiB registers, GTT at 8 */
		.gttmmadr_size = 16 << 20,
		.gtt_offset = 8 << 20,
		/* address 38:12, as the CPU's 39 address lines */
		.pte = { .bytes = 8, .address = 0x7ffffff000 },
		.address_bits = 39,
		.iobar_size = 64,
		/* 22:2 so that the 8 MiB GTT can be reached, and the target */
		.index_mask = 0x007fffff,
		.iobar_gtt = true,
		.msac_mask = 0x1f,
		/* linux skl_universal_plane_regs.h; sizes skl_plane_max_*() */
		.plane = {
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
		},
	},
};

const struct igd_platform *igd_platform_at(size_t n)
{
	return n < COUNT(platforms) ? &platforms[n] : NULL;
}

const struct igd_platform *igd_platform_find(const char *name)
{
	for (size_t i = 0; i < COUNT(platforms); i++)
		if (!strcmp(platforms[i].name, name))
			return &platforms[i];
	return NULL;
}

static int gms_encode(const struct ggc_layout *layout, unsigned int mib)
{
	for (size_t i = 0; i < layout->gms_count; i++) {
		const struct gms_range *range = &layout->gms[i];

		for (unsigned int code = range->first; code <= range->last; code++)
			if (range->base + (code - range->first) * range->step == mib)
				return code;
	}
	return -1;
}

static int ggms_encode(const struct ggc_layout *layout, unsigned int mib)
{
	for (unsigned int code = 0; code < COUNT(layout->ggms_mib); code++)
		if (layout->ggms_mib[code] == (int)mib)
			return code;
	return -1;
}

int ggc_encode(const struct ggc_layout *layout, unsigned int stolen_mib,
	       unsigned int gtt_mib)
{
	int gms = gms_encode(layout, stolen_mib);
	int ggms = ggms_encode(layout, gtt_mib);

	if (gms < 0 || ggms < 0)
		return -1;
	return gms << layout->gms_shift | ggms << layout->ggms_shift;
}

int msac_encode(const struct igd_platform *platform, unsigned int mib)
{
	unsigned int value = (mib / 128 - 1) << platform->msac_shift;

	if (mib < 128 || (mib & (mib - 1)) || (value & ~platform->msac_mask))
		return -1;
	return value;
}

bool pte_valid(uint64_t pte)
{
	return pte & 1;
}

uint64_t pte_address(const struct pte_format *format, uint64_t pte)
{
	return (pte & format->address) |
	       (pte & format->high) << format->high_shift;
}
