// SPDX-License-Identifier: GPL-2.0-only
/*
 * Relocation of entries of the GTT, the GPU's page table
 *
 * A video BIOS maps stolen memory linearly: entry n to base + n * 4 KiB. It
 * uses one of four bases:
 *
 *   H      the host's base, cached in the ROM image since the host's POST
 *   G      the guest's base, read from the virtual BDSM
 *   H + G  H, to which QEMU up to 9.2 adds G: that QEMU uses the first value of
 *          BDSM, 0, as the host's base and relocates from there
 *   2 * G  G under the same QEMU
 *
 * With each base, the relocated address is G + (address - base). All arithmetic
 * is modulo 2^32, as in QEMU.
 *
 * Any other address in the host's or the guest's stolen memory is relocated to
 * the guest's, too: it may be a second framebuffer. This does not work for the
 * two sums: behind them may be any guest memory, or even H.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/sizes.h>
#include <kunit/visibility.h>

#include "iobar.h"

/*
 * Finds the base that @addr is relative to. Returns IGD_GTT_PASSED if there is
 * none, and IGD_GTT_AMBIGUOUS if @addr is in both the host's and the guest's
 * stolen memory.
 */
static enum igd_gtt_verdict igd_gtt_base(const struct igd_host *host, u32 guest,
					 u32 entry, u32 addr, u32 *base)
{
	u32 h = host->stolen_base;
	u32 bases[] = { h, guest, h + guest, 2 * guest };
	bool in_host, in_guest;
	int i;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		if (addr - entry * SZ_4K == bases[i]) {
			*base = bases[i];
			return IGD_GTT_RELOCATED;
		}
	}

	in_host = addr - h < host->stolen_size;
	in_guest = addr - guest < host->stolen_size;
	if (!in_host && !in_guest)
		return IGD_GTT_PASSED;
	if (in_host && in_guest && h != guest)
		return IGD_GTT_AMBIGUOUS;

	*base = in_host ? h : guest;
	return IGD_GTT_RELOCATED;
}

/*
 * Relocates an entry that a guest writes through BAR4.
 * @guest: base of the guest's stolen memory, 0 if not written yet
 * @entry: number of the entry
 * @pte: the entry, or the low half of an 8 byte entry whose high half is zero.
 *	 Returns the value for the hardware.
 */
enum igd_gtt_verdict igd_gtt_relocate(const struct igd_platform *platform,
				      const struct igd_host *host, u32 guest,
				      u32 entry, u32 *pte)
{
	u32 addr = *pte & IGD_PTE_ADDR;
	enum igd_gtt_verdict verdict;
	u32 base;

	if (!(*pte & IGD_PTE_VALID))
		return IGD_GTT_INVALID;
	if (*pte & platform->pte_addr_high)
		return IGD_GTT_PASSED;	/* beyond 4 GiB, unlike stolen memory */
	if (!host->stolen_base || !host->stolen_size)
		return IGD_GTT_PASSED;

	if (!guest) {
		if (addr - (u32)host->stolen_base >= host->stolen_size)
			return IGD_GTT_PASSED;
		*pte = 0;
		return IGD_GTT_BLOCKED;
	}

	verdict = igd_gtt_base(host, guest, entry, addr, &base);
	if (verdict == IGD_GTT_RELOCATED)
		*pte = (addr - base + guest) | (*pte & ~IGD_PTE_ADDR);
	return verdict;
}
EXPORT_SYMBOL_IF_KUNIT(igd_gtt_relocate);

/*
 * Returns the address in a valid entry. See gen6_pte_decode() and
 * gen8_ggtt_pte_decode() in drivers/gpu/drm/i915/gt/intel_ggtt.c.
 */
static u64 igd_gtt_address(const struct igd_platform *platform, u64 pte)
{
	if (platform->pte_size == 8)
		return pte & IGD_PTE_ADDR64;
	return (pte & IGD_PTE_ADDR) |
	       (pte & platform->pte_addr_high) << IGD_PTE_ADDR_HIGH_SHIFT;
}

/*
 * Returns what @pte, an entry of the hardware, points at. @guest is the guest's
 * stolen memory, with size 0 if there is none yet.
 */
enum igd_gtt_target igd_gtt_target(const struct igd_platform *platform,
				   const struct igd_host *host,
				   const struct igd_stolen *guest, u64 pte)
{
	u64 addr = igd_gtt_address(platform, pte);

	if (!(pte & IGD_PTE_VALID))
		return IGD_TARGET_ABSENT;
	if (addr >= guest->base && addr - guest->base < guest->size)
		return IGD_TARGET_GUEST;
	if (addr >= host->stolen_base &&
	    addr - host->stolen_base < host->stolen_size)
		return IGD_TARGET_HOST;
	return IGD_TARGET_ELSEWHERE;
}
EXPORT_SYMBOL_IF_KUNIT(igd_gtt_target);
