// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include "access.h"
#include "igd.h"
#include "replay_setup.h"
#include "setup.h"

#define MIB (1ull << 20)

/* linux i915/gt/intel_gt_regs.h GEN6_GDRST, GFX_FLSH_CNTL_GEN6 */
enum { GDRST = 0x941c, FLSH_CNTL = 0x101008, FLSH_CNTL_EN = 1 << 0 };

/* Bytes that the engine may move before the client is served again. */
enum { ENGINE_SLICE = 4 << 20 };

static void interrupt(void *opaque)
{
	struct igd *igd = opaque;

	if (irq_user(&igd->irq))
		igd_irq(igd, 0);
}

/* Registers that other parts use. */
static void register_written(void *opaque, uint32_t offset, uint32_t value)
{
	struct igd *igd = opaque;

	if (offset == GDRST && (value & igd->blitter.layout->reset_bits))
		blitter_reset(&igd->blitter);
	if (offset == FLSH_CNTL && (value & FLSH_CNTL_EN)) {
		igd->counters.gtt_flushes++;
		igd->counters.gtt_unflushed = 0;
	}
	if (irq_written(&igd->irq, offset, value))
		igd_irq(igd, 0);
}

/* Connects the parts, which have no state yet. */
static void wire(struct igd *igd)
{
	const struct igd_platform *p = igd->options.platform;

	igd->reset = (struct reset){ .ms = igd->options.reset_ms };
	igd->iobar = (struct iobar){ .platform = p, .mmio = &igd->mmio,
				     .gtt = &igd->gtt,
				     .bit0_only = igd->options.index_bit0_only };
	igd->aperture = (struct aperture){ .gtt = &igd->gtt, .dma = igd->dma,
					   .lmem = &igd->lmem,
					   .faults = &igd->faults };
	igd->irq = (struct irq){ .layout = &p->irq, .mmio = &igd->mmio };
	igd->blitter = (struct blitter){ .layout = &p->blitter, .mmio = &igd->mmio,
					 .aperture = &igd->aperture,
					 .gtt = &igd->gtt,
					 .interrupt = interrupt, .opaque = igd };
	igd->mmio.written = register_written;
	igd->mmio.opaque = igd;
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
	const char *why = setup_check(options);

	memset(igd, 0, sizeof(*igd));
	if (why)
		return why;
	sa.ggc = setup_ggc(options);
	igd->options = *options;
	igd->dma = dma;
	setup_config(igd);
	if (mmio_init(&igd->mmio, p, &sa) || replay_registers(igd) ||
	    gtt_init(&igd->gtt, &p->pte, sa.gtt_size) ||
	    lmem_init(&igd->lmem, &igd->gtt, p->msac_mask ? 0 : sa.stolen_size)) {
		igd_free(igd);
		return "out of memory";
	}
	wire(igd);
	return NULL;
}

void igd_free(struct igd *igd)
{
	record_free(&igd->record);
	lmem_free(&igd->lmem);
	gtt_free(&igd->gtt);
	mmio_free(&igd->mmio);
}

bool igd_busy(const struct igd *igd)
{
	return pci_config_decodes(&igd->pci, PCI_COMMAND_MASTER) &&
	       blitter_busy(&igd->blitter);
}

void igd_run(struct igd *igd)
{
	if (igd_busy(igd))
		blitter_run(&igd->blitter, ENGINE_SLICE);
}

void igd_reset_engines(struct igd *igd)
{
	iobar_reset(&igd->iobar);
	mmio_reset(&igd->mmio);
	irq_reset(&igd->irq);
	blitter_reset(&igd->blitter);
}

static int device_reset(void *opaque)
{
	struct igd *igd = opaque;

	igd->counters.resets++;
	reset_end(&igd->reset);
	pci_config_reset(&igd->pci);
	igd_reset_engines(igd);
	return 0;
}

int igd_irq(struct igd *igd, unsigned int vector)
{
	unsigned int index = VFIO_PCI_INTX_IRQ_INDEX;

	if (reset_running(&igd->reset))
		return -1;
	if (pci_config_msi_enabled(&igd->pci))
		index = VFIO_PCI_MSI_IRQ_INDEX;
	if (index == VFIO_PCI_MSI_IRQ_INDEX && pci_config_msi_masked(&igd->pci))
		return -1;
	if (!vector)
		igd->counters.interrupts++;
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
