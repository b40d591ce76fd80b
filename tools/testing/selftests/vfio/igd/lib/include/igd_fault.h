/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_FAULT_H
#define SELFTESTS_VFIO_IGD_FAULT_H

#include <stdbool.h>

/*
 * Injects faults into the kernel: Documentation/fault-injection/
 * fault-injection.rst, "fail-nth" and "make-it-fail".
 */

/* A call that is tested with faults. */
struct igd_call {
	const char *name;
	/* Returns 0 or -errno. */
	int (*act)(void *context);
	/* Undoes a successful call; may be NULL. */
	void (*undo)(void *context);
	/* After the one that fails, all small allocations fail too. */
	bool rest;
};

/*
 * igd_fault_init - prepare faults of allocations and of copies from or to user
 * space. Returns false if this kernel cannot inject faults.
 */
bool igd_fault_init(void);

/*
 * igd_fault_walk - call @call with its first allocation or copy failing, then with
 * its second, and so on. After each failure the call is repeated without a fault
 * and has to succeed. Prints and returns the number of failures.
 */
unsigned int igd_fault_walk(const struct igd_call *call, void *context);

/* igd_count - print a number that the report adds up by @name. */
void igd_count(const char *name, unsigned int count);

#endif
