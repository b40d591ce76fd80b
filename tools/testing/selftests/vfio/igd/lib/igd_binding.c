// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>

#include <igd_binding.h>

void igd_debugfs_path(char *path, size_t size, const char *bdf, const char *name)
{
	snprintf_assert(path, size, "/sys/kernel/debug/vfio/%s/vfio-pci-igd/%s", bdf, name);
	if (access(path, F_OK))
		snprintf_assert(path, size, "/sys/kernel/debug/vfio-pci-igd/%s/%s", bdf,
				name);
}

int __igd_sysfs_write(const char *path, const char *text)
{
	ssize_t ret;
	int fd;

	fd = open(path, O_WRONLY);
	VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);
	ret = write(fd, text, strlen(text));
	if (ret < 0)
		ret = -errno;
	close(fd);

	return ret < 0 ? ret : 0;
}

int __igd_sysfs_device_write(const char *bdf, const char *file,
			     const char *text)
{
	char path[PATH_MAX];

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, file);
	return __igd_sysfs_write(path, text);
}

void igd_unbind(const char *bdf)
{
	char *driver = sysfs_driver_get(bdf);

	if (driver)
		VFIO_ASSERT_EQ(__igd_sysfs_device_write(bdf, "driver/unbind", bdf), 0);

	free(driver);
}

void igd_bind(const char *bdf, const char *driver)
{
	igd_unbind(bdf);
	VFIO_ASSERT_EQ(__igd_sysfs_device_write(bdf, "driver_override", driver), 0);
	VFIO_ASSERT_EQ(__igd_sysfs_write("/sys/bus/pci/drivers_probe", bdf), 0);
}

bool igd_resets_by_itself(const char *bdf)
{
	char path[PATH_MAX], methods[64] = "";
	FILE *file;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/reset_method", bdf);
	file = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(file);
	VFIO_ASSERT_NOT_NULL(fgets(methods, sizeof(methods), file));
	fclose(file);

	return strstr(methods, "device_specific");
}

void igd_allow_resets(const char *bdf, bool allow)
{
	const char *methods = allow ? "default" : "\n";

	VFIO_ASSERT_EQ(__igd_sysfs_device_write(bdf, "reset_method", methods), 0);
}
