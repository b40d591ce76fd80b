/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_IRQ_H
#define IGD_MODEL_IRQ_H

#include <stdbool.h>

#include "mmio.h"

/*
 * The interrupt registers between the blitter and the function: what the
 * engine's mask, IMR, IIR, IER and the master control let through. Their place
 * is the platform's, struct irq_layout.
 */
struct irq {
	const struct irq_layout *layout;
	struct mmio *mmio;
	bool cause;		/* waits for the selector, from gen 11 on */
	bool level;		/* the function wants to interrupt */
};

/* irq_reset - nothing is pending. */
void irq_reset(struct irq *irq);

/*
 * irq_user - the blitter has met a user interrupt command. Returns whether the
 * function interrupts now.
 */
bool irq_user(struct irq *irq);

/*
 * irq_written - a client has written @value to the register at @offset.
 * Returns whether the function interrupts now.
 */
bool irq_written(struct irq *irq, uint32_t offset, uint32_t value);

#endif
