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

/* The first register of configuration space in the table */
static_assert(IGD_CFG_DEV2CTL >= PCI_STD_HEADER_SIZEOF);

/*
 * Returns whether an access of @len bytes at @pos of @region touches a register
 * of the table. The core handles all other accesses. Most accesses go to the
 * header of configuration space or to BAR0 outside of the page, and need no
 * search.
 */
bool igd_regs_include(const struct igd_platform *platform, u32 region, u64 pos,
		      size_t len, bool iswrite)
{
	u64 end = pos + len;
	size_t run = len;

	switch (region) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (end <= PCI_STD_HEADER_SIZEOF)
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
	return igd_reg_find(platform, region, pos, &run, iswrite) || run < len;
}
EXPORT_SYMBOL_IF_KUNIT(igd_regs_include);

/*
 * Finds the register that covers byte @pos of @region for reads or writes. @len
 * is the length of the access from @pos on. It is shortened to the end of the
 * register, or to the start of the next one. Returns NULL if the core handles
 * the byte.
 */
const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   u32 region, u64 pos, size_t *len,
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
