/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_BLITTER_H
#define IGD_MODEL_BLITTER_H

#include <stdbool.h>
#include <stdint.h>

#include "aperture.h"
#include "mmio.h"

/*
 * The copy engine (BCS) and its ring buffer at 0x22030, with a subset of the
 * commands: linear copies, stores of a dword, flushes, user interrupts, updates of
 * the GTT, first-level batch buffers. It reads the ring, the batch and its sources
 * and writes its targets through the GTT. Linux
 * i915/gt/gen6_engine_cs.c, intel_migrate.c, intel_ggtt.c and intel_gpu_commands.h;
 * Intel PRM vol "Blitter" of each generation.
 */

/* A copy in progress: rows of bytes. */
struct blit {
	uint32_t rows;		/* still to do, 0: none */
	uint32_t bytes;		/* in a row */
	int32_t target_pitch;
	int32_t source_pitch;
	uint64_t target;
	uint64_t source;
};

/* A batch buffer, whose commands come before those of the ring. */
struct batch {
	bool running;
	uint64_t at;		/* graphics address of the next command */
};

struct blitter {
	const struct blitter_layout *layout;
	struct mmio *mmio;
	const struct aperture *aperture;
	struct gtt *gtt;	/* updated by commands, used by aperture */
	struct blit blit;
	struct batch batch;
	bool hung;		/* until it is reset */
	uint64_t copied;	/* bytes so far */
	uint64_t gtt_writes;	/* entries so far */
	uint64_t hangs;
	/* Called for each user interrupt. */
	void (*interrupt)(void *opaque);
	void *opaque;
};

/* blitter_reset - stop the engine; its ring is off. */
void blitter_reset(struct blitter *blitter);

/* blitter_busy - whether the ring or a batch has a command to run. */
bool blitter_busy(const struct blitter *blitter);

/*
 * blitter_run - work until the ring is empty, or until about @budget bytes have
 * been moved; each command counts as some bytes. An unknown command, and a ring or
 * batch that cannot be read, hangs the engine.
 */
void blitter_run(struct blitter *blitter, uint64_t budget);

#endif
