// SPDX-License-Identifier: GPL-2.0-only
/*
 * All suites, as one module
 */

#include <linux/module.h>

#include "suites.h"

kunit_test_suites(&igd_platform_suite, &igd_config_suite, &igd_bar5_suite,
		  &igd_opregion_suite, &igd_gtt_suite, &igd_iobar_suite,
		  &igd_planes_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites of vfio-pci-igd");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
