/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_GTT_H
#define IGD_MODEL_GTT_H

#include <stddef.h>
#include <stdint.h>

#include "platform.h"

/*
 * The graphics translation table: memory (GSM) behind BAR0's upper half, the
 * same that target 01 of the I/O BAR reaches. It is little endian, and no reset
 * changes it, as it is memory.
 */
struct gtt {
	const struct pte_format *format;
	uint8_t *data;
	size_t size;		/* bytes, 0: no GTT */
};

/* gtt_init - a table of @size bytes, all not present. 0 or -ENOMEM. */
int gtt_init(struct gtt *gtt, const struct pte_format *format, size_t size);
void gtt_free(struct gtt *gtt);

/*
 * gtt_read, gtt_write - @count bytes at byte @offset of the table. Beyond it
 * reads are 0 and writes are dropped. A write of less than an entry merges
 * into it (what hardware does below 32 bits is not documented).
 */
void gtt_read(const struct gtt *gtt, uint64_t offset, void *buf, size_t count);
void gtt_write(struct gtt *gtt, uint64_t offset, const void *buf, size_t count);

/* gtt_entries - the number of entries. */
size_t gtt_entries(const struct gtt *gtt);

/* gtt_entry - the raw entry @n, 0 beyond the table. */
uint64_t gtt_entry(const struct gtt *gtt, uint64_t n);

#endif
