/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_WORKS_H
#define SELFTESTS_VFIO_IGD_WORKS_H

#include <igd_device.h>

/*
 * igd_works - whether the open device does what a guest's firmware needs: it
 * tells its id, keeps a base in BDSM, relocates an entry of its GTT, and shows
 * the base in a mapping. What the generation or the driver does not do is left
 * out.
 */
bool igd_works(struct igd *igd, const char *bdf);

/* igd_opens_and_works - the same for one that is opened and closed for it. */
bool igd_opens_and_works(const char *bdf);

#endif
