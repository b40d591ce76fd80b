// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "dma.h"

#define PAGE_MASK	4095ULL

/* max_dma_maps' default in QEMU docs/interop/vfio-user.rst. */
#define MAX_RANGES	65535

/* A memory file, mapped from its first byte on while ranges lie in it. */
struct dma_file {
	struct dma_file *next;
	dev_t dev;
	ino_t ino;
	uint8_t *base;
	size_t size;		/* mapped bytes */
	bool writable;
	size_t users;		/* ranges */
};

struct dma_range {
	uint64_t iova;
	uint64_t last;		/* inclusive: a range may end at 2^64 */
	struct dma_file *file;	/* NULL: the client does not share it */
	uint64_t offset;	/* in the file */
	unsigned int prot;
};

struct dma_space {
	struct dma_range *ranges;	/* in ascending order */
	size_t num;
	size_t room;
	struct dma_file *files;
	struct dma_counts counts;
};

/* The place to continue when the current access raises SIGBUS. */
static _Thread_local sigjmp_buf * volatile sigbus_guard;

static void on_sigbus(int sig)
{
	if (sigbus_guard)
		siglongjmp(*sigbus_guard, 1);
	/* Not ours: the instruction runs again and ends the program. */
	signal(sig, SIG_DFL);
}

struct dma_space *dma_space_new(void)
{
	/* siglongjmp() does not unblock the signal: do not block it. */
	struct sigaction action = {
		.sa_handler = on_sigbus,
		.sa_flags = SA_NODEFER,
	};

	sigaction(SIGBUS, &action, NULL);
	return calloc(1, sizeof(struct dma_space));
}

static void file_put(struct dma_space *space, struct dma_file *file)
{
	struct dma_file **link = &space->files;

	if (!file || --file->users)
		return;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	if (file->base)
		munmap(file->base, file->size);
	free(file);
}

void dma_space_clear(struct dma_space *space)
{
	for (size_t i = 0; i < space->num; i++)
		file_put(space, space->ranges[i].file);
	space->num = 0;
}

void dma_space_free(struct dma_space *space)
{
	if (!space)
		return;
	dma_space_clear(space);
	free(space->ranges);
	free(space);
}

size_t dma_space_count(const struct dma_space *space)
{
	return space->num;
}

struct dma_counts *dma_space_counts(struct dma_space *space)
{
	return &space->counts;
}

static bool bad_range(uint64_t iova, uint64_t size)
{
	return !size || (iova | size) & PAGE_MASK || size - 1 > ~iova;
}

/* Index of the first range that ends at or after @iova. */
static size_t find(const struct dma_space *space, uint64_t iova)
{
	size_t low = 0, high = space->num;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (space->ranges[mid].last < iova)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Maps the whole file again, instead of an old mapping. The mapping never shrinks,
 * as old ranges may be in a truncated part.
 */
static int file_map(struct dma_file *file, int fd, size_t size)
{
	bool writable = true;
	uint8_t *base;

	if (size < file->size)
		size = file->size;
	base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED && (errno == EACCES || errno == EPERM)) {
		writable = false;
		base = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	}
	if (base == MAP_FAILED)
		return -errno;
	if (file->base)
		munmap(file->base, file->size);
	file->base = base;
	file->size = size;
	file->writable = writable;
	return 0;
}

/* The file has grown. This keeps it writable even if @fd no longer is. */
static int file_grow(struct dma_file *file, size_t size)
{
	void *base = mremap(file->base, file->size, size, MREMAP_MAYMOVE);

	if (base == MAP_FAILED)
		return -errno;
	file->base = base;
	file->size = size;
	return 0;
}

static int file_prepare(struct dma_file *file, int fd, size_t size, bool write)
{
	int ret = 0;

	if (!file->base || (write && !file->writable))
		ret = file_map(file, fd, size);
	else if (size > file->size)
		ret = file_grow(file, size);
	if (!ret && write && !file->writable)
		ret = -EACCES;
	return ret;
}

/* A mapping keeps the inode alive, so its number is not used again. */
static struct dma_file *file_find(struct dma_space *space,
				  const struct stat *st)
{
	struct dma_file *file = space->files;

	while (file && (file->dev != st->st_dev || file->ino != st->st_ino))
		file = file->next;
	return file;
}

static int file_get(struct dma_space *space, int fd, const struct stat *st,
		    bool write, struct dma_file **result)
{
	struct dma_file *file = file_find(space, st);
	int ret;

	if (!file) {
		file = calloc(1, sizeof(*file));
		if (!file)
			return -ENOMEM;
		file->dev = st->st_dev;
		file->ino = st->st_ino;
		file->next = space->files;
		space->files = file;
	}
	file->users++;
	ret = file_prepare(file, fd, st->st_size, write);
	if (ret)
		file_put(space, file);
	else
		*result = file;
	return ret;
}

static int open_range(struct dma_space *space, struct dma_range *range, int fd)
{
	uint64_t length = range->last - range->iova;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		return -errno;
	if (range->offset & PAGE_MASK || length >= (uint64_t)st.st_size ||
	    range->offset > st.st_size - 1 - length)
		return -EINVAL;
	return file_get(space, fd, &st, range->prot & DMA_WRITE, &range->file);
}

static int reserve_range(struct dma_space *space)
{
	size_t room = space->room ? 2 * space->room : 64;
	struct dma_range *ranges;

	if (space->num == MAX_RANGES)
		return -ENOSPC;
	if (space->num < space->room)
		return 0;
	ranges = realloc(space->ranges, room * sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	space->ranges = ranges;
	space->room = room;
	return 0;
}

int dma_space_map(struct dma_space *space, uint64_t iova, uint64_t size,
		  int fd, uint64_t offset, unsigned int prot)
{
	struct dma_range range = {
		.iova = iova,
		.last = iova + size - 1,
		.offset = offset,
		.prot = prot,
	};
	size_t at = find(space, iova);
	int ret;

	if (bad_range(iova, size))
		return -EINVAL;
	if (at < space->num && space->ranges[at].iova <= range.last)
		return -EEXIST;
	ret = reserve_range(space);
	if (!ret)
		ret = open_range(space, &range, fd);
	if (ret)
		return ret;
	memmove(&space->ranges[at + 1], &space->ranges[at],
		(space->num - at) * sizeof(range));
	space->ranges[at] = range;
	space->num++;
	space->counts.maps++;
	return 0;
}

int dma_space_unmap(struct dma_space *space, uint64_t iova, uint64_t size)
{
	uint64_t last = iova + size - 1;
	size_t first = find(space, iova);
	size_t end = first;

	if (bad_range(iova, size))
		return -EINVAL;
	while (end < space->num && space->ranges[end].iova <= last)
		end++;
	if (end > first && (space->ranges[first].iova < iova ||
			    space->ranges[end - 1].last > last))
		return -EINVAL;
	space->counts.unmaps++;
	if (end == first)
		return 0;
	for (size_t i = first; i < end; i++)
		file_put(space, space->ranges[i].file);
	memmove(&space->ranges[first], &space->ranges[end],
		(space->num - end) * sizeof(space->ranges[0]));
	space->num -= end - first;
	return 0;
}

/* Whether all bytes from @iova to @last, in range @at or later, can be accessed. */
static bool reachable(const struct dma_space *space, size_t at, uint64_t iova,
		      uint64_t last, unsigned int prot)
{
	for (; at < space->num; at++) {
		const struct dma_range *range = &space->ranges[at];

		if (range->iova > iova || !range->file || !(range->prot & prot))
			return false;
		if (range->last >= last)
			return true;
		iova = range->last + 1;
	}
	return false;
}

/* Not inlined: siglongjmp() would leave its variables undefined. */
__attribute__((noinline))
static void copy(const struct dma_range *range, uint64_t iova, uint8_t *buf,
		 size_t len, bool write)
{
	while (len) {
		uint64_t skip = iova - range->iova;
		uint64_t left = range->last - iova;
		size_t n = left < len ? left + 1 : len;
		uint8_t *mem = range->file->base + range->offset + skip;

		if (write)
			memcpy(mem, buf, n);
		else
			memcpy(buf, mem, n);
		range++;
		iova += n;
		buf += n;
		len -= n;
	}
}

static int guarded_copy(const struct dma_range *range, uint64_t iova,
			void *buf, size_t len, bool write)
{
	sigjmp_buf guard;

	if (sigsetjmp(guard, 0)) {
		sigbus_guard = NULL;
		return -EIO;
	}
	sigbus_guard = &guard;
	copy(range, iova, buf, len, write);
	sigbus_guard = NULL;
	return 0;
}

int dma_space_rw(struct dma_space *space, uint64_t iova, void *buf, size_t len,
		 bool write)
{
	size_t at = find(space, iova);

	if (!len)
		return 0;
	if (len - 1 > ~iova || !reachable(space, at, iova, iova + len - 1,
					  write ? DMA_WRITE : DMA_READ))
		return -EFAULT;
	return guarded_copy(&space->ranges[at], iova, buf, len, write);
}
