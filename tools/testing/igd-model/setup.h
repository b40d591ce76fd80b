/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_SETUP_H
#define IGD_MODEL_SETUP_H

#include <stddef.h>
#include <stdint.h>

#include "igd.h"

/*
 * The firmware's settings in configuration space: sizes and addresses of the BARs,
 * of stolen memory and of the GTT, and the registers by which software can change
 * them.
 */

/* setup_check - NULL, or one line with the reason why @o is not possible. */
const char *setup_check(const struct igd_options *o);

/* setup_ggc - GGC as the function and the system agent show it. */
uint16_t setup_ggc(const struct igd_options *o);

/* setup_config - set up the function's configuration space and regions. */
void setup_config(struct igd *igd);

/*
 * setup_config_written - apply a write of @count bytes to config register @offset:
 * MSAC changes the size of GMADR, DEV2CTL hides BAR4.
 */
void setup_config_written(struct igd *igd, uint64_t offset, size_t count);

/* setup_gmadr_bytes - the part of BAR2 that the function decodes now. */
uint64_t setup_gmadr_bytes(const struct igd *igd);

#endif
