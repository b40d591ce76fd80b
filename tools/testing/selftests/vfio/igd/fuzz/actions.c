// SPDX-License-Identifier: GPL-2.0-only
/* Actions of a guest and its VMM, each access with its expected result */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_vbios.h>

#include "fuzz.h"

static void random_bytes(struct fuzz *fuzz, u8 bytes[LONGEST])
{
	for (int i = 0; i < LONGEST; i++)
		bytes[i] = igd_random(&fuzz->random);
}

/* BAR4 */

static void index_write(struct fuzz *fuzz)
{
	u32 index = fuzz_index(fuzz);

	fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_INDEX, &index, 4);
}

static void data_write(struct fuzz *fuzz)
{
	u32 data = fuzz_data(fuzz);

	if (igd_oracle_aim_known(&fuzz->oracle))
		fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_DATA, &data, 4);
}

static void data_read(struct fuzz *fuzz)
{
	if (igd_oracle_aim_known(&fuzz->oracle))
		fuzz_read(fuzz, &fuzz_bar4, IGD_IOBAR_DATA, 4);
}

static void index_read(struct fuzz *fuzz)
{
	fuzz_read(fuzz, &fuzz_bar4, IGD_IOBAR_INDEX, 4);
}

/* Writes an entry as a video BIOS does */
static void entry_write(struct fuzz *fuzz, u32 entry, u32 low)
{
	u32 index = igd_vbios_index(fuzz->igd, entry, false), zero = 0;

	fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_INDEX, &index, 4);
	fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_DATA, &low, 4);
	if (fuzz->igd->platform->pte_size == 4)
		return;
	index += 4;
	fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_INDEX, &index, 4);
	fuzz_write(fuzz, &fuzz_bar4, IGD_IOBAR_DATA, &zero, 4);
}

static void vbios_entry(struct fuzz *fuzz)
{
	u32 entry = fuzz_entry(fuzz);

	entry_write(fuzz, entry, fuzz_low(fuzz, entry));
}

static bool is_posted(const struct fuzz *fuzz)
{
	return fuzz->oracle.io && fuzz->oracle.memory &&
	       !fuzz->oracle.high_written && fuzz->igd->platform->iobar_gtt;
}

/* Each entry is one posted write, without an access through the ports */
static void vbios_fill(struct fuzz *fuzz)
{
	struct igd_model_counters before, after;
	u32 n = 1 + fuzz_pick(fuzz, 32);
	u64 posted;

	if (!is_posted(fuzz) || fuzz->oracle.host.entries < 32)
		return;
	igd_flush(fuzz->igd);
	igd_model_counters(fuzz->igd->model, &before);
	for (u32 entry = 0; entry < n; entry++)
		entry_write(fuzz, entry, fuzz_low(fuzz, entry));
	igd_flush(fuzz->igd);
	igd_model_counters(fuzz->igd->model, &after);

	posted = after.traffic[IGD_MODEL_GTT].write_posted -
		 before.traffic[IGD_MODEL_GTT].write_posted;
	if (posted != n ||
	    memcmp(&after.traffic[IGD_MODEL_IOBAR_INDEX],
		   &before.traffic[IGD_MODEL_IOBAR_INDEX],
		   3 * sizeof(struct igd_model_traffic)))
		fuzz_mismatch(fuzz, "%u entries cost %llu posted writes, or port accesses",
			      n, (unsigned long long)posted);
}

/* Any width and alignment, also beyond the end */
static void bar4_access(struct fuzz *fuzz)
{
	u32 offset = fuzz_pick(fuzz, 4) ? fuzz_pick(fuzz, 12) : fuzz_pick(fuzz, 72);
	size_t size = fuzz_pick(fuzz, 17);
	u8 data[LONGEST];
	u32 value;

	random_bytes(fuzz, data);
	if (!igd_oracle_aim_known(&fuzz->oracle) || fuzz_pick(fuzz, 2)) {
		/* INDEX and DATA at once; the target of INDEX must be known */
		value = igd_vbios_index(fuzz->igd, fuzz_entry(fuzz), false);
		memcpy(data, &value, 4);
		value = fuzz_low(fuzz, 0);
		memcpy(data + 4, &value, 4);
		fuzz_write(fuzz, &fuzz_bar4, 0, data, fuzz_pick(fuzz, 2) ? 8 : 12);
	}
	if (offset <= IGD_IOBAR_DATA && offset + size >= IGD_IOBAR_DATA + 4) {
		value = fuzz_data(fuzz);
		memcpy(data + IGD_IOBAR_DATA - offset, &value, 4);
	}
	if (fuzz_pick(fuzz, 2))
		fuzz_read(fuzz, &fuzz_bar4, offset, size);
	else if (offset || size < 8)
		fuzz_write(fuzz, &fuzz_bar4, offset, data, size);
}

/* Configuration space */

static void bdsm_write(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;
	u64 base = fuzz_base(fuzz);

	if (platform->bdsm)
		fuzz_write(fuzz, &fuzz_config, platform->bdsm, &base, platform->bdsm_size);
}

/* Bytes at any place around the virtual and the protected registers */
static void config_write(struct fuzz *fuzz)
{
	static const struct {
		u16 first, end;
	} ranges[] = {
		{ 0x58, 0x64 }, { 0xe0, 0xee }, { 0xf8, 0x100 }, { 0xc0, 0xc8 },
		{ PCI_BASE_ADDRESS_5, PCI_BASE_ADDRESS_5 + 8 },
	};
	u32 i = fuzz_pick(fuzz, ARRAY_SIZE(ranges));
	u32 offset = ranges[i].first + fuzz_pick(fuzz, ranges[i].end - ranges[i].first);
	u32 most = ranges[i].end - offset;
	u8 data[LONGEST];

	random_bytes(fuzz, data);
	fuzz_write(fuzz, &fuzz_config, offset, data, 1 + fuzz_pick(fuzz, most));
}

static void config_read(struct fuzz *fuzz)
{
	u32 offset = fuzz_pick(fuzz, 256);

	switch (fuzz_pick(fuzz, 5)) {
	case 0:
		offset = IGD_ASLS - 2 + fuzz_pick(fuzz, 6);
		break;
	case 1:
		offset = fuzz->igd->platform->bdsm ?: 0x5c;
		offset += fuzz_pick(fuzz, 12) - 2;
		break;
	case 2:
		/* Up to the end and beyond it */
		offset = fuzz->oracle.host.config_size - fuzz_pick(fuzz, 8) + 4;
		break;
	case 3:
		/* Across both ends of BAR5, from BAR2 on */
		offset = PCI_BASE_ADDRESS_2 + fuzz_pick(fuzz, 16);
		break;
	}
	fuzz_read(fuzz, &fuzz_config, offset, fuzz_pick(fuzz, 17));
}

static void command_write(struct fuzz *fuzz)
{
	u16 command = PCI_COMMAND_MASTER;

	/* Enabled most of the time */
	command |= fuzz_pick(fuzz, 4) ? PCI_COMMAND_IO : 0;
	command |= fuzz_pick(fuzz, 4) ? PCI_COMMAND_MEMORY : 0;
	fuzz_write(fuzz, &fuzz_config, PCI_COMMAND, &command, sizeof(command));
}

static void command_on(struct fuzz *fuzz)
{
	u16 command = PCI_COMMAND_MASTER | PCI_COMMAND_IO | PCI_COMMAND_MEMORY;

	if (!fuzz->oracle.io || !fuzz->oracle.memory)
		fuzz_write(fuzz, &fuzz_config, PCI_COMMAND, &command, sizeof(command));
}

/* BAR0 */

static u64 some_bar0_offset(struct fuzz *fuzz)
{
	const struct igd_platform *platform = fuzz->igd->platform;

	switch (fuzz_pick(fuzz, 5)) {
	case 0:
		return igd_oracle_scratch(&fuzz->oracle, fuzz_pick(fuzz, IGD_ORACLE_SCRATCHES)) +
		       fuzz_pick(fuzz, IGD_ORACLE_SCRATCH);
	case 1:
		return IGD_MIRROR - 8 + fuzz_pick(fuzz, IGD_MIRROR_SIZE + 16);
	case 2:
		return IGD_BDSM_MIRROR - 8 + fuzz_pick(fuzz, 24);
	case 3:
		return platform->gtt + fuzz_entry(fuzz) * platform->pte_size + fuzz_pick(fuzz, 8);
	default:
		return platform->gtt + BAR0_ENTRIES * platform->pte_size +
		       fuzz_pick(fuzz, BAR0_ENTRIES_COUNT * platform->pte_size);
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
	size_t size = 1 + fuzz_pick(fuzz, 16);
	u8 data[LONGEST];

	random_bytes(fuzz, data);
	if (!igd_oracle_bar0_known(&fuzz->oracle, offset, size))
		return;
	if (fuzz_pick(fuzz, 2))
		fuzz_read(fuzz, &fuzz_bar0, offset, size);
	else if (bar0_only(fuzz, offset, size))
		fuzz_write(fuzz, &fuzz_bar0, offset, data, size);
}

static void page_mapped_read(struct fuzz *fuzz)
{
	u32 offset = fuzz_pick(fuzz, 2) ? 4 * fuzz_pick(fuzz, IGD_MIRROR_SIZE / 4) : 0xc0;
	u8 got[LONGEST] = {}, want[LONGEST] = {};
	u32 value;

	if (!fuzz->oracle.memory)
		return;
	value = igd_mapped_readl(fuzz->igd->device->bars[0].vaddr, IGD_MIRROR + offset);
	memcpy(got, &value, 4);
	igd_oracle_bar0_read(&fuzz->oracle, IGD_MIRROR + offset, want, 4);
	fuzz_expect(fuzz, "mapped page", false, offset, 4, got, 4, want, 4);
}

/* Maps some pages around the driver's page, which must be at its place */
static void map_page(struct fuzz *fuzz)
{
	u32 offset = 4 * fuzz_pick(fuzz, IGD_MIRROR_SIZE / 4);
	u32 before = SZ_4K * fuzz_pick(fuzz, 4), after = SZ_4K * fuzz_pick(fuzz, 4);
	size_t size = before + SZ_4K + after;
	u8 got[LONGEST] = {}, want[LONGEST] = {};
	void *pages;
	u32 value;

	pages = mmap(NULL, size, PROT_READ, MAP_SHARED, fuzz->igd->device->fd,
		     fuzz->regions[VFIO_PCI_BAR0_REGION_INDEX].offset + IGD_MIRROR - before);
	if (pages == MAP_FAILED) {
		fuzz_mismatch(fuzz, "BAR0's page and those around cannot be mapped");
		return;
	}
	if (fuzz->oracle.memory) {
		value = igd_mapped_readl(pages, before + offset);
		memcpy(got, &value, 4);
		igd_oracle_bar0_read(&fuzz->oracle, IGD_MIRROR + offset, want, 4);
		fuzz_expect(fuzz, "new mapping", false, offset, 4, got, 4, want, 4);
	}
	munmap(pages, size);
}

/* A region can be mapped only if its flags say so, and not beyond its end */
static void map_refused(struct fuzz *fuzz)
{
	u32 region = fuzz_pick(fuzz, MOST_REGIONS);
	const struct vfio_region_info *info = &fuzz->regions[region];
	u64 offset = info->offset;
	void *page;

	if (info->flags & VFIO_REGION_INFO_FLAG_MMAP)
		offset += (info->size + SZ_4K - 1) / SZ_4K * SZ_4K;
	page = mmap(NULL, SZ_4K, PROT_READ, MAP_SHARED, fuzz->igd->device->fd, offset);
	fuzz->step++;
	fuzz->ops++;
	if (page == MAP_FAILED)
		return;
	fuzz_mismatch(fuzz, "region %u can be mapped at %#llx", region,
		      (unsigned long long)offset);
	munmap(page, SZ_4K);
}

/* Other regions, ioctls */

/* OpRegion and bridges; accesses beyond the end of a region */
static void fixed_access(struct fuzz *fuzz)
{
	u32 region = VFIO_PCI_NUM_REGIONS + fuzz_pick(fuzz, 4);
	const struct vfio_region_info *info = &fuzz->regions[region];
	u64 offset = fuzz_pick(fuzz, 4) ? fuzz_pick(fuzz, 0x1000) :
					  info->size - 12 + fuzz_pick(fuzz, 24);
	size_t size = 1 + fuzz_pick(fuzz, 16);
	u8 got[LONGEST], want[LONGEST];
	bool write = !fuzz_pick(fuzz, 4);
	ssize_t ret, want_ret = -EINVAL;

	memset(got, 0xa5, sizeof(got));
	memset(want, 0xa5, sizeof(want));
	if (!write && offset < info->size) {
		want_ret = size < info->size - offset ? size : info->size - offset;
		memcpy(want, fuzz->content[region] + offset, want_ret);
	}
	if (!info->size)
		offset = fuzz_pick(fuzz, 256);
	ret = __igd_region_access(fuzz->igd, info, write, offset, got, size);
	fuzz_expect(fuzz, "device region", write, offset, size, got, ret, want, want_ret);
}

static void outside_access(struct fuzz *fuzz)
{
	static const u8 regions[] = { 0, 1, 2, 3, 4, 5 };
	const struct vfio_region_info *info = &fuzz->regions[regions[fuzz_pick(fuzz, 6)]];
	u64 offset = info->size + fuzz_pick(fuzz, 64);
	u8 data[LONGEST] = {};
	bool write = fuzz_pick(fuzz, 2);
	ssize_t ret;

	ret = __igd_region_access(fuzz->igd, info, write, offset, data, 4);
	fuzz_expect(fuzz, "beyond a BAR", write, offset, 4, data, ret, data, -EINVAL);
}

static void region_info(struct fuzz *fuzz)
{
	struct vfio_region_info info = { .argsz = sizeof(info) };
	u32 index = fuzz_pick(fuzz, MOST_REGIONS), last = fuzz->igd->device->info.num_regions;
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
		fuzz_mismatch(fuzz, "information on region %u: %d", index, ret);
}

int fuzz_irq_info(struct fuzz *fuzz, u32 index, struct vfio_irq_info *info)
{
	*info = (struct vfio_irq_info) { .argsz = sizeof(*info), .index = index };
	return ioctl(fuzz->igd->device->fd, VFIO_DEVICE_GET_IRQ_INFO, info);
}

static void irq_info(struct fuzz *fuzz)
{
	struct vfio_irq_info info;
	u32 index = fuzz_pick(fuzz, IRQS);
	int ret = fuzz_irq_info(fuzz, index, &info);

	fuzz->step++;
	fuzz->ops++;
	if (ret != fuzz->irq_results[index] ||
	    (!ret && (info.count != fuzz->irqs[index].count ||
		      info.flags != fuzz->irqs[index].flags)))
		fuzz_mismatch(fuzz, "information on interrupt %u: %d", index, ret);
}

/* Only accesses to the device's files write to the device */
static void bar_ioeventfd(struct fuzz *fuzz)
{
	u32 bar = 2 * fuzz_pick(fuzz, 3);
	struct vfio_device_ioeventfd args = {
		.argsz = sizeof(args),
		.flags = 1 << fuzz_pick(fuzz, 4),
		.offset = fuzz->regions[bar].offset +
			  (bar ? 0 : IGD_MIRROR) + fuzz_pick(fuzz, 80),
		.data = igd_random(&fuzz->random),
	};

	args.fd = eventfd(0, 0);
	VFIO_ASSERT_GE(args.fd, 0);
	fuzz->step++;
	fuzz->ops++;
	if (!ioctl(fuzz->igd->device->fd, VFIO_DEVICE_IOEVENTFD, &args) ||
	    errno != ENOTTY)
		fuzz_mismatch(fuzz, "an ioeventfd on BAR%u is not refused", bar);
	close(args.fd);
}

/* Takes a tenth of a second */
static void reset(struct fuzz *fuzz)
{
	int ret;

	if (fuzz_pick(fuzz, 10))
		return;
	ret = __vfio_pci_device_reset(fuzz->igd->device);
	fuzz->step++;
	fuzz->ops++;
	igd_oracle_reset(&fuzz->oracle);
	if (ret)
		fuzz_mismatch(fuzz, "VFIO_DEVICE_RESET returns %d", ret);
	/* Most of the later accesses write INDEX first */
	if (fuzz_pick(fuzz, 2))
		index_read(fuzz);
}

static const struct {
	void (*run)(struct fuzz *fuzz);
	u32 weight;
} actions[] = {
	{ index_write, 250 }, { data_write, 250 }, { vbios_entry, 100 },
	{ data_read, 40 }, { index_read, 20 }, { bar4_access, 60 },
	{ vbios_fill, 2 }, { bdsm_write, 20 }, { config_write, 30 },
	{ config_read, 30 }, { command_write, 4 }, { command_on, 20 },
	{ bar0_access, 50 }, { page_mapped_read, 30 }, { map_page, 10 },
	{ map_refused, 5 }, { fixed_access, 20 }, { outside_access, 10 },
	{ region_info, 5 }, { irq_info, 5 }, { bar_ioeventfd, 5 }, { reset, 4 },
	{ fuzz_bar5_place, 15 }, { fuzz_bar5_size, 2 }, { fuzz_bar5_followers, 10 },
	{ fuzz_bar5_disable, 2 }, { fuzz_bar5_ggc_write, 2 }, { fuzz_bar5_access, 30 },
	{ fuzz_bar5_mapped, 30 },
};

void fuzz_action(struct fuzz *fuzz)
{
	u32 sum = 0, at, i;

	for (i = 0; i < ARRAY_SIZE(actions); i++)
		sum += actions[i].weight;
	at = fuzz_pick(fuzz, sum);
	for (i = 0; at >= actions[i].weight; i++)
		at -= actions[i].weight;
	actions[i].run(fuzz);
}
