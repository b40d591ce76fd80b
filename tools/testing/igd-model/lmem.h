/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_LMEM_H
#define IGD_MODEL_LMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtt.h"

/*
 * The memory behind Meteor Lake's LMEMBAR, which GTT entries reach by bit 1: the
 * GTT's own memory (GSM), 8 MiB, and then stolen memory. The device accesses it
 * without the IOMMU. linux i915/gem/i915_gem_stolen.c
 * i915_gem_stolen_lmem_setup().
 */
struct lmem {
	struct gtt *gtt;
	uint8_t *stolen;
	size_t size;		/* of stolen memory in bytes, 0: no LMEMBAR */
};

/* lmem_init - @size bytes of stolen memory, all 0. Returns 0 or -ENOMEM. */
int lmem_init(struct lmem *lmem, struct gtt *gtt, size_t size);
void lmem_free(struct lmem *lmem);

/*
 * lmem_rw - copy @count bytes from or to @offset. Bytes that do not exist read
 * all-ones, and writes to them are lost. Returns whether all bytes exist.
 */
bool lmem_rw(struct lmem *lmem, uint64_t offset, void *buf, size_t count,
	     bool write);

#endif
