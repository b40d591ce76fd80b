// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
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
 * The layout of a real machine: TSEG, the GTT's memory (GSM), stolen memory (DSM),
 * directly one after the other, and TOLUD at the end of stolen memory. So has lspci of
 * a host bridge 8086:0100 with GGC 0211: TSEGMB 7a000001, BGSM 7a800001, BDSM 7aa00001,
 * TOLUD 7ea00001.
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
	 * The last MiB of stolen memory, enabled. In the size fields of all
	 * generations 0 means "1 MiB"; gen 8 and 9 use all memory above the address.
	 */
	if (sa->stolen_size)
		put(mmio, STOLEN_RESERVED, (end - MIB) | 1, sa->bdsm_bytes);
}

int mmio_init(struct mmio *mmio, const struct igd_platform *platform,
	      const struct system_agent *sa)
{
	*mmio = (struct mmio){ .platform = platform, .sa = *sa };
	mmio->data = malloc(platform->register_bytes);
	if (!mmio->data)
		return -ENOMEM;
	mmio_reset(mmio);
	return 0;
}

void mmio_free(struct mmio *mmio)
{
	free(mmio->data);
	free(mmio->recorded);
	mmio->data = NULL;
	mmio->recorded = NULL;
}

void mmio_record(struct mmio *mmio, struct mmio_value *values, size_t count)
{
	mmio->recorded = values;
	mmio->recorded_count = count;
	mmio_reset(mmio);
}

void mmio_reset(struct mmio *mmio)
{
	const struct igd_platform *p = mmio->platform;

	memset(mmio->data, 0, p->register_bytes);
	for (size_t i = 0; i < p->value_count; i++)
		mmio_set(mmio, p->values[i].reg, p->values[i].value);
	fill_mirror(mmio);
	for (size_t i = 0; i < mmio->recorded_count; i++)
		mmio_set(mmio, mmio->recorded[i].reg, mmio->recorded[i].value);
}

bool mmio_is_mirror(uint64_t offset)
{
	return offset >= MMIO_MIRROR && offset < MMIO_MIRROR + MMIO_MIRROR_BYTES;
}

uint32_t mmio_get(const struct mmio *mmio, uint32_t offset)
{
	uint32_t value;

	memcpy(&value, mmio->data + offset, 4);
	return le32toh(value);
}

void mmio_set(struct mmio *mmio, uint32_t offset, uint32_t value)
{
	value = htole32(value);
	memcpy(mmio->data + offset, &value, 4);
}

void mmio_read(const struct mmio *mmio, uint64_t offset, void *buf, size_t count)
{
	uint8_t *out = buf;

	for (size_t i = 0; i < count; i++, offset++)
		out[i] = offset < mmio->platform->register_bytes ?
			 mmio->data[offset] : 0;
}

static uint32_t shift_right(uint32_t value, int shift)
{
	return shift < 0 ? value << -shift : value >> shift;
}

/* @old is the register's old value, @written the client's value. */
static void apply(struct mmio *mmio, const struct mmio_rule *rule, uint32_t old,
		  uint32_t written)
{
	uint32_t now = mmio_get(mmio, rule->reg);
	uint32_t reached, mask = written >> 16;

	switch (rule->effect) {
	case MMIO_MASKED:
		return mmio_set(mmio, rule->reg, (old & ~mask) | (written & mask));
	case MMIO_ONES_CLEAR:
		return mmio_set(mmio, rule->reg, old & ~written);
	case MMIO_SELF_CLEAR:
		return mmio_set(mmio, rule->reg, now & ~rule->mask);
	case MMIO_READ_ONLY:
		return mmio_set(mmio, rule->reg, old);
	case MMIO_FOLLOW:
		reached = shift_right(rule->mask, rule->shift);
		now = shift_right(now & rule->mask, rule->shift);
		now |= mmio_get(mmio, rule->target) & ~reached;
		return mmio_set(mmio, rule->target, now);
	}
}

/* @value has the bytes of @mask; the other bytes are unchanged. */
static void write_dword(struct mmio *mmio, uint32_t offset, uint32_t value,
			uint32_t mask)
{
	const struct igd_platform *p = mmio->platform;
	uint32_t old = mmio_get(mmio, offset);

	mmio_set(mmio, offset, (old & ~mask) | value);
	for (size_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].reg == offset)
			apply(mmio, &p->rules[i], old, value);
	if (mmio->written)
		mmio->written(mmio->opaque, offset, value);
}

void mmio_write(struct mmio *mmio, uint64_t offset, const void *buf, size_t count)
{
	const uint8_t *in = buf;

	while (count && offset < mmio->platform->register_bytes) {
		unsigned int first = offset % 4;
		uint32_t value = 0, mask = 0;
		unsigned int i;

		for (i = first; i < 4 && i - first < count; i++) {
			value |= (uint32_t)in[i - first] << (8 * i);
			mask |= 0xffu << (8 * i);
		}
		if (!mmio_is_mirror(offset))
			write_dword(mmio, offset - first, value, mask);
		in += i - first;
		count -= i - first;
		offset += i - first;
	}
}
