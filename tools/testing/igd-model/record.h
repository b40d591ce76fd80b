/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_RECORD_H
#define IGD_MODEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"

/*
 * A record of the accesses that the device has seen, in their order, for tests
 * that compare them with what they expect. It has a limit; what comes after
 * that is only counted.
 */
enum { RECORD_MAX = 1 << 20 };

struct record_entry {
	enum access_class class;
	uint8_t region;		/* VFIO region index */
	bool write;
	bool posted;		/* a write that nobody waits for */
	uint32_t bytes;
	uint64_t offset;
	uint64_t value;		/* little endian, its first 8 bytes */
};

struct record {
	struct record_entry *entries;	/* NULL: nothing is recorded */
	size_t limit;
	size_t used;
	uint64_t dropped;
};

/*
 * record_start - forget what there is and keep up to @limit accesses, at most
 * RECORD_MAX. Returns 0, -EINVAL for another limit, or -ENOMEM.
 */
int record_start(struct record *record, size_t limit);

/* record_free - forget what there is and record nothing. */
void record_free(struct record *record);

/* record_add - one more access, if anything is recorded. */
void record_add(struct record *record, const struct record_entry *entry);

#endif
