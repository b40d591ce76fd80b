/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_RESET_H
#define IGD_MODEL_RESET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A function level reset takes time, in which the function answers nothing. It may
 * take 100 ms (PCI Express 6.0, 6.6.2), and so long linux waits (pcie_flr(),
 * pci_af_flr()); longer is for tests of a device that does not come back.
 */
enum { RESET_MAX_MS = 24 * 3600 * 1000 };

struct reset {
	uint32_t ms;		/* how long one takes */
	bool running;		/* or over, and nobody has looked since */
	uint64_t start;		/* ns, of the monotonic clock */
};

/* reset_start - one begins. reset_end - one that is running, if any, is over. */
void reset_start(struct reset *reset);
void reset_end(struct reset *reset);

/* reset_running - whether one is running now. */
bool reset_running(struct reset *reset);

/* reset_takes - how long, at most RESET_MAX_MS, one takes, and one that runs. */
void reset_takes(struct reset *reset, uint32_t ms);

#endif
