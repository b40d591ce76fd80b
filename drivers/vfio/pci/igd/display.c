// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the display shows, for debugfs
 *
 * The guest's display is read as it is, and never woken up. Registers of a pipe
 * that does not exist, or whose power well is off, are not read: from gen 7.5
 * on that is an error that i915 in the guest would report. The guest can switch
 * a power well off between two reads, though.
 */

#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/string_choices.h>

#include "device.h"
#include "planes.h"

/* Number of entries read between two calls of cond_resched() */
#define IGD_READ_BATCH	SZ_4K

/* A pipe or the VGA plane, as far as it was read */
enum igd_power {
	IGD_ABSENT,
	IGD_UNPOWERED,
	IGD_POWERED,
};

struct igd_screen {
	enum igd_power vga;
	bool vga_on;
	enum igd_power pipes[IGD_PIPES];
	struct igd_plane planes[IGD_PIPES];
};

static enum igd_power igd_display_power(u32 wells, u32 bios, u32 driver)
{
	return igd_display_has_power(wells, bios, driver) ? IGD_POWERED :
							    IGD_UNPOWERED;
}

static void igd_display_read_plane(const struct igd_display *display,
				   void __iomem *bar0, u32 pipe,
				   struct igd_plane *plane)
{
	u32 regs[IGD_PLANE_REGS];
	int i;

	for (i = 0; i < IGD_PLANE_REGS; i++)
		regs[i] = readl(bar0 + igd_plane_offset(display, pipe, i));
	igd_plane_decode(display, regs, plane);
}

/*
 * Reads the registers. Returns false if they cannot be accessed. See
 * __intel_display_device_info_runtime_init(), hsw_power_well_enabled(),
 * intel_vga_disable(), and those named in planes.c, in i915.
 */
static bool igd_display_read(struct igd_vfio_pci_core_device *idev,
			     struct igd_screen *screen)
{
	const struct igd_display *display = idev->platform->display;
	struct vfio_pci_core_device *vdev = &idev->core_device;
	struct pci_dev *pdev = vdev->pdev;
	u32 bios = 0, driver = 0, fuses = 0, pipes, pipe;
	void __iomem *bar0 = idev->bar0;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!bar0 || !__vfio_pci_memory_enabled(vdev) || !igd_is_present(pdev))
		return false;

	if (display->fuses)
		fuses = readl(bar0 + display->fuses);
	if (display->has_wells) {
		bios = readl(bar0 + IGD_BAR0_PWR_WELL_BIOS);
		driver = readl(bar0 + IGD_BAR0_PWR_WELL_DRIVER);
	}

	/* Firmware can disable VGA, which changes the class */
	if (pdev->class >> 8 == PCI_CLASS_DISPLAY_VGA)
		screen->vga = igd_display_power(display->vga_wells, bios,
						driver);
	if (screen->vga == IGD_POWERED)
		screen->vga_on = !(readl(bar0 + IGD_BAR0_VGACNTRL) &
				   IGD_VGACNTRL_OFF);

	pipes = igd_display_pipes(display, fuses);
	for (pipe = 0; pipe < display->pipes; pipe++) {
		if (!(pipes & BIT(pipe)))
			continue;
		screen->pipes[pipe] = igd_display_power(display->wells[pipe],
							bios, driver);
		if (screen->pipes[pipe] == IGD_POWERED)
			igd_display_read_plane(display, bar0, pipe,
					       &screen->planes[pipe]);
	}
	return true;
}

/* Counts what entries @first to @end - 1 point at. Returns as above. */
static bool igd_gtt_count(struct igd_vfio_pci_core_device *idev,
			  const struct igd_stolen *guest, u32 first, u32 end,
			  u32 targets[IGD_TARGETS])
{
	const struct igd_platform *platform = idev->platform;
	struct vfio_pci_core_device *vdev = &idev->core_device;
	u32 i;

	guard(rwsem_read)(&vdev->memory_lock);

	if (!__vfio_pci_memory_enabled(vdev) || !igd_is_present(vdev->pdev))
		return false;

	for (i = first; i < end; i++) {
		u64 pte = platform->pte_size == 8 ? readq(idev->gtt + i * 8) :
						    readl(idev->gtt + i * 4);

		targets[igd_gtt_target(platform, &idev->host, guest, pte)]++;
	}
	return true;
}

/*
 * Prints what the entries of a plane point at, if the CPU may read the GTT.
 * memory_lock is not held for long, as the guest may be waiting for it.
 */
static void igd_display_show_targets(struct igd_vfio_pci_core_device *idev,
				     struct seq_file *seq, char name,
				     const struct igd_plane *plane)
{
	u32 size = igd_gtt_entries(idev->platform, &idev->host);
	u32 first = plane->surface / SZ_4K, end, next;
	u32 targets[IGD_TARGETS] = {};
	struct igd_stolen guest;

	if (!idev->gtt)
		return;

	scoped_guard(mutex, &idev->lock)
		guest = igd_guest_stolen(&idev->vregs, &idev->host);

	/* Behind the end of the GTT there is nothing */
	end = min_t(u64, (u64)first + plane->entries, size);
	targets[IGD_TARGET_ABSENT] = first + plane->entries - max(first, end);
	for (; first < end; first = next) {
		next = min(end, first + IGD_READ_BATCH);
		if (!igd_gtt_count(idev, &guest, first, next, targets))
			return;
		cond_resched();
	}

	seq_printf(seq, "pipe_%c_guest_stolen: %u\n", name,
		   targets[IGD_TARGET_GUEST]);
	seq_printf(seq, "pipe_%c_host_stolen: %u\n", name,
		   targets[IGD_TARGET_HOST]);
	seq_printf(seq, "pipe_%c_elsewhere: %u\n", name,
		   targets[IGD_TARGET_ELSEWHERE]);
	seq_printf(seq, "pipe_%c_absent: %u\n", name,
		   targets[IGD_TARGET_ABSENT]);
}

static void igd_display_show_plane(struct igd_vfio_pci_core_device *idev,
				   struct seq_file *seq, char name,
				   const struct igd_plane *plane)
{
	seq_printf(seq, "pipe_%c_width: %u\n", name, plane->width);
	seq_printf(seq, "pipe_%c_height: %u\n", name, plane->height);
	seq_printf(seq, "pipe_%c_surface: %#x\n", name, plane->surface);
	if (!plane->stride)
		return;

	seq_printf(seq, "pipe_%c_stride: %u\n", name, plane->stride);
	seq_printf(seq, "pipe_%c_entries: %u\n", name, plane->entries);
	igd_display_show_targets(idev, seq, name, plane);
}

static const char *igd_display_word(enum igd_power power, bool on)
{
	switch (power) {
	case IGD_ABSENT:
		return "absent";
	case IGD_UNPOWERED:
		return "unpowered";
	default:
		return str_on_off(on);
	}
}

/* The device must be open and awake. */
static void igd_display_show_open(struct igd_vfio_pci_core_device *idev,
				  struct seq_file *seq)
{
	struct igd_screen screen = {};
	u32 pipe;

	if (!igd_display_read(idev, &screen)) {
		seq_puts(seq, "display: unreachable\n");
		return;
	}

	seq_puts(seq, "display: read\n");
	seq_printf(seq, "vga: %s\n",
		   igd_display_word(screen.vga, screen.vga_on));
	for (pipe = 0; pipe < idev->platform->display->pipes; pipe++) {
		const struct igd_plane *plane = &screen.planes[pipe];

		seq_printf(seq, "pipe_%c: %s\n", 'a' + pipe,
			   igd_display_word(screen.pipes[pipe], plane->on));
		if (plane->on)
			igd_display_show_plane(idev, seq, 'a' + pipe, plane);
	}
}

/* Prints what the display shows. */
void igd_display_show(struct igd_vfio_pci_core_device *idev,
		      struct seq_file *seq)
{
	struct device *dev = &idev->core_device.pdev->dev;

	if (!idev->platform->display) {
		seq_puts(seq, "display: unknown\n");
		return;
	}

	/* The core holds it during open and close */
	guard(mutex)(&idev->core_device.vdev.dev_set->lock);

	if (!idev->is_open) {
		seq_puts(seq, "display: closed\n");
		return;
	}
	if (pm_runtime_get_if_active(dev) <= 0) {
		seq_puts(seq, "display: asleep\n");
		return;
	}
	igd_display_show_open(idev, seq);
	pm_runtime_put(dev);
}
