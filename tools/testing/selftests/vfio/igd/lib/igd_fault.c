// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>

#include <libvfio.h>

#include <igd_fault.h>

/* No call here has so many: a walk that reaches it does not end. */
#define MAX_FAULTS	4000

#define DEBUGFS		"/sys/kernel/debug/"

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, strlen(text)) == strlen(text);
	close(fd);

	return ok;
}

bool igd_fault_init(void)
{
	/* By default only allocations that must not sleep fail. */
	return write_text(DEBUGFS "failslab/ignore-gfp-wait", "N") &&
	       write_text(DEBUGFS "failslab/verbose", "0") &&
	       write_text(DEBUGFS "failslab/task-filter", "Y") &&
	       write_text(DEBUGFS "failslab/probability", "100") &&
	       write_text(DEBUGFS "failslab/times", "-1") &&
	       write_text(DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N") &&
	       write_text(DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N") &&
	       write_text(DEBUGFS "fail_page_alloc/min-order", "0") &&
	       write_text(DEBUGFS "fail_page_alloc/verbose", "0") &&
	       write_text(DEBUGFS "fail_usercopy/verbose", "0");
}

/* Files of this thread */
struct files {
	int nth;
	int rest;	/* whether failslab applies, once the nth has failed */
};

static int open_file(const char *name)
{
	char path[64];
	int fd;

	snprintf_assert(path, sizeof(path), "/proc/self/task/%d/%s", gettid(), name);
	fd = open(path, O_RDWR);
	VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);

	return fd;
}

static void arm(const struct files *files, unsigned int nth, bool rest)
{
	char text[16];
	int length = sprintf(text, "%u", nth);

	VFIO_ASSERT_EQ(pwrite(files->rest, rest ? "1" : "0", 1, 0), 1);
	VFIO_ASSERT_EQ(pwrite(files->nth, text, length, 0), length);
}

/*
 * Returns whether the armed failure has happened. If not, it may hit the read or
 * the reset of the number.
 */
static bool disarm(const struct files *files)
{
	char text[16] = "";
	bool done;

	done = pread(files->nth, text, sizeof(text) - 1, 0) > 0 && !atoi(text);
	if (pwrite(files->nth, "0", 1, 0) != 1)
		VFIO_ASSERT_EQ(pwrite(files->nth, "0", 1, 0), 1);
	VFIO_ASSERT_EQ(pwrite(files->rest, "0", 1, 0), 1);

	return done;
}

static void succeed(const struct igd_call *call, void *context)
{
	int ret = call->act(context);

	VFIO_ASSERT_EQ(ret, 0, "%s\n", call->name);
	if (call->undo)
		call->undo(context);
}

unsigned int igd_fault_walk(const struct igd_call *call, void *context)
{
	struct files files = {
		.nth = open_file("fail-nth"),
		.rest = open_file("make-it-fail"),
	};
	unsigned int nth, failed = 0;
	bool hit = true;
	int ret;

	succeed(call, context);
	for (nth = 1; hit; nth++) {
		VFIO_ASSERT_LT(nth, MAX_FAULTS, "%s\n", call->name);
		arm(&files, nth, call->rest);
		ret = call->act(context);
		hit = disarm(&files);

		failed += !!ret;
		VFIO_ASSERT_TRUE(hit || !ret, "%s fails by itself: %d\n",
				 call->name, ret);
		if (!ret && call->undo)
			call->undo(context);
		succeed(call, context);
	}
	close(files.nth);
	close(files.rest);

	/* The last one did not happen. */
	printf("# %s: of %u failures the call reported %u\n", call->name,
	       nth - 2, failed);
	igd_count("faults_injected", nth - 2);
	return nth - 2;
}

void igd_count(const char *name, unsigned int count)
{
	printf("# count %s %u\n", name, count);
	fflush(stdout);
}
