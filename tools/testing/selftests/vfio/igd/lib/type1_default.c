// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked into a program that uses libvfio, this makes the library fall back
 * to type1 where the kernel has no IOMMUFD. The library's own default is
 * iommufd, and without /dev/iommu its assertions fail instead of skipping.
 */
#include <unistd.h>

#include <libvfio.h>

static void __attribute__((constructor)) type1_default(void)
{
	if (access("/dev/iommu", F_OK))
		default_iommu_mode = MODE_VFIO_TYPE1V2_IOMMU;
}
