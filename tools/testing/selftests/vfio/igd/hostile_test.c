// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpRegions that no firmware should leave, each found by a real open. Whatever
 * they say, the device opens, and what its region then shows are bytes of the
 * OpRegion and of the VBT that it names: judged here by words of its own, with
 * memory around both that looks like nothing else.
 *
 * $IGD_FUZZ_SEED repeats a run from an image on.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>

#include <linux/sizes.h>

#include <igd_device.h>
#include <igd_fault.h>
#include <igd_opener.h>
#include <igd_random.h>
#include <igd_region.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define IMAGES		200
#define RACING_OPENS	100

/* struct opregion_header, struct opregion_asle: intel_opregion.c of i915 */
#define OPREGION	SZ_8K
#define SIZE_KIB	0x10
#define VERSION		0x16
#define MAILBOXES	0x58
#define FDSS		0x3aa
#define FDSS_AND_FDSP	12
#define RVDA		0x3ba
#define RVDS		0x3c2
#define MAILBOX_4	0x400

/* struct vbt_header: drivers/gpu/drm/i915/display/intel_vbt_defs.h */
#define VBT_SIZE	24
#define VBT_MOST	SZ_64K

/* The test's part of firmware's memory, OpRegion first */
#define WINDOW		SZ_256K

/* RAM in every machine that runs this, and where no processor has addresses */
#define RAM		SZ_16M
#define RAM_END		SZ_64M
#define NOWHERE		0x10000000000000

FIXTURE(hostile_test) {
	struct igd_opener opener;
	u64 asls;
	u8 *window;		/* mapped: the host's memory at asls */
	u8 before[WINDOW];	/* what the firmware had there */
	u8 sound[WINDOW];	/* the same OpRegion, with a pattern around it */
	u64 random;
	u8 shown[OPREGION + 2 * VBT_MOST];
};

static u32 pick(FIXTURE_DATA(hostile_test) *self, u32 number)
{
	return igd_pick(&self->random, number);
}

static u64 get(const u8 *bytes, u32 offset, size_t size)
{
	u64 value = 0;

	memcpy(&value, bytes + offset, size);
	return value;
}

static void put(FIXTURE_DATA(hostile_test) *self, u32 offset, size_t size, u64 value)
{
	memcpy(self->window + offset, &value, size);
}

/* Bytes that neither an OpRegion nor a VBT begins with, the same in each run */
static void fill_around(FIXTURE_DATA(hostile_test) *self)
{
	for (u32 i = OPREGION; i < WINDOW; i++)
		self->sound[i] = 0x80 | igd_random(&self->random);
}

FIXTURE_SETUP(hostile_test)
{
	struct igd_model *model = igd_model_open(device_bdf);
	struct igd_model_info info;
	int fd;

	igd_model_info(model, &info);
	igd_model_close(model);
	if (!info.asls)
		SKIP(return, "the host has no OpRegion");

	self->asls = info.asls;
	fd = open("/dev/mem", O_RDWR);
	ASSERT_LE(0, fd);
	self->window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			    self->asls);
	ASSERT_NE(MAP_FAILED, self->window);
	close(fd);
	memcpy(self->before, self->window, WINDOW);
	memcpy(self->sound, self->window, OPREGION);
	fill_around(self);
	igd_opener_init(&self->opener, device_bdf);
}

FIXTURE_TEARDOWN(hostile_test)
{
	igd_opener_cleanup(&self->opener);
	memcpy(self->window, self->before, WINDOW);
	munmap(self->window, WINDOW);
}

/* What the header in the window says of a VBT outside of the OpRegion */

static bool names_vbt(FIXTURE_DATA(hostile_test) *self)
{
	return get(self->window, VERSION, 2) >= 0x200 &&
	       get(self->window, RVDA, 8) && get(self->window, RVDS, 4);
}

static u64 vbt_address(FIXTURE_DATA(hostile_test) *self)
{
	u64 rvda = get(self->window, RVDA, 8);

	return get(self->window, VERSION, 2) == 0x200 ? rvda : self->asls + rvda;
}

static bool is_in_window(FIXTURE_DATA(hostile_test) *self, u64 address, u64 size)
{
	return address >= self->asls && address - self->asls <= WINDOW - size;
}

static bool wraps(FIXTURE_DATA(hostile_test) *self)
{
	return get(self->window, VERSION, 2) > 0x200 && vbt_address(self) < self->asls;
}

/* Whether it is clear what has to become of it: shown, or refused */
static bool is_clear(FIXTURE_DATA(hostile_test) *self)
{
	u64 address = vbt_address(self), size = get(self->window, RVDS, 4);

	return !names_vbt(self) || wraps(self) || size > VBT_MOST ||
	       address >= NOWHERE || (address >= RAM && address + size <= RAM_END) ||
	       is_in_window(self, address, size);
}

/* Images: a sound one of three kinds, with a few errors */

static void put_vbt(FIXTURE_DATA(hostile_test) *self, u16 version)
{
	u64 place = OPREGION + pick(self, 2) * pick(self, SZ_64K);
	u32 vbt = get(self->window, MAILBOX_4 + VBT_SIZE, 2);

	memcpy(self->window + place, self->sound + MAILBOX_4, vbt);
	put(self, VERSION, 2, version);
	put(self, RVDA, 8, version == 0x200 ? self->asls + place : place);
	put(self, RVDS, 4, pick(self, 2) ? vbt : vbt + pick(self, VBT_MOST - vbt));
}

static void flip_bits(FIXTURE_DATA(hostile_test) *self)
{
	for (u32 i = pick(self, 8); i < 8; i++)
		self->window[pick(self, OPREGION)] ^= 1 << pick(self, 8);
}

static void break_signature(FIXTURE_DATA(hostile_test) *self)
{
	self->window[pick(self, 16)] ^= 1 << pick(self, 8);
}

static void change_size(FIXTURE_DATA(hostile_test) *self)
{
	const u32 sizes[] = { 0, 4, 7, 9, 64 * SZ_1K, SZ_4M + 8, ~0,
			      igd_random(&self->random) };

	put(self, SIZE_KIB, 4, sizes[pick(self, ARRAY_SIZE(sizes))]);
}

static void change_version(FIXTURE_DATA(hostile_test) *self)
{
	const u16 versions[] = { 0, 0x100, 0x1ff, 0x200, 0x201, 0x2ff, 0x300, 0xffff,
				 igd_random(&self->random) };

	put(self, VERSION, 2, versions[pick(self, ARRAY_SIZE(versions))]);
}

static void change_rvda(FIXTURE_DATA(hostile_test) *self)
{
	const u64 random = igd_random(&self->random);
	const u64 places[] = {
		0, 1, OPREGION - 1, OPREGION, WINDOW - 1, RAM, self->asls,
		self->asls + 1, self->asls + OPREGION - 1, self->asls + OPREGION,
		self->asls + random % WINDOW, random % WINDOW, -self->asls,
		-(u64)SZ_4K, 1ULL << 63, random, random << 52,
	};

	put(self, RVDA, 8, places[pick(self, ARRAY_SIZE(places))]);
}

static void change_rvds(FIXTURE_DATA(hostile_test) *self)
{
	const u32 sizes[] = { 0, 1, 47, 48, 0xffff, VBT_MOST, VBT_MOST + 1, ~0,
			      pick(self, VBT_MOST), igd_random(&self->random) };

	put(self, RVDS, 4, sizes[pick(self, ARRAY_SIZE(sizes))]);
}

static void change_vbt_size(FIXTURE_DATA(hostile_test) *self)
{
	const u16 sizes[] = { 0, 1, 0x1800, 0x1801, 0x1c00, 0x1c01, 0xffff,
			      igd_random(&self->random) };
	u64 place = vbt_address(self) - self->asls;

	if (!names_vbt(self) || place > WINDOW - SZ_4K)
		place = MAILBOX_4;
	put(self, place + VBT_SIZE, 2, sizes[pick(self, ARRAY_SIZE(sizes))]);
}

static void change_mailboxes(FIXTURE_DATA(hostile_test) *self)
{
	put(self, MAILBOXES, 4, igd_random(&self->random));
}

static void (*const errors[])(FIXTURE_DATA(hostile_test) *self) = {
	flip_bits, flip_bits, break_signature, change_size, change_version,
	change_rvda, change_rvda, change_rvds, change_rvds, change_vbt_size,
	change_mailboxes,
};

static void make_image(FIXTURE_DATA(hostile_test) *self, u64 seed)
{
	static const u16 versions[] = { 0, 0x200, 0x201 };
	u16 version;

	self->random = seed;
	version = versions[pick(self, ARRAY_SIZE(versions))];
	memcpy(self->window, self->sound, WINDOW);
	if (version)
		put_vbt(self, version);
	for (u32 i = pick(self, 4); i < 4; i++)
		errors[pick(self, ARRAY_SIZE(errors))](self);

	/* Elsewhere are devices, of whose registers nobody can tell */
	if (!is_clear(self))
		put(self, RVDA, 8, vbt_address(self) == get(self->window, RVDA, 8) ?
		    self->asls + OPREGION : OPREGION);
}

/* What is shown; returns what is wrong with it, or NULL */

static bool is_rewritten(u32 i)
{
	return (i >= VERSION && i < VERSION + 2) || (i >= RVDA && i < RVDA + 8) ||
	       (i >= FDSS && i < FDSS + FDSS_AND_FDSP);
}

static const char *wrong_opregion(FIXTURE_DATA(hostile_test) *self, bool extended)
{
	const u8 *shown = self->shown;
	u16 version = get(self->window, VERSION, 2);

	for (u32 i = 0; i < OPREGION; i++)
		if (shown[i] != self->window[i] && !is_rewritten(i))
			return "a byte that is not the OpRegion's";
	for (u32 i = FDSS; i < FDSS + FDSS_AND_FDSP; i++)
		if (shown[i])
			return "FDSS or FDSP";
	if (get(shown, VERSION, 2) != (extended && version == 0x200 ? 0x201 : version))
		return "another version";
	if (get(shown, RVDA, 8) != (extended ? OPREGION : 0))
		return "an RVDA of the host";
	return NULL;
}

static const char *wrong_vbt(FIXTURE_DATA(hostile_test) *self, u64 size)
{
	u64 address = vbt_address(self);

	if (size != get(self->window, RVDS, 4) || size > VBT_MOST)
		return "a VBT of another size";
	if (!is_in_window(self, address, size))
		return "a VBT that is no firmware's";
	if (address < self->asls + OPREGION)
		return "a VBT that overlaps the OpRegion";
	if (memcmp(self->shown + OPREGION, self->window + (address - self->asls), size))
		return "a byte that is not the VBT's";
	return NULL;
}

static const char *wrong(FIXTURE_DATA(hostile_test) *self, u64 size)
{
	bool extended = size > OPREGION;
	const char *what;

	if (memcmp(self->window, "IntelGraphicsMem", 16) ||
	    get(self->window, SIZE_KIB, 4) != OPREGION / SZ_1K)
		return "what is no OpRegion";
	if (size < OPREGION || extended != names_vbt(self))
		return "more or less than there is";
	what = wrong_opregion(self, extended);
	if (!what && extended)
		what = wrong_vbt(self, size - OPREGION);
	return what;
}

/* Opens the device; returns the size of what it shows, 0 for no region */
static u64 look(FIXTURE_DATA(hostile_test) *self)
{
	struct vfio_region_info region;
	u64 size = 0;
	int fd;

	VFIO_ASSERT_EQ(igd_opener_open(&self->opener), 0);
	fd = self->opener.device->fd;
	if (igd_region_find(fd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region)) {
		size = region.size;
		VFIO_ASSERT_LE(size, sizeof(self->shown) - 1);
		/* One byte more than there is */
		VFIO_ASSERT_EQ(pread(fd, self->shown, size + 1, region.offset), size);
	}
	igd_opener_close(&self->opener);
	return size;
}

TEST_F_TIMEOUT(hostile_test, images, 600)
{
	u64 first = igd_seed(time(NULL) * 1000), size;
	u32 mismatches = 0, shown = 0;
	const char *what;

	printf("# first seed %llu\n", (unsigned long long)first);
	for (u64 seed = first; seed < first + IMAGES; seed++) {
		make_image(self, seed);
		size = look(self);
		shown += size > 0;
		what = size ? wrong(self, size) : NULL;
		if (!what)
			continue;
		mismatches++;
		printf("# IGD_FUZZ_SEED=%llu: shows %s\n", (unsigned long long)seed, what);
	}
	printf("# %u of them had an OpRegion to show\n", shown);
	igd_count("opened_images", IMAGES);
	igd_count("mismatches", mismatches);

	EXPECT_EQ(0, mismatches);
	/* Both kinds, or this has tried too little */
	EXPECT_LT(IMAGES / 10, shown);
	EXPECT_GT(IMAGES - IMAGES / 10, shown);
}

/* A sound image is shown, or the above could pass without one */
TEST_F(hostile_test, sound)
{
	static const u16 versions[] = { 0, 0x200, 0x201 };

	for (int i = 0; i < ARRAY_SIZE(versions); i++) {
		memcpy(self->window, self->sound, WINDOW);
		if (versions[i])
			put_vbt(self, versions[i]);
		EXPECT_EQ(NULL, wrong(self, look(self)));
	}
}

static void host_asls_write(u32 asls)
{
	char path[128];
	int fd;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/config", device_bdf);
	fd = open(path, O_WRONLY);
	VFIO_ASSERT_GE(fd, 0);
	VFIO_ASSERT_EQ(pwrite(fd, &asls, sizeof(asls), IGD_ASLS), sizeof(asls));
	close(fd);
}

/* Nothing, RAM, and a byte off */
TEST_F(hostile_test, asls_points_elsewhere)
{
	const u32 places[] = { 0, ~0, RAM, self->asls + 1, self->asls + OPREGION };

	memcpy(self->window, self->sound, WINDOW);
	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		host_asls_write(places[i]);
		EXPECT_EQ(0, look(self));
	}
	host_asls_write(self->asls);
	EXPECT_EQ(NULL, wrong(self, look(self)));
}

/* A VBT in RAM, one beyond all memory, and one longer than its place */
TEST_F(hostile_test, vbt_is_elsewhere)
{
	const u64 places[] = { RAM, NOWHERE };

	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		memcpy(self->window, self->sound, WINDOW);
		put_vbt(self, 0x200);
		put(self, RVDA, 8, places[i]);
		EXPECT_EQ(0, look(self));
	}
	memcpy(self->window, self->sound, WINDOW);
	put(self, MAILBOX_4 + VBT_SIZE, 2, 0xffff);
	EXPECT_EQ(0, look(self));
}

struct changer {
	FIXTURE_DATA(hostile_test) *self;
	atomic_bool stop;
	pthread_t thread;
};

static const u32 racing_sizes[] = { SZ_4K, VBT_MOST };

static void *change(void *argument)
{
	struct changer *changer = argument;

	for (u32 i = 0; !changer->stop; i++)
		put(changer->self, RVDS, 4, racing_sizes[i % 2]);
	return NULL;
}

/* RVDS changes all the time: what is shown is what was checked */
TEST_F_TIMEOUT(hostile_test, changes_while_opening, 600)
{
	struct changer changer = { .self = self };
	u32 seen[2] = {}, torn = 0, size;

	memcpy(self->window, self->sound, WINDOW);
	put_vbt(self, 0x201);
	put(self, RVDA, 8, OPREGION);
	memcpy(self->window + OPREGION, self->sound + MAILBOX_4, SZ_4K);
	ASSERT_EQ(0, pthread_create(&changer.thread, NULL, change, &changer));
	for (u32 i = 0; i < RACING_OPENS; i++) {
		size = look(self) - OPREGION;
		seen[0] += size == racing_sizes[0];
		seen[1] += size == racing_sizes[1];
		torn += size != get(self->shown, RVDS, 4) ||
			memcmp(self->shown + OPREGION, self->window + OPREGION, size);
	}
	changer.stop = true;
	ASSERT_EQ(0, pthread_join(changer.thread, NULL));

	EXPECT_EQ(0, torn);
	EXPECT_LT(0, seen[0]);
	EXPECT_LT(0, seen[1]);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
