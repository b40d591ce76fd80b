// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include "replay.h"
#include "replay_setup.h"
#include "setup.h"

#define MIB (1ull << 20)

/* Config registers of all generations: linux include/drm/intel/pci_config.h */
enum { GGC = 0x50, DEV2CTL = 0x58, MSAC = 0x62, ASLS = 0xfc };

enum {
	GGC_LOCK = 1 << 0,
	GGC_IVD = 1 << 1,	/* "IGD VGA disable" */
	BDSM_LOCK = 1 << 0,
	DEV2CTL_IOBARDIS = 1 << 0,	/* BAR4 is hidden */
};

static bool fits_bar2(const struct igd_options *o)
{
	if (!o->platform->msac_mask)
		return o->aperture_mib == LMEMBAR_MIB;
	return msac_encode(o->platform, o->aperture_mib) >= 0;
}

const char *setup_check(const struct igd_options *o)
{
	uint64_t gtt = o->gtt_mib * MIB, stolen = o->stolen_mib * MIB;

	if (ggc_encode(&o->platform->ggc, o->stolen_mib, o->gtt_mib) < 0)
		return "GGC has no code for this stolen or GTT size";
	if (o->stolen_base % MIB)
		return "the stolen base is not aligned to 1 MiB";
	/* a TSEG of 8 MiB and the GTT are below, see the mirror page */
	if (o->stolen_base < gtt + 16 * MIB)
		return "the stolen base leaves no room below it";
	if (o->platform->bdsm_bytes < 8 && o->stolen_base + stolen > 1ull << 32)
		return "stolen memory does not fit below 4 GiB";
	if (o->class != 0x0300 && o->class != 0x0380)
		return "the class is neither 0300 nor 0380";
	if (!fits_bar2(o))
		return "BAR2 cannot have this size";
	if (o->rom_size > 16 * MIB)
		return "the ROM is larger than 16 MiB";
	return NULL;
}

uint16_t setup_ggc(const struct igd_options *o)
{
	if (o->replay && replay_has(o->replay, GGC, 2))
		return replay_get(o->replay, GGC, 2);
	return ggc_encode(&o->platform->ggc, o->stolen_mib, o->gtt_mib) |
	       GGC_LOCK | (o->class == 0x0380 ? GGC_IVD : 0);
}

static void define(struct igd *igd, unsigned int offset, unsigned int bytes,
		   uint32_t value, uint32_t rw)
{
	pci_config_define(&igd->pci, &(struct pci_reg){
		.offset = offset, .bytes = bytes, .value = value, .rw = rw,
		.kept = true });
}

/* Registers with values of the machine, not of the generation. */
static void define_machine(struct igd *igd)
{
	const struct igd_options *o = &igd->options;
	const struct igd_platform *p = o->platform;
	uint64_t bdsm = o->stolen_base | BDSM_LOCK;
	uint64_t bgsm = bdsm - o->gtt_mib * MIB;

	define(igd, PCI_REVISION_ID, 1, p->revision, 0);
	define(igd, PCI_SUBSYSTEM_VENDOR_ID, 2, p->subsystem_vendor, 0);
	define(igd, PCI_SUBSYSTEM_ID, 2, p->subsystem_id, 0);
	define(igd, PCI_DEVICE_ID, 2, o->device_id ? o->device_id : p->device_id, 0);
	define(igd, PCI_CLASS_DEVICE, 2, o->class, 0);
	if (o->no_intx)
		define(igd, PCI_INTERRUPT_PIN, 1, 0, 0);
	define(igd, GGC, 2, setup_ggc(o), 0);
	if (p->msac_mask)
		define(igd, MSAC, 1, msac_encode(p, o->aperture_mib), p->msac_mask);
	if (p->bdsm)
		define(igd, p->bdsm, 4, bdsm, 0);
	if (p->bdsm && p->bdsm_bytes == 8)
		define(igd, p->bdsm + 4, 4, bdsm >> 32, 0);
	if (p->bgsm) {
		define(igd, p->bgsm, 4, bgsm, 0);
		define(igd, p->bgsm + 4, 4, bgsm >> 32, 0);
	}
	define(igd, ASLS, 4, o->asls, 0xffffffff);
}

static uint64_t round_up_pow2(uint64_t n, uint64_t least)
{
	while (least < n)
		least <<= 1;
	return least;
}

static void add_region(struct igd *igd, unsigned int region, uint64_t size,
		       bool writable)
{
	igd->regions[region] = (struct vfio_user_region){ size, writable };
}

/* @bytes 0: the register reads 0 and cannot be written. */
static void define_iobar(struct igd *igd, unsigned int bytes)
{
	if (bytes)	/* the CPU has 16 port address lines */
		pci_config_add_bar(&igd->pci, 4, bytes, PCI_BASE_ADDRESS_SPACE_IO, 16);
	else
		define(igd, PCI_BASE_ADDRESS_4, 4, 0, 0);
}

static void define_bars(struct igd *igd)
{
	const struct igd_options *o = &igd->options;
	const struct igd_platform *p = o->platform;
	uint64_t bar2 = o->aperture_mib * MIB;
	uint32_t prefetch = PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH;

	pci_config_add_bar(&igd->pci, 0, p->gttmmadr_size, p->gttmmadr_prefetch ?
			   prefetch : PCI_BASE_ADDRESS_MEM_TYPE_64, p->address_bits);
	add_region(igd, VFIO_PCI_BAR0_REGION_INDEX, p->gttmmadr_size, true);
	pci_config_add_bar(&igd->pci, 2, bar2, prefetch, p->address_bits);
	add_region(igd, VFIO_PCI_BAR2_REGION_INDEX, bar2, true);
	if (p->iobar_size) {
		define_iobar(igd, p->iobar_size);
		add_region(igd, VFIO_PCI_BAR4_REGION_INDEX, p->iobar_size, true);
	}
	if (o->rom) {
		uint64_t size = round_up_pow2(o->rom_size, 2048);

		pci_config_add_rom(&igd->pci, size);
		add_region(igd, VFIO_PCI_ROM_REGION_INDEX, size, false);
	}
	add_region(igd, VFIO_PCI_CONFIG_REGION_INDEX, PCI_CONFIG_BYTES, true);
}

void setup_config(struct igd *igd)
{
	const struct igd_platform *p = igd->options.platform;

	pci_config_init(&igd->pci, p->regs, p->reg_count);
	define_machine(igd);
	define_bars(igd);
	replay_config(igd);
	if (igd->pci.data[DEV2CTL] & igd->pci.rw[DEV2CTL] & DEV2CTL_IOBARDIS)
		define_iobar(igd, 0);
}

/* After a change of its size a BAR keeps its remaining address bits. */
static void resize_gmadr(struct igd *igd, uint64_t size)
{
	uint64_t address = pci_config_get(&igd->pci, PCI_BASE_ADDRESS_2, 8);

	pci_config_add_bar(&igd->pci, 2, size, PCI_BASE_ADDRESS_MEM_TYPE_64 |
			   PCI_BASE_ADDRESS_MEM_PREFETCH,
			   igd->options.platform->address_bits);
	address = htole64(address);
	pci_config_write(&igd->pci, PCI_BASE_ADDRESS_2, &address, 8);
}

static bool covers(uint64_t offset, size_t count, unsigned int reg)
{
	return offset <= reg && reg < offset + count;
}

void setup_config_written(struct igd *igd, uint64_t offset, size_t count)
{
	const struct igd_platform *p = igd->options.platform;

	if (covers(offset, count, MSAC) && p->msac_mask)
		resize_gmadr(igd, setup_gmadr_bytes(igd));
	if (covers(offset, count, DEV2CTL) && p->iobar_size)
		define_iobar(igd, igd->pci.data[DEV2CTL] & DEV2CTL_IOBARDIS ?
			     0 : p->iobar_size);
}

uint64_t setup_gmadr_bytes(const struct igd *igd)
{
	const struct igd_platform *p = igd->options.platform;

	if (!p->msac_mask)
		return LMEMBAR_MIB * MIB;
	return msac_decode(p, igd->pci.data[MSAC]) * MIB;
}
