/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_IOBAR_H
#define IGD_MODEL_IOBAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtt.h"
#include "mmio.h"
#include "platform.h"

/*
 * The I/O BAR (BAR4): MMIO_INDEX at +0, MMIO_DATA at +4, a window onto
 * registers or GTT entries by 32-bit accesses. Intel 2nd generation datasheet
 * vol 2, 2.9 (p. 140); 3rd generation 326769 vol 2, 2.9 (p. 160).
 */
enum { IOBAR_INDEX = 0, IOBAR_DATA = 4, IOBAR_DECODED = 8 };

struct iobar {
	const struct igd_platform *platform;
	bool bit0_only;		/* only bit 0 of MMIO_INDEX is the target */
	uint32_t index;
	uint32_t meant;		/* MMIO_INDEX as if there were no reset */
	uint64_t reserved;	/* accesses with a reserved target so far */
	struct mmio *mmio;
	struct gtt *gtt;
};

/*
 * iobar_read, iobar_write - one port access of @count bytes at @offset, little
 * endian. The function claims 8 ports only: the others read all-ones.
 */
void iobar_read(struct iobar *iobar, uint64_t offset, void *buf, size_t count);
void iobar_write(struct iobar *iobar, uint64_t offset, const void *buf,
		 size_t count);

/* iobar_reset - MMIO_INDEX is cleared by a function level reset. */
void iobar_reset(struct iobar *iobar);

/*
 * iobar_lose - a write that is lost because the function is in a reset.
 * iobar_means_gtt - whether a port access during a reset is meant for the GTT: by
 * MMIO_INDEX before the reset, or by the last lost write of it.
 */
void iobar_lose(struct iobar *iobar, uint64_t offset, const void *buf,
		size_t count);
bool iobar_means_gtt(const struct iobar *iobar, uint64_t offset, size_t count);

#endif
