/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_RECORD_H
#define IGD_MODEL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"

/*
 * A record of the accesses to the device, in order, for tests. It has a limit;
 * accesses beyond the limit are only counted.
 */
enum { RECORD_MAX = 1 << 20 };

struct record_entry {
	enum access_class class;
	uint8_t region;		/* VFIO region index */
	bool write;
	bool posted;		/* a write without a reply */
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
 * record_start - start a new record of up to @limit accesses, at most RECORD_MAX.
 * Returns 0, -EINVAL for another limit, or -ENOMEM.
 */
int record_start(struct record *record, size_t limit);

/* record_free - end and free the record. */
void record_free(struct record *record);

/* record_add - add an access, if there is a record. */
void record_add(struct record *record, const struct record_entry *entry);

#endif
