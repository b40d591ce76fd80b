// SPDX-License-Identifier: GPL-2.0-only
#include "faults.h"

size_t faults_kept(const struct faults *faults)
{
	return faults->total < FAULTS_KEPT ? faults->total : FAULTS_KEPT;
}

void faults_add(struct faults *faults, const struct fault *fault)
{
	if (faults->total < FAULTS_KEPT)
		faults->kept[faults->total] = *fault;
	faults->total++;
}

const char *fault_reason_name(enum fault_reason reason)
{
	switch (reason) {
	case FAULT_BEYOND_GTT:
		return "beyond-gtt";
	case FAULT_NOT_PRESENT:
		return "not-present";
	case FAULT_UNMAPPED:
		break;
	}
	return "unmapped";
}
