/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PLANTED_H
#define PLANTED_H

#include <linux/types.h>

/**
 * planted_sparse - numbers of either endianness are different types
 *
 * Returns: @val for the device.
 */ /* planted: kernel_doc */
__le32 planted_sparse(u32 val);

void planted_gcc(char *text, const char *format, ...);
bool planted_clang(u8 val);
int planted_coccinelle(int val);
int planted_analyzer(int val);
bool planted_checkpatch(const char *text);

#endif
