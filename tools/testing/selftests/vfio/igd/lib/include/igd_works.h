/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_WORKS_H
#define SELFTESTS_VFIO_IGD_WORKS_H

#include <igd_device.h>

/*
 * igd_works - whether the open device works for a guest's firmware: it returns its
 * id, keeps a base in BDSM, relocates a GTT entry, and shows the base in a mapping.
 * Steps that the generation or the driver does not support are omitted.
 */
bool igd_works(struct igd *igd, const char *bdf);

/* igd_opens_and_works - the same, but open the device before and close it after. */
bool igd_opens_and_works(const char *bdf);

#endif
