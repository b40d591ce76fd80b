// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <igd_opener.h>

/* Without iommufd the group returns the file; with iommufd bind the file to it. */
static bool has_cdev(const struct igd_opener *opener)
{
	return !opener->iommu->mode->container_path;
}

static void cdev_open(struct igd_opener *opener)
{
	const char *path = vfio_pci_get_cdev_path(opener->device->bdf);

	opener->device->fd = open(path, O_RDWR);
	VFIO_ASSERT_GE(opener->device->fd, 0);
	free((void *)path);
}

void igd_opener_init(struct igd_opener *opener, const char *bdf)
{
	opener->iommu = iommu_init(default_iommu_mode);
	opener->device = vfio_pci_device_alloc(bdf, opener->iommu);
	if (has_cdev(opener)) {
		cdev_open(opener);
	} else {
		vfio_pci_group_setup(opener->device, bdf);
		vfio_container_set_iommu(opener->device);
	}
}

void igd_opener_cleanup(struct igd_opener *opener)
{
	struct vfio_pci_device *device = opener->device;

	VFIO_ASSERT_EQ(close(has_cdev(opener) ? device->fd : device->group_fd), 0);
	vfio_pci_device_free(device);
	iommu_cleanup(opener->iommu);
}

int igd_opener_open(struct igd_opener *opener)
{
	struct vfio_pci_device *device = opener->device;

	if (has_cdev(opener))
		return __vfio_device_bind_iommufd(device->fd,
						  opener->iommu->iommufd, NULL);

	__vfio_pci_group_get_device_fd(device, device->bdf, NULL);
	return device->fd < 0 ? -errno : 0;
}

void igd_opener_close(struct igd_opener *opener)
{
	VFIO_ASSERT_EQ(close(opener->device->fd), 0);
	if (has_cdev(opener))
		cdev_open(opener);
}
