// SPDX-License-Identifier: GPL-2.0-only
/* Compares results of accesses, and the device's state, with igd_oracle */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "fuzz.h"

#define MOST_PRINTED	8

/* A register of the hardware that is never virtual: KBL datasheet volume 2 */
#define DEVEN	0x54

void fuzz_mismatch(struct fuzz *fuzz, const char *format, ...)
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

#define SURFACE(_name, _region)						\
const struct fuzz_surface fuzz_ ## _name = {				\
	#_name, _region, igd_oracle_##_name##_read, igd_oracle_##_name##_write \
}

SURFACE(config, VFIO_PCI_CONFIG_REGION_INDEX);
SURFACE(bar0, VFIO_PCI_BAR0_REGION_INDEX);
SURFACE(bar4, VFIO_PCI_BAR4_REGION_INDEX);
SURFACE(bar5, VFIO_PCI_BAR5_REGION_INDEX);

/* Also compares the bytes behind those that were read */
static void expect_bytes(struct fuzz *fuzz, const char *name, u64 offset,
			 const u8 *got, const u8 *want)
{
	for (size_t i = 0; i < LONGEST; i++)
		if (got[i] != want[i])
			fuzz_mismatch(fuzz, "%s+%#llx, byte %zu, INDEX %#x: %#x, not %#x",
				      name, (unsigned long long)offset, i,
				      fuzz->oracle.index, got[i], want[i]);
}

void fuzz_expect(struct fuzz *fuzz, const char *name, bool write, u64 offset,
		 size_t size, const u8 *got, ssize_t ret, const u8 *want,
		 ssize_t want_ret)
{
	fuzz->step++;
	fuzz->ops++;
	if (ret != want_ret)
		fuzz_mismatch(fuzz, "%s of %zu bytes at %s+%#llx returns %zd, not %zd",
			      write ? "write" : "read", size, name,
			      (unsigned long long)offset, ret, want_ret);
	else if (!write && ret > 0)
		expect_bytes(fuzz, name, offset, got, want);
}

void fuzz_read(struct fuzz *fuzz, const struct fuzz_surface *surface,
	       u64 offset, size_t size)
{
	u8 got[LONGEST], want[LONGEST];
	ssize_t ret, want_ret;

	memset(got, 0xa5, sizeof(got));
	memset(want, 0xa5, sizeof(want));
	ret = __igd_region_access(fuzz->igd, &fuzz->regions[surface->region],
				  false, offset, got, size);
	want_ret = surface->read(&fuzz->oracle, offset, want, size);
	fuzz_expect(fuzz, surface->name, false, offset, size, got, ret, want, want_ret);
}

void fuzz_write(struct fuzz *fuzz, const struct fuzz_surface *surface,
		u64 offset, void *data, size_t size)
{
	ssize_t ret, want_ret;

	ret = __igd_region_access(fuzz->igd, &fuzz->regions[surface->region],
				  true, offset, data, size);
	want_ret = surface->write(&fuzz->oracle, offset, data, size);
	fuzz_expect(fuzz, surface->name, true, offset, size, NULL, ret, NULL, want_ret);
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
			fuzz_mismatch(fuzz, "entry %u is %#llx, not %#llx for %#llx, G is %#llx",
				      first + i, (unsigned long long)entries[i],
				      (unsigned long long)fuzz->oracle.expected[first + i],
				      (unsigned long long)fuzz->oracle.written[first + i],
				      (unsigned long long)igd_oracle_guest_base(&fuzz->oracle));
}

/* The guest has not changed the hardware's config space */
static void compare_config(struct fuzz *fuzz)
{
	u8 hardware[256];

	igd_hardware_config(fuzz->igd, hardware);
	/* The core writes none of the registers from BAR5 on either */
	for (int i = PCI_BASE_ADDRESS_5; i < 256; i++)
		if (hardware[i] != fuzz->hardware[i])
			fuzz_mismatch(fuzz, "the hardware's config byte %#x is %#x, was %#x",
				      i, hardware[i], fuzz->hardware[i]);
}

void fuzz_compare(struct fuzz *fuzz)
{
	/* Not random, as a replay compares more often and must do the same accesses */
	u32 entries = fuzz->oracle.host.entries, scratch = fuzz->sequences % 16, value;
	struct igd_model_counters counters;

	fuzz->sequences++;
	/*
	 * Arrives after all writes, even with decoding off. GGC would not: with BAR5 it
	 * is the driver's.
	 */
	vfio_pci_config_readw(fuzz->igd->device, DEVEN);
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
			fuzz_mismatch(fuzz, "plain register %u of range %d is %#x",
				      scratch, i, value);
	}

	igd_model_counters(fuzz->igd->model, &counters);
	if (counters.swsci)
		fuzz_mismatch(fuzz, "the host's firmware was called");
	if (counters.traffic[IGD_MODEL_MIRROR].read ||
	    counters.traffic[IGD_MODEL_MIRROR].write_posted)
		fuzz_mismatch(fuzz, "the hardware's page was accessed");
}
