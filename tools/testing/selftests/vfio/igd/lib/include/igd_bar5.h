/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_BAR5_H
#define SELFTESTS_VFIO_IGD_BAR5_H

#include <stdbool.h>
#include <stddef.h>

#include <igd_device.h>

/* The option of vfio-pci-igd to show stolen memory and the OpRegion as BAR5. */

/* igd_bar5_exists - whether the device has the option. */
bool igd_bar5_exists(const char *bdf);

/* igd_bar5_set - write @value to the option. Returns 0 or -errno. */
int igd_bar5_set(const char *bdf, const char *value);

/* igd_bar5_get - the option's text, in @size bytes of @text. */
void igd_bar5_get(const char *bdf, char *text, size_t size);

/*
 * igd_bar5_least - the value for the least BAR5 that has stolen memory, where the
 * device can have that.
 */
const char *igd_bar5_least(const char *bdf);

/* igd_bar5_stolen_size - bytes of stolen memory in BAR5, which is open. */
u32 igd_bar5_stolen_size(struct igd *igd);

/* igd_bar5_open - as igd_open(), with the option @value. */
struct igd *igd_bar5_open(const char *bdf, const char *value);

/* igd_is_filled - whether all @size bytes of @memory are @byte. */
bool igd_is_filled(const u8 *memory, u64 size, u8 byte);

#endif
