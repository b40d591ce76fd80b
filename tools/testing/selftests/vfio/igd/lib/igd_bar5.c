// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_binding.h>

/* Documentation/ABI/testing/sysfs-vfio-pci-igd */
#define OPTION	"stolen_bar"

static void option_path(const char *bdf, char path[PATH_MAX])
{
	snprintf_assert(path, PATH_MAX, "/sys/bus/pci/devices/%s/" OPTION, bdf);
}

bool igd_bar5_exists(const char *bdf)
{
	char path[PATH_MAX];

	option_path(bdf, path);
	return !access(path, F_OK);
}

int igd_bar5_set(const char *bdf, const char *value)
{
	return __igd_sysfs_device_write(bdf, OPTION, value);
}

void igd_bar5_get(const char *bdf, char *text, size_t size)
{
	char path[PATH_MAX];
	FILE *file;

	option_path(bdf, path);
	file = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(file, "fopen(%s) failed\n", path);
	VFIO_ASSERT_NOT_NULL(fgets(text, size, file));
	fclose(file);
}

const char *igd_bar5_least(const char *bdf)
{
	const struct igd_platform *platform = igd_device_platform(bdf);

	if (!platform->bdsm)
		return "opregion";
	/* GMS of drivers/gpu/drm/i915/gem/i915_gem_stolen.c: steps of 4 MiB from gen 9 on */
	return platform->gen >= 9 ? "4" : "32";
}

u32 igd_bar5_stolen_size(struct igd *igd)
{
	char text[16];

	if (!igd->platform->bdsm)
		return 0;
	igd_bar5_get(igd->device->bdf, text, sizeof(text));
	return strcmp(text, "auto\n") ? atoi(text) * SZ_1M : igd->info.stolen_size;
}

struct igd *igd_bar5_open(const char *bdf, const char *value)
{
	VFIO_ASSERT_EQ(igd_bar5_set(bdf, value), 0);
	return igd_open(bdf);
}

bool igd_is_filled(const u8 *memory, u64 size, u8 byte)
{
	return !size || (*memory == byte && !memcmp(memory, memory + 1, size - 1));
}
