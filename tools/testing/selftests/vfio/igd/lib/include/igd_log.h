/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_LOG_H
#define SELFTESTS_VFIO_IGD_LOG_H

#include <libvfio.h>

#include <linux/sizes.h>

/* What the kernel says from igd_log_open() on */
struct igd_log {
	int fd;
	size_t length;
	char text[SZ_256K];
};

void igd_log_open(struct igd_log *log);
void igd_log_close(struct igd_log *log);

/* In how many of its messages the kernel has said @text of the device. */
u32 igd_log_said(struct igd_log *log, const char *bdf, const char *text);

#endif
