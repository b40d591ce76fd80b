// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>

#include <igd_vbios.h>

/*
 * Display registers of pipe A and its primary plane, from
 * drivers/gpu/drm/i915/display/intel_display_regs.h, i9xx_plane_regs.h and,
 * from Gen9 on, skl_universal_plane_regs.h: the offsets are the same, only the
 * fields differ.
 */
#define PIPEASRC		0x6001c
#define DSPACNTR		0x70180	/* PLANE_CTL_1_A */
#define DSPASTRIDE		0x70188	/* PLANE_STRIDE_1_A */
#define PLANE_POS_1_A		0x7018c
#define PLANE_SIZE_1_A		0x70190
#define DSPASURF		0x7019c	/* PLANE_SURF_1_A: latches the rest */
#define DSPATILEOFF		0x701a4	/* PLANE_OFFSET_1_A */

#define DISP_ENABLE		BIT(31)		/* PLANE_CTL_ENABLE */
#define DISP_FORMAT_BGRX888	(6u << 26)
#define PLANE_CTL_FORMAT_XRGB	(4u << 24)
#define PLANE_STRIDE_UNIT	64		/* bytes, linear surfaces */

u32 igd_vbios_index(struct igd *igd, u32 entry, bool high)
{
	return (entry * igd->platform->pte_size + (high ? 4 : 0)) |
	       IGD_IOBAR_TARGET_GTT;
}

static void iobar_write(struct igd *igd, u32 index, u32 data)
{
	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, index);
	igd_bar_writel(igd, 4, IGD_IOBAR_DATA, data);
}

void igd_vbios_write_entry(struct igd *igd, u32 entry, u64 pte)
{
	iobar_write(igd, igd_vbios_index(igd, entry, false), pte);
	if (igd->platform->pte_size == 8)
		iobar_write(igd, igd_vbios_index(igd, entry, true), pte >> 32);
}

static void display_write(struct igd *igd, u32 reg, u32 value)
{
	igd_bar_writel(igd, 0, igd->platform->display + reg, value);
}

static void universal_plane_show(struct igd *igd, u32 width, u32 height)
{
	display_write(igd, PLANE_POS_1_A, 0);
	display_write(igd, PLANE_SIZE_1_A, (height - 1) << 16 | (width - 1));
	display_write(igd, DSPASTRIDE, width * 4 / PLANE_STRIDE_UNIT);
	display_write(igd, DSPACNTR, DISP_ENABLE | PLANE_CTL_FORMAT_XRGB);
}

static void i9xx_plane_show(struct igd *igd, u32 width)
{
	display_write(igd, DSPASTRIDE, width * 4);
	display_write(igd, DSPACNTR, DISP_ENABLE | DISP_FORMAT_BGRX888);
}

void igd_vbios_show(struct igd *igd, u32 address, u32 width, u32 height)
{
	display_write(igd, PIPEASRC, (width - 1) << 16 | (height - 1));
	display_write(igd, DSPATILEOFF, 0);

	if (igd->platform->gen >= 9)
		universal_plane_show(igd, width, height);
	else
		i9xx_plane_show(igd, width);

	display_write(igd, DSPASURF, address);
}
