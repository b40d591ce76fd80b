/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_FUZZ_H
#define SELFTESTS_VFIO_IGD_FUZZ_H

#include <igd_device.h>
#include <igd_oracle.h>
#include <igd_random.h>

/* A run of fuzz_test: the device, the oracle, and the result. */

#define LONGEST			24	/* bytes of an access */
#define MOST_REGIONS		16
#define IRQS			8

/* Entries that are written through BAR0 only, where they are not relocated */
#define BAR0_ENTRIES		1024
#define BAR0_ENTRIES_COUNT	16

struct fuzz {
	const char *bdf;
	struct igd *igd;
	struct igd_oracle oracle;
	u64 seed, random;
	u32 step;		/* accesses since open */
	u64 ops, sequences;
	u32 opens_with_bar5;
	u32 mismatches;		/* only the first ones are printed */
	struct vfio_region_info regions[MOST_REGIONS];
	u8 *content[MOST_REGIONS];	/* of constant regions */
	struct vfio_irq_info irqs[IRQS];
	int irq_results[IRQS];
	u8 hardware[256];
	/* Without BAR5 */
	u32 opregion_size;	/* bytes, 0: no region */
	u32 regions_without_opregion;
};

static inline u32 fuzz_pick(struct fuzz *fuzz, u32 number)
{
	return igd_pick(&fuzz->random, number);
}

/* Actions (actions.c) */

/* fuzz_action - a random action with random values. */
void fuzz_action(struct fuzz *fuzz);

/* fuzz_irq_info - the kernel's information about interrupt @index. Returns 0 or -1. */
int fuzz_irq_info(struct fuzz *fuzz, u32 index, struct vfio_irq_info *info);

/* BAR5 (bar5.c) */

/*
 * fuzz_bar5_choose - before open: set the option by the seed, and in @host what BAR5
 * then has. @host->platform and stolen_size must be known.
 */
void fuzz_bar5_choose(struct fuzz *fuzz, struct igd_oracle_host *host);

/* fuzz_bar5_check_regions - after open: whether the regions fit the option. */
void fuzz_bar5_check_regions(struct fuzz *fuzz);

/* Actions */
void fuzz_bar5_place(struct fuzz *fuzz);
void fuzz_bar5_size(struct fuzz *fuzz);
void fuzz_bar5_followers(struct fuzz *fuzz);
void fuzz_bar5_disable(struct fuzz *fuzz);
void fuzz_bar5_ggc_write(struct fuzz *fuzz);
void fuzz_bar5_access(struct fuzz *fuzz);
void fuzz_bar5_mapped(struct fuzz *fuzz);

/* Values that guests write (guest.c) */

/* fuzz_entry - the number of an entry, which may not exist. */
u32 fuzz_entry(struct fuzz *fuzz);

/* fuzz_index - a value for BAR4's INDEX. */
u32 fuzz_index(struct fuzz *fuzz);

/* fuzz_low - a low half for entry @entry. */
u32 fuzz_low(struct fuzz *fuzz, u32 entry);

/* fuzz_data - a value for BAR4's DATA, for INDEX's target. */
u32 fuzz_data(struct fuzz *fuzz);

/* fuzz_base - a value for BDSM. */
u64 fuzz_base(struct fuzz *fuzz);

/* Comparison with the oracle (check.c) */

/* A region that the oracle predicts completely. */
struct fuzz_surface {
	const char *name;
	u32 region;
	ssize_t (*read)(struct igd_oracle *oracle, u64 offset, void *data,
			size_t size);
	ssize_t (*write)(struct igd_oracle *oracle, u64 offset, const void *data,
			 size_t size);
};

extern const struct fuzz_surface fuzz_config, fuzz_bar0, fuzz_bar4, fuzz_bar5;

/* fuzz_read, fuzz_write - one access of up to 16 bytes, and a check of its result. */
void fuzz_read(struct fuzz *fuzz, const struct fuzz_surface *surface, u64 offset,
	       size_t size);
void fuzz_write(struct fuzz *fuzz, const struct fuzz_surface *surface, u64 offset,
		void *data, size_t size);

/*
 * fuzz_expect - check an access at @offset of @name that returned @ret and, for a
 * read, @got. @got and @want have LONGEST bytes.
 */
void fuzz_expect(struct fuzz *fuzz, const char *name, bool write, u64 offset,
		 size_t size, const u8 *got, ssize_t ret, const u8 *want,
		 ssize_t want_ret);

/* fuzz_compare - compare the device's own state. */
void fuzz_compare(struct fuzz *fuzz);

/* fuzz_mismatch - count a mismatch, and print it with its seed. */
__printf(2, 3)
void fuzz_mismatch(struct fuzz *fuzz, const char *format, ...);

#endif
