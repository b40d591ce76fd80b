/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_APERTURE_H
#define IGD_MODEL_APERTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dma.h"
#include "faults.h"
#include "gtt.h"
#include "lmem.h"

/*
 * Graphics memory: the memory that the device reaches through its GTT, page by
 * page, in the address space of the IOMMU.
 */
struct aperture {
	const struct gtt *gtt;
	struct dma_space *dma;
	struct lmem *lmem;	/* needed if an entry can point to it */
	struct faults *faults;	/* NULL: not the device's access, no faults */
};

/*
 * aperture_rw - the device reads or writes @count bytes at graphics address
 * @address for @source. A page that faults reads all-ones and loses writes;
 * the others are transferred. Returns the number of bytes that faulted.
 */
size_t aperture_rw(const struct aperture *ap, uint64_t address, void *buf,
		   size_t count, bool write, const char *source);

#endif
