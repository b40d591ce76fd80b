/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_IGD_H
#define IGD_MODEL_IGD_H

#include <stdbool.h>
#include <stdint.h>

#include "aperture.h"
#include "blitter.h"
#include "counters.h"
#include "faults.h"
#include "gtt.h"
#include "inject.h"
#include "iobar.h"
#include "irq.h"
#include "lmem.h"
#include "mmio.h"
#include "pci.h"
#include "platform.h"
#include "record.h"
#include "reset.h"
#include "vfio_user.h"

struct replay;

/* The machine that the device is part of, as its firmware has set it up. */
struct igd_options {
	const struct igd_platform *platform;
	uint16_t device_id;	/* 0: the platform's own */
	uint16_t class;		/* 0x0300, or 0x0380 for a device without VGA */
	uint64_t stolen_base;	/* host address, 1 MiB aligned */
	unsigned int stolen_mib;
	unsigned int gtt_mib;
	unsigned int aperture_mib;	/* size of BAR2: GMADR or LMEMBAR */
	uint32_t asls;		/* host address of the OpRegion, 0: none */
	bool no_intx;		/* MSI only */
	bool index_bit0_only;	/* only bit 0 selects the I/O BAR's target */
	uint32_t reset_ms;	/* duration of a function level reset */
	const uint8_t *rom;	/* expansion ROM image, NULL: none */
	uint32_t rom_size;	/* bytes */
	const struct replay *replay;	/* a recorded machine, NULL: none */
};

struct igd {
	struct igd_options options;
	struct pci_config pci;
	struct mmio mmio;
	struct gtt gtt;
	struct lmem lmem;
	struct iobar iobar;
	struct irq irq;
	struct reset reset;
	struct dma_space *dma;
	struct aperture aperture;
	struct blitter blitter;
	struct counters counters;
	struct faults faults;
	struct inject inject;
	struct record record;
	struct vfio_user_region regions[9];	/* by VFIO region index */
	struct vfio_user *client;		/* NULL: none is connected */
	int connection;				/* its socket */
};

/*
 * igd_init - make a device from @options, which is copied; the ROM image and the
 * recorded machine must outlive the device. DMA goes through @dma. Returns NULL, or
 * one line with the reason why such a machine is not possible.
 */
const char *igd_init(struct igd *igd, const struct igd_options *options,
		     struct dma_space *dma);
void igd_free(struct igd *igd);

/*
 * igd_reset_engines - a function reset outside configuration space, which
 * resets itself. The GTT is memory and stays.
 */
void igd_reset_engines(struct igd *igd);

/*
 * igd_busy - whether the engine has work. It needs bus mastering and D0.
 * igd_run - let the engine work for a moment.
 */
bool igd_busy(const struct igd *igd);
void igd_run(struct igd *igd);

/* igd_vfio_device - the description of @igd for a vfio-user server. */
struct vfio_user_device igd_vfio_device(struct igd *igd);

/*
 * igd_irq - raise the device's interrupt: MSI @vector, or INTx when MSI is off.
 * Returns the VFIO IRQ index used, or -1 if nothing was sent: the client has no
 * eventfd, the vector does not exist, the function is in a reset, or the interrupt
 * is masked and sent later.
 */
int igd_irq(struct igd *igd, unsigned int vector);

#endif
