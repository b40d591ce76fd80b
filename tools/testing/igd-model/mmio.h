/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_MMIO_H
#define IGD_MODEL_MMIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform.h"

/*
 * BAR0's lower part, the registers. Most are plain storage; some change others by
 * the platform's rules. The page at 0x108000, where the system agent repeats host
 * bridge registers, is read-only.
 */
enum {
	MMIO_MIRROR = 0x108000,
	MMIO_MIRROR_BYTES = 0x1000,
};

/* Values that firmware has written to the host bridge. */
struct system_agent {
	uint16_t ggc;
	uint64_t stolen_base;
	uint64_t stolen_size;	/* bytes */
	uint64_t gtt_size;	/* bytes */
	uint8_t bdsm_bytes;	/* width of BDSM and BGSM */
};

struct mmio {
	const struct igd_platform *platform;
	uint8_t *data;
	struct system_agent sa;
	struct mmio_value *recorded;	/* of a real machine */
	size_t recorded_count;
	/* Called for every dword that a client has written; may be NULL. */
	void (*written)(void *opaque, uint32_t offset, uint32_t value);
	void *opaque;
};

/* mmio_init - registers as after reset. Returns 0 or -ENOMEM. */
int mmio_init(struct mmio *mmio, const struct igd_platform *platform,
	      const struct system_agent *sa);
void mmio_free(struct mmio *mmio);

/*
 * mmio_record - what registers have at every reset, instead of the platform's values
 * and the mirror's. @values is from malloc(), and belongs to @mmio from now on.
 */
void mmio_record(struct mmio *mmio, struct mmio_value *values, size_t count);

/* mmio_reset - reset every register to the platform's value; keep the mirror. */
void mmio_reset(struct mmio *mmio);

/*
 * mmio_read, mmio_write - @count bytes at @offset, little endian. Beyond the
 * registers, where BAR0 is reserved, reads are 0 and writes are dropped.
 */
void mmio_read(const struct mmio *mmio, uint64_t offset, void *buf, size_t count);
void mmio_write(struct mmio *mmio, uint64_t offset, const void *buf, size_t count);

/*
 * mmio_get, mmio_set - the dword at @offset, a multiple of 4 below the end of
 * the registers, as the CPU sees it. mmio_set is a change by the hardware itself: no
 * rule applies to it.
 */
uint32_t mmio_get(const struct mmio *mmio, uint32_t offset);
void mmio_set(struct mmio *mmio, uint32_t offset, uint32_t value);

/* mmio_is_mirror - whether @offset lies in the system agent's page. */
bool mmio_is_mirror(uint64_t offset);

#endif
