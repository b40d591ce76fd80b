// SPDX-License-Identifier: GPL-2.0-only
/*
 * One bug for each checker of "lint", in the line that is marked with its name
 */

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include "planted.h"

static DEFINE_MUTEX(planted_lock);

void planted_gcc(char *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, 4, format, args); /* planted: gcc */
	va_end(args);
}

bool planted_clang(u8 val)
{
	return val > 300; /* planted: clang */
}

__le32 planted_sparse(u32 val)
{
	return val; /* planted: sparse */
}

int planted_coccinelle(int val)
{
	mutex_lock(&planted_lock);
	if (val < 0)
		return val; /* planted: coccinelle */
	mutex_unlock(&planted_lock);
	return 0;
}

int planted_analyzer(int val)
{
	if (!val)
		return 4 / val; /* planted: analyzer */
	return val;
}

bool planted_checkpatch(const char *text)
{
	return text == NULL; /* planted: checkpatch */
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Bugs for the checkers to find");
