/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: GTT entries and the
 * I/O BAR
 *
 * Pure: works on bytes, numbers and callbacks, and knows of no device.
 */

#ifndef IGD_VFIO_PCI_IOBAR_H
#define IGD_VFIO_PCI_IOBAR_H

#include <linux/types.h>

#include "registers.h"

enum igd_gtt_verdict {
	IGD_GTT_INVALID,	/* not valid: written unchanged */
	IGD_GTT_PASSED,		/* not stolen memory: written unchanged */
	IGD_GTT_RELOCATED,	/* now addresses the guest's stolen memory */
	IGD_GTT_BLOCKED,	/* host stolen memory, no guest base: cleared */
	IGD_GTT_AMBIGUOUS,	/* host or guest stolen memory: unchanged */
	IGD_GTT_VERDICTS,
};

enum igd_gtt_verdict igd_gtt_relocate(const struct igd_platform *platform,
				      const struct igd_host *host, u32 guest,
				      u32 entry, u32 *pte);

/* What an entry points at */
enum igd_gtt_target {
	IGD_TARGET_ABSENT,	/* the entry is not valid */
	IGD_TARGET_GUEST,	/* the guest's stolen memory */
	IGD_TARGET_HOST,	/* only the host's */
	IGD_TARGET_ELSEWHERE,
	IGD_TARGETS,
};

enum igd_gtt_target igd_gtt_target(const struct igd_platform *platform,
				   const struct igd_host *host,
				   const struct igd_stolen *guest, u64 pte);

struct igd_iobar;

/* How the state machine reaches the hardware: the ports are BAR4 */
struct igd_iobar_ops {
	u32 (*port_read)(struct igd_iobar *bar, u32 port, u32 width);
	void (*port_write)(struct igd_iobar *bar, u32 port, u32 width, u32 val);
	u32 (*gtt_read)(struct igd_iobar *bar, u32 offset);
	void (*gtt_write)(struct igd_iobar *bar, u32 offset, u32 width, u64 val);
	/* @offset counts from IGD_BAR0_SA_PAGE */
	u32 (*page_read)(struct igd_iobar *bar, u32 offset, u32 width);
};

struct igd_iobar_stats {
	u64 verdict[IGD_GTT_VERDICTS];	/* entries, by enum igd_gtt_verdict */
	u64 undone;		/* relocations undone by a non-zero high half */
};

/* State of BAR4; the state machine is described in iobar.c */
struct igd_iobar {
	const struct igd_iobar_ops *ops;
	const struct igd_platform *platform;
	const struct igd_host *host;
	const struct igd_vregs *vregs;
	const char *name;	/* for tracepoints */
	u32 index;		/* the guest's INDEX */
	bool use_bar0;		/* the GTT part of BAR0 can be accessed */
	bool split_writes;	/* high halves may be non-zero: write each half
				 * on its own
				 */
	u32 last_whole_entry;	/* entry that the last access wrote whole */
	u32 *guest_low;		/* by entry: the low half that the guest wrote,
				 * 0 if the hardware has the same; NULL for
				 * entries of 4 bytes
				 */
	struct igd_iobar_stats stats;
};

int igd_iobar_init(struct igd_iobar *bar, bool cleared);
void igd_iobar_destroy(struct igd_iobar *bar);
void igd_iobar_reset(struct igd_iobar *bar);
u32 igd_iobar_read(struct igd_iobar *bar, u32 port, u32 width);
void igd_iobar_write(struct igd_iobar *bar, u32 port, u32 width, u32 val);

#endif
