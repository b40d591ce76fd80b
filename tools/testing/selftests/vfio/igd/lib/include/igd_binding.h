/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_BINDING_H
#define SELFTESTS_VFIO_IGD_BINDING_H

#include <stdbool.h>

#include <igd_device.h>

/*
 * igd_debugfs_path - the path of the driver's file @name of device @bdf: in VFIO's
 * directory, or in the driver's if VFIO has none.
 */
void igd_debugfs_path(char *path, size_t size, const char *bdf, const char *name);

/* __igd_sysfs_write - write @text to @path. Returns 0 or -errno. */
int __igd_sysfs_write(const char *path, const char *text);

/* __igd_sysfs_device_write - the same for @file of PCI device @bdf. */
int __igd_sysfs_device_write(const char *bdf, const char *file,
			     const char *text);

/* igd_unbind - unbind the device from its driver, if it has one. */
void igd_unbind(const char *bdf);

/*
 * igd_bind - bind the device to @driver, as driverctl does; to its default driver
 * if @driver is "\n".
 */
void igd_bind(const char *bdf, const char *driver);

/*
 * igd_resets_by_itself - whether the kernel has its own method to reset the device,
 * which the model does not treat as a reset: mobile Ivy Bridge, reset_ivb_igd() in
 * drivers/pci/quirks.c.
 */
bool igd_resets_by_itself(const char *bdf);

/*
 * igd_allow_resets - set whether the core may reset the device at open and close.
 * A reset sleeps 100 ms, PCIe 6.0 6.6.2.
 */
void igd_allow_resets(const char *bdf, bool allow);

#endif
