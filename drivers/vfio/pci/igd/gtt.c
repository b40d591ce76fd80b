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
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <kunit/visibility.h>

#include "igd.h"

/* How many entries are cleared between two chances to schedule */
#define IGD_CLEAR_BATCH	SZ_4K

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
 * From Meteor Lake on the CPU must not access the GTT through BAR0: it can hang
 * the machine there (Wa_22018444074 in i915), or needs an access to another
 * register after each 63 entries (Wa_22019338487 in xe).
 */
void __iomem *igd_gtt_map(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_platform *platform = idev->platform;
	struct pci_dev *pdev = idev->core_device.pdev;
	void __iomem *io;

	if (!igd_has_bdsm(platform) || !idev->host.gtt_size ||
	    !(pci_resource_flags(pdev, 0) & IORESOURCE_MEM) ||
	    pci_resource_len(pdev, 0) <
	    (u64)platform->gtt_offset + idev->host.gtt_size)
		return NULL;

	io = vfio_pci_core_get_iomap(&idev->core_device, 0);
	return IS_ERR(io) ? NULL : io + platform->gtt_offset;
}

/*
 * Waits for the entries, which are posted, for the IOMMU domain may change next.
 * Before gen 8 i915 also flushes the GPU's TLB after such writes, by
 * gen6_ggtt_invalidate(), although the datasheets have the GPU snoop them.
 */
static void igd_gtt_flush(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_platform *platform = idev->platform;
	void __iomem *flush;

	if (platform->pte_size == 8) {
		readq(idev->gtt);
		return;
	}

	flush = idev->gtt - platform->gtt_offset + IGD_BAR0_FLSH_CNTL;
	writel(IGD_FLSH_CNTL_EN, flush);
	readl(flush);
}

bool igd_gtt_clear(struct igd_vfio_pci_core_device *idev)
{
	u32 entries = igd_gtt_entries(idev->platform, &idev->host);
	struct vfio_pci_core_device *vdev = &idev->core_device;
	u32 i;

	/* An access while the device is in a reset may hang it */
	if (!idev->gtt || !igd_is_present(vdev->pdev))
		return false;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!__vfio_pci_memory_enabled(vdev))
		return false;

	for (i = 0; i < entries; i++) {
		if (idev->platform->pte_size == 8)
			writeq(0, idev->gtt + i * 8);
		else
			writel(0, idev->gtt + i * 4);
		if (!(i % IGD_CLEAR_BATCH))
			cond_resched();
	}

	igd_gtt_flush(idev);
	return true;
}
