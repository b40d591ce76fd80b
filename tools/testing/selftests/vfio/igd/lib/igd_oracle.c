// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/pci_regs.h>

#include <libvfio.h>

#include <igd_oracle.h>

/* BAR4: SNB desktop datasheet volume 2, section 2.9 */
#define INDEX		0
#define DATA		4
#define PORTS		8
#define TARGET(_index)	((_index) & 3)
#define AIM(_index)	((_index) & ~3u)
#define TARGET_MMIO	0
#define TARGET_GTT	1	/* 2 and 3 are reserved */

/* Config registers: include/drm/intel/pci_config.h; BDSM: struct igd_platform */
#define ASLS		0xfc
#define GGC		0x50	/* SNB_GMCH_CTRL, i915_drm.h */
#define BDSM_32		0x5c	/* also the low half of a BDSM of 64 bits */

/* In the page: KBL datasheet volume 2, page 533, and i915_reg.h */
#define PAGE_GGC	0x40
#define PAGE_BDSM	0xc0
#define PAGE_RESERVED	0x2c0	/* STOLEN_RESERVED */

/* A base has 1 MiB granularity: INTEL_BSM_MASK, i915_drm.h */
#define BASE_MASK	(~0xfffffULL)

#define PTE_VALID	1
#define PTE_PAGE	4096u

/*
 * SWF, scratch registers for software (SWF_ILK(), i915_reg.h), and the bytes around
 * the page: no generation has a register there.
 */
static const u32 scratches[IGD_ORACLE_SCRATCHES] = {
	0x4f000,
	IGD_ORACLE_PAGE - IGD_ORACLE_SCRATCH,
	IGD_ORACLE_PAGE + IGD_ORACLE_PAGE_SIZE,
};

void igd_oracle_init(struct igd_oracle *oracle,
		     const struct igd_oracle_host *host)
{
	*oracle = (struct igd_oracle) {
		.host = *host,
		.io = true,
		.memory = true,
		.written = calloc_assert(host->entries + 1, sizeof(u64)),
		.expected = calloc_assert(host->entries + 1, sizeof(u64)),
	};
	igd_oracle_bar5_init(oracle);
}

void igd_oracle_destroy(struct igd_oracle *oracle)
{
	free(oracle->written);
	free(oracle->expected);
	igd_oracle_bar5_destroy(oracle);
}

void igd_oracle_reset(struct igd_oracle *oracle)
{
	memset(oracle->asls, 0, sizeof(oracle->asls));
	memset(oracle->bdsm, 0, sizeof(oracle->bdsm));
	memset(oracle->scratch, 0, sizeof(oracle->scratch));
	oracle->index = 0;
	igd_oracle_bar5_reset(oracle);
}

u32 igd_oracle_scratch(const struct igd_oracle *oracle, unsigned int number)
{
	return scratches[number];
}

/* BDSM as the guest wrote it */
static u64 own_bdsm(const struct igd_oracle *oracle)
{
	u64 bdsm;

	memcpy(&bdsm, oracle->bdsm, sizeof(bdsm));
	return bdsm;
}

/* Whether BDSM shows BAR5: a base of the guest's own counts more */
static bool is_bar5_base(const struct igd_oracle *oracle)
{
	return !(own_bdsm(oracle) & BASE_MASK) && igd_oracle_bar5_stolen(oracle);
}

/* BDSM as the guest reads it. It keeps the bits below the base. */
static u64 bdsm(const struct igd_oracle *oracle)
{
	u64 base = is_bar5_base(oracle) ? igd_oracle_bar5_stolen(oracle) : 0;

	return own_bdsm(oracle) | base;
}

u64 igd_oracle_guest_base(const struct igd_oracle *oracle)
{
	return bdsm(oracle) & BASE_MASK;
}

static u32 asls(const struct igd_oracle *oracle)
{
	u32 own;

	memcpy(&own, oracle->asls, sizeof(own));
	return own ? own : igd_oracle_bar5_opregion(oracle);
}

/*
 * Relocation. Returns an offset in stolen memory, or NOWHERE. An address may be
 * anywhere in the host's or the guest's stolen memory. With QEMU's sums, H + G and
 * 2 * G, only the address that the video BIOS has in this entry counts.
 */
#define NOWHERE		~0ULL

static bool in_window(const struct igd_oracle *oracle, u32 address, u32 base)
{
	return address - base < oracle->host.stolen_size;
}

static u64 meant(const struct igd_oracle *oracle, u32 entry, u32 address)
{
	u32 h = oracle->host.stolen_base, g = igd_oracle_guest_base(oracle);
	u32 linear = entry * PTE_PAGE;
	bool host = in_window(oracle, address, h);
	bool guest = in_window(oracle, address, g);

	if (address - linear == h || address - linear == g ||
	    address - linear == h + g || address - linear == 2 * g)
		return linear;
	if (host == guest)
		return host && h == g ? address - h : NOWHERE;
	return address - (host ? h : g);
}

u64 igd_oracle_relocated(const struct igd_oracle *oracle, u32 entry, u64 pte)
{
	u32 address = pte & ~(u64)(PTE_PAGE - 1);
	u32 moved;
	u64 offset;
	u32 high = pte >> 32 | (pte & oracle->host.platform->pte_high);

	if (!(pte & PTE_VALID) || high || !oracle->host.stolen_size)
		return pte;

	if (!igd_oracle_guest_base(oracle))
		return in_window(oracle, address, oracle->host.stolen_base) ? 0 : pte;

	offset = meant(oracle, entry, address);
	if (offset == NOWHERE)
		return pte;
	moved = igd_oracle_guest_base(oracle) + offset;
	/* BAR5 can have less stolen memory than the host: what is behind is nowhere */
	if (moved != address && is_bar5_base(oracle) && (u32)offset >= oracle->host.bar5_stolen)
		return 0;
	return moved | (pte & (PTE_PAGE - 1));
}

/* BAR4 */

static bool aims_at_gtt(const struct igd_oracle *oracle)
{
	return oracle->host.platform->iobar_gtt &&
	       TARGET(oracle->index) == TARGET_GTT;
}

static bool aims_at_page(const struct igd_oracle *oracle)
{
	return TARGET(oracle->index) == TARGET_MMIO &&
	       AIM(oracle->index) / IGD_ORACLE_PAGE_SIZE ==
	       IGD_ORACLE_PAGE / IGD_ORACLE_PAGE_SIZE;
}

bool igd_oracle_aim_known(const struct igd_oracle *oracle)
{
	return TARGET(oracle->index) != TARGET_MMIO ||
	       igd_oracle_bar0_known(oracle, AIM(oracle->index), 4);
}

/*
 * The whole entry decides when it is written. A half that does not change, as the
 * zero high half after each low half, has no effect.
 */
static void write_gtt(struct igd_oracle *oracle, u32 value)
{
	u32 size = oracle->host.platform->pte_size;
	u32 entry = AIM(oracle->index) / size;
	bool high = AIM(oracle->index) % size;
	u64 before, now;

	if (high && value)
		oracle->high_written = true;
	if (entry >= oracle->host.entries)
		return;

	before = oracle->written[entry];
	now = high ? (u32)before | (u64)value << 32 :
		     (before & ~0xffffffffULL) | value;
	if (high && now == before)
		return;
	oracle->written[entry] = now;
	oracle->expected[entry] = igd_oracle_relocated(oracle, entry, now);
}

static u32 read_gtt(const struct igd_oracle *oracle)
{
	u32 size = oracle->host.platform->pte_size;
	u32 entry = AIM(oracle->index) / size;

	if (entry >= oracle->host.entries)
		return 0;
	return oracle->expected[entry] >> (8 * (AIM(oracle->index) % size));
}

/* Returns BAR0's byte @offset, NULL if it cannot be written */
static u8 *scratch_byte(struct igd_oracle *oracle, u64 offset)
{
	for (size_t i = 0; i < IGD_ORACLE_SCRATCHES; i++)
		if (offset >= scratches[i] &&
		    offset < scratches[i] + IGD_ORACLE_SCRATCH)
			return &oracle->scratch[i][offset - scratches[i]];
	return NULL;
}

static void data_write(struct igd_oracle *oracle, u32 value)
{
	const u8 *bytes = (const u8 *)&value;

	if (aims_at_gtt(oracle)) {
		write_gtt(oracle, value);
	} else if (TARGET(oracle->index) == TARGET_MMIO) {
		for (int i = 0; i < 4; i++) {
			u8 *at = scratch_byte(oracle, AIM(oracle->index) + i);

			if (at)
				*at = bytes[i];
		}
	}
}

/* Returns whether a register of @size bytes at @at has byte @offset, and gets it */
static bool get_byte(u64 value, u64 at, u32 size, u64 offset, u8 *byte)
{
	if (offset < at || offset >= at + size)
		return false;
	*byte = value >> 8 * (offset - at);
	return true;
}

/* GGC of the guest, if it has BAR5 */
static u16 ggc(const struct igd_oracle *oracle)
{
	u16 hardware;

	memcpy(&hardware, &oracle->host.config[GGC], sizeof(hardware));
	return igd_oracle_bar5_ggc(oracle, hardware);
}

static u64 stolen_reserved(const struct igd_oracle *oracle)
{
	u64 hardware;

	memcpy(&hardware, &oracle->host.page[PAGE_RESERVED], sizeof(hardware));
	return igd_oracle_bar5_reserved(oracle, hardware);
}

/* The page's byte at @offset */
static u8 page_byte(const struct igd_oracle *oracle, u32 offset)
{
	u32 size = oracle->host.platform->bdsm_size;
	u8 byte;

	if (get_byte(bdsm(oracle), PAGE_BDSM, size, offset, &byte) ||
	    get_byte(stolen_reserved(oracle), PAGE_RESERVED, size, offset, &byte))
		return byte;
	if (oracle->bar5_size && get_byte(ggc(oracle), PAGE_GGC, 2, offset, &byte))
		return byte;
	return oracle->host.page[offset];
}

/* Only whole dwords reach INDEX's target, except for the page, which is memory */
static void data_read(struct igd_oracle *oracle, u32 byte, u8 *data, u32 width)
{
	u32 aim = AIM(oracle->index);
	u32 value;

	memset(data, 0, width);
	if (aims_at_page(oracle)) {
		for (u32 i = 0; i < width; i++)
			data[i] = page_byte(oracle, aim + byte + i - IGD_ORACLE_PAGE);
	} else if (width == 4 && aims_at_gtt(oracle)) {
		value = read_gtt(oracle);
		memcpy(data, &value, 4);
	} else if (width == 4 && TARGET(oracle->index) == TARGET_MMIO) {
		for (u32 i = 0; i < 4; i++)
			data[i] = *scratch_byte(oracle, aim + i);
	}
}

static void port_read(struct igd_oracle *oracle, u32 port, u8 *data, u32 width)
{
	if (!oracle->io || port >= PORTS)
		memset(data, 0xff, width);
	else if (port < DATA)
		memcpy(data, (u8 *)&oracle->index + port, width);
	else
		data_read(oracle, port - DATA, data, width);
}

static void port_write(struct igd_oracle *oracle, u32 port, const u8 *data,
		       u32 width)
{
	u32 value;

	if (!oracle->io || width != 4)
		return;
	memcpy(&value, data, 4);
	if (port == INDEX)
		oracle->index = value & oracle->host.index_bits;
	else if (port == DATA)
		data_write(oracle, value);
}

/* Natural widths of 4, 2 and 1, as vfio-pci splits an access to ports */
static u32 port_width(u64 offset, size_t size)
{
	for (u32 width = 4; width > 1; width /= 2)
		if (size >= width && !(offset % width))
			return width;
	return 1;
}

static ssize_t bar4_clip(const struct igd_oracle *oracle, u64 offset, size_t size)
{
	u32 end = oracle->host.bar4_size;

	if (!size)
		return 0;
	if (offset >= end)
		return -EINVAL;
	return size < end - offset ? size : end - offset;
}

ssize_t igd_oracle_bar4_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size)
{
	ssize_t ret = bar4_clip(oracle, offset, size);
	u32 width;

	for (ssize_t done = 0; done < ret; done += width) {
		width = port_width(offset + done, ret - done);
		port_read(oracle, offset + done, data + done, width);
	}
	return ret;
}

ssize_t igd_oracle_bar4_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size)
{
	ssize_t ret = bar4_clip(oracle, offset, size);
	u32 width;

	for (ssize_t done = 0; done < ret; done += width) {
		width = port_width(offset + done, ret - done);
		port_write(oracle, offset + done, data + done, width);
	}
	return ret;
}

/* Configuration space */

/* Returns byte @offset of a register that keeps what is written, or NULL */
static u8 *virtual_byte(struct igd_oracle *oracle, u64 offset)
{
	const struct igd_platform *platform = oracle->host.platform;

	if (offset >= ASLS && offset < ASLS + sizeof(oracle->asls))
		return &oracle->asls[offset - ASLS];
	if (platform->bdsm_size == 8 && offset >= BDSM_32 && offset < BDSM_32 + 4)
		return &oracle->bdsm[offset - BDSM_32];
	if (platform->bdsm && offset >= platform->bdsm &&
	    offset < platform->bdsm + platform->bdsm_size)
		return &oracle->bdsm[offset - platform->bdsm];
	return NULL;
}

static ssize_t config_check(const struct igd_oracle *oracle, u64 offset,
			    size_t size)
{
	if (size && (offset >= oracle->host.config_size ||
		     size > oracle->host.config_size - offset))
		return -EFAULT;
	return size;
}

static u8 command_byte(const struct igd_oracle *oracle)
{
	u8 value = oracle->host.config[PCI_COMMAND];

	value &= ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	return value | (oracle->io ? PCI_COMMAND_IO : 0) |
	       (oracle->memory ? PCI_COMMAND_MEMORY : 0);
}

static u8 config_byte(const struct igd_oracle *oracle, u64 offset)
{
	const struct igd_platform *platform = oracle->host.platform;
	u8 byte;

	if (offset == PCI_COMMAND)
		return command_byte(oracle);
	if (get_byte(asls(oracle), ASLS, 4, offset, &byte) ||
	    get_byte(bdsm(oracle), platform->bdsm, platform->bdsm_size, offset, &byte))
		return byte;
	if (platform->bdsm_size == 8 && get_byte(bdsm(oracle), BDSM_32, 4, offset, &byte))
		return byte;
	if (oracle->bar5_size &&
	    (get_byte(oracle->bar5, PCI_BASE_ADDRESS_5, 4, offset, &byte) ||
	     (platform->bdsm && get_byte(ggc(oracle), GGC, 2, offset, &byte))))
		return byte;
	return oracle->host.config[offset];
}

ssize_t igd_oracle_config_read(struct igd_oracle *oracle, u64 offset,
			       void *data, size_t size)
{
	ssize_t ret = config_check(oracle, offset, size);

	for (ssize_t i = 0; i < ret; i++)
		((u8 *)data)[i] = config_byte(oracle, offset + i);
	return ret;
}

static void config_write_byte(struct igd_oracle *oracle, u64 offset, u8 value)
{
	u8 *at = virtual_byte(oracle, offset);

	if (at) {
		*at = value;
	} else if (offset == PCI_COMMAND) {
		oracle->io = value & PCI_COMMAND_IO;
		oracle->memory = value & PCI_COMMAND_MEMORY;
	} else if (oracle->bar5_size && offset >= PCI_BASE_ADDRESS_5 &&
		   offset < PCI_BASE_ADDRESS_5 + 4) {
		igd_oracle_bar5_set_byte(oracle, offset - PCI_BASE_ADDRESS_5, value);
	}
}

/* All else is unchanged, including GGC, DEV2CTL, MSAC, and SWSMI to SWSCI */
ssize_t igd_oracle_config_write(struct igd_oracle *oracle, u64 offset,
				const void *data, size_t size)
{
	ssize_t ret = config_check(oracle, offset, size);

	for (ssize_t i = 0; i < ret; i++)
		config_write_byte(oracle, offset + i, ((const u8 *)data)[i]);
	return ret;
}

/* BAR0 */

static u64 gtt_end(const struct igd_oracle *oracle)
{
	return oracle->host.platform->gtt +
	       (u64)oracle->host.entries * oracle->host.platform->pte_size;
}

bool igd_oracle_bar0_known(const struct igd_oracle *oracle, u64 offset,
			   size_t size)
{
	u64 last = offset + size - 1;

	if (offset >= oracle->host.platform->gtt)
		return last < gtt_end(oracle);
	if (offset >= scratches[0] && last < scratches[0] + IGD_ORACLE_SCRATCH)
		return true;
	/* The page and the bytes around it */
	return offset >= scratches[1] && last < scratches[2] + IGD_ORACLE_SCRATCH;
}

static u8 *gtt_byte(struct igd_oracle *oracle, u64 *entries, u64 offset)
{
	u32 size = oracle->host.platform->pte_size;

	offset -= oracle->host.platform->gtt;
	return (u8 *)&entries[offset / size] + offset % size;
}

ssize_t igd_oracle_bar0_read(struct igd_oracle *oracle, u64 offset, void *data,
			     size_t size)
{
	u8 *bytes = data, *at;

	if (size && !oracle->memory)
		return -EIO;
	for (size_t i = 0; i < size; i++) {
		at = scratch_byte(oracle, offset + i);
		if (offset + i >= oracle->host.platform->gtt)
			at = gtt_byte(oracle, oracle->expected, offset + i);
		bytes[i] = at ? *at : page_byte(oracle, offset + i - IGD_ORACLE_PAGE);
	}
	return size;
}

ssize_t igd_oracle_bar0_write(struct igd_oracle *oracle, u64 offset,
			      const void *data, size_t size)
{
	const u8 *bytes = data;
	u8 *at;

	if (size && !oracle->memory)
		return -EIO;
	for (size_t i = 0; i < size; i++) {
		at = scratch_byte(oracle, offset + i);
		if (offset + i >= oracle->host.platform->gtt) {
			at = gtt_byte(oracle, oracle->written, offset + i);
			*gtt_byte(oracle, oracle->expected, offset + i) = bytes[i];
		}
		if (at)
			*at = bytes[i];
	}
	return size;
}
