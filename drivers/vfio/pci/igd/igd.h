/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO PCI variant driver for Intel integrated graphics
 *
 * Everything up to "The device" is pure: it works on bytes, numbers and
 * callbacks, so that it can be tested without a device.
 */

#ifndef IGD_VFIO_PCI_H
#define IGD_VFIO_PCI_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/vfio_pci_core.h>

#include "regs.h"

/* Platforms (platform.c) */

/*
 * driver_data of the PCI id table. One must be 0, for the PCI core to accept a
 * new_id without driver_data; what new_id claims is not believed anyway.
 */
enum igd_platform_id {
	IGD_SNB, IGD_IVB, IGD_VLV, IGD_HSW,
	IGD_BDW, IGD_CHV,
	IGD_SKL, IGD_BXT, IGD_GLK, IGD_KBL, IGD_CFL, IGD_WHL, IGD_CML, IGD_CNL,
	IGD_ICL, IGD_EHL, IGD_JSL,
	IGD_TGL, IGD_RKL, IGD_ADLS, IGD_ADLP, IGD_ADLN,
	IGD_RPLS, IGD_RPLU, IGD_RPLP,
	IGD_MTL, IGD_ARL, IGD_LNL,
};

/* Where configuration space has the stolen memory base */
enum igd_bdsm {
	IGD_BDSM_UNKNOWN, /* of a generation that the driver does not know */
	IGD_BDSM_NONE,	/* Meteor Lake on: LMEMBAR instead */
	IGD_BDSM_32,	/* at 0x5c */
	IGD_BDSM_64,	/* at 0xc0 */
};

enum igd_ggc { IGD_GGC_SNB, IGD_GGC_BDW, IGD_GGC_CHV, IGD_GGC_GEN9 };

/* What differs between generations */
struct igd_platform {
	const char *name;
	const char *generation;
	enum igd_bdsm bdsm;
	enum igd_ggc ggc;	/* layout of GGC */
	u32 gtt_offset;		/* of the GTT in BAR0 */
	u32 pte_size;		/* bytes, 4 or 8 */
	u32 pte_addr_high;	/* bits of a 4 byte entry that hold address
				 * bits 32 and up
				 */
	bool iobar_gtt;		/* BAR4 reaches the GTT */
	bool gtt_backs_up;	/* posted writes to the GTT may hang accesses to
				 * the aperture behind them
				 */
};

/* What the host's firmware has set up; constant while the host runs */
struct igd_host {
	u64 stolen_base;	/* 0: none, or not in configuration space */
	u64 stolen_size;	/* bytes */
	u32 gtt_size;		/* bytes, 0: none */
};

/*
 * Returns the description of @id, or NULL if it is no member of
 * the enum.
 */
const struct igd_platform *igd_platform_get(unsigned long id);

/* Describes an Intel display device of an unknown generation. */
extern const struct igd_platform igd_platform_unknown;

/* Returns the size in bytes of stolen memory, from @ggc, the GGC register. */
u64 igd_stolen_size(const struct igd_platform *platform, u16 ggc);

/* Returns the size in bytes of the GTT, from @ggc. */
u32 igd_gtt_size(const struct igd_platform *platform, u16 ggc);

/*
 * Returns whether the platform has a BDSM, which also says that it is known,
 * that BAR0 repeats BDSM, and that the CPU may write to the GTT.
 */
static inline bool igd_has_bdsm(const struct igd_platform *platform)
{
	return platform->bdsm == IGD_BDSM_32 || platform->bdsm == IGD_BDSM_64;
}

/* Returns the size in bytes of BDSM, wherever it is. */
static inline size_t igd_bdsm_size(const struct igd_platform *platform)
{
	return platform->bdsm == IGD_BDSM_64 ? sizeof(u64) : sizeof(u32);
}

/* Returns the number of GTT entries. */
static inline u32 igd_gtt_entries(const struct igd_platform *platform,
				  const struct igd_host *host)
{
	return host->gtt_size / platform->pte_size;
}

/* Virtual registers (config.c) */

enum igd_vreg {
	IGD_VREG_ASLS,
	IGD_VREG_BDSM,
	IGD_VREG_COUNT,
	/* What a register that is none of these is read from */
	IGD_VREG_HARDWARE = IGD_VREG_COUNT,
	IGD_VREG_MIRROR,	/* the page in BAR0 (mirror.c) */
};

/* The registers that the guest has in place of the hardware's */
struct igd_vregs {
	__le64 value[IGD_VREG_COUNT];
	unsigned long seen;	/* bit per register: set by the guest since open */
};

/* A run of bytes of a region that is not handed to the core as it is */
struct igd_reg {
	u32 region;		/* VFIO_PCI_*_REGION_INDEX */
	u32 offset;
	u32 size;
	unsigned int bdsm;	/* bit per enum igd_bdsm it applies to */
	enum igd_vreg vreg;	/* what it is read from */
	bool store;		/* writes set @vreg; else they are dropped */
};

/*
 * Finds the register that covers byte @pos of @region for reads or writes.
 * @len is the length of the access from @pos on; it is cut to the end of the
 * register found, or to the start of the next one. Returns NULL if the byte is
 * the core's.
 */
const struct igd_reg *igd_reg_find(const struct igd_platform *platform,
				   u32 region, u64 pos, size_t *len,
				   bool iswrite);

/* Returns the base that the guest gave its stolen memory, 0 if none yet. */
static inline u64 igd_guest_base(const struct igd_vregs *vregs)
{
	return le64_to_cpu(vregs->value[IGD_VREG_BDSM]) & IGD_BDSM_BASE;
}

/* OpRegion (opregion.c) */

/* Why there is no OpRegion */
enum igd_opregion_error {
	IGD_OPREGION_OK,
	IGD_OPREGION_ASLS_ZERO,
	IGD_OPREGION_ASLS_ONES,
	IGD_OPREGION_RAM,
	IGD_OPREGION_UNMAPPABLE,
	IGD_OPREGION_SIGNATURE,
	IGD_OPREGION_NO_MEMORY,
};

/* Why a VBT is not used; the OpRegion is there without it */
enum igd_vbt_error {
	IGD_VBT_OK,
	/* The place of an extended VBT */
	IGD_VBT_RVDS,
	IGD_VBT_RVDA_LOW,
	IGD_VBT_WRAPS,
	IGD_VBT_OVERLAPS,
	IGD_VBT_RAM,
	IGD_VBT_UNMAPPABLE,
	/* The bytes of any VBT */
	IGD_VBT_SHORT,
	IGD_VBT_SIGNATURE,
	IGD_VBT_SIZE,
	IGD_VBT_BDB,
};

/* Where the extended VBT is; there is none if the size is 0 */
struct igd_vbt_place {
	u64 addr;	/* host physical */
	u32 size;	/* bytes */
};

/* The OpRegion as the guest sees it */
struct igd_opregion {
	enum igd_vbt_error left_out;	/* why an extended VBT is missing */
	bool repaired;	/* the checksum of the VBT */
	u32 size;	/* bytes: OPREGION_SIZE plus extended VBT */
	u8 data[] __counted_by(size);
};

/* Returns why there is no OpRegion, as text for a message. */
const char *igd_opregion_strerror(enum igd_opregion_error error);

/* Returns why a VBT is not used, as text for a message. */
const char *igd_vbt_strerror(enum igd_vbt_error error);

/* Returns whether @bytes begin as an OpRegion does. */
bool igd_opregion_is_signed(const u8 *bytes);

/*
 * Finds the extended VBT of the OpRegion @bytes, which is at host address @addr.
 * Returns IGD_VBT_OK if the OpRegion names none or one in a possible place.
 */
enum igd_vbt_error igd_vbt_locate(const u8 *bytes, u64 addr,
				  struct igd_vbt_place *place);

/* Returns why i915 would not use @vbt, which has room for @window bytes. */
enum igd_vbt_error igd_vbt_check(const u8 *vbt, u32 window);

/*
 * Finds the VBT that i915 would use in @opregion, and in @offset its place in
 * there. Otherwise returns what is wrong with the one at @offset.
 */
enum igd_vbt_error igd_opregion_find_vbt(const struct igd_opregion *opregion,
					 u32 *offset);

/*
 * Turns a copy of the host's OpRegion and of the extended VBT, if it is not left
 * out, into what a guest may see.
 */
void igd_opregion_present(struct igd_opregion *opregion);

/* GTT entries (gtt.c) */

enum igd_gtt_verdict {
	IGD_GTT_INVALID,	/* not valid: written as is */
	IGD_GTT_PASSED,		/* not stolen memory: written as is */
	IGD_GTT_RELOCATED,	/* an address in the guest's stolen memory */
	IGD_GTT_BLOCKED,	/* host stolen memory, no guest base: cleared */
	IGD_GTT_AMBIGUOUS,	/* several bases possible: written as is */
	IGD_GTT_VERDICTS,
};

/*
 * Relocates an entry that a guest writes through BAR4.
 * @guest: base of the guest's stolen memory, 0 if not written yet
 * @entry: its number
 * @pte: the entry; of an 8 byte one the low half, the high half being zero.
 *	 Changed to what the hardware shall get.
 */
enum igd_gtt_verdict igd_gtt_relocate(const struct igd_platform *platform,
				      const struct igd_host *host, u32 guest,
				      u32 entry, u32 *pte);

/* BAR4 (iobar.c) */

struct igd_iobar;

/* How the state machine reaches the hardware: the ports are BAR4 */
struct igd_iobar_ops {
	u32 (*port_read)(struct igd_iobar *bar, u32 port, u32 width);
	void (*port_write)(struct igd_iobar *bar, u32 port, u32 width, u32 val);
	u32 (*gtt_read)(struct igd_iobar *bar, u32 offset);
	void (*gtt_write)(struct igd_iobar *bar, u32 offset, u32 width, u64 val);
	/* @offset counts from IGD_BAR0_SA_PAGE */
	u32 (*page_read)(struct igd_iobar *bar, u32 offset, u32 width);
};

struct igd_iobar_stats {
	u64 verdict[IGD_GTT_VERDICTS];	/* valid or not, by enum igd_gtt_verdict */
	u64 undone;		/* relocations undone by a non-zero high half */
};

/* State of BAR4; the state machine is described in iobar.c */
struct igd_iobar {
	const struct igd_iobar_ops *ops;
	const struct igd_platform *platform;
	const struct igd_host *host;
	const struct igd_vregs *vregs;
	const char *name;	/* for tracepoints */
	u32 index;		/* INDEX as the guest has it */
	bool use_bar0;		/* the GTT part of BAR0 can be accessed */
	bool split_writes;	/* high halves may not be zero: write each half
				 * on its own
				 */
	u32 last_whole_entry;	/* entry that the last access wrote whole */
	u32 *guest_low;		/* by entry: the low half as the guest wrote it,
				 * 0 where the hardware has the same; NULL for
				 * entries of 4 bytes
				 */
	struct igd_iobar_stats stats;
};

/*
 * Sets the state after open. @cleared: the GTT is known to be all zero. Returns
 * 0 or -ENOMEM. The caller sets ops to name before, and destroys it after.
 */
int igd_iobar_init(struct igd_iobar *bar, bool cleared);

/* Frees what the state holds. */
void igd_iobar_destroy(struct igd_iobar *bar);

/* Reads or writes @width (1, 2, 4) aligned bytes at @port of BAR4. */
u32 igd_iobar_read(struct igd_iobar *bar, u32 port, u32 width);
void igd_iobar_write(struct igd_iobar *bar, u32 port, u32 width, u32 val);

/* The device was reset: INDEX is 0, the GTT as it was. */
void igd_iobar_reset(struct igd_iobar *bar);

/* The device */

/* Type of all device regions; they differ in the subtype */
#define IGD_REGION_TYPE \
	(PCI_VENDOR_ID_INTEL | VFIO_REGION_TYPE_PCI_VENDOR_TYPE)

/* What mappings of BAR0 show at IGD_BAR0_SA_PAGE (mirror.c) */
struct igd_mirror {
	void *page;		/* users write to it; NULL: the hardware's */
	/* What the hardware has of it, if it is known */
	bool known;
	__le16 ggc;
	__le64 bgsm;
	__le64 stolen_reserved;
	const struct vm_operations_struct *core_ops; /* of mappings of BAR0 */
};

struct igd_vfio_pci_core_device {
	struct vfio_pci_core_device core_device;
	const struct igd_platform *platform;	/* NULL: plain vfio-pci */
	struct igd_host host;
	/*
	 * Protects vregs, iobar, resets and the kernel's accesses to mirror.page.
	 * Innermost: neither the core nor user memory is accessed under it;
	 * memory_lock is taken before it.
	 */
	struct mutex lock;
	struct igd_vregs vregs;
	struct igd_iobar iobar;
	struct igd_mirror mirror;
	unsigned int resets;	/* that were attempted, since bind */
	/* Between open and close only; NULL if not there */
	struct igd_opregion *opregion;
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

/*
 * Resumes the device until pm_runtime_put(). Returns 0, or -EIO after a
 * message, as the core does.
 */
int igd_resume(struct igd_vfio_pci_core_device *idev);

/* Returns whether the device answers, and is not in a reset or gone. */
bool igd_is_present(struct pci_dev *pdev);

/* Reads the registers that @host is made of. The device must be in D0. */
void igd_host_read(struct pci_dev *pdev, const struct igd_platform *platform,
		   struct igd_host *host);

/*
 * Returns whether an access to configuration space or BAR0 is for the core as it
 * is.
 */
bool igd_regs_is_core(struct igd_vfio_pci_core_device *idev, size_t count,
		      loff_t pos, bool iswrite);

/*
 * Any other access to configuration space or BAR0, as vfio_device_ops.read and
 * .write have it.
 */
ssize_t igd_regs_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		    size_t count, loff_t *ppos, bool iswrite);

/* Gives the virtual registers their values after open or reset. */
void igd_vregs_reset(struct igd_vfio_pci_core_device *idev);

/*
 * Copies the OpRegion that ASLS of @pdev points to, as a guest may see it. On
 * IGD_OPREGION_OK the caller frees *@opregion with kvfree(). The device must
 * be resumed.
 */
enum igd_opregion_error igd_opregion_load(struct pci_dev *pdev,
					  struct igd_opregion **opregion);

/*
 * Writes what there is of OpRegion and VBT into @text, as a part of a message.
 * The device must be resumed.
 */
void igd_opregion_describe(struct pci_dev *pdev, char *text, size_t size);

/*
 * Registers the OpRegion, respectively the host and LPC bridge regions.
 * Returns -ENOMEM, or 0, with or without them; a message says why without.
 */
int igd_opregion_register(struct igd_vfio_pci_core_device *idev);
int igd_bridge_register(struct igd_vfio_pci_core_device *idev);

/*
 * Returns the GTT part of BAR0, NULL if there is none, it is not mapped, or the
 * CPU must not access it.
 */
void __iomem *igd_gtt_map(struct igd_vfio_pci_core_device *idev);

/*
 * Clears all entries and waits until the device has them. Returns false if
 * they cannot be accessed. The device must be resumed, and no bus master: its
 * engines could write entries again.
 */
bool igd_gtt_clear(struct igd_vfio_pci_core_device *idev);

/*
 * Sets up BAR4, if there is one, after open, and forgets it at close. @cleared
 * and what open returns as for igd_iobar_init(); close undoes a failed one too.
 */
int igd_iobar_open(struct igd_vfio_pci_core_device *idev, bool cleared);
void igd_iobar_close(struct igd_vfio_pci_core_device *idev);

/* Access to BAR4, as igd_regs_rw(). Only if idev->ports is set. */
ssize_t igd_iobar_rw(struct igd_vfio_pci_core_device *idev, char __user *buf,
		     size_t count, loff_t *ppos, bool iswrite);

/*
 * Gives the device its page, if its platform needs one, and takes it back when
 * nobody has BAR0 mapped any more. Get returns 0 or -ENOMEM.
 */
int igd_mirror_get(struct igd_vfio_pci_core_device *idev);
void igd_mirror_put(struct igd_vfio_pci_core_device *idev);

/*
 * Reads from the hardware what the page holds after a reset; once, for it does
 * not change while the host runs. The device must be resumed.
 */
void igd_mirror_open(struct igd_vfio_pci_core_device *idev);

/* Gives the page its content after open or reset. Call with idev->lock held. */
void igd_mirror_reset(struct igd_vfio_pci_core_device *idev);

/*
 * Gives the page the virtual BDSM, respectively reads @len bytes at @offset of
 * it. Only if there is a page. Call with idev->lock held.
 */
void igd_mirror_update(struct igd_vfio_pci_core_device *idev);
void igd_mirror_read(struct igd_vfio_pci_core_device *idev, u32 offset,
		     void *bytes, size_t len);

/* vfio_device_ops.mmap */
int igd_mirror_mmap(struct vfio_device *core_vdev, struct vm_area_struct *vma);

/* Before the device is registered. The page is no BAR memory to export. */
#if IS_ENABLED(CONFIG_VFIO_PCI_DMABUF)
void igd_mirror_init_dmabuf(struct igd_vfio_pci_core_device *idev);
#else
static inline void igd_mirror_init_dmabuf(struct igd_vfio_pci_core_device *idev)
{
}
#endif

#ifdef CONFIG_DEBUG_FS
/* Creates and removes the directory of all devices. */
void igd_debugfs_init(void);
void igd_debugfs_exit(void);

/* Creates and removes the directory of one device. */
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
