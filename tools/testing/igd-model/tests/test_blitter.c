// SPDX-License-Identifier: GPL-2.0-only
/* The copy engine and its interrupt, used as by a guest's driver. */
#include <endian.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"

/* Ring registers, GDRST, and graphics addresses of ring and buffers. */
enum {
	TAIL = 0x22030, HEAD = 0x22034, START = 0x22038, CTL = 0x2203c,
	MI_MODE = 0x2209c, GFX_MODE = 0x2229c, GDRST = 0x941c,
};

enum { RING = 0x0000, SOURCE = 0x10000, TARGET = 0x20000, BATCH = 0x30000, PAGES = 64 };

/* Commands. */
#define USER_INTERRUPT	0x01000000
#define STORE_DWORD	0x10400002	/* global GTT, 4 dwords */
#define FLUSH_STORE	0x13004002	/* post-sync write, 4 dwords */
#define SRC_COPY	0x54f00000	/* XY_SRC_COPY_BLT, RGB and alpha */
#define FAST_COPY	0x50800008
#define UPDATE_GTT	0x11800000
#define BATCH_START	0x18800000
#define BATCH_END	0x05000000

struct driver {
	struct machine *m;
	unsigned int tail;
	unsigned int gtt;
	bool wide;		/* addresses of two dwords */
};

static void map(struct driver *d, unsigned int page, uint64_t entry)
{
	unsigned int bytes = d->m->igd.options.platform->pte.bytes;

	wr(d->m, BAR0, d->gtt + page * bytes, bytes, entry);
}

/* Graphics page n is page n of the memory at MEMORY; the ring has one page. */
static struct driver start(const char *generation)
{
	struct igd_options options = machine_options_of(generation);
	struct driver d = { .m = machine_new(&options) };

	d.gtt = options.platform->gtt_offset;
	d.wide = options.platform->blitter.address_dwords == 2;
	for (unsigned int i = 0; i < PAGES; i++)
		map(&d, i, MEMORY + i * 4096 + 1);
	wr(d.m, BAR0, START, 4, RING);
	wr(d.m, BAR0, CTL, 4, 1);
	return d;
}

static void finish(struct driver *d)
{
	machine_free(d->m);
}

static uint8_t *memory(struct driver *d, uint64_t offset, void *buf, size_t n)
{
	assert_int_equal(pread(d->m->fd, buf, n, offset), n);
	return buf;
}

static void emit(struct driver *d, const uint32_t *dwords, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t dword = htole32(dwords[i]);

		assert_int_equal(pwrite(d->m->fd, &dword, 4, RING + d->tail), 4);
		d->tail = (d->tail + 4) % 4096;
	}
}

#define EMIT(d, ...) do {						\
		const uint32_t dwords[] = { __VA_ARGS__ };		\
		emit(d, dwords, sizeof(dwords) / 4);			\
	} while (0)

/* HEAD and TAIL count in 8 bytes. */
static void submit(struct driver *d)
{
	if (d->tail % 8)
		EMIT(d, 0);
	wr(d->m, BAR0, TAIL, 4, d->tail);
}

static void run(struct driver *d)
{
	submit(d);
	assert_true(igd_busy(&d->m->igd));
	while (igd_busy(&d->m->igd))
		igd_run(&d->m->igd);
}

/* @width in pixels of @depth, the field of the second dword. */
static void emit_src_copy(struct driver *d, unsigned int depth, unsigned int width,
			  unsigned int height, unsigned int pitch)
{
	uint32_t br13 = depth << 24 | 0xcc << 16 | pitch;

	if (d->wide)
		EMIT(d, SRC_COPY | 8, br13, 0, height << 16 | width, TARGET, 0,
		     0, pitch, SOURCE, 0);
	else
		EMIT(d, SRC_COPY | 6, br13, 0, height << 16 | width, TARGET,
		     0, pitch, SOURCE);
}

static void emit_fast_copy(struct driver *d, unsigned int depth, unsigned int width,
			   unsigned int height, unsigned int pitch)
{
	EMIT(d, FAST_COPY, depth << 24 | pitch, 0, height << 16 | width, TARGET, 0,
	     0, pitch, SOURCE, 0);
}

static void fill_source(struct driver *d, size_t n)
{
	uint8_t pattern[65536];

	for (size_t i = 0; i < n; i++)
		pattern[i] = i * 7 + i / 256;
	assert_int_equal(pwrite(d->m->fd, pattern, n, SOURCE), n);
}

static void assert_copied(struct driver *d, size_t n)
{
	uint8_t source[65536], target[65536], after;

	assert_memory_equal(memory(d, SOURCE, source, n), memory(d, TARGET, target, n), n);
	assert_int_equal(*memory(d, TARGET + n, &after, 1), 0);
}

#define EACH(name) for (size_t i_ = 0; igd_platform_at(i_); i_++)	\
	for (const char *name = igd_platform_at(i_)->name; name; name = NULL)

static void copies_on_every_generation(void **state)
{
	(void)state;
	EACH(name) {
		struct driver d = start(name);

		fill_source(&d, 9 * 4096);
		if (d.m->igd.options.platform->blitter.src_copy)
			emit_src_copy(&d, 3, 1024, 9, 4096);
		else
			emit_fast_copy(&d, 3, 1024, 9, 4096);
		run(&d);
		assert_copied(&d, 9 * 4096);
		assert_int_equal(rd(d.m, BAR0, HEAD, 4), d.tail);
		assert_int_equal(d.m->igd.blitter.copied, 9 * 4096);
		assert_int_equal(d.m->igd.faults.total, 0);
		finish(&d);
	}
}

static void copies_bytes_and_rectangles(void **state)
{
	struct driver d = start("skl");
	uint8_t target[600], source[600];

	(void)state;
	fill_source(&d, 4096);
	emit_src_copy(&d, 0, 13, 1, 4096);
	run(&d);
	assert_copied(&d, 13);
	/* 5 x 2 pixels of 4 bytes, from (1,1) to (2,0), 100 and 200 bytes a row */
	EMIT(&d, SRC_COPY | 8, 3 << 24 | 0xcc << 16 | 200, 2, 2 << 16 | 7,
	     TARGET + 4096, 0, 1 << 16 | 1, 100, SOURCE, 0);
	run(&d);
	memory(&d, TARGET + 4096, target, sizeof(target));
	memory(&d, SOURCE, source, sizeof(source));
	assert_memory_equal(target + 8, source + 104, 20);
	assert_memory_equal(target + 208, source + 204, 20);
	assert_int_equal(target[7] | target[28] | target[207] | target[228], 0);
	finish(&d);
}

static void fast_copy_knows_wider_pixels(void **state)
{
	struct driver d = start("tgl");

	(void)state;
	fill_source(&d, 4096);
	emit_fast_copy(&d, 5, 16, 2, 256);
	run(&d);
	assert_copied(&d, 512);
	finish(&d);
}

static void each_generation_knows_its_copies(void **state)
{
	static const struct { const char *name; bool src, fast; } v[] = {
		{ "snb", true, false }, { "bdw", true, false }, { "skl", true, true },
		{ "adl", true, true }, { "mtl", false, true },
		{ "lnl", false, true } };

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		struct driver d = start(v[i].name);

		emit_src_copy(&d, 3, 1, 1, 4);
		run(&d);
		assert_int_equal(d.m->igd.blitter.hangs, !v[i].src);
		finish(&d);
		d = start(v[i].name);
		emit_fast_copy(&d, 3, 1, 1, 4);
		run(&d);
		assert_int_equal(d.m->igd.blitter.hangs, !v[i].fast);
		finish(&d);
	}
}

static void stores_dwords(void **state)
{
	uint32_t value;

	(void)state;
	EACH(name) {
		struct driver d = start(name);

		if (d.wide) {
			EMIT(&d, STORE_DWORD, TARGET, 0, 0x12345678);
			EMIT(&d, FLUSH_STORE, (TARGET + 8) | 4, 0, 0x9abcdef0);
		} else {
			EMIT(&d, STORE_DWORD, 0, TARGET, 0x12345678);
			EMIT(&d, FLUSH_STORE, (TARGET + 8) | 4, 0x9abcdef0, 0);
		}
		run(&d);
		memory(&d, TARGET, &value, 4);
		assert_int_equal(le32toh(value), 0x12345678);
		memory(&d, TARGET + 8, &value, 4);
		assert_int_equal(le32toh(value), 0x9abcdef0);
		finish(&d);
	}
}

static void the_ring_wraps(void **state)
{
	struct driver d = start("skl");

	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		EMIT(&d, STORE_DWORD, TARGET + 4 * i, 0, i + 1);
		run(&d);
	}
	for (unsigned int i = 0; i < 300; i++) {
		uint32_t value;

		memory(&d, TARGET + 4 * i, &value, 4);
		assert_int_equal(le32toh(value), i + 1);
	}
	/* 300 commands of 16 bytes: once around, and counted in HEAD */
	assert_int_equal(rd(d.m, BAR0, HEAD, 4), 0x200000 + 4800 - 4096);
	finish(&d);
}

static void works_in_slices(void **state)
{
	struct driver d = start("skl");

	(void)state;
	fill_source(&d, 9 * 4096);
	emit_src_copy(&d, 3, 1024, 9, 4096);
	EMIT(&d, STORE_DWORD, TARGET + 0xf000, 0, 1);
	submit(&d);
	blitter_run(&d.m->igd.blitter, 1024 + 2 * 4096);
	assert_int_equal(d.m->igd.blitter.copied, 2 * 4096);
	assert_true(igd_busy(&d.m->igd));
	blitter_run(&d.m->igd.blitter, 6 * 4096);
	assert_int_equal(d.m->igd.blitter.copied, 8 * 4096);
	run(&d);
	assert_int_equal(d.m->igd.blitter.copied, 9 * 4096);
	finish(&d);
}

static void needs_bus_mastering(void **state)
{
	struct driver d = start("skl");

	(void)state;
	EMIT(&d, 0, 0);
	wr(d.m, CONFIG, 4, 2, 3);
	submit(&d);
	assert_false(igd_busy(&d.m->igd));
	wr(d.m, CONFIG, 4, 2, 7);
	assert_true(igd_busy(&d.m->igd));
	/* a function in D3hot makes no memory access */
	wr(d.m, CONFIG, 0xd4, 2, 3);
	assert_false(igd_busy(&d.m->igd));
	finish(&d);
}

static void needs_its_ring(void **state)
{
	struct driver d = start("skl");

	(void)state;
	EMIT(&d, 0, 0);
	submit(&d);
	wr(d.m, BAR0, CTL, 4, 0);
	assert_false(igd_busy(&d.m->igd));
	wr(d.m, BAR0, CTL, 4, 1);
	wr(d.m, BAR0, MI_MODE, 4, 0x01000100);
	assert_false(igd_busy(&d.m->igd));
	assert_int_equal(rd(d.m, BAR0, MI_MODE, 4), 0x300);	/* and idle */
	wr(d.m, BAR0, MI_MODE, 4, 0x01000000);
	assert_int_equal(rd(d.m, BAR0, MI_MODE, 4), 0);
	wr(d.m, BAR0, GFX_MODE, 4, 0x80008000);
	assert_false(igd_busy(&d.m->igd));
	wr(d.m, BAR0, GFX_MODE, 4, 0x80000000);
	assert_true(igd_busy(&d.m->igd));
	finish(&d);
}

static void faults_are_counted(void **state)
{
	struct driver d = start("skl");
	uint8_t target[4096];

	(void)state;
	map(&d, SOURCE / 4096, 0);
	emit_src_copy(&d, 3, 1024, 1, 4096);
	run(&d);
	assert_int_equal(d.m->igd.faults.total, 1);
	assert_string_equal(d.m->igd.faults.kept[0].source, "blitter");
	assert_int_equal(d.m->igd.faults.kept[0].reason, FAULT_NOT_PRESENT);
	assert_false(d.m->igd.faults.kept[0].write);
	memory(&d, TARGET, target, 4096);
	assert_int_equal(target[0] & target[4095], 0xff);
	/* the target's memory is no longer mapped */
	map(&d, TARGET / 4096, 0x7c000001);
	emit_src_copy(&d, 3, 1024, 1, 4096);
	run(&d);
	assert_int_equal(d.m->igd.faults.total, 3);
	assert_int_equal(d.m->igd.faults.kept[2].reason, FAULT_UNMAPPED);
	assert_true(d.m->igd.faults.kept[2].write);
	assert_int_equal(d.m->igd.blitter.hangs, 0);
	finish(&d);
}

static void hangs_on_what_it_does_not_know(void **state)
{
	static const uint32_t unknown[][2] = {
		{ 0x18000001, 0 },	/* MI_BATCH_BUFFER, not ..._START */
		{ 0x05000000, 0 },	/* the end of a batch, outside of one */
		{ 0x11800000, 0 },	/* an update without an entry */
		{ 0x11800001, 0 },	/* an update of half an entry */
		{ 0x70000000, 0 },	/* a render command */
		{ 0x10000002, 0 },	/* a store not through the global GTT */
		{ SRC_COPY | 1 << 15 | 8, 0xcc << 16 },	/* tiled */
		{ SRC_COPY | 8, 0xf0 << 16 },		/* another ROP */
		{ SRC_COPY | 7, 0xcc << 16 },		/* a wrong length */
		{ FAST_COPY | 1 << 13, 3 << 24 },
		{ FAST_COPY, 2 << 24 },
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		struct driver d = start("skl");

		emit(&d, unknown[i], 2);
		EMIT(&d, 0, 0, 0, 1 << 16 | 1, 0, 0, 0, 0);
		run(&d);
		assert_int_equal(d.m->igd.blitter.hangs, 1);
		assert_int_equal(rd(d.m, BAR0, HEAD, 4), 0);
		assert_false(igd_busy(&d.m->igd));
		finish(&d);
	}
}

static void hangs_without_its_ring(void **state)
{
	struct driver d = start("skl");

	(void)state;
	EMIT(&d, 0, 0);
	map(&d, RING, 0);
	run(&d);
	assert_int_equal(d.m->igd.blitter.hangs, 1);
	assert_string_equal(d.m->igd.faults.kept[0].source, "ring");
	finish(&d);
}

static void restart(struct driver *d)
{
	d->tail = 0;
	wr(d->m, CONFIG, 4, 2, 7);
	wr(d->m, BAR0, START, 4, RING);
	wr(d->m, BAR0, CTL, 4, 1);
	fill_source(d, 64);
	emit_src_copy(d, 3, 16, 1, 64);
	run(d);
	assert_copied(d, 64);
}

static void reset_ends_a_hang(void **state)
{
	static const struct { const char *name; uint32_t bit; bool ends; } v[] = {
		{ "skl", 1 << 0, true }, { "skl", 1 << 3, true },
		{ "skl", 1 << 2, false }, { "icl", 1 << 2, true },
		{ "icl", 1 << 3, false } };

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		struct driver d = start(v[i].name);

		EMIT(&d, 0x70000000, 0);
		run(&d);
		wr(d.m, BAR0, GDRST, 4, v[i].bit);
		assert_int_equal(rd(d.m, BAR0, GDRST, 4), 0);
		assert_int_equal(rd(d.m, BAR0, CTL, 4), !v[i].ends);
		if (v[i].ends)
			restart(&d);
		finish(&d);
	}
}

static void function_reset_ends_everything(void **state)
{
	struct driver d = start("skl");

	(void)state;
	emit_src_copy(&d, 3, 1024, 9, 4096);
	submit(&d);
	blitter_run(&d.m->igd.blitter, 1024 + 4096);
	wr(d.m, CONFIG, 0x78, 2, 0x8000);
	assert_false(igd_busy(&d.m->igd));
	wr(d.m, CONFIG, 4, 2, 7);
	assert_false(igd_busy(&d.m->igd));
	restart(&d);
	/* the running copy is dropped */
	assert_int_equal(d.m->igd.blitter.copied, 4096 + 64);
	finish(&d);
}

/* Writes the commands of a batch to graphics memory. */
static unsigned int put(struct driver *d, uint32_t at, unsigned int used,
			const uint32_t *dwords, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++, used++) {
		uint32_t dword = htole32(dwords[i]);

		assert_int_equal(pwrite(d->m->fd, &dword, 4, at + 4 * used), 4);
	}
	return used;
}

#define PUT(d, at, used, ...) do {					\
		const uint32_t dwords[] = { __VA_ARGS__ };		\
		used = put(d, at, used, dwords, sizeof(dwords) / 4);	\
	} while (0)

/* Commands for a new value of the two entries from page @page on. */
static unsigned int put_update(struct driver *d, uint32_t at, unsigned int used,
			       unsigned int page, uint32_t entry)
{
	uint32_t wide = d->m->igd.options.platform->pte.bytes == 8;

	if (wide)
		PUT(d, at, used, UPDATE_GTT | 4, page << 12, entry, 0, entry + 4096, 0);
	else
		PUT(d, at, used, UPDATE_GTT | 1 << 22 | 2, page << 12, entry, entry + 4096);
	return used;
}

static unsigned int put_batch_start(struct driver *d, uint32_t at, unsigned int used,
				    uint32_t target)
{
	if (d->wide)
		PUT(d, at, used, BATCH_START | 1, target, 0);
	else
		PUT(d, at, used, BATCH_START, target);
	return used;
}

/* The same, for the ring. */
static void emit_batch_start(struct driver *d, uint32_t target)
{
	unsigned int n = put_batch_start(d, RING, d->tail / 4, target);

	d->tail = 4 * n;
}

static uint64_t entry(struct driver *d, unsigned int page)
{
	return gtt_entry(&d->m->igd.gtt, page);
}

static void updates_the_gtt(void **state)
{
	(void)state;
	EACH(name) {
		struct driver d = start(name);

		d.tail = 4 * put_update(&d, RING, 0, 100, 0x7c000001);
		run(&d);
		assert_int_equal(entry(&d, 99), 0);
		assert_int_equal(entry(&d, 100), 0x7c000001);
		assert_int_equal(entry(&d, 101), 0x7c001001);
		assert_int_equal(entry(&d, 102), 0);
		assert_int_equal(d.m->igd.blitter.gtt_writes, 2);
		assert_int_equal(d.m->igd.blitter.hangs, 0);
		/* the CPU has not written these */
		assert_int_equal(d.m->igd.counters.gtt_unflushed, PAGES);
		/* entries that do not exist are not updated */
		put_update(&d, RING, d.tail / 4, (1 << 20) - 2, 0x7c000001);
		d.tail *= 2;
		run(&d);
		assert_int_equal(d.m->igd.blitter.hangs, 0);
		finish(&d);
	}
}

/* Bit 22 selects the global GTT, as gen 6 and 7 have a PPGTT. */
static void updates_no_ppgtt(void **state)
{
	struct driver d = start("ivb");

	(void)state;
	EMIT(&d, UPDATE_GTT | 1, 100 << 12, 0x7c000001, 0);
	run(&d);
	assert_int_equal(d.m->igd.blitter.hangs, 1);
	assert_int_equal(entry(&d, 100), 0);
	finish(&d);
}

/* 511 entries fill a page, linux i915/gt/intel_ggtt.c gen8_ggtt_bind_ptes(). */
static void updates_many_entries_at_once(void **state)
{
	struct driver d = start("mtl");
	unsigned int n = 0;

	(void)state;
	PUT(&d, BATCH, n, UPDATE_GTT | 1022, 200 << 12);
	for (unsigned int i = 0; i < 511; i++)
		PUT(&d, BATCH, n, i << 12 | 1, 5);
	PUT(&d, BATCH, n, BATCH_END);
	emit_batch_start(&d, BATCH);
	run(&d);
	assert_int_equal(d.m->igd.blitter.hangs, 0);
	assert_int_equal(d.m->igd.blitter.gtt_writes, 511);
	assert_int_equal(entry(&d, 200), 0x500000001);
	assert_int_equal(entry(&d, 710), 0x5001fe001);
	assert_int_equal(entry(&d, 711), 0);
	finish(&d);
}

/* A long command is more work than a short one, so that a slice stays short. */
static void long_commands_take_more_of_a_slice(void **state)
{
	struct driver d = start("mtl");
	unsigned int n = 0;

	(void)state;
	PUT(&d, BATCH, n, UPDATE_GTT | 1022, 200 << 12);
	put_batch_start(&d, BATCH, 1024, BATCH);
	emit_batch_start(&d, BATCH);
	submit(&d);
	blitter_run(&d.m->igd.blitter, 4 * 1024);
	assert_int_equal(d.m->igd.blitter.gtt_writes, 511);
	finish(&d);
}

static void runs_a_batch(void **state)
{
	uint32_t value;

	(void)state;
	EACH(name) {
		struct driver d = start(name);
		unsigned int n = put_update(&d, BATCH, 0, 100, 0x7c000001);

		/* the first goes on in the second, which ends both */
		put_batch_start(&d, BATCH, n, BATCH + 0x1000);
		n = put_update(&d, BATCH + 0x1000, 0, 102, 0x7c002001);
		PUT(&d, BATCH + 0x1000, n, BATCH_END);
		emit_batch_start(&d, BATCH);
		if (d.wide)
			EMIT(&d, STORE_DWORD, TARGET, 0, 0x12345678);
		else
			EMIT(&d, STORE_DWORD, 0, TARGET, 0x12345678);
		run(&d);
		for (unsigned int i = 0; i < 4; i++)
			assert_int_equal(entry(&d, 100 + i), 0x7c000001 + i * 4096);
		memory(&d, TARGET, &value, 4);
		assert_int_equal(le32toh(value), 0x12345678);
		assert_int_equal(rd(d.m, BAR0, HEAD, 4), d.tail);
		assert_int_equal(d.m->igd.blitter.hangs, 0);
		finish(&d);
	}
}

static void runs_no_other_batch(void **state)
{
	static const uint32_t start_of[] = {
		BATCH_START | 1 << 22 | 1,	/* of the second level */
		BATCH_START | 1 << 8 | 1,	/* in a PPGTT */
		BATCH_START | 1 << 13 | 1,	/* non-secure on Haswell */
		BATCH_START | 1 << 15 | 1,	/* predicated */
		BATCH_START,			/* with an address of 32 bits */
		BATCH_START | 2,		/* with one of 96 */
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(start_of) / sizeof(start_of[0]); i++) {
		struct driver d = start("skl");

		put(&d, BATCH, 0, (const uint32_t[]){ BATCH_END }, 1);
		EMIT(&d, start_of[i], BATCH, 0, 0);
		run(&d);
		assert_int_equal(d.m->igd.blitter.hangs, 1);
		assert_int_equal(rd(d.m, BAR0, HEAD, 4), 0);
		finish(&d);
	}
}

static void hangs_in_a_batch_it_cannot_read(void **state)
{
	struct driver d = start("skl");

	(void)state;
	EMIT(&d, 0);
	emit_batch_start(&d, BATCH);
	map(&d, BATCH / 4096, 0);
	run(&d);
	assert_int_equal(d.m->igd.blitter.hangs, 1);
	assert_string_equal(d.m->igd.faults.kept[0].source, "batch");
	assert_int_equal(rd(d.m, BAR0, HEAD, 4), d.tail);
	finish(&d);
}

/*
 * A guest can leave a batch running that fills entries again and again. Entries that
 * a driver clears stay clear only without bus mastering.
 */
static void refills_entries_until_bus_mastering_is_off(void **state)
{
	(void)state;
	EACH(name) {
		struct driver d = start(name);
		unsigned int n = put_update(&d, BATCH, 0, 100, 0x7c000001);
		uint64_t writes;

		put_batch_start(&d, BATCH, n, BATCH);
		emit_batch_start(&d, BATCH);
		submit(&d);
		igd_run(&d.m->igd);
		assert_int_equal(entry(&d, 100), 0x7c000001);
		map(&d, 100, 0);
		map(&d, 101, 0);
		assert_int_equal(entry(&d, 100), 0);
		igd_run(&d.m->igd);
		assert_int_equal(entry(&d, 100), 0x7c000001);
		assert_int_equal(entry(&d, 101), 0x7c001001);
		assert_true(igd_busy(&d.m->igd));

		wr(d.m, CONFIG, 4, 2, 3);
		assert_false(igd_busy(&d.m->igd));
		map(&d, 100, 0);
		map(&d, 101, 0);
		writes = d.m->igd.blitter.gtt_writes;
		assert_true(writes > 2);
		igd_run(&d.m->igd);
		assert_int_equal(entry(&d, 100) | entry(&d, 101), 0);
		assert_int_equal(d.m->igd.blitter.gtt_writes, writes);

		/* it was only stopped */
		wr(d.m, CONFIG, 4, 2, 7);
		igd_run(&d.m->igd);
		assert_int_equal(entry(&d, 100), 0x7c000001);
		assert_int_equal(d.m->igd.blitter.hangs, 0);
		finish(&d);
	}
}

static void resets_end_a_batch(void **state)
{
	static const char *const ends[] = { "engine", "function", "device" };

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		struct driver d = start("skl");

		put_batch_start(&d, BATCH, 0, BATCH);
		emit_batch_start(&d, BATCH);
		submit(&d);
		igd_run(&d.m->igd);
		assert_true(igd_busy(&d.m->igd));
		if (!strcmp(ends[i], "engine"))
			wr(d.m, BAR0, GDRST, 4, 1 << 3);
		else if (!strcmp(ends[i], "function"))
			wr(d.m, CONFIG, 0x78, 2, 0x8000);
		else
			d.m->device.ops->reset(d.m->device.opaque);
		wr(d.m, CONFIG, 4, 2, 7);
		wr(d.m, BAR0, CTL, 4, 1);
		assert_false(igd_busy(&d.m->igd));
		restart(&d);
		assert_int_equal(d.m->igd.blitter.hangs, 0);
		finish(&d);
	}
}

/* Meteor Lake: entries with bit 1 reach stolen memory, LMEMBAR shows it. */
static void local_memory(void **state)
{
	struct driver d = start("mtl");
	const uint32_t dsm = 8 << 20;

	(void)state;
	map(&d, SOURCE / 4096, dsm + 0x1003);
	map(&d, TARGET / 4096, dsm + 0x5003);
	wr(d.m, BAR2, dsm + 0x1000, 8, 0x1122334455667788);
	emit_fast_copy(&d, 3, 1024, 1, 4096);
	run(&d);
	assert_int_equal(rd(d.m, BAR2, dsm + 0x5000, 8), 0x1122334455667788);
	/* below it is the GTT's own memory, and behind it nothing */
	assert_int_equal(rd(d.m, BAR2, 8, 8), MEMORY + 4097);
	assert_int_equal(rd(d.m, BAR2, dsm + (32 << 20), 8), ~0ull);
	assert_int_equal(rd(d.m, BAR2, dsm + (32 << 20) - 4, 8), 0xffffffff00000000);
	map(&d, SOURCE / 4096, dsm + (32 << 20) + 3);
	emit_fast_copy(&d, 3, 1, 1, 4);
	run(&d);
	assert_int_equal(d.m->igd.faults.total, 1);
	finish(&d);
}

static void unmask_gen8(struct driver *d)
{
	wr(d->m, BAR0, 0x220a8, 4, ~(1u << 16));
	wr(d->m, BAR0, 0x44304, 4, ~(1u << 16));
	wr(d->m, BAR0, 0x4430c, 4, 1 << 16);
	wr(d->m, BAR0, 0x44200, 4, 1u << 31);
}

static void interrupt(struct driver *d, unsigned int expected)
{
	EMIT(d, USER_INTERRUPT);
	run(d);
	assert_int_equal(d->m->igd.counters.interrupts, expected);
}

static void interrupts_gen6(void **state)
{
	struct driver d = start("snb");

	(void)state;
	interrupt(&d, 0);
	wr(d.m, BAR0, 0x220a8, 4, ~(1u << 22));
	interrupt(&d, 0);
	assert_int_equal(rd(d.m, BAR0, 0x44018, 4), 0);	/* IMR */
	wr(d.m, BAR0, 0x44014, 4, ~(1u << 22));
	interrupt(&d, 0);
	assert_int_equal(rd(d.m, BAR0, 0x44018, 4), 1 << 22);
	wr(d.m, BAR0, 0x4401c, 4, 1 << 22);
	assert_int_equal(d.m->igd.counters.interrupts, 0);
	/* the master control releases the pending interrupt */
	wr(d.m, BAR0, 0x4400c, 4, 1u << 31);
	assert_int_equal(d.m->igd.counters.interrupts, 1);
	interrupt(&d, 1);		/* not acknowledged yet */
	wr(d.m, BAR0, 0x44018, 4, 1 << 22);
	assert_int_equal(rd(d.m, BAR0, 0x44018, 4), 0);
	interrupt(&d, 2);
	finish(&d);
}

static void interrupts_gen8(void **state)
{
	struct driver d = start("skl");

	(void)state;
	interrupt(&d, 0);
	unmask_gen8(&d);
	interrupt(&d, 1);
	assert_int_equal(rd(d.m, BAR0, 0x44200, 4), 0x80000002);
	/* as a handler does: master off, acknowledge, master on */
	wr(d.m, BAR0, 0x44200, 4, 0);
	assert_int_equal(rd(d.m, BAR0, 0x44200, 4), 2);
	wr(d.m, BAR0, 0x44308, 4, 1 << 16);
	wr(d.m, BAR0, 0x44200, 4, 1u << 31);
	assert_int_equal(rd(d.m, BAR0, 0x44200, 4), 1u << 31);
	assert_int_equal(d.m->igd.counters.interrupts, 1);
	interrupt(&d, 2);
	finish(&d);
}

static void interrupts_gen11(void **state)
{
	struct driver d = start("tgl");

	(void)state;
	interrupt(&d, 0);
	wr(d.m, BAR0, 0x190030, 4, 0x00010001);
	interrupt(&d, 0);
	wr(d.m, BAR0, 0x1900a0, 4, ~(1u << 16));
	wr(d.m, BAR0, 0x190010, 4, 1u << 31);
	interrupt(&d, 1);
	assert_int_equal(rd(d.m, BAR0, 0x190010, 4), 0x80000001);
	assert_int_equal(rd(d.m, BAR0, 0x190018, 4), 1 << 15);
	assert_int_equal(rd(d.m, BAR0, 0x190060, 4), 0);
	wr(d.m, BAR0, 0x190070, 4, 1 << 15);
	assert_int_equal(rd(d.m, BAR0, 0x190060, 4), 0x80030001);
	wr(d.m, BAR0, 0x190060, 4, 0x80030001);
	assert_int_equal(rd(d.m, BAR0, 0x190060, 4), 0);
	wr(d.m, BAR0, 0x190018, 4, 1 << 15);
	assert_int_equal(rd(d.m, BAR0, 0x190010, 4), 1u << 31);
	interrupt(&d, 2);
	finish(&d);
}

static void a_masked_message_waits(void **state)
{
	struct driver d = start("adl");

	(void)state;
	wr(d.m, BAR0, 0x190030, 4, 1);
	wr(d.m, BAR0, 0x1900a0, 4, 0);
	wr(d.m, BAR0, 0x190010, 4, 1u << 31);
	wr(d.m, CONFIG, 0xae, 2, 1);
	wr(d.m, CONFIG, 0xb8, 4, 1);
	interrupt(&d, 0);
	assert_int_equal(rd(d.m, CONFIG, 0xbc, 4), 1);
	wr(d.m, CONFIG, 0xb8, 4, 0);
	assert_int_equal(rd(d.m, CONFIG, 0xbc, 4), 0);
	assert_int_equal(d.m->igd.counters.interrupts, 1);
	finish(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_on_every_generation),
		cmocka_unit_test(copies_bytes_and_rectangles),
		cmocka_unit_test(fast_copy_knows_wider_pixels),
		cmocka_unit_test(each_generation_knows_its_copies),
		cmocka_unit_test(stores_dwords),
		cmocka_unit_test(the_ring_wraps),
		cmocka_unit_test(works_in_slices),
		cmocka_unit_test(needs_bus_mastering),
		cmocka_unit_test(needs_its_ring),
		cmocka_unit_test(faults_are_counted),
		cmocka_unit_test(hangs_on_what_it_does_not_know),
		cmocka_unit_test(hangs_without_its_ring),
		cmocka_unit_test(reset_ends_a_hang),
		cmocka_unit_test(function_reset_ends_everything),
		cmocka_unit_test(updates_the_gtt),
		cmocka_unit_test(updates_no_ppgtt),
		cmocka_unit_test(updates_many_entries_at_once),
		cmocka_unit_test(long_commands_take_more_of_a_slice),
		cmocka_unit_test(runs_a_batch),
		cmocka_unit_test(runs_no_other_batch),
		cmocka_unit_test(hangs_in_a_batch_it_cannot_read),
		cmocka_unit_test(refills_entries_until_bus_mastering_is_off),
		cmocka_unit_test(resets_end_a_batch),
		cmocka_unit_test(local_memory),
		cmocka_unit_test(interrupts_gen6),
		cmocka_unit_test(interrupts_gen8),
		cmocka_unit_test(interrupts_gen11),
		cmocka_unit_test(a_masked_message_waits),
	};

	return cmocka_run_group_tests_name("blitter", tests, NULL, NULL);
}
