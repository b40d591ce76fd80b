// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broken OpRegions, each seen by a real open. The device must always open. The test
 * predicts the region byte for byte, with code of its own: the OpRegion, unless it
 * has no signature, and its extended VBT, if the place is valid and i915 would use
 * it (intel_bios_is_valid_vbt()). The memory around both has a unique pattern.
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
#include <igd_log.h>
#include <igd_opener.h>
#include <igd_random.h>
#include <igd_region.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* Each takes a real open. The fuzzer of the pure code sees thousands a second. */
#define IMAGES		80
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
#define MAILBOX_5	0x1c00

/* struct vbt_header, bdb_header: drivers/gpu/drm/i915/display/intel_vbt_defs.h */
#define VBT_SIZE	24
#define VBT_CHECKSUM	26
#define VBT_BDB		28
#define VBT_HEADER	48
#define VBT_MOST	SZ_64K
#define BDB_SIZE	20
#define BDB_HEADER	22

/* The test's part of firmware's memory, OpRegion first */
#define WINDOW		SZ_256K

/* An address of RAM in every machine, and one beyond all physical addresses */
#define RAM		SZ_16M
#define RAM_END		SZ_64M
#define NOWHERE		0x10000000000000

FIXTURE(hostile_test) {
	struct igd_opener opener;
	u64 asls;
	u8 *window;		/* mapped: the host's memory at asls */
	u8 before[WINDOW];	/* the firmware's bytes there */
	u8 sound[WINDOW];	/* the same OpRegion, with a pattern around it */
	u64 random;
	u8 shown[OPREGION + 2 * VBT_MOST];
	u8 expected[OPREGION + VBT_MOST];
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

/* Bytes that never begin an OpRegion or a VBT, the same in each run */
static void fill_around(FIXTURE_DATA(hostile_test) *self)
{
	for (u32 i = OPREGION; i < WINDOW; i++)
		self->sound[i] = 0x80 | igd_random(&self->random);
}

FIXTURE_SETUP(hostile_test)
{
	struct igd_model *model = igd_model_open(device_bdf);
	struct igd_info info;
	int fd;

	if (!model)
		SKIP(return, IGD_NEEDS_MODEL "writes over the host's OpRegion");
	igd_hardware_info(model, device_bdf, &info);
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

/* The extended VBT, according to the header in the window */

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

/* Whether the test can predict the VBT: shown or omitted */
static bool is_clear(FIXTURE_DATA(hostile_test) *self)
{
	u64 address = vbt_address(self), size = get(self->window, RVDS, 4);

	return !names_vbt(self) || wraps(self) || size > VBT_MOST ||
	       address >= NOWHERE || (address >= RAM && address + size <= RAM_END) ||
	       is_in_window(self, address, size);
}

/* Images: a valid one of three kinds, with a few errors */

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

/* Also used if the VBT is another one: then it changes any other byte */
static void change_vbt(FIXTURE_DATA(hostile_test) *self)
{
	const u32 offsets[] = {
		0, VBT_CHECKSUM, VBT_BDB, VBT_BDB + 1, VBT_BDB + 3,
		VBT_HEADER + BDB_SIZE, VBT_HEADER + BDB_SIZE + 1,
	};
	u64 place = vbt_address(self) - self->asls;

	if (!names_vbt(self) || place > WINDOW - SZ_4K || !pick(self, 4))
		place = MAILBOX_4;
	self->window[place + offsets[pick(self, ARRAY_SIZE(offsets))]] ^=
		1 << pick(self, 8);
}

static void change_mailboxes(FIXTURE_DATA(hostile_test) *self)
{
	put(self, MAILBOXES, 4, igd_random(&self->random));
}

static void (*const errors[])(FIXTURE_DATA(hostile_test) *self) = {
	flip_bits, flip_bits, break_signature, change_size, change_version,
	change_rvda, change_rvda, change_rvds, change_rvds, change_vbt_size,
	change_vbt, change_vbt, change_mailboxes,
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

	/* Elsewhere are devices, whose registers cannot be predicted */
	if (!is_clear(self))
		put(self, RVDA, 8, vbt_address(self) == get(self->window, RVDA, 8) ?
		    self->asls + OPREGION : OPREGION);
}

/* The expected region */

static bool is_valid_vbt(const u8 *vbt, u64 window)
{
	u64 size, bdb;

	if (window < VBT_HEADER || memcmp(vbt, "$VBT", 4))
		return false;
	size = get(vbt, VBT_SIZE, 2);
	bdb = get(vbt, VBT_BDB, 4);
	if (size > window || bdb + BDB_HEADER > size)
		return false;
	return bdb + get(vbt, bdb + BDB_SIZE, 2) <= size;
}

static bool shows_extended(FIXTURE_DATA(hostile_test) *self)
{
	u64 address = vbt_address(self), size = get(self->window, RVDS, 4);

	if (!names_vbt(self) || wraps(self) || size > VBT_MOST ||
	    !is_in_window(self, address, size) || address < self->asls + OPREGION)
		return false;
	return is_valid_vbt(self->window + (address - self->asls), size);
}

static void expect_fields(FIXTURE_DATA(hostile_test) *self, bool extended)
{
	const u64 rvda = extended ? OPREGION : 0, none = 0;
	const u32 size_kib = OPREGION / SZ_1K;
	u16 version = get(self->window, VERSION, 2);

	if (extended && version == 0x200)
		version = 0x201;
	memcpy(self->expected + SIZE_KIB, &size_kib, 4);
	memcpy(self->expected + VERSION, &version, 2);
	memcpy(self->expected + RVDA, &rvda, 8);
	if (names_vbt(self) && !extended)
		memcpy(self->expected + RVDS, &none, 4);
	memset(self->expected + FDSS, 0, FDSS_AND_FDSP);
}

/* The checksum of the VBT that i915 would use is correct */
static void expect_checksum(FIXTURE_DATA(hostile_test) *self, bool extended)
{
	u32 end = get(self->window, MAILBOXES, 4) & 1 << 4 ? MAILBOX_5 : OPREGION;
	u8 *vbt = self->expected + (extended ? OPREGION : MAILBOX_4), sum = 0;
	u32 size = get(vbt, VBT_SIZE, 2);

	if (!extended && !is_valid_vbt(vbt, end - MAILBOX_4))
		return;
	for (u32 i = 0; i < size; i++)
		sum += vbt[i];
	if (size > VBT_CHECKSUM)
		vbt[VBT_CHECKSUM] -= sum;
}

/* Returns the size of the region, 0 for none. */
static u64 expect(FIXTURE_DATA(hostile_test) *self)
{
	bool extended = shows_extended(self);
	u64 size = extended ? get(self->window, RVDS, 4) : 0;

	if (memcmp(self->window, "IntelGraphicsMem", 16))
		return 0;
	memcpy(self->expected, self->window, OPREGION);
	memcpy(self->expected + OPREGION,
	       self->window + (vbt_address(self) - self->asls) % WINDOW, size);
	expect_fields(self, extended);
	expect_checksum(self, extended);
	return OPREGION + size;
}

/* Returns the error in the @size bytes of the region, or NULL. */
static const char *wrong(FIXTURE_DATA(hostile_test) *self, u64 size)
{
	static char text[80];
	u64 expected = expect(self);

	if (size != expected) {
		snprintf_assert(text, sizeof(text), "%llu bytes, not %llu",
				(unsigned long long)size, (unsigned long long)expected);
		return text;
	}
	for (u64 i = 0; i < size; i++) {
		if (self->shown[i] == self->expected[i])
			continue;
		snprintf_assert(text, sizeof(text), "%#x, not %#x, at %#llx",
				self->shown[i], self->expected[i], (unsigned long long)i);
		return text;
	}
	return NULL;
}

/* Opens the device; returns the size of the region, 0 if there is none */
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
		/* One byte more than the region has */
		VFIO_ASSERT_EQ(pread(fd, self->shown, size + 1, region.offset), size);
	}
	igd_opener_close(&self->opener);
	return size;
}

TEST_F_TIMEOUT(hostile_test, images, 600)
{
	u64 first = igd_seed(time(NULL) * 1000), size;
	u32 mismatches = 0, shown = 0, extended = 0, left_out = 0;
	const char *what;

	printf("# first seed %llu\n", (unsigned long long)first);
	for (u64 seed = first; seed < first + IMAGES; seed++) {
		make_image(self, seed);
		size = look(self);
		shown += size > 0;
		extended += size > OPREGION;
		left_out += size == OPREGION && names_vbt(self);
		what = wrong(self, size);
		if (!what)
			continue;
		mismatches++;
		printf("# IGD_FUZZ_SEED=%llu: shows %s\n", (unsigned long long)seed, what);
	}
	printf("# %u of them had an OpRegion to show, %u with an extended VBT, %u without theirs\n",
	       shown, extended, left_out);
	igd_count("opened_images", IMAGES);
	igd_count("mismatches", mismatches);

	EXPECT_EQ(0, mismatches);
	/* There must be images of all kinds */
	EXPECT_LT(shown, IMAGES - IMAGES / 20);
	EXPECT_LT(IMAGES / 20, extended);
	EXPECT_LT(IMAGES / 20, left_out);
}

/* A valid image is shown; the above could pass without one */
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

/* ASLS is 0, points to RAM, or is off by one byte */
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

/*
 * A VBT in RAM, one beyond all memory, and one that is too long: there is a region
 * without this VBT
 */
TEST_F(hostile_test, vbt_is_elsewhere)
{
	const u64 places[] = { RAM, NOWHERE };

	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		memcpy(self->window, self->sound, WINDOW);
		put_vbt(self, 0x200);
		put(self, RVDA, 8, places[i]);
		EXPECT_EQ(NULL, wrong(self, look(self)));
		EXPECT_FALSE(shows_extended(self));
	}
	memcpy(self->window, self->sound, WINDOW);
	put(self, MAILBOX_4 + VBT_SIZE, 2, 0xffff);
	EXPECT_EQ(OPREGION, look(self));
	EXPECT_EQ(NULL, wrong(self, OPREGION));
}

/* An extension of zeros: the guest gets the VBT in mailbox 4, as with i915 */
TEST_F(hostile_test, extension_is_empty)
{
	const u8 *vbt = self->shown + MAILBOX_4;

	memcpy(self->window, self->sound, WINDOW);
	memset(self->window + OPREGION, 0, SZ_8K);
	put(self, VERSION, 2, 0x201);
	put(self, RVDA, 8, OPREGION);
	put(self, RVDS, 4, 0x1a00);
	ASSERT_EQ(OPREGION, look(self));
	EXPECT_EQ(NULL, wrong(self, OPREGION));
	EXPECT_EQ(0, get(self->shown, RVDA, 8));
	EXPECT_EQ(0, get(self->shown, RVDS, 4));
	EXPECT_TRUE(is_valid_vbt(vbt, MAILBOX_5 - MAILBOX_4));
}

/* A wrong checksum is repaired in the region, without other changes */
TEST_F(hostile_test, checksum_is_repaired)
{
	static const u16 versions[] = { 0, 0x200, 0x201 };
	u64 place, size;
	u8 sound;

	for (int i = 0; i < ARRAY_SIZE(versions); i++) {
		memcpy(self->window, self->sound, WINDOW);
		if (versions[i])
			put_vbt(self, versions[i]);
		place = versions[i] ? vbt_address(self) - self->asls : MAILBOX_4;
		sound = self->window[place + VBT_CHECKSUM];
		self->window[place + VBT_CHECKSUM] += 1 + pick(self, 255);

		size = look(self);
		EXPECT_EQ(NULL, wrong(self, size));
		place = versions[i] ? OPREGION : MAILBOX_4;
		EXPECT_EQ(sound, self->shown[place + VBT_CHECKSUM]);
	}
}

/* DEFAULT_RATELIMIT_BURST and _INTERVAL: include/linux/ratelimit_types.h */
#define BURST		10
#define INTERVAL	5
#define TRIES		50

TEST_F_TIMEOUT(hostile_test, log_is_not_flooded, 300)
{
	static const char text[] = "Intel IGD: extended VBT left out: it is in System RAM";
	struct igd_log *log = malloc_assert(sizeof(*log));
	u32 said, most;
	time_t start;

	memcpy(self->window, self->sound, WINDOW);
	put_vbt(self, 0x200);
	put(self, RVDA, 8, RAM);

	/* Other tests may have used up the rate limit of this interval */
	sleep(INTERVAL + 1);
	start = time(NULL);
	igd_log_open(log);
	for (int i = 0; i < TRIES; i++)
		look(self);
	said = igd_log_said(log, device_bdf, text);
	most = BURST * ((time(NULL) - start) / INTERVAL + 2);
	EXPECT_LE(1, said);
	EXPECT_GE(most, said);
	EXPECT_EQ(said, igd_log_said(log, device_bdf, "VBT"));
	igd_log_close(log);
	free(log);
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

/* RVDS changes all the time: the region shows the checked bytes */
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
