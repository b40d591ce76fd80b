/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_SETUP_H
#define IGD_MODEL_SETUP_H

#include <stddef.h>
#include <stdint.h>

#include "igd.h"

/*
 * What a machine's firmware has set up in configuration space: sizes and places
 * of the BARs, of stolen memory and of the GTT, and the registers by which
 * software changes that again.
 */

/* setup_check - NULL, or in one line why @o can be no machine. */
const char *setup_check(const struct igd_options *o);

/* setup_ggc - GGC as the function and the system agent show it. */
uint16_t setup_ggc(const struct igd_options *o);

/* setup_config - make the function's configuration space and regions. */
void setup_config(struct igd *igd);

/*
 * setup_config_written - what a write of @count bytes to config register
 * @offset changes: MSAC the size of GMADR, DEV2CTL whether there is a BAR4.
 */
void setup_config_written(struct igd *igd, uint64_t offset, size_t count);

/* setup_gmadr_bytes - what of BAR2 the function decodes now. */
uint64_t setup_gmadr_bytes(const struct igd *igd);

#endif
