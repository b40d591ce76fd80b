/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_H
#define BENCH_H

#include <igd_device.h>

/* A device whose driver is one side of a comparison. */
struct bench_device {
	const char *side;	/* as the results name it */
	const char *bdf;
	struct igd *igd;	/* NULL where it is opened to be measured */
};

/*
 * What is compared, with what; @run repeats it @count times. Each run begins when
 * @igd, if there is one, has got all that was posted before.
 */
struct bench_case {
	const char *side;
	void (*run)(void *context, unsigned int count);
	void *context;
	struct igd *igd;
};

/* bench_now - a clock that only ever goes on, in ns. */
u64 bench_now(void);

/*
 * bench_compare - run the cases in turn, @rounds times, each time beginning with
 * another one, and print the ns that one of @count repetitions took in the fastest
 * of a few runs in each round: "time NAME SIDE NS...".
 */
void bench_compare(const char *name, unsigned int rounds, unsigned int count,
		   const struct bench_case *cases, unsigned int number);

/*
 * bench_series - print one line of results. @kind is "time" for ns, or "count" for
 * what has no spread.
 */
void bench_series(const char *kind, const char *name, const char *side,
		  const double *values, unsigned int number);

/*
 * What is measured; see each file. The devices are "ours", "stock" and a second
 * "stock", which shows the noise.
 */
void bench_entries(struct bench_device *devices);
void bench_entries_grow(struct bench_device *devices);
void bench_entries_only(struct bench_device *devices);
void bench_clear(struct bench_device *devices);
void bench_threads(struct bench_device *devices);
void bench_bdsm(struct bench_device *devices);
void bench_tax(struct bench_device *devices);
void bench_open(struct bench_device *devices);

#endif
