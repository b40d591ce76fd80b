/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_CONTROL_H
#define IGD_MODEL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "igd.h"

/* The commands of the control socket, see control.rst. */
struct control {
	struct igd *igd;
	int output_dir;		/* where screenshots go */
	bool quit;		/* set by the command "quit" */
};

/*
 * control_reply - do what the JSON text @line, @len bytes without the newline,
 * asks for. Returns the reply as text without newline, for the caller to
 * free(), or NULL when memory is short. Whatever is wrong with @line is said
 * in the reply.
 */
char *control_reply(struct control *control, const char *line, size_t len);

#endif
