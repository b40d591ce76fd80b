/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the VFIO PCI variant driver for Intel integrated graphics
 */

#undef TRACE_SYSTEM
#define TRACE_SYSTEM igd_vfio_pci

#if !defined(_TRACE_IGD_VFIO_PCI_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_IGD_VFIO_PCI_H

#include <linux/tracepoint.h>

#include "iobar.h"
#include "registers.h"

TRACE_DEFINE_ENUM(IGD_GTT_INVALID);
TRACE_DEFINE_ENUM(IGD_GTT_PASSED);
TRACE_DEFINE_ENUM(IGD_GTT_RELOCATED);
TRACE_DEFINE_ENUM(IGD_GTT_BLOCKED);
TRACE_DEFINE_ENUM(IGD_GTT_AMBIGUOUS);

TRACE_EVENT(igd_vfio_pci_gtt,
	TP_PROTO(const char *name, u32 nr, u32 raw, u32 pte,
		 enum igd_gtt_verdict verdict),
	TP_ARGS(name, nr, raw, pte, verdict),

	TP_STRUCT__entry(
		__string(name, name)
		__field(u32, nr)
		__field(u32, raw)
		__field(u32, pte)
		__field(int, verdict)
	),

	TP_fast_assign(
		__assign_str(name);
		__entry->nr = nr;
		__entry->raw = raw;
		__entry->pte = pte;
		__entry->verdict = verdict;
	),

	TP_printk("%s: entry %u: %#x -> %#x %s", __get_str(name), __entry->nr,
		__entry->raw, __entry->pte,
		__print_symbolic(__entry->verdict,
			{ IGD_GTT_INVALID, "invalid" },
			{ IGD_GTT_PASSED, "passed" },
			{ IGD_GTT_RELOCATED, "relocated" },
			{ IGD_GTT_BLOCKED, "blocked" },
			{ IGD_GTT_AMBIGUOUS, "ambiguous" }))
);

TRACE_EVENT(igd_vfio_pci_reg,
	TP_PROTO(const char *name, const struct igd_reg *reg, u32 offset,
		 u32 size, u64 val, bool iswrite),
	TP_ARGS(name, reg, offset, size, val, iswrite),

	TP_STRUCT__entry(
		__string(name, name)
		__field(u32, region)
		__field(u32, offset)
		__field(u32, size)
		__field(u64, val)
		__field(bool, iswrite)
		__field(bool, dropped)
	),

	TP_fast_assign(
		__assign_str(name);
		__entry->region = reg->region;
		__entry->offset = reg->offset + offset;
		__entry->size = size;
		__entry->val = size < 8 ?
			       val & GENMASK_ULL(8 * size - 1, 0) : val;
		__entry->iswrite = iswrite;
		__entry->dropped = iswrite && reg->kind != IGD_REG_VIRTUAL;
	),

	TP_printk("%s: region %u: %s %#x+%u: %#llx%s", __get_str(name),
		__entry->region, __entry->iswrite ? "write" : "read",
		__entry->offset, __entry->size, __entry->val,
		__entry->dropped ? " dropped" : "")
);

#endif /* _TRACE_IGD_VFIO_PCI_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

/* This part must be outside protection */
#include <trace/define_trace.h>
