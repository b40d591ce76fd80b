/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_KERNEL_H
#define SELFTESTS_VFIO_IGD_KERNEL_H

#include <stdbool.h>

/* What the kernel tells of itself. */

/* Memory that the kernel uses */
struct igd_memory {
	long used_kib;		/* unreclaimable, of its own data */
	long missing_kib;	/* neither free nor of any kind that it counts */
	long areas;		/* of vmalloc and ioremap */
};

/* igd_memory_look - the kernel's counters, after it has dropped its caches. */
struct igd_memory igd_memory_look(void);

/*
 * igd_memory_is_as - whether the counters are as in @before again. They may have
 * risen by less than @tolerance_kib. Prints them.
 */
bool igd_memory_is_as(const struct igd_memory *before, long tolerance_kib);

/* igd_taints - taints that mean an error in the kernel. */
unsigned int igd_taints(void);

#endif
