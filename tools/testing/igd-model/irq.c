// SPDX-License-Identifier: GPL-2.0-only
#include "irq.h"

/* INTR_IDENTITY_REG: valid, class 3 (copy), instance 0, user interrupt. */
enum { COPY_CLASS = 3 << 16, USER_INTERRUPT = 1 << 0 };
#define VALID (1u << 31)

void irq_reset(struct irq *irq)
{
	irq->cause = false;
	irq->level = false;
}

/*
 * The function sends a message for a new interrupt, or for one that the master
 * control has held back.
 */
static bool update(struct irq *irq)
{
	const struct irq_layout *l = irq->layout;
	uint32_t master = mmio_get(irq->mmio, l->master);
	uint32_t pending = mmio_get(irq->mmio, l->iir);
	bool before = irq->level;

	if (l->ier)
		pending &= mmio_get(irq->mmio, l->ier);
	master &= ~l->master_pending;
	if (pending)
		master |= l->master_pending;
	if (l->master_pending)
		mmio_set(irq->mmio, l->master, master);
	irq->level = pending && (master & l->master_enable);
	return irq->level && !before;
}

static bool user_enabled(const struct irq *irq)
{
	const struct irq_layout *l = irq->layout;

	if (l->selector)
		return (mmio_get(irq->mmio, l->enable) & 1) &&
		       !(mmio_get(irq->mmio, l->mask) & 1 << 16);
	return !(mmio_get(irq->mmio, l->engine_imr) & l->engine_bit) &&
	       !(mmio_get(irq->mmio, l->imr) & l->bit);
}

bool irq_user(struct irq *irq)
{
	const struct irq_layout *l = irq->layout;

	if (!user_enabled(irq))
		return false;
	irq->cause = l->selector;
	mmio_set(irq->mmio, l->iir, mmio_get(irq->mmio, l->iir) | l->bit);
	return update(irq);
}

/* The selector requests the identity, which stays until it is cleared. */
static void identify(struct irq *irq, uint32_t offset, uint32_t value)
{
	const struct irq_layout *l = irq->layout;

	if (offset == l->selector && (value & l->bit) && irq->cause) {
		mmio_set(irq->mmio, l->identity, VALID | COPY_CLASS | USER_INTERRUPT);
		irq->cause = false;
	} else if (offset == l->identity && (value & VALID)) {
		mmio_set(irq->mmio, l->identity, 0);
	}
}

bool irq_written(struct irq *irq, uint32_t offset, uint32_t value)
{
	if (irq->layout->selector)
		identify(irq, offset, value);
	return update(irq);
}
