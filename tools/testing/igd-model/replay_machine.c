// SPDX-License-Identifier: GPL-2.0-only
/* Which machine it is that was recorded, and whether the model can be it. */
#include <string.h>

#include <linux/pci_regs.h>

#include "replay.h"

#define MIB (1ull << 20)

/* linux include/drm/intel/pci_config.h */
enum { GGC = 0x50, DEV2CTL = 0x58, MSAC = 0x62, ASLS = 0xfc };

enum { DEV2CTL_IOBARDIS = 1 << 0 };

/* BDSM's copy in BAR0: Intel KBL datasheet vol 2, p. 535 */
enum { MIRROR_BDSM = 0x1080c0 };

/* linux include/linux/pci_ids.h PCI_BASE_CLASS_DISPLAY */
enum { BASE_CLASS_DISPLAY = 0x03 };

/* A list of capabilities in 192 bytes, of 4 bytes each at least */
enum { CAPABILITIES = 48 };

static unsigned int line_of(const struct replay *r, unsigned int offset)
{
	return r->config_lines[offset / 16];
}

static const char *fail_at(struct replay *r, unsigned int offset, const char *what)
{
	return replay_fail(r, line_of(r, offset), "%02x: %s", offset, what);
}

static const char *find_platform(struct replay *r)
{
	unsigned int id = replay_get(r, PCI_DEVICE_ID, 2);

	if (!r->config_bytes)
		return replay_fail(r, 0, "there is no section \"config 0000:00:02.0\"");
	if (r->config_bytes < REPLAY_CONFIG_LEAST)
		return replay_fail(r, line_of(r, 0),
				   "only %u bytes of configuration space, of at least %u",
				   r->config_bytes, REPLAY_CONFIG_LEAST);
	if (replay_get(r, PCI_VENDOR_ID, 2) != 0x8086)
		return fail_at(r, PCI_VENDOR_ID, "the vendor is not Intel, 8086");
	r->platform = igd_platform_of(id);
	if (!r->platform)
		return replay_fail(r, line_of(r, 0),
				   "8086:%04x is of no generation that the model knows", id);
	if (r->config[PCI_CLASS_DEVICE + 1] != BASE_CLASS_DISPLAY)
		return fail_at(r, PCI_CLASS_DEVICE, "the class is not that of a display");
	if (r->config[PCI_HEADER_TYPE])
		return fail_at(r, PCI_HEADER_TYPE, "not the header of a single function");
	return NULL;
}

static const char *find_sizes(struct replay *r)
{
	const struct ggc_layout *layout = &r->platform->ggc;
	uint16_t ggc;
	int stolen, gtt;

	if (!replay_has(r, GGC, 2))
		return NULL;
	ggc = replay_get(r, GGC, 2);
	stolen = ggc_stolen(layout, ggc);
	gtt = ggc_gtt(layout, ggc);
	if (stolen == GGC_RESERVED || gtt == GGC_RESERVED)
		return replay_fail(r, line_of(r, GGC),
				   "GGC is %04x: a size in it is reserved on %s", ggc,
				   r->platform->name);
	r->values[MACHINE_STOLEN_MIB] = stolen;
	r->values[MACHINE_GTT_MIB] = gtt;
	return NULL;
}

static uint64_t register_value(const struct replay *r, uint32_t offset)
{
	for (size_t i = 0; i < r->register_count; i++)
		if (r->registers[i].offset == offset)
			return r->registers[i].value;
	return 0;
}

/* Where configuration space has no BDSM, its copy in BAR0 tells. */
static void find_addresses(struct replay *r)
{
	const struct igd_platform *p = r->platform;
	uint64_t base = 0;

	if (replay_has(r, ASLS, 4))
		r->values[MACHINE_ASLS] = replay_get(r, ASLS, 4);
	if (p->bdsm && replay_has(r, p->bdsm, p->bdsm_bytes))
		base = replay_get(r, p->bdsm, p->bdsm_bytes);
	else if (!p->bdsm)
		base = register_value(r, MIRROR_BDSM) |
		       register_value(r, MIRROR_BDSM + 4) << 32;
	if (base)
		r->values[MACHINE_STOLEN_BASE] = base & -MIB;
}

/* The size of GMADR is in MSAC; the file "resource" has that of LMEMBAR, too. */
static const char *find_aperture(struct replay *r)
{
	const struct igd_platform *p = r->platform;
	uint64_t *mib = &r->values[MACHINE_APERTURE_MIB];

	if (p->msac_mask && replay_has(r, MSAC, 1))
		*mib = msac_decode(p, r->config[MSAC]);
	if (r->bar_count <= 2)
		return NULL;
	if (*mib != MACHINE_OPEN && *mib * MIB != r->bars[2].size)
		return replay_fail(r, r->bars[2].line,
				   "BAR2 has %#llx bytes, and %llu MiB by MSAC",
				   (unsigned long long)r->bars[2].size,
				   (unsigned long long)*mib);
	if (!r->bars[2].size || r->bars[2].size % MIB)
		return replay_fail(r, r->bars[2].line, "BAR2 has no size in MiB");
	*mib = r->bars[2].size / MIB;
	return NULL;
}

static bool iobar_hidden(const struct replay *r)
{
	return replay_has(r, DEV2CTL, 1) && (r->config[DEV2CTL] & DEV2CTL_IOBARDIS);
}

/* BAR @bar must have @size bytes and @flags, as the model's has. */
static const char *check_bar(struct replay *r, unsigned int bar, uint64_t size,
			     uint32_t flags)
{
	unsigned int offset = PCI_BASE_ADDRESS_0 + 4 * bar;
	uint64_t bytes = flags & PCI_BASE_ADDRESS_SPACE_IO || !size ? 4 : 8;
	uint64_t value = replay_get(r, offset, bytes);

	if (r->bar_count > bar && r->bars[bar].size != size)
		return replay_fail(r, r->bars[bar].line,
				   "BAR%u has %#llx bytes, on %s it has %#llx", bar,
				   (unsigned long long)r->bars[bar].size, r->platform->name,
				   (unsigned long long)size);
	if ((value & (size ? size - 1 : ~0ull)) != flags)
		return replay_fail(r, line_of(r, offset),
				   "BAR%u is %#llx, which is not as on %s: %#llx bytes, type %x",
				   bar, (unsigned long long)value, r->platform->name,
				   (unsigned long long)size, flags);
	return NULL;
}

static const char *check_bars(struct replay *r)
{
	const struct igd_platform *p = r->platform;
	uint32_t prefetch = PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH;
	uint64_t mib = r->values[MACHINE_APERTURE_MIB];
	bool iobar = p->iobar_size && !iobar_hidden(r);
	const char *why = check_bar(r, 0, p->gttmmadr_size, p->gttmmadr_prefetch ?
				    prefetch : PCI_BASE_ADDRESS_MEM_TYPE_64);

	if (!why && mib != MACHINE_OPEN)
		why = check_bar(r, 2, mib * MIB, prefetch);
	if (!why)
		why = check_bar(r, 4, iobar ? p->iobar_size : 0,
				iobar ? PCI_BASE_ADDRESS_SPACE_IO : 0);
	return why;
}

/* The model has MSI with an address of 32 bits, for one vector. */
static const char *check_msi(struct replay *r, unsigned int at)
{
	uint16_t flags = replay_get(r, at + PCI_MSI_FLAGS, 2);

	if (flags & (PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_QMASK))
		return fail_at(r, at, "an MSI that the model does not have");
	return NULL;
}

static const char *check_capability(struct replay *r, unsigned int at)
{
	if (at < PCI_STD_HEADER_SIZEOF || at % 4)
		return fail_at(r, PCI_CAPABILITY_LIST, "the list of capabilities is broken");
	if (r->config[at] == PCI_CAP_ID_MSI && at + PCI_MSI_PENDING_32 + 4 <= 256)
		return check_msi(r, at);
	if (r->config[at] == PCI_CAP_ID_MSI || at + PCI_CAP_SIZEOF + 4 > 256)
		return fail_at(r, at, "a capability beyond the end");
	return NULL;
}

/* Behind what is recorded the list goes on as the platform has it. */
static const char *check_rest(struct replay *r, unsigned int at, unsigned int number)
{
	static struct pci_config config;
	unsigned int expected;

	pci_config_init(&config, r->platform->regs, r->platform->reg_count);
	expected = config.data[PCI_CAPABILITY_LIST];
	while (number-- && expected)
		expected = config.data[expected + PCI_CAP_LIST_NEXT];
	if (at != expected)
		return replay_fail(r, line_of(r, PCI_CAPABILITY_LIST),
				   "the capability at %02x is not recorded, and not where %s has it",
				   at, r->platform->name);
	return NULL;
}

static const char *check_capabilities(struct replay *r)
{
	const char *why = NULL;
	unsigned int at, n = 0;

	if (!replay_has(r, PCI_CAPABILITY_LIST, 1))
		return NULL;
	at = r->config[PCI_CAPABILITY_LIST];
	while (at && !why) {
		if (!replay_has(r, at, PCI_CAP_SIZEOF))
			return check_rest(r, at, n);
		if (++n > CAPABILITIES)
			return fail_at(r, PCI_CAPABILITY_LIST,
				       "the list of capabilities has no end");
		why = check_capability(r, at);
		at = r->config[at + PCI_CAP_LIST_NEXT];
	}
	return why;
}

static const char *check_registers(struct replay *r)
{
	for (size_t i = 0; i < r->register_count; i++)
		if (r->registers[i].offset >= r->platform->register_bytes)
			return replay_fail(r, r->registers[i].line,
					   "%#x is beyond the registers of %s",
					   r->registers[i].offset, r->platform->name);
	return NULL;
}

const char *replay_understand(struct replay *r)
{
	const char *why = find_platform(r);

	if (why)
		return why;
	for (unsigned int i = 0; i < MACHINE_VALUES; i++)
		r->values[i] = MACHINE_OPEN;
	r->values[MACHINE_DEVICE_ID] = replay_get(r, PCI_DEVICE_ID, 2);
	r->values[MACHINE_CLASS] = replay_get(r, PCI_CLASS_DEVICE, 2);
	find_addresses(r);
	why = find_sizes(r);
	if (!why)
		why = find_aperture(r);
	if (!why)
		why = check_bars(r);
	if (!why)
		why = check_capabilities(r);
	return why ? why : check_registers(r);
}

/* Whether the command line may say @given although @recorded is something else. */
static bool may_move(unsigned int value, uint64_t given, uint64_t recorded)
{
	if (value == MACHINE_ASLS)
		return given && recorded && given % 0x1000 == recorded % 0x1000;
	return value == MACHINE_STOLEN_BASE;
}

const char *replay_settle(struct replay *r, const struct igd_platform *platform,
			  uint64_t given[MACHINE_VALUES])
{
	static const char *const names[] = {
		[MACHINE_DEVICE_ID] = "--device-id",
		[MACHINE_CLASS] = "--class",
		[MACHINE_STOLEN_BASE] = "--stolen-base",
		[MACHINE_STOLEN_MIB] = "--stolen-size",
		[MACHINE_GTT_MIB] = "--gtt-size",
		[MACHINE_APERTURE_MIB] = "--aperture-size",
		[MACHINE_ASLS] = "--opregion",
	};

	if (platform && platform != r->platform)
		return replay_fail(r, 0, "--generation %s: the recorded machine is %s",
				   platform->name, r->platform->name);
	for (unsigned int i = 0; i < MACHINE_VALUES; i++) {
		if (given[i] == MACHINE_OPEN)
			given[i] = r->values[i];
		else if (r->values[i] != MACHINE_OPEN && given[i] != r->values[i] &&
			 !may_move(i, given[i], r->values[i]))
			return replay_fail(r, 0, "%s %#llx: the recorded machine has %#llx",
					   names[i], (unsigned long long)given[i],
					   (unsigned long long)r->values[i]);
	}
	return NULL;
}
