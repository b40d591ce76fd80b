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
	IGD_VREG_BAR5,
	IGD_VREG_GGC,
	IGD_VREG_COUNT,
};

/* Contents of BAR5, and what other registers say of them. All sizes in bytes. */
struct igd_bar5 {
	u32 size;		/* a power of two; 0: the device has no BAR5 */
	u32 stolen_size;	/* of stolen memory, at offset 0; 0: none */
	u32 opregion_size;	/* of the OpRegion, behind it; 0: none */
	u16 ggc;		/* GGC with this stolen_size */
};

struct igd_vregs {
	__le64 value[IGD_VREG_COUNT];	/* that the guest has written */
	unsigned long seen;	/* bit per register: set by the guest since open */
	struct igd_bar5 bar5;	/* constant from open to close */
	bool bar5_decodes;	/* see igd_bar5_follow() */
};

/* The guest's stolen memory */
struct igd_stolen {
	u64 base;
	u64 size;		/* 0: none yet */
};

enum igd_reg_kind {
	IGD_REG_VIRTUAL,	/* the guest's own: igd_reg.vreg */
	IGD_REG_READ_ONLY,	/* igd_reg.vreg, writes are dropped */
	IGD_REG_PROTECTED,	/* the core reads it, writes are dropped */
	IGD_REG_SA_PAGE,	/* mirror.c; writes are dropped */
};

/* A range of a region that the core does not handle */
struct igd_reg {
	u32 region;		/* VFIO_PCI_*_REGION_INDEX */
	u32 offset;
	u32 size;
	unsigned int bdsm;	/* where it applies: a bit per enum igd_bdsm */
	bool bar5;		/* it applies only if the device has BAR5 */
	enum igd_reg_kind kind;
	enum igd_vreg vreg;
};

bool igd_regs_include(const struct igd_platform *platform, bool bar5,
		      u32 region, u64 pos, size_t len, bool iswrite);
const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   bool bar5, u32 region, u64 pos, size_t *len,
				   bool iswrite);

void igd_bar5_set(struct igd_bar5 *bar5, u32 stolen_size, u32 opregion_size,
		  u16 ggc);
__le64 igd_vreg_read(const struct igd_vregs *vregs, enum igd_vreg vreg);
u64 igd_stolen_reserved(const struct igd_vregs *vregs,
			const struct igd_host *host, u64 value);
struct igd_stolen igd_guest_stolen(const struct igd_vregs *vregs,
				   const struct igd_host *host);

/*
 * Returns the address of BAR5, 0 if it does not decode or has none. A BAR that
 * ends at 4 GiB is being sized, as in pci_bar_address() of QEMU's hw/pci/pci.c.
 */
static inline u32 igd_bar5_base(const struct igd_vregs *vregs)
{
	u32 size = vregs->bar5.size;
	u32 base = le64_to_cpu(vregs->value[IGD_VREG_BAR5]) & ~(size - 1);

	return vregs->bar5_decodes && base + size ? base : 0;
}

/* Returns the base that the guest has written to BDSM, 0 if not set yet. */
static inline u64 igd_written_base(const struct igd_vregs *vregs)
{
	return le64_to_cpu(vregs->value[IGD_VREG_BDSM]) & IGD_BDSM_BASE;
}

/*
 * Returns the base of the guest's stolen memory, 0 if there is none yet: what
 * the guest has written, or else the start of BAR5.
 */
static inline u64 igd_guest_base(const struct igd_vregs *vregs)
{
	u64 base = igd_written_base(vregs);

	if (!base && vregs->bar5.stolen_size)
		base = igd_bar5_base(vregs);
	return base;
}

#endif
