/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_RESET_H
#define IGD_MODEL_RESET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A function level reset takes time, in which the function does not answer. It may
 * take 100 ms (PCI Express 6.0, 6.6.2), and linux waits that long (pcie_flr(),
 * pci_af_flr()). Longer resets are for tests of a device that does not come back.
 */
enum { RESET_MAX_MS = 24 * 3600 * 1000 };

struct reset {
	uint32_t ms;		/* duration */
	bool running;		/* stays true until reset_running() finds the end */
	uint64_t start;		/* ns, of the monotonic clock */
};

/* reset_start - begin a reset. reset_end - end a running reset, if any. */
void reset_start(struct reset *reset);
void reset_end(struct reset *reset);

/* reset_running - whether a reset is running now. */
bool reset_running(struct reset *reset);

/* reset_takes - set the duration, at most RESET_MAX_MS, also of a running reset. */
void reset_takes(struct reset *reset, uint32_t ms);

#endif
