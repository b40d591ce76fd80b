// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mmio.h"

/*
 * Offsets in the mirror page: Intel KBL datasheet vol 2, p. 533-536; GGC from
 * the 12th generation datasheet (655259) vol 2, 4.1.28; 0x2c0 is
 * GEN6_STOLEN_RESERVED of linux i915_reg.h.
 */
enum {
	MTOLUD = 0x000,
	MGGC = 0x040,
	MTOUUD = 0x080,
	MBDSM = 0x0c0,
	MBGSM = 0x100,
	MPMEN = 0x180,
	MPLMBASE = 0x1c0,
	MPLMLIMIT = 0x200,
	STOLEN_RESERVED = 0x2c0,
};

/* Bit 0 of the host bridge's base registers, set by firmware after POST. */
#define LOCK 1
#define MIB (1ull << 20)

static void put(struct mmio *mmio, unsigned int at, uint64_t value,
		unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		mmio->data[MMIO_MIRROR + at + i] = value >> (8 * i);
}

/*
 * The layout of a real machine: TSEG below the GTT's memory (GSM), that
 * directly below stolen memory (DSM), and TOLUD where stolen memory ends.
 */
static void fill_mirror(struct mmio *mmio)
{
	const struct system_agent *sa = &mmio->sa;
	uint64_t bgsm = sa->stolen_base - sa->gtt_size;
	uint64_t end = sa->stolen_base + sa->stolen_size;

	put(mmio, MTOLUD, end | LOCK, 4);
	put(mmio, MGGC, sa->ggc, 2);
	put(mmio, MTOUUD, 0x26c800000 | LOCK, 8);
	put(mmio, MBDSM, sa->stolen_base | LOCK, sa->bdsm_bytes);
	put(mmio, MBGSM, bgsm | LOCK, sa->bdsm_bytes);
	put(mmio, MPMEN, 0, 4);
	put(mmio, MPLMBASE, MIB, 4);
	put(mmio, MPLMLIMIT, bgsm - 8 * MIB, 4);
	/*
	 * The last MiB of stolen memory, enabled. All generations' size fields
	 * read 0 as "1 MiB", and gen 8 and 9 take what is above the address.
	 */
	if (sa->stolen_size)
		put(mmio, STOLEN_RESERVED, (end - MIB) | 1, sa->bdsm_bytes);
}

int mmio_init(struct mmio *mmio, const struct system_agent *sa)
{
	mmio->sa = *sa;
	mmio->data = malloc(MMIO_BYTES);
	if (!mmio->data)
		return -ENOMEM;
	mmio_reset(mmio);
	return 0;
}

void mmio_free(struct mmio *mmio)
{
	free(mmio->data);
	mmio->data = NULL;
}

void mmio_reset(struct mmio *mmio)
{
	memset(mmio->data, 0, MMIO_BYTES);
	fill_mirror(mmio);
}

bool mmio_is_mirror(uint64_t offset)
{
	return offset >= MMIO_MIRROR && offset < MMIO_MIRROR + MMIO_MIRROR_BYTES;
}

void mmio_read(const struct mmio *mmio, uint64_t offset, void *buf, size_t count)
{
	uint8_t *out = buf;

	for (size_t i = 0; i < count; i++, offset++)
		out[i] = offset < MMIO_BYTES ? mmio->data[offset] : 0;
}

void mmio_write(struct mmio *mmio, uint64_t offset, const void *buf, size_t count)
{
	const uint8_t *in = buf;

	for (size_t i = 0; i < count; i++, offset++)
		if (offset < MMIO_BYTES && !mmio_is_mirror(offset))
			mmio->data[offset] = in[i];
}

uint32_t mmio_get(const struct mmio *mmio, uint32_t offset)
{
	uint8_t b[4];

	mmio_read(mmio, offset, b, sizeof(b));
	return b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24;
}
