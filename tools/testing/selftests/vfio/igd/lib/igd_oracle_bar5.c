// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest sees of BAR5: its register, the addresses that other registers show of
 * it, and its memory
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sizes.h>

#include <libvfio.h>

#include <igd_oracle.h>

/*
 * Address in STOLEN_RESERVED: GEN6_, GEN7_ and GEN11_STOLEN_RESERVED_ADDR_MASK in
 * i915_reg.h
 */
#define RESERVED_UNIT(_gen)	((_gen) == 7 ? SZ_256K : SZ_1M)

/*
 * GMS, the size of stolen memory in GGC: gen6_stolen_size(), chv_stolen_size(),
 * gen8_stolen_size() and gen9_stolen_size() in arch/x86/kernel/early-quirks.c. It has
 * units of 32 MiB; from gen 9 on, 0xf0 is 4 MiB, 0xf1 8 MiB and so on.
 */
#define GMS_UNIT		SZ_32M
#define GMS_SMALL_UNIT		SZ_4M
#define GMS_SMALL		0xf0

static u32 used(const struct igd_oracle *oracle)
{
	return oracle->host.bar5_stolen + oracle->host.opregion_size;
}

/* All pages that are used, and the one that is everywhere behind them */
static u32 memory_size(const struct igd_oracle *oracle)
{
	return (used(oracle) + SZ_4K - 1) / SZ_4K * SZ_4K + SZ_4K;
}

void igd_oracle_bar5_init(struct igd_oracle *oracle)
{
	oracle->bar5_size = 0;
	oracle->bar5_memory = NULL;
	if (!used(oracle))
		return;

	/* The smallest power of two that has room for both */
	oracle->bar5_size = SZ_4K;
	while (oracle->bar5_size < used(oracle))
		oracle->bar5_size *= 2;
	oracle->bar5_memory = calloc_assert(1, memory_size(oracle));
	igd_oracle_bar5_reset(oracle);
}

/* A reset takes BAR5 its place, and makes the OpRegion new, as firmware would. */
void igd_oracle_bar5_reset(struct igd_oracle *oracle)
{
	const struct igd_oracle_host *host = &oracle->host;

	oracle->bar5 = 0;
	if (oracle->bar5_memory && host->opregion_size)
		memcpy(oracle->bar5_memory + host->bar5_stolen, host->opregion,
		       host->opregion_size);
}

void igd_oracle_bar5_destroy(struct igd_oracle *oracle)
{
	free(oracle->bar5_memory);
}

/*
 * PCI Local Bus Specification 3.0, 6.2.5.1: the address is a multiple of the size, so
 * all ones read back as the size. Below, memory of 32 bits that is not prefetchable
 * has zeros.
 */
void igd_oracle_bar5_set_byte(struct igd_oracle *oracle, u32 byte, u8 value)
{
	((u8 *)&oracle->bar5)[byte] = value;
	oracle->bar5 -= oracle->bar5 % oracle->bar5_size;
}

/*
 * Returns where the guest sees BAR5, 0: nowhere. An address that ends with the 32 bits
 * is what sizing leaves behind, and no guest's memory.
 */
static u32 place(const struct igd_oracle *oracle)
{
	u64 end = (u64)oracle->bar5 + oracle->bar5_size;

	return oracle->memory && end < 1ULL << 32 ? oracle->bar5 : 0;
}

u32 igd_oracle_bar5_stolen(const struct igd_oracle *oracle)
{
	return oracle->host.bar5_stolen ? place(oracle) : 0;
}

u32 igd_oracle_bar5_opregion(const struct igd_oracle *oracle)
{
	if (!oracle->host.opregion_size || !place(oracle))
		return 0;
	return place(oracle) + oracle->host.bar5_stolen;
}

u64 igd_oracle_bar5_reserved(const struct igd_oracle *oracle, u64 hardware)
{
	const struct igd_oracle_host *host = &oracle->host;
	u64 address = hardware - hardware % RESERVED_UNIT(host->platform->gen);
	u64 end = host->stolen_base + host->stolen_size;

	if (!host->bar5_stolen || !igd_oracle_guest_base(oracle) ||
	    address < host->stolen_base || address >= end ||
	    end - address > host->bar5_stolen)
		return hardware;
	/* As far in front of the end as it is on the host */
	return hardware - end + igd_oracle_guest_base(oracle) + host->bar5_stolen;
}

u16 igd_oracle_bar5_ggc(const struct igd_oracle *oracle, u16 hardware)
{
	const struct igd_platform *platform = oracle->host.platform;
	bool narrow = platform->gen < 8 || platform->display;	/* Cherryview */
	u32 size = oracle->host.bar5_stolen, gms = size / GMS_UNIT;

	/* "opregion": stolen memory is somebody else's business */
	if (!size)
		return hardware;
	if (size % GMS_UNIT)
		gms = GMS_SMALL + size / GMS_SMALL_UNIT - 1;
	return narrow ? (hardware & ~0xf8) | gms << 3 : (hardware & 0xff) | gms << 8;
}

/* The region */

static u8 *memory_byte(struct igd_oracle *oracle, u64 offset)
{
	u32 rest = memory_size(oracle) - SZ_4K;

	return &oracle->bar5_memory[offset < rest ? offset : rest + offset % SZ_4K];
}

static ssize_t check(const struct igd_oracle *oracle, u64 offset, size_t size)
{
	u32 end = oracle->bar5_size;

	if (!size)
		return 0;
	if (offset >= end)
		return -EINVAL;
	if (!oracle->memory)
		return -EIO;
	return size < end - offset ? size : end - offset;
}

ssize_t igd_oracle_bar5_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size)
{
	ssize_t ret = check(oracle, offset, size);

	for (ssize_t i = 0; i < ret; i++)
		((u8 *)data)[i] = *memory_byte(oracle, offset + i);
	return ret;
}

ssize_t igd_oracle_bar5_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size)
{
	ssize_t ret = check(oracle, offset, size);

	for (ssize_t i = 0; i < ret; i++)
		*memory_byte(oracle, offset + i) = ((const u8 *)data)[i];
	return ret;
}
