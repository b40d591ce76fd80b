// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many accesses at once, as from a guest with many processors and a VMM with many
 * threads. A read always returns a value that was written. KASAN, lockdep and KCSAN
 * report errors in the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <sys/mman.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_fault.h>
#include <igd_opener.h>
#include <igd_vbios.h>
#include <igd_works.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define SECONDS		5

/* Bases that differ in every byte that a base has */
#define BASE_A		GUEST_STOLEN
#define BASE_B		0x31200000

FIXTURE(race_test) {
	struct igd *igd;
	atomic_bool stop;
	atomic_uint rounds;
	atomic_uint wrong;
};

static void expect(FIXTURE_DATA(race_test) *self, bool ok)
{
	if (!ok)
		self->wrong++;
}

static bool is_base(u64 base)
{
	return base == 0 || base == BASE_A || base == BASE_B;
}

/* An access that a reset or a sleep may refuse */
static void try_access(struct igd *igd, int bar, bool write, u64 offset, u32 value)
{
	ssize_t ret;

	ret = __igd_region_access(igd, &igd->device->bars[bar].info, write,
				  offset, &value, sizeof(value));
	VFIO_ASSERT_TRUE(ret == sizeof(value) || ret == -EIO, "%zd\n", ret);
}

static void write_base(FIXTURE_DATA(race_test) *self)
{
	igd_bdsm_write(self->igd, self->rounds % 2 ? BASE_A : BASE_B);
}

static void read_base(FIXTURE_DATA(race_test) *self)
{
	expect(self, is_base(igd_bdsm_read(self->igd)));
}

static void read_page(FIXTURE_DATA(race_test) *self)
{
	void *bar = self->igd->device->bars[0].vaddr;

	expect(self, is_base(igd_mapped_readl(bar, IGD_BDSM_MIRROR)));
}

static void write_entry(FIXTURE_DATA(race_test) *self)
{
	struct igd *igd = self->igd;
	u32 entry = self->rounds % 64;
	u64 pte = igd_pte(igd->platform, igd->info.stolen_base + entry * SZ_4K, 0);

	if (!igd->platform->iobar)
		return;
	try_access(igd, 4, true, IGD_IOBAR_INDEX, igd_vbios_index(igd, entry, false));
	try_access(igd, 4, true, IGD_IOBAR_DATA, pte);
	try_access(igd, 4, false, IGD_IOBAR_DATA, 0);
}

static void map_again(FIXTURE_DATA(race_test) *self)
{
	const struct vfio_region_info *info = &self->igd->device->bars[0].info;
	void *bar;

	bar = mmap(NULL, info->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   self->igd->device->fd, info->offset);
	VFIO_ASSERT_NE(bar, MAP_FAILED);
	expect(self, is_base(igd_mapped_readl(bar, IGD_BDSM_MIRROR)));
	VFIO_ASSERT_EQ(munmap(bar, info->size), 0);
}

static void reset(FIXTURE_DATA(race_test) *self)
{
	int ret = __vfio_pci_device_reset(self->igd->device);

	VFIO_ASSERT_TRUE(!ret || ret == -EAGAIN, "%d\n", ret);
	usleep(20000);
}

/* The administrator looks at what the display shows. */
static void read_display(FIXTURE_DATA(race_test) *self)
{
	char path[128], text[SZ_4K];
	int fd;

	igd_debugfs_path(path, sizeof(path), device_bdf, "display");
	fd = open(path, O_RDONLY);
	VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);
	expect(self, read(fd, text, sizeof(text)) > 0);
	close(fd);
}

/* The device sleeps as soon as nobody is at it. */
static void sleep_and_wake(FIXTURE_DATA(race_test) *self)
{
	igd_low_power(self->igd, true);
	usleep(5000);
	igd_low_power(self->igd, false);
	usleep(5000);
}

typedef void (*action_fn)(FIXTURE_DATA(race_test) *self);

struct worker {
	FIXTURE_DATA(race_test) *self;
	action_fn action;
	pthread_t thread;
};

static void *work(void *argument)
{
	struct worker *worker = argument;

	while (!worker->self->stop) {
		worker->action(worker->self);
		worker->self->rounds++;
	}

	return NULL;
}

FIXTURE_SETUP(race_test)
{
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
	if (!igd_driver_is(device_bdf, "vfio-pci-igd"))
		SKIP(return, "the device is not bound to vfio-pci-igd");
	self->igd = igd_open(device_bdf);
}

FIXTURE_TEARDOWN(race_test)
{
	igd_close(self->igd);
	if (igd_bar5_exists(device_bdf))
		igd_bar5_set(device_bdf, "0");
}

/* Runs each of @actions in a thread. */
static void run(FIXTURE_DATA(race_test) *self, const action_fn *actions, size_t count)
{
	struct worker workers[count];

	for (size_t i = 0; i < count; i++) {
		workers[i] = (struct worker) { .self = self, .action = actions[i] };
		VFIO_ASSERT_EQ(pthread_create(&workers[i].thread, NULL, work,
					      &workers[i]), 0);
	}
	sleep(SECONDS);
	self->stop = true;
	for (size_t i = 0; i < count; i++)
		VFIO_ASSERT_EQ(pthread_join(workers[i].thread, NULL), 0);
	igd_count("racing_calls", self->rounds);
}

/* The same, and checks the state afterwards */
static void race(FIXTURE_DATA(race_test) *self, const action_fn *actions, size_t count)
{
	run(self, actions, count);
	vfio_pci_device_reset(self->igd->device);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	expect(self, igd_works(self->igd, device_bdf));
}

TEST_F_TIMEOUT(race_test, everything_at_once, 120)
{
	static const action_fn actions[] = {
		write_base, read_base, read_page, write_entry, write_entry, map_again,
		reset, read_display,
	};

	race(self, actions, ARRAY_SIZE(actions));
	EXPECT_EQ(0, self->wrong);
}

/* Without accesses through a mapping, which fail while the device may sleep */
TEST_F_TIMEOUT(race_test, sleep_while_used, 120)
{
	static const action_fn actions[] = {
		write_base, read_base, write_entry, write_entry, sleep_and_wake,
		read_display,
	};

	race(self, actions, ARRAY_SIZE(actions));
	EXPECT_EQ(0, self->wrong);
}

/* BAR5 */

/* The kernel writes to the mapping for us, as it returns an error for a SIGBUS. */
static void touch_bar5(FIXTURE_DATA(race_test) *self)
{
	const struct vfio_pci_bar *bar = &self->igd->device->bars[5];
	u64 at = self->rounds * SZ_4K * 7ULL % bar->info.size;
	int fd = open("/dev/zero", O_RDONLY);
	ssize_t ret = read(fd, bar->vaddr + at, SZ_4K);

	VFIO_ASSERT_TRUE(ret > 0 || errno == EFAULT, "%zd\n", ret);
	close(fd);
}

static void drop_bar5(FIXTURE_DATA(race_test) *self)
{
	const struct vfio_pci_bar *bar = &self->igd->device->bars[5];

	VFIO_ASSERT_EQ(madvise(bar->vaddr, bar->info.size, MADV_DONTNEED), 0);
}

static void access_bar5(FIXTURE_DATA(race_test) *self)
{
	u64 at = self->rounds * SZ_4K * 3ULL % self->igd->device->bars[5].info.size;

	try_access(self->igd, 5, self->rounds % 2, at, 0);
}

static void place_bar5(FIXTURE_DATA(race_test) *self)
{
	static const u32 places[] = { 0xc8000000, ~0U, 0 };

	vfio_pci_config_writel(self->igd->device, PCI_BASE_ADDRESS_5,
			       places[self->rounds % ARRAY_SIZE(places)]);
}

static void switch_memory(FIXTURE_DATA(race_test) *self)
{
	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_MEMORY);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_MEMORY);
}

/* Refused while the device is open, in this test or in another thread of it */
static void set_option(FIXTURE_DATA(race_test) *self)
{
	char text[16];
	int ret;

	ret = igd_bar5_set(device_bdf, self->rounds % 2 ? "auto" : igd_bar5_least(device_bdf));
	VFIO_ASSERT_TRUE(!ret || ret == -EBUSY, "%d\n", ret);
	igd_bar5_get(device_bdf, text, sizeof(text));
}

TEST_F_TIMEOUT(race_test, bar5, 120)
{
	static const action_fn actions[] = {
		touch_bar5, touch_bar5, drop_bar5, access_bar5, place_bar5, switch_memory,
		set_option, write_entry, reset,
	};

	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	igd_close(self->igd);
	self->igd = igd_bar5_open(device_bdf, "auto");
	race(self, actions, ARRAY_SIZE(actions));
	EXPECT_EQ(0, self->wrong);
}

static void open_and_close(FIXTURE_DATA(race_test) *self)
{
	struct igd_opener opener;

	igd_opener_init(&opener, device_bdf);
	VFIO_ASSERT_EQ(igd_opener_open(&opener), 0);
	igd_opener_close(&opener);
	igd_opener_cleanup(&opener);
}

TEST_F_TIMEOUT(race_test, opens_and_option, 120)
{
	static const action_fn actions[] = { open_and_close, set_option, set_option };

	if (!igd_bar5_exists(device_bdf))
		SKIP(return, "no stolen_bar");

	igd_close(self->igd);
	run(self, actions, ARRAY_SIZE(actions));
	igd_bar5_set(device_bdf, "0");
	self->igd = igd_open(device_bdf);
	EXPECT_TRUE(igd_works(self->igd, device_bdf));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
