// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <string.h>

#include "iobar.h"

/* MMIO_INDEX bits 1:0; 1x is reserved, and dropped. */
enum { TARGET_MASK = 3, TARGET_MMIO = 0, TARGET_GTT = 1 };

static void data_read(struct iobar *iobar, void *buf)
{
	unsigned int target = iobar->index & TARGET_MASK;
	uint32_t offset = iobar->index & ~TARGET_MASK;

	if (target == TARGET_MMIO)
		mmio_read(iobar->mmio, offset, buf, 4);
	else if (target == TARGET_GTT && iobar->platform->iobar_gtt)
		gtt_read(iobar->gtt, offset, buf, 4);
}

static void data_write(struct iobar *iobar, const void *buf)
{
	unsigned int target = iobar->index & TARGET_MASK;
	uint32_t offset = iobar->index & ~TARGET_MASK;

	if (target == TARGET_MMIO)
		mmio_write(iobar->mmio, offset, buf, 4);
	else if (target == TARGET_GTT && iobar->platform->iobar_gtt)
		gtt_write(iobar->gtt, offset, buf, 4);
}

/*
 * What is not documented: an access that is not one whole dword completes
 * without effect here, and reads 0 from MMIO_DATA. MMIO_INDEX can be read in
 * any size.
 */
void iobar_read(struct iobar *iobar, uint64_t offset, void *buf, size_t count)
{
	uint32_t index = htole32(iobar->index);

	if (offset + count > IOBAR_DECODED) {
		memset(buf, 0xff, count);
		return;
	}
	memset(buf, 0, count);
	if (offset + count <= IOBAR_DATA)
		memcpy(buf, (uint8_t *)&index + offset, count);
	else if (offset == IOBAR_DATA && count == 4)
		data_read(iobar, buf);
}

void iobar_write(struct iobar *iobar, uint64_t offset, const void *buf,
		 size_t count)
{
	uint32_t value;

	if (count != 4)
		return;
	if (offset == IOBAR_INDEX) {
		memcpy(&value, buf, 4);
		iobar->index = le32toh(value) & iobar->platform->index_mask;
	} else if (offset == IOBAR_DATA) {
		data_write(iobar, buf);
	}
}

void iobar_reset(struct iobar *iobar)
{
	iobar->index = 0;
}
