/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_CONTROL_SERVER_H
#define IGD_MODEL_CONTROL_SERVER_H

#include "control.h"

/* The control socket: several clients, each sends lines and gets lines. */
struct control_server;

/*
 * control_server_new - answer with @control whoever connects to the listening
 * socket @listen_fd, which the server owns from now on. Returns NULL with
 * errno set on failure; then the caller still owns it.
 */
struct control_server *control_server_new(int listen_fd, struct control *control);
void control_server_free(struct control_server *server);

/* control_server_fd - readable when control_server_run() has work. */
int control_server_fd(const struct control_server *server);

/*
 * control_server_run - serve whoever is ready, without blocking. A client that
 * sends a line longer than 256 KiB is told so and disconnected.
 */
void control_server_run(struct control_server *server);

#endif
