// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaded into L1's QEMU, which asks the C library to give memory back after each batch of
 * what RCU frees (util/rcu.c). While a guest opens and closes devices these are thousands
 * of calls of madvise() a second, each of which interrupts L1's processors: a fifth of the
 * time of such a test.
 */
#include <malloc.h>

int malloc_trim(size_t pad)
{
	(void)pad;
	return 0;
}
