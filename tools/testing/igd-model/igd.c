// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include "access.h"
#include "igd.h"

#define MIB (1ull << 20)

/* Config registers of all generations: linux include/drm/intel/pci_config.h */
enum { GGC = 0x50, MSAC = 0x62, ASLS = 0xfc };

enum {
	GGC_LOCK = 1 << 0,
	GGC_IVD = 1 << 1,	/* "IGD VGA disable" */
	BDSM_LOCK = 1 << 0,
};

static const char *check(const struct igd_options *o)
{
	uint64_t gtt = o->gtt_mib * MIB, stolen = o->stolen_mib * MIB;

	if (ggc_encode(&o->platform->ggc, o->stolen_mib, o->gtt_mib) < 0)
		return "GGC has no code for this stolen or GTT size";
	if (o->stolen_base % MIB)
		return "the stolen base is not aligned to 1 MiB";
	/* a TSEG of 8 MiB and the GTT lie below, see the mirror page */
	if (o->stolen_base < gtt + 16 * MIB)
		return "the stolen base leaves no room below it";
	if (o->platform->bdsm_bytes < 8 && o->stolen_base + stolen > 1ull << 32)
		return "stolen memory does not fit below 4 GiB";
	if (o->class != 0x0300 && o->class != 0x0380)
		return "the class is neither 0300 nor 0380";
	if (msac_encode(o->platform, o->aperture_mib) < 0)
		return "MSAC cannot select this aperture size";
	if (o->rom_size > 16 * MIB)
		return "the ROM is larger than 16 MiB";
	return NULL;
}

static uint16_t ggc_value(const struct igd_options *o)
{
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

/* Registers whose value is the machine's choice, not the generation's. */
static void define_machine(struct igd *igd)
{
	const struct igd_options *o = &igd->options;
	const struct igd_platform *p = o->platform;
	uint64_t bdsm = o->stolen_base | BDSM_LOCK;

	define(igd, PCI_DEVICE_ID, 2, o->device_id ? o->device_id : p->device_id, 0);
	define(igd, PCI_CLASS_DEVICE, 2, o->class, 0);
	define(igd, GGC, 2, ggc_value(o), 0);
	define(igd, MSAC, 1, msac_encode(p, o->aperture_mib), p->msac_mask);
	if (p->bdsm)
		define(igd, p->bdsm, 4, bdsm, 0);
	if (p->bdsm && p->bdsm_bytes == 8)
		define(igd, p->bdsm + 4, 4, bdsm >> 32, 0);
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

static void define_bars(struct igd *igd)
{
	const struct igd_options *o = &igd->options;
	const struct igd_platform *p = o->platform;
	uint64_t gmadr = o->aperture_mib * MIB;

	pci_config_add_bar(&igd->pci, 0, p->gttmmadr_size,
			   PCI_BASE_ADDRESS_MEM_TYPE_64, p->address_bits);
	add_region(igd, VFIO_PCI_BAR0_REGION_INDEX, p->gttmmadr_size, true);
	pci_config_add_bar(&igd->pci, 2, gmadr, PCI_BASE_ADDRESS_MEM_TYPE_64 |
			   PCI_BASE_ADDRESS_MEM_PREFETCH, p->address_bits);
	add_region(igd, VFIO_PCI_BAR2_REGION_INDEX, gmadr, true);
	if (p->iobar_size) {
		/* the CPU has 16 port address lines */
		pci_config_add_bar(&igd->pci, 4, p->iobar_size,
				   PCI_BASE_ADDRESS_SPACE_IO, 16);
		add_region(igd, VFIO_PCI_BAR4_REGION_INDEX, p->iobar_size, true);
	}
	if (o->rom) {
		uint64_t size = round_up_pow2(o->rom_size, 2048);

		pci_config_add_rom(&igd->pci, size);
		add_region(igd, VFIO_PCI_ROM_REGION_INDEX, size, false);
	}
	add_region(igd, VFIO_PCI_CONFIG_REGION_INDEX, PCI_CONFIG_BYTES, true);
}

const char *igd_init(struct igd *igd, const struct igd_options *options,
		     struct dma_space *dma)
{
	const struct igd_platform *p = options->platform;
	struct system_agent sa = {
		.stolen_base = options->stolen_base,
		.stolen_size = options->stolen_mib * MIB,
		.gtt_size = options->gtt_mib * MIB,
		.bdsm_bytes = p->bdsm_bytes,
	};
	const char *why = check(options);

	memset(igd, 0, sizeof(*igd));
	if (why)
		return why;
	sa.ggc = ggc_value(options);
	igd->options = *options;
	igd->dma = dma;
	pci_config_init(&igd->pci, p->regs, p->reg_count);
	define_machine(igd);
	define_bars(igd);
	if (mmio_init(&igd->mmio, &sa) || gtt_init(&igd->gtt, &p->pte, sa.gtt_size)) {
		igd_free(igd);
		return "out of memory";
	}
	igd->iobar = (struct iobar){ .platform = p, .mmio = &igd->mmio,
				     .gtt = &igd->gtt };
	igd->aperture = (struct aperture){ .gtt = &igd->gtt, .dma = dma,
					   .faults = &igd->faults };
	return NULL;
}

void igd_free(struct igd *igd)
{
	gtt_free(&igd->gtt);
	mmio_free(&igd->mmio);
}

void igd_reset_engines(struct igd *igd)
{
	iobar_reset(&igd->iobar);
	mmio_reset(&igd->mmio);
}

static int device_reset(void *opaque)
{
	struct igd *igd = opaque;

	igd->counters.resets++;
	pci_config_reset(&igd->pci);
	igd_reset_engines(igd);
	return 0;
}

int igd_irq(struct igd *igd, unsigned int vector)
{
	unsigned int index = VFIO_PCI_INTX_IRQ_INDEX;

	if (pci_config_msi_enabled(&igd->pci))
		index = VFIO_PCI_MSI_IRQ_INDEX;
	if (vector || !igd->client || !vfio_user_irq(igd->client, index, vector))
		return -1;
	return index;
}

struct vfio_user_device igd_vfio_device(struct igd *igd)
{
	static const struct vfio_user_ops ops = {
		.region_read = igd_region_read,
		.region_write = igd_region_write,
		.reset = device_reset,
	};
	/* INTx, MSI, MSI-X, error, request */
	static const uint32_t irqs[] = { 1, 1, 0, 0, 0 };

	return (struct vfio_user_device){
		.ops = &ops,
		.opaque = igd,
		.dma = igd->dma,
		.regions = igd->regions,
		.num_regions = sizeof(igd->regions) / sizeof(igd->regions[0]),
		.irq_counts = irqs,
		.num_irqs = sizeof(irqs) / sizeof(irqs[0]),
		.resettable = true,
	};
}
