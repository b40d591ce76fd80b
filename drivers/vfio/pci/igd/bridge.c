// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of the host bridge and of the LPC bridge, read-only
 *
 * A VMM shows their ids to guest drivers that need them, and finds the host's
 * stolen memory base in the host bridge.
 */

#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"

/* Reads @width (1, 2, 4) bytes */
static int igd_bridge_read(struct pci_dev *bridge, int pos, u32 width,
			   __le32 *val)
{
	u32 dword = 0;
	u16 word = 0;
	u8 byte = 0;
	int ret;

	switch (width) {
	case 1:
		ret = pci_user_read_config_byte(bridge, pos, &byte);
		*val = cpu_to_le32(byte);
		break;
	case 2:
		ret = pci_user_read_config_word(bridge, pos, &word);
		*val = cpu_to_le32(word);
		break;
	default:
		ret = pci_user_read_config_dword(bridge, pos, &dword);
		*val = cpu_to_le32(dword);
	}
	return ret;
}

static ssize_t igd_bridge_rw(struct vfio_pci_core_device *vdev,
			     char __user *buf, size_t count, loff_t *ppos,
			     bool iswrite)
{
	unsigned int i = VFIO_PCI_OFFSET_TO_INDEX(*ppos) - VFIO_PCI_NUM_REGIONS;
	struct pci_dev *bridge = vdev->region[i].data;
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;
	size_t done;
	u32 width;

	if (pos >= vdev->region[i].size || iswrite)
		return -EINVAL;

	count = min_t(u64, count, vdev->region[i].size - pos);

	for (done = 0; done < count; done += width) {
		__le32 val;
		int ret;

		width = igd_access_width(pos + done, count - done);
		ret = igd_bridge_read(bridge, pos + done, width, &val);
		if (ret)
			return ret;
		if (copy_to_user(buf + done, &val, width))
			return -EFAULT;
	}

	*ppos += count;
	return count;
}

static void igd_bridge_release(struct vfio_pci_core_device *vdev,
			       struct vfio_pci_region *region)
{
	pci_dev_put(region->data);
}

static const struct vfio_pci_regops igd_bridge_regops = {
	.rw		= igd_bridge_rw,
	.release	= igd_bridge_release,
};

struct igd_bridge {
	const char *region;
	const char *kind;
	unsigned int devfn;
	unsigned int class;
	u32 subtype;
};

/* In the same order as in vfio-pci */
static const struct igd_bridge igd_bridges[] = {
	{
		.region = "host bridge", .kind = "host bridge",
		.devfn = PCI_DEVFN(0, 0), .class = PCI_CLASS_BRIDGE_HOST,
		.subtype = VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG,
	},
	{
		.region = "LPC bridge", .kind = "ISA bridge",
		.devfn = PCI_DEVFN(0x1f, 0), .class = PCI_CLASS_BRIDGE_ISA,
		.subtype = VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG,
	},
};

/* Returns the bridge with a reference, or NULL after a message */
static struct pci_dev *igd_bridge_get(struct pci_dev *igd,
				      const struct igd_bridge *bridge)
{
	struct pci_dev *pdev;

	pdev = pci_get_domain_bus_and_slot(0, 0, bridge->devfn);
	if (!pdev) {
		pci_info_ratelimited(igd, "Intel IGD: no %s region: there is no device 00:%02x.0\n",
				     bridge->region, PCI_SLOT(bridge->devfn));
		return NULL;
	}

	if (pdev->vendor == PCI_VENDOR_ID_INTEL &&
	    pdev->class == bridge->class << 8)
		return pdev;

	pci_info_ratelimited(igd, "Intel IGD: no %s region: 00:%02x.0 is not an Intel %s (class %06x)\n",
			     bridge->region, PCI_SLOT(bridge->devfn),
			     bridge->kind, pdev->class);
	pci_dev_put(pdev);
	return NULL;
}

static int igd_bridge_register_one(struct igd_vfio_pci_core_device *idev,
				   const struct igd_bridge *bridge)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct pci_dev *pdev;
	int ret;

	pdev = igd_bridge_get(vdev->pdev, bridge);
	if (!pdev)
		return 0;

	ret = vfio_pci_core_register_dev_region(vdev, IGD_REGION_TYPE,
						bridge->subtype,
						&igd_bridge_regops,
						pdev->cfg_size,
						VFIO_REGION_INFO_FLAG_READ,
						pdev);
	if (ret)
		pci_dev_put(pdev);
	return ret;
}

/*
 * Registers the host bridge and LPC bridge regions. Returns 0 or -ENOMEM. If a
 * bridge is missing, logs the reason and goes on.
 */
int igd_bridge_register(struct igd_vfio_pci_core_device *idev)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(igd_bridges); i++) {
		ret = igd_bridge_register_one(idev, &igd_bridges[i]);
		if (ret)
			return ret;
	}
	return 0;
}
