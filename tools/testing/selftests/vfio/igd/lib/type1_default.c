// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a program that uses libvfio, this lets the environment choose the
 * library's default IOMMU mode, and makes it fall back to type1 where the kernel
 * has no IOMMUFD. The library's own default is iommufd, and without /dev/iommu
 * its assertions fail instead of skipping.
 */
#include <stdlib.h>
#include <unistd.h>

#include <libvfio.h>

static void __attribute__((constructor)) type1_default(void)
{
	const char *mode = getenv("VFIO_SELFTESTS_IOMMU_MODE");

	if (mode)
		default_iommu_mode = mode;
	else if (access("/dev/iommu", F_OK))
		default_iommu_mode = MODE_VFIO_TYPE1V2_IOMMU;
}
