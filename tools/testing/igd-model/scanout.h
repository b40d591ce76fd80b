/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_SCANOUT_H
#define IGD_MODEL_SCANOUT_H

#include <stdint.h>
#include <stdio.h>

#include "aperture.h"
#include "mmio.h"
#include "platform.h"

/* The picture that the primary plane of pipe A shows. */
struct scanout {
	unsigned int width;
	unsigned int height;
	uint64_t faulted;	/* pixels that could not be read */
	uint32_t crc32;		/* of the rows as XRGB8888, X being 0 */
};

/*
 * scanout_save - read the plane's surface through @ap and write it to @png.
 * Pixels that fault are drawn as a magenta and black checker. Returns NULL and
 * fills @out, or returns one line with the reason why there is no picture.
 */
const char *scanout_save(const struct plane_layout *layout,
			 const struct mmio *mmio, const struct aperture *ap,
			 FILE *png, struct scanout *out);

#endif
