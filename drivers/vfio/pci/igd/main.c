// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO PCI variant driver for Intel integrated graphics
 *
 * Binds devices, and dispatches operations that the core does not handle. A
 * device without a platform works as with plain vfio-pci.
 */

#include <linux/aperture.h>
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/iommufd.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include <drm/intel/pciids.h>

#include "device.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define IGD_DRIVER_NAME "vfio-pci-igd"

/* Out of tree only */
#ifdef IGD_VFIO_PCI_VERSION
MODULE_VERSION(IGD_VFIO_PCI_VERSION);
#define IGD_VERSION_TEXT ", version " IGD_VFIO_PCI_VERSION
#else
#define IGD_VERSION_TEXT ""
#endif

static int igd_vfio_pci_init_dev(struct vfio_device *core_vdev)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	int ret;

	mutex_init(&idev->lock);
	ret = vfio_pci_core_init_dev(core_vdev);
	if (ret)
		mutex_destroy(&idev->lock);
	return ret;
}

static void igd_vfio_pci_release_dev(struct vfio_device *core_vdev)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);

	igd_mirror_put(idev);
	mutex_destroy(&idev->lock);
	vfio_pci_core_release_dev(core_vdev);
}

static int igd_vfio_pci_open_plain(struct vfio_device *core_vdev)
{
	struct vfio_pci_core_device *vdev =
		container_of(core_vdev, struct vfio_pci_core_device, vdev);
	int ret;

	ret = vfio_pci_core_enable(vdev);
	if (ret)
		return ret;

	vfio_pci_core_finish_enable(vdev);
	return 0;
}

static int igd_vfio_pci_open_device(struct vfio_device *core_vdev)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	struct vfio_pci_core_device *vdev = &idev->core_device;
	int ret;

	ret = igd_enable(vdev);
	if (ret)
		return ret;

	ret = igd_opregion_get(idev);
	if (ret)
		goto out_disable;
	/*
	 * Either BAR5 or the region. From 10.1 on QEMU takes a device with the
	 * region for an IGD, and hides the device's BDSM and ASLS.
	 */
	ret = idev->stolen_bar ? igd_bar5_open(idev) :
				 igd_opregion_register(idev);
	if (ret)
		goto out_disable;
	/* The regions have the same order as with vfio-pci */
	ret = igd_bridge_register(idev);
	if (ret)
		goto out_close_bar5;

	igd_mirror_open(idev);
	igd_vregs_open(idev);
	ret = igd_bar4_open(idev, igd_gtt_open(idev));
	if (ret)
		goto out_close;

	vfio_pci_core_finish_enable(vdev);
	idev->is_open = true;
	return 0;

out_close:
	igd_bar4_close(idev);
	idev->gtt = NULL;
	idev->bar0 = NULL;
out_close_bar5:
	igd_bar5_close(idev);
out_disable:
	vfio_pci_core_disable(vdev);
	return ret;
}

static void igd_vfio_pci_close_device(struct vfio_device *core_vdev)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);

	igd_gtt_close(idev);
	igd_vregs_explain(idev);
	igd_bar5_explain(idev);
	igd_bar4_explain(idev);
	igd_bar4_close(idev);

	vfio_pci_core_close_device(core_vdev);
	igd_bar5_close(idev);
	idev->is_open = false;
}

static ssize_t igd_vfio_pci_rw(struct vfio_device *core_vdev, char __user *buf,
			       size_t count, loff_t *ppos, bool iswrite)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	u32 region = VFIO_PCI_OFFSET_TO_INDEX(*ppos);
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;

	if (!count)
		return 0;
	if (region == VFIO_PCI_BAR4_REGION_INDEX && idev->ports)
		return igd_bar4_rw(idev, buf, count, ppos, iswrite);
	if (region == VFIO_PCI_BAR5_REGION_INDEX && igd_has_bar5(idev))
		return igd_bar5_rw(idev, buf, count, ppos, iswrite);
	if (igd_regs_include(idev->platform, igd_has_bar5(idev), region, pos,
			     count, iswrite))
		return igd_regs_rw(idev, buf, count, ppos, iswrite);

	if (iswrite)
		return vfio_pci_core_write(core_vdev, buf, count, ppos);
	return vfio_pci_core_read(core_vdev, buf, count, ppos);
}

static ssize_t igd_vfio_pci_read(struct vfio_device *core_vdev,
				 char __user *buf, size_t count, loff_t *ppos)
{
	return igd_vfio_pci_rw(core_vdev, buf, count, ppos, false);
}

static ssize_t igd_vfio_pci_write(struct vfio_device *core_vdev,
				  const char __user *buf, size_t count,
				  loff_t *ppos)
{
	return igd_vfio_pci_rw(core_vdev, (char __user *)buf, count, ppos,
			       true);
}

/* Returns the number of resets so far, from any source */
static unsigned int igd_vfio_pci_resets(struct igd_vfio_pci_core_device *idev)
{
	guard(mutex)(&idev->lock);

	return idev->resets;
}

/*
 * An attempted hot reset resets the virtual registers, even if it failed. A hot
 * reset that the core refused changes nothing.
 */
static long igd_vfio_pci_hot_reset(struct igd_vfio_pci_core_device *idev,
				   unsigned int cmd, unsigned long arg)
{
	unsigned int before = igd_vfio_pci_resets(idev);
	long ret;

	ret = vfio_pci_core_ioctl(&idev->core_device.vdev, cmd, arg);
	if (igd_vfio_pci_resets(idev) != before) {
		igd_vregs_reset(idev);
		igd_bar5_reset(idev);
	}
	return ret;
}

static long igd_vfio_pci_ioctl(struct vfio_device *core_vdev, unsigned int cmd,
			       unsigned long arg)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	long ret;

	switch (cmd) {
	case VFIO_DEVICE_IOEVENTFD:
		/*
		 * Its writes would bypass the virtual registers and the
		 * relocation.
		 */
		if (idev->platform->bdsm != IGD_BDSM_UNKNOWN)
			return -ENOTTY;
		return vfio_pci_core_ioctl(core_vdev, cmd, arg);
	case VFIO_DEVICE_RESET:
		/*
		 * Not every IGD has a reset, or comes back from it. A guest
		 * that starts again must still find the registers cleared.
		 */
		ret = vfio_pci_core_ioctl(core_vdev, cmd, arg);
		igd_vregs_reset(idev);
		igd_bar5_reset(idev);
		return ret;
	case VFIO_DEVICE_PCI_HOT_RESET:
		return igd_vfio_pci_hot_reset(idev, cmd, arg);
	default:
		return vfio_pci_core_ioctl(core_vdev, cmd, arg);
	}
}

static int igd_vfio_pci_mmap(struct vfio_device *core_vdev,
			     struct vm_area_struct *vma)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT;

	if (VFIO_PCI_OFFSET_TO_INDEX(pos) == VFIO_PCI_BAR5_REGION_INDEX &&
	    igd_has_bar5(idev))
		return igd_bar5_mmap(idev, vma);
	return igd_mirror_mmap(core_vdev, vma);
}

static const struct vfio_device_ops igd_vfio_pci_ops = {
	.name		= IGD_DRIVER_NAME,
	.init		= igd_vfio_pci_init_dev,
	.release	= igd_vfio_pci_release_dev,
	.open_device	= igd_vfio_pci_open_device,
	.close_device	= igd_vfio_pci_close_device,
	.ioctl		= igd_vfio_pci_ioctl,
	.get_region_info_caps = igd_bar5_get_region_info,
	.device_feature	= vfio_pci_core_ioctl_feature,
	.read		= igd_vfio_pci_read,
	.write		= igd_vfio_pci_write,
	.mmap		= igd_vfio_pci_mmap,
	.request	= vfio_pci_core_request,
	.match		= vfio_pci_core_match,
	.match_token_uuid = vfio_pci_core_match_token_uuid,
	.bind_iommufd	= vfio_iommufd_physical_bind,
	.unbind_iommufd	= vfio_iommufd_physical_unbind,
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas,
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
};

/*
 * For other devices. They need the driver's name, by which the core matches VFs
 */
static const struct vfio_device_ops igd_vfio_pci_plain_ops = {
	.name		= IGD_DRIVER_NAME,
	.init		= igd_vfio_pci_init_dev,
	.release	= igd_vfio_pci_release_dev,
	.open_device	= igd_vfio_pci_open_plain,
	.close_device	= vfio_pci_core_close_device,
	.ioctl		= vfio_pci_core_ioctl,
	.get_region_info_caps = vfio_pci_ioctl_get_region_info,
	.device_feature	= vfio_pci_core_ioctl_feature,
	.read		= vfio_pci_core_read,
	.write		= vfio_pci_core_write,
	.mmap		= vfio_pci_core_mmap,
	.request	= vfio_pci_core_request,
	.match		= vfio_pci_core_match,
	.match_token_uuid = vfio_pci_core_match_token_uuid,
	.bind_iommufd	= vfio_iommufd_physical_bind,
	.unbind_iommufd	= vfio_iommufd_physical_unbind,
	.attach_ioas	= vfio_iommufd_physical_attach_ioas,
	.detach_ioas	= vfio_iommufd_physical_detach_ioas,
	.pasid_attach_ioas = vfio_iommufd_physical_pasid_attach_ioas,
	.pasid_detach_ioas = vfio_iommufd_physical_pasid_detach_ioas,
};

#define IGD_DEVICE(_id, _platform) { \
	PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_INTEL, (_id)), \
	.driver_data = (_platform) \
}

/* xe-vfio-pci claims Panther Lake and Wildcat Lake */
static const struct pci_device_id igd_vfio_pci_table[] = {
	INTEL_SNB_IDS(IGD_DEVICE, IGD_SNB),
	INTEL_IVB_IDS(IGD_DEVICE, IGD_IVB),
	INTEL_VLV_IDS(IGD_DEVICE, IGD_VLV),
	INTEL_HSW_IDS(IGD_DEVICE, IGD_HSW),
	INTEL_BDW_IDS(IGD_DEVICE, IGD_BDW),
	INTEL_CHV_IDS(IGD_DEVICE, IGD_CHV),
	INTEL_SKL_IDS(IGD_DEVICE, IGD_SKL),
	INTEL_BXT_IDS(IGD_DEVICE, IGD_BXT),
	INTEL_GLK_IDS(IGD_DEVICE, IGD_GLK),
	INTEL_KBL_IDS(IGD_DEVICE, IGD_KBL),
	INTEL_CFL_IDS(IGD_DEVICE, IGD_CFL),
	INTEL_WHL_IDS(IGD_DEVICE, IGD_WHL),
	INTEL_CML_IDS(IGD_DEVICE, IGD_CML),
	INTEL_CNL_IDS(IGD_DEVICE, IGD_CNL),
	INTEL_ICL_IDS(IGD_DEVICE, IGD_ICL),
	INTEL_EHL_IDS(IGD_DEVICE, IGD_EHL),
	INTEL_JSL_IDS(IGD_DEVICE, IGD_JSL),
	INTEL_TGL_IDS(IGD_DEVICE, IGD_TGL),
	INTEL_RKL_IDS(IGD_DEVICE, IGD_RKL),
	INTEL_ADLS_IDS(IGD_DEVICE, IGD_ADLS),
	INTEL_ADLP_IDS(IGD_DEVICE, IGD_ADLP),
	INTEL_ADLN_IDS(IGD_DEVICE, IGD_ADLN),
	INTEL_RPLS_IDS(IGD_DEVICE, IGD_RPLS),
	INTEL_RPLU_IDS(IGD_DEVICE, IGD_RPLU),
	INTEL_RPLP_IDS(IGD_DEVICE, IGD_RPLP),
	INTEL_MTL_IDS(IGD_DEVICE, IGD_MTL),
	INTEL_ARL_IDS(IGD_DEVICE, IGD_ARL),
	INTEL_LNL_IDS(IGD_DEVICE, IGD_LNL),
	{}
};
MODULE_DEVICE_TABLE(pci, igd_vfio_pci_table);

/*
 * The id that probe gets may come from driver_override or new_id, which can
 * name any device. So look up the device in the table. A virtual function has
 * the id of its IGD, but neither OpRegion nor stolen memory. An Intel display
 * device outside of the table gets the device regions, as with vfio-pci.
 */
static const struct igd_platform *igd_vfio_pci_platform(struct pci_dev *pdev)
{
	const struct pci_device_id *id;

	if (pdev->is_virtfn) {
		pci_info(pdev, "Intel IGD: virtual function, working as plain vfio-pci\n");
		return NULL;
	}

	id = pci_match_id(igd_vfio_pci_table, pdev);
	if (id)
		return igd_platform_get(id->driver_data);
	if (pdev->vendor == PCI_VENDOR_ID_INTEL && pci_is_display(pdev))
		return &igd_platform_unknown;

	pci_info(pdev, "not an Intel IGD, working as plain vfio-pci\n");
	return NULL;
}

static void igd_vfio_pci_announce(struct igd_vfio_pci_core_device *idev,
				  const char *opregion)
{
	const struct igd_platform *platform = idev->platform;
	struct pci_dev *pdev = idev->core_device.pdev;
	char host[96];

	if (platform->bdsm == IGD_BDSM_UNKNOWN) {
		pci_info(pdev,
			 "Intel IGD: of a generation unknown to this driver, only ASLS is virtual, %s"
			 IGD_VERSION_TEXT "\n",
			 opregion);
		return;
	}

	igd_host_describe(platform, &idev->host, host, sizeof(host));
	pci_info(pdev, "Intel IGD: %s (gen %s), %s, %s" IGD_VERSION_TEXT "\n", platform->name,
		 platform->generation, host, opregion);
}

/*
 * The core evicts a firmware framebuffer from VGA devices only, but firmware
 * may also use an IGD that is not the VGA device (class 0380).
 */
static int igd_vfio_pci_evict_framebuffer(struct pci_dev *pdev)
{
	if (pdev->class >> 8 != PCI_CLASS_DISPLAY_OTHER)
		return 0;
	return aperture_remove_conflicting_pci_devices(pdev, IGD_DRIVER_NAME);
}

/*
 * Without an IOMMU VFIO only returns -EINVAL. Linux may disable the IOMMU for
 * the IGD only: by igfx_off, and on chipsets where graphics do not work with
 * it, Broadwell and some before Sandy Bridge (quirk_iommu_igfx() in
 * drivers/iommu/intel/iommu.c).
 */
static void igd_vfio_pci_explain_no_iommu(struct pci_dev *pdev, int error)
{
	if (error != -EINVAL || device_iommu_mapped(&pdev->dev))
		return;

	pci_err(pdev, "Intel IGD: no IOMMU translates for this device, so it cannot be assigned: enable VT-d in the firmware, boot with intel_iommu=on and without igfx_off; where the kernel log says \"Disabling IOMMU for graphics on this chipset\" no option helps\n");
}

static int igd_vfio_pci_probe(struct pci_dev *pdev,
			      const struct pci_device_id *id)
{
	const struct igd_platform *platform = igd_vfio_pci_platform(pdev);
	struct igd_vfio_pci_core_device *idev;
	char opregion[96];
	int ret;

	idev = vfio_alloc_device(igd_vfio_pci_core_device, core_device.vdev,
				 &pdev->dev, platform ? &igd_vfio_pci_ops :
							&igd_vfio_pci_plain_ops);
	if (IS_ERR(idev))
		return PTR_ERR(idev);

	dev_set_drvdata(&pdev->dev, &idev->core_device);
	igd_mirror_init_dmabuf(idev);
	idev->platform = platform;

	/*
	 * Before registration, as the device may be suspended at any time after
	 * it
	 */
	if (platform) {
		ret = igd_mirror_get(idev);
		if (ret)
			goto out_put_vdev;
		igd_host_read(pdev, platform, &idev->host);
		igd_opregion_summarize(pdev, opregion, sizeof(opregion));
		ret = igd_vfio_pci_evict_framebuffer(pdev);
		if (ret)
			goto out_put_vdev;
	}

	ret = vfio_pci_core_register_device(&idev->core_device);
	if (ret) {
		igd_vfio_pci_explain_no_iommu(pdev, ret);
		goto out_put_vdev;
	}

	if (platform) {
		igd_debugfs_add(idev);
		igd_vfio_pci_announce(idev, opregion);
	}
	return 0;

out_put_vdev:
	vfio_put_device(&idev->core_device.vdev);
	return ret;
}

static void igd_vfio_pci_remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *vdev = dev_get_drvdata(&pdev->dev);

	igd_debugfs_remove(igd_from_core(vdev));
	vfio_pci_core_unregister_device(vdev);
	vfio_put_device(&vdev->vdev);
}

/*
 * Also called after a failed reset, from vfio_pci_core_enable() and from sysfs.
 * So memory_lock may or may not be held, and the device may be closed.
 */
static void igd_vfio_pci_reset_done(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *vdev = dev_get_drvdata(&pdev->dev);
	struct igd_vfio_pci_core_device *idev = igd_from_core(vdev);

	guard(mutex)(&idev->lock);

	idev->resets++;
	igd_iobar_reset(&idev->iobar);
}

static const struct pci_error_handlers igd_vfio_pci_err_handlers = {
	.reset_done	= igd_vfio_pci_reset_done,
	.error_detected	= vfio_pci_core_aer_err_detected,
};

static struct pci_driver igd_vfio_pci_driver = {
	.name			= IGD_DRIVER_NAME,
	.id_table		= igd_vfio_pci_table,
	.probe			= igd_vfio_pci_probe,
	.remove			= igd_vfio_pci_remove,
	.dev_groups		= igd_sysfs_groups,
	.err_handler		= &igd_vfio_pci_err_handlers,
	.driver_managed_dma	= true,
};

static int __init igd_vfio_pci_init(void)
{
	int ret;

	igd_debugfs_init();
	ret = pci_register_driver(&igd_vfio_pci_driver);
	if (ret)
		igd_debugfs_exit();
	return ret;
}
module_init(igd_vfio_pci_init);

static void __exit igd_vfio_pci_exit(void)
{
	pci_unregister_driver(&igd_vfio_pci_driver);
	igd_debugfs_exit();
}
module_exit(igd_vfio_pci_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("VFIO PCI variant driver for Intel integrated graphics");
