// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's cost on paths that it passes to the core. Names have "hw" if the path
 * reaches hardware, else "sw".
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kernel.h>
#include <linux/sizes.h>

#include "bench.h"

#define OPREGION_SIGNATURE	"IntelGraphicsMem"

/* A register of BAR0 without side effects: SWF 0 in i915, scratch for software */
#define SCRATCH			0x70410

/* One more than the parts of 2 MiB in a BAR0 of 16 MiB */
#define HUGE_FAULTS		7

static void config_read(struct igd *igd, u16 offset, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		vfio_pci_config_readb(igd->device, offset);
}

static void config_write(struct igd *igd, u16 offset, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		vfio_pci_config_writeb(igd->device, offset, 0);
}

/* The core emulates the interrupt line, but not the latency timer. */

static void config_read_sw(void *context, unsigned int count)
{
	config_read(context, PCI_INTERRUPT_LINE, count);
}

static void config_write_sw(void *context, unsigned int count)
{
	config_write(context, PCI_INTERRUPT_LINE, count);
}

static void config_read_hw(void *context, unsigned int count)
{
	config_read(context, PCI_LATENCY_TIMER, count);
}

static void config_write_hw(void *context, unsigned int count)
{
	config_write(context, PCI_LATENCY_TIMER, count);
}

static void bar0_read(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		igd_bar_readl(context, 0, SCRATCH);
}

static void bar0_write(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		igd_bar_writel(context, 0, SCRATCH, i);
}

static void bar2_write(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		igd_bar_writel(context, 2, 0, i);
}

/* INDEX and DATA of a register that the driver does not handle */
static void bar4_read(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		igd_bar_writel(context, 4, IGD_IOBAR_INDEX, SCRATCH + i % 4 * 4);
		igd_bar_readl(context, 4, IGD_IOBAR_DATA);
	}
}

static void bar4_write(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		igd_bar_writel(context, 4, IGD_IOBAR_INDEX, SCRATCH + i % 4 * 4);
		igd_bar_writel(context, 4, IGD_IOBAR_DATA, i);
	}
}

/*
 * Maps @count parts of BAR0 at once, faults in each by one posted write, and unmaps
 * them. So the time of the mapping does not hide the time of the faults.
 */
static void fault(struct igd *igd, u64 offset, u64 size, unsigned int count)
{
	u64 start = igd->device->bars[0].info.offset + offset;
	void *at = mmap_reserve(count * size, size, 0);

	at = mmap(at, count * size, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_FIXED, igd->device->fd, start);
	VFIO_ASSERT_NE(at, MAP_FAILED);
	for (unsigned int i = 0; i < count; i++)
		igd_mapped_writel(at, i * size, 0);
	VFIO_ASSERT_EQ(munmap(at, count * size), 0);
}

static void fault_page(void *context, unsigned int count)
{
	struct igd *igd = context;

	fault(igd, igd->platform->gtt, SZ_4K, count);
}

/* All of BAR0 except for the part with the driver's own page, ... */
static void fault_huge(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i += HUGE_FAULTS)
		fault(context, SZ_2M, SZ_2M, HUGE_FAULTS);
}

/* ... and this part. */
static void fault_around(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		fault(context, 0, SZ_2M, 1);
}

/* Returns the OpRegion's offset in the VFIO file, and in @size its size. */
static u64 find_opregion(struct igd *igd, size_t *size)
{
	char signature[sizeof(OPREGION_SIGNATURE) - 1];
	int fd = igd->device->fd;

	for (u32 i = VFIO_PCI_NUM_REGIONS; i < igd->device->info.num_regions; i++) {
		struct vfio_region_info info = {
			.argsz = sizeof(info), .index = i,
		};

		ioctl_assert(fd, VFIO_DEVICE_GET_REGION_INFO, &info);
		if (pread(fd, signature, sizeof(signature), info.offset) ==
		    sizeof(signature) &&
		    !memcmp(signature, OPREGION_SIGNATURE, sizeof(signature))) {
			*size = info.size;
			return info.offset;
		}
	}
	VFIO_FAIL("%s has no OpRegion\n", igd->device->bdf);
}

struct opregion {
	int fd;
	u64 offset;
	size_t size;
	void *bytes;
};

static void opregion_read(void *context, unsigned int count)
{
	struct opregion *opregion = context;

	for (unsigned int i = 0; i < count; i++)
		VFIO_ASSERT_EQ(pread(opregion->fd, opregion->bytes,
				     opregion->size, opregion->offset),
			       opregion->size);
}

static struct opregion *opregion_get(struct igd *igd)
{
	struct opregion *opregion = malloc_assert(sizeof(*opregion));

	opregion->fd = igd->device->fd;
	opregion->offset = find_opregion(igd, &opregion->size);
	opregion->bytes = malloc_assert(opregion->size);
	return opregion;
}

static void opregion_put(struct opregion *opregion)
{
	free(opregion->bytes);
	free(opregion);
}

static const struct {
	const char *name;
	unsigned int count;
	void (*run)(void *context, unsigned int count);
} paths[] = {
	{ "tax.config.read.sw",		40, config_read_sw },
	{ "tax.config.write.sw",	40, config_write_sw },
	{ "tax.config.read.hw",		4, config_read_hw },
	{ "tax.config.write.hw",	4, config_write_hw },
	{ "tax.bar0.read.hw",		4, bar0_read },
	{ "tax.bar0.write.hw",		120, bar0_write },
	{ "tax.bar2.write.hw",		120, bar2_write },
	{ "tax.bar4.read.hw",		2, bar4_read },
	{ "tax.bar4.write.hw",		2, bar4_write },
	{ "tax.fault.page.sw",		256, fault_page },
	{ "tax.fault.huge.sw",		28, fault_huge },
	{ "fault.around-bdsm",		8, fault_around },
};

#define ROUNDS	60

void bench_tax(struct bench_device *devices)
{
	struct opregion *opregions[3];
	struct bench_case cases[3];

	for (int path = 0; path < ARRAY_SIZE(paths); path++) {
		for (int i = 0; i < ARRAY_SIZE(cases); i++)
			cases[i] = (struct bench_case) {
				devices[i].side, paths[path].run,
				devices[i].igd, devices[i].igd
			};
		bench_compare(paths[path].name, ROUNDS, paths[path].count,
			      cases, ARRAY_SIZE(cases));
	}

	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		opregions[i] = opregion_get(devices[i].igd);
		cases[i].run = opregion_read;
		cases[i].context = opregions[i];
	}
	bench_compare("tax.opregion.read.sw", ROUNDS, 8, cases,
		      ARRAY_SIZE(cases));
	for (int i = 0; i < ARRAY_SIZE(cases); i++)
		opregion_put(opregions[i]);
}
