/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_VFIO_USER_IRQ_H
#define IGD_MODEL_VFIO_USER_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "vfio_user_proto.h"

/*
 * The interrupts of a vfio-user device: the eventfd of each vector, and whether
 * INTx, the only index that can be masked, is masked.
 */
struct vfio_user_irqs;

/*
 * vfio_user_irqs_new - @num indexes with @counts[index] vectors each, no
 * vector with an eventfd. @counts must outlive it. Returns NULL with errno set
 * if memory is short.
 */
struct vfio_user_irqs *vfio_user_irqs_new(const uint32_t *counts,
					  unsigned int num);

/* Closes every eventfd. */
void vfio_user_irqs_free(struct vfio_user_irqs *irqs);

/* VFIO_IRQ_INFO_* flags of @index, the same as vfio-pci's. */
uint32_t vfio_user_irqs_flags(unsigned int index);

/*
 * vfio_user_irqs_set - carry out DEVICE_SET_IRQS. @bools has set->count bytes and
 * is used with VFIO_IRQ_SET_DATA_BOOL only. Entries of @fds that are kept are set to
 * -1.
 * Returns 0; -EINVAL for an invalid index, range, flag combination or number of
 * descriptors, or for a descriptor that is not an eventfd; -ENOTTY for masking that
 * is not supported. On an error nothing has changed.
 */
int vfio_user_irqs_set(struct vfio_user_irqs *irqs,
		       const struct vfio_user_irq_set *set,
		       const uint8_t *bools, int *fds, unsigned int num_fds);

/*
 * vfio_user_irqs_raise - signal a vector's eventfd, or keep it pending until INTx is
 * unmasked. Returns false if there is no eventfd.
 */
bool vfio_user_irqs_raise(struct vfio_user_irqs *irqs, unsigned int index,
			  unsigned int vector);

#endif
