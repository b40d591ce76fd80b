/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_DEVICE_H
#define SELFTESTS_VFIO_IGD_DEVICE_H

#include <linux/compiler.h>

#include <libvfio.h>

#include <igd_hardware.h>
#include <igd_model.h>
#include <igd_platform.h>

/* Config registers, Intel datasheets "Processor Graphics Registers" */
#define IGD_ASLS		0xfc	/* OpRegion, include/drm/intel/pci_config.h */

/* A BDSM is set if it is not 0 under this mask: INTEL_BSM_MASK, i915_drm.h */
#define IGD_BDSM_MASK		(~0xfffffULL)

/* BAR4, SNB desktop datasheet volume 2, section 2.9 */
#define IGD_IOBAR_INDEX		0
#define IGD_IOBAR_DATA		4
#define IGD_IOBAR_TARGET_GTT	1	/* bits 1:0 of INDEX; 0 is MMIO */

/*
 * The page of BAR0 that repeats system agent registers: KBL datasheet volume 2,
 * page 533; GGC and STOLEN_RESERVED in it: drivers/gpu/drm/i915/i915_reg.h. They
 * have the width of BDSM; GGC has 16 bits.
 */
#define IGD_MIRROR		0x108000
#define IGD_MIRROR_SIZE		0x1000
#define IGD_GGC_MIRROR		0x108040
#define IGD_BDSM_MIRROR		0x1080c0
#define IGD_BGSM_MIRROR		0x108100
#define IGD_RESERVED_MIRROR	0x1082c0

/* SWF, a scratch register of BAR0: SWF_ILK() in drivers/gpu/drm/i915/i915_reg.h */
#define IGD_SWF			0x4f000

/*
 * The guest's addresses: where SeaBIOS 1.17 reserves stolen memory in a guest of
 * 256 MiB, and an OpRegion at its end
 */
#define GUEST_STOLEN		0x0cf00000
#define GUEST_OPREGION		0x0fffe000

/* An address that no base explains, whatever the model's stolen memory is */
#define ELSEWHERE		0xe0005000

/* An assigned IGD together with the device's own view of it, NULL on real hardware. */
struct igd {
	struct iommu *iommu;
	struct vfio_pci_device *device;
	struct igd_model *model;
	struct igd_info info;
	const struct igd_platform *platform;
};

/*
 * igd_selftests_get_bdf - as vfio_selftests_get_bdf(), but skip the program if the
 * device is not a known IGD.
 */
const char *igd_selftests_get_bdf(int *argc, char *argv[]);

/* igd_selftests_get_model - the same, but skip if it is no model, because of @reason. */
const char *igd_selftests_get_model(int *argc, char *argv[], const char *reason);

/*
 * igd_open - open the device as a VMM does and enable I/O decoding, memory
 * decoding and bus mastering. Ends the test if that fails.
 */
struct igd *igd_open(const char *bdf);
void igd_close(struct igd *igd);

/* igd_device_platform - the platform of the device, NULL if it is not an IGD. */
const struct igd_platform *igd_device_platform(const char *bdf);

/* igd_sysfs_id - the number in @name of PCI device @bdf: "vendor", "device". */
u16 igd_sysfs_id(const char *bdf, const char *name);

/* igd_driver_is - whether the device is bound to the kernel driver @name. */
bool igd_driver_is(const char *bdf, const char *name);

/*
 * __igd_region_access - one read or write of @size bytes at @offset of a VFIO
 * region. Returns the bytes transferred, or -errno.
 */
ssize_t __igd_region_access(struct igd *igd,
			    const struct vfio_region_info *region, bool write,
			    u64 offset, void *data, size_t size);

/* The same for all @size bytes of BAR @bar; a short transfer fails. */
void igd_bar_access(struct igd *igd, int bar, bool write, u64 offset,
		    void *data, size_t size);

u32 igd_bar_readl(struct igd *igd, int bar, u64 offset);
void igd_bar_writel(struct igd *igd, int bar, u64 offset, u32 value);

/* One access to a mapping of a BAR. */
static inline u32 igd_mapped_readl(void *bar, u64 offset)
{
	return READ_ONCE(*(u32 *)(bar + offset));
}

static inline void igd_mapped_writel(void *bar, u64 offset, u32 value)
{
	WRITE_ONCE(*(u32 *)(bar + offset), value);
}

/*
 * igd_mapped_is_refused - whether a read of the mapping ends in SIGBUS. Not for two
 * threads at once.
 */
bool igd_mapped_is_refused(void *bar, u64 offset);

/* igd_capability - the offset of capability @id in config space, 0 if there is none. */
u8 igd_capability(struct igd *igd, u8 id);

/*
 * __igd_irq_eventfd - have interrupt @index of VFIO signalled by @eventfd, or by
 * nothing if that is negative. Returns 0 or -errno.
 */
int __igd_irq_eventfd(struct igd *igd, u32 index, int eventfd);

/*
 * __igd_low_power - let the device sleep while nobody uses it, or not any more.
 * Returns 0 or -errno. igd_low_power() ends the test if that fails.
 */
int __igd_low_power(struct igd *igd, bool may_sleep);
void igd_low_power(struct igd *igd, bool may_sleep);

/*
 * igd_is_suspended - whether the device sleeps now; igd_becomes_suspended waits for it,
 * as runtime suspend comes some time after the last use.
 */
bool igd_is_suspended(const char *bdf);
bool igd_becomes_suspended(const char *bdf);

/*
 * igd_flush - wait until the device has every posted write. A test calls it
 * before it asks the model, whose control port takes another way.
 */
void igd_flush(struct igd *igd);

/* igd_bdsm_write - write @base to BDSM, as a guest's firmware does. */
void igd_bdsm_write(struct igd *igd, u64 base);

/* igd_bdsm_read - BDSM as the guest reads it from config space. */
u64 igd_bdsm_read(struct igd *igd);

/*
 * igd_dma_map - give the device @size bytes of zeroed memory at @iova.
 * Undo with igd_dma_unmap().
 */
void igd_dma_map(struct igd *igd, struct dma_region *region, iova_t iova,
		 u64 size);
void igd_dma_unmap(struct igd *igd, struct dma_region *region);

#endif
