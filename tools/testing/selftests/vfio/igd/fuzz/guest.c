// SPDX-License-Identifier: GPL-2.0-only
/* Values that guests write: interesting values, and values next to them */
#include <linux/sizes.h>

#include <igd_vbios.h>

#include "fuzz.h"

/* Few entries, so that their halves meet; around what QEMU and S count */
u32 fuzz_entry(struct fuzz *fuzz)
{
	static const u32 firsts[] = { 0, 0, 0, 510, 2046, 8190 };
	u32 entries = fuzz->oracle.host.entries;
	u32 i = fuzz_pick(fuzz, ARRAY_SIZE(firsts) + 1);

	/* The last four entries, and four beyond them */
	if (i == ARRAY_SIZE(firsts) || !entries)
		return entries + fuzz_pick(fuzz, 8) - (entries ? 4 : 0);
	return firsts[i] + fuzz_pick(fuzz, 4);
}

static u32 plain_index(struct fuzz *fuzz)
{
	u32 entry = fuzz_entry(fuzz);

	switch (fuzz_pick(fuzz, 16)) {
	case 0:
		return IGD_MIRROR + 4 * fuzz_pick(fuzz, IGD_MIRROR_SIZE / 4);
	case 1:
		return IGD_BDSM_MIRROR - 4 + 4 * fuzz_pick(fuzz, 4);
	case 2:
		return igd_oracle_scratch(&fuzz->oracle, fuzz_pick(fuzz, IGD_ORACLE_SCRATCHES)) +
		       4 * fuzz_pick(fuzz, IGD_ORACLE_SCRATCH / 4);
	case 3:
		return igd_random(&fuzz->random);
	default:
		return igd_vbios_index(fuzz->igd, entry,
				       fuzz->igd->platform->pte_size == 8 && fuzz_pick(fuzz, 2));
	}
}

u32 fuzz_index(struct fuzz *fuzz)
{
	u32 index = plain_index(fuzz);

	/* Hardware lacks the bits from 21 or 23 on; some targets are reserved */
	switch (fuzz_pick(fuzz, 16)) {
	case 2:
		return index | 2 | fuzz_pick(fuzz, 2);
	case 0:
		return index | fuzz_pick(fuzz, 1 << 11) << 21;
	case 1:
		return index | fuzz_pick(fuzz, 1 << 9) << 23;
	default:
		return index;
	}
}

/* An address: linear from a base, anywhere in a base's window, or elsewhere */
static u32 some_address(struct fuzz *fuzz, u32 entry)
{
	u32 h = fuzz->igd->info.stolen_base, s = fuzz->igd->info.stolen_size;
	u32 g = igd_oracle_guest_base(&fuzz->oracle);
	const u32 bases[] = { h, g, h + g, 2 * g, h, GUEST_STOLEN };
	u32 base = bases[fuzz_pick(fuzz, ARRAY_SIZE(bases))];

	switch (fuzz_pick(fuzz, 8)) {
	case 0:
		return igd_random(&fuzz->random) & ~0xfffu;
	case 1:
		/* Just below and just above too */
		return base + (fuzz_pick(fuzz, s + SZ_8K) & ~0xfffu) - SZ_4K;
	case 2:
		/* Where stolen memory ends, the host's or that of BAR5 */
		if (fuzz->oracle.host.bar5_stolen && fuzz_pick(fuzz, 2))
			s = fuzz->oracle.host.bar5_stolen;
		return base + (fuzz_pick(fuzz, 2) ? s - SZ_4K : s);
	default:
		return base + entry * SZ_4K;
	}
}

u32 fuzz_low(struct fuzz *fuzz, u32 entry)
{
	u32 flags = fuzz_pick(fuzz, 8) ? 1 : fuzz_pick(fuzz, SZ_4K);

	if (!fuzz_pick(fuzz, 8))
		return igd_random(&fuzz->random);
	return some_address(fuzz, entry) | flags;
}

u32 fuzz_data(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;
	u32 aim = fuzz->oracle.index & ~3u;

	/*
	 * After a non-zero high half, until close, the driver writes halves on their own.
	 * It comes after a quarter of an episode on average.
	 */
	if (platform->pte_size == 8 && aim % 8)
		return fuzz->oracle.high_written || !fuzz_pick(fuzz, 500) ?
		       fuzz_pick(fuzz, 3) : 0;
	return fuzz_low(fuzz, aim / platform->pte_size);
}

u64 fuzz_base(struct fuzz *fuzz)
{
	u64 h = fuzz->igd->info.stolen_base, s = fuzz->igd->info.stolen_size;
	const u64 bases[] = {
		GUEST_STOLEN, GUEST_STOLEN, GUEST_STOLEN + 0x12345, 0, 1, h,
		h + s / 2, h - s, 0xfff00000, 0x80000000, GUEST_STOLEN | 5ULL << 32,
		igd_random(&fuzz->random),
	};

	/* What the guest takes back leaves the stolen memory in BAR5 to it */
	if (fuzz->oracle.bar5_size && fuzz_pick(fuzz, 2))
		return fuzz_pick(fuzz, 2);
	return bases[fuzz_pick(fuzz, ARRAY_SIZE(bases))];
}
