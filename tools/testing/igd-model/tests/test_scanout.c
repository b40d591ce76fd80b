// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "machine.h"
#include "scanout.h"

/* A picture of odd size, in rows of 5 * 64 bytes. */
enum { WIDTH = 70, HEIGHT = 33, STRIDE = 5, SURFACE = 0x8000 };

static uint32_t pixel(unsigned int x, unsigned int y)
{
	return (x * 3) << 16 | (y * 7) << 8 | (x ^ y);
}

/* The surface's pages are in reverse order in memory. */
static void set_up(struct machine *m)
{
	for (unsigned int n = 0; n < 4; n++)
		wr(m, BAR0, GTT + 8 * (SURFACE / 4096 + n), 8,
		   (MEMORY + 0x10000 - 0x1000 * n) | 1);
	for (unsigned int y = 0; y < HEIGHT; y++)
		for (unsigned int x = 0; x < WIDTH; x++)
			wr(m, BAR2, SURFACE + y * STRIDE * 64 + x * 4, 4,
			   0xa5000000 | pixel(x, y));
	wr(m, BAR0, 0x70188, 4, STRIDE);
	wr(m, BAR0, 0x70190, 4, (HEIGHT - 1) << 16 | (WIDTH - 1));
	wr(m, BAR0, 0x70180, 4, 0x84000000);
	wr(m, BAR0, 0x7019c, 4, SURFACE);
}

static const char *save(struct machine *m, FILE *file, struct scanout *shot)
{
	return scanout_save(m->igd.options.platform->plane, &m->igd.mmio,
			    &m->igd.aperture, file, shot);
}

/* Take a picture and decode it: rows of RGB, for the caller to free. */
static uint8_t *shoot(struct machine *m, struct scanout *shot)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	FILE *file = tmpfile();
	uint8_t *rgb;

	assert_non_null(file);
	assert_null(save(m, file, shot));
	rewind(file);
	assert_int_not_equal(png_image_begin_read_from_stdio(&image, file), 0);
	assert_int_equal(image.format, PNG_FORMAT_RGB);
	assert_int_equal(image.width, shot->width);
	assert_int_equal(image.height, shot->height);
	rgb = malloc(PNG_IMAGE_SIZE(image));
	assert_int_not_equal(png_image_finish_read(&image, NULL, rgb, 0, NULL), 0);
	fclose(file);
	return rgb;
}

static uint32_t at(const uint8_t *rgb, unsigned int x, unsigned int y)
{
	rgb += 3 * (y * WIDTH + x);
	return rgb[0] << 16 | rgb[1] << 8 | rgb[2];
}

static void is_exact_to_the_pixel(void **state)
{
	uLong crc = crc32(0, NULL, 0);
	struct machine *m = *state;
	struct scanout shot;
	uint8_t *rgb;

	set_up(m);
	rgb = shoot(m, &shot);
	assert_int_equal(shot.width, WIDTH);
	assert_int_equal(shot.height, HEIGHT);
	assert_int_equal(shot.faulted, 0);
	for (unsigned int y = 0; y < HEIGHT; y++)
		for (unsigned int x = 0; x < WIDTH; x++) {
			uint32_t p = pixel(x, y);
			uint8_t bytes[] = { p, p >> 8, p >> 16, 0 };

			assert_int_equal(at(rgb, x, y), p);
			crc = crc32(crc, bytes, 4);
		}
	assert_int_equal(shot.crc32, crc);
	assert_int_equal(m->igd.faults.total, 0);
	free(rgb);
}

/* The second page of the surface faults: bytes 4096 to 8191. */
static void faulted_pixels_are_seen_and_counted(void **state)
{
	struct machine *m = *state;
	unsigned int bad = 0;
	struct scanout shot;
	uint8_t *rgb;

	set_up(m);
	wr(m, BAR0, GTT + 8 * (SURFACE / 4096 + 1), 8, 0x7c000001);
	rgb = shoot(m, &shot);
	for (unsigned int y = 0; y < HEIGHT; y++)
		for (unsigned int x = 0; x < WIDTH; x++) {
			unsigned int byte = y * STRIDE * 64 + x * 4;
			bool lost = byte >= 4096 && byte < 8192;
			uint32_t checker = ((x / 8) ^ (y / 8)) & 1 ? 0xff00ff : 0;

			assert_int_equal(at(rgb, x, y), lost ? checker : pixel(x, y));
			bad += lost;
		}
	assert_int_equal(shot.faulted, bad);
	assert_true(m->igd.faults.total > 0);
	assert_string_equal(m->igd.faults.kept[0].source, "scanout");
	assert_int_equal(m->igd.faults.kept[0].address, 0x7c000000);
	free(rgb);
}

static void says_why_there_is_no_picture(void **state)
{
	static const struct { uint32_t reg, value; const char *why; } bad[] = {
		{ 0x70180, 0x04000000, "off" },
		{ 0x70180, 0x82000000, "XRGB8888" },
		{ 0x70180, 0x84100000, "XRGB8888" },	/* BGR */
		{ 0x70180, 0x84000400, "XRGB8888" },	/* X tiled */
		{ 0x70190, 0x0000ffff, "larger" },
		{ 0x70190, 0xffff0000, "larger" },
		{ 0x70188, 4, "stride" },
	};
	struct machine *m = *state;
	struct scanout shot;
	FILE *file = tmpfile();

	assert_non_null(file);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why;

		set_up(m);
		wr(m, BAR0, bad[i].reg, 4, bad[i].value);
		why = save(m, file, &shot);
		assert_non_null(why);
		assert_non_null(strstr(why, bad[i].why));
	}
	fclose(file);
}

static void says_when_the_file_cannot_be_written(void **state)
{
	struct machine *m = *state;
	struct scanout shot;
	FILE *full = fopen("/dev/full", "wb");

	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	set_up(m);
	assert_string_equal(save(m, full, &shot), "cannot write the PNG file");
	fclose(full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_exact_to_the_pixel),
		TEST(faulted_pixels_are_seen_and_counted),
		TEST(says_why_there_is_no_picture),
		TEST(says_when_the_file_cannot_be_written),
	};

	return cmocka_run_group_tests_name("scanout", tests, NULL, NULL);
}
