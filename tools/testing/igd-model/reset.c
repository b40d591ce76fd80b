// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "reset.h"

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

void reset_start(struct reset *reset)
{
	reset->running = true;
	reset->start = now();
}

void reset_end(struct reset *reset)
{
	reset->running = false;
}

bool reset_running(struct reset *reset)
{
	if (reset->running && now() - reset->start >= reset->ms * 1000000ull)
		reset->running = false;
	return reset->running;
}

void reset_takes(struct reset *reset, uint32_t ms)
{
	/* a longer duration does not restart a completed reset */
	reset_running(reset);
	reset->ms = ms;
}
