// SPDX-License-Identifier: GPL-2.0-only
/*
 * For programs that use libvfio: an environment variable selects the library's
 * default IOMMU mode, and the mode falls back to type1 if the kernel has no
 * IOMMUFD. The library's own default is iommufd, and without /dev/iommu its
 * assertions fail instead of skipping.
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
