// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "lmem.h"

/* DSMBASE = GSMBASE + 8 MiB */
enum { DSM = 8 << 20 };

int lmem_init(struct lmem *lmem, struct gtt *gtt, size_t size)
{
	*lmem = (struct lmem){ .gtt = gtt };
	if (!size)
		return 0;
	/* untouched pages cost nothing */
	lmem->stolen = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (lmem->stolen == MAP_FAILED)
		return -ENOMEM;
	lmem->size = size;
	return 0;
}

void lmem_free(struct lmem *lmem)
{
	if (lmem->size)
		munmap(lmem->stolen, lmem->size);
	lmem->size = 0;
}

static void gsm_rw(struct lmem *lmem, uint64_t offset, void *buf, size_t count,
		   bool write)
{
	if (write)
		gtt_write(lmem->gtt, offset, buf, count);
	else
		gtt_read(lmem->gtt, offset, buf, count);
}

bool lmem_rw(struct lmem *lmem, uint64_t offset, void *buf, size_t count,
	     bool write)
{
	uint8_t *at = buf;
	size_t n = 0;

	if (offset < DSM) {
		n = count < DSM - offset ? count : DSM - offset;
		gsm_rw(lmem, offset, at, n, write);
		offset += n;
		at += n;
		count -= n;
	}
	offset -= DSM;
	n = offset >= lmem->size ? 0 : lmem->size - offset;
	if (n > count)
		n = count;
	if (n && write)
		memcpy(lmem->stolen + offset, at, n);
	else if (n)
		memcpy(at, lmem->stolen + offset, n);
	if (!write)
		memset(at + n, 0xff, count - n);
	return n == count;
}
