/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_FAULT_H
#define SELFTESTS_VFIO_IGD_FAULT_H

#include <stdbool.h>

/*
 * Lets the kernel fail on purpose: Documentation/fault-injection/
 * fault-injection.rst, "fail-nth" and "make-it-fail".
 */

/* What is to be called. */
struct igd_call {
	const char *name;
	/* Returns 0 or -errno. */
	int (*act)(void *context);
	/* Takes back what succeeded; may be NULL. */
	void (*undo)(void *context);
	/* All small allocations after the one that fails shall fail too. */
	bool rest;
};

/*
 * igd_fault_init - let any allocation and any copy from or to user space be
 * failed. Returns false if this kernel cannot do that.
 */
bool igd_fault_init(void);

/*
 * igd_fault_walk - call @call with its first allocation or copy failing, then
 * with its second, until there are no more. After each it is called again
 * without, and has to succeed. Prints how many have failed, and returns it.
 */
unsigned int igd_fault_walk(const struct igd_call *call, void *context);

/* igd_count - print a number that the report sums up by @name. */
void igd_count(const char *name, unsigned int count);

#endif
