// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel log
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libvfio.h>

#include <igd_log.h>

void igd_log_open(struct igd_log *log)
{
	log->length = 0;
	log->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	VFIO_ASSERT_GE(log->fd, 0);
	VFIO_ASSERT_EQ(lseek(log->fd, 0, SEEK_END), 0);
}

void igd_log_close(struct igd_log *log)
{
	close(log->fd);
}

/* A read returns one message: a line of text, and lines that name the device */
static void igd_log_read(struct igd_log *log)
{
	char message[1024];
	ssize_t size;

	while ((size = read(log->fd, message, sizeof(message) - 1)) > 0) {
		message[size] = 0;
		message[strcspn(message, "\n")] = 0;
		VFIO_ASSERT_LT(log->length + strlen(message), sizeof(log->text));
		strcpy(log->text + log->length, message);
		log->length += strlen(message) + 1;
	}
}

u32 igd_log_said(struct igd_log *log, const char *bdf, const char *text)
{
	u32 count = 0;
	const char *line;

	igd_log_read(log);
	for (line = log->text; line < log->text + log->length; line += strlen(line) + 1)
		count += strstr(line, bdf) && strstr(line, text);
	return count;
}
