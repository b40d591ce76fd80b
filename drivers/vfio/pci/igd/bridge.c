// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of the host bridge and of the LPC bridge, read-only
 *
 * A VMM shows their ids to guest drivers that look for them, and finds the
 * host's stolen memory base in the host bridge.
 */

#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "igd.h"

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

static u32 igd_bridge_width(u64 pos, size_t count)
{
	if (pos % 2 || count < 2)
		return 1;
	return pos % 4 || count < 4 ? 2 : 4;
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

		width = igd_bridge_width(pos + done, count - done);
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

static int igd_bridge_register_one(struct igd_vfio_pci_core_device *idev,
				   const char *name, unsigned int devfn,
				   unsigned int class, u32 subtype)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct pci_dev *bridge;
	int ret;

	bridge = pci_get_domain_bus_and_slot(0, 0, devfn);
	if (!bridge) {
		pci_info_ratelimited(vdev->pdev,
				     "Intel IGD: no %s region: there is no device 00:%02x.0\n",
				     name, PCI_SLOT(devfn));
		return 0;
	}

	if (bridge->vendor != PCI_VENDOR_ID_INTEL ||
	    bridge->class != class << 8) {
		pci_info_ratelimited(vdev->pdev,
				     "Intel IGD: no %s region: 00:%02x.0 is not Intel's, or of class %06x\n",
				     name, PCI_SLOT(devfn), bridge->class);
		pci_dev_put(bridge);
		return 0;
	}

	ret = vfio_pci_core_register_dev_region(vdev, IGD_REGION_TYPE, subtype,
						&igd_bridge_regops,
						bridge->cfg_size,
						VFIO_REGION_INFO_FLAG_READ,
						bridge);
	if (ret)
		pci_dev_put(bridge);
	return ret;
}

int igd_bridge_register(struct igd_vfio_pci_core_device *idev)
{
	int ret;

	ret = igd_bridge_register_one(idev, "host bridge", PCI_DEVFN(0, 0),
				      PCI_CLASS_BRIDGE_HOST,
				      VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG);
	if (ret)
		return ret;

	return igd_bridge_register_one(idev, "LPC bridge", PCI_DEVFN(0x1f, 0),
				       PCI_CLASS_BRIDGE_ISA,
				       VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG);
}
