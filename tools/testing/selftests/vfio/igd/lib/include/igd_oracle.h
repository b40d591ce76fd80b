/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_ORACLE_H
#define SELFTESTS_VFIO_IGD_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#include <igd_platform.h>

/*
 * A simple model of the behaviour that a guest sees with vfio-pci-igd. It keeps
 * each GTT entry that the guest wrote, beside the entry that the hardware should
 * have. It uses neither the driver nor the device under test. All numbers are the
 * guest's, little endian. No function here fails.
 */

/* Start of the page of BAR0 that repeats system agent registers */
#define IGD_ORACLE_PAGE		0x108000
#define IGD_ORACLE_PAGE_SIZE	0x1000

/* Ranges of BAR0's registers that are plain storage, by offset */
#define IGD_ORACLE_SCRATCHES	3
#define IGD_ORACLE_SCRATCH	64	/* bytes of each */

/* Properties of the host and its device before the guest starts */
struct igd_oracle_host {
	const struct igd_platform *platform;
	u64 stolen_base;	/* H */
	u64 stolen_size;	/* S, bytes */
	u32 entries;		/* of the GTT */
	u32 index_bits;		/* writable bits of INDEX */
	u32 config_size;	/* bytes of configuration space */
	u32 bar4_size;		/* bytes, 0: there is none */
	u8 config[4096];	/* of the guest, with all virtual registers 0 */
	u8 page[IGD_ORACLE_PAGE_SIZE];	/* the same; GGC in both is the hardware's */
	/* BAR5 has the two one after the other; there is none if both sizes are 0 */
	u32 bar5_stolen;	/* bytes of stolen memory */
	u32 opregion_size;	/* bytes */
	const u8 *opregion;
};

struct igd_oracle {
	struct igd_oracle_host host;
	u8 asls[4];
	u8 bdsm[8];
	bool io;		/* COMMAND: decoding of I/O, of memory */
	bool memory;
	bool high_written;	/* a high half other than 0, since open */
	u32 index;
	u8 scratch[IGD_ORACLE_SCRATCHES][IGD_ORACLE_SCRATCH];
	u64 *written;		/* entries that the guest wrote */
	u64 *expected;		/* entries that the hardware should have */
	u32 bar5;		/* register of BAR5 */
	u32 bar5_size;		/* bytes, 0: there is none */
	u8 *bar5_memory;
};

/* igd_oracle_init - the state after open; undo with igd_oracle_destroy(). */
void igd_oracle_init(struct igd_oracle *oracle,
		     const struct igd_oracle_host *host);
void igd_oracle_destroy(struct igd_oracle *oracle);

/* igd_oracle_reset - a reset of the device by the VMM. */
void igd_oracle_reset(struct igd_oracle *oracle);

/*
 * Accesses to @size bytes at @offset of a region. Each returns the expected result
 * of read() or write(), -errno for a failure; reads fill @data.
 */
ssize_t igd_oracle_config_read(struct igd_oracle *oracle, u64 offset,
			       void *data, size_t size);
/* Only virtual registers, COMMAND and registers that ignore writes. */
ssize_t igd_oracle_config_write(struct igd_oracle *oracle, u64 offset,
				const void *data, size_t size);
ssize_t igd_oracle_bar4_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size);
ssize_t igd_oracle_bar4_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size);
/* Only for the parts of BAR0 that igd_oracle_bar0_known() accepts. */
ssize_t igd_oracle_bar0_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size);
ssize_t igd_oracle_bar0_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size);

ssize_t igd_oracle_bar5_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size);
ssize_t igd_oracle_bar5_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size);

/* igd_oracle_bar0_known - whether the oracle can predict this part of BAR0. */
bool igd_oracle_bar0_known(const struct igd_oracle *oracle, u64 offset,
			   size_t size);

/* igd_oracle_scratch - the offset in BAR0 of one of the plain ranges. */
u32 igd_oracle_scratch(const struct igd_oracle *oracle, unsigned int number);

/* igd_oracle_aim_known - whether the oracle can predict INDEX's target. */
bool igd_oracle_aim_known(const struct igd_oracle *oracle);

/*
 * igd_oracle_guest_base - G, which is what the guest wrote to BDSM, or else the stolen
 * memory in BAR5. 0: the guest has none yet.
 */
u64 igd_oracle_guest_base(const struct igd_oracle *oracle);

/*
 * igd_oracle_relocated - the expected entry after @pte, valid or not, is written
 * to entry @entry.
 */
u64 igd_oracle_relocated(const struct igd_oracle *oracle, u32 entry, u64 pte);

/* BAR5, for igd_oracle.c */

void igd_oracle_bar5_init(struct igd_oracle *oracle);
void igd_oracle_bar5_reset(struct igd_oracle *oracle);
void igd_oracle_bar5_destroy(struct igd_oracle *oracle);

/* igd_oracle_bar5_set_byte - write byte @byte of the register; there must be one. */
void igd_oracle_bar5_set_byte(struct igd_oracle *oracle, u32 byte, u8 value);

/*
 * igd_oracle_bar5_stolen, _opregion - the guest's addresses of what is in BAR5, 0:
 * it is not there, BAR5 has no address, or COMMAND disables it.
 */
u32 igd_oracle_bar5_stolen(const struct igd_oracle *oracle);
u32 igd_oracle_bar5_opregion(const struct igd_oracle *oracle);

/*
 * igd_oracle_bar5_reserved, _ggc - registers of a guest whose stolen memory is in
 * BAR5, from the hardware's.
 */
u64 igd_oracle_bar5_reserved(const struct igd_oracle *oracle, u64 hardware);
u16 igd_oracle_bar5_ggc(const struct igd_oracle *oracle, u16 hardware);

#endif
