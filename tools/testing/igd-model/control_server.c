// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control_server.h"

/* Room for a line of dma-write with 64 KiB as hex. */
enum { MAX_LINE = 256 << 10, ENOUGH_QUEUED = 64 << 10, MAX_EVENTS = 16 };

struct client {
	int fd;
	bool closing;		/* after the remaining replies */
	size_t in_used;
	char *out;		/* replies not yet sent, NULL: none */
	size_t out_used;
	size_t out_sent;
	struct client *next;
	char in[MAX_LINE];
};

struct control_server {
	int epoll;
	int listener;
	struct control *control;
	struct client *clients;
};

static int watch(struct control_server *server, int op, int fd, uint32_t events,
		 void *who)
{
	struct epoll_event event = { .events = events, .data.ptr = who };

	return epoll_ctl(server->epoll, op, fd, &event);
}

struct control_server *control_server_new(int listen_fd, struct control *control)
{
	struct control_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->control = control;
	server->listener = listen_fd;
	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll < 0 || watch(server, EPOLL_CTL_ADD, listen_fd, EPOLLIN, NULL)) {
		if (server->epoll >= 0)
			close(server->epoll);
		free(server);
		return NULL;
	}
	return server;
}

static void drop(struct control_server *server, struct client *client)
{
	struct client **at = &server->clients;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	close(client->fd);
	free(client->out);
	free(client);
}

void control_server_free(struct control_server *server)
{
	while (server->clients)
		drop(server, server->clients);
	close(server->listener);
	close(server->epoll);
	free(server);
}

int control_server_fd(const struct control_server *server)
{
	return server->epoll;
}

static void accept_client(struct control_server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client;

	if (fd < 0)
		return;
	client = calloc(1, sizeof(*client));
	if (!client || watch(server, EPOLL_CTL_ADD, fd, EPOLLIN, client)) {
		free(client);
		close(fd);
		return;
	}
	client->fd = fd;
	client->next = server->clients;
	server->clients = client;
}

/* Append @text and a newline to the client's replies, and free @text. */
static void queue(struct client *client, char *text)
{
	size_t len = text ? strlen(text) : 0;
	char *out = text ? realloc(client->out, client->out_used + len + 1) : NULL;

	if (out) {
		memcpy(out + client->out_used, text, len);
		out[client->out_used + len] = '\n';
		client->out = out;
		client->out_used += len + 1;
	} else {
		client->closing = true;
	}
	free(text);
}

/*
 * Answer complete lines until enough replies are queued. So memory is bounded for a
 * client that sends requests and does not read replies.
 */
static void answer(struct control_server *server, struct client *client)
{
	char *line = client->in, *end = client->in + client->in_used, *newline;

	while (client->out_used < ENOUGH_QUEUED &&
	       (newline = memchr(line, '\n', end - line))) {
		queue(client, control_reply(server->control, line, newline - line));
		line = newline + 1;
	}
	client->in_used = end - line;
	memmove(client->in, line, client->in_used);
	if (client->in_used == MAX_LINE && !memchr(client->in, '\n', MAX_LINE)) {
		queue(client, strdup("{\"ok\":false,\"error\":\"line too long\"}"));
		client->closing = true;
	}
}

/* Returns false when the client is gone. */
static bool receive(struct client *client)
{
	ssize_t n = recv(client->fd, client->in + client->in_used,
			 MAX_LINE - client->in_used, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	client->in_used += n;
	return n > 0;
}

/* Returns false when the client is gone. */
static bool send_queued(struct client *client)
{
	ssize_t n = send(client->fd, client->out + client->out_sent,
			 client->out_used - client->out_sent, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	client->out_sent += n;
	if (client->out_sent == client->out_used) {
		free(client->out);
		client->out = NULL;
		client->out_used = 0;
		client->out_sent = 0;
	}
	return true;
}

/* Answer and send until there are no more replies or the socket is full. */
static bool converse(struct control_server *server, struct client *client)
{
	do {
		if (!client->out && !client->closing)
			answer(server, client);
		if (!client->out)
			return !client->closing;
		if (!send_queued(client))
			return false;
	} while (!client->out);
	return true;
}

/* Do not read from a client that does not read its replies. */
static void serve(struct control_server *server, struct client *client)
{
	bool alive = (client->out || receive(client)) && converse(server, client);

	if (alive)
		watch(server, EPOLL_CTL_MOD, client->fd,
		      client->out ? EPOLLOUT : EPOLLIN, client);
	else
		drop(server, client);
}

void control_server_run(struct control_server *server)
{
	struct epoll_event events[MAX_EVENTS];
	int n = epoll_wait(server->epoll, events, MAX_EVENTS, 0);

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr)
			serve(server, events[i].data.ptr);
		else
			accept_client(server);
	}
}
