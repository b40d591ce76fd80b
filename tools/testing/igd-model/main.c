// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_server.h"
#include "dma.h"
#include "options.h"
#include "vfio_user.h"

struct program {
	struct options options;
	struct igd igd;
	struct vfio_user_device device;
	struct control control;
	struct control_server *control_server;	/* NULL: no control socket */
	int signals;
	int vfio;		/* listening, then connected to the client */
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("igd-model: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(addr.sun_path))
		die("%s: too long for a socket", path);
	strcpy(addr.sun_path, path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 8))
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void load_rom(struct options *options)
{
	int fd = open(options->rom, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *rom;

	if (fd < 0 || fstat(fd, &st))
		die("%s: %s", options->rom, strerror(errno));
	if (!st.st_size || st.st_size > UINT32_MAX)
		die("%s: not a ROM image", options->rom);
	rom = malloc(st.st_size);
	if (!rom || read(fd, rom, st.st_size) != st.st_size)
		die("%s: cannot be read", options->rom);
	close(fd);
	options->igd.rom = rom;
	options->igd.rom_size = st.st_size;
}

static int watch_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

static void make_device(struct program *p)
{
	struct dma_space *dma = dma_space_new();
	const char *why;

	if (p->options.rom)
		load_rom(&p->options);
	if (!dma)
		die("out of memory");
	why = igd_init(&p->igd, &p->options.igd, dma);
	if (why)
		die("%s", why);
	p->device = igd_vfio_device(&p->igd);
}

static void make_control(struct program *p)
{
	p->control.igd = &p->igd;
	p->control.output_dir = open(p->options.output, O_DIRECTORY | O_CLOEXEC);
	if (p->control.output_dir < 0)
		die("%s: %s", p->options.output, strerror(errno));
	if (!p->options.control)
		return;
	p->control_server = control_server_new(listen_at(p->options.control),
					       &p->control);
	if (!p->control_server)
		die("%s: %s", p->options.control, strerror(errno));
}

static void accept_client(struct program *p)
{
	int fd = accept4(p->vfio, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	p->igd.connection = fd;
	p->igd.client = vfio_user_new(fd, &p->device);
	if (!p->igd.client)
		die("vfio-user: %s", strerror(errno));
	close(p->vfio);
	p->vfio = fd;
}

/* Serve until the client leaves or sends "quit". Returns the exit code. */
static int run(struct program *p)
{
	while (!p->control.quit) {
		struct pollfd fds[] = {
			{ .fd = p->vfio, .events = POLLIN },
			{ .fd = p->signals, .events = POLLIN },
			{ .fd = p->control_server ? control_server_fd(p->control_server) : -1,
			  .events = POLLIN },
		};
		int err = 0;

		if (poll(fds, 3, igd_busy(&p->igd) ? 0 : -1) < 0)
			continue;
		igd_run(&p->igd);
		if (fds[1].revents)
			return 0;
		if (fds[2].revents)
			control_server_run(p->control_server);
		if (fds[0].revents && !p->igd.client)
			accept_client(p);
		else if (fds[0].revents)
			err = vfio_user_run(p->igd.client);
		if (err)
			return err == -ECONNRESET ? 0 : 1;
	}
	return 0;
}

static void clean_up(struct program *p)
{
	if (p->igd.client)
		vfio_user_free(p->igd.client);
	else
		close(p->vfio);
	unlink(p->options.socket);
	if (p->control_server) {
		control_server_free(p->control_server);
		unlink(p->options.control);
	}
	close(p->control.output_dir);
	close(p->signals);
	igd_free(&p->igd);
	dma_space_free(p->igd.dma);
	free((void *)p->options.igd.rom);
}

int main(int argc, char **argv)
{
	static struct program program;
	struct program *p = &program;
	int code;

	options_parse(&p->options, argc, argv);
	make_device(p);
	p->signals = watch_signals();
	make_control(p);
	p->vfio = listen_at(p->options.socket);
	puts("ready");
	fflush(stdout);
	code = run(p);
	clean_up(p);
	return code;
}
