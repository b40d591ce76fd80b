// SPDX-License-Identifier: GPL-2.0-only
/*
 * Primary planes of the display, decoded from their registers
 *
 * As in i915: i9xx_get_initial_plane_config() in display/i9xx_plane.c and
 * skl_get_initial_plane_config() in display/skl_universal_plane.c, which find
 * out what firmware shows.
 */

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/export.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/sizes.h>
#include <kunit/visibility.h>

#include "planes.h"
#include "regs.h"

/*
 * Returns whether all power wells of @wells are on. Firmware and drivers
 * request a well in a register each, and both registers have its state. See
 * hsw_power_well_enabled() in display/intel_display_power_well.c.
 */
bool igd_display_has_power(u32 wells, u32 bios, u32 driver)
{
	return ((bios | driver) & wells) == wells;
}
EXPORT_SYMBOL_IF_KUNIT(igd_display_has_power);

/*
 * Returns the mask of the pipes that exist. @fuses is the value of
 * display->fuses, if there is such a register.
 */
u32 igd_display_pipes(const struct igd_display *display, u32 fuses)
{
	u32 pipe, pipes = 0;

	for (pipe = 0; pipe < display->pipes; pipe++) {
		if (!(fuses & display->fused_off[pipe]))
			pipes |= BIT(pipe);
	}
	return pipes;
}
EXPORT_SYMBOL_IF_KUNIT(igd_display_pipes);

/* Returns the offset in BAR0 of a register of @pipe's primary plane. */
u32 igd_plane_offset(const struct igd_display *display, u32 pipe,
		     enum igd_plane_reg reg)
{
	u32 offset = pipe * IGD_BAR0_PIPE_STEP;

	switch (reg) {
	case IGD_PLANE_CTL:
		return offset + IGD_BAR0_PLANE_CTL;
	case IGD_PLANE_STRIDE:
		return offset + IGD_BAR0_PLANE_STRIDE;
	case IGD_PLANE_SIZE:
		/* Before gen 9 the plane has the size of the pipe */
		return offset + (display->universal ? IGD_BAR0_PLANE_SIZE :
						      IGD_BAR0_PIPESRC);
	default:
		return offset + IGD_BAR0_PLANE_SURF;
	}
}
EXPORT_SYMBOL_IF_KUNIT(igd_plane_offset);

/* Decodes a plane from gen 9 on. Returns the number of rows of a tile. */
static u32 igd_plane_decode_universal(const u32 regs[IGD_PLANE_REGS],
				      struct igd_plane *plane)
{
	u32 ctl = regs[IGD_PLANE_CTL], size = regs[IGD_PLANE_SIZE];
	u32 unit, rows;

	plane->width = FIELD_GET(IGD_SIZE_LOW, size) + 1;
	plane->height = FIELD_GET(IGD_SIZE_HIGH, size) + 1;

	/* intel_tile_width_bytes() and intel_tile_height() in intel_fb.c */
	switch (FIELD_GET(IGD_PLANE_CTL_TILING, ctl)) {
	case IGD_PLANE_LINEAR:
		unit = 64;
		rows = 1;
		break;
	case IGD_PLANE_TILED_X:
		unit = 512;
		rows = 8;
		break;
	default:		/* Y, Yf with 4 bytes a pixel, 4 */
		unit = 128;
		rows = 32;
	}

	/* The stride of a plane that is rotated by 90 degrees is of columns */
	if (!(ctl & IGD_PLANE_CTL_ROTATE_90))
		plane->stride = FIELD_GET(IGD_PLANE_STRIDE_MASK,
					  regs[IGD_PLANE_STRIDE]) * unit;
	return rows;
}

/* The same before gen 9 */
static u32 igd_plane_decode_i9xx(const u32 regs[IGD_PLANE_REGS],
				 struct igd_plane *plane)
{
	u32 size = regs[IGD_PLANE_SIZE];

	plane->width = FIELD_GET(IGD_SIZE_HIGH, size) + 1;
	plane->height = FIELD_GET(IGD_SIZE_LOW, size) + 1;
	plane->stride = regs[IGD_PLANE_STRIDE] & IGD_DSPSTRIDE_MASK;
	return regs[IGD_PLANE_CTL] & IGD_DSPCNTR_TILED_X ? 8 : 1;
}

/*
 * Decodes @regs. The number of GTT entries is that of the rows from the
 * surface's address on, without an offset in it, which panning needs.
 */
void igd_plane_decode(const struct igd_display *display,
		      const u32 regs[IGD_PLANE_REGS], struct igd_plane *plane)
{
	u32 rows;

	*plane = (struct igd_plane){
		.on = regs[IGD_PLANE_CTL] & IGD_PLANE_CTL_ENABLE,
		.surface = regs[IGD_PLANE_SURF] & IGD_PLANE_SURF_ADDR,
	};
	if (!plane->on)
		return;

	if (display->universal)
		rows = igd_plane_decode_universal(regs, plane);
	else
		rows = igd_plane_decode_i9xx(regs, plane);
	plane->entries = DIV_ROUND_UP_ULL((u64)plane->stride *
					  round_up(plane->height, rows), SZ_4K);
}
EXPORT_SYMBOL_IF_KUNIT(igd_plane_decode);
