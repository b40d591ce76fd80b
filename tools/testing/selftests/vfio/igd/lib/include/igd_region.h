/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_REGION_H
#define SELFTESTS_VFIO_IGD_REGION_H

#include <stdbool.h>

#include <linux/types.h>
#include <linux/vfio.h>

/*
 * igd_region_find - find Intel's device region of type @subtype in the VFIO device
 * file @fd. Returns false if there is none, else the kernel's information about
 * it in @region.
 */
bool igd_region_find(int fd, u32 subtype, struct vfio_region_info *region);

#endif
