// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <linux/pci_regs.h>

#include "pci.h"

static void put_le(uint8_t *at, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		at[i] = value >> (8 * i);
}

uint64_t pci_config_get(const struct pci_config *cfg, unsigned int offset,
			unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint64_t)cfg->data[offset + i] << (8 * i);
	return value;
}

void pci_config_define(struct pci_config *cfg, const struct pci_reg *reg)
{
	put_le(cfg->data + reg->offset, reg->value, reg->bytes);
	put_le(cfg->reset + reg->offset, reg->value, reg->bytes);
	put_le(cfg->rw + reg->offset, reg->rw, reg->bytes);
	put_le(cfg->kept + reg->offset, reg->kept ? ~0u : 0, reg->bytes);
}

void pci_config_init(struct pci_config *cfg, const struct pci_reg *regs,
		     size_t count)
{
	memset(cfg, 0, sizeof(*cfg));
	for (size_t i = 0; i < count; i++)
		pci_config_define(cfg, &regs[i]);
}

void pci_config_add_bar(struct pci_config *cfg, unsigned int bar, uint64_t size,
			uint32_t flags, unsigned int address_bits)
{
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * bar;
	uint64_t mask = ~(size - 1) & (~0ull >> (64 - address_bits));

	pci_config_define(cfg, &(struct pci_reg){
		.offset = offset, .bytes = 4, .value = flags, .rw = mask });
	if (!(flags & PCI_BASE_ADDRESS_SPACE_IO) &&
	    (flags & PCI_BASE_ADDRESS_MEM_TYPE_64))
		pci_config_define(cfg, &(struct pci_reg){
			.offset = offset + 4, .bytes = 4, .rw = mask >> 32 });
}

void pci_config_add_rom(struct pci_config *cfg, uint32_t size)
{
	pci_config_define(cfg, &(struct pci_reg){
		.offset = PCI_ROM_ADDRESS, .bytes = 4,
		.rw = ~(size - 1) | PCI_ROM_ADDRESS_ENABLE });
}

unsigned int pci_config_find(const struct pci_config *cfg, uint8_t id)
{
	unsigned int at = cfg->data[PCI_CAPABILITY_LIST];

	while (at && cfg->data[at] != id)
		at = cfg->data[at + PCI_CAP_LIST_NEXT];
	return at;
}

static unsigned int power_state(const struct pci_config *cfg)
{
	unsigned int pm = pci_config_find(cfg, PCI_CAP_ID_PM);

	return pm ? cfg->data[pm + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK : 0;
}

bool pci_config_decodes(const struct pci_config *cfg, uint16_t command)
{
	return (pci_config_get(cfg, PCI_COMMAND, 2) & command) &&
	       power_state(cfg) == 0;
}

bool pci_config_msi_enabled(const struct pci_config *cfg)
{
	unsigned int msi = pci_config_find(cfg, PCI_CAP_ID_MSI);

	return msi && (cfg->data[msi + PCI_MSI_FLAGS] & PCI_MSI_FLAGS_ENABLE);
}

/* Place of the pending bits of a 32-bit MSI capability, 0: not maskable. */
static unsigned int msi_pending(const struct pci_config *cfg)
{
	unsigned int msi = pci_config_find(cfg, PCI_CAP_ID_MSI);

	if (!msi || !(pci_config_get(cfg, msi + PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_MASKBIT))
		return 0;
	return msi + PCI_MSI_PENDING_32;
}

bool pci_config_msi_masked(struct pci_config *cfg)
{
	unsigned int pending = msi_pending(cfg);

	if (!pending || !(cfg->data[pending - 4] & 1))
		return false;
	cfg->data[pending] |= 1;
	return true;
}

bool pci_config_msi_unmasked(struct pci_config *cfg)
{
	unsigned int pending = msi_pending(cfg);

	if (!pending || (cfg->data[pending - 4] & 1) || !(cfg->data[pending] & 1))
		return false;
	cfg->data[pending] &= ~1;
	return true;
}

void pci_config_read(const struct pci_config *cfg, uint64_t offset, void *buf,
		     size_t count)
{
	uint8_t *out = buf;

	for (size_t i = 0; i < count; i++, offset++)
		out[i] = offset < PCI_CONFIG_BYTES ? cfg->data[offset] : 0xff;
}

/*
 * The bit that starts a function level reset always reads 0. So it is in no write
 * mask, and the written value has to be checked for it. It is bit 15 of PCI
 * Express' Device Control, and bit 0 of AF Control in the PCI Advanced Features
 * capability.
 */
static bool starts_flr(const struct pci_config *cfg, unsigned int offset,
		       uint8_t value)
{
	unsigned int exp = pci_config_find(cfg, PCI_CAP_ID_EXP);
	unsigned int af = pci_config_find(cfg, PCI_CAP_ID_AF);

	if (exp && offset == exp + PCI_EXP_DEVCTL + 1 &&
	    (pci_config_get(cfg, exp + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR))
		return value & (PCI_EXP_DEVCTL_BCR_FLR >> 8);
	if (af && offset == af + PCI_AF_CTRL &&
	    (cfg->data[af + PCI_AF_CAP] & PCI_AF_CAP_FLR))
		return value & PCI_AF_CTRL_FLR;
	return false;
}

/*
 * PCI Power Management 1.2, 3.2.4: a write of a state that the function does
 * not support completes and changes nothing.
 */
static void refuse_power_state(struct pci_config *cfg, unsigned int old)
{
	unsigned int pm = pci_config_find(cfg, PCI_CAP_ID_PM);
	unsigned int now = power_state(cfg);
	uint16_t pmc;

	if (!pm)
		return;
	pmc = pci_config_get(cfg, pm + PCI_PM_PMC, 2);
	if ((now == 1 && !(pmc & PCI_PM_CAP_D1)) ||
	    (now == 2 && !(pmc & PCI_PM_CAP_D2)))
		cfg->data[pm + PCI_PM_CTRL] =
			(cfg->data[pm + PCI_PM_CTRL] & ~PCI_PM_CTRL_STATE_MASK) | old;
}

static bool soft_resets(const struct pci_config *cfg, unsigned int old)
{
	unsigned int pm = pci_config_find(cfg, PCI_CAP_ID_PM);

	return old == 3 && power_state(cfg) == 0 &&
	       !(cfg->data[pm + PCI_PM_CTRL] & PCI_PM_CTRL_NO_SOFT_RESET);
}

enum pci_event pci_config_write(struct pci_config *cfg, uint64_t offset,
				const void *buf, size_t count)
{
	unsigned int old = power_state(cfg);
	enum pci_event event = PCI_EVENT_NONE;
	const uint8_t *in = buf;

	for (size_t i = 0; i < count && offset < PCI_CONFIG_BYTES; i++, offset++) {
		uint8_t rw = cfg->rw[offset];

		cfg->data[offset] = (cfg->data[offset] & ~rw) | (in[i] & rw);
		if (starts_flr(cfg, offset, in[i]))
			event = PCI_EVENT_FLR;
	}
	refuse_power_state(cfg, old);
	if (event == PCI_EVENT_NONE && soft_resets(cfg, old))
		event = PCI_EVENT_SOFT_RESET;
	if (event != PCI_EVENT_NONE)
		pci_config_reset(cfg);
	return event;
}

void pci_config_reset(struct pci_config *cfg)
{
	for (unsigned int i = 0; i < PCI_CONFIG_BYTES; i++)
		cfg->data[i] = (cfg->data[i] & cfg->kept[i]) |
			       (cfg->reset[i] & ~cfg->kept[i]);
}
