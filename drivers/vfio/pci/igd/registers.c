// SPDX-License-Identifier: GPL-2.0-only
/*
 * Table of virtual and protected registers in configuration space and BAR0
 *
 * ASLS and BDSM point at host memory. The guest gets virtual registers instead,
 * which never reach the hardware. A few other registers can be read but not
 * written, because a guest could affect more than its device by them. On an
 * unknown generation only ASLS is virtual: it is the only one of these
 * registers that is at the same offset on all generations.
 *
 * Gen 11 and 12 have BDSM at 0xc0. Some firmware does not know this (SeaBIOS),
 * or treats a device whose 0xc0 reads 0 as an older one. It writes a base of 32
 * bits to 0x5c, where gen 11 and 12 are not known to have a register. In the
 * driver 0x5c is the low half of the same virtual BDSM.
 *
 * With BAR5, the device brings stolen memory and OpRegion (bar5.c). BAR5 itself
 * is a virtual register, and GGC says the size of that stolen memory.
 *
 * No capability of any generation has bytes in the table. The capabilities are,
 * as lspci shows them (length in brackets):
 *
 *   Sandy Bridge to Broadwell	90 MSI (0a), a4 AF (06), d0 PM (08)
 *   Valleyview, Cherryview	90 MSI (0a), b0 vendor (07), d0 PM (08)
 *   gen 9 and later		40 vendor (0c), 70 PCIe (3c), ac MSI (14),
 *				d0 PM (08), 100 and up
 */

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <kunit/visibility.h>

#include "registers.h"

#define IGD_32		BIT(IGD_BDSM_32)
#define IGD_64		BIT(IGD_BDSM_64)
#define IGD_KNOWN	(BIT(IGD_BDSM_NONE) | IGD_32 | IGD_64)
#define IGD_ALL		(BIT(IGD_BDSM_UNKNOWN) | IGD_KNOWN)

#define IGD_VIRTUAL(_offset, _size, _bdsm, _vreg)			\
	{								\
		.region = VFIO_PCI_CONFIG_REGION_INDEX,			\
		.offset = (_offset), .size = (_size),			\
		.bdsm = (_bdsm),					\
		.kind = IGD_REG_VIRTUAL, .vreg = (_vreg),		\
	}

#define IGD_PROTECTED(_offset, _size)					\
	{								\
		.region = VFIO_PCI_CONFIG_REGION_INDEX,			\
		.offset = (_offset), .size = (_size),			\
		.bdsm = IGD_KNOWN,					\
		.kind = IGD_REG_PROTECTED,				\
	}

#define IGD_WITH_BAR5(_offset, _size, _bdsm, _kind, _vreg)		\
	{								\
		.region = VFIO_PCI_CONFIG_REGION_INDEX,			\
		.offset = (_offset), .size = (_size),			\
		.bdsm = (_bdsm), .bar5 = true,				\
		.kind = (_kind), .vreg = (_vreg),			\
	}

/*
 * Sorted by region and offset, so that most searches end early. The registers
 * of one platform do not overlap.
 */
static const struct igd_reg igd_regs[] = {
	/* Repeats BDSM and other system agent registers */
	{
		.region = VFIO_PCI_BAR0_REGION_INDEX,
		.offset = IGD_BAR0_SA_PAGE, .size = IGD_BAR0_SA_PAGE_SIZE,
		.bdsm = IGD_32 | IGD_64,
		.kind = IGD_REG_SA_PAGE,
	},
	IGD_WITH_BAR5(IGD_CFG_BAR5, 4, IGD_KNOWN, IGD_REG_VIRTUAL,
		      IGD_VREG_BAR5),
	IGD_WITH_BAR5(IGD_CFG_GGC, 2, IGD_32 | IGD_64, IGD_REG_READ_ONLY,
		      IGD_VREG_GGC),
	/* Hides BAR4, also from the host's driver after the guest */
	IGD_PROTECTED(IGD_CFG_DEV2CTL, 4),
	IGD_VIRTUAL(IGD_CFG_BDSM, 4, IGD_32 | IGD_64, IGD_VREG_BDSM),
	/* Makes BAR2 decode addresses of other devices */
	IGD_PROTECTED(IGD_CFG_MSAC, 1),
	IGD_VIRTUAL(IGD_CFG_BDSM64, 8, IGD_64, IGD_VREG_BDSM),
	/* Raise an SMI or SCI in the host's firmware */
	IGD_PROTECTED(IGD_CFG_SWSMI, IGD_CFG_SWSMI_SIZE),
	IGD_VIRTUAL(IGD_CFG_ASLS, 4, IGD_ALL, IGD_VREG_ASLS),
};

/* The first register of configuration space that needs no BAR5 */
static_assert(IGD_CFG_DEV2CTL >= PCI_STD_HEADER_SIZEOF);

/*
 * Returns whether an access of @len bytes at @pos of @region touches a register
 * of the table. The core handles all other accesses. Most accesses go to the
 * header of configuration space or to BAR0 outside of the page, and need no
 * search. With BAR5, returns true for all writes to configuration space: BAR5
 * depends on registers of the core, COMMAND and PMCSR.
 */
bool igd_regs_include(const struct igd_platform *platform, bool bar5,
		      u32 region, u64 pos, size_t len, bool iswrite)
{
	u64 end = pos + len;
	size_t run = len;

	switch (region) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (bar5 && iswrite)
			return true;
		if (!bar5 && end <= PCI_STD_HEADER_SIZEOF)
			return false;
		break;
	case VFIO_PCI_BAR0_REGION_INDEX:
		if (end <= IGD_BAR0_SA_PAGE ||
		    pos >= IGD_BAR0_SA_PAGE + IGD_BAR0_SA_PAGE_SIZE)
			return false;
		break;
	default:
		return false;
	}
	return igd_reg_find(platform, bar5, region, pos, &run, iswrite) ||
	       run < len;
}
EXPORT_SYMBOL_IF_KUNIT(igd_regs_include);

/*
 * Finds the register that covers byte @pos of @region for reads or writes. @len
 * is the length of the access from @pos on. It is shortened to the end of the
 * register, or to the start of the next one. Returns NULL if the core handles
 * the byte.
 */
const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   bool bar5, u32 region, u64 pos, size_t *len,
				   bool iswrite)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(igd_regs); i++) {
		const struct igd_reg *reg = &igd_regs[i];

		if (reg->region < region ||
		    (reg->region == region && pos >= reg->offset + reg->size))
			continue;
		if (reg->region > region || pos + *len <= reg->offset)
			break;
		if (!(reg->bdsm & BIT(platform->bdsm)) ||
		    (reg->bar5 && !bar5) ||
		    (!iswrite && reg->kind == IGD_REG_PROTECTED))
			continue;

		if (pos < reg->offset) {
			*len = reg->offset - pos;
			break;
		}
		*len = min_t(u64, *len, reg->offset + reg->size - pos);
		return reg;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(igd_reg_find);

/*
 * Sets what BAR5 has. There is no BAR5 if both sizes are 0. @stolen_size is a
 * multiple of 1 MiB, and @ggc is GGC with that size.
 */
void igd_bar5_set(struct igd_bar5 *bar5, u32 stolen_size, u32 opregion_size,
		  u16 ggc)
{
	u32 used = stolen_size + opregion_size;

	bar5->stolen_size = stolen_size;
	bar5->opregion_size = opregion_size;
	bar5->ggc = ggc;
	bar5->size = used ? roundup_pow_of_two(used) : 0;
}
EXPORT_SYMBOL_IF_KUNIT(igd_bar5_set);

static u32 igd_bar5_opregion_base(const struct igd_vregs *vregs)
{
	u32 base = igd_bar5_base(vregs);

	if (!base || !vregs->bar5.opregion_size)
		return 0;
	return base + vregs->bar5.stolen_size;
}

/*
 * Returns the register as the guest reads it. BDSM and ASLS show BAR5 until the
 * guest has written another address.
 */
__le64 igd_vreg_read(const struct igd_vregs *vregs, enum igd_vreg vreg)
{
	__le64 written = vregs->value[vreg];

	switch (vreg) {
	case IGD_VREG_ASLS:
		return written ?: cpu_to_le64(igd_bar5_opregion_base(vregs));
	case IGD_VREG_BDSM:
		if (igd_written_base(vregs))
			return written;
		return written | cpu_to_le64(igd_guest_base(vregs));
	case IGD_VREG_BAR5:
		return written & cpu_to_le64(~(vregs->bar5.size - 1));
	case IGD_VREG_GGC:
		return cpu_to_le64(vregs->bar5.ggc);
	default:
		return 0;
	}
}
EXPORT_SYMBOL_IF_KUNIT(igd_vreg_read);

/*
 * Returns STOLEN_RESERVED for the guest. @value is the hardware's. It holds the
 * address of a range at the end of stolen memory, and so follows it with BAR5.
 * If that range is below, i915 uses no stolen memory. If it is above, i915 of
 * gen 8 and 9 takes all up to it for stolen memory.
 */
u64 igd_stolen_reserved(const struct igd_vregs *vregs,
			const struct igd_host *host, u64 value)
{
	u64 base = igd_guest_base(vregs);
	u64 address = value & IGD_STOLEN_RESERVED_BASE;
	u64 size = vregs->bar5.stolen_size;
	u64 from_end = host->stolen_base + host->stolen_size - address;

	if (!base || address < host->stolen_base || !from_end ||
	    from_end > host->stolen_size || from_end > size)
		return value;
	return (base + size - from_end) | (value & ~IGD_STOLEN_RESERVED_BASE);
}
EXPORT_SYMBOL_IF_KUNIT(igd_stolen_reserved);

/*
 * Returns where the guest's stolen memory is. Without BAR5 it has the size of
 * the host's: a VMM that shows another GGC does not say so.
 */
struct igd_stolen igd_guest_stolen(const struct igd_vregs *vregs,
				   const struct igd_host *host)
{
	u64 base = igd_guest_base(vregs);
	u64 size = vregs->bar5.stolen_size ?: host->stolen_size;

	return (struct igd_stolen){ .base = base, .size = base ? size : 0 };
}
EXPORT_SYMBOL_IF_KUNIT(igd_guest_stolen);
