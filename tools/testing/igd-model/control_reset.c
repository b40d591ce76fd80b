// SPDX-License-Identifier: GPL-2.0-only
#include "control_commands.h"

const char *cmd_reset_takes(struct control *control, json_t *request,
			    json_t *reply)
{
	uint64_t ms;

	(void)reply;
	if (!get_u64(request, "ms", &ms) || ms > RESET_MAX_MS)
		return "reset-takes needs ms, at most 86400000";
	reset_takes(&control->igd->reset, ms);
	return NULL;
}

/*
 * The effect of suspend to RAM without a notification of the driver: the device has
 * no power, and the host's kernel restores configuration space.
 */
const char *cmd_soft_reset(struct control *control, json_t *request,
			   json_t *reply)
{
	(void)request;
	(void)reply;
	igd_reset_engines(control->igd);
	return NULL;
}
