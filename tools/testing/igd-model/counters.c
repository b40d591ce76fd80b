// SPDX-License-Identifier: GPL-2.0-only
#include "counters.h"

static const char *const names[ACCESS_CLASSES] = {
	[ACCESS_CONFIG] = "config",
	[ACCESS_MMIO] = "mmio",
	[ACCESS_MIRROR] = "mirror",
	[ACCESS_GTT] = "gtt",
	[ACCESS_GMADR] = "gmadr",
	[ACCESS_IOBAR_INDEX] = "iobar.index",
	[ACCESS_IOBAR_DATA] = "iobar.data",
	[ACCESS_IOBAR_OTHER] = "iobar.other",
	[ACCESS_ROM] = "rom",
	[ACCESS_VGA] = "vga",
};

const char *access_class_name(enum access_class class)
{
	return names[class];
}

const char *hang_reason_name(enum hang_reason reason)
{
	static const char *const reasons[HANG_REASONS] = {
		[HANG_GTT_ACCESS] = "gtt-access",
		[HANG_GTT_IN_RESET] = "gtt-in-reset",
		[HANG_IOBAR_IN_RESET] = "iobar-in-reset",
	};

	return reasons[reason];
}
