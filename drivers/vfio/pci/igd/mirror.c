// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of BAR0 that repeats system agent registers
 *
 * Guest drivers read BDSM, GGC and a few more registers there. A mapping of
 * BAR0 shows an ordinary page instead, with the virtual BDSM. Trapping the
 * hardware's page would make each access an exit, and VMMs could not map the
 * whole BAR.
 *
 * The page is marked reserved, so type1 treats it as MMIO: it takes no
 * reference when a user maps it for DMA. Type1 checks the mark again at unmap,
 * and another group of the container can delay that until after the device is
 * gone. So a page stays reserved and is never freed: it goes to a pool for the
 * next device, and leaks when the module is unloaded. A machine with one IGD
 * leaks one page.
 *
 * Users can write to the page, by the CPU and by DMA, and read the values back
 * until the next reset. The kernel reads the page for the user only.
 */

#include <linux/build_bug.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/page-flags.h>
#include <linux/pci.h>
#include <linux/pfn.h>
#include <linux/rwsem.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "device.h"

/* The page's vm_pgoff in a mapping of the VFIO device file */
#define IGD_MIRROR_PGOFF \
	((VFIO_PCI_INDEX_TO_OFFSET(VFIO_PCI_BAR0_REGION_INDEX) + \
	  IGD_BAR0_SA_PAGE) >> PAGE_SHIFT)

static_assert(IGD_BAR0_SA_PAGE_SIZE == PAGE_SIZE);

/* Pages that no device uses, linked by their lru member */
static LIST_HEAD(igd_mirror_pool);
static DEFINE_MUTEX(igd_mirror_pool_lock);

static struct page *igd_mirror_pool_take(void)
{
	struct page *page;

	guard(mutex)(&igd_mirror_pool_lock);

	page = list_first_entry_or_null(&igd_mirror_pool, struct page, lru);
	if (page)
		list_del(&page->lru);
	return page;
}

/*
 * Gives the device a page, if its platform needs one. Returns 0 or -ENOMEM.
 */
int igd_mirror_get(struct igd_vfio_pci_core_device *idev)
{
	struct page *page;

	if (!igd_has_bdsm(idev->platform))
		return 0;

	page = igd_mirror_pool_take();
	if (!page) {
		page = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!page)
			return -ENOMEM;
		SetPageReserved(page);
	}
	idev->mirror.page = page_address(page);
	return 0;
}

/* Takes back the page. BAR0 must not be mapped any more. */
void igd_mirror_put(struct igd_vfio_pci_core_device *idev)
{
	if (!idev->mirror.page)
		return;

	guard(mutex)(&igd_mirror_pool_lock);

	list_add(&virt_to_page(idev->mirror.page)->lru, &igd_mirror_pool);
}

static bool igd_mirror_in_bar0(struct pci_dev *pdev)
{
	return pci_resource_flags(pdev, 0) & IORESOURCE_MEM &&
	       pci_resource_len(pdev, 0) >=
	       IGD_BAR0_SA_PAGE + IGD_BAR0_SA_PAGE_SIZE;
}

static u64 igd_mirror_read_reg(struct igd_vfio_pci_core_device *idev,
			       void __iomem *bar0, u32 offset)
{
	void __iomem *reg = bar0 + IGD_BAR0_SA_PAGE + offset;

	return idev->platform->bdsm == IGD_BDSM_64 ? readq(reg) : readl(reg);
}

/*
 * Read only those registers of the page that a guest's driver is known to read
 * on the same generation: STOLEN_RESERVED (i915), on gen 11 and 12 BGSM
 * (Windows), and GGC, which is also in configuration space. The other registers
 * read 0: no driver is known to need them, and they may not be readable on each
 * generation.
 */
void igd_mirror_open(struct igd_vfio_pci_core_device *idev)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct igd_mirror *mirror = &idev->mirror;
	u64 bgsm = 0, stolen_reserved;
	void __iomem *io;
	u16 ggc;

	if (!mirror->page || mirror->known || !igd_mirror_in_bar0(vdev->pdev))
		return;

	io = vfio_pci_core_get_iomap(vdev, 0);
	if (IS_ERR(io))
		return;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!__vfio_pci_memory_enabled(vdev))
		return;

	pci_read_config_word(vdev->pdev, IGD_CFG_GGC, &ggc);
	if (idev->platform->bdsm == IGD_BDSM_64)
		bgsm = igd_mirror_read_reg(idev, io, IGD_SA_BGSM);
	stolen_reserved = igd_mirror_read_reg(idev, io, IGD_SA_STOLEN_RESERVED);

	guard(mutex)(&idev->lock);

	mirror->ggc = cpu_to_le16(ggc);
	mirror->bgsm = cpu_to_le64(bgsm);
	mirror->stolen_reserved = cpu_to_le64(stolen_reserved);
	mirror->known = true;
}

static void igd_mirror_write(struct igd_vfio_pci_core_device *idev, u32 offset,
			     u64 value)
{
	void *at = idev->mirror.page + offset;

	/* By one store, as the guest's processors may be reading it */
	if (idev->platform->bdsm == IGD_BDSM_64)
		WRITE_ONCE(*(__le64 *)at, cpu_to_le64(value));
	else
		WRITE_ONCE(*(__le32 *)at, cpu_to_le32(value));
}

/* Fills the page after open or reset. The caller holds idev->lock. */
void igd_mirror_reset(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_bar5 *bar5 = &idev->vregs.bar5;
	struct igd_mirror *mirror = &idev->mirror;
	__le16 ggc;

	lockdep_assert_held(&idev->lock);

	if (!mirror->page)
		return;

	ggc = bar5->size ? cpu_to_le16(bar5->ggc) : mirror->ggc;
	memset(mirror->page, 0, IGD_BAR0_SA_PAGE_SIZE);
	memcpy(mirror->page + IGD_SA_GGC, &ggc, sizeof(ggc));
	memcpy(mirror->page + IGD_SA_BGSM, &mirror->bgsm,
	       sizeof(mirror->bgsm));
	memcpy(mirror->page + IGD_SA_STOLEN_RESERVED, &mirror->stolen_reserved,
	       sizeof(mirror->stolen_reserved));
}

/*
 * Writes the virtual BDSM, and what depends on it, to the page. There must be a
 * page; the caller holds idev->lock.
 */
void igd_mirror_update(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_vregs *vregs = &idev->vregs;
	u64 reserved;

	lockdep_assert_held(&idev->lock);

	igd_mirror_write(idev, IGD_SA_BDSM,
			 le64_to_cpu(igd_vreg_read(vregs, IGD_VREG_BDSM)));
	if (!vregs->bar5.stolen_size)
		return;

	reserved = le64_to_cpu(idev->mirror.stolen_reserved);
	igd_mirror_write(idev, IGD_SA_STOLEN_RESERVED,
			 igd_stolen_reserved(vregs, &idev->host, reserved));
}

/*
 * Reads @len bytes at @offset of the page. There must be a page; the caller
 * holds idev->lock.
 */
void igd_mirror_read(struct igd_vfio_pci_core_device *idev, u32 offset,
		     void *bytes, size_t len)
{
	lockdep_assert_held(&idev->lock);

	memcpy(bytes, idev->mirror.page + offset, len);
}

/*
 * Returns whether the aligned 2^@order pages around the fault include the page
 */
static bool igd_mirror_is_hit(const struct vm_fault *vmf, unsigned int order)
{
	unsigned long number = 1UL << order;
	/* Index of the fault's page among these pages */
	unsigned long index = (vmf->address >> PAGE_SHIFT) & (number - 1);
	/* The first page is pgoff - index, which may be before the mapping */
	unsigned long page = IGD_MIRROR_PGOFF + index;

	return page >= vmf->pgoff && page < vmf->pgoff + number;
}

static vm_fault_t igd_mirror_huge_fault(struct vm_fault *vmf,
					unsigned int order)
{
	struct vfio_pci_core_device *vdev = vmf->vma->vm_private_data;
	struct igd_mirror *mirror = &igd_from_core(vdev)->mirror;
	const struct vm_operations_struct *core = mirror->core_ops;

	if (!igd_mirror_is_hit(vmf, order))
		return order ? core->huge_fault(vmf, order) : core->fault(vmf);
	if (order)
		return VM_FAULT_FALLBACK;

	/* The core zaps and refuses it, as it does for the hardware's page */
	guard(rwsem_read)(&vdev->memory_lock);

	return vfio_pci_vmf_insert_pfn(vdev, vmf,
				       PHYS_PFN(virt_to_phys(mirror->page)), 0);
}

static vm_fault_t igd_mirror_fault(struct vm_fault *vmf)
{
	return igd_mirror_huge_fault(vmf, 0);
}

/*
 * Derives our operations from the core's, which are the same for all mappings.
 * Only once, as other mappings may already use ours.
 */
static void igd_mirror_wrap(struct igd_vfio_pci_core_device *idev,
			    const struct vm_operations_struct *core)
{
	struct igd_mirror *mirror = &idev->mirror;

	guard(mutex)(&idev->lock);

	if (mirror->core_ops)
		return;

	mirror->core_ops = core;
	mirror->vm_ops = *core;
	mirror->vm_ops.fault = igd_mirror_fault;
	if (core->huge_fault)
		mirror->vm_ops.huge_fault = igd_mirror_huge_fault;
}

/* vfio_device_ops.mmap */
int igd_mirror_mmap(struct vfio_device *core_vdev, struct vm_area_struct *vma)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);
	int ret;

	ret = vfio_pci_core_mmap(core_vdev, vma);
	if (ret || !idev->mirror.page || vma->vm_pgoff > IGD_MIRROR_PGOFF ||
	    IGD_MIRROR_PGOFF - vma->vm_pgoff >= vma_pages(vma))
		return ret;

	igd_mirror_wrap(idev, vma->vm_ops);
	vma->vm_ops = &idev->mirror.vm_ops;
	return 0;
}

#if IS_ENABLED(CONFIG_VFIO_PCI_DMABUF)
static int igd_mirror_dmabuf_phys(struct vfio_pci_core_device *vdev,
				  struct p2pdma_provider **provider,
				  unsigned int region_index,
				  struct phys_vec *phys_vec,
				  struct vfio_region_dma_range *dma_ranges,
				  size_t nr_ranges)
{
	u64 start = IGD_BAR0_SA_PAGE, end = start + IGD_BAR0_SA_PAGE_SIZE;
	size_t i;

	if (!igd_from_core(vdev)->mirror.page ||
	    region_index != VFIO_PCI_BAR0_REGION_INDEX)
		goto out_core;

	for (i = 0; i < nr_ranges; i++) {
		u64 offset = dma_ranges[i].offset;

		if (offset < end && (offset >= start ||
				     dma_ranges[i].length > start - offset))
			return -EOPNOTSUPP;
	}

out_core:
	return vfio_pci_core_get_dmabuf_phys(vdev, provider, region_index,
					     phys_vec, dma_ranges, nr_ranges);
}

static const struct vfio_pci_device_ops igd_mirror_pci_ops = {
	.get_dmabuf_phys = igd_mirror_dmabuf_phys,
};

/*
 * Prevents an export of the page as a dma-buf. Call before the device is
 * registered.
 */
void igd_mirror_init_dmabuf(struct igd_vfio_pci_core_device *idev)
{
	idev->core_device.pci_ops = &igd_mirror_pci_ops;
}
#endif
