// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <unistd.h>

#include <linux/limits.h>

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

struct igd *igd_bar5_open(const char *bdf, const char *value)
{
	VFIO_ASSERT_EQ(igd_bar5_set(bdf, value), 0);
	return igd_open(bdf);
}
