/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_IRQ_H
#define IGD_MODEL_IRQ_H

#include <stdbool.h>

#include "mmio.h"

/*
 * The interrupt registers between the blitter and the function: the engine's mask,
 * IMR, IIR, IER and the master control. The platform's struct irq_layout has their
 * offsets.
 */
struct irq {
	const struct irq_layout *layout;
	struct mmio *mmio;
	bool cause;		/* pending until selected, from gen 11 on */
	bool level;		/* the function requests an interrupt */
};

/* irq_reset - nothing is pending. */
void irq_reset(struct irq *irq);

/*
 * irq_user - handle a user interrupt command of the blitter. Returns whether the
 * function interrupts now.
 */
bool irq_user(struct irq *irq);

/*
 * irq_written - a client has written @value to the register at @offset.
 * Returns whether the function interrupts now.
 */
bool irq_written(struct irq *irq, uint32_t offset, uint32_t value);

#endif
