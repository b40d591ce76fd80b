// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options of a device in sysfs
 *
 * Documentation/ABI/testing/sysfs-vfio-pci-igd
 */

#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "device.h"

static struct igd_vfio_pci_core_device *igd_from_dev(struct device *dev)
{
	return igd_from_core(dev_get_drvdata(dev));
}

static ssize_t stolen_bar_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	int value = READ_ONCE(igd_from_dev(dev)->stolen_bar);

	switch (value) {
	case IGD_BAR5_AUTO:
		return sysfs_emit(buf, "auto\n");
	case IGD_BAR5_OPREGION:
		return sysfs_emit(buf, "opregion\n");
	default:
		return sysfs_emit(buf, "%d\n", value);
	}
}

/* Sets *@value to what @buf means. Returns 0, or -EINVAL after a message */
static int igd_stolen_bar_parse(const struct igd_vfio_pci_core_device *idev,
				const char *buf, int *value)
{
	u32 max = igd_bar5_stolen_max(idev) / SZ_1M;
	struct pci_dev *pdev = idev->core_device.pdev;
	u16 mib, ggc = 0;

	if (sysfs_streq(buf, "auto")) {
		*value = IGD_BAR5_AUTO;
		return 0;
	}
	if (sysfs_streq(buf, "opregion")) {
		*value = IGD_BAR5_OPREGION;
		return 0;
	}

	if (kstrtou16(buf, 10, &mib)) {
		pci_info(pdev, "Intel IGD: stolen_bar is 0, auto, opregion, or a size in MiB\n");
		return -EINVAL;
	}
	if (mib > max) {
		pci_info(pdev, "Intel IGD: stolen_bar can have up to %u MiB of stolen memory here\n",
			 max);
		return -EINVAL;
	}
	if (!igd_stolen_encode(idev->platform, (u64)mib * SZ_1M, &ggc)) {
		pci_info(pdev, "Intel IGD: GGC has no value for %u MiB of stolen memory\n",
			 mib);
		return -EINVAL;
	}
	*value = mib;
	return 0;
}

static ssize_t stolen_bar_store(struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct igd_vfio_pci_core_device *idev = igd_from_dev(dev);
	int value, ret;

	ret = igd_stolen_bar_parse(idev, buf, &value);
	if (ret)
		return ret;

	/* The core holds it during open and close */
	guard(mutex)(&idev->core_device.vdev.dev_set->lock);

	if (idev->is_open)
		return -EBUSY;
	WRITE_ONCE(idev->stolen_bar, value);
	return count;
}
static DEVICE_ATTR_RW(stolen_bar);

static struct attribute *igd_attrs[] = {
	&dev_attr_stolen_bar.attr,
	NULL
};

/* An IGD of a known generation, whose hardware has no BAR5 */
static umode_t igd_attr_is_visible(struct kobject *kobj, struct attribute *attr,
				   int n)
{
	struct device *dev = kobj_to_dev(kobj);
	const struct igd_platform *platform = igd_from_dev(dev)->platform;

	if (!platform || platform->bdsm == IGD_BDSM_UNKNOWN ||
	    pci_resource_len(to_pci_dev(dev), 5))
		return 0;
	return attr->mode;
}

static const struct attribute_group igd_group = {
	.attrs		= igd_attrs,
	.is_visible	= igd_attr_is_visible,
};

/* Attributes of a device that is bound, for pci_driver.dev_groups */
const struct attribute_group *igd_sysfs_groups[] = {
	&igd_group,
	NULL
};
