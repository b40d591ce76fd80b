/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_DMA_H
#define IGD_MODEL_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The DMA address space that the vfio-user client has given to the device, as an
 * IOMMU would. Ranges never overlap.
 *
 * A guest of 256 MiB has thousands of small maps of the same memory file, so a
 * file is mapped once and shared by all ranges in it.
 */
struct dma_space;

/*
 * dma_space_new - an empty space. It also takes over SIGBUS, which an access
 * to a file that has been truncated raises. Returns NULL with errno set when
 * memory is short.
 */
struct dma_space *dma_space_new(void);
void dma_space_free(struct dma_space *space);

enum {
	DMA_READ  = 1 << 0,	/* the device may read */
	DMA_WRITE = 1 << 1,	/* the device may write */
};

/*
 * dma_space_map - make [iova, iova + size) reach @fd from byte @offset on.
 * @prot is a mask of DMA_READ and DMA_WRITE. The caller keeps @fd and may
 * close it after the call. @fd -1 is memory that the client does not share:
 * the range exists, and no access to it succeeds.
 * Returns 0; -EINVAL for an empty, wrapping or unaligned (4 KiB) range or for
 * one beyond the end of the file; -EEXIST if it overlaps an existing range;
 * -ENOSPC beyond 65535 ranges; -EACCES for DMA_WRITE to a file opened
 * read-only; or the errno of mmap().
 */
int dma_space_map(struct dma_space *space, uint64_t iova, uint64_t size,
		  int fd, uint64_t offset, unsigned int prot);

/*
 * dma_space_unmap - remove every range inside [iova, iova + size). The protocol
 * wants exactly one; VFIO's type1 takes any number, also none, and QEMU's
 * vIOMMU is written for that. Returns 0; or -EINVAL, and removes nothing, for
 * an empty, wrapping or unaligned range or one that would cut a range in two.
 */
int dma_space_unmap(struct dma_space *space, uint64_t iova, uint64_t size);

/* dma_space_clear - remove every range, as when the client leaves. */
void dma_space_clear(struct dma_space *space);

/*
 * dma_space_rw - the device reads or writes @len bytes at @iova. The access
 * may span adjacent ranges.
 * Returns 0, or -EFAULT if any byte is outside every range or the range does
 * not allow the direction; then nothing has been transferred. -EIO if the
 * client has truncated the file below the access: some may be transferred.
 */
int dma_space_rw(struct dma_space *space, uint64_t iova, void *buf, size_t len,
		 bool write);

/* Number of ranges mapped now. */
size_t dma_space_count(const struct dma_space *space);

/* Granted requests; the code that reports them may set them to 0. */
struct dma_counts {
	uint64_t maps;
	uint64_t unmaps;	/* including those that removed nothing */
};

/* dma_space_counts - the counts of @space, for its lifetime. */
struct dma_counts *dma_space_counts(struct dma_space *space);

#endif
