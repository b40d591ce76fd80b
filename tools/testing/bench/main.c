// SPDX-License-Identifier: GPL-2.0-only
/*
 * igd-bench WHAT SIDE=BDF...: compares the drivers of devices, and prints a line for
 * each series of results: kind, name, side, values.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include <x86intrin.h>

#include "bench.h"

#define MAX_DEVICES	8

static const struct {
	const char *what;
	void (*run)(struct bench_device *devices);
	bool opens;		/* the benchmark opens the devices itself */
} benches[] = {
	{ "entries", bench_entries },
	{ "bar5", bench_entries_bar5, .opens = true },
	{ "grow", bench_entries_grow },
	{ "threads", bench_threads },
	{ "clear", bench_clear },
	{ "entries-only", bench_entries_only },
	{ "bdsm", bench_bdsm },
	{ "tax", bench_tax },
	{ "open", bench_open, .opens = true },
};

/* Guests measure by the TSC. */
static void bench_tsc(void)
{
	u64 start = bench_now(), tsc = __rdtsc();
	double ghz;

	while (bench_now() - start < 200000000)
		;
	ghz = (double)(__rdtsc() - tsc) / (bench_now() - start);
	bench_series("count", "tsc.ghz", "both", &ghz, 1);
}

static void run(int bench, struct bench_device *devices)
{
	struct bench_device *device;

	for (device = devices; device->bdf && !benches[bench].opens; device++)
		device->igd = igd_open(device->bdf);
	benches[bench].run(devices);
	for (device = devices; device->igd; device++)
		igd_close(device->igd);
}

int main(int argc, char *argv[])
{
	struct bench_device devices[MAX_DEVICES + 1] = {};

	if (argc == 2 && !strcmp(argv[1], "tsc")) {
		bench_tsc();
		return 0;
	}

	for (int i = 2; i < argc && i - 2 < MAX_DEVICES; i++) {
		devices[i - 2].side = strsep(&argv[i], "=");
		devices[i - 2].bdf = argv[i];
	}
	for (int i = 0; i < ARRAY_SIZE(benches); i++) {
		if (argc > 2 && !strcmp(argv[1], benches[i].what)) {
			run(i, devices);
			return 0;
		}
	}
	fprintf(stderr, "usage: igd-bench WHAT SIDE=BDF...\n");
	return 2;
}
