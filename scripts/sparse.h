/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For sparse 0.6.4, which knows neither of these. After its first error it drops
 * all warnings, so without them it would find nothing in any file.
 */
#define __typeof_unqual__ __typeof__
#define __builtin_strlen(s) (sizeof(s) - 1)	/* of literals, in MODULE_INFO() */
