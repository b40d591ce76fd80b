/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit suites of the VFIO PCI variant driver for Intel integrated graphics
 *
 * They state what hardware and users are promised in their own words: tables
 * and naive models, none of the driver's formulas or constants.
 */

#ifndef IGD_VFIO_PCI_SUITES_H
#define IGD_VFIO_PCI_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite igd_platform_suite;
extern struct kunit_suite igd_config_suite;
extern struct kunit_suite igd_opregion_suite;
extern struct kunit_suite igd_bar5_suite;
extern struct kunit_suite igd_gtt_suite;
extern struct kunit_suite igd_iobar_suite;
extern struct kunit_suite igd_planes_suite;

#endif
