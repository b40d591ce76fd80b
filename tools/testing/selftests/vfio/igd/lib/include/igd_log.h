/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_LOG_H
#define SELFTESTS_VFIO_IGD_LOG_H

#include <libvfio.h>

#include <linux/sizes.h>

/* Kernel messages from igd_log_open() on */
struct igd_log {
	int fd;
	size_t length;
	char text[SZ_256K];
};

void igd_log_open(struct igd_log *log);
void igd_log_close(struct igd_log *log);

/* Returns the number of kernel messages about the device that contain @text. */
u32 igd_log_said(struct igd_log *log, const char *bdf, const char *text);

#endif
