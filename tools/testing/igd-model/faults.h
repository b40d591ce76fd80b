/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_FAULTS_H
#define IGD_MODEL_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * DMA faults: accesses that a GTT entry or the IOMMU has refused. All are
 * counted, the first FAULTS_KEPT are kept.
 */
enum { FAULTS_KEPT = 64 };

enum fault_reason {
	FAULT_BEYOND_GTT,	/* no such entry */
	FAULT_NOT_PRESENT,	/* the entry is not valid */
	FAULT_UNMAPPED,		/* no DMA range has the address */
};

struct fault {
	uint64_t entry;		/* number of the GTT entry */
	uint64_t address;	/* address in the entry */
	enum fault_reason reason;
	bool write;
	const char *source;	/* part of the device, a string constant */
};

struct faults {
	uint64_t total;
	struct fault kept[FAULTS_KEPT];
};

/* faults_add - count @fault, and keep it while there is room. */
void faults_add(struct faults *faults, const struct fault *fault);

/* faults_kept - the number of faults in @faults->kept. */
size_t faults_kept(const struct faults *faults);

/* fault_reason_name - one word for the control protocol. */
const char *fault_reason_name(enum fault_reason reason);

#endif
