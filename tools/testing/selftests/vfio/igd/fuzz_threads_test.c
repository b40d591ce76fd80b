// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random accesses by many threads at once. The result of an access depends on the
 * other threads. But every virtual register must have a value that a thread wrote, or
 * the address of BAR5 at a place where a thread put it, and no GTT entry may ever point
 * to host stolen memory.
 *
 * $IGD_FUZZ_SECONDS is the duration of both variants.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_device.h>
#include <igd_fault.h>
#include <igd_random.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define THREADS		6
#define SECONDS		15
#define ENTRIES		64

/* No two share a byte, and none is near the host's stolen memory */
static const u32 bases[] = { 0, GUEST_STOLEN, 0x31200000 };
static const u32 opregions[] = { 0, 0x11111111, 0x22222222 };
static const u32 places[] = { 0xc8000000, 0xd0000000 };

FIXTURE(threads_test) {
	struct igd *igd;
	bool bar5;
	u32 reserved;		/* the hardware's STOLEN_RESERVED */
	u64 seed;
	atomic_bool stop;
	atomic_uint ops;
	atomic_uint wrong;
};

FIXTURE_VARIANT(threads_test) {
	const char *stolen_bar;
};

FIXTURE_VARIANT_ADD(threads_test, without_bar5) {
	.stolen_bar = "0",
};

FIXTURE_VARIANT_ADD(threads_test, with_bar5) {
	.stolen_bar = "auto",
};

FIXTURE_SETUP(threads_test)
{
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
	self->igd = igd_bar5_open(device_bdf, variant->stolen_bar);
	self->bar5 = self->igd->device->bars[5].info.size;
	self->reserved = igd_model_mmio(self->igd->model, IGD_RESERVED_MIRROR);
	self->seed = igd_seed(time(NULL));
	printf("# seed %llu\n", (unsigned long long)self->seed);
}

FIXTURE_TEARDOWN(threads_test)
{
	igd_close(self->igd);
	igd_bar5_set(device_bdf, "0");
}

static bool is_one_of(const u32 *values, size_t count, u32 value)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] == value)
			return true;
	return false;
}

/* A value of @values, or the address of what is at @offset of BAR5 */
static bool is_known(FIXTURE_DATA(threads_test) *self, const u32 *values, size_t count,
		     u32 value, u32 offset)
{
	return is_one_of(values, count, value) ||
	       (self->bar5 && is_one_of(places, ARRAY_SIZE(places), value - offset));
}

/* STOLEN_RESERVED: the hardware's; with BAR5 as far into the guest's stolen memory */
static bool reserved_ok(FIXTURE_DATA(threads_test) *self)
{
	struct igd *igd = self->igd;
	u32 value = igd_mapped_readl(igd->device->bars[0].vaddr, IGD_RESERVED_MIRROR);
	u32 offset = self->reserved - igd->info.stolen_base;

	return is_known(self, &self->reserved, 1, value, offset) ||
	       (self->bar5 && is_one_of(bases, ARRAY_SIZE(bases), value - offset));
}

/*
 * An address, or after all ones the size. Without BAR5 it is the core's, where a thread
 * may see what another one writes before the core has masked it.
 */
static bool bar5_ok(FIXTURE_DATA(threads_test) *self)
{
	const u32 values[] = { 0, -self->igd->device->bars[5].info.size };

	return !self->bar5 ||
	       is_known(self, values, ARRAY_SIZE(values),
			vfio_pci_config_readl(self->igd->device, PCI_BASE_ADDRESS_5), 0);
}

static void check_registers(FIXTURE_DATA(threads_test) *self)
{
	struct igd *igd = self->igd;
	bool ok;

	ok = is_known(self, bases, ARRAY_SIZE(bases), igd_bdsm_read(igd), 0) &&
	     is_known(self, bases, ARRAY_SIZE(bases),
		      igd_mapped_readl(igd->device->bars[0].vaddr, IGD_BDSM_MIRROR), 0) &&
	     is_known(self, opregions, ARRAY_SIZE(opregions),
		      vfio_pci_config_readl(igd->device, IGD_ASLS), igd->info.stolen_size) &&
	     reserved_ok(self) && bar5_ok(self);
	self->wrong += !ok;
}

static void move_bar5(FIXTURE_DATA(threads_test) *self, u64 *random)
{
	const u32 values[] = { 0, ~0U, places[0], places[1] };

	vfio_pci_config_writel(self->igd->device, PCI_BASE_ADDRESS_5,
			       values[igd_pick(random, ARRAY_SIZE(values))]);
}

/* Bytes of the thread's own, in stolen memory and in the OpRegion, by file and mapping */
static void check_memory(FIXTURE_DATA(threads_test) *self, u64 *random, u32 thread)
{
	struct igd *igd = self->igd;
	u32 offset = igd_pick(random, 2) * igd->info.stolen_size + SZ_4K - 8 + 4 * thread;
	u32 value = igd_random(random);
	void *bar = igd->device->bars[5].vaddr;

	if (igd_pick(random, 2)) {
		igd_mapped_writel(bar, offset, value);
		self->wrong += igd_bar_readl(igd, 5, offset) != value;
	} else {
		igd_bar_writel(igd, 5, offset, value);
		self->wrong += igd_mapped_readl(bar, offset) != value;
	}
}

/* One thread's DATA may follow another thread's INDEX */
static void write_entry(FIXTURE_DATA(threads_test) *self, u64 *random)
{
	struct igd *igd = self->igd;
	u32 entry = igd_pick(random, ENTRIES);
	u32 low = igd_pte(igd->platform, igd->info.stolen_base +
			  igd_pick(random, ENTRIES) * SZ_4K, 0);

	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, igd_vbios_index(igd, entry, false));
	igd_bar_writel(igd, 4, IGD_IOBAR_DATA, low);
}

static void random_access(FIXTURE_DATA(threads_test) *self, u64 *random, u32 thread)
{
	struct igd *igd = self->igd;
	u8 bytes[16];

	switch (igd_pick(random, 64)) {
	case 0 ... 3:
		vfio_pci_config_writel(igd->device, igd->platform->bdsm,
				       bases[igd_pick(random, ARRAY_SIZE(bases))]);
		break;
	case 4 ... 7:
		vfio_pci_config_writel(igd->device, IGD_ASLS,
				       opregions[igd_pick(random, ARRAY_SIZE(opregions))]);
		break;
	case 8 ... 15:
		check_registers(self);
		break;
	case 16 ... 20:
		igd_bar_readl(igd, 4, IGD_IOBAR_DATA);
		break;
	case 21 ... 24:
		__igd_region_access(igd, &igd->device->bars[4].info, false,
				    igd_pick(random, 12), bytes, 1 + igd_pick(random, 12));
		break;
	case 25 ... 28:
		__igd_region_access(igd, &igd->device->bars[0].info, true,
				    IGD_MIRROR + igd_pick(random, SZ_4K - 16), bytes, 8);
		break;
	case 29 ... 31:
		if (self->bar5)
			move_bar5(self, random);
		break;
	case 32 ... 33:
		if (self->bar5)
			check_memory(self, random, thread);
		break;
	default:
		if (igd->platform->iobar_gtt)
			write_entry(self, random);
		else
			check_registers(self);
	}
}

struct worker {
	FIXTURE_DATA(threads_test) *self;
	u64 random;
	u32 number;
	pthread_t thread;
};

static void *work(void *argument)
{
	struct worker *worker = argument;

	while (!worker->self->stop) {
		random_access(worker->self, &worker->random, worker->number);
		worker->self->ops++;
	}
	return NULL;
}

static bool is_host_entry(struct igd *igd, u64 pte)
{
	return (pte & 1) && pte >= igd->info.stolen_base &&
	       pte < igd->info.stolen_base + igd->info.stolen_size;
}

/* The timeout of the harness, from $IGD_FUZZ_SECONDS, as in fuzz_test */
TEST_F_TIMEOUT(threads_test, everything_at_once, 30 * 24 * 3600)
{
	struct worker workers[THREADS];
	u64 entries[ENTRIES];

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker) {
			.self = self, .random = self->seed + i, .number = i,
		};
		ASSERT_EQ(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
	}
	sleep(igd_seconds(SECONDS) / 2);
	self->stop = true;
	for (int i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_join(workers[i].thread, NULL));

	check_registers(self);
	EXPECT_EQ(0, self->wrong);
	igd_flush(self->igd);
	if (self->igd->info.gtt_entries) {
		igd_model_gtt(self->igd->model, 0, ENTRIES, entries);
		for (int i = 0; i < ENTRIES; i++)
			EXPECT_FALSE(is_host_entry(self->igd, entries[i]));
	}
	igd_count("racing_ops", self->ops);
	igd_count("mismatches", self->wrong);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_model(&argc, argv, "would write anything to anywhere");
	return test_harness_run(argc, argv);
}
