// SPDX-License-Identifier: GPL-2.0-only
/*
 * State, counters, OpRegion and display of a device in debugfs, in VFIO's
 * directory of the device, or in the driver's directory if VFIO has none
 *
 * Documentation/ABI/testing/debugfs-vfio-pci-igd
 */

#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "device.h"

static struct dentry *igd_debugfs_root;

static void igd_bar5_show(struct seq_file *seq, const struct igd_vregs *vregs)
{
	if (!vregs->bar5.size)
		return;

	seq_printf(seq, "bar5_size: %#x\n", vregs->bar5.size);
	seq_printf(seq, "bar5_stolen_size: %#x\n", vregs->bar5.stolen_size);
	seq_printf(seq, "bar5_opregion_size: %#x\n",
		   vregs->bar5.opregion_size);
	seq_printf(seq, "bar5_address: %#x\n", igd_bar5_base(vregs));
}

/* The hardware's registers that mirror.c has read */
static void igd_mirror_show(struct seq_file *seq,
			    const struct igd_vfio_pci_core_device *idev)
{
	const struct igd_mirror *mirror = &idev->mirror;

	if (!mirror->known)
		return;

	if (idev->platform->bdsm == IGD_BDSM_64)
		seq_printf(seq, "bgsm: %#llx\n", le64_to_cpu(mirror->bgsm));
	seq_printf(seq, "stolen_reserved: %#llx\n",
		   le64_to_cpu(mirror->stolen_reserved));
}

static int igd_state_show(struct seq_file *seq, void *unused)
{
	struct igd_vfio_pci_core_device *idev = seq->private;
	const struct igd_iobar_stats *stats = &idev->iobar.stats;
	const struct igd_vregs *vregs = &idev->vregs;

	seq_printf(seq, "platform: %s\n", idev->platform->name);
	seq_printf(seq, "generation: %s\n", idev->platform->generation);
	seq_printf(seq, "stolen_base: %#llx\n", idev->host.stolen_base);
	seq_printf(seq, "stolen_size: %#llx\n", idev->host.stolen_size);
	seq_printf(seq, "gtt_entries: %u\n",
		   igd_gtt_entries(idev->platform, &idev->host));

	guard(mutex)(&idev->lock);

	igd_mirror_show(seq, idev);
	igd_bar5_show(seq, vregs);
	seq_printf(seq, "guest_asls: %#llx\n",
		   le64_to_cpu(igd_vreg_read(vregs, IGD_VREG_ASLS)));
	seq_printf(seq, "guest_bdsm: %#llx\n",
		   le64_to_cpu(igd_vreg_read(vregs, IGD_VREG_BDSM)));
	seq_printf(seq, "gtt_relocated: %llu\n",
		   stats->verdict[IGD_GTT_RELOCATED]);
	seq_printf(seq, "gtt_passed: %llu\n", stats->verdict[IGD_GTT_PASSED]);
	seq_printf(seq, "gtt_invalid: %llu\n", stats->verdict[IGD_GTT_INVALID]);
	seq_printf(seq, "gtt_blocked: %llu\n", stats->verdict[IGD_GTT_BLOCKED]);
	seq_printf(seq, "gtt_ambiguous: %llu\n",
		   stats->verdict[IGD_GTT_AMBIGUOUS]);
	seq_printf(seq, "gtt_undone: %llu\n", stats->undone);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(igd_state);

static int igd_screen_show(struct seq_file *seq, void *unused)
{
	igd_display_show(seq->private, seq);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(igd_screen);

/*
 * Makes a new copy, as for a guest that starts now. So it needs no lock against
 * open and close, and it can be read before there is a guest.
 */
static int igd_opregion_open(struct inode *inode, struct file *file)
{
	struct igd_vfio_pci_core_device *idev = inode->i_private;
	struct pci_dev *pdev = idev->core_device.pdev;
	enum igd_opregion_error error;
	struct igd_opregion *opregion;

	if (pm_runtime_resume_and_get(&pdev->dev))
		return -EIO;
	error = igd_opregion_load(pdev, &opregion);
	pm_runtime_put(&pdev->dev);

	if (error)
		return error == IGD_OPREGION_NO_MEMORY ? -ENOMEM : -ENODEV;
	file->private_data = opregion;
	return 0;
}

static ssize_t igd_opregion_read(struct file *file, char __user *buf,
				 size_t count, loff_t *ppos)
{
	const struct igd_opregion *opregion = file->private_data;

	return simple_read_from_buffer(buf, count, ppos, opregion->data,
				       opregion->size);
}

static int igd_opregion_close(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static const struct file_operations igd_opregion_fops = {
	.owner		= THIS_MODULE,
	.open		= igd_opregion_open,
	.read		= igd_opregion_read,
	.release	= igd_opregion_close,
	.llseek		= default_llseek,
};

/* Creates the directory of all devices. */
void igd_debugfs_init(void)
{
	igd_debugfs_root = debugfs_create_dir("vfio-pci-igd", NULL);
}

/* Removes the directory of all devices. */
void igd_debugfs_exit(void)
{
	debugfs_remove(igd_debugfs_root);
}

/* Creates the directory of one device. The device must be registered. */
void igd_debugfs_add(struct igd_vfio_pci_core_device *idev)
{
	struct dentry *vfio = idev->core_device.vdev.debug_root;

	if (vfio)
		idev->debugfs = debugfs_create_dir("vfio-pci-igd", vfio);
	else
		idev->debugfs =
			debugfs_create_dir(pci_name(idev->core_device.pdev),
					   igd_debugfs_root);
	debugfs_create_file("state", 0400, idev->debugfs, idev,
			    &igd_state_fops);
	debugfs_create_file("opregion", 0400, idev->debugfs, idev,
			    &igd_opregion_fops);
	debugfs_create_file("display", 0400, idev->debugfs, idev,
			    &igd_screen_fops);
}

/* Removes the directory of one device. The device must still be registered. */
void igd_debugfs_remove(struct igd_vfio_pci_core_device *idev)
{
	debugfs_remove(idev->debugfs);
}
