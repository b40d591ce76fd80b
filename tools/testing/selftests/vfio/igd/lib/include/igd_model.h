/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_MODEL_H
#define SELFTESTS_VFIO_IGD_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/*
 * The device's own view, from the control port of the model of the IGD (its
 * control.rst). The test fails if the model refuses a request or a reply lacks a
 * member, unless a function says otherwise.
 */
struct igd_model;

struct igd_model_info {
	u64 stolen_base;	/* host physical address H, without the lock bit */
	u64 stolen_size;	/* bytes */
	u32 gtt_entries;
	u32 pte_bytes;
	u32 asls;		/* value that the host's firmware wrote to ASLS */
};

/* The address spaces in which the model counts bus transactions. */
enum igd_model_class {
	IGD_MODEL_CONFIG,
	IGD_MODEL_MMIO,
	IGD_MODEL_MIRROR,
	IGD_MODEL_GTT,
	IGD_MODEL_GMADR,
	IGD_MODEL_IOBAR_INDEX,
	IGD_MODEL_IOBAR_DATA,
	IGD_MODEL_IOBAR_OTHER,
	IGD_MODEL_CLASSES
};

struct igd_model_traffic {
	u64 read;
	u64 write_posted;
	u64 write_nonposted;
};

struct igd_model_counters {
	struct igd_model_traffic traffic[IGD_MODEL_CLASSES];
	u64 resets;
	u64 dma_faults;
	u64 swsci;		/* triggers of the host's SMI or SCI */
	u64 injected;		/* accesses hit by igd_model_inject() */
	u64 hangs;		/* accesses that can hang a real machine */
	u64 gtt_flushes;	/* of the GPU's TLB */
	u64 gtt_unflushed;	/* entries written by the CPU since the last */
	u64 gtt_engine_writes;	/* entries written by the copy engine */
	u64 iobar_reserved;	/* DATA accesses with a reserved target */
};

/* A fault of accesses: "inject" of control.rst. */
struct igd_model_fault {
	enum igd_model_class class;
	const char *action;	/* "error", "delay", "ones" */
	u32 nth;		/* the first access that is hit; 1 is the next */
	u32 count;		/* number of accesses that are hit */
	u32 ms;			/* of a delay */
};

struct igd_model_screenshot {
	u32 width;		/* pixels */
	u32 height;
	u32 faulted;		/* pixels that the device could not read */
	u32 crc32;		/* of the rows as XRGB8888, little endian */
};

/*
 * igd_model_open - connect to the model that is PCI device @bdf.
 * Returns NULL if this machine has no control port for it: real hardware, or
 * another emulation. Free with igd_model_close().
 */
struct igd_model *igd_model_open(const char *bdf);
void igd_model_close(struct igd_model *model);	/* or NULL */

void igd_model_info(struct igd_model *model, struct igd_model_info *info);

void igd_model_counters(struct igd_model *model,
			struct igd_model_counters *counters);

/*
 * Clear the registers without a notification, as a suspend of the host does to the
 * device.
 */
void igd_model_soft_reset(struct igd_model *model);

/*
 * Set the duration of function level resets to @ms milliseconds, in which the
 * device answers all-ones. A running reset ends if it has taken longer already.
 */
void igd_model_reset_takes(struct igd_model *model, u64 ms);

/* Zero the counters and forget the faults. */
void igd_model_reset_counters(struct igd_model *model);

/* Inject a fault from now on; clear all faults. */
void igd_model_inject(struct igd_model *model,
		      const struct igd_model_fault *fault);
void igd_model_inject_clear(struct igd_model *model);

/* The device's own config space, before any virtualisation. */
void igd_model_config(struct igd_model *model, u8 config[256]);

/* The dword at @offset of BAR0's registers; reading it has no effect. */
u32 igd_model_mmio(struct igd_model *model, u32 offset);

/* Raw entries @first to @first + @count - 1 of the GTT; @count <= 65536. */
void igd_model_gtt(struct igd_model *model, u32 first, u32 count, u64 *entries);

/* One raw GTT entry. */
u64 igd_model_gtt_entry(struct igd_model *model, u32 entry);

/*
 * __igd_model_dma_read - let the device read memory.
 * @address is a graphics address if @gtt is true, else an IOVA; @len is at
 * most 65536 bytes.
 * Returns 0, or -EFAULT if the device cannot read every byte.
 */
int __igd_model_dma_read(struct igd_model *model, u64 address, void *buf,
			 size_t len, bool gtt);

/*
 * __igd_model_dma_write - let the device write memory; arguments and return
 * value as above.
 */
int __igd_model_dma_write(struct igd_model *model, u64 address, const void *buf,
			  size_t len, bool gtt);

/* Let the model write what the display plane shows into the PNG @file. */
void igd_model_screenshot(struct igd_model *model, const char *file,
			  struct igd_model_screenshot *shot);

#endif
