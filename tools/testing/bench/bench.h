/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_H
#define BENCH_H

#include <igd_device.h>

/* A device whose driver is one side of a comparison. */
struct bench_device {
	const char *side;	/* its name in the results */
	const char *bdf;
	struct igd *igd;	/* NULL if the benchmark opens it */
};

/*
 * One side of a comparison; @run repeats the operation @count times. Each run begins
 * when @igd, if set, has received all posted writes.
 */
struct bench_case {
	const char *side;
	void (*run)(void *context, unsigned int count);
	void *context;
	struct igd *igd;
};

/* bench_now - a monotonic clock, in ns. */
u64 bench_now(void);

/*
 * bench_compare - run the cases in turn, @rounds times, each time beginning with
 * another case. Prints the ns per repetition in the fastest of a few runs in each
 * round: "time NAME SIDE NS...".
 */
void bench_compare(const char *name, unsigned int rounds, unsigned int count,
		   const struct bench_case *cases, unsigned int number);

/*
 * bench_series - print one line of results. @kind is "time" for ns, or "count" for
 * exact numbers.
 */
void bench_series(const char *kind, const char *name, const char *side,
		  const double *values, unsigned int number);

/*
 * The benchmarks; see each file. The devices are "ours", "stock" and a second
 * "stock", which shows the noise.
 */
void bench_entries(struct bench_device *devices);
void bench_entries_bar5(struct bench_device *devices);
void bench_entries_grow(struct bench_device *devices);
void bench_entries_only(struct bench_device *devices);
void bench_clear(struct bench_device *devices);
void bench_threads(struct bench_device *devices);
void bench_bdsm(struct bench_device *devices);
void bench_tax(struct bench_device *devices);
void bench_open(struct bench_device *devices);

#endif
