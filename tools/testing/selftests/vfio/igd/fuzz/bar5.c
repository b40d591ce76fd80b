// SPDX-License-Identifier: GPL-2.0-only
/* BAR5: whether an open has it, and what guests and VMMs do to it */
#include <string.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_region.h>

#include "fuzz.h"

#define GGC		0x50	/* include/drm/intel/i915_drm.h, SNB_GMCH_CTRL */

/* What "auto" takes of the host's stolen memory */
#define MOST		SZ_512M

/* Which opens have BAR5: the others are as they would be without the option */
#define OPENS		3

/* A size that GGC has: multiples of 32 MiB, from gen 9 on of 4 MiB below that, too */
static u32 some_stolen_size(struct fuzz *fuzz, const struct igd_oracle_host *host)
{
	u32 size = SZ_32M;

	if (host->platform->gen >= 9 && fuzz_pick(fuzz, 2))
		size = SZ_4M * (1 + fuzz_pick(fuzz, 8));
	return size <= host->stolen_size ? size : 0;
}

void fuzz_bar5_choose(struct fuzz *fuzz, struct igd_oracle_host *host)
{
	u32 size = some_stolen_size(fuzz, host), how = fuzz_pick(fuzz, 4);
	char option[16] = "auto";

	host->bar5_stolen = 0;
	host->opregion_size = 0;
	if (!igd_bar5_exists(fuzz->bdf))
		return;
	if (fuzz->seed % OPENS) {
		VFIO_ASSERT_EQ(igd_bar5_set(fuzz->bdf, "0"), 0);
		return;
	}

	host->opregion_size = fuzz->opregion_size;
	if (how == 0) {
		strcpy(option, "opregion");
	} else if (how == 1 || !size) {
		host->bar5_stolen = host->stolen_size < MOST ? host->stolen_size : MOST;
	} else {
		host->bar5_stolen = size;
		snprintf_assert(option, sizeof(option), "%u", size / SZ_1M);
	}
	VFIO_ASSERT_EQ(igd_bar5_set(fuzz->bdf, option), 0);
}

/* A device with BAR5 has no OpRegion region, and all others that it has without */
void fuzz_bar5_check_regions(struct fuzz *fuzz)
{
	const struct vfio_region_info *bar5 = &fuzz->regions[VFIO_PCI_BAR5_REGION_INDEX];
	bool on = fuzz->oracle.bar5_size, opregion = fuzz->opregion_size && !on;
	u32 number = fuzz->regions_without_opregion + opregion;
	u32 flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		    VFIO_REGION_INFO_FLAG_MMAP;
	int fd = fuzz->igd->device->fd;
	struct vfio_region_info info;

	fuzz->opens_with_bar5 += on;
	if (igd_region_find(fd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &info) != opregion ||
	    fuzz->igd->device->info.num_regions != number)
		fuzz_mismatch(fuzz, "%u regions with%s BAR5", fuzz->igd->device->info.num_regions,
			      on ? "" : "out");
	if (bar5->size != fuzz->oracle.bar5_size || bar5->flags != (on ? flags : 0))
		fuzz_mismatch(fuzz, "BAR5 has %#llx bytes, not %#x, and flags %#x",
			      (unsigned long long)bar5->size, fuzz->oracle.bar5_size, bar5->flags);
}

/* The register */

static u32 some_place(struct fuzz *fuzz)
{
	u32 h = fuzz->igd->info.stolen_base, size = fuzz->oracle.bar5_size;
	const u32 places[] = {
		0xc8000000, 0xd0000000, 0xc8000000, 0xd0000000, 0xa0000000, 0x80000000,
		h, h - size, h + size, size, 0, ~0U, -size, -2 * size,
		igd_random(&fuzz->random), igd_random(&fuzz->random),
	};

	return places[fuzz_pick(fuzz, ARRAY_SIZE(places))];
}

/* By accesses of 1, 2 or 4 bytes, the low ones first, as firmware does */
void fuzz_bar5_place(struct fuzz *fuzz)
{
	u32 width = 1 << fuzz_pick(fuzz, 3), place = some_place(fuzz);

	for (u32 at = 0; at < 4; at += width)
		fuzz_write(fuzz, &fuzz_config, PCI_BASE_ADDRESS_5 + at, (u8 *)&place + at, width);
	fuzz_read(fuzz, &fuzz_config, PCI_BASE_ADDRESS_5, 4);
}

/* PCI Local Bus Specification 3.0, 6.2.5.1: all ones, the size, the address again */
void fuzz_bar5_size(struct fuzz *fuzz)
{
	u32 before = fuzz->oracle.bar5, ones = ~0U;

	fuzz_write(fuzz, &fuzz_config, PCI_BASE_ADDRESS_5, &ones, 4);
	fuzz_read(fuzz, &fuzz_config, PCI_BASE_ADDRESS_5, 4);
	fuzz_write(fuzz, &fuzz_config, PCI_BASE_ADDRESS_5, &before, 4);
}

/* What follows BAR5, all at once */
void fuzz_bar5_followers(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;

	fuzz_read(fuzz, &fuzz_config, IGD_ASLS, 4);
	if (!platform->bdsm)
		return;
	fuzz_read(fuzz, &fuzz_config, platform->bdsm, platform->bdsm_size);
	fuzz_read(fuzz, &fuzz_config, GGC, 2);
	fuzz_read(fuzz, &fuzz_bar0, IGD_GGC_MIRROR, 2);
	fuzz_read(fuzz, &fuzz_bar0, IGD_BDSM_MIRROR, platform->bdsm_size);
	fuzz_read(fuzz, &fuzz_bar0, IGD_RESERVED_MIRROR, platform->bdsm_size);
}

/* Without memory decoding BAR5 has no address */
void fuzz_bar5_disable(struct fuzz *fuzz)
{
	u16 on = PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY | PCI_COMMAND_IO;
	u16 off = PCI_COMMAND_MASTER | PCI_COMMAND_IO;

	fuzz_write(fuzz, &fuzz_config, PCI_COMMAND, &off, sizeof(off));
	fuzz_bar5_followers(fuzz);
	fuzz_write(fuzz, &fuzz_config, PCI_COMMAND, &on, sizeof(on));
	fuzz_bar5_followers(fuzz);
}

/* With BAR5 the guest cannot write it; else it is the hardware's */
void fuzz_bar5_ggc_write(struct fuzz *fuzz)
{
	u16 ggc = igd_random(&fuzz->random);
	u32 at = fuzz_pick(fuzz, 2);

	if (fuzz->oracle.bar5_size && fuzz->igd->platform->bdsm)
		fuzz_write(fuzz, &fuzz_config, GGC + at, &ggc, 2 - at);
}

/* The memory */

/* Around the borders of its parts, or anywhere */
static u64 some_offset(struct fuzz *fuzz)
{
	u32 stolen = fuzz->oracle.host.bar5_stolen, size = fuzz->oracle.bar5_size;
	u32 end = stolen + fuzz->oracle.host.opregion_size;

	switch (fuzz_pick(fuzz, 6)) {
	case 0:
		return stolen + fuzz_pick(fuzz, 48) - (stolen ? 24 : 0);
	case 1:
		return stolen + fuzz_pick(fuzz, fuzz->oracle.host.opregion_size + 1);
	case 2:
		return end + fuzz_pick(fuzz, 2 * SZ_4K) - SZ_4K;
	case 3:
		return size - 24 + fuzz_pick(fuzz, 48);
	case 4:
		return (SZ_4K * fuzz_pick(fuzz, 4) + fuzz_pick(fuzz, 48)) % size;
	default:
		return fuzz_pick(fuzz, size);
	}
}

void fuzz_bar5_access(struct fuzz *fuzz)
{
	size_t size = fuzz_pick(fuzz, 17);
	u64 offset;
	u8 data[LONGEST];

	if (!fuzz->oracle.bar5_size)
		return;
	offset = some_offset(fuzz);
	for (int i = 0; i < LONGEST; i++)
		data[i] = igd_random(&fuzz->random);
	if (fuzz_pick(fuzz, 2))
		fuzz_read(fuzz, &fuzz_bar5, offset, size);
	else
		fuzz_write(fuzz, &fuzz_bar5, offset, data, size);
}

void fuzz_bar5_mapped(struct fuzz *fuzz)
{
	void *bar = fuzz->igd->device->bars[5].vaddr;
	u8 got[LONGEST] = {}, want[LONGEST] = {};
	u32 value = igd_random(&fuzz->random);
	u64 offset;

	/* Without decoding an access to a mapping is a SIGBUS */
	if (!fuzz->oracle.bar5_size || !fuzz->oracle.memory)
		return;
	offset = some_offset(fuzz) & ~3ULL;
	if (offset >= fuzz->oracle.bar5_size)
		return;
	if (fuzz_pick(fuzz, 2)) {
		igd_mapped_writel(bar, offset, value);
		igd_oracle_bar5_write(&fuzz->oracle, offset, &value, 4);
	}
	value = igd_mapped_readl(bar, offset);
	memcpy(got, &value, 4);
	igd_oracle_bar5_read(&fuzz->oracle, offset, want, 4);
	fuzz_expect(fuzz, "mapped BAR5", false, offset, 4, got, 4, want, 4);
}
