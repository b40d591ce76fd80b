// SPDX-License-Identifier: GPL-2.0-only
/*
 * A video BIOS programs the GTT through BAR4 with the host's stolen memory, draws a
 * picture through the aperture and shows it. This is the failure that vfio-pci-igd
 * fixes, from the device's view. The test expects the failure with stock vfio-pci,
 * and the picture with vfio-pci-igd.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/compiler.h>
#include <linux/sizes.h>

#include <jansson.h>
#include <zlib.h>

#include <igd_vbios.h>

#include "kselftest_harness.h"

/* Two rows of the picture fill one page, so every entry shows. */
#define NR_ENTRIES	256
#define WIDTH		512
#define HEIGHT		(2 * NR_ENTRIES)
#define NR_PIXELS	(WIDTH * HEIGHT)
#define PAGE_PIXELS	(SZ_4K / sizeof(u32))

/* How much of it the test maps */
#define GUEST_SIZE	SZ_2M

static const char *device_bdf;

struct outcome {
	u32 unchanged;		/* entries that the video BIOS wrote */
	u32 relocated;		/* entries that point to the guest's memory */
	u32 pixels_wrong;
	u64 dma_faults;
	u64 posted;		/* writes for all entries, on the bus */
	u64 nonposted;
	struct igd_model_screenshot shot;
};

static bool expect_relocated(void)
{
	const char *expect = getenv("IGD_EXPECT");

	if (!expect)
		return igd_driver_is(device_bdf, "vfio-pci-igd");

	if (!strcmp(expect, "relocated"))
		return true;

	VFIO_ASSERT_EQ(strcmp(expect, "stock"), 0, "IGD_EXPECT=%s\n", expect);
	return false;
}

/* No two pages of the picture are alike, and no pixel is black. */
static u32 card_pixel(u32 i)
{
	u32 x = i % WIDTH, y = i / WIDTH;

	return (x / 2) << 16 | (y / 2) << 8 | ((x ^ y) & 0xff) | 0x010101;
}

static u32 card_crc32(void)
{
	u32 crc = crc32(0, NULL, 0);

	for (u32 i = 0; i < NR_PIXELS; i++) {
		u32 pixel = card_pixel(i);

		crc = crc32(crc, (const u8 *)&pixel, sizeof(pixel));
	}

	return crc;
}

FIXTURE(vbios_gtt_test) {
	struct igd *igd;
	struct dma_region stolen;	/* the guest's */
	bool relocates;			/* the driver should relocate */
	bool reaches;			/* the device should reach the guest's memory */
};

FIXTURE_VARIANT(vbios_gtt_test) {
	bool at_host;
};

/* The guest's stolen memory has another address than the host's. */
FIXTURE_VARIANT_ADD(vbios_gtt_test, elsewhere) { .at_host = false };
/* It has the same address, so relocation is not needed: works with stock. */
FIXTURE_VARIANT_ADD(vbios_gtt_test, at_host) { .at_host = true };

FIXTURE_SETUP(vbios_gtt_test)
{
	struct igd *igd = igd_open(device_bdf);
	u64 guest = variant->at_host ? igd->info.stolen_base : GUEST_STOLEN;

	self->igd = igd;
	self->relocates = expect_relocated();
	self->reaches = self->relocates || variant->at_host;
	if (!igd->platform->iobar_gtt)
		SKIP(return, "BAR4 does not reach the GTT of %s", igd->platform->name);
	if (!igd->model)
		SKIP(return, IGD_NEEDS_MODEL "the device's DMA and its picture");

	ASSERT_NE(igd->info.stolen_base, GUEST_STOLEN);
	igd_dma_map(igd, &self->stolen, guest, GUEST_SIZE);
	igd_bdsm_write(igd, guest);
	igd_flush(igd);
	igd_model_reset_counters(igd->model);
}

FIXTURE_TEARDOWN(vbios_gtt_test)
{
	igd_dma_unmap(self->igd, &self->stolen);
	igd_close(self->igd);
}

static u64 pte(struct igd *igd, u64 base, u32 entry)
{
	return igd_pte(igd->platform, base + (u64)entry * SZ_4K, 0);
}

static void sum_writes(struct igd *igd, u64 *posted, u64 *nonposted)
{
	struct igd_model_counters counters;

	igd_flush(igd);
	igd_model_counters(igd->model, &counters);

	*posted = 0;
	*nonposted = 0;
	for (int i = 0; i < IGD_MODEL_CLASSES; i++) {
		*posted += counters.traffic[i].write_posted;
		*nonposted += counters.traffic[i].write_nonposted;
	}
}

static void program(struct igd *igd, u64 guest, struct outcome *outcome)
{
	u64 entries[NR_ENTRIES];

	for (u32 i = 0; i < NR_ENTRIES; i++)
		igd_vbios_write_entry(igd, i, pte(igd, igd->info.stolen_base, i));

	sum_writes(igd, &outcome->posted, &outcome->nonposted);
	igd_model_gtt(igd->model, 0, NR_ENTRIES, entries);

	for (u32 i = 0; i < NR_ENTRIES; i++) {
		outcome->unchanged += entries[i] == pte(igd, igd->info.stolen_base, i);
		outcome->relocated += entries[i] == pte(igd, guest, i);
	}
}

static void draw(struct igd *igd)
{
	u32 *aperture = igd->device->bars[2].vaddr;

	for (u32 i = 0; i < NR_PIXELS; i++)
		WRITE_ONCE(aperture[i], card_pixel(i));
}

/* A pixel that the device cannot read back is wrong. */
static u32 page_pixels_wrong(struct igd *igd, u32 page)
{
	u32 pixels[PAGE_PIXELS], wrong = 0;

	if (__igd_model_dma_read(igd->model, (u64)page * SZ_4K, pixels,
				 sizeof(pixels), true))
		return PAGE_PIXELS;

	for (u32 i = 0; i < PAGE_PIXELS; i++)
		wrong += pixels[i] != card_pixel(page * PAGE_PIXELS + i);

	return wrong;
}

static void show(struct igd *igd, const char *picture, struct outcome *outcome)
{
	struct igd_model_counters counters;

	igd_vbios_show(igd, 0, WIDTH, HEIGHT);
	igd_flush(igd);
	igd_model_screenshot(igd->model, picture, &outcome->shot);

	igd_model_counters(igd->model, &counters);
	outcome->dma_faults = counters.dma_faults;

	for (u32 page = 0; page < NR_ENTRIES; page++)
		outcome->pixels_wrong += page_pixels_wrong(igd, page);
}

/* $IGD_REPORT: a file for the demo, which compares two drivers. */
static void report(struct igd *igd, const char *driver, const char *picture,
		   const struct outcome *outcome)
{
	const char *file = getenv("IGD_REPORT");
	json_t *json;

	if (!file)
		return;

	json = json_pack("{s:s, s:s, s:i, s:i, s:i, s:I, s:I, s:I, s:i, s:i, s:s}",
			 "driver", driver,
			 "platform", igd->platform->name,
			 "entries", NR_ENTRIES,
			 "unchanged", outcome->unchanged,
			 "relocated", outcome->relocated,
			 "writes_posted", (json_int_t)outcome->posted,
			 "writes_nonposted", (json_int_t)outcome->nonposted,
			 "dma_faults", (json_int_t)outcome->dma_faults,
			 "pixels", NR_PIXELS,
			 "pixels_wrong", outcome->pixels_wrong,
			 "picture", picture);
	VFIO_ASSERT_NOT_NULL(json);
	VFIO_ASSERT_EQ(json_dump_file(json, file, JSON_INDENT(2)), 0);
	json_decref(json);
}

static void run(struct igd *igd, u64 guest, struct outcome *outcome)
{
	bool elsewhere = guest != igd->info.stolen_base;
	char *driver = sysfs_driver_get(device_bdf);
	char picture[64];

	snprintf_assert(picture, sizeof(picture), "vbios_gtt-%s-%04x%s.png",
			driver, igd_sysfs_id(device_bdf, "device"),
			elsewhere ? "" : "-at_host");

	program(igd, guest, outcome);
	draw(igd);
	show(igd, picture, outcome);

	if (elsewhere)
		report(igd, driver, picture, outcome);
	free(driver);
}

TEST_F_TIMEOUT(vbios_gtt_test, entries_and_picture, 120)
{
	bool unchanged = variant->at_host || !self->relocates;
	struct outcome outcome = {};

	run(self->igd, self->stolen.iova, &outcome);

	EXPECT_EQ(unchanged ? NR_ENTRIES : 0, outcome.unchanged);
	EXPECT_EQ(self->reaches ? NR_ENTRIES : 0, outcome.relocated);
	EXPECT_EQ(self->reaches, outcome.dma_faults == 0);
	EXPECT_EQ(self->reaches ? 0 : NR_PIXELS, outcome.pixels_wrong);

	EXPECT_EQ(WIDTH, outcome.shot.width);
	EXPECT_EQ(HEIGHT, outcome.shot.height);
	EXPECT_EQ(outcome.pixels_wrong, outcome.shot.faulted);
	EXPECT_EQ(self->reaches, outcome.shot.crc32 == card_crc32());
}

/* Either all of the picture is in the guest's memory, or nothing. */
TEST_F(vbios_gtt_test, guest_memory)
{
	const u32 *memory = self->stolen.vaddr;
	struct outcome outcome = {};
	u32 drawn = 0, touched = 0;

	program(self->igd, self->stolen.iova, &outcome);
	draw(self->igd);
	igd_flush(self->igd);

	for (u32 i = 0; i < GUEST_SIZE / sizeof(u32); i++) {
		touched += memory[i] != 0;
		drawn += i < NR_PIXELS && memory[i] == card_pixel(i);
	}

	EXPECT_EQ(self->reaches ? NR_PIXELS : 0, drawn);
	EXPECT_EQ(self->reaches ? NR_PIXELS : 0, touched);
}

/* As the GPU's engines do: one byte pattern in each direction, across two pages. */
TEST_F(vbios_gtt_test, dma_through_the_gtt)
{
	const u32 address = SZ_4K - 8;
	u8 *memory = self->stolen.vaddr + address;
	struct outcome outcome = {};
	u8 bytes[16], expected[16];
	int ret;

	memset(bytes, 0xa5, sizeof(bytes));
	program(self->igd, self->stolen.iova, &outcome);

	ret = __igd_model_dma_write(self->igd->model, address, bytes,
				    sizeof(bytes), true);
	EXPECT_EQ(self->reaches ? 0 : -EFAULT, ret);
	memset(expected, self->reaches ? 0xa5 : 0, sizeof(expected));
	EXPECT_EQ(0, memcmp(memory, expected, sizeof(expected)));

	memset(memory, 0x3c, sizeof(bytes));
	ret = __igd_model_dma_read(self->igd->model, address, bytes,
				   sizeof(bytes), true);
	EXPECT_EQ(self->reaches ? 0 : -EFAULT, ret);
	EXPECT_EQ(self->reaches ? 0x3c : 0xa5, bytes[0]);
	EXPECT_EQ(self->reaches ? 0x3c : 0xa5, bytes[15]);
}

/* The driver does not look at entries that a guest writes through BAR0. */
TEST_F(vbios_gtt_test, dma_by_entries_in_bar0)
{
	struct igd *igd = self->igd;
	const u64 targets[] = { self->stolen.iova, igd->info.asls,
				self->stolen.iova + GUEST_SIZE };
	u8 byte = 0x5a;

	for (u32 i = 0; i < ARRAY_SIZE(targets); i++) {
		u64 entry = pte(igd, targets[i], 0);

		igd_bar_access(igd, 0, true, igd->platform->gtt +
			       i * igd->platform->pte_size, &entry,
			       igd->platform->pte_size);
		igd_flush(igd);
		EXPECT_EQ(entry, igd_hardware_gtt_entry(igd, i));
		EXPECT_EQ(i ? -EFAULT : 0, __igd_model_dma_write(igd->model, i * SZ_4K,
								 &byte, 1, true));
		EXPECT_EQ(i ? -EFAULT : 0, __igd_model_dma_read(igd->model, i * SZ_4K,
								&byte, 1, true));
	}
	EXPECT_EQ(0x5a, *(u8 *)self->stolen.vaddr);
}

/* With stock, INDEX and DATA for each 32 bits; the CPU waits for each access. */
TEST_F(vbios_gtt_test, bus_writes_of_one_entry)
{
	struct igd *igd = self->igd;
	u64 posted, nonposted;

	igd_vbios_write_entry(igd, 0, pte(igd, igd->info.stolen_base, 0));
	sum_writes(igd, &posted, &nonposted);

	if (self->relocates) {
		EXPECT_EQ(1, posted);
		EXPECT_EQ(0, nonposted);
	} else {
		EXPECT_EQ(0, posted);
		EXPECT_EQ(igd->platform->pte_size / 2, nonposted);
	}
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
