// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gtt.h"

int gtt_init(struct gtt *gtt, const struct pte_format *format, size_t size)
{
	gtt->format = format;
	gtt->size = size;
	gtt->data = calloc(1, size ? size : 1);
	return gtt->data ? 0 : -ENOMEM;
}

void gtt_free(struct gtt *gtt)
{
	free(gtt->data);
	gtt->data = NULL;
}

/* The number of existing bytes among @count bytes at @offset. */
static size_t inside(const struct gtt *gtt, uint64_t offset, size_t count)
{
	if (offset >= gtt->size)
		return 0;
	return count < gtt->size - offset ? count : gtt->size - offset;
}

void gtt_read(const struct gtt *gtt, uint64_t offset, void *buf, size_t count)
{
	size_t n = inside(gtt, offset, count);

	if (n)
		memcpy(buf, gtt->data + offset, n);
	memset((uint8_t *)buf + n, 0, count - n);
}

void gtt_write(struct gtt *gtt, uint64_t offset, const void *buf, size_t count)
{
	size_t n = inside(gtt, offset, count);

	if (n)
		memcpy(gtt->data + offset, buf, n);
}

size_t gtt_entries(const struct gtt *gtt)
{
	return gtt->size / gtt->format->bytes;
}

uint64_t gtt_entry(const struct gtt *gtt, uint64_t n)
{
	uint64_t pte = 0;

	if (n < gtt_entries(gtt))
		memcpy(&pte, gtt->data + n * gtt->format->bytes, gtt->format->bytes);
	return le64toh(pte);
}
