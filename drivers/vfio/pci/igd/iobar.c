// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR4, a pair of index and data ports, by which a video BIOS programs the GPU
 *
 * INDEX (port 0) selects a target and an offset, DATA (port 4) accesses the
 * dword there. BAR4 behaves as the hardware, with two exceptions: GTT entries
 * that the guest writes are relocated (gtt.c), and the page with BDSM is the
 * one of mirror.c, as in BAR0: reads come from it, writes are dropped.
 *
 * INDEX
 *   bar->index is the only copy of the guest's INDEX. The driver sends it to
 *   the hardware before each access through the ports. So it need not know the
 *   hardware's INDEX, which is lost whenever the host suspends. Only
 *   the guest's writes and a reset change bar->index. After a write whose
 *   result depends on the hardware (bits that may be read-only, bytes and
 *   words) the driver reads INDEX back.
 *
 * DATA
 *   The reserved targets reach nothing: datasheets do not describe them, and
 *   some hardware is known to decode only one bit of the two. Bytes and words
 *   go to the hardware, which ignores them. Reads of dwords return the
 *   hardware's value. A dword written to a GTT entry of 4 bytes is the whole
 *   entry: it is relocated and written. For 8 bytes:
 *
 *   An entry is relocated while its high half is zero. An entry beyond 4 GiB is
 *   not stolen memory and has to be unchanged. The guest writes the halves in
 *   any order, so bar->guest_low keeps the guest's low half for each entry
 *   where the hardware has another value. The array is allocated at open, as a
 *   write must neither allocate nor fail. There are two states:
 *
 *   !split_writes: all high halves are zero, since the GTT was cleared at open
 *            and the guest has written no other value through BAR4.
 *	low  half     relocate it and write the whole entry, high half zero
 *	high half 0   directly after the low half of the same entry: nothing;
 *		      else write it, the guest may have used BAR0
 *	high half !0  set split_writes and do the same as there
 *
 *   split_writes: high halves are read from the hardware when needed.
 *	low  half     if the high half is zero relocate it; write it
 *	high half 0   if it was not zero, relocate the low half, which is
 *		      unchanged so far; write both
 *	high half !0  write it; restore the guest's low half
 *
 *   With this order of the two writes a low half is relocated only while the
 *   high half is zero. Only the next open clears split_writes.
 *
 * An entry is written by one posted write to the GTT part of BAR0, 4 or 8
 * bytes. It is written through the ports, by up to four accesses that are not
 * posted, if memory decoding is off, the entry is beyond the GTT, or the
 * platform may hang on posted writes while another processor uses the aperture.
 *
 * With I/O decoding off or in D3 the access goes to the ports, and its result
 * is the hardware's.
 *
 * None of this isolates the host from the guest. The IOMMU does.
 */

#include <linux/export.h>
#include <linux/limits.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "iobar.h"
#include "trace.h"

/*
 * Not a number of an entry: an INDEX has 32 bits, and entries at least 4 bytes
 */
#define IGD_NO_ENTRY	U32_MAX

/* The target that INDEX selects */
enum igd_target {
	IGD_TARGET_OTHER,	/* the hardware's */
	IGD_TARGET_RESERVED,	/* nothing */
	IGD_TARGET_GTT,
	IGD_TARGET_SA_PAGE,	/* the page with BDSM */
};

/*
 * Sets the state after open. @cleared: the GTT is known to be all zero. Returns
 * 0 or -ENOMEM. Before, the caller sets the members from ops to name. After, it
 * destroys the state.
 */
int igd_iobar_init(struct igd_iobar *bar, bool cleared)
{
	const struct igd_platform *platform = bar->platform;

	bar->guest_low = NULL;
	if (platform->iobar_gtt && platform->pte_size == 8) {
		bar->guest_low = kvcalloc(igd_gtt_entries(platform, bar->host),
					  sizeof(*bar->guest_low),
					  GFP_KERNEL_ACCOUNT);
		if (!bar->guest_low)
			return -ENOMEM;
	}

	igd_iobar_reset(bar);
	bar->split_writes = !cleared;
	memset(&bar->stats, 0, sizeof(bar->stats));
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(igd_iobar_init);

/* Frees the memory of the state. */
void igd_iobar_destroy(struct igd_iobar *bar)
{
	kvfree(bar->guest_low);
	bar->guest_low = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(igd_iobar_destroy);

/*
 * Sets the state after a reset of the device, which clears INDEX (2nd and 3rd
 * generation datasheets, section 2.9) and keeps the GTT.
 */
void igd_iobar_reset(struct igd_iobar *bar)
{
	bar->index = 0;
	bar->last_whole_entry = IGD_NO_ENTRY;
}
EXPORT_SYMBOL_IF_KUNIT(igd_iobar_reset);

static u32 igd_iobar_offset(const struct igd_iobar *bar)
{
	return bar->index & ~IGD_INDEX_TARGET;
}

static bool igd_iobar_is_gtt(const struct igd_iobar *bar)
{
	return bar->platform->iobar_gtt &&
	       (bar->index & IGD_INDEX_TARGET) == IGD_INDEX_TARGET_GTT;
}

static enum igd_target igd_iobar_target(const struct igd_iobar *bar)
{
	u32 offset = igd_iobar_offset(bar);

	if (bar->index & IGD_INDEX_TARGET_RESERVED)
		return IGD_TARGET_RESERVED;
	if (igd_iobar_is_gtt(bar))
		return IGD_TARGET_GTT;
	if ((bar->index & IGD_INDEX_TARGET) != IGD_INDEX_TARGET_MMIO)
		return IGD_TARGET_OTHER;

	if (offset >= IGD_BAR0_SA_PAGE &&
	    offset < IGD_BAR0_SA_PAGE + IGD_BAR0_SA_PAGE_SIZE)
		return IGD_TARGET_SA_PAGE;
	return IGD_TARGET_OTHER;
}

/* Access through the ports */

static void igd_iobar_send_index(struct igd_iobar *bar, u32 index)
{
	bar->ops->port_write(bar, IGD_IOBAR_INDEX, 4, index);
}

static u32 igd_iobar_port_read(struct igd_iobar *bar, u32 port, u32 width)
{
	if (port < IGD_IOBAR_DECODED)
		igd_iobar_send_index(bar, bar->index);
	return bar->ops->port_read(bar, port, width);
}

static void igd_iobar_port_write(struct igd_iobar *bar, u32 port, u32 width,
				 u32 val)
{
	if (port < IGD_IOBAR_DECODED)
		igd_iobar_send_index(bar, bar->index);
	bar->ops->port_write(bar, port, width, val);
}

/* Access to a dword of the GTT at @offset */

static bool igd_iobar_in_bar0(const struct igd_iobar *bar, u32 offset)
{
	return bar->use_bar0 && offset < bar->host->gtt_size;
}

static u32 igd_iobar_read_gtt(struct igd_iobar *bar, u32 offset)
{
	if (igd_iobar_in_bar0(bar, offset))
		return bar->ops->gtt_read(bar, offset);

	igd_iobar_send_index(bar, offset | IGD_INDEX_TARGET_GTT);
	return bar->ops->port_read(bar, IGD_IOBAR_DATA, 4);
}

static void igd_iobar_write_gtt(struct igd_iobar *bar, u32 offset, u32 val)
{
	if (igd_iobar_in_bar0(bar, offset)) {
		bar->ops->gtt_write(bar, offset, 4, val);
		return;
	}

	igd_iobar_send_index(bar, offset | IGD_INDEX_TARGET_GTT);
	bar->ops->port_write(bar, IGD_IOBAR_DATA, 4, val);
}

/*
 * Low halves that the guest wrote, 0 if the hardware has the same. Only valid
 * entries are changed, and these are never 0.
 */

/* Returns the low half kept for @entry, NULL beyond the GTT */
static u32 *igd_iobar_guest_low(struct igd_iobar *bar, u32 entry)
{
	u32 entries = igd_gtt_entries(bar->platform, bar->host);

	if (entry >= entries)
		return NULL;
	return &bar->guest_low[array_index_nospec(entry, entries)];
}

static void igd_iobar_keep_low(struct igd_iobar *bar, u32 entry, u32 raw,
			       u32 pte)
{
	u32 *kept = igd_iobar_guest_low(bar, entry);

	if (kept)
		*kept = raw == pte ? 0 : raw;
}

static u32 igd_iobar_take_low(struct igd_iobar *bar, u32 entry)
{
	u32 *kept = igd_iobar_guest_low(bar, entry);
	u32 raw;

	if (!kept)
		return 0;

	raw = *kept;
	*kept = 0;
	return raw;
}

/*
 * Returns whether a relocated entry is beyond the stolen memory of BAR5, which
 * can be smaller than the host's
 */
static bool igd_iobar_is_beyond(const struct igd_vregs *vregs, u32 pte)
{
	return vregs->bar5.stolen_size && !igd_written_base(vregs) &&
	       (pte & IGD_PTE_ADDR) - igd_bar5_base(vregs) >=
	       vregs->bar5.stolen_size;
}

static enum igd_gtt_verdict igd_iobar_relocate(struct igd_iobar *bar, u32 entry,
					       u32 *pte)
{
	enum igd_gtt_verdict verdict;
	u32 raw = *pte;

	verdict = igd_gtt_relocate(bar->platform, bar->host,
				   igd_guest_base(bar->vregs), entry, pte);
	if (verdict != IGD_GTT_RELOCATED || *pte == raw ||
	    !igd_iobar_is_beyond(bar->vregs, *pte))
		return verdict;

	*pte = 0;
	return IGD_GTT_BLOCKED;
}

/* Counts and traces an entry: the guest wrote @raw, the hardware got @pte */
static void igd_iobar_account(struct igd_iobar *bar, u32 entry, u32 raw,
			      u32 pte, enum igd_gtt_verdict verdict)
{
	u64 *count = &bar->stats.verdict[verdict];

	/* igd_bar4_warn_blocked() reads it without the lock */
	WRITE_ONCE(*count, *count + 1);
	trace_igd_vfio_pci_gtt(bar->name, entry, raw, pte, verdict);
}

static void igd_iobar_write_pte4(struct igd_iobar *bar, u32 offset, u32 raw)
{
	u32 entry = offset / 4, pte = raw;
	enum igd_gtt_verdict verdict = igd_iobar_relocate(bar, entry, &pte);

	igd_iobar_write_gtt(bar, offset, pte);
	igd_iobar_account(bar, entry, raw, pte, verdict);
}

static void igd_iobar_write_low(struct igd_iobar *bar, u32 offset, u32 raw)
{
	enum igd_gtt_verdict verdict = IGD_GTT_PASSED;
	u32 entry = offset / 8, pte = raw;

	if (!bar->split_writes || !igd_iobar_read_gtt(bar, offset + 4))
		verdict = igd_iobar_relocate(bar, entry, &pte);

	igd_iobar_keep_low(bar, entry, raw, pte);
	if (!bar->split_writes && igd_iobar_in_bar0(bar, offset)) {
		bar->ops->gtt_write(bar, offset, 8, pte);
		bar->last_whole_entry = entry;
	} else {
		igd_iobar_write_gtt(bar, offset, pte);
	}
	igd_iobar_account(bar, entry, raw, pte, verdict);
}

static void igd_iobar_write_high_zero(struct igd_iobar *bar, u32 offset)
{
	enum igd_gtt_verdict verdict;
	u32 entry = offset / 8;
	u32 raw, pte;

	if (bar->split_writes && igd_iobar_read_gtt(bar, offset)) {
		raw = igd_iobar_read_gtt(bar, offset - 4);
		pte = raw;
		verdict = igd_iobar_relocate(bar, entry, &pte);
		igd_iobar_keep_low(bar, entry, raw, pte);
		igd_iobar_write_gtt(bar, offset - 4, pte);
		igd_iobar_account(bar, entry, raw, pte, verdict);
	}
	igd_iobar_write_gtt(bar, offset, 0);
}

static void igd_iobar_write_high(struct igd_iobar *bar, u32 offset, u32 high)
{
	u32 raw;

	bar->split_writes = true;
	igd_iobar_write_gtt(bar, offset, high);
	raw = igd_iobar_take_low(bar, offset / 8);
	if (raw) {
		igd_iobar_write_gtt(bar, offset - 4, raw);
		bar->stats.undone++;
	}
}

/* @last: the entry that the previous access wrote whole */
static void igd_iobar_write_entry(struct igd_iobar *bar, u32 val, u32 last)
{
	u32 offset = igd_iobar_offset(bar);

	if (bar->platform->pte_size == 4)
		igd_iobar_write_pte4(bar, offset, val);
	else if (!(offset & 4))
		igd_iobar_write_low(bar, offset, val);
	else if (val)
		igd_iobar_write_high(bar, offset, val);
	else if (offset / 8 != last)
		igd_iobar_write_high_zero(bar, offset);
}

static void igd_iobar_write_data(struct igd_iobar *bar, u32 port, u32 width,
				 u32 val)
{
	u32 last = bar->last_whole_entry;

	bar->last_whole_entry = IGD_NO_ENTRY;
	switch (igd_iobar_target(bar)) {
	case IGD_TARGET_GTT:
		if (width == 4)
			igd_iobar_write_entry(bar, val, last);
		else
			igd_iobar_port_write(bar, port, width, val);
		break;
	case IGD_TARGET_RESERVED:
	case IGD_TARGET_SA_PAGE:
		break;
	case IGD_TARGET_OTHER:
		igd_iobar_port_write(bar, port, width, val);
		break;
	}
}

/* A dword whose bits the hardware all has is sent with the next access only */
static void igd_iobar_write_index(struct igd_iobar *bar, u32 port, u32 width,
				  u32 val)
{
	if (width == 4) {
		bar->index = val;
		if (val < IGD_INDEX_ALL_LATCHED ||
		    (igd_iobar_is_gtt(bar) &&
		     igd_iobar_offset(bar) < bar->host->gtt_size))
			return;
		igd_iobar_send_index(bar, val);
	} else {
		bar->last_whole_entry = IGD_NO_ENTRY;
		igd_iobar_port_write(bar, port, width, val);
	}
	bar->index = bar->ops->port_read(bar, IGD_IOBAR_INDEX, 4);
}

/* Writes @width (1, 2, 4) aligned bytes at @port of BAR4. */
void igd_iobar_write(struct igd_iobar *bar, u32 port, u32 width, u32 val)
{
	if (port < IGD_IOBAR_DATA)
		igd_iobar_write_index(bar, port, width, val);
	else if (port < IGD_IOBAR_DECODED)
		igd_iobar_write_data(bar, port, width, val);
	else
		igd_iobar_port_write(bar, port, width, val);
}
EXPORT_SYMBOL_IF_KUNIT(igd_iobar_write);

/* Reads @width (1, 2, 4) aligned bytes at @port of BAR4. */
u32 igd_iobar_read(struct igd_iobar *bar, u32 port, u32 width)
{
	bar->last_whole_entry = IGD_NO_ENTRY;
	if (port < IGD_IOBAR_DATA || port >= IGD_IOBAR_DECODED)
		return igd_iobar_port_read(bar, port, width);

	switch (igd_iobar_target(bar)) {
	case IGD_TARGET_RESERVED:
		return 0;
	case IGD_TARGET_SA_PAGE:
		return bar->ops->page_read(bar, igd_iobar_offset(bar) -
					   IGD_BAR0_SA_PAGE +
					   port - IGD_IOBAR_DATA, width);
	default:
		return igd_iobar_port_read(bar, port, width);
	}
}
EXPORT_SYMBOL_IF_KUNIT(igd_iobar_read);
