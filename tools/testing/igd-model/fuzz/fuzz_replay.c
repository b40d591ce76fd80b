// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recorded machine of arbitrary text. What the model can be, it becomes. The seeds are
 * the machines of tests/recorded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "dma.h"
#include "igd.h"
#include "replay.h"

static uint64_t value_or(const struct replay *replay, enum machine_value value,
			 uint64_t otherwise)
{
	uint64_t recorded = replay->values[value];

	return recorded == MACHINE_OPEN ? otherwise : recorded;
}

/* In memory of the test bed, where the addresses are possible. */
static void become(const struct replay *replay)
{
	struct dma_space *dma = dma_space_new();
	struct igd_options options = {
		.platform = replay->platform,
		.replay = replay,
		.class = value_or(replay, MACHINE_CLASS, 0x0300),
		.stolen_base = 0x7c000000,
		.stolen_mib = value_or(replay, MACHINE_STOLEN_MIB, 32),
		.gtt_mib = value_or(replay, MACHINE_GTT_MIB, 8),
		.aperture_mib = value_or(replay, MACHINE_APERTURE_MIB, 256),
	};
	static struct igd igd;

	if (!dma)
		abort();
	if (!igd_init(&igd, &options, dma)) {
		struct vfio_user_device device = igd_vfio_device(&igd);

		device.ops->reset(device.opaque);
		igd_free(&igd);
	}
	dma_space_free(dma);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct replay replay;
	FILE *file;

	if (!size)
		return 0;
	file = fmemopen((void *)data, size, "r");
	if (!file)
		abort();
	if (!replay_read(&replay, file) && !replay_understand(&replay))
		become(&replay);
	replay_free(&replay);
	fclose(file);
	return 0;
}
