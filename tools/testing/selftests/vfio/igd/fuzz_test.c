// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random accesses of a guest and a VMM, each with the result that igd_oracle
 * predicts, and after each sequence of them the state that the device then has.
 *
 * $IGD_FUZZ_SECONDS says how long, $IGD_FUZZ_SEED with what; a mismatch prints
 * the seed that repeats it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_device.h>
#include <igd_fault.h>
#include <igd_oracle.h>
#include <igd_random.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define SECONDS		15
#define EPISODE		20000	/* accesses between open and close */
#define SEQUENCE	400	/* accesses between two looks at the device */
#define SEQUENCE_REPLAY	20
#define LONGEST		24	/* bytes of an access */
#define MOST_REGIONS	16
#define IRQS		8
#define MOST_PRINTED	8

/* Where SeaBIOS 1.17 reserves stolen memory in a guest of 256 MiB */
#define GUEST_STOLEN	0x0cf00000

struct fuzz {
	struct igd *igd;
	struct igd_oracle oracle;
	u64 seed, random;
	u32 step;		/* accesses since open */
	bool highs;		/* high halves other than 0 in this episode */
	u64 ops, sequences;
	u32 mismatches;		/* of which the first are printed */
	struct vfio_region_info regions[MOST_REGIONS];
	u8 *content[MOST_REGIONS];	/* of those that do not change */
	struct vfio_irq_info irqs[IRQS];
	int irq_results[IRQS];
	u8 hardware[256];
};

static u32 pick(struct fuzz *fuzz, u32 number)
{
	return igd_pick(&fuzz->random, number);
}

static void mismatch(struct fuzz *fuzz, const char *format, ...)
{
	va_list args;

	if (fuzz->mismatches++ >= MOST_PRINTED)
		return;
	printf("# IGD_FUZZ_SEED=%llu, access %u: ", (unsigned long long)fuzz->seed,
	       fuzz->step);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* Accesses */

struct surface {
	const char *name;
	u32 region;
	ssize_t (*read)(struct igd_oracle *oracle, u64 offset, void *data,
			size_t size);
	ssize_t (*write)(struct igd_oracle *oracle, u64 offset, const void *data,
			 size_t size);
};

#define SURFACE(_name, _region)						\
static const struct surface _name = {					\
	#_name, _region, igd_oracle_##_name##_read, igd_oracle_##_name##_write \
}

SURFACE(config, VFIO_PCI_CONFIG_REGION_INDEX);
SURFACE(bar0, VFIO_PCI_BAR0_REGION_INDEX);
SURFACE(bar4, VFIO_PCI_BAR4_REGION_INDEX);

/* Those behind what was read too */
static void expect_bytes(struct fuzz *fuzz, const char *name, u64 offset,
			 const u8 *got, const u8 *want)
{
	for (size_t i = 0; i < LONGEST; i++)
		if (got[i] != want[i])
			mismatch(fuzz, "%s+%#llx, byte %zu, INDEX %#x: %#x, not %#x",
				 name, (unsigned long long)offset, i,
				 fuzz->oracle.index, got[i], want[i]);
}

static void expect(struct fuzz *fuzz, const char *name, bool write, u64 offset,
		   size_t size, const u8 *got, ssize_t ret, const u8 *want,
		   ssize_t want_ret)
{
	fuzz->step++;
	fuzz->ops++;
	if (ret != want_ret)
		mismatch(fuzz, "%s of %zu bytes at %s+%#llx returns %zd, not %zd",
			 write ? "write" : "read", size, name,
			 (unsigned long long)offset, ret, want_ret);
	else if (!write && ret > 0)
		expect_bytes(fuzz, name, offset, got, want);
}

static void surface_read(struct fuzz *fuzz, const struct surface *surface,
			 u64 offset, size_t size)
{
	u8 got[LONGEST], want[LONGEST];
	ssize_t ret, want_ret;

	memset(got, 0xa5, sizeof(got));
	memset(want, 0xa5, sizeof(want));
	ret = __igd_region_access(fuzz->igd, &fuzz->regions[surface->region],
				  false, offset, got, size);
	want_ret = surface->read(&fuzz->oracle, offset, want, size);
	expect(fuzz, surface->name, false, offset, size, got, ret, want, want_ret);
}

static void surface_write(struct fuzz *fuzz, const struct surface *surface,
			  u64 offset, void *data, size_t size)
{
	ssize_t ret, want_ret;

	ret = __igd_region_access(fuzz->igd, &fuzz->regions[surface->region],
				  true, offset, data, size);
	want_ret = surface->write(&fuzz->oracle, offset, data, size);
	expect(fuzz, surface->name, true, offset, size, NULL, ret, NULL, want_ret);
}

static void random_bytes(struct fuzz *fuzz, u8 bytes[LONGEST])
{
	for (int i = 0; i < LONGEST; i++)
		bytes[i] = igd_random(&fuzz->random);
}

/* What guests write */

/* Few entries, so that their halves meet; around what QEMU and S count */
static u32 some_entry(struct fuzz *fuzz)
{
	static const u32 firsts[] = { 0, 0, 0, 510, 2046, 8190 };
	u32 entries = fuzz->oracle.host.entries;
	u32 i = pick(fuzz, ARRAY_SIZE(firsts) + 1);

	/* The last four, and as many beyond them */
	if (i == ARRAY_SIZE(firsts) || !entries)
		return entries + pick(fuzz, 8) - (entries ? 4 : 0);
	return firsts[i] + pick(fuzz, 4);
}

/* Entries that are written through BAR0 only, as it is not relocated */
#define BAR0_ENTRIES		1024
#define BAR0_ENTRIES_COUNT	16

static u32 plain_index(struct fuzz *fuzz)
{
	u32 entry = some_entry(fuzz);

	switch (pick(fuzz, 16)) {
	case 0:
		return IGD_MIRROR + 4 * pick(fuzz, IGD_MIRROR_SIZE / 4);
	case 1:
		return IGD_BDSM_MIRROR - 4 + 4 * pick(fuzz, 4);
	case 2:
		return igd_oracle_scratch(&fuzz->oracle, pick(fuzz, IGD_ORACLE_SCRATCHES)) +
		       4 * pick(fuzz, IGD_ORACLE_SCRATCH / 4);
	case 3:
		return igd_random(&fuzz->random);
	default:
		return igd_vbios_index(fuzz->igd, entry,
				       fuzz->igd->platform->pte_size == 8 && pick(fuzz, 2));
	}
}

static u32 some_index(struct fuzz *fuzz)
{
	u32 index = plain_index(fuzz);

	/* Hardware does not have the bits from 21 or 23 on */
	switch (pick(fuzz, 16)) {
	case 0:
		return index | pick(fuzz, 1 << 11) << 21;
	case 1:
		return index | pick(fuzz, 1 << 9) << 23;
	default:
		return index;
	}
}

/* An address: of one of the bases, linear or somewhere in its window, or not */
static u32 some_address(struct fuzz *fuzz, u32 entry)
{
	u32 h = fuzz->igd->info.stolen_base, s = fuzz->igd->info.stolen_size;
	u32 g = igd_oracle_guest_base(&fuzz->oracle);
	const u32 bases[] = { h, g, h + g, 2 * g, h, GUEST_STOLEN };
	u32 base = bases[pick(fuzz, ARRAY_SIZE(bases))];

	switch (pick(fuzz, 8)) {
	case 0:
		return igd_random(&fuzz->random) & ~0xfffu;
	case 1:
		/* Just below and just above too */
		return base + (pick(fuzz, s + SZ_8K) & ~0xfffu) - SZ_4K;
	case 2:
		return base + (pick(fuzz, 2) ? s - SZ_4K : s);
	default:
		return base + entry * SZ_4K;
	}
}

static u32 some_low(struct fuzz *fuzz, u32 entry)
{
	u32 flags = pick(fuzz, 8) ? 1 : pick(fuzz, SZ_4K);

	if (!pick(fuzz, 8))
		return igd_random(&fuzz->random);
	return some_address(fuzz, entry) | flags;
}

static u32 some_data(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;
	u32 aim = fuzz->oracle.index & ~3u;

	/* One that is not 0 ends, until close, that entries are written whole */
	if (platform->pte_size == 8 && aim % 8)
		return fuzz->highs && (fuzz->oracle.high_written || !pick(fuzz, 400)) ?
		       pick(fuzz, 3) : 0;
	return some_low(fuzz, aim / platform->pte_size);
}

static u64 some_base(struct fuzz *fuzz)
{
	u64 h = fuzz->igd->info.stolen_base, s = fuzz->igd->info.stolen_size;
	const u64 bases[] = {
		GUEST_STOLEN, GUEST_STOLEN, GUEST_STOLEN + 0x12345, 0, 1, h,
		h + s / 2, h - s, 0xfff00000, 0x80000000, GUEST_STOLEN | 5ULL << 32,
		igd_random(&fuzz->random),
	};

	return bases[pick(fuzz, ARRAY_SIZE(bases))];
}

/* BAR4 */

static void index_write(struct fuzz *fuzz)
{
	u32 index = some_index(fuzz);

	surface_write(fuzz, &bar4, IGD_IOBAR_INDEX, &index, 4);
}

static void data_write(struct fuzz *fuzz)
{
	u32 data = some_data(fuzz);

	if (igd_oracle_aim_known(&fuzz->oracle))
		surface_write(fuzz, &bar4, IGD_IOBAR_DATA, &data, 4);
}

static void data_read(struct fuzz *fuzz)
{
	if (igd_oracle_aim_known(&fuzz->oracle))
		surface_read(fuzz, &bar4, IGD_IOBAR_DATA, 4);
}

static void index_read(struct fuzz *fuzz)
{
	surface_read(fuzz, &bar4, IGD_IOBAR_INDEX, 4);
}

/* As a video BIOS writes it */
static void entry_write(struct fuzz *fuzz, u32 entry, u32 low)
{
	u32 index = igd_vbios_index(fuzz->igd, entry, false), zero = 0;

	surface_write(fuzz, &bar4, IGD_IOBAR_INDEX, &index, 4);
	surface_write(fuzz, &bar4, IGD_IOBAR_DATA, &low, 4);
	if (fuzz->igd->platform->pte_size == 4)
		return;
	index += 4;
	surface_write(fuzz, &bar4, IGD_IOBAR_INDEX, &index, 4);
	surface_write(fuzz, &bar4, IGD_IOBAR_DATA, &zero, 4);
}

static void vbios_entry(struct fuzz *fuzz)
{
	u32 entry = some_entry(fuzz);

	entry_write(fuzz, entry, some_low(fuzz, entry));
}

static bool is_posted(const struct fuzz *fuzz)
{
	return fuzz->oracle.io && fuzz->oracle.memory &&
	       !fuzz->oracle.high_written && fuzz->igd->platform->iobar_gtt;
}

/* Each costs one posted write, and nothing goes through the ports */
static void vbios_fill(struct fuzz *fuzz)
{
	struct igd_model_counters before, after;
	u32 n = 1 + pick(fuzz, 32);
	u64 posted;

	if (!is_posted(fuzz) || fuzz->oracle.host.entries < 32)
		return;
	igd_flush(fuzz->igd);
	igd_model_counters(fuzz->igd->model, &before);
	for (u32 entry = 0; entry < n; entry++)
		entry_write(fuzz, entry, some_low(fuzz, entry));
	igd_flush(fuzz->igd);
	igd_model_counters(fuzz->igd->model, &after);

	posted = after.traffic[IGD_MODEL_GTT].write_posted -
		 before.traffic[IGD_MODEL_GTT].write_posted;
	if (posted != n ||
	    memcmp(&after.traffic[IGD_MODEL_IOBAR_INDEX],
		   &before.traffic[IGD_MODEL_IOBAR_INDEX],
		   3 * sizeof(struct igd_model_traffic)))
		mismatch(fuzz, "%u entries cost %llu posted writes, or port accesses",
			 n, (unsigned long long)posted);
}

/* Any width and alignment, beyond the end too */
static void bar4_access(struct fuzz *fuzz)
{
	u32 offset = pick(fuzz, 4) ? pick(fuzz, 12) : pick(fuzz, 72);
	size_t size = pick(fuzz, 17);
	u8 data[LONGEST];
	u32 value;

	random_bytes(fuzz, data);
	if (!igd_oracle_aim_known(&fuzz->oracle) || pick(fuzz, 2)) {
		/* INDEX and DATA at once, which has to aim at something known */
		value = igd_vbios_index(fuzz->igd, some_entry(fuzz), false);
		memcpy(data, &value, 4);
		value = some_low(fuzz, 0);
		memcpy(data + 4, &value, 4);
		surface_write(fuzz, &bar4, 0, data, pick(fuzz, 2) ? 8 : 12);
	}
	if (offset <= IGD_IOBAR_DATA && offset + size >= IGD_IOBAR_DATA + 4) {
		value = some_data(fuzz);
		memcpy(data + IGD_IOBAR_DATA - offset, &value, 4);
	}
	if (pick(fuzz, 2))
		surface_read(fuzz, &bar4, offset, size);
	else if (offset || size < 8)
		surface_write(fuzz, &bar4, offset, data, size);
}

/* Configuration space */

static void bdsm_write(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;
	u64 base = some_base(fuzz);

	if (platform->bdsm)
		surface_write(fuzz, &config, platform->bdsm, &base, platform->bdsm_size);
}

/* Bytes at any place around the virtual and the protected registers */
static void config_write(struct fuzz *fuzz)
{
	static const struct {
		u16 first, end;
	} ranges[] = { { 0x58, 0x64 }, { 0xe0, 0xee }, { 0xf8, 0x100 }, { 0xc0, 0xc8 } };
	u32 i = pick(fuzz, ARRAY_SIZE(ranges));
	u32 offset = ranges[i].first + pick(fuzz, ranges[i].end - ranges[i].first);
	u32 most = ranges[i].end - offset;
	u8 data[LONGEST];

	random_bytes(fuzz, data);
	surface_write(fuzz, &config, offset, data, 1 + pick(fuzz, most));
}

static void config_read(struct fuzz *fuzz)
{
	u32 offset = pick(fuzz, 256);

	switch (pick(fuzz, 4)) {
	case 0:
		offset = IGD_ASLS - 2 + pick(fuzz, 6);
		break;
	case 1:
		offset = fuzz->igd->platform->bdsm ?: 0x5c;
		offset += pick(fuzz, 12) - 2;
		break;
	case 2:
		/* Up to and beyond the end */
		offset = fuzz->oracle.host.config_size - pick(fuzz, 8) + 4;
		break;
	}
	surface_read(fuzz, &config, offset, pick(fuzz, 17));
}

static void command_write(struct fuzz *fuzz)
{
	u16 command = PCI_COMMAND_MASTER;

	/* Mostly on */
	command |= pick(fuzz, 4) ? PCI_COMMAND_IO : 0;
	command |= pick(fuzz, 4) ? PCI_COMMAND_MEMORY : 0;
	surface_write(fuzz, &config, PCI_COMMAND, &command, sizeof(command));
}

static void command_on(struct fuzz *fuzz)
{
	u16 command = PCI_COMMAND_MASTER | PCI_COMMAND_IO | PCI_COMMAND_MEMORY;

	if (!fuzz->oracle.io || !fuzz->oracle.memory)
		surface_write(fuzz, &config, PCI_COMMAND, &command, sizeof(command));
}

/* BAR0 */

static u64 some_bar0_offset(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;

	switch (pick(fuzz, 5)) {
	case 0:
		return igd_oracle_scratch(&fuzz->oracle, pick(fuzz, IGD_ORACLE_SCRATCHES)) +
		       pick(fuzz, IGD_ORACLE_SCRATCH);
	case 1:
		return IGD_MIRROR - 8 + pick(fuzz, IGD_MIRROR_SIZE + 16);
	case 2:
		return IGD_BDSM_MIRROR - 8 + pick(fuzz, 24);
	case 3:
		return platform->gtt + some_entry(fuzz) * platform->pte_size + pick(fuzz, 8);
	default:
		return platform->gtt + BAR0_ENTRIES * platform->pte_size +
		       pick(fuzz, BAR0_ENTRIES_COUNT * platform->pte_size);
	}
}

static bool bar0_only(struct fuzz *fuzz, u64 offset, size_t size)
{
	const struct igd_platform *platform = fuzz->igd->platform;
	u64 first = platform->gtt + BAR0_ENTRIES * platform->pte_size;

	return offset < platform->gtt ||
	       (offset >= first &&
		offset + size <= first + BAR0_ENTRIES_COUNT * platform->pte_size);
}

static void bar0_access(struct fuzz *fuzz)
{
	u64 offset = some_bar0_offset(fuzz);
	size_t size = 1 + pick(fuzz, 16);
	u8 data[LONGEST];

	random_bytes(fuzz, data);
	if (!igd_oracle_bar0_known(&fuzz->oracle, offset, size))
		return;
	if (pick(fuzz, 2))
		surface_read(fuzz, &bar0, offset, size);
	else if (bar0_only(fuzz, offset, size))
		surface_write(fuzz, &bar0, offset, data, size);
}

static void page_mapped_read(struct fuzz *fuzz)
{
	u32 offset = pick(fuzz, 2) ? 4 * pick(fuzz, IGD_MIRROR_SIZE / 4) : 0xc0;
	u8 got[LONGEST] = {}, want[LONGEST] = {};
	u32 value;

	if (!fuzz->oracle.memory)
		return;
	value = igd_mapped_readl(fuzz->igd->device->bars[0].vaddr, IGD_MIRROR + offset);
	memcpy(got, &value, 4);
	igd_oracle_bar0_read(&fuzz->oracle, IGD_MIRROR + offset, want, 4);
	expect(fuzz, "mapped page", false, offset, 4, got, 4, want, 4);
}

/* Other regions, ioctls */

/* OpRegion and bridges; whatever lies beyond the end of anything */
static void fixed_access(struct fuzz *fuzz)
{
	u32 region = VFIO_PCI_NUM_REGIONS + pick(fuzz, 4);
	const struct vfio_region_info *info = &fuzz->regions[region];
	u64 offset = pick(fuzz, 4) ? pick(fuzz, 0x1000) : info->size - 12 + pick(fuzz, 24);
	size_t size = 1 + pick(fuzz, 16);
	u8 got[LONGEST], want[LONGEST];
	bool write = !pick(fuzz, 4);
	ssize_t ret, want_ret = -EINVAL;

	memset(got, 0xa5, sizeof(got));
	memset(want, 0xa5, sizeof(want));
	if (!write && offset < info->size) {
		want_ret = size < info->size - offset ? size : info->size - offset;
		memcpy(want, fuzz->content[region] + offset, want_ret);
	}
	if (!info->size)
		offset = pick(fuzz, 256);
	ret = __igd_region_access(fuzz->igd, info, write, offset, got, size);
	expect(fuzz, "device region", write, offset, size, got, ret, want, want_ret);
}

static void outside_access(struct fuzz *fuzz)
{
	static const u8 regions[] = { 0, 1, 2, 3, 4, 5 };
	const struct vfio_region_info *info = &fuzz->regions[regions[pick(fuzz, 6)]];
	u64 offset = info->size + pick(fuzz, 64);
	u8 data[LONGEST] = {};
	bool write = pick(fuzz, 2);
	ssize_t ret;

	ret = __igd_region_access(fuzz->igd, info, write, offset, data, 4);
	expect(fuzz, "beyond a BAR", write, offset, 4, data, ret, data, -EINVAL);
}

static void region_info(struct fuzz *fuzz)
{
	struct vfio_region_info info = { .argsz = sizeof(info) };
	u32 index = pick(fuzz, MOST_REGIONS), last = fuzz->igd->device->info.num_regions;
	int ret;

	if (index == VFIO_PCI_ROM_REGION_INDEX)
		return;
	info.index = index;
	ret = ioctl(fuzz->igd->device->fd, VFIO_DEVICE_GET_REGION_INFO, &info);
	fuzz->step++;
	fuzz->ops++;
	if (index >= last ? ret != -1 || errno != EINVAL :
	    !ret && (info.size != fuzz->regions[index].size ||
		     info.offset != fuzz->regions[index].offset))
		mismatch(fuzz, "information on region %u: %d", index, ret);
}

static int irq_ask(struct fuzz *fuzz, u32 index, struct vfio_irq_info *info)
{
	*info = (struct vfio_irq_info) { .argsz = sizeof(*info), .index = index };
	return ioctl(fuzz->igd->device->fd, VFIO_DEVICE_GET_IRQ_INFO, info);
}

static void irq_info(struct fuzz *fuzz)
{
	struct vfio_irq_info info;
	u32 index = pick(fuzz, IRQS);
	int ret = irq_ask(fuzz, index, &info);

	fuzz->step++;
	fuzz->ops++;
	if (ret != fuzz->irq_results[index] ||
	    (!ret && (info.count != fuzz->irqs[index].count ||
		      info.flags != fuzz->irqs[index].flags)))
		mismatch(fuzz, "information on interrupt %u: %d", index, ret);
}

static void bar4_ioeventfd(struct fuzz *fuzz)
{
	struct vfio_device_ioeventfd args = {
		.argsz = sizeof(args),
		.flags = 1 << pick(fuzz, 4),
		.offset = fuzz->regions[VFIO_PCI_BAR4_REGION_INDEX].offset +
			  pick(fuzz, 80),
		.data = igd_random(&fuzz->random),
	};

	if (!fuzz->oracle.host.bar4_size)
		return;
	args.fd = eventfd(0, 0);
	VFIO_ASSERT_GE(args.fd, 0);
	fuzz->step++;
	fuzz->ops++;
	if (!ioctl(fuzz->igd->device->fd, VFIO_DEVICE_IOEVENTFD, &args))
		mismatch(fuzz, "an ioeventfd on BAR4 is accepted");
	close(args.fd);
}

/* Takes a tenth of a second */
static void reset(struct fuzz *fuzz)
{
	int ret;

	if (pick(fuzz, 20))
		return;
	ret = __vfio_pci_device_reset(fuzz->igd->device);
	fuzz->step++;
	fuzz->ops++;
	igd_oracle_reset(&fuzz->oracle);
	if (ret)
		mismatch(fuzz, "VFIO_DEVICE_RESET returns %d", ret);
}

static const struct {
	void (*run)(struct fuzz *fuzz);
	u32 weight;
} actions[] = {
	{ index_write, 250 }, { data_write, 250 }, { vbios_entry, 100 },
	{ data_read, 40 }, { index_read, 20 }, { bar4_access, 60 },
	{ vbios_fill, 2 }, { bdsm_write, 20 }, { config_write, 30 },
	{ config_read, 30 }, { command_write, 4 }, { command_on, 20 },
	{ bar0_access, 50 }, { page_mapped_read, 30 }, { fixed_access, 20 },
	{ outside_access, 10 }, { region_info, 5 }, { irq_info, 5 },
	{ bar4_ioeventfd, 5 }, { reset, 4 },
};

static void random_action(struct fuzz *fuzz)
{
	u32 sum = 0, at, i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		sum += actions[i].weight;
	at = pick(fuzz, sum);
	for (i = 0; at >= actions[i].weight; i++)
		at -= actions[i].weight;
	actions[i].run(fuzz);
}

/* The device's own state */

static void compare_entries(struct fuzz *fuzz, u32 first, u32 count)
{
	u64 entries[BAR0_ENTRIES_COUNT];

	if (first + count > fuzz->oracle.host.entries)
		return;
	igd_model_gtt(fuzz->igd->model, first, count, entries);
	for (u32 i = 0; i < count; i++)
		if (entries[i] != fuzz->oracle.expected[first + i])
			mismatch(fuzz, "entry %u is %#llx, not %#llx for %#llx, G is %#llx",
				 first + i, (unsigned long long)entries[i],
				 (unsigned long long)fuzz->oracle.expected[first + i],
				 (unsigned long long)fuzz->oracle.written[first + i],
				 (unsigned long long)igd_oracle_guest_base(&fuzz->oracle));
}

/* Nothing that the guest did has changed the hardware's config space */
static void compare_config(struct fuzz *fuzz)
{
	u8 hardware[256];

	igd_model_config(fuzz->igd->model, hardware);
	for (int i = 0x40; i < 256; i++)
		if (hardware[i] != fuzz->hardware[i])
			mismatch(fuzz, "the hardware's config byte %#x is %#x, was %#x",
				 i, hardware[i], fuzz->hardware[i]);
}

static void compare(struct fuzz *fuzz)
{
	u32 entries = fuzz->oracle.host.entries, scratch = pick(fuzz, 16), value;
	struct igd_model_counters counters;

	fuzz->sequences++;
	/* Arrives after all writes, with decoding off too */
	vfio_pci_config_readw(fuzz->igd->device, 0x50);
	compare_entries(fuzz, 0, 4);
	compare_entries(fuzz, 510, 4);
	compare_entries(fuzz, 2046, 4);
	compare_entries(fuzz, 8190, 4);
	compare_entries(fuzz, entries - 4, 4);
	compare_entries(fuzz, BAR0_ENTRIES, BAR0_ENTRIES_COUNT);
	compare_config(fuzz);

	for (int i = 0; i < IGD_ORACLE_SCRATCHES; i++) {
		value = igd_model_mmio(fuzz->igd->model, 4 * scratch +
				       igd_oracle_scratch(&fuzz->oracle, i));
		if (memcmp(&value, &fuzz->oracle.scratch[i][4 * scratch], 4))
			mismatch(fuzz, "plain register %u of range %d is %#x",
				 scratch, i, value);
	}

	igd_model_counters(fuzz->igd->model, &counters);
	if (counters.swsci)
		mismatch(fuzz, "the host's firmware was called");
	if (counters.traffic[IGD_MODEL_MIRROR].read ||
	    counters.traffic[IGD_MODEL_MIRROR].write_posted)
		mismatch(fuzz, "the hardware's page was accessed");
}

/* From open to close */

static void learn_page(struct fuzz *fuzz, u8 page[IGD_ORACLE_PAGE_SIZE])
{
	for (u32 i = 0; i < IGD_MIRROR_SIZE; i += 4) {
		u32 value = igd_model_mmio(fuzz->igd->model, IGD_MIRROR + i);

		memcpy(page + i, &value, 4);
	}
}

static void learn_regions(struct fuzz *fuzz)
{
	for (u32 i = 0; i < fuzz->igd->device->info.num_regions; i++) {
		struct vfio_region_info *info = &fuzz->regions[i];

		*info = (struct vfio_region_info) { .argsz = sizeof(*info), .index = i };
		if (ioctl(fuzz->igd->device->fd, VFIO_DEVICE_GET_REGION_INFO, info) ||
		    i < VFIO_PCI_NUM_REGIONS)
			continue;
		fuzz->content[i] = realloc(fuzz->content[i], info->size);
		VFIO_ASSERT_NOT_NULL(fuzz->content[i]);
		VFIO_ASSERT_EQ(__igd_region_access(fuzz->igd, info, false, 0,
						   fuzz->content[i], info->size),
			       info->size);
	}
	/* One that does not exist, for accesses to it */
	for (u32 i = fuzz->igd->device->info.num_regions; i < MOST_REGIONS; i++)
		fuzz->regions[i] = (struct vfio_region_info) { .offset = (u64)i << 40 };
	for (u32 i = 0; i < IRQS; i++)
		fuzz->irq_results[i] = irq_ask(fuzz, i, &fuzz->irqs[i]);
}

/* Bits that INDEX does not have read 0 */
static u32 learn_index(struct fuzz *fuzz)
{
	u32 bits;

	igd_bar_writel(fuzz->igd, 4, IGD_IOBAR_INDEX, ~0);
	bits = igd_bar_readl(fuzz->igd, 4, IGD_IOBAR_INDEX);
	igd_bar_writel(fuzz->igd, 4, IGD_IOBAR_INDEX, 0);
	return bits;
}

static void start(struct fuzz *fuzz, struct igd_oracle_host *host)
{
	struct igd *igd = igd_open(device_bdf);
	bool first = !host->platform;

	fuzz->igd = igd;
	fuzz->random = fuzz->seed;
	fuzz->highs = pick(fuzz, 3) == 0;
	fuzz->step = 0;
	learn_regions(fuzz);
	host->platform = igd->platform;
	host->stolen_base = igd->info.stolen_base;
	host->stolen_size = igd->info.stolen_size;
	host->entries = igd->info.gtt_entries;
	host->config_size = fuzz->regions[VFIO_PCI_CONFIG_REGION_INDEX].size;
	host->bar4_size = fuzz->regions[VFIO_PCI_BAR4_REGION_INDEX].size;
	host->index_bits = learn_index(fuzz);
	VFIO_ASSERT_EQ(__igd_region_access(igd, &fuzz->regions[VFIO_PCI_CONFIG_REGION_INDEX],
					   false, 0, host->config, host->config_size),
		       host->config_size);
	if (first)
		learn_page(fuzz, host->page);
	igd_model_config(igd->model, fuzz->hardware);
	igd_model_reset_counters(igd->model);
	igd_oracle_init(&fuzz->oracle, host);
}

static void stop(struct fuzz *fuzz)
{
	igd_oracle_destroy(&fuzz->oracle);
	igd_close(fuzz->igd);
}

static u64 environment(const char *name, u64 otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void run_episode(struct fuzz *fuzz, struct igd_oracle_host *host,
			time_t end, u32 sequence)
{
	u32 next = sequence;

	start(fuzz, host);
	while (fuzz->step < EPISODE && !fuzz->mismatches && time(NULL) < end) {
		random_action(fuzz);
		if (fuzz->step < next)
			continue;
		compare(fuzz);
		next = fuzz->step + sequence;
	}
	if (!fuzz->mismatches)
		compare(fuzz);
	stop(fuzz);
}

FIXTURE(fuzz_test) {
	struct fuzz fuzz;
	struct igd_oracle_host host;
};

FIXTURE_SETUP(fuzz_test)
{
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
}

FIXTURE_TEARDOWN(fuzz_test)
{
	for (int i = 0; i < MOST_REGIONS; i++)
		free(self->fuzz.content[i]);
}

/* The harness shall wait as long as $IGD_FUZZ_SECONDS wants. */
TEST_F_TIMEOUT(fuzz_test, oracle, 30 * 24 * 3600)
{
	time_t end = time(NULL) + environment("IGD_FUZZ_SECONDS", SECONDS);
	u64 replay = environment("IGD_FUZZ_SEED", 0);
	u32 sequence = replay ? SEQUENCE_REPLAY : SEQUENCE;
	struct fuzz *fuzz = &self->fuzz;

	fuzz->seed = replay ?: time(NULL) * 1000;
	printf("# first seed %llu\n", (unsigned long long)fuzz->seed);
	while (!fuzz->mismatches && time(NULL) < end) {
		run_episode(fuzz, &self->host, end, sequence);
		fuzz->seed++;
	}

	igd_count("fuzz_ops", fuzz->ops);
	igd_count("sequences", fuzz->sequences);
	igd_count("mismatches", fuzz->mismatches);
	EXPECT_EQ(0, fuzz->mismatches);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
