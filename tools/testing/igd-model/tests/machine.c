// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine.h"

struct igd_options machine_options(void)
{
	return (struct igd_options){
		.platform = igd_platform_find("skl"),
		.class = 0x0300,
		.stolen_base = 0x7c000000,
		.stolen_mib = 32,
		.gtt_mib = 2,
		.aperture_mib = 256,
		.asls = 0x7bff0018,
	};
}

struct igd_options machine_options_of(const char *generation)
{
	struct igd_options options = machine_options();

	options.platform = igd_platform_find(generation);
	assert_non_null(options.platform);
	for (options.gtt_mib = 1; options.gtt_mib < 8; options.gtt_mib++)
		if (ggc_encode(&options.platform->ggc, 32, options.gtt_mib) >= 0)
			break;
	return options;
}

struct machine *machine_new(const struct igd_options *options)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct dma_space *dma = dma_space_new();

	assert_non_null(m);
	assert_non_null(dma);
	m->fd = memfd_create("memory", MFD_CLOEXEC);
	assert_int_equal(ftruncate(m->fd, MEMORY_BYTES), 0);
	assert_int_equal(dma_space_map(dma, MEMORY, MEMORY_BYTES, m->fd, 0,
				       DMA_READ | DMA_WRITE), 0);
	assert_null(igd_init(&m->igd, options, dma));
	m->device = igd_vfio_device(&m->igd);
	wr(m, CONFIG, 0x04, 2, 0x0007);
	memset(&m->igd.counters, 0, sizeof(m->igd.counters));
	return m;
}

void machine_free(struct machine *m)
{
	igd_free(&m->igd);
	dma_space_free(m->igd.dma);
	close(m->fd);
	free(m);
}

int machine_setup(void **state)
{
	struct igd_options options = machine_options();

	*state = machine_new(&options);
	return 0;
}

int machine_teardown(void **state)
{
	machine_free(*state);
	return 0;
}

uint64_t rd(struct machine *m, unsigned int region, uint64_t offset,
	    unsigned int bytes)
{
	uint64_t value = 0;

	assert_int_equal(m->device.ops->region_read(m->device.opaque, region,
						    offset, &value, bytes), 0);
	return le64toh(value);
}

void wr(struct machine *m, unsigned int region, uint64_t offset,
	unsigned int bytes, uint64_t value)
{
	value = htole64(value);
	assert_int_equal(m->device.ops->region_write(m->device.opaque, region,
						     offset, &value, bytes, false), 0);
}
