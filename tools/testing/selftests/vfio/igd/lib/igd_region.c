// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include <linux/sizes.h>

#include <libvfio.h>

#include <igd_region.h>

#define INTEL_REGION	(VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086)

/* Returns the subtype from a capability at @offset of @info or later, 0 if none */
static u32 capability_subtype(const void *info, u32 offset)
{
	const struct vfio_region_info_cap_type *type;
	const struct vfio_info_cap_header *header;

	for (; offset; offset = header->next) {
		header = info + offset;
		if (header->id != VFIO_REGION_INFO_CAP_TYPE)
			continue;

		type = (const void *)header;
		return type->type == INTEL_REGION ? type->subtype : 0;
	}

	return 0;
}

static u32 region_subtype(int fd, u32 index, struct vfio_region_info *region)
{
	struct vfio_region_info *info = calloc_assert(1, SZ_4K);
	u32 subtype = 0;

	info->argsz = SZ_4K;
	info->index = index;
	ioctl_assert(fd, VFIO_DEVICE_GET_REGION_INFO, info);
	if (info->flags & VFIO_REGION_INFO_FLAG_CAPS)
		subtype = capability_subtype(info, info->cap_offset);

	*region = *info;
	free(info);
	return subtype;
}

bool igd_region_find(int fd, u32 subtype, struct vfio_region_info *region)
{
	struct vfio_device_info device = { .argsz = sizeof(device) };

	ioctl_assert(fd, VFIO_DEVICE_GET_INFO, &device);
	for (u32 i = VFIO_PCI_NUM_REGIONS; i < device.num_regions; i++)
		if (region_subtype(fd, i, region) == subtype)
			return true;

	return false;
}
