// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of the GTT, the GPU's page table
 *
 * A video BIOS maps stolen memory linearly: entry n to base + n * 4 KiB. The
 * base it uses is one of four:
 *
 *   H      the host's base, cached in the ROM image since the host's POST
 *   G      the guest's base, read from the virtual BDSM
 *   H + G  H, to which QEMU up to 9.2 adds G: it takes what BDSM reads at
 *          first, 0, for the host's base and relocates from there
 *   2 * G  G under the same QEMU
 *
 * Whatever the base, the entry shall be G + (address - base). All arithmetic
 * is modulo 2^32, because QEMU's is.
 *
 * An address elsewhere in stolen memory, be it H's or G's, is one in the
 * guest's, too: a second framebuffer, say. The two sums allow no such guess, for
 * what lies behind them can be any memory of the guest, or even H.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/sizes.h>
#include <kunit/visibility.h>

#include "iobar.h"

/*
 * Finds the base that @addr is relative to. Returns IGD_GTT_PASSED if there is
 * none, IGD_GTT_AMBIGUOUS if @addr lies in the host's and in the guest's stolen
 * memory.
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
 * @entry: its number
 * @pte: the entry; of an 8 byte one the low half, the high half being zero.
 *	 Changed to what the hardware shall get.
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
