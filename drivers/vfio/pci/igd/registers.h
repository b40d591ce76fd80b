/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: virtual and protected
 * registers
 *
 * Pure: works on bytes, numbers and callbacks, and knows of no device.
 */

#ifndef IGD_VFIO_PCI_REGISTERS_H
#define IGD_VFIO_PCI_REGISTERS_H

#include <linux/types.h>

#include <asm/byteorder.h>

#include "platform.h"
#include "regs.h"

/* Virtual registers, which the guest sees instead of the hardware's */
enum igd_vreg {
	IGD_VREG_ASLS,
	IGD_VREG_BDSM,
	IGD_VREG_COUNT,
};

struct igd_vregs {
	__le64 value[IGD_VREG_COUNT];
	unsigned long seen;	/* bit per register: set by the guest since open */
};

enum igd_reg_kind {
	IGD_REG_VIRTUAL,	/* the guest's own: igd_reg.vreg */
	IGD_REG_PROTECTED,	/* the core reads it, writes are dropped */
	IGD_REG_SA_PAGE,	/* mirror.c; writes are dropped */
};

/* A range of a region that the core does not handle */
struct igd_reg {
	u32 region;		/* VFIO_PCI_*_REGION_INDEX */
	u32 offset;
	u32 size;
	unsigned int bdsm;	/* where it applies: a bit per enum igd_bdsm */
	enum igd_reg_kind kind;
	enum igd_vreg vreg;
};

bool igd_regs_include(const struct igd_platform *platform, u32 region, u64 pos,
		      size_t len, bool iswrite);
const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   u32 region, u64 pos, size_t *len,
				   bool iswrite);

/* Returns the base of the guest's stolen memory, 0 if not set yet. */
static inline u64 igd_guest_base(const struct igd_vregs *vregs)
{
	return le64_to_cpu(vregs->value[IGD_VREG_BDSM]) & IGD_BDSM_BASE;
}

#endif
