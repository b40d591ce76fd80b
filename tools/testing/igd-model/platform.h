/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_PLATFORM_H
#define IGD_MODEL_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pci.h"

/*
 * The differences between the generations of the IGD, as data: one table per
 * generation in platform/. No code checks a generation's name.
 * Documentation/driver-api/igd-model.rst has the sources of the constants.
 */

/* Codes first..last of GMS mean base, base + step, ... MiB. */
struct gms_range {
	uint8_t first;
	uint8_t last;
	uint16_t base;
	uint16_t step;
};

/* GGC, the graphics control register: how the two sizes are encoded. */
struct ggc_layout {
	const struct gms_range *gms;
	size_t gms_count;
	uint8_t gms_shift;
	uint8_t ggms_shift;
	int8_t ggms_mib[4];	/* MiB of GTT by GGMS code, -1: reserved */
};

/* Side effects of a write to a register of BAR0. */
enum mmio_effect {
	MMIO_MASKED,	/* bits 15:0 are stored where bits 31:16 are set */
	MMIO_ONES_CLEAR,	/* a bit written as 1 clears */
	MMIO_SELF_CLEAR,	/* bits of mask read 0 again at once */
	MMIO_FOLLOW,	/* mask's bits appear in target, shift places lower */
	MMIO_READ_ONLY,
};

struct mmio_rule {
	uint32_t reg;
	enum mmio_effect effect;
	uint32_t mask;
	uint32_t target;
	int8_t shift;		/* negative: higher */
};

/* A register that is not 0 after reset. */
struct mmio_value {
	uint32_t reg;
	uint32_t value;
};

/* The path from the blitter's user interrupt to an interrupt of the function. */
struct irq_layout {
	uint32_t engine_imr;	/* the engine's own mask register, 0: none */
	uint32_t engine_bit;
	uint32_t imr;
	uint32_t iir;
	uint32_t ier;
	uint32_t bit;		/* in these three */
	uint32_t master;
	uint32_t master_enable;
	uint32_t master_pending;	/* read-only bit, 0: none */
	/* From gen 11 on IIR only has the engine; this pair has the cause. */
	uint32_t selector;	/* 0: has none */
	uint32_t identity;
	uint32_t enable;	/* instead of IER: bit 0 */
	uint32_t mask;		/* instead of IMR: bit 16 */
};

/* Differences of the copy engine. */
struct blitter_layout {
	uint32_t reset_bits;	/* of GDRST: full reset, and this engine's */
	uint8_t address_dwords;	/* of an address in a command */
	bool src_copy;		/* XY_SRC_COPY_BLT exists */
	bool fast_copy;		/* XY_FAST_COPY_BLT exists */
};

/* A GTT entry. Bit 0 is valid everywhere. */
struct pte_format {
	uint8_t bytes;		/* 4 or 8 */
	uint64_t address;	/* bits that are address bits in place */
	uint32_t high;		/* bits that hold address bits above 31 ... */
	uint8_t high_shift;	/* ... and how far below their place they are */
	uint32_t local;		/* bit: address is an offset in local memory */
};

/* The primary plane of pipe A: offsets in the register file, and fields. */
struct plane_layout {
	uint32_t ctl;
	uint32_t stride;
	uint32_t size;
	uint32_t surface;
	uint32_t enable;	/* bit of ctl */
	uint32_t format_mask;	/* field of ctl: format, order and tiling ... */
	uint32_t format_xrgb;	/* ... and its value for linear XRGB8888 */
	uint32_t stride_mask;
	uint8_t stride_unit;	/* bytes */
	uint8_t width_shift;	/* place of width - 1 in size */
	uint8_t height_shift;	/* place of height - 1 in size */
	uint16_t max_width;
	uint16_t max_height;
};

struct igd_platform {
	const char *name;	/* as given to --generation */
	uint16_t device_id;	/* default */
	uint8_t revision;
	uint16_t subsystem_vendor;
	uint16_t subsystem_id;
	const struct pci_reg *regs;
	size_t reg_count;

	struct ggc_layout ggc;
	uint8_t bdsm;		/* config offset of BDSM, 0: none */
	uint8_t bdsm_bytes;	/* width there and in the BAR0 page */
	uint8_t bgsm;		/* config offset of BGSM, 64 bit, 0: none */

	uint32_t gttmmadr_size;	/* BAR0 */
	bool gttmmadr_prefetch;
	uint32_t register_bytes;	/* of BAR0, from 0 on */
	uint32_t gtt_offset;	/* where its GTT half begins */
	bool gtt_access_hangs;	/* an access by the CPU may hang the machine */
	struct pte_format pte;
	uint8_t address_bits;	/* widest memory BAR address */

	uint8_t iobar_size;	/* BAR4, 0: none */
	uint32_t index_mask;	/* bits MMIO_INDEX holds */
	bool iobar_gtt;		/* target 01 reaches the GTT */

	uint8_t msac_mask;	/* MSAC, size of GMADR: n * 128 MiB is n - 1, ... */
	uint8_t msac_shift;	/* ... in this place. 0: BAR2 is LMEMBAR */

	const struct plane_layout *plane;
	struct irq_layout irq;
	struct blitter_layout blitter;
	const struct mmio_rule *rules;
	size_t rule_count;
	const struct mmio_value *values;
	size_t value_count;
};

/* The size of LMEMBAR, linux i915_gem_stolen_lmem_setup(). */
enum { LMEMBAR_MIB = 256 };

/* igd_platform_find - the platform called @name, NULL if there is none. */
const struct igd_platform *igd_platform_find(const char *name);

/* igd_platform_at - the platforms by number from 0, NULL after the last. */
const struct igd_platform *igd_platform_at(size_t n);

/* igd_platform_of - the platform of a device, NULL if it is not an IGD of any. */
const struct igd_platform *igd_platform_of(uint16_t device_id);

/*
 * ggc_encode - the size fields of GGC for @stolen_mib MiB of stolen memory and
 * @gtt_mib MiB of GTT. Returns the 16-bit value without lock and IVD bit, or
 * -1 if @layout cannot express a size.
 */
int ggc_encode(const struct ggc_layout *layout, unsigned int stolen_mib,
	       unsigned int gtt_mib);

/* Returned for a size field whose code is reserved. */
enum { GGC_RESERVED = -1 };

/* ggc_stolen, ggc_gtt - the sizes that @ggc says, in MiB, or GGC_RESERVED. */
int ggc_stolen(const struct ggc_layout *layout, uint16_t ggc);
int ggc_gtt(const struct ggc_layout *layout, uint16_t ggc);

/* ggc_largest_gtt - the largest GTT that @layout can express, in MiB. */
unsigned int ggc_largest_gtt(const struct ggc_layout *layout);

/*
 * msac_encode - MSAC for a GMADR of @mib MiB, a power of two from 128 on.
 * Returns the byte, or -1 if the register cannot select that size.
 */
int msac_encode(const struct igd_platform *platform, unsigned int mib);

/*
 * msac_decode - the size of GMADR in MiB that @msac selects. A value between two
 * legal values means the larger one: "hardware will treat this as ...", Intel 2nd
 * generation datasheet vol 2, MSAC.
 */
unsigned int msac_decode(const struct igd_platform *platform, uint8_t msac);

/* pte_valid, pte_address - bit 0, and the address that @pte maps. */
bool pte_valid(uint64_t pte);
uint64_t pte_address(const struct pte_format *format, uint64_t pte);

#endif
