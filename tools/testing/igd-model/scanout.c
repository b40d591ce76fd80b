// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>

#include <png.h>
#include <zlib.h>

#include "scanout.h"

enum { PAGE = 4096 };

struct plane {
	unsigned int width;
	unsigned int height;
	uint32_t stride;	/* bytes */
	uint32_t surface;	/* graphics address */
};

/*
 * The current values of the registers. Real planes latch them at the next vertical
 * blank after a write to the surface register; panning, tiling, rotation and
 * scaling are not modelled.
 */
static const char *plane_decode(const struct plane_layout *l,
				const struct mmio *mmio, struct plane *plane)
{
	uint32_t ctl = mmio_get(mmio, l->ctl);
	uint32_t size = mmio_get(mmio, l->size);

	if (!(ctl & l->enable))
		return "the display plane is off";
	if ((ctl & l->format_mask) != l->format_xrgb)
		return "the display plane is not linear XRGB8888";
	plane->width = (size >> l->width_shift & 0xffff) + 1;
	plane->height = (size >> l->height_shift & 0xffff) + 1;
	plane->stride = (mmio_get(mmio, l->stride) & l->stride_mask) * l->stride_unit;
	plane->surface = mmio_get(mmio, l->surface) & ~(PAGE - 1);
	if (plane->width > l->max_width || plane->height > l->max_height)
		return "the display plane is larger than the hardware can show";
	if (plane->stride < plane->width * 4)
		return "the display plane's stride is shorter than a row";
	return NULL;
}

/* Fills @row with row @y as 0x00RRGGBB. Returns the number of faulting pixels. */
static unsigned int read_row(const struct plane *plane, const struct aperture *ap,
			     unsigned int y, uint32_t *row)
{
	unsigned int x = 0, faulted = 0;

	while (x < plane->width) {
		uint64_t at = plane->surface + (uint64_t)y * plane->stride + x * 4;
		unsigned int n = (PAGE - at % PAGE) / 4;
		bool bad;

		if (n > plane->width - x)
			n = plane->width - x;
		bad = aperture_rw(ap, at, row + x, n * 4, false, "scanout");
		faulted += bad ? n : 0;
		for (; n; n--, x++) {
			uint32_t checker = (x ^ y) & 8 ? 0xff00ff : 0;

			row[x] = bad ? checker : le32toh(row[x]) & 0xffffff;
		}
	}
	return faulted;
}

static void draw(const struct plane *plane, const struct aperture *ap,
		 png_structp png, uint32_t *row, struct scanout *out)
{
	uint8_t *rgb = (uint8_t *)(row + plane->width);

	for (unsigned int y = 0; y < plane->height; y++) {
		out->faulted += read_row(plane, ap, y, row);
		for (unsigned int x = 0; x < plane->width; x++) {
			rgb[3 * x] = row[x] >> 16;
			rgb[3 * x + 1] = row[x] >> 8;
			rgb[3 * x + 2] = row[x];
			row[x] = htole32(row[x]);
		}
		out->crc32 = crc32(out->crc32, (const Bytef *)row, plane->width * 4);
		png_write_row(png, rgb);
	}
}

/* libpng reports errors by longjmp: keep it in a frame without state. */
static bool write_png(const struct plane *plane, const struct aperture *ap,
		      FILE *file, uint32_t *row, struct scanout *out)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
						  NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (!info || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return false;
	}
	png_init_io(png, file);
	png_set_compression_level(png, 1);
	png_set_IHDR(png, info, plane->width, plane->height, 8,
		     PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	draw(plane, ap, png, row, out);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return true;
}

const char *scanout_save(const struct plane_layout *layout,
			 const struct mmio *mmio, const struct aperture *ap,
			 FILE *png, struct scanout *out)
{
	struct plane plane;
	const char *why = plane_decode(layout, mmio, &plane);
	uint32_t *row;

	if (why)
		return why;
	*out = (struct scanout){ .width = plane.width, .height = plane.height,
				 .crc32 = crc32(0, NULL, 0) };
	row = malloc(plane.width * 7);	/* a row as XRGB8888 and as RGB */
	if (!row)
		return "out of memory";
	if (!write_png(&plane, ap, png, row, out))
		why = "cannot write the PNG file";
	free(row);
	return why;
}
