/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 6.12: what the driver uses of the interface of later kernels. Each piece
 * stands for the function of its name in vfio_pci_core.c or vfio_pci_config.c of
 * 7.3, by means that 6.12 exports.
 */
#ifndef COMPAT_VFIO_PCI_CORE_H
#define COMPAT_VFIO_PCI_CORE_H

#include_next <linux/vfio_pci_core.h>

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/huge_mm.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/mm.h>

/*
 * The operations of 6.12, and after them those that it never calls: the core
 * itself answers VFIO_DEVICE_GET_REGION_INFO, has PASIDs for no PCI device and
 * knows tokens by name only.
 */
struct compat_vfio_device_ops {
	union {
		struct vfio_device_ops known;
		struct {
			char	*name;
			int	(*init)(struct vfio_device *vdev);
			void	(*release)(struct vfio_device *vdev);
			int	(*bind_iommufd)(struct vfio_device *vdev,
						struct iommufd_ctx *ictx,
						u32 *out_device_id);
			void	(*unbind_iommufd)(struct vfio_device *vdev);
			int	(*attach_ioas)(struct vfio_device *vdev,
					       u32 *pt_id);
			void	(*detach_ioas)(struct vfio_device *vdev);
			int	(*open_device)(struct vfio_device *vdev);
			void	(*close_device)(struct vfio_device *vdev);
			ssize_t	(*read)(struct vfio_device *vdev,
					char __user *buf, size_t count,
					loff_t *ppos);
			ssize_t	(*write)(struct vfio_device *vdev,
					 const char __user *buf, size_t count,
					 loff_t *size);
			long	(*ioctl)(struct vfio_device *vdev,
					 unsigned int cmd, unsigned long arg);
			int	(*mmap)(struct vfio_device *vdev,
					struct vm_area_struct *vma);
			void	(*request)(struct vfio_device *vdev,
					   unsigned int count);
			int	(*match)(struct vfio_device *vdev, char *buf);
			void	(*dma_unmap)(struct vfio_device *vdev, u64 iova,
					     u64 length);
			int	(*device_feature)(struct vfio_device *device,
						  u32 flags, void __user *arg,
						  size_t argsz);
		};
	};
	void	*get_region_info_caps;
	void	*match_token_uuid;
	void	*pasid_attach_ioas;
	void	*pasid_detach_ioas;
};

#define COMPAT_SAME_PLACE(_op)						\
	static_assert(offsetof(struct compat_vfio_device_ops, _op) ==	\
		      offsetof(struct vfio_device_ops, _op) &&		\
		      __same_type(((struct compat_vfio_device_ops *)0)->_op, \
				  ((struct vfio_device_ops *)0)->_op))

COMPAT_SAME_PLACE(name);
COMPAT_SAME_PLACE(init);
COMPAT_SAME_PLACE(release);
COMPAT_SAME_PLACE(bind_iommufd);
COMPAT_SAME_PLACE(unbind_iommufd);
COMPAT_SAME_PLACE(attach_ioas);
COMPAT_SAME_PLACE(detach_ioas);
COMPAT_SAME_PLACE(open_device);
COMPAT_SAME_PLACE(close_device);
COMPAT_SAME_PLACE(read);
COMPAT_SAME_PLACE(write);
COMPAT_SAME_PLACE(ioctl);
COMPAT_SAME_PLACE(mmap);
COMPAT_SAME_PLACE(request);
COMPAT_SAME_PLACE(match);
COMPAT_SAME_PLACE(dma_unmap);
COMPAT_SAME_PLACE(device_feature);
static_assert(offsetof(struct compat_vfio_device_ops, get_region_info_caps) ==
	      sizeof(struct vfio_device_ops));

#define vfio_device_ops compat_vfio_device_ops

#undef vfio_alloc_device
#define vfio_alloc_device(dev_struct, member, dev, ops)			\
	container_of(_vfio_alloc_device(sizeof(struct dev_struct) +	\
					BUILD_BUG_ON_ZERO(offsetof(	\
						struct dev_struct, member)), \
					dev, &(ops)->known),		\
		     struct dev_struct, member)

#define vfio_pci_ioctl_get_region_info			NULL
#define vfio_pci_core_match_token_uuid			NULL
#define vfio_iommufd_physical_pasid_attach_ioas		NULL
#define vfio_iommufd_physical_pasid_detach_ioas		NULL

/* 6.12 maps a BAR when it is first asked for, later kernels at enable */
static inline void __iomem *
vfio_pci_core_get_iomap(struct vfio_pci_core_device *vdev, unsigned int bar)
{
	int ret = vfio_pci_core_setup_barmap(vdev, bar);

	return ret ? IOMEM_ERR_PTR(ret) : vdev->barmap[bar];
}

/* Caller holds memory_lock */
static inline bool __vfio_pci_memory_enabled(struct vfio_pci_core_device *vdev)
{
	const __le16 *command = (const __le16 *)(vdev->vconfig + PCI_COMMAND);
	const struct pci_dev *pdev = vdev->pdev;

	if (pdev->current_state >= PCI_D3hot)
		return false;
	return pdev->no_command_memory ||
	       le16_to_cpu(*command) & PCI_COMMAND_MEMORY;
}

/* Huge ones take a type that only 6.12 has, and nobody here inserts them */
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

#endif /* COMPAT_VFIO_PCI_CORE_H */
