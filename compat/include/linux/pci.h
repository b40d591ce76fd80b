/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux before 6.17: a function that the driver uses and that the kernel may lack
 * (Kbuild).
 */
#ifndef COMPAT_PCI_H
#define COMPAT_PCI_H

#include_next <linux/pci.h>

#ifdef LACKS_pci_is_display
static inline bool pci_is_display(struct pci_dev *pdev)
{
	return (pdev->class >> 16) == PCI_BASE_CLASS_DISPLAY;
}
#endif

#endif
