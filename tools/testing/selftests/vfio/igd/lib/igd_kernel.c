// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bits.h>

#include <igd_binding.h>
#include <igd_kernel.h>

#define LEAK_DETECTOR	"/sys/kernel/debug/kmemleak"

static long meminfo_kib(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "r");
	size_t length = strlen(name);
	char line[128];
	long kib = -1;

	VFIO_ASSERT_NOT_NULL(file);
	while (kib < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':')
			kib = atol(line + length + 1);
	fclose(file);
	VFIO_ASSERT_GE(kib, 0, "no %s in meminfo\n", name);

	return kib;
}

/* Free pages that processors keep for themselves, up to some MiB */
static long percpu_free_kib(void)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	long pages, sum = 0;
	char line[128];

	VFIO_ASSERT_NOT_NULL(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " count: %ld", &pages) == 1)
			sum += pages;
	fclose(file);

	return sum * getpagesize() / 1024;
}

/* Whole pages that somebody has allocated for themselves */
static long missing_kib(void)
{
	static const char * const kinds[] = {
		"MemFree", "Buffers", "Cached", "AnonPages", "Slab", "KernelStack",
		"PageTables", "VmallocUsed", "Percpu",
	};
	long kib = meminfo_kib("MemTotal") - percpu_free_kib();

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		kib -= meminfo_kib(kinds[i]);

	return kib;
}

static long vmalloc_areas(void)
{
	FILE *file = fopen("/proc/vmallocinfo", "r");
	char line[512];
	long lines = 0;

	VFIO_ASSERT_NOT_NULL(file);
	/* Freed areas are purged later, many at a time. */
	while (fgets(line, sizeof(line), file))
		lines += !strstr(line, "unpurged");
	fclose(file);

	return lines;
}

struct igd_memory igd_memory_look(void)
{
	VFIO_ASSERT_EQ(__igd_sysfs_write("/proc/sys/vm/drop_caches", "3"), 0);
	return (struct igd_memory) {
		.used_kib = meminfo_kib("SUnreclaim") + meminfo_kib("VmallocUsed") +
			    meminfo_kib("Percpu"),
		.missing_kib = missing_kib(),
		.areas = vmalloc_areas(),
	};
}

bool igd_memory_is_as(const struct igd_memory *before, long tolerance_kib)
{
	struct igd_memory after = igd_memory_look();

	printf("# used %ld KiB before, %ld after; missing %ld, %ld; areas %ld, %ld\n",
	       before->used_kib, after.used_kib, before->missing_kib,
	       after.missing_kib, before->areas, after.areas);
	return after.areas <= before->areas + 8 &&
	       (!access(LEAK_DETECTOR, F_OK) ||
		(after.used_kib - before->used_kib < tolerance_kib &&
		 after.missing_kib - before->missing_kib < tolerance_kib));
}

/* TAINT_BAD_PAGE, TAINT_DIE, TAINT_WARN: Documentation/admin-guide/tainted-kernels.rst */
#define TAINTS	(BIT(5) | BIT(7) | BIT(9))

unsigned int igd_taints(void)
{
	FILE *file = fopen("/proc/sys/kernel/tainted", "r");
	unsigned int taints;
	int fields;

	VFIO_ASSERT_NOT_NULL(file);
	fields = fscanf(file, "%u", &taints);
	VFIO_ASSERT_EQ(fields, 1);
	fclose(file);

	return taints & TAINTS;
}
