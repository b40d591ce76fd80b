// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "aperture.h"

enum { PAGE = 4096 };

static void fault(const struct aperture *ap, const struct fault *fault)
{
	if (ap->faults)
		faults_add(ap->faults, fault);
}

/* The device's own memory, or memory behind the IOMMU. */
static bool reach(const struct aperture *ap, uint64_t pte, uint64_t address,
		  void *buf, size_t count, bool write)
{
	if (pte & ap->gtt->format->local)
		return lmem_rw(ap->lmem, address, buf, count, write);
	return !dma_space_rw(ap->dma, address, buf, count, write);
}

/* One access inside one page. Returns whether it succeeded. */
static bool page_rw(const struct aperture *ap, uint64_t address, void *buf,
		    size_t count, bool write, const char *source)
{
	uint64_t n = address / PAGE;
	uint64_t pte = gtt_entry(ap->gtt, n);
	struct fault f = { .entry = n, .write = write, .source = source,
			   .address = pte_address(ap->gtt->format, pte) };

	if (pte_valid(pte) && reach(ap, pte, f.address + address % PAGE, buf, count, write))
		return true;
	if (n >= gtt_entries(ap->gtt))
		f.reason = FAULT_BEYOND_GTT;
	else if (!pte_valid(pte))
		f.reason = FAULT_NOT_PRESENT;
	else
		f.reason = FAULT_UNMAPPED;
	fault(ap, &f);
	return false;
}

size_t aperture_rw(const struct aperture *ap, uint64_t address, void *buf,
		   size_t count, bool write, const char *source)
{
	size_t faulted = 0;
	uint8_t *at = buf;

	while (count) {
		size_t n = PAGE - address % PAGE;

		if (n > count)
			n = count;
		if (!page_rw(ap, address, at, n, write, source)) {
			faulted += n;
			if (!write)
				memset(at, 0xff, n);
		}
		address += n;
		at += n;
		count -= n;
	}
	return faulted;
}
