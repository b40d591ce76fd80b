// SPDX-License-Identifier: GPL-2.0-only
/* Reads of BDSM in the page of BAR0 that repeats it, as by guest drivers */
#include <linux/kernel.h>

#include "bench.h"

static void read_mapped(void *context, unsigned int count)
{
	struct igd *igd = context;

	for (unsigned int i = 0; i < count; i++)
		igd_mapped_readl(igd->device->bars[0].vaddr, IGD_BDSM_MIRROR);
}

/* The VMM's read for a trapped access of a guest */
static void read_file(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		igd_bar_readl(context, 0, IGD_BDSM_MIRROR);
}

static void count_reads(struct bench_device *device)
{
	struct igd_model_counters counters;
	double reads;

	igd_model_reset_counters(device->igd->model);
	read_mapped(device->igd, 100);
	igd_model_counters(device->igd->model, &counters);
	reads = counters.traffic[IGD_MODEL_MIRROR].read / 100.0;
	bench_series("count", "bdsm.read.bus", device->side, &reads, 1);
}

void bench_bdsm(struct bench_device *devices)
{
	const struct bench_case mapped[] = {
		{ "ours", read_mapped, devices[0].igd, devices[0].igd },
		{ "stock", read_mapped, devices[1].igd, devices[1].igd },
	};
	const struct bench_case trapped[] = {
		{ "ours", read_file, devices[0].igd, devices[0].igd },
		{ "stock", read_file, devices[1].igd, devices[1].igd },
	};

	count_reads(&devices[0]);
	count_reads(&devices[1]);
	bench_compare("bdsm.read.mapped", 30, 50, mapped, ARRAY_SIZE(mapped));
	bench_compare("bdsm.read.file", 30, 50, trapped, ARRAY_SIZE(trapped));
}
