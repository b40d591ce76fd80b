// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR5, which brings stolen memory and the OpRegion to the guest
 *
 * It is an option, for firmware and VMMs that give a guest neither. BAR5 is not
 * in hardware: it shows ordinary memory, first stolen memory, then a copy of
 * the host's OpRegion. The guest's firmware or kernel places it like any BAR.
 * From then on BDSM and ASLS show its address (registers.c).
 *
 * The memory belongs to one open: it is allocated and zeroed there and charged
 * to the opener. Mappings and DMA pins take references on its pages as on those
 * of any memory, so type1 and iommufd count what they pin against
 * RLIMIT_MEMLOCK. The last reference frees a page; the driver drops its own at
 * close.
 *
 * The size of a BAR is a power of two. VMMs map a BAR whole, so the rest of
 * BAR5 shows the same page again and again. It is not worth more: nobody is
 * told about it.
 */

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "device.h"

static struct page *igd_bar5_page(const struct igd_vfio_pci_core_device *idev,
				  u64 pos)
{
	const struct igd_bar5_memory *memory = &idev->bar5;
	u64 i = min_t(u64, pos >> PAGE_SHIFT, memory->number - 1);

	return memory->pages[array_index_nospec(i, memory->number)];
}

static void igd_bar5_free(struct igd_bar5_memory *memory)
{
	unsigned long i = 0;

	while (i < memory->number) {
		struct folio *folio = page_folio(memory->pages[i]);

		i += folio_nr_pages(folio);
		folio_put(folio);
		cond_resched();
	}
	kvfree(memory->pages);
	memset(memory, 0, sizeof(*memory));
}

/*
 * Allocates a huge page for the number of pages left, else a page. It fails
 * where the opener's memory cgroup would kill processes.
 */
static struct folio *igd_bar5_alloc_folio(unsigned long left)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO;
	struct folio *folio = NULL;

	if (left >= PTRS_PER_PMD)
		folio = folio_alloc(gfp | __GFP_NORETRY | __GFP_NOWARN,
				    PMD_ORDER);
	return folio ?: folio_alloc(gfp | __GFP_RETRY_MAYFAIL, 0);
}

static int igd_bar5_alloc(struct igd_bar5_memory *memory, unsigned long number)
{
	memory->pages = kvcalloc(number, sizeof(*memory->pages),
				 GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL);
	if (!memory->pages)
		return -ENOMEM;

	while (memory->number < number) {
		struct folio *folio = NULL;
		unsigned long i;

		if (!fatal_signal_pending(current))
			folio = igd_bar5_alloc_folio(number - memory->number);
		if (!folio) {
			igd_bar5_free(memory);
			return -ENOMEM;
		}
		for (i = 0; i < folio_nr_pages(folio); i++)
			memory->pages[memory->number++] = folio_page(folio, i);
		cond_resched();
	}
	return 0;
}

/*
 * Fills in the OpRegion, as the host's firmware does at each boot: a guest's
 * driver writes to it, and the next boot of the guest must find it as it was.
 * Call at open and after a reset.
 */
void igd_bar5_reset(struct igd_vfio_pci_core_device *idev)
{
	u64 pos = idev->vregs.bar5.stolen_size;
	u32 done, size, part;

	if (!igd_has_bar5(idev) || !idev->opregion)
		return;

	size = idev->opregion->size;
	for (done = 0; done < size; done += part) {
		part = min_t(u32, size - done, PAGE_SIZE);
		memcpy(page_address(igd_bar5_page(idev, pos + done)),
		       idev->opregion->data + done, part);
	}
}

/*
 * Returns how much stolen memory BAR5 can have, in bytes. It is not more than
 * the host's: units of the GPU that take offsets in stolen memory, as frame
 * buffer compression does (ilk_fbc_program_cfb() in i915/display/intel_fbc.c),
 * add them to the hardware's BDSM, and must not reach the memory behind it. And
 * BAR5, up to 1 GiB then, has to fit below 4 GiB with everything else.
 */
u32 igd_bar5_stolen_max(const struct igd_vfio_pci_core_device *idev)
{
	if (!igd_has_bdsm(idev->platform))
		return 0;
	return min_t(u64, idev->host.stolen_size, SZ_512M);
}

/* Returns the size of stolen memory that is set in sysfs, in bytes */
static u32 igd_bar5_stolen_size(const struct igd_vfio_pci_core_device *idev)
{
	switch (idev->stolen_bar) {
	case IGD_BAR5_AUTO:
		return igd_bar5_stolen_max(idev);
	case IGD_BAR5_OPREGION:
		return 0;
	default:
		return idev->stolen_bar * SZ_1M;
	}
}

/* Sets what BAR5 has. Without stolen memory GGC stays as it is in hardware. */
static void igd_bar5_plan(struct igd_vfio_pci_core_device *idev)
{
	const struct igd_opregion *opregion = idev->opregion;
	struct pci_dev *pdev = idev->core_device.pdev;
	u32 stolen_size = igd_bar5_stolen_size(idev);
	u16 ggc;

	pci_read_config_word(pdev, IGD_CFG_GGC, &ggc);
	if (stolen_size && !igd_stolen_encode(idev->platform, stolen_size, &ggc))
		stolen_size = 0;

	guard(mutex)(&idev->lock);

	igd_bar5_set(&idev->vregs.bar5, stolen_size,
		     opregion ? opregion->size : 0, ggc);
}

/*
 * Undoes igd_bar5_open(), if it was called. BAR5 must not be mapped any more.
 */
void igd_bar5_close(struct igd_vfio_pci_core_device *idev)
{
	if (!idev->stolen_bar)
		return;

	kvfree(idev->opregion);
	idev->opregion = NULL;
	igd_bar5_free(&idev->bar5);

	guard(mutex)(&idev->lock);

	memset(&idev->vregs.bar5, 0, sizeof(idev->vregs.bar5));
}

/*
 * Allocates BAR5 with stolen memory and the OpRegion, and owns idev->opregion
 * from then on. Returns 0 or -ENOMEM. If there is nothing to show, logs that and
 * returns 0. The device must be resumed.
 */
int igd_bar5_open(struct igd_vfio_pci_core_device *idev)
{
	struct pci_dev *pdev = idev->core_device.pdev;
	struct igd_bar5 *bar5 = &idev->vregs.bar5;
	u32 used;
	int ret;

	igd_bar5_plan(idev);
	if (!bar5->size) {
		pci_info_ratelimited(pdev, "Intel IGD: no BAR5: there is neither stolen memory nor an OpRegion\n");
		return 0;
	}

	/* One page more, for the rest of BAR5 */
	used = bar5->stolen_size + bar5->opregion_size;
	ret = igd_bar5_alloc(&idev->bar5, PFN_UP(used) + 1);
	if (ret) {
		igd_bar5_close(idev);
		return ret;
	}

	igd_bar5_reset(idev);
	pci_info_ratelimited(pdev, "Intel IGD: BAR5 has %u MiB of stolen memory and %s; there is no OpRegion region\n",
			     bar5->stolen_size / SZ_1M,
			     bar5->opregion_size ? "the OpRegion" :
						   "no OpRegion");
	return 0;
}

/*
 * Lets BDSM and ASLS follow BAR5, COMMAND and the power state. Call after each
 * write to configuration space: nothing else changes them for a guest.
 */
void igd_bar5_follow(struct igd_vfio_pci_core_device *idev)
{
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct igd_vregs *vregs = &idev->vregs;
	bool first;
	u32 base;

	if (!igd_has_bar5(idev))
		return;

	scoped_guard(rwsem_read, &vdev->memory_lock) {
		guard(mutex)(&idev->lock);

		vregs->bar5_decodes = __vfio_pci_memory_enabled(vdev);
		if (idev->mirror.page)
			igd_mirror_update(idev);
		base = igd_bar5_base(vregs);
		first = base && !__test_and_set_bit(IGD_VREG_BAR5,
						    &vregs->seen);
	}
	if (first)
		pci_info_ratelimited(vdev->pdev,
				     "Intel IGD: guest enabled BAR5 at %#x\n",
				     base);
}

/* Explains a dark screen at close. The user has no other sign of its cause. */
void igd_bar5_explain(struct igd_vfio_pci_core_device *idev)
{
	if (igd_has_bar5(idev) && !test_bit(IGD_VREG_BAR5, &idev->vregs.seen))
		pci_info_ratelimited(idev->core_device.pdev,
				     "Intel IGD: guest never enabled BAR5: it had neither OpRegion nor stolen memory\n");
}

/* vfio_device_ops.get_region_info_caps */
int igd_bar5_get_region_info(struct vfio_device *core_vdev,
			     struct vfio_region_info *info,
			     struct vfio_info_cap *caps)
{
	struct igd_vfio_pci_core_device *idev = igd_from_vfio(core_vdev);

	if (info->index != VFIO_PCI_BAR5_REGION_INDEX || !igd_has_bar5(idev))
		return vfio_pci_ioctl_get_region_info(core_vdev, info, caps);

	info->offset = VFIO_PCI_INDEX_TO_OFFSET(info->index);
	info->size = idev->vregs.bar5.size;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		      VFIO_REGION_INFO_FLAG_MMAP;
	return 0;
}

/* Accesses BAR5, for vfio_device_ops.read and .write. There must be a BAR5. */
ssize_t igd_bar5_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite)
{
	u64 pos = *ppos & VFIO_PCI_OFFSET_MASK;
	u64 end = idev->vregs.bar5.size;
	size_t done = 0;
	int ret;

	if (pos >= end)
		return -EINVAL;
	ret = igd_check_memory(idev);
	if (ret)
		return ret;

	count = min_t(u64, count, end - pos);
	while (done < count) {
		u32 offset = offset_in_page(pos + done);
		size_t part = min(count - done, PAGE_SIZE - offset);
		void *at = page_address(igd_bar5_page(idev, pos + done)) +
			   offset;

		if (iswrite ? copy_from_user(at, buf + done, part) :
			      copy_to_user(buf + done, at, part))
			return -EFAULT;
		done += part;
		cond_resched();
	}

	*ppos += done;
	return done;
}

/* The mapping is zapped by the core, as those of other BARs, when they are */
static bool igd_bar5_can_fault(struct vfio_pci_core_device *vdev)
{
	return !vdev->pm_runtime_engaged && __vfio_pci_memory_enabled(vdev);
}

static u64 igd_bar5_fault_pos(const struct vm_fault *vmf)
{
	return (u64)vmf->pgoff << PAGE_SHIFT & VFIO_PCI_OFFSET_MASK;
}

/*
 * Once memory_lock is released, the core may disable memory and zap the mapping
 * before this page is in it. Then the page stays mapped until the next time.
 * The page is memory, so that does no harm.
 */
static vm_fault_t igd_bar5_fault(struct vm_fault *vmf)
{
	struct igd_vfio_pci_core_device *idev = vmf->vma->vm_private_data;
	struct vfio_pci_core_device *vdev = &idev->core_device;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!igd_bar5_can_fault(vdev))
		return VM_FAULT_SIGBUS;

	vmf->page = igd_bar5_page(idev, igd_bar5_fault_pos(vmf));
	get_page(vmf->page);
	return 0;
}

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
static vm_fault_t igd_bar5_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct igd_vfio_pci_core_device *idev = vmf->vma->vm_private_data;
	struct vfio_pci_core_device *vdev = &idev->core_device;
	unsigned long start = vmf->address & PMD_MASK;
	struct page *page;
	struct folio *folio;

	if (order != PMD_ORDER || start < vmf->vma->vm_start ||
	    start + PMD_SIZE > vmf->vma->vm_end)
		return VM_FAULT_FALLBACK;

	/* The page's place in its huge page and in the page table must agree */
	page = igd_bar5_page(idev, igd_bar5_fault_pos(vmf));
	folio = page_folio(page);
	if (folio_order(folio) != PMD_ORDER ||
	    folio_page_idx(folio, page) != (vmf->address - start) >> PAGE_SHIFT)
		return VM_FAULT_FALLBACK;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!igd_bar5_can_fault(vdev))
		return VM_FAULT_SIGBUS;
	return vmf_insert_folio_pmd(vmf, folio, vmf->flags & FAULT_FLAG_WRITE);
}
#endif

static const struct vm_operations_struct igd_bar5_vm_ops = {
	.fault		= igd_bar5_fault,
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	.huge_fault	= igd_bar5_huge_fault,
#endif
};

/*
 * Maps BAR5, for vfio_device_ops.mmap. There must be a BAR5. The mapping is an
 * ordinary one: VM_PFNMAP would keep type1 and iommufd from pinning the pages.
 * VM_DONTEXPAND keeps mlock() away from pages that are not on the LRU list.
 * VM_HUGEPAGE is for kernels whose users have to ask for huge mappings.
 */
int igd_bar5_mmap(struct igd_vfio_pci_core_device *idev,
		  struct vm_area_struct *vma)
{
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT & VFIO_PCI_OFFSET_MASK;
	u64 len = vma->vm_end - vma->vm_start;
	u64 end = idev->vregs.bar5.size;

	if (!(vma->vm_flags & VM_SHARED) || pos >= end || len > end - pos)
		return -EINVAL;

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_HUGEPAGE);
	vma->vm_private_data = idev;
	vma->vm_ops = &igd_bar5_vm_ops;
	return 0;
}
