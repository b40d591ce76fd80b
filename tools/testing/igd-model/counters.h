/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_COUNTERS_H
#define IGD_MODEL_COUNTERS_H

#include <stdint.h>

/* Bus transactions by the part of the device that they address. */
enum access_class {
	ACCESS_CONFIG,
	ACCESS_MMIO,
	ACCESS_MIRROR,
	ACCESS_GTT,
	ACCESS_GMADR,
	ACCESS_IOBAR_INDEX,
	ACCESS_IOBAR_DATA,
	ACCESS_IOBAR_OTHER,
	ACCESS_ROM,
	ACCESS_VGA,
	ACCESS_CLASSES,
};

struct access_count {
	uint64_t read;
	uint64_t read_bytes;
	uint64_t write_posted;
	uint64_t write_nonposted;
};

/* Accesses by the CPU that can hang a real machine. */
enum hang_reason {
	HANG_GTT_ACCESS,	/* BAR0's GTT half, if the platform forbids it */
	HANG_GTT_IN_RESET,	/* that half during a function reset */
	HANG_IOBAR_IN_RESET,	/* the I/O BAR's GTT target during a reset */
	HANG_REASONS,
};

struct counters {
	struct access_count access[ACCESS_CLASSES];
	uint64_t hangs[HANG_REASONS];
	uint64_t gtt_flushes;	/* of its TLB, by the CPU */
	uint64_t gtt_unflushed;	/* writes to BAR0's GTT half since the last one */
	uint64_t resets;	/* function level and VFIO device resets */
	uint64_t soft_resets;	/* D3hot to D0 */
	uint64_t swsci;		/* writes that set SWSCI's trigger bit */
	uint64_t interrupts;	/* sent, received or not */
};

/* access_class_name, hang_reason_name - the name in the control protocol. */
const char *access_class_name(enum access_class class);
const char *hang_reason_name(enum hang_reason reason);

#endif
