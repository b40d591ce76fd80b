// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is late, answers all-ones, decodes nothing, sleeps or goes
 * away, at each point of its use. Afterwards it works as before.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/eventfd.h>
#include <sys/wait.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_log.h>
#include <igd_opener.h>
#include <igd_vbios.h>
#include <igd_works.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define DELAY_MS	300

/* More accesses than any test makes: the device does not answer at all */
#define FOR_GOOD	1000000

FIXTURE(fault_device_test) {
	char *driver;
	struct igd_log log;
};

FIXTURE_SETUP(fault_device_test)
{
	self->driver = sysfs_driver_get(device_bdf);
	ASSERT_NE(NULL, self->driver);
}

FIXTURE_TEARDOWN(fault_device_test)
{
	struct igd_model *model = igd_model_open(device_bdf);

	igd_model_inject_clear(model);
	igd_model_reset_takes(model, 20);
	igd_model_close(model);
	igd_bind(device_bdf, self->driver);
	free(self->driver);
}

static void go_wrong(struct igd_model *model, enum igd_model_class class,
		     const char *action, u32 nth, u32 count)
{
	const struct igd_model_fault fault = {
		.class = class,
		.action = action,
		.nth = nth,
		.count = count,
		.ms = strcmp(action, "delay") ? 0 : DELAY_MS,
	};

	igd_model_inject(model, &fault);
}

/* Clears the injected faults, and returns the number of accesses hit. */
static u64 go_right(struct igd_model *model)
{
	struct igd_model_counters counters;

	igd_model_counters(model, &counters);
	igd_model_inject_clear(model);
	return counters.injected;
}

static u64 config_accesses(struct igd_model *model)
{
	struct igd_model_counters counters;

	igd_model_counters(model, &counters);
	return counters.traffic[IGD_MODEL_CONFIG].read +
	       counters.traffic[IGD_MODEL_CONFIG].write_nonposted;
}

/*
 * One access to config space is lost, each access of an open in turn. The number of
 * polls for the end of a reset varies, so one access may be omitted. If several
 * were lost, the kernel would wait a minute for the end of the reset.
 *
 * Linux may save the ones of a lost read of Device Control and restore them. They
 * start a reset without a wait for its end, at that open and at each later one. This
 * driver cannot fix that, so resets take no time here.
 */
TEST_F_TIMEOUT(fault_device_test, ones_while_opening, 300)
{
	struct igd_model *model = igd_model_open(device_bdf);
	struct igd_opener opener;
	u64 total, hits = 0;

	igd_opener_init(&opener, device_bdf);
	igd_model_reset_takes(model, 0);
	igd_model_reset_counters(model);
	ASSERT_EQ(0, igd_opener_open(&opener));
	total = config_accesses(model);
	igd_opener_close(&opener);
	ASSERT_LT(0, total);

	for (u64 nth = 1; nth <= total; nth++) {
		go_wrong(model, IGD_MODEL_CONFIG, "ones", nth, 1);
		if (!igd_opener_open(&opener))
			igd_opener_close(&opener);
		hits += go_right(model);

		ASSERT_EQ(0, igd_opener_open(&opener));
		igd_opener_close(&opener);
	}
	igd_opener_cleanup(&opener);
	igd_model_close(model);

	EXPECT_LT(0, hits);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("faults_injected", hits);
}

TEST_F_TIMEOUT(fault_device_test, ones_while_binding, 300)
{
	struct igd_model *model = igd_model_open(device_bdf);
	u64 total, hits = 0;

	igd_unbind(device_bdf);
	igd_model_reset_counters(model);
	igd_bind(device_bdf, self->driver);
	total = config_accesses(model);
	ASSERT_LT(0, total);

	for (u64 nth = 1; nth <= total; nth++) {
		igd_unbind(device_bdf);
		go_wrong(model, IGD_MODEL_CONFIG, "ones", nth, 1);
		igd_bind(device_bdf, self->driver);
		hits += go_right(model);

		igd_bind(device_bdf, self->driver);
		ASSERT_TRUE(igd_driver_is(device_bdf, self->driver));
	}
	igd_model_close(model);

	EXPECT_LT(0, hits);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("faults_injected", hits);
}

/* BARs: reads of ones are valid answers, and writes get lost. */
static const enum igd_model_class bar_classes[] = {
	IGD_MODEL_MMIO, IGD_MODEL_MIRROR, IGD_MODEL_GTT, IGD_MODEL_GMADR,
	IGD_MODEL_IOBAR_INDEX, IGD_MODEL_IOBAR_DATA, IGD_MODEL_IOBAR_OTHER,
};

/* Accesses of a guest, with any result. */
static void use(struct igd *igd)
{
	u64 bar4 = igd->device->bars[4].info.size;

	igd_bar_readl(igd, 0, 0x70000);
	igd_bar_readl(igd, 0, IGD_BDSM_MIRROR);
	igd_bar_writel(igd, 0, IGD_MIRROR + IGD_MIRROR_SIZE, 0);
	igd_bar_readl(igd, 0, igd->platform->gtt);
	igd_bar_readl(igd, 2, 0);
	if (!bar4)
		return;
	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, IGD_IOBAR_TARGET_GTT);
	igd_bar_writel(igd, 4, IGD_IOBAR_DATA, igd->info.stolen_base | 1);
	igd_bar_readl(igd, 4, IGD_IOBAR_INDEX);
	igd_bar_readl(igd, 4, IGD_IOBAR_DATA);
}

TEST_F_TIMEOUT(fault_device_test, ones_in_bars, 300)
{
	static const char * const actions[] = { "ones", "error" };
	u64 hits = 0;

	for (int i = 0; i < ARRAY_SIZE(actions); i++) {
		struct igd_model *model = igd_model_open(device_bdf);
		struct igd *igd;

		for (int j = 0; j < ARRAY_SIZE(bar_classes); j++)
			go_wrong(model, bar_classes[j], actions[i], 1, FOR_GOOD);
		igd_model_close(model);

		igd = igd_open(device_bdf);
		use(igd);
		igd_close(igd);

		model = igd_model_open(device_bdf);
		hits += go_right(model);
		igd_model_close(model);
		EXPECT_TRUE(igd_opens_and_works(device_bdf));
	}

	EXPECT_LT(0, hits);
	igd_count("faults_injected", hits);
}

static u64 milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

TEST_F_TIMEOUT(fault_device_test, late, 300)
{
	struct igd *igd = igd_open(device_bdf);
	u64 hits = 0, start = milliseconds();

	go_wrong(igd->model, IGD_MODEL_CONFIG, "delay", 1, 1);
	for (int i = 0; i < ARRAY_SIZE(bar_classes); i++)
		go_wrong(igd->model, bar_classes[i], "delay", 1, 1);
	vfio_pci_config_readw(igd->device, PCI_VENDOR_ID);
	use(igd);
	EXPECT_TRUE(igd_works(igd, device_bdf));
	hits = go_right(igd->model);
	igd_close(igd);

	EXPECT_LT(2, hits);
	EXPECT_LE(hits * DELAY_MS, milliseconds() - start);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("faults_injected", hits);
}

/* A guest may disable memory decoding; a mapping then has no page. */
static bool mapped_read_ends_by(struct igd *igd, u64 offset, int signal)
{
	pid_t pid = fork();
	int status;

	VFIO_ASSERT_GE(pid, 0);
	if (!pid) {
		igd_mapped_readl(igd->device->bars[0].vaddr, offset);
		_exit(0);
	}
	VFIO_ASSERT_EQ(waitpid(pid, &status, 0), pid);

	return (WIFSIGNALED(status) ? WTERMSIG(status) : 0) == signal;
}

static int access_error(struct igd *igd, u64 offset)
{
	u32 value;
	ssize_t ret;

	ret = __igd_region_access(igd, &igd->device->bars[0].info, false, offset,
				  &value, sizeof(value));
	return ret < 0 ? ret : 0;
}

#define DECODE	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

TEST_F(fault_device_test, no_decoding)
{
	struct igd *igd = igd_open(device_bdf);

	vfio_pci_cmd_clear(igd->device, DECODE);
	EXPECT_EQ(-EIO, access_error(igd, 0x70000));
	EXPECT_EQ(-EIO, access_error(igd, IGD_MIRROR));
	EXPECT_TRUE(mapped_read_ends_by(igd, 0x70000, SIGBUS));
	EXPECT_TRUE(mapped_read_ends_by(igd, IGD_MIRROR, SIGBUS));
	if (igd->platform->bdsm) {
		igd_bdsm_write(igd, GUEST_STOLEN);
		EXPECT_EQ(GUEST_STOLEN, igd_bdsm_read(igd));
	}
	vfio_pci_device_reset(igd->device);
	EXPECT_EQ(-EIO, access_error(igd, IGD_MIRROR));

	vfio_pci_cmd_set(igd->device, DECODE);
	EXPECT_TRUE(mapped_read_ends_by(igd, IGD_MIRROR, 0));
	EXPECT_TRUE(igd_works(igd, device_bdf));

	/* Close it in this state */
	vfio_pci_cmd_clear(igd->device, DECODE);
	igd_close(igd);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
}

TEST_F(fault_device_test, sleep_while_open)
{
	struct igd *igd;

	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM to keep");

	igd = igd_open(device_bdf);
	igd_bdsm_write(igd, GUEST_STOLEN);
	igd_low_power(igd, true);
	EXPECT_TRUE(igd_becomes_suspended(device_bdf));

	/* The file wakes the device up, and mappings are gone. */
	EXPECT_EQ(GUEST_STOLEN, igd_bdsm_read(igd));
	EXPECT_EQ(0, access_error(igd, IGD_MIRROR));
	EXPECT_TRUE(mapped_read_ends_by(igd, IGD_MIRROR, SIGBUS));

	igd_low_power(igd, false);
	EXPECT_FALSE(igd_is_suspended(device_bdf));
	EXPECT_EQ(GUEST_STOLEN, igd_bdsm_read(igd));
	EXPECT_TRUE(igd_works(igd, device_bdf));

	/* And closed in its sleep */
	igd_low_power(igd, true);
	EXPECT_TRUE(igd_becomes_suspended(device_bdf));
	igd_close(igd);
	EXPECT_TRUE(igd_becomes_suspended(device_bdf));
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
}

static void *remove_device(void *error)
{
	*(int *)error = __igd_sysfs_device_write(device_bdf, "remove", "1");
	return NULL;
}

/* The kernel requests the device from the user by an eventfd. */
static int request_eventfd(struct igd *igd)
{
	int fd = eventfd(0, 0);

	VFIO_ASSERT_EQ(__igd_irq_eventfd(igd, VFIO_PCI_REQ_IRQ_INDEX, fd), 0);
	return fd;
}

/* Rescans for the device, and binds it to its driver again. */
static void find_again(const char *driver)
{
	VFIO_ASSERT_EQ(__igd_sysfs_write("/sys/bus/pci/rescan", "1"), 0);
	igd_bind(device_bdf, driver);
}

/* It answers again before close, or the kernel would wait for its reset. */
static void remove_while_open(const char *driver, bool gone)
{
	struct igd *igd = igd_open(device_bdf);
	int request = request_eventfd(igd), error;
	pthread_t thread;
	u64 count;

	if (gone)
		for (int class = 0; class < IGD_MODEL_CLASSES; class++)
			go_wrong(igd->model, class, "ones", 1, FOR_GOOD);
	VFIO_ASSERT_EQ(pthread_create(&thread, NULL, remove_device, &error), 0);
	VFIO_ASSERT_EQ(read(request, &count, sizeof(count)), sizeof(count));
	use(igd);
	if (gone)
		igd_count("faults_injected", go_right(igd->model));
	igd_close(igd);
	VFIO_ASSERT_EQ(pthread_join(thread, NULL), 0);
	VFIO_ASSERT_EQ(error, 0);
	close(request);

	find_again(driver);
}

TEST_F_TIMEOUT(fault_device_test, removed_while_open, 120)
{
	remove_while_open(self->driver, false);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("removals", 1);
}

/* A surprise removal: the device no longer answers when the kernel is notified. */
TEST_F_TIMEOUT(fault_device_test, gone_while_open, 120)
{
	remove_while_open(self->driver, true);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("removals", 1);
}

/*
 * Some IGDs do not come back from a reset. The kernel waits a minute for each reset
 * method. Then open fails, the log has the reason, and the driver does not touch the
 * device.
 */
TEST_F_TIMEOUT(fault_device_test, reset_without_end, 600)
{
	struct igd_model *model = igd_model_open(device_bdf);
	struct igd_model_counters counters;
	struct igd_opener opener;

	igd_opener_init(&opener, device_bdf);
	igd_model_reset_counters(model);
	igd_model_reset_takes(model, 24 * 3600 * 1000);
	igd_log_open(&self->log);
	EXPECT_GT(0, igd_opener_open(&opener));
	EXPECT_EQ(1, igd_log_said(&self->log, device_bdf,
				  "Intel IGD: the device does not answer after its reset"));
	igd_log_close(&self->log);
	igd_model_counters(model, &counters);
	EXPECT_EQ(0, counters.hangs);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_GTT].write_posted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_MIRROR].read);

	igd_model_reset_takes(model, 20);
	igd_opener_cleanup(&opener);
	igd_model_close(model);

	/* As in the message: the kernel's saved state of the device is all-ones */
	VFIO_ASSERT_EQ(__igd_sysfs_device_write(device_bdf, "remove", "1"), 0);
	find_again(self->driver);
	EXPECT_TRUE(igd_opens_and_works(device_bdf));
	igd_count("faults_injected", 1);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_model(&argc, argv, "injects faults of the device");
	return test_harness_run(argc, argv);
}
