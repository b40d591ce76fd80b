// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's own OpRegion code against whatever a firmware, or somebody who
 * has got at its memory, may have left there.
 *
 * An input is the host's memory from ASLS' page on: 8 bytes that tell where the
 * OpRegion is in it, then the memory. What the driver shows must be bytes of
 * the OpRegion and of the VBT that it names, judged here without the driver's
 * constants; everything beyond is RAM, or nothing.
 */
#include <assert.h>
#include <stdio.h>

#include "kernel.h"
#include "igd.h"

#define HOST		0x7c000000ULL	/* where the host's memory begins */
#define NOTHING		0x90000000ULL	/* RAM ends there */
#define HEADER		8

/* struct opregion_header, struct opregion_asle: intel_opregion.c of i915 */
#define SHOWN_MOST	(8192 + 65536)
#define VERSION		0x16
#define FDSS		0x3aa
#define RVDA		0x3ba
#define RVDS		0x3c2

static const u8 *memory;
static size_t memory_size;
static unsigned long images, shown;

static void *host(u64 addr, size_t size)
{
	if (addr < HOST || addr - HOST > memory_size ||
	    size > memory_size - (addr - HOST))
		return NULL;
	return (void *)(memory + (addr - HOST));
}

/* Firmware's memory in whole pages; what is around it is the kernel's */
int region_intersects(u64 start, size_t size, int flags, int desc)
{
	u64 end = HOST + ALIGN(memory_size, PAGE_SIZE);

	assert(!(start % PAGE_SIZE) && !(size % PAGE_SIZE) && size);
	if ((start >= HOST && start + size <= end) || start >= NOTHING)
		return REGION_DISJOINT;
	return 0;
}

/* A copy, so that a byte too many is found */
void *memremap(u64 addr, size_t size, int flags)
{
	void *from = host(addr, size), *copy;

	if (!from)
		return NULL;
	copy = malloc(size);
	memcpy(copy, from, size);
	return copy;
}

void memunmap(void *addr)
{
	free(addr);
}

/* Bytes that need not be the host's: two tell of the VBT, two addresses */
static bool is_rewritten(size_t i)
{
	return i == VERSION || i == VERSION + 1 || (i >= RVDA && i < RVDA + 8) ||
	       (i >= FDSS && i < FDSS + 12);
}

static void check(const struct igd_opregion *opregion, u64 asls)
{
	const u8 *from = host(asls, 8192), *vbt;
	u64 rvda, vbt_size = opregion->size - 8192;

	assert(from && opregion->size >= 8192 && opregion->size <= SHOWN_MOST);
	for (size_t i = 0; i < 8192; i++)
		assert(opregion->data[i] == from[i] || is_rewritten(i));
	for (size_t i = FDSS; i < FDSS + 12; i++)
		assert(!opregion->data[i]);

	rvda = get_unaligned_le64(opregion->data + RVDA);
	assert(rvda == (vbt_size ? 8192 : 0));
	if (!vbt_size)
		return;

	assert(get_unaligned_le16(opregion->data + VERSION) >= 0x201);
	assert(vbt_size == get_unaligned_le32(from + RVDS));
	rvda = get_unaligned_le64(from + RVDA);
	if (get_unaligned_le16(from + VERSION) != 0x200)
		rvda += asls;
	vbt = host(rvda, vbt_size);
	assert(vbt && !memcmp(opregion->data + 8192, vbt, vbt_size));
	assert(rvda + vbt_size <= asls || rvda >= asls + 8192);
}

static void report(void)
{
	printf("# count images %lu\n# %lu of them had an OpRegion to show\n",
	       images, shown);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	return atexit(report);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct igd_opregion *opregion;
	enum igd_opregion_error error;
	struct pci_dev pdev;
	u32 window;

	if (size < HEADER)
		return 0;
	images++;
	pdev.asls = get_unaligned_le32(data);
	memory = data + HEADER;
	memory_size = size - HEADER;

	error = igd_opregion_load(&pdev, &opregion);
	assert(igd_opregion_strerror(error));
	if (error) {
		assert(!opregion);
		return 0;
	}
	shown++;
	igd_opregion_version(opregion);
	igd_opregion_find_vbt(opregion, &window);
	check(opregion, pdev.asls);
	free(opregion);
	return 0;
}
