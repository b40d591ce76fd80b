// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <string.h>

#include "iobar.h"

/*
 * MMIO_INDEX bits 1:0. 1x is reserved in the datasheets, so accesses are dropped.
 * QEMU's authors have seen that only bit 0 counts (QEMU commit 5aed8b0f).
 */
enum { TARGET_MASK = 3, TARGET_RESERVED = 2, TARGET_MMIO = 0, TARGET_GTT = 1 };

static unsigned int target_of(const struct iobar *iobar, uint32_t index)
{
	return index & (iobar->bit0_only ? TARGET_GTT : TARGET_MASK);
}

static void data_read(struct iobar *iobar, void *buf)
{
	unsigned int target = target_of(iobar, iobar->index);
	uint32_t offset = iobar->index & ~TARGET_MASK;

	if (target == TARGET_MMIO)
		mmio_read(iobar->mmio, offset, buf, 4);
	else if (target == TARGET_GTT && iobar->platform->iobar_gtt)
		gtt_read(iobar->gtt, offset, buf, 4);
}

static void data_write(struct iobar *iobar, const void *buf)
{
	unsigned int target = target_of(iobar, iobar->index);
	uint32_t offset = iobar->index & ~TARGET_MASK;

	if (target == TARGET_MMIO)
		mmio_write(iobar->mmio, offset, buf, 4);
	else if (target == TARGET_GTT && iobar->platform->iobar_gtt)
		gtt_write(iobar->gtt, offset, buf, 4);
}

static void count_reserved(struct iobar *iobar)
{
	if (iobar->index & TARGET_RESERVED)
		iobar->reserved++;
}

/*
 * Not documented: in the model an access that is not one whole dword completes
 * without effect, and reads 0 from MMIO_DATA. MMIO_INDEX can be read in any size.
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
	if (offset != IOBAR_DATA || count != 4)
		return;
	count_reserved(iobar);
	data_read(iobar, buf);
}

/* The value of MMIO_INDEX after a write of @buf. */
static uint32_t index_of(const struct iobar *iobar, const void *buf)
{
	uint32_t value;

	memcpy(&value, buf, 4);
	return le32toh(value) & iobar->platform->index_mask;
}

void iobar_write(struct iobar *iobar, uint64_t offset, const void *buf,
		 size_t count)
{
	if (count != 4)
		return;
	if (offset == IOBAR_INDEX) {
		iobar->index = index_of(iobar, buf);
	} else if (offset == IOBAR_DATA) {
		count_reserved(iobar);
		data_write(iobar, buf);
	}
}

void iobar_reset(struct iobar *iobar)
{
	iobar->meant = iobar->index;
	iobar->index = 0;
}

void iobar_lose(struct iobar *iobar, uint64_t offset, const void *buf,
		size_t count)
{
	if (offset == IOBAR_INDEX && count == 4)
		iobar->meant = index_of(iobar, buf);
}

bool iobar_means_gtt(const struct iobar *iobar, uint64_t offset, size_t count)
{
	return offset == IOBAR_DATA && count == 4 && iobar->platform->iobar_gtt &&
	       target_of(iobar, iobar->meant) == TARGET_GTT;
}
