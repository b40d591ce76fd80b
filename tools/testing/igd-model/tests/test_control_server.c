// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_server.h"
#include "machine.h"

static struct control_server *server;
static struct control control;
static struct sockaddr_un addr = { .sun_family = AF_UNIX };

/* A server at an abstract address of this process. */
static int setup(void **state)
{
	socklen_t len = sizeof(sa_family_t);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	machine_setup(state);
	control = (struct control){ .igd = &((struct machine *)*state)->igd };
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	len = sizeof(addr);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	server = control_server_new(fd, &control);
	assert_non_null(server);
	return 0;
}

static int teardown(void **state)
{
	control_server_free(server);
	memset(&addr, 0, sizeof(addr));
	addr.sun_family = AF_UNIX;
	return machine_teardown(state);
}

/* The kernel's autobind addresses are a NUL and five hex digits. */
static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&addr,
				 sizeof(sa_family_t) + 6), 0);
	control_server_run(server);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	control_server_run(server);
}

/* Reads the available bytes; returns their number, 0 after the server has closed. */
static ssize_t hear(int fd, char *buf, size_t room)
{
	ssize_t n = recv(fd, buf, room - 1, 0);

	if (n < 0) {
		assert_int_equal(errno, EAGAIN);
		return -1;
	}
	buf[n] = '\0';
	return n;
}

static void answers_each_client(void **state)
{
	int a = join(), b = join();
	char buf[4096];

	(void)state;
	say(a, "{\"cmd\":\"mmio\",\"offset\":0}\n");
	say(b, "{\"cmd\":\"nonsense\"}\n");
	assert_true(hear(a, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"value\":0,\"ok\":true}\n");
	assert_true(hear(b, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"ok\":false,\"error\":\"unknown cmd\"}\n");
	close(a);
	control_server_run(server);
	say(b, "{\"cmd\":\"mmio\",\"offset\":0}\n");
	assert_true(hear(b, buf, sizeof(buf)) > 0);
	close(b);
}

static void lines_in_pieces(void **state)
{
	char buf[4096];
	int fd = join();

	(void)state;
	say(fd, "{\"cmd\":\"mmio\",");
	assert_int_equal(hear(fd, buf, sizeof(buf)), -1);
	say(fd, "\"offset\":0}\n{\"cmd\":\"x\"}\n  {\"cmd\":");
	assert_true(hear(fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"value\":0,\"ok\":true}\n"
			    "{\"ok\":false,\"error\":\"unknown cmd\"}\n");
	say(fd, "\"y\"}\n");
	assert_true(hear(fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"ok\":false,\"error\":\"unknown cmd\"}\n");
	close(fd);
}

static void line_too_long(void **state)
{
	static char flood[300 << 10];
	char buf[4096];
	int fd = join();
	size_t sent = 0;

	(void)state;
	memset(flood, 'a', sizeof(flood));
	while (sent < sizeof(flood)) {
		ssize_t n = send(fd, flood + sent, sizeof(flood) - sent, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			break;	/* the server has closed */
		sent += n > 0 ? n : 0;
		control_server_run(server);
	}
	control_server_run(server);
	assert_true(hear(fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"ok\":false,\"error\":\"line too long\"}\n");
	close(fd);
}

/* A client gets 8 replies of 1 MiB, and reads them late: all of them arrive. */
static void slow_reader_gets_all(void **state)
{
	static char buf[1 << 20];
	int slow = join(), other = join(), lines = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		say(slow, "{\"cmd\":\"gtt\",\"first\":0,\"count\":65536}\n");
	say(other, "{\"cmd\":\"x\"}\n");
	assert_true(hear(other, buf, sizeof(buf)) > 0);
	for (int idle = 0; idle < 2; idle++) {
		ssize_t n;

		while ((n = hear(slow, buf, sizeof(buf))) > 0) {
			idle = 0;
			for (ssize_t i = 0; i < n; i++)
				lines += buf[i] == '\n';
		}
		control_server_run(server);
	}
	assert_int_equal(lines, 8);
	close(slow);
	close(other);
}

static void quit_is_answered(void **state)
{
	char buf[4096];
	int fd = join();

	(void)state;
	say(fd, "{\"cmd\":\"quit\"}\n");
	assert_true(control.quit);
	assert_true(hear(fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "{\"ok\":true}\n");
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_each_client),
		TEST(lines_in_pieces),
		TEST(line_too_long),
		TEST(slow_reader_gets_all),
		TEST(quit_is_answered),
	};

	return cmocka_run_group_tests_name("control_server", tests, NULL, NULL);
}
