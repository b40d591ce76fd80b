// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "replay.h"
#include "replay_setup.h"

#define MIB (1ull << 20)

enum { ASLS = 0xfc };

/* The ring of the only engine (blitter.h): what ran on the recorded machine is over. */
enum { BCS_RING = 0x22030, BCS_RING_BYTES = 0x10 };

/* Registers of the system agent with addresses near stolen memory, see mmio.c */
static const struct {
	uint32_t reg;
	bool wide;		/* as wide as BDSM, else 32 bits */
} moved[] = {
	{ 0x108000, false },	/* MTOLUD */
	{ 0x1080c0, true },	/* BDSM */
	{ 0x108100, true },	/* BGSM */
	{ 0x1082c0, true },	/* STOLEN_RESERVED */
};

enum { MOVED = sizeof(moved) / sizeof(moved[0]) };

/* How far stolen memory is above its recorded place, modulo 2^64 */
static uint64_t distance(const struct igd *igd)
{
	uint64_t recorded = igd->options.replay->values[MACHINE_STOLEN_BASE];

	return recorded == MACHINE_OPEN ? 0 : igd->options.stolen_base - recorded;
}

static void writable(struct pci_config *cfg, unsigned int offset, unsigned int bytes,
		     uint32_t mask)
{
	for (unsigned int i = 0; i < bytes; i++)
		cfg->rw[offset + i] = mask >> (8 * i);
}

/* The platform's masks of a capability, which may be elsewhere or another kind. */
static void forget(struct pci_config *cfg, uint8_t id, unsigned int bytes)
{
	unsigned int at = pci_config_find(cfg, id);

	if (at)
		memset(cfg->rw + at, 0, bytes);
}

/* PCI 3.0, 6.8.1, and PCI Power Management 1.2, 3.2.4 */
static void make_writable(struct pci_config *cfg)
{
	unsigned int msi = pci_config_find(cfg, PCI_CAP_ID_MSI);
	unsigned int pm = pci_config_find(cfg, PCI_CAP_ID_PM);

	if (msi) {
		writable(cfg, msi + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE);
		writable(cfg, msi + PCI_MSI_ADDRESS_LO, 4, 0xfffffffc);
		writable(cfg, msi + PCI_MSI_DATA_32, 2, 0xffff);
		if (pci_config_get(cfg, msi + PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_MASKBIT)
			writable(cfg, msi + PCI_MSI_MASK_32, 4, 1);
	}
	if (pm)
		writable(cfg, pm + PCI_PM_CTRL, 2, PCI_PM_CTRL_STATE_MASK);
}

/* What the options say of the machine, where its memory has moved. */
static void move(struct igd *igd)
{
	const struct igd_platform *p = igd->options.platform;
	const struct replay *r = igd->options.replay;
	const struct {
		unsigned int offset, bytes;
	} bases[] = { { p->bdsm, p->bdsm_bytes }, { p->bgsm, 8 } };

	for (unsigned int i = 0; i < 2; i++) {
		unsigned int offset = bases[i].offset, bytes = bases[i].bytes;
		uint64_t value;

		if (!offset || !replay_has(r, offset, bytes))
			continue;
		value = replay_get(r, offset, bytes) + distance(igd);
		for (unsigned int n = 0; n < bytes; n++)
			igd->pci.data[offset + n] = value >> (8 * n);
	}
	for (unsigned int n = 0; n < 4; n++)
		igd->pci.data[ASLS + n] = igd->options.asls >> (8 * n);
	if (igd->options.no_intx)
		igd->pci.data[PCI_INTERRUPT_PIN] = 0;
}

void replay_config(struct igd *igd)
{
	const struct replay *r = igd->options.replay;
	struct pci_config *cfg = &igd->pci;

	if (!r)
		return;
	forget(cfg, PCI_CAP_ID_MSI, PCI_MSI_PENDING_32);
	forget(cfg, PCI_CAP_ID_PM, PCI_PM_SIZEOF);
	memcpy(cfg->data, r->config, r->config_bytes);
	make_writable(cfg);
	move(igd);
	for (unsigned int i = 0; i < r->config_bytes; i++)
		cfg->reset[i] = (cfg->data[i] & ~cfg->rw[i]) |
				(cfg->reset[i] & cfg->rw[i]);
}

static uint64_t recorded(const struct replay *r, uint32_t offset)
{
	for (size_t i = 0; i < r->register_count; i++)
		if (r->registers[i].offset == offset)
			return r->registers[i].value;
	return 0;
}

/* Appends the moved registers to @values. Returns their number. */
static size_t move_registers(const struct igd *igd, struct mmio_value *values)
{
	const struct replay *r = igd->options.replay;
	size_t count = 0;

	for (unsigned int i = 0; i < MOVED; i++) {
		bool wide = moved[i].wide && igd->options.platform->bdsm_bytes == 8;
		uint32_t reg = moved[i].reg;
		uint64_t value = recorded(r, reg);

		if (wide)
			value |= recorded(r, reg + 4) << 32;
		if (value < MIB)	/* no address */
			continue;
		value += distance(igd);
		values[count++] = (struct mmio_value){ reg, value };
		if (wide)
			values[count++] = (struct mmio_value){ reg + 4, value >> 32 };
	}
	return count;
}

int replay_registers(struct igd *igd)
{
	const struct replay *r = igd->options.replay;
	struct mmio_value *values;
	size_t count = 0;

	if (!r || !r->register_count)
		return 0;
	values = calloc(r->register_count + 2 * MOVED, sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < r->register_count; i++)
		if (r->registers[i].offset - BCS_RING >= BCS_RING_BYTES)
			values[count++] = (struct mmio_value){
				r->registers[i].offset, r->registers[i].value };
	count += move_registers(igd, values + count);
	mmio_record(&igd->mmio, values, count);
	return 0;
}
