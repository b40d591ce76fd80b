/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: display planes
 *
 * Pure: works on bytes, numbers and callbacks, and knows of no device.
 */

#ifndef IGD_VFIO_PCI_PLANES_H
#define IGD_VFIO_PCI_PLANES_H

#include <linux/types.h>

#include "platform.h"

/* The registers of a primary plane that igd_plane_decode() needs */
enum igd_plane_reg {
	IGD_PLANE_CTL,
	IGD_PLANE_STRIDE,
	IGD_PLANE_SIZE,
	IGD_PLANE_SURF,
	IGD_PLANE_REGS,
};

/* What a primary plane shows */
struct igd_plane {
	bool on;
	u32 width;		/* pixels */
	u32 height;
	u32 surface;		/* graphics address */
	u32 stride;		/* bytes; 0: unknown, as the plane is rotated */
	u32 entries;		/* of the GTT; 0: unknown, too */
};

bool igd_display_has_power(u32 wells, u32 bios, u32 driver);
u32 igd_display_pipes(const struct igd_display *display, u32 fuses);
u32 igd_plane_offset(const struct igd_display *display, u32 pipe,
		     enum igd_plane_reg reg);
void igd_plane_decode(const struct igd_display *display,
		      const u32 regs[IGD_PLANE_REGS], struct igd_plane *plane);

#endif
