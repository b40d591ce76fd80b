/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_OPENER_H
#define SELFTESTS_VFIO_IGD_OPENER_H

#include <libvfio.h>

/* Opens only the device, which may fail. All steps before it are done at init. */
struct igd_opener {
	struct iommu *iommu;
	struct vfio_pci_device *device;
};

/* igd_opener_init - prepare to open @bdf in the default IOMMU mode. */
void igd_opener_init(struct igd_opener *opener, const char *bdf);
void igd_opener_cleanup(struct igd_opener *opener);

/* igd_opener_open - open the device. Returns 0 or -errno. */
int igd_opener_open(struct igd_opener *opener);

/* igd_opener_close - close it, and be ready to open it again. */
void igd_opener_close(struct igd_opener *opener);

#endif
