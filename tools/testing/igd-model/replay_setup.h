/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_REPLAY_SETUP_H
#define IGD_MODEL_REPLAY_SETUP_H

#include "igd.h"

/*
 * A device as it was recorded, in place of what the platform and the options make of
 * it. Both do nothing without a recorded machine.
 */

/*
 * replay_config - all recorded bytes of configuration space. The platform says which
 * bits software may write; what it had written comes back to 0 at a function reset.
 */
void replay_config(struct igd *igd);

/*
 * replay_registers - the recorded registers of BAR0, which every reset brings back.
 * Returns 0 or -ENOMEM.
 */
int replay_registers(struct igd *igd);

#endif
