/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_PCI_H
#define IGD_MODEL_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The configuration space of one PCI function: bytes with a value, a write mask
 * and a value after reset. It implements the PCI specifications and is independent
 * of the device.
 */
enum { PCI_CONFIG_BYTES = 4096 };

struct pci_config {
	uint8_t data[PCI_CONFIG_BYTES];
	uint8_t reset[PCI_CONFIG_BYTES];	/* value after a function reset */
	uint8_t rw[PCI_CONFIG_BYTES];		/* bits software may write */
	uint8_t kept[PCI_CONFIG_BYTES];		/* bits a function reset keeps */
};

/* One register as a data table describes it. */
struct pci_reg {
	uint16_t offset;
	uint8_t bytes;		/* 1, 2 or 4 */
	bool kept;		/* survives a function reset */
	uint32_t value;		/* at power-on, after firmware */
	uint32_t rw;		/* mask of the bits software may write */
};

/* Side effects of a configuration write. */
enum pci_event {
	PCI_EVENT_NONE,
	PCI_EVENT_FLR,		/* function level reset, by PCI Express or AF */
	PCI_EVENT_SOFT_RESET,	/* D3hot to D0 without No_Soft_Reset */
};

/* pci_config_init - define the @count registers of @regs; the rest reads 0. */
void pci_config_init(struct pci_config *cfg, const struct pci_reg *regs,
		     size_t count);

/* pci_config_define - define, or replace, one register. */
void pci_config_define(struct pci_config *cfg, const struct pci_reg *reg);

/*
 * pci_config_add_bar - make base address register @bar (0 to 5). @size is a
 * power of two in bytes, @flags the read-only low bits as in PCI_BASE_ADDRESS_*
 * of linux/pci_regs.h; a 64-bit BAR takes @bar + 1 too. @address_bits is the
 * width of an address the function can hold: higher bits read 0.
 */
void pci_config_add_bar(struct pci_config *cfg, unsigned int bar, uint64_t size,
			uint32_t flags, unsigned int address_bits);

/* pci_config_add_rom - make the expansion ROM BAR, @size a power of two. */
void pci_config_add_rom(struct pci_config *cfg, uint32_t size);

/*
 * pci_config_read - copy @count bytes from @offset into @buf, little endian as
 * on the bus. Bytes beyond the end read 0xff, as without a completer.
 */
void pci_config_read(const struct pci_config *cfg, uint64_t offset, void *buf,
		     size_t count);

/*
 * pci_config_write - store @count bytes at @offset under the write masks.
 * A reset that the write asks for has been applied to @cfg on return; the
 * caller resets the rest of the device. Bytes beyond the end are dropped.
 */
enum pci_event pci_config_write(struct pci_config *cfg, uint64_t offset,
				const void *buf, size_t count);

/* pci_config_reset - a function level reset. */
void pci_config_reset(struct pci_config *cfg);

/*
 * pci_config_decodes - whether the function claims accesses (@command is
 * PCI_COMMAND_IO or PCI_COMMAND_MEMORY) or makes accesses (PCI_COMMAND_MASTER). A
 * function outside D0 does neither.
 */
bool pci_config_decodes(const struct pci_config *cfg, uint16_t command);

/* pci_config_msi_enabled - whether interrupts go out as messages. */
bool pci_config_msi_enabled(const struct pci_config *cfg);

/*
 * pci_config_msi_masked - whether the function must not send its message now. The
 * message is then pending, and pci_config_msi_unmasked returns true once.
 */
bool pci_config_msi_masked(struct pci_config *cfg);
bool pci_config_msi_unmasked(struct pci_config *cfg);

/* pci_config_find - offset of the first capability @id, 0 if there is none. */
unsigned int pci_config_find(const struct pci_config *cfg, uint8_t id);

/* Little-endian value of @bytes (1 to 8) at @offset. */
uint64_t pci_config_get(const struct pci_config *cfg, unsigned int offset,
			unsigned int bytes);

#endif
