// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <linux/kernel.h>

#include "bench.h"

#define REPEATS	5

u64 bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void bench_series(const char *kind, const char *name, const char *side,
		  const double *values, unsigned int number)
{
	printf("%s %s %s", kind, name, side);
	for (unsigned int i = 0; i < number; i++)
		printf(" %.1f", values[i]);
	printf("\n");
	fflush(stdout);
}

/*
 * The fastest of several runs: other load on the machine only adds time, and so does
 * the switch from another case.
 */
static double run(const struct bench_case *one, unsigned int count)
{
	u64 best = UINT64_MAX;

	for (int i = 0; i < REPEATS; i++) {
		u64 start;

		if (one->igd)
			igd_flush(one->igd);
		start = bench_now();
		one->run(one->context, count);
		best = min(best, bench_now() - start);
	}
	return (double)best / count;
}

void bench_compare(const char *name, unsigned int rounds, unsigned int count,
		   const struct bench_case *cases, unsigned int number)
{
	double *ns = calloc_assert(number * rounds, sizeof(*ns));

	for (unsigned int round = 0; round < rounds; round++) {
		for (unsigned int i = 0; i < number; i++) {
			unsigned int turn = (round + i) % number;

			ns[turn * rounds + round] = run(&cases[turn], count);
		}
	}

	for (unsigned int i = 0; i < number; i++)
		bench_series("time", name, cases[i].side, ns + i * rounds,
			     rounds);
	free(ns);
}
