/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_CONTROL_H
#define IGD_MODEL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "igd.h"

/* The commands of the control socket, see control.rst. */
struct control {
	struct igd *igd;
	int output_dir;		/* directory for screenshots */
	bool quit;		/* set by the command "quit" */
};

/*
 * control_reply - carry out the request in the JSON text @line, @len bytes without
 * the newline. Returns the reply as text without newline, for the caller to free(),
 * or NULL when memory is short. The reply reports errors in @line.
 */
char *control_reply(struct control *control, const char *line, size_t len);

#endif
