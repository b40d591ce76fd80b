/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_CONTROL_SERVER_H
#define IGD_MODEL_CONTROL_SERVER_H

#include "control.h"

/* The control socket: several clients, which send and receive lines. */
struct control_server;

/*
 * control_server_new - answer clients of the listening socket @listen_fd with
 * @control. The server owns @listen_fd from now on. Returns NULL with errno set on
 * failure; then the caller still owns it.
 */
struct control_server *control_server_new(int listen_fd, struct control *control);
void control_server_free(struct control_server *server);

/* control_server_fd - readable when control_server_run() has work. */
int control_server_fd(const struct control_server *server);

/*
 * control_server_run - serve the clients that are ready, without blocking. A client
 * that sends a line longer than 256 KiB gets an error and is disconnected.
 */
void control_server_run(struct control_server *server);

#endif
