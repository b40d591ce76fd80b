// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>

#include "blitter.h"

/* Registers: linux i915/gt/intel_engine_regs.h, BLT_RING_BASE. */
enum {
	TAIL = 0x22030,
	HEAD = 0x22034,
	START = 0x22038,
	CTL = 0x2203c,
	MI_MODE = 0x2209c,
	GFX_MODE = 0x2229c,
};

enum {
	ADDRESS = 0x001ffffc,		/* of HEAD and TAIL */
	WRAP_ONE = 0x00200000,		/* of HEAD */
	CTL_VALID = 1 << 0,
	CTL_PAGES = 0x001ff000,
	MI_MODE_STOP = 1 << 8,
	RUN_LIST_ENABLE = 1 << 15,	/* GFX_MODE: execlists, not the ring */
};

/* Commands: linux i915/gt/intel_gpu_commands.h. Bits 31:29 are the client. */
enum { CLIENT_MI = 0, CLIENT_2D = 2 };
enum {
	MI_NOOP = 0x00,
	MI_USER_INTERRUPT = 0x02,
	MI_ARB_CHECK = 0x05,
	MI_BATCH_BUFFER_END = 0x0a,
	MI_STORE_DATA_IMM = 0x20,
	MI_UPDATE_GTT = 0x23,
	MI_FLUSH_DW = 0x26,
	MI_BATCH_BUFFER_START = 0x31,
	XY_FAST_COPY = 0x42,
	XY_SRC_COPY = 0x53,
};

enum {
	STORE_USE_GGTT = 1 << 22,
	UPDATE_USE_GGTT = 1 << 22,	/* up to gen 7.5 */
	/* not supported: second level, through a PPGTT, non-secure, predicated */
	BATCH_FLAGS = 0x007fff00,
	FLUSH_STORE_INDEX = 1 << 21,
	FLUSH_OP = 3 << 14,
	FLUSH_OP_STORE = 1 << 14,
	FLUSH_USE_GGTT = 1 << 2,	/* of the address */
	SRC_COPY_TILED = 1 << 15 | 1 << 11,
	SRC_COPY_ROP = 0xcc << 16,	/* of the second dword */
	SRC_COPY_CLIP = 1 << 30,	/* of the second dword */
	FAST_COPY_TILED = 3 << 20 | 3 << 13,
};

/* The work of a command that moves nothing, in bytes; more for a long command. */
enum { COMMAND_COST = 1024, COMMAND_DWORDS = 16, CHUNK = 64 << 10 };

/*
 * The longest is MI_UPDATE_GTT with 511 entries of 64 bits: the length field has 10
 * bits (linux i915/gt/intel_ggtt.c gen8_ggtt_bind_ptes()).
 */
enum { MAX_DWORDS = 1024 };

void blitter_reset(struct blitter *blitter)
{
	static const uint32_t ring[] = { TAIL, HEAD, START, CTL, MI_MODE };

	blitter->blit.rows = 0;
	blitter->batch.running = false;
	blitter->hung = false;
	for (size_t i = 0; i < sizeof(ring) / sizeof(ring[0]); i++)
		mmio_set(blitter->mmio, ring[i], 0);
}

static uint32_t reg(const struct blitter *blitter, uint32_t offset)
{
	return mmio_get(blitter->mmio, offset);
}

bool blitter_busy(const struct blitter *blitter)
{
	if (blitter->hung || !(reg(blitter, CTL) & CTL_VALID) ||
	    (reg(blitter, MI_MODE) & MI_MODE_STOP) ||
	    (reg(blitter, GFX_MODE) & RUN_LIST_ENABLE))
		return false;
	return blitter->blit.rows || blitter->batch.running ||
	       ((reg(blitter, HEAD) ^ reg(blitter, TAIL)) & ADDRESS & ~7u);
}

static void hang(struct blitter *blitter)
{
	blitter->hung = true;
	blitter->hangs++;
}

static uint32_t ring_bytes(const struct blitter *blitter)
{
	return (reg(blitter, CTL) & CTL_PAGES) + 4096;
}

/* The address of the dword of the ring that is @ahead of the head. */
static uint64_t ring_address(const struct blitter *blitter, unsigned int ahead)
{
	uint32_t head = (reg(blitter, HEAD) & ADDRESS) + 4 * ahead;

	return (reg(blitter, START) & ~0xfffu) + head % ring_bytes(blitter);
}

/* One dword, @ahead of the next command. */
static bool fetch(const struct blitter *blitter, unsigned int ahead, uint32_t *dword)
{
	const struct batch *batch = &blitter->batch;
	uint64_t at = batch->running ? batch->at + 4 * ahead :
				       ring_address(blitter, ahead);

	if (aperture_rw(blitter->aperture, at, dword, 4, false,
			batch->running ? "batch" : "ring"))
		return false;
	*dword = le32toh(*dword);
	return true;
}

static void advance_ring(struct blitter *blitter, unsigned int dwords)
{
	uint32_t head = reg(blitter, HEAD);
	uint32_t at = (head & ADDRESS) + 4 * dwords;

	head &= ~ADDRESS;
	if (at >= ring_bytes(blitter)) {
		at -= ring_bytes(blitter);
		head += WRAP_ONE;
	}
	mmio_set(blitter->mmio, HEAD, head | at);
}

static void advance(struct blitter *blitter, unsigned int dwords)
{
	if (blitter->batch.running)
		blitter->batch.at += 4 * dwords;
	else
		advance_ring(blitter, dwords);
}

/* Addresses in commands are wider from gen 8 on. */
static bool wide(const struct blitter *blitter)
{
	return blitter->layout->address_dwords == 2;
}

/*
 * The length in dwords; MI commands below 10h have no length field. The field of
 * MI_UPDATE_GTT is wider from gen 8 on: linux i915/i915_cmd_parser.c gen7_blt_cmds,
 * gen9_blt_cmds.
 */
static unsigned int length(const struct blitter *blitter, uint32_t header)
{
	unsigned int client = header >> 29, mi = header >> 23 & 0x3f;

	if (client != CLIENT_MI)
		return (header & 0xff) + 2;
	if (mi == MI_UPDATE_GTT && wide(blitter))
		return (header & 0x3ff) + 2;
	return mi < 0x10 ? 1 : (header & 0x3f) + 2;
}

static uint64_t address(const struct blitter *blitter, const uint32_t *at)
{
	uint64_t low = at[0];

	return wide(blitter) ? low | (uint64_t)at[1] << 32 : low;
}

static void store(struct blitter *blitter, uint64_t at, uint32_t value)
{
	value = htole32(value);
	aperture_rw(blitter->aperture, at, &value, 4, true, "blitter");
}

/* A reserved dword precedes an address of 32 bits. */
static bool store_data(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	const uint32_t *target = cmd + (wide(blitter) ? 1 : 2);

	if (n != 4 || !(cmd[0] & STORE_USE_GGTT))
		return false;
	store(blitter, address(blitter, target) & ~3ull, cmd[3]);
	return true;
}

/*
 * A graphics address, and the entries for its page and the next pages, in the GTT's
 * own format. Up to gen 7.5 a bit selects the global GTT (github.com/intel/
 * KVMGT-kernel vgt_cmd_handler_mi_update_gtt()); linux, which uses the command on
 * Meteor Lake, does not set it.
 */
static bool update_gtt(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	unsigned int bytes = blitter->gtt->format->bytes, size = 4 * (n - 2);
	uint64_t at = (uint64_t)(cmd[1] >> 12) * bytes;

	if (!size || size % bytes || (!wide(blitter) && !(cmd[0] & UPDATE_USE_GGTT)))
		return false;
	for (unsigned int i = 2; i < n; i++, at += 4) {
		uint32_t dword = htole32(cmd[i]);

		gtt_write(blitter->gtt, at, &dword, 4);
	}
	blitter->gtt_writes += size / bytes;
	return true;
}

/* In a batch, a batch of the same level replaces it. */
static bool batch_start(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	if (n != 1u + blitter->layout->address_dwords || (cmd[0] & BATCH_FLAGS))
		return false;
	blitter->batch.running = true;
	blitter->batch.at = address(blitter, cmd + 1) & ~3ull;
	return true;
}

static bool batch_end(struct blitter *blitter)
{
	if (!blitter->batch.running)
		return false;
	blitter->batch.running = false;
	return true;
}

/* A flush may store a dword afterwards; the model has nothing to flush. */
static bool flush(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	unsigned int data = 1 + blitter->layout->address_dwords;

	if (!(cmd[0] & FLUSH_OP))
		return true;
	if ((cmd[0] & FLUSH_OP) != FLUSH_OP_STORE || (cmd[0] & FLUSH_STORE_INDEX) ||
	    !(cmd[1] & FLUSH_USE_GGTT) || n <= data)
		return false;
	store(blitter, address(blitter, cmd + 1) & ~7ull, cmd[data]);
	return true;
}

static uint64_t place(uint64_t base, uint32_t xy, int32_t pitch, unsigned int pixel)
{
	return base + (int16_t)(xy >> 16) * (int64_t)pitch + (int16_t)xy * (int64_t)pixel;
}

/*
 * Both copies: pitch of the target, its corners, its address, then corner,
 * pitch and address of the source. @pixel: bytes.
 */
static bool copy(struct blitter *blitter, const uint32_t *cmd, unsigned int n,
		 unsigned int pixel)
{
	unsigned int dwords = blitter->layout->address_dwords;
	const uint32_t *source = cmd + 4 + dwords;
	int width = (int16_t)cmd[3] - (int16_t)cmd[2];
	int height = (int16_t)(cmd[3] >> 16) - (int16_t)(cmd[2] >> 16);
	struct blit *blit = &blitter->blit;

	if (n != 6 + 2 * dwords)
		return false;
	if (width <= 0 || height <= 0)
		return true;
	*blit = (struct blit){
		.rows = height, .bytes = width * pixel,
		.target_pitch = (int16_t)cmd[1], .source_pitch = (int16_t)source[1],
	};
	blit->target = place(address(blitter, cmd + 4), cmd[2], blit->target_pitch, pixel);
	blit->source = place(address(blitter, source + 2), source[0],
			     blit->source_pitch, pixel);
	return true;
}

static bool src_copy(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	static const unsigned int pixel[] = { 1, 2, 2, 4 };

	if (!blitter->layout->src_copy || (cmd[0] & SRC_COPY_TILED) ||
	    (cmd[1] & SRC_COPY_CLIP) || (cmd[1] & 0xff << 16) != SRC_COPY_ROP)
		return false;
	return copy(blitter, cmd, n, pixel[cmd[1] >> 24 & 3]);
}

static bool fast_copy(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	static const unsigned int pixel[] = { 1, 2, 0, 4, 8, 16, 0, 0 };
	unsigned int depth = pixel[cmd[1] >> 24 & 7];

	if (!blitter->layout->fast_copy || (cmd[0] & FAST_COPY_TILED) || !depth)
		return false;
	return copy(blitter, cmd, n, depth);
}

static bool execute_mi(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	switch (cmd[0] >> 23 & 0x3f) {
	case MI_NOOP:
	case MI_ARB_CHECK:
		return true;
	case MI_USER_INTERRUPT:
		blitter->interrupt(blitter->opaque);
		return true;
	case MI_BATCH_BUFFER_START:
		return batch_start(blitter, cmd, n);
	case MI_BATCH_BUFFER_END:
		return batch_end(blitter);
	case MI_UPDATE_GTT:
		return update_gtt(blitter, cmd, n);
	case MI_STORE_DATA_IMM:
		return store_data(blitter, cmd, n);
	case MI_FLUSH_DW:
		return flush(blitter, cmd, n);
	default:
		return false;
	}
}

static bool execute(struct blitter *blitter, const uint32_t *cmd, unsigned int n)
{
	if (cmd[0] >> 29 == CLIENT_MI)
		return execute_mi(blitter, cmd, n);
	if (cmd[0] >> 29 != CLIENT_2D)
		return false;
	switch (cmd[0] >> 22 & 0x7f) {
	case XY_SRC_COPY:
		return src_copy(blitter, cmd, n);
	case XY_FAST_COPY:
		return fast_copy(blitter, cmd, n);
	default:
		return false;
	}
}

/* The next command. Returns its length in dwords, 0 if it cannot be read. */
static unsigned int fetch_command(const struct blitter *blitter,
				  uint32_t cmd[MAX_DWORDS])
{
	unsigned int n;

	if (!fetch(blitter, 0, &cmd[0]))
		return 0;
	n = length(blitter, cmd[0]);
	if (n > MAX_DWORDS)
		return 0;
	for (unsigned int i = 1; i < n; i++)
		if (!fetch(blitter, i, &cmd[i]))
			return 0;
	return n;
}

/*
 * Runs a command. The head advances before, as some commands jump; if the command
 * hangs the engine, the head stays. Returns the work.
 */
static uint64_t run_command(struct blitter *blitter)
{
	static uint32_t cmd[MAX_DWORDS];
	uint32_t head = reg(blitter, HEAD);
	unsigned int n = fetch_command(blitter, cmd);

	advance(blitter, n);
	if (!n || !execute(blitter, cmd, n)) {
		mmio_set(blitter->mmio, HEAD, head);
		hang(blitter);
	}
	return COMMAND_COST * (1 + n / COMMAND_DWORDS);
}

/*
 * Copies a row through the device; a source that faults reads as ones. Returns the
 * work.
 */
static uint64_t run_row(struct blitter *blitter)
{
	static uint8_t buf[CHUNK];
	struct blit *blit = &blitter->blit;

	for (uint32_t done = 0; done < blit->bytes; ) {
		uint32_t n = blit->bytes - done;

		if (n > CHUNK)
			n = CHUNK;
		aperture_rw(blitter->aperture, blit->source + done, buf, n, false, "blitter");
		aperture_rw(blitter->aperture, blit->target + done, buf, n, true, "blitter");
		done += n;
	}
	blit->source += blit->source_pitch;
	blit->target += blit->target_pitch;
	blitter->copied += blit->bytes;
	blit->rows--;
	return blit->bytes;
}

void blitter_run(struct blitter *blitter, uint64_t budget)
{
	while (budget && blitter_busy(blitter)) {
		uint64_t cost = blitter->blit.rows ? run_row(blitter) : run_command(blitter);

		budget -= cost < budget ? cost : budget;
	}
}
