/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_RANDOM_H
#define SELFTESTS_VFIO_IGD_RANDOM_H

#include <stdlib.h>

#include <linux/types.h>

/*
 * igd_random - the next number of the sequence of a seed: splitmix64, Steele, Lea
 * and Flood, "Fast splittable pseudorandom number generators".
 */
static inline u64 igd_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* igd_pick - a random number below @number. */
static inline u32 igd_pick(u64 *state, u32 number)
{
	return igd_random(state) % number;
}

/* igd_seed - $IGD_FUZZ_SEED, which repeats a run; else @otherwise. */
static inline u64 igd_seed(u64 otherwise)
{
	const char *text = getenv("IGD_FUZZ_SEED");

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

/* igd_seconds - $IGD_FUZZ_SECONDS, the duration; else @otherwise. */
static inline unsigned int igd_seconds(unsigned int otherwise)
{
	const char *text = getenv("IGD_FUZZ_SECONDS");

	return text && *text ? strtoul(text, NULL, 0) : otherwise;
}

#endif
