// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes of GTT entries to the VFIO file, as by a VMM for a video BIOS with the
 * host's base cached
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_vbios.h>

#include "bench.h"

#define MAX_THREADS	8

#define BAR5_PLACE	0xc8000000	/* in a guest's PCI hole */

static u64 host_entry(struct igd *igd, u32 entry)
{
	return igd_pte(igd->platform,
		       igd->info.stolen_base + (u64)entry * SZ_4K, 0);
}

static void write_entries(void *context, unsigned int count)
{
	struct igd *igd = context;

	for (unsigned int i = 0; i < count; i++)
		igd_vbios_write_entry(igd, i, host_entry(igd, i));
}

/* With the translation of hw/vfio/igd.c in QEMU 7.2, before its four writes */
static void write_translated(void *context, unsigned int count)
{
	struct igd *igd = context;
	u32 move = GUEST_STOLEN - igd->info.stolen_base;

	for (unsigned int i = 0; i < count; i++)
		igd_vbios_write_entry(igd, i, (u32)(host_entry(igd, i) + move));
}

/* One access to a mapping of the GTT, of the entry's size */
static void post_entry(struct igd *igd, u32 entry)
{
	void *gtt = igd->device->bars[0].vaddr + igd->platform->gtt;

	if (igd->platform->pte_size == 8)
		WRITE_ONCE(((u64 *)gtt)[entry], host_entry(igd, entry));
	else
		WRITE_ONCE(((u32 *)gtt)[entry], host_entry(igd, entry));
}

static unsigned int writes_per_entry(struct igd *igd)
{
	return 2 * igd->platform->pte_size / sizeof(u32);
}

/*
 * The minimal cost of an entry: the VMM's writes to the file and one access to the
 * bus. With vfio-pci-igd, writes of INDEX do not reach the hardware; ...
 */
static void floor_index(void *context, unsigned int count)
{
	struct igd *igd = context;

	for (unsigned int i = 0; i < count; i++) {
		for (unsigned int j = 0; j < writes_per_entry(igd); j++)
			igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, i * 4);
		post_entry(igd, i);
	}
}

/* ... with stock vfio-pci, writes of the emulated interrupt line do not. */
static void floor_config(void *context, unsigned int count)
{
	struct igd *igd = context;

	for (unsigned int i = 0; i < count; i++) {
		for (unsigned int j = 0; j < writes_per_entry(igd); j++)
			vfio_pci_config_writeb(igd->device, PCI_INTERRUPT_LINE,
					       i);
		post_entry(igd, i);
	}
}

static void post_entries(void *context, unsigned int count)
{
	struct igd *igd = context;

	for (unsigned int i = 0; i < count; i++)
		post_entry(igd, i);
}

/* Clears as hw/vfio/igd.c in QEMU 7.2 does, each dword through BAR4 */
static void clear_as_qemu(void *context, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		igd_vbios_write_entry(context, i, 0);
}

void bench_clear(struct bench_device *devices)
{
	struct igd *stock = devices[0].igd;
	const struct bench_case qemu = { "stock", clear_as_qemu, stock, stock };

	bench_compare("clear.qemu-7.2", 9, 32, &qemu, 1);
}

/* For the profile */
void bench_entries_only(struct bench_device *devices)
{
	igd_bdsm_write(devices[0].igd, GUEST_STOLEN);
	for (int i = 0; i < 50; i++)
		write_entries(devices[0].igd, 1024);
}

/* Bus transactions for an entry, except those of configuration space */
static void count_traffic(const char *name, struct bench_device *device)
{
	const unsigned int entries = 256;
	struct igd_model_counters counters;
	double posted = 0, nonposted = 0;
	char text[64];

	igd_model_reset_counters(device->igd->model);
	write_entries(device->igd, entries);
	/* A read of DEVEN arrives after all posted writes; with BAR5, GGC would not */
	vfio_pci_config_readw(device->igd->device, 0x54);
	igd_model_counters(device->igd->model, &counters);

	for (int i = IGD_MODEL_CONFIG + 1; i < IGD_MODEL_CLASSES; i++) {
		posted += counters.traffic[i].write_posted;
		nonposted += counters.traffic[i].write_nonposted +
			     counters.traffic[i].read;
	}
	posted /= entries;
	nonposted /= entries;
	snprintf_assert(text, sizeof(text), "%s.posted", name);
	bench_series("count", text, device->side, &posted, 1);
	snprintf_assert(text, sizeof(text), "%s.nonposted", name);
	bench_series("count", text, device->side, &nonposted, 1);
}

void bench_entries(struct bench_device *devices)
{
	struct igd *ours = devices[0].igd, *stock = devices[1].igd;
	const struct bench_case cases[] = {
		{ "ours", write_entries, ours, ours },
		{ "stock", write_entries, stock, stock },
		{ "qemu", write_translated, stock, stock },
		{ "floor", floor_index, ours, ours },
		{ "floor-stock", floor_config, stock, stock },
		{ "bus", post_entries, ours, ours },
	};
	char name[16];

	snprintf_assert(name, sizeof(name), "entry%u",
			8 * ours->platform->pte_size);
	igd_bdsm_write(ours, GUEST_STOLEN);
	count_traffic(name, &devices[0]);
	count_traffic(name, &devices[1]);
	bench_compare(name, 20, 32, cases, ARRAY_SIZE(cases));
}

/*
 * With stolen memory in BAR5, and with the option off. Both devices have our driver;
 * "off" takes stock's place in the results.
 */
void bench_entries_bar5(struct bench_device *devices)
{
	struct igd *on = igd_bar5_open(devices[0].bdf, "auto");
	struct igd *off = igd_open(devices[1].bdf);
	const struct bench_case cases[] = {
		{ "ours", write_entries, on, on },
		{ "off", write_entries, off, off },
		{ "floor", floor_index, on, on },
	};
	struct bench_device counted[] = {
		{ "ours", devices[0].bdf, on }, { "off", devices[1].bdf, off },
	};
	char name[16];

	snprintf_assert(name, sizeof(name), "entry%u.bar5", 8 * on->platform->pte_size);
	vfio_pci_config_writel(on->device, PCI_BASE_ADDRESS_5, BAR5_PLACE);
	VFIO_ASSERT_EQ(igd_bdsm_read(on), BAR5_PLACE);
	igd_bdsm_write(off, GUEST_STOLEN);
	count_traffic(name, &counted[0]);
	count_traffic(name, &counted[1]);
	VFIO_ASSERT_EQ((u32)igd_model_gtt_entry(on->model, 3),
		       (u32)igd_pte(on->platform, BAR5_PLACE + 3 * SZ_4K, 0));
	bench_compare(name, 20, 32, cases, ARRAY_SIZE(cases));

	igd_close(off);
	igd_close(on);
	VFIO_ASSERT_EQ(igd_bar5_set(devices[0].bdf, "0"), 0);
}

void bench_entries_grow(struct bench_device *devices)
{
	static const unsigned int counts[] = { 1, 16, 256, 4096 };
	static const unsigned int rounds[] = { 30, 30, 10, 3 };
	const struct bench_case cases[] = {
		{ "ours", write_entries, devices[0].igd, devices[0].igd },
		{ "stock", write_entries, devices[1].igd, devices[1].igd },
	};
	char name[32];

	for (int i = 0; i < ARRAY_SIZE(counts); i++) {
		snprintf_assert(name, sizeof(name), "entries.%u", counts[i]);
		bench_compare(name, rounds[i], counts[i], cases,
			      ARRAY_SIZE(cases));
	}
}

struct crowd {
	struct igd *igd;
	unsigned int threads;
	unsigned int count;	/* of entries of each */
};

static void *crowd_member(void *context)
{
	struct crowd *crowd = context;

	write_entries(crowd->igd, crowd->count);
	return NULL;
}

static void crowd_run(void *context, unsigned int count)
{
	struct crowd *crowd = context;
	pthread_t threads[MAX_THREADS];

	crowd->count = count / crowd->threads;
	for (unsigned int i = 0; i < crowd->threads; i++)
		VFIO_ASSERT_EQ(pthread_create(&threads[i], NULL, crowd_member,
					      crowd), 0);
	for (unsigned int i = 0; i < crowd->threads; i++)
		VFIO_ASSERT_EQ(pthread_join(threads[i], NULL), 0);
}

/*
 * Without synchronization a thread's DATA may follow another thread's INDEX. Entries
 * of 32 bits have no halves, so each DATA still is an entry.
 */
void bench_threads(struct bench_device *devices)
{
	char name[32];

	for (unsigned int threads = 1; threads <= MAX_THREADS; threads *= 2) {
		struct crowd ours = { devices[0].igd, threads };
		struct crowd stock = { devices[1].igd, threads };
		const struct bench_case cases[] = {
			{ "ours", crowd_run, &ours, ours.igd },
			{ "stock", crowd_run, &stock, stock.igd },
		};

		snprintf_assert(name, sizeof(name), "threads.%u", threads);
		bench_compare(name, 10, 256, cases, ARRAY_SIZE(cases));
	}
}
