/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_TESTS_MACHINE_H
#define IGD_MODEL_TESTS_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dma.h"
#include "igd.h"

/*
 * A Skylake with decoding and bus mastering on, and 1 MiB of guest memory mapped at
 * IOVA MEMORY, for tests of whole devices.
 */
enum { MEMORY = 0x10000000, MEMORY_BYTES = 1 << 20 };
enum { BAR0 = 0, BAR2 = 2, BAR4 = 4, ROM = 6, CONFIG = 7 };
enum { GTT = 8 << 20 };		/* the GTT half in BAR0 */

struct machine {
	struct igd igd;
	struct vfio_user_device device;
	int fd;			/* the memory */
};

/* machine_options - Skylake, stolen 32 MiB at 0x7c000000, GTT of 2 MiB. */
struct igd_options machine_options(void);

/* machine_options_of - the same for @generation, with its smallest GTT but 0. */
struct igd_options machine_options_of(const char *generation);

/* machine_new - a machine of @options with decoding on; fails the test. */
struct machine *machine_new(const struct igd_options *options);
void machine_free(struct machine *m);

/* cmocka fixtures around machine_new(machine_options()). */
int machine_setup(void **state);
int machine_teardown(void **state);

/* Accesses by the client; values as the CPU sees them, up to 8 bytes. */
uint64_t rd(struct machine *m, unsigned int region, uint64_t offset,
	    unsigned int bytes);
void wr(struct machine *m, unsigned int region, uint64_t offset,
	unsigned int bytes, uint64_t value);

#endif
