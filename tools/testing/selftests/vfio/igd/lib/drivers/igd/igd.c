// SPDX-License-Identifier: GPL-2.0-only
/*
 * libvfio driver for Intel integrated graphics: copies memory and sends an MSI with
 * the copy engine's ring, without execlists. Registers and commands are from the
 * headers in brackets, in drivers/gpu/drm/i915.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <asm/barrier.h>

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <libvfio.h>

#include <igd_platform.h>

/* [gt/intel_engine_regs.h], of BLT_RING_BASE */
#define RING_TAIL		0x22030
#define RING_HEAD		0x22034
#define RING_START		0x22038
#define RING_CTL		0x2203c
#define   RING_VALID		BIT(0)
#define RING_IMR		0x220a8

/* [gt/intel_gt_regs.h] */
#define GEN6_GDRST		0x941c
#define   GEN6_GRDOM_FULL	BIT(0)
#define GEN11_GT_INTR_DW0	0x190018
#define   GEN11_BCS		BIT(15)
#define GEN11_RENDER_COPY_INTR_ENABLE 0x190030
#define GEN11_INTR_IDENTITY_REG0 0x190060
#define   GEN11_INTR_DATA_VALID	BIT(31)
#define GEN11_IIR_REG0_SELECTOR	0x190070
#define GEN11_BCS_RSVD_INTR_MASK 0x1900a0
#define GT_RENDER_USER_INTERRUPT BIT(0)

/* [i915_reg.h] and, the master controls, [display/intel_display_regs.h] */
#define GEN11_GFX_MSTR_IRQ	0x190010
#define MASTER_IRQ		BIT(31)

/* [gt/intel_gpu_commands.h] */
#define MI_USER_INTERRUPT	(0x02 << 23)
#define MI_FLUSH_DW		(0x26 << 23 | 2)
#define   MI_FLUSH_DW_OP_STOREDW BIT(14)
#define   MI_FLUSH_DW_USE_GTT	BIT(2)
#define XY_SRC_COPY		(2 << 29 | 0x53 << 22)
#define   BLT_WRITE_RGBA	(3 << 20)
#define   BLT_ROP_SRC_COPY	(0xcc << 16)
#define XY_FAST_COPY		(2 << 29 | 0x42 << 22)
#define   BLT_DEPTH_8		(0 << 24)
#define   BLT_DEPTH_32		(3 << 24)

/* A command copies rows of a page; the rest is a separate row. */
#define ROW			SZ_4K
#define MAX_COPY		SZ_4M
#define MAX_COUNT		512

/* Layout of the graphics address space, in bytes */
#define RING_BYTES		SZ_64K
#define GFX_RING		0
#define GFX_STATUS		RING_BYTES
#define GFX_SRC			SZ_16M
#define GFX_DST			SZ_32M

/* Interrupts of the copy engine before Gen11 */
struct igd_irq_regs {
	u32 imr, iir, ier;
	u32 bit;
	u32 master;
};

/* GT_IRQ_REGS, DEIER, GT_BLT_USER_INTERRUPT of [i915_reg.h] */
static const struct igd_irq_regs gen6_irq = {
	.imr = 0x44014, .iir = 0x44018, .ier = 0x4401c,
	.bit = BIT(22), .master = 0x4400c,
};

/* GEN8_GT_IRQ_REGS(0), GEN8_MASTER_IRQ, GEN8_BCS_IRQ_SHIFT of the same */
static const struct igd_irq_regs gen8_irq = {
	.imr = 0x44304, .iir = 0x44308, .ier = 0x4430c,
	.bit = BIT(16), .master = 0x44200,
};

/* The driver's DMA region */
struct igd_copier {
	u32 ring[RING_BYTES / sizeof(u32)] __aligned(SZ_4K);
	u32 status[SZ_4K / sizeof(u32)];	/* the last completed copy */
	const struct igd_platform *platform;
	void *bar0;
	u32 tail;
	u32 seqno;
};

static struct igd_copier *to_copier(struct vfio_pci_device *device)
{
	return device->driver.region.vaddr;
}

static void wr32(struct igd_copier *igd, u32 reg, u32 value)
{
	writel(value, igd->bar0 + reg);
}

static const struct igd_irq_regs *irq_regs(struct igd_copier *igd)
{
	return igd->platform->gen < 8 ? &gen6_irq : &gen8_irq;
}

/* Maps graphics addresses from @gfx on to the pages at @iova. */
static void gtt_map(struct igd_copier *igd, u32 gfx, iova_t iova, u64 size)
{
	void *gtt = igd->bar0 + igd->platform->gtt;

	for (u64 page = 0; page < DIV_ROUND_UP(size, SZ_4K); page++) {
		u64 pte = igd_pte(igd->platform, iova + page * SZ_4K, 0);
		u64 entry = gfx / SZ_4K + page;

		if (igd->platform->pte_size == 4)
			writel(pte, gtt + entry * 4);
		else
			writeq(pte, gtt + entry * 8);
	}
}

static void emit(struct igd_copier *igd, u32 dword)
{
	igd->ring[igd->tail / sizeof(u32)] = dword;
	igd->tail = (igd->tail + sizeof(u32)) % RING_BYTES;
}

static void emit_address(struct igd_copier *igd, u32 gfx)
{
	emit(igd, gfx);
	if (igd->platform->gen >= 8)
		emit(igd, 0);
}

/* XY_FAST_COPY exists from Gen9 on; XY_SRC_COPY ends before Gen13. */
static void emit_copy(struct igd_copier *igd, u32 depth, u32 width, u32 height,
		      u32 src, u32 dst)
{
	u32 length = igd->platform->gen >= 8 ? 8 : 6;

	if (igd->platform->gen >= 9) {
		emit(igd, XY_FAST_COPY | length);
		emit(igd, depth | ROW);
	} else {
		emit(igd, XY_SRC_COPY | BLT_WRITE_RGBA | length);
		emit(igd, depth | BLT_ROP_SRC_COPY | ROW);
	}
	emit(igd, 0);
	emit(igd, height << 16 | width);
	emit_address(igd, dst);
	emit(igd, 0);
	emit(igd, ROW);
	emit_address(igd, src);
}

/* Adds a store of the device's progress, padded on Gen6. */
static void emit_seqno(struct igd_copier *igd)
{
	emit(igd, MI_FLUSH_DW | MI_FLUSH_DW_OP_STOREDW);
	emit_address(igd, GFX_STATUS | MI_FLUSH_DW_USE_GTT);
	emit(igd, ++igd->seqno);
	if (igd->platform->gen < 8)
		emit(igd, 0);
}

/* The tail counts pairs of dwords. */
static void submit(struct igd_copier *igd)
{
	if (igd->tail % 8)
		emit(igd, 0);
	/* The device reads the ring as soon as the tail is written */
	wmb();
	wr32(igd, RING_TAIL, igd->tail);
}

static void irq_enable(struct igd_copier *igd)
{
	const struct igd_irq_regs *regs = irq_regs(igd);

	if (igd->platform->gen >= 11) {
		wr32(igd, GEN11_RENDER_COPY_INTR_ENABLE, GT_RENDER_USER_INTERRUPT);
		wr32(igd, GEN11_BCS_RSVD_INTR_MASK, (u32)~(GT_RENDER_USER_INTERRUPT << 16));
		wr32(igd, GEN11_GFX_MSTR_IRQ, MASTER_IRQ);
		return;
	}

	wr32(igd, RING_IMR, ~regs->bit);
	wr32(igd, regs->imr, ~regs->bit);
	wr32(igd, regs->ier, regs->bit);
	wr32(igd, regs->master, MASTER_IRQ);
}

/* The device sends an interrupt only if it is not pending yet. */
static void irq_clear(struct igd_copier *igd)
{
	if (igd->platform->gen < 11) {
		wr32(igd, irq_regs(igd)->iir, irq_regs(igd)->bit);
		return;
	}

	wr32(igd, GEN11_IIR_REG0_SELECTOR, GEN11_BCS);
	wr32(igd, GEN11_INTR_IDENTITY_REG0, GEN11_INTR_DATA_VALID);
	wr32(igd, GEN11_GT_INTR_DW0, GEN11_BCS);
}

static void ring_start(struct vfio_pci_device *device)
{
	struct igd_copier *igd = to_copier(device);

	wr32(igd, GEN6_GDRST, GEN6_GRDOM_FULL);
	gtt_map(igd, GFX_RING, to_iova(device, igd->ring), RING_BYTES);
	gtt_map(igd, GFX_STATUS, to_iova(device, igd->status), SZ_4K);
	wr32(igd, RING_HEAD, 0);
	wr32(igd, RING_TAIL, 0);
	wr32(igd, RING_START, GFX_RING);
	wr32(igd, RING_CTL, (RING_BYTES - SZ_4K) | RING_VALID);
}

static int igd_probe(struct vfio_pci_device *device)
{
	if (vfio_pci_config_readw(device, PCI_VENDOR_ID) != PCI_VENDOR_ID_INTEL)
		return -EINVAL;

	return igd_platform(vfio_pci_config_readw(device, PCI_DEVICE_ID)) ? 0 : -EINVAL;
}

static void igd_init(struct vfio_pci_device *device)
{
	struct igd_copier *igd = to_copier(device);

	VFIO_ASSERT_GE(device->driver.region.size, sizeof(*igd));
	memset(igd, 0, sizeof(*igd));
	igd->platform = igd_platform(vfio_pci_config_readw(device, PCI_DEVICE_ID));
	igd->bar0 = device->bars[0].vaddr;

	vfio_pci_cmd_set(device, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	ring_start(device);
	irq_enable(igd);

	device->driver.max_memcpy_size = MAX_COPY;
	device->driver.max_memcpy_count = MAX_COUNT;
	device->driver.msi = 0;
	vfio_pci_msi_enable(device, 0, 1);
}

static void igd_remove(struct vfio_pci_device *device)
{
	wr32(to_copier(device), GEN6_GDRST, GEN6_GRDOM_FULL);
	vfio_pci_msi_disable(device);
}

static void igd_memcpy_start(struct vfio_pci_device *device, iova_t src,
			     iova_t dst, u64 size, u64 count)
{
	struct igd_copier *igd = to_copier(device);
	u32 from = GFX_SRC + src % SZ_4K, to = GFX_DST + dst % SZ_4K;
	u32 rows = size / ROW, rest = size % ROW;

	gtt_map(igd, GFX_SRC, src - src % SZ_4K, size + src % SZ_4K);
	gtt_map(igd, GFX_DST, dst - dst % SZ_4K, size + dst % SZ_4K);

	while (count--) {
		if (rows)
			emit_copy(igd, BLT_DEPTH_32, ROW / 4, rows, from, to);
		if (rest)
			emit_copy(igd, BLT_DEPTH_8, rest, 1, from + rows * ROW,
				  to + rows * ROW);
	}
	emit_seqno(igd);
	submit(igd);
}

static int igd_memcpy_wait(struct vfio_pci_device *device)
{
	struct igd_copier *igd = to_copier(device);

	for (int ms = 0; ms < 60000; ms++) {
		if (READ_ONCE(igd->status[0]) == igd->seqno) {
			/* The copied bytes were written before */
			rmb();
			return 0;
		}
		usleep(1000);
	}

	return -ETIMEDOUT;
}

static void igd_send_msi(struct vfio_pci_device *device)
{
	struct igd_copier *igd = to_copier(device);

	irq_clear(igd);
	emit(igd, MI_USER_INTERRUPT);
	submit(igd);
}

static const struct vfio_pci_driver_ops igd_ops = {
	.name = "igd",
	.probe = igd_probe,
	.init = igd_init,
	.remove = igd_remove,
	.memcpy_start = igd_memcpy_start,
	.memcpy_wait = igd_memcpy_wait,
	.send_msi = igd_send_msi,
};

/*
 * The library has a fixed table of drivers. The linker replaces the library's
 * function by this one for its callers (--wrap).
 */
void __real_vfio_pci_driver_probe(struct vfio_pci_device *device);
void __wrap_vfio_pci_driver_probe(struct vfio_pci_device *device);

void __wrap_vfio_pci_driver_probe(struct vfio_pci_device *device)
{
	__real_vfio_pci_driver_probe(device);
	if (!device->driver.ops && !igd_ops.probe(device))
		device->driver.ops = &igd_ops;
}
