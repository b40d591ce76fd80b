/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics: the device
 *
 * The half of the driver that reaches hardware, the VFIO core and users. It is
 * built on the pure half, whose headers it includes.
 */

#ifndef IGD_VFIO_PCI_DEVICE_H
#define IGD_VFIO_PCI_DEVICE_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/vfio_pci_core.h>

#include "iobar.h"
#include "opregion.h"
#include "platform.h"
#include "registers.h"

/* Type of all device regions; they differ in the subtype */
#define IGD_REGION_TYPE \
	(PCI_VENDOR_ID_INTEL | VFIO_REGION_TYPE_PCI_VENDOR_TYPE)

/* The page that mappings of BAR0 show at IGD_BAR0_SA_PAGE (mirror.c) */
struct igd_mirror {
	void *page;		/* users write to it; NULL: the hardware's */
	/* The hardware's registers in the page, once they have been read */
	bool known;
	__le16 ggc;
	__le64 bgsm;
	__le64 stolen_reserved;
	/*
	 * Operations of mappings of BAR0: the core's, and ours derived from
	 * them
	 */
	const struct vm_operations_struct *core_ops;
	struct vm_operations_struct vm_ops;
};

/*
 * BAR5 (bar5.c). Its pages are those of stolen memory and OpRegion, and behind
 * them one that the rest of BAR5 shows.
 */
struct igd_bar5_memory {
	struct page **pages;
	unsigned long number;
};

/* Values of the sysfs attribute stolen_bar; others are a size in MiB */
#define IGD_BAR5_OFF	0
#define IGD_BAR5_AUTO	-1
#define IGD_BAR5_OPREGION -2	/* no stolen memory */

struct igd_vfio_pci_core_device {
	struct vfio_pci_core_device core_device;
	const struct igd_platform *platform;	/* NULL: plain vfio-pci */
	struct igd_host host;
	/*
	 * Protects vregs, iobar, resets, mirror's operations and the kernel's
	 * accesses to mirror.page. It is the innermost lock: its holder does
	 * not call the core and does not access user memory. memory_lock is
	 * taken before it.
	 */
	struct mutex lock;
	struct igd_vregs vregs;
	struct igd_iobar iobar;
	struct igd_mirror mirror;
	/* Both only change under dev_set->lock */
	int stolen_bar;		/* for the next open */
	bool is_open;
	struct igd_bar5_memory bar5;
	unsigned int resets;	/* attempted since bind */
	/* From open to close; NULL if there is none */
	struct igd_opregion *opregion;
	void __iomem *bar0;
	void __iomem *gtt;
	void __iomem *ports;
	bool blocked_warned;
	struct dentry *debugfs;
};

static inline struct igd_vfio_pci_core_device *
igd_from_core(struct vfio_pci_core_device *vdev)
{
	return container_of(vdev, struct igd_vfio_pci_core_device, core_device);
}

static inline struct igd_vfio_pci_core_device *
igd_from_vfio(struct vfio_device *core_vdev)
{
	return container_of(core_vdev, struct igd_vfio_pci_core_device,
			    core_device.vdev);
}

/* Returns whether the user has BAR5. The device must be open. */
static inline bool igd_has_bar5(const struct igd_vfio_pci_core_device *idev)
{
	return idev->vregs.bar5.size;
}

/* device.c */
int igd_enable(struct vfio_pci_core_device *vdev);
int igd_resume(struct igd_vfio_pci_core_device *idev);
bool igd_is_present(struct pci_dev *pdev);
void igd_host_read(struct pci_dev *pdev, const struct igd_platform *platform,
		   struct igd_host *host);
int igd_check_memory(struct igd_vfio_pci_core_device *idev);
u32 igd_access_width(u64 pos, size_t count);

/* config.c */
ssize_t igd_regs_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite);
void igd_vregs_open(struct igd_vfio_pci_core_device *idev);
void igd_vregs_reset(struct igd_vfio_pci_core_device *idev);
void igd_vregs_explain(struct igd_vfio_pci_core_device *idev);

/* host_opregion.c */
enum igd_opregion_error igd_opregion_load(struct pci_dev *pdev,
					  struct igd_opregion **opregion);
void igd_opregion_summarize(struct pci_dev *pdev, char *text, size_t size);
int igd_opregion_get(struct igd_vfio_pci_core_device *idev);
int igd_opregion_register(struct igd_vfio_pci_core_device *idev);

/* bridge.c */
int igd_bridge_register(struct igd_vfio_pci_core_device *idev);

/* bar0.c */
bool igd_gtt_open(struct igd_vfio_pci_core_device *idev);
void igd_gtt_close(struct igd_vfio_pci_core_device *idev);

/* bar4.c */
int igd_bar4_open(struct igd_vfio_pci_core_device *idev, bool cleared);
void igd_bar4_close(struct igd_vfio_pci_core_device *idev);
ssize_t igd_bar4_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite);
void igd_bar4_explain(struct igd_vfio_pci_core_device *idev);

/* bar5.c */
u32 igd_bar5_stolen_max(const struct igd_vfio_pci_core_device *idev);
int igd_bar5_open(struct igd_vfio_pci_core_device *idev);
void igd_bar5_close(struct igd_vfio_pci_core_device *idev);
void igd_bar5_reset(struct igd_vfio_pci_core_device *idev);
void igd_bar5_follow(struct igd_vfio_pci_core_device *idev);
void igd_bar5_explain(struct igd_vfio_pci_core_device *idev);
int igd_bar5_get_region_info(struct vfio_device *core_vdev,
			     struct vfio_region_info *info,
			     struct vfio_info_cap *caps);
ssize_t igd_bar5_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite);
int igd_bar5_mmap(struct igd_vfio_pci_core_device *idev,
		  struct vm_area_struct *vma);

/* sysfs.c */
extern const struct attribute_group *igd_sysfs_groups[];

/* mirror.c */
int igd_mirror_get(struct igd_vfio_pci_core_device *idev);
void igd_mirror_put(struct igd_vfio_pci_core_device *idev);
void igd_mirror_open(struct igd_vfio_pci_core_device *idev);
void igd_mirror_reset(struct igd_vfio_pci_core_device *idev);
void igd_mirror_update(struct igd_vfio_pci_core_device *idev);
void igd_mirror_read(struct igd_vfio_pci_core_device *idev, u32 offset,
		     void *bytes, size_t len);
int igd_mirror_mmap(struct vfio_device *core_vdev, struct vm_area_struct *vma);

#if IS_ENABLED(CONFIG_VFIO_PCI_DMABUF)
void igd_mirror_init_dmabuf(struct igd_vfio_pci_core_device *idev);
#else
static inline void igd_mirror_init_dmabuf(struct igd_vfio_pci_core_device *idev)
{
}
#endif

/* display.c */
struct seq_file;
void igd_display_show(struct igd_vfio_pci_core_device *idev,
		      struct seq_file *seq);

/* debugfs.c */
#ifdef CONFIG_DEBUG_FS
void igd_debugfs_init(void);
void igd_debugfs_exit(void);
void igd_debugfs_add(struct igd_vfio_pci_core_device *idev);
void igd_debugfs_remove(struct igd_vfio_pci_core_device *idev);
#else
static inline void igd_debugfs_init(void)
{
}

static inline void igd_debugfs_exit(void)
{
}

static inline void igd_debugfs_add(struct igd_vfio_pci_core_device *idev)
{
}

static inline void igd_debugfs_remove(struct igd_vfio_pci_core_device *idev)
{
}
#endif

#endif
