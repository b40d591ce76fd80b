// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "platform.h"
#include "platform/platforms.h"

static const struct igd_platform *const platforms[] = {
	&platform_snb, &platform_ivb, &platform_hsw, &platform_bdw,
	&platform_skl, &platform_kbl, &platform_icl, &platform_tgl,
	&platform_adl, &platform_mtl, &platform_lnl,
};

const struct igd_platform *igd_platform_at(size_t n)
{
	return n < COUNT(platforms) ? platforms[n] : NULL;
}

const struct igd_platform *igd_platform_find(const char *name)
{
	for (size_t i = 0; i < COUNT(platforms); i++)
		if (!strcmp(platforms[i]->name, name))
			return platforms[i];
	return NULL;
}

static int gms_encode(const struct ggc_layout *layout, unsigned int mib)
{
	for (size_t i = 0; i < layout->gms_count; i++) {
		const struct gms_range *range = &layout->gms[i];

		for (unsigned int code = range->first; code <= range->last; code++)
			if (range->base + (code - range->first) * range->step == mib)
				return code;
	}
	return -1;
}

static int ggms_encode(const struct ggc_layout *layout, unsigned int mib)
{
	for (unsigned int code = 0; code < COUNT(layout->ggms_mib); code++)
		if (layout->ggms_mib[code] == (int)mib)
			return code;
	return -1;
}

int ggc_encode(const struct ggc_layout *layout, unsigned int stolen_mib,
	       unsigned int gtt_mib)
{
	int gms = gms_encode(layout, stolen_mib);
	int ggms = ggms_encode(layout, gtt_mib);

	if (gms < 0 || ggms < 0)
		return -1;
	return gms << layout->gms_shift | ggms << layout->ggms_shift;
}

int ggc_stolen(const struct ggc_layout *layout, uint16_t ggc)
{
	const struct gms_range *last = &layout->gms[layout->gms_count - 1];
	unsigned int mask = 0xff, code;

	/* the width of the field is that of the largest code */
	while (mask >> 1 >= last->last)
		mask >>= 1;
	code = (ggc >> layout->gms_shift) & mask;
	for (size_t i = 0; i < layout->gms_count; i++) {
		const struct gms_range *range = &layout->gms[i];

		if (code >= range->first && code <= range->last)
			return range->base + (code - range->first) * range->step;
	}
	return GGC_RESERVED;
}

int ggc_gtt(const struct ggc_layout *layout, uint16_t ggc)
{
	return layout->ggms_mib[(ggc >> layout->ggms_shift) % COUNT(layout->ggms_mib)];
}

unsigned int ggc_largest_gtt(const struct ggc_layout *layout)
{
	unsigned int largest = 0;

	for (unsigned int code = 0; code < COUNT(layout->ggms_mib); code++)
		if (layout->ggms_mib[code] > (int)largest)
			largest = layout->ggms_mib[code];
	return largest;
}

int msac_encode(const struct igd_platform *platform, unsigned int mib)
{
	unsigned int value = (mib / 128 - 1) << platform->msac_shift;

	if (mib < 128 || (mib & (mib - 1)) || (value & ~platform->msac_mask))
		return -1;
	return value;
}

unsigned int msac_decode(const struct igd_platform *platform, uint8_t msac)
{
	unsigned int value = (msac & platform->msac_mask) >> platform->msac_shift;
	unsigned int mib = 128;

	for (; value; value >>= 1)
		mib <<= 1;
	return mib;
}

bool pte_valid(uint64_t pte)
{
	return pte & 1;
}

uint64_t pte_address(const struct pte_format *format, uint64_t pte)
{
	return (pte & format->address) |
	       (pte & format->high) << format->high_shift;
}
