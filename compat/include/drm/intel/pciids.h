/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 6.12 has the ids in i915's own header, with the same names, but with Arrow
 * Lake's among Meteor Lake's.
 */
#if __has_include_next("drm/intel/pciids.h")
#include_next <drm/intel/pciids.h>
#else
#include <drm/intel/i915_pciids.h>

#undef INTEL_MTL_IDS
#define INTEL_MTL_IDS(MACRO__, ...)		\
	MACRO__(0x7D40, ## __VA_ARGS__),	\
	MACRO__(0x7D45, ## __VA_ARGS__),	\
	MACRO__(0x7D55, ## __VA_ARGS__),	\
	MACRO__(0x7D60, ## __VA_ARGS__),	\
	MACRO__(0x7DD5, ## __VA_ARGS__)
#endif
