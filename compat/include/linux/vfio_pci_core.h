/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux before 7.2: the interfaces of later kernels that the driver uses and this one
 * lacks (Kbuild). Each function replaces the one of the same name in vfio_pci_core.c or
 * vfio_pci_config.c of 7.3, and uses symbols that 6.12 exports.
 */
#ifndef COMPAT_VFIO_PCI_CORE_H
#define COMPAT_VFIO_PCI_CORE_H

#include_next <linux/vfio_pci_core.h>

#include <linux/err.h>
#include <linux/huge_mm.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

/*
 * The operations, followed by those that the kernel lacks and never calls. There
 * VFIO_DEVICE_GET_REGION_INFO is an ioctl like others, PASIDs of PCI devices are not
 * supported, and tokens by name only.
 */
struct compat_vfio_device_ops {
	union {
		struct vfio_device_ops known;
		struct vfio_device_ops;
	};
#ifdef LACKS_get_region_info_caps
	int	(*get_region_info_caps)(struct vfio_device *vdev,
					struct vfio_region_info *info,
					struct vfio_info_cap *caps);
#endif
#ifdef LACKS_match_token_uuid
	void	*match_token_uuid;
#endif
#ifdef LACKS_pasid_attach_ioas
	void	*pasid_attach_ioas;
	void	*pasid_detach_ioas;
#endif
};

#define vfio_device_ops compat_vfio_device_ops

#undef vfio_alloc_device
#define vfio_alloc_device(dev_struct, member, dev, ops)			\
	container_of(_vfio_alloc_device(sizeof(struct dev_struct) +	\
					BUILD_BUG_ON_ZERO(offsetof(	\
						struct dev_struct, member)), \
					dev, &(ops)->known),		\
		     struct dev_struct, member)

#ifdef LACKS_get_region_info_caps
/*
 * There is no such function: an error that no user sees says that the core has to handle
 * the ioctl.
 */
static inline int vfio_pci_ioctl_get_region_info(struct vfio_device *core_vdev,
						 struct vfio_region_info *info,
						 struct vfio_info_cap *caps)
{
	return -ENOIOCTLCMD;
}

/* vfio_pci_core_ioctl(), with what vfio_get_region_info() of 7.3 does before */
static inline long compat_vfio_pci_core_ioctl(struct vfio_device *core_vdev,
					      unsigned int cmd, unsigned long arg)
{
	const struct compat_vfio_device_ops *ops =
		container_of(core_vdev->ops, struct compat_vfio_device_ops, known);
	unsigned long size = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info = {};
	struct vfio_info_cap caps = {};
	int ret;

	if (cmd != VFIO_DEVICE_GET_REGION_INFO)
		return vfio_pci_core_ioctl(core_vdev, cmd, arg);
	if (copy_from_user(&info, (void __user *)arg, size))
		return -EFAULT;
	if (info.argsz < size)
		return -EINVAL;

	ret = ops->get_region_info_caps(core_vdev, &info, &caps);
	if (ret == -ENOIOCTLCMD)
		return vfio_pci_core_ioctl(core_vdev, cmd, arg);
	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info, size) ? -EFAULT : 0;
}

#define vfio_pci_core_ioctl compat_vfio_pci_core_ioctl
#endif
#ifdef LACKS_match_token_uuid
#define vfio_pci_core_match_token_uuid			NULL
#endif
#ifdef LACKS_pasid_attach_ioas
#define vfio_iommufd_physical_pasid_attach_ioas		NULL
#define vfio_iommufd_physical_pasid_detach_ioas		NULL
#endif

#ifdef LACKS_phys_vec
#define phys_vec dma_buf_phys_vec
#endif

#ifdef LACKS_vfio_pci_core_get_iomap
/* Such a kernel maps a BAR at its first use; later kernels map it at enable */
static inline void __iomem *
vfio_pci_core_get_iomap(struct vfio_pci_core_device *vdev, unsigned int bar)
{
	int ret = vfio_pci_core_setup_barmap(vdev, bar);

	return ret ? IOMEM_ERR_PTR(ret) : vdev->barmap[bar];
}
#endif

#ifdef LACKS___vfio_pci_memory_enabled
/* The caller holds memory_lock */
static inline bool __vfio_pci_memory_enabled(struct vfio_pci_core_device *vdev)
{
	const __le16 *command = (const __le16 *)(vdev->vconfig + PCI_COMMAND);
	const struct pci_dev *pdev = vdev->pdev;

	if (pdev->current_state >= PCI_D3hot)
		return false;
	return pdev->no_command_memory ||
	       le16_to_cpu(*command) & PCI_COMMAND_MEMORY;
}
#endif

#ifdef LACKS_vmf_insert_folio_pmd
/* Such a kernel makes a huge mapping of a huge page itself, after ->fault() */
static inline vm_fault_t vmf_insert_folio_pmd(struct vm_fault *vmf, struct folio *folio,
					      bool write)
{
	return VM_FAULT_FALLBACK;
}
#endif

#ifdef LACKS_vfio_pci_vmf_insert_pfn
/* Huge pages need a type that only 6.12 has, and the driver does not insert them */
static inline vm_fault_t
vfio_pci_vmf_insert_pfn(struct vfio_pci_core_device *vdev, struct vm_fault *vmf,
			unsigned long pfn, unsigned int order)
{
	lockdep_assert_held_read(&vdev->memory_lock);

	if (order)
		return VM_FAULT_FALLBACK;
	if (vdev->pm_runtime_engaged || !__vfio_pci_memory_enabled(vdev))
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address, pfn);
}
#endif

#endif /* COMPAT_VFIO_PCI_CORE_H */
