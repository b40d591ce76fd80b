// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include "access.h"
#include "setup.h"

/* linux include/drm/intel/pci_config.h */
enum {
	SWSCI = 0xe8,
	SWSCI_TRIGGER = 1 << 0,
};

static enum access_class bar0_class(const struct igd *igd, uint64_t offset)
{
	if (offset >= igd->options.platform->gtt_offset)
		return ACCESS_GTT;
	return mmio_is_mirror(offset) ? ACCESS_MIRROR : ACCESS_MMIO;
}

static enum access_class iobar_class(uint64_t offset)
{
	if (offset < IOBAR_DATA)
		return ACCESS_IOBAR_INDEX;
	return offset < IOBAR_DECODED ? ACCESS_IOBAR_DATA : ACCESS_IOBAR_OTHER;
}

static enum access_class classify(const struct igd *igd, unsigned int region,
				  uint64_t offset)
{
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return bar0_class(igd, offset);
	case VFIO_PCI_BAR2_REGION_INDEX:
		return ACCESS_GMADR;
	case VFIO_PCI_BAR4_REGION_INDEX:
		return iobar_class(offset);
	case VFIO_PCI_ROM_REGION_INDEX:
		return ACCESS_ROM;
	case VFIO_PCI_VGA_REGION_INDEX:
		return ACCESS_VGA;
	default:
		return ACCESS_CONFIG;
	}
}

static void bar0_read(struct igd *igd, uint64_t offset, void *buf, size_t count)
{
	uint32_t gtt = igd->options.platform->gtt_offset;
	size_t low = offset >= gtt ? 0 : gtt - offset;

	if (low > count)
		low = count;
	mmio_read(&igd->mmio, offset, buf, low);
	if (low < count)
		gtt_read(&igd->gtt, offset + low - gtt, (uint8_t *)buf + low,
			 count - low);
}

static void bar0_write(struct igd *igd, uint64_t offset, const void *buf,
		       size_t count)
{
	uint32_t gtt = igd->options.platform->gtt_offset;
	size_t low = offset >= gtt ? 0 : gtt - offset;

	if (low > count)
		low = count;
	mmio_write(&igd->mmio, offset, buf, low);
	if (low == count)
		return;
	gtt_write(&igd->gtt, offset + low - gtt, (const uint8_t *)buf + low,
		  count - low);
	igd->counters.gtt_unflushed++;
}

static void rom_read(const struct igd *igd, uint64_t offset, void *buf,
		     size_t count)
{
	const struct igd_options *o = &igd->options;
	uint8_t *out = buf;

	for (size_t i = 0; i < count; i++, offset++)
		out[i] = offset < o->rom_size ? o->rom[offset] : 0xff;
}

static void bar2_rw(struct igd *igd, uint64_t offset, void *buf, size_t count,
		    bool write)
{
	if (igd->options.platform->msac_mask)
		aperture_rw(&igd->aperture, offset, buf, count, write, "gmadr");
	else
		lmem_rw(&igd->lmem, offset, buf, count, write);
}

/*
 * Whether the function claims an access. It need not during a reset (PCI Express
 * 6.0, 6.6.2). The ROM region always shows the image, with any value of the ROM
 * BAR: clients read it before a guest runs.
 */
static bool claims(struct igd *igd, unsigned int region, uint64_t offset)
{
	if (region == VFIO_PCI_ROM_REGION_INDEX)
		return true;
	if (reset_running(&igd->reset))
		return false;
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return pci_config_decodes(&igd->pci, PCI_COMMAND_MEMORY);
	case VFIO_PCI_BAR2_REGION_INDEX:
		return pci_config_decodes(&igd->pci, PCI_COMMAND_MEMORY) &&
		       offset < setup_gmadr_bytes(igd);
	case VFIO_PCI_BAR4_REGION_INDEX:
		/* a hidden BAR reads 0, including the I/O space bit */
		return pci_config_decodes(&igd->pci, PCI_COMMAND_IO) &&
		       igd->pci.data[PCI_BASE_ADDRESS_4];
	default:
		return true;
	}
}

static void do_read(struct igd *igd, unsigned int region, uint64_t offset,
		    void *buf, size_t count)
{
	if (!claims(igd, region, offset)) {
		memset(buf, 0xff, count);
		return;
	}
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return bar0_read(igd, offset, buf, count);
	case VFIO_PCI_BAR2_REGION_INDEX:
		return bar2_rw(igd, offset, buf, count, false);
	case VFIO_PCI_BAR4_REGION_INDEX:
		return iobar_read(&igd->iobar, offset, buf, count);
	case VFIO_PCI_ROM_REGION_INDEX:
		return rom_read(igd, offset, buf, count);
	default:
		return pci_config_read(&igd->pci, offset, buf, count);
	}
}

static void config_write(struct igd *igd, uint64_t offset, const uint8_t *buf,
			 size_t count)
{
	if (offset <= SWSCI && SWSCI < offset + count &&
	    (buf[SWSCI - offset] & SWSCI_TRIGGER))
		igd->counters.swsci++;
	switch (pci_config_write(&igd->pci, offset, buf, count)) {
	case PCI_EVENT_FLR:
		igd->counters.resets++;
		igd_reset_engines(igd);
		reset_start(&igd->reset);
		break;
	case PCI_EVENT_SOFT_RESET:
		igd->counters.soft_resets++;
		igd_reset_engines(igd);
		break;
	case PCI_EVENT_NONE:
		break;
	}
	setup_config_written(igd, offset, count);
	if (pci_config_msi_unmasked(&igd->pci))
		igd_irq(igd, 0);
}

static void do_write(struct igd *igd, unsigned int region, uint64_t offset,
		     const void *buf, size_t count)
{
	if (region == VFIO_PCI_BAR4_REGION_INDEX && reset_running(&igd->reset))
		iobar_lose(&igd->iobar, offset, buf, count);
	if (!claims(igd, region, offset))
		return;
	switch (region) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return bar0_write(igd, offset, buf, count);
	case VFIO_PCI_BAR2_REGION_INDEX:
		/* only reads change @buf */
		return bar2_rw(igd, offset, (void *)buf, count, true);
	case VFIO_PCI_BAR4_REGION_INDEX:
		return iobar_write(&igd->iobar, offset, buf, count);
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return config_write(igd, offset, buf, count);
	}
}

/*
 * An access that can hang a real machine is counted and carried out. During a reset
 * it is counted even if the function does not claim it, as the worst case.
 */
static void count_hang(struct igd *igd, const struct record_entry *e)
{
	const struct igd_platform *p = igd->options.platform;
	bool gtt = e->region == VFIO_PCI_BAR0_REGION_INDEX &&
		   e->offset + e->bytes > p->gtt_offset;
	bool resets = reset_running(&igd->reset);

	if (gtt && resets)
		igd->counters.hangs[HANG_GTT_IN_RESET]++;
	else if (gtt && p->gtt_access_hangs && claims(igd, e->region, e->offset))
		igd->counters.hangs[HANG_GTT_ACCESS]++;
	else if (resets && e->region == VFIO_PCI_BAR4_REGION_INDEX &&
		 iobar_means_gtt(&igd->iobar, e->offset, e->bytes))
		igd->counters.hangs[HANG_IOBAR_IN_RESET]++;
}

static void note(struct igd *igd, struct record_entry *entry, const void *buf)
{
	memcpy(&entry->value, buf, entry->bytes < 8 ? entry->bytes : 8);
	entry->value = le64toh(entry->value);
	record_add(&igd->record, entry);
}

/*
 * Applies a rule to an access. Returns true if the access is complete: the client
 * gets *@ret, and ones for a read.
 */
static bool injected(struct igd *igd, const struct record_entry *entry, void *buf,
		     int *ret)
{
	unsigned int ms = 0;

	*ret = 0;
	switch (inject_next(&igd->inject, entry->class, entry->write, &ms)) {
	case INJECT_NONE:
		return false;
	case INJECT_DELAY:
		usleep(ms * 1000);
		return false;
	case INJECT_DROP:
		/* the server then finds that the connection has ended */
		if (igd->client)
			shutdown(igd->connection, SHUT_RDWR);
		break;
	case INJECT_ERROR:
		*ret = -EIO;
		break;
	case INJECT_ONES:
		break;
	}
	if (!entry->write)
		memset(buf, 0xff, entry->bytes);
	return true;
}

static int read_part(struct igd *igd, unsigned int region, uint64_t offset,
		     void *buf, size_t count)
{
	struct record_entry entry = { .class = classify(igd, region, offset),
				      .region = region, .bytes = count,
				      .offset = offset };
	struct access_count *n = &igd->counters.access[entry.class];
	int ret;

	n->read++;
	n->read_bytes += count;
	count_hang(igd, &entry);
	if (!injected(igd, &entry, buf, &ret))
		do_read(igd, region, offset, buf, count);
	note(igd, &entry, buf);
	return ret;
}

static int write_part(struct igd *igd, unsigned int region, uint64_t offset,
		      const void *buf, size_t count, bool posted)
{
	struct record_entry entry = { .class = classify(igd, region, offset),
				      .region = region, .bytes = count,
				      .offset = offset, .write = true,
				      .posted = posted };
	struct access_count *n = &igd->counters.access[entry.class];
	int ret;

	if (posted)
		n->write_posted++;
	else
		n->write_nonposted++;
	count_hang(igd, &entry);
	note(igd, &entry, buf);
	if (!injected(igd, &entry, NULL, &ret))
		do_write(igd, region, offset, buf, count);
	return ret;
}

/*
 * A port access is at most a dword wide. A wider access is split into dwords in
 * ascending order, as on the bus.
 */
static size_t part_size(unsigned int region, uint64_t offset, size_t count)
{
	size_t dword = 4 - offset % 4;

	return region == VFIO_PCI_BAR4_REGION_INDEX && dword < count ? dword : count;
}

int igd_region_read(void *opaque, unsigned int region, uint64_t offset,
		    void *data, uint32_t count)
{
	int ret = 0;

	while (count && !ret) {
		size_t n = part_size(region, offset, count);

		ret = read_part(opaque, region, offset, data, n);
		offset += n;
		data = (uint8_t *)data + n;
		count -= n;
	}
	return ret;
}

int igd_region_write(void *opaque, unsigned int region, uint64_t offset,
		     const void *data, uint32_t count, bool posted)
{
	int ret = 0;

	while (count && !ret) {
		size_t n = part_size(region, offset, count);

		ret = write_part(opaque, region, offset, data, n, posted);
		offset += n;
		data = (const uint8_t *)data + n;
		count -= n;
	}
	return ret;
}
