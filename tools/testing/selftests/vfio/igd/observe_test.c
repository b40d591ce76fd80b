// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs, tracepoints and the kernel log, for the host's administrator. For the
 * first two see Documentation/ABI/testing/debugfs-vfio-pci-igd.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/sizes.h>

#include <igd_bar5.h>
#include <igd_binding.h>
#include <igd_device.h>
#include <igd_log.h>
#include <igd_opener.h>
#include <igd_region.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

#define TRACING		"/sys/kernel/tracing"

#define ENTRY		5

/* More bytes than any of the files has */
#define TEXT		SZ_256K

/* Reads @path into the TEXT bytes of @text, and adds a 0 byte. */
static size_t read_file(const char *path, char *text)
{
	FILE *file = fopen(path, "r");
	size_t length;

	VFIO_ASSERT_NOT_NULL(file, "fopen(%s) failed\n", path);
	length = fread(text, 1, TEXT - 1, file);
	VFIO_ASSERT_NE(feof(file), 0);
	fclose(file);
	text[length] = 0;

	return length;
}

static bool has_entries(struct igd *igd)
{
	return igd->platform->iobar_gtt && igd->info.gtt_entries;
}

static u64 pte(struct igd *igd, u64 base)
{
	return igd_pte(igd->platform, base + ENTRY * SZ_4K, 0);
}

FIXTURE(debugfs_test) {
	struct igd *igd;
	char text[TEXT];
};

FIXTURE_SETUP(debugfs_test)
{
	if (!igd_driver_is(device_bdf, "vfio-pci-igd"))
		SKIP(return, "the device is not bound to vfio-pci-igd");
	self->igd = igd_open(device_bdf);
}

FIXTURE_TEARDOWN(debugfs_test)
{
	igd_close(self->igd);
}

/* Reads debugfs' @name into self->text; returns its length. */
static size_t read_debugfs(FIXTURE_DATA(debugfs_test) *self, const char *name)
{
	char path[128];

	igd_debugfs_path(path, sizeof(path), device_bdf, name);
	return read_file(path, self->text);
}

static u64 state(FIXTURE_DATA(debugfs_test) *self, const char *name)
{
	char line[64], *at;

	read_debugfs(self, "state");
	snprintf_assert(line, sizeof(line), "\n%s: ", name);
	at = strstr(self->text, line);
	VFIO_ASSERT_NOT_NULL(at, "no %s\n", name);
	return strtoull(at + strlen(line), NULL, 0);
}

/* A register of the page at 0x108000 */
static u64 mirrored(struct igd *igd, u32 offset)
{
	u64 value = igd_model_mmio(igd->model, offset);

	if (igd->platform->bdsm_size == 8)
		value |= (u64)igd_model_mmio(igd->model, offset + 4) << 32;
	return value;
}

TEST_F(debugfs_test, registers)
{
	struct igd *igd = self->igd;

	EXPECT_EQ(igd->info.gtt_entries, state(self, "gtt_entries"));
	EXPECT_EQ(igd->info.stolen_size, state(self, "stolen_size"));
	EXPECT_EQ(0, state(self, "guest_asls"));
	vfio_pci_config_writel(igd->device, IGD_ASLS, GUEST_OPREGION);
	EXPECT_EQ(GUEST_OPREGION, state(self, "guest_asls"));
	if (!igd->platform->bdsm)
		return;

	EXPECT_EQ(igd->info.stolen_base, state(self, "stolen_base"));
	EXPECT_EQ(0, state(self, "guest_bdsm"));
	igd_bdsm_write(igd, GUEST_STOLEN);
	EXPECT_EQ(GUEST_STOLEN, state(self, "guest_bdsm"));

	if (!igd->model)
		return;
	EXPECT_EQ(mirrored(igd, IGD_RESERVED_MIRROR), state(self, "stolen_reserved"));
	if (igd->platform->bdsm_size == 8)
		EXPECT_EQ(mirrored(igd, IGD_BGSM_MIRROR), state(self, "bgsm"));
}

static bool has_state(FIXTURE_DATA(debugfs_test) *self, const char *name)
{
	read_debugfs(self, "state");
	return strstr(self->text, name);
}

/* Only while the device is open with BAR5; then the guest's registers follow it */
TEST_F(debugfs_test, bar5)
{
	const char *option = self->igd->platform->bdsm ? "32" : "auto";
	u32 place = 0xc8000000, stolen = self->igd->platform->bdsm ? SZ_32M : 0;
	const struct vfio_region_info *info;

	EXPECT_FALSE(has_state(self, "bar5"));
	igd_close(self->igd);
	self->igd = igd_bar5_open(device_bdf, option);
	info = &self->igd->device->bars[5].info;

	EXPECT_EQ(info->size, state(self, "bar5_size"));
	EXPECT_EQ(stolen, state(self, "bar5_stolen_size"));
	EXPECT_EQ(!self->igd->info.asls, !state(self, "bar5_opregion_size"));
	EXPECT_EQ(0, state(self, "bar5_address"));

	vfio_pci_config_writel(self->igd->device, PCI_BASE_ADDRESS_5, place);
	EXPECT_EQ(place, state(self, "bar5_address"));
	EXPECT_EQ(self->igd->info.asls ? place + stolen : 0, state(self, "guest_asls"));
	EXPECT_EQ(stolen ? place : 0, state(self, "guest_bdsm"));

	igd_close(self->igd);
	EXPECT_EQ(0, igd_bar5_set(device_bdf, "0"));
	EXPECT_FALSE(has_state(self, "bar5"));
	self->igd = igd_open(device_bdf);
}

TEST_F(debugfs_test, entries)
{
	struct igd *igd = self->igd;
	u64 host = pte(igd, igd->info.stolen_base);

	if (!has_entries(igd))
		SKIP(return, "BAR4 reaches no entry");

	igd_vbios_write_entry(igd, ENTRY, host);
	EXPECT_EQ(1, state(self, "gtt_blocked"));
	igd_bdsm_write(igd, GUEST_STOLEN);
	igd_vbios_write_entry(igd, ENTRY, host);
	EXPECT_EQ(1, state(self, "gtt_relocated"));
	/* 256 MiB below its stolen memory */
	igd_vbios_write_entry(igd, ENTRY, pte(igd, igd->info.stolen_base - SZ_256M));
	EXPECT_EQ(1, state(self, "gtt_passed"));
	igd_vbios_write_entry(igd, ENTRY, 0);
	EXPECT_EQ(1, state(self, "gtt_invalid"));
	/* In the middle of the host's, and at the start of the guest's */
	igd_bdsm_write(igd, igd->info.stolen_base + igd->info.stolen_size / 2);
	igd_vbios_write_entry(igd, ENTRY, igd_pte(igd->platform, igd->info.stolen_base +
						  igd->info.stolen_size / 2, 0));
	EXPECT_EQ(1, state(self, "gtt_ambiguous"));
	EXPECT_EQ(0, state(self, "gtt_undone"));
}

TEST_F(debugfs_test, high_half)
{
	struct igd *igd = self->igd;

	if (!has_entries(igd) || igd->platform->pte_size == 4)
		SKIP(return, "entries have no high half");

	igd_bdsm_write(igd, GUEST_STOLEN);
	igd_vbios_write_entry(igd, ENTRY, pte(igd, igd->info.stolen_base) | 1ULL << 32);
	EXPECT_EQ(1, state(self, "gtt_undone"));
}

TEST_F(debugfs_test, opregion)
{
	struct vfio_region_info region;
	char path[128];
	u8 *bytes;

	if (!igd_region_find(self->igd->device->fd,
			     VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region)) {
		igd_debugfs_path(path, sizeof(path), device_bdf, "opregion");
		EXPECT_EQ(-1, open(path, O_RDONLY));
		EXPECT_EQ(ENODEV, errno);
		return;
	}

	bytes = malloc_assert(region.size);
	ASSERT_EQ(region.size, __igd_region_access(self->igd, &region, false, 0,
						   bytes, region.size));
	EXPECT_EQ(region.size, read_debugfs(self, "opregion"));
	EXPECT_EQ(0, memcmp(self->text, bytes, region.size));
	free(bytes);
}

FIXTURE(trace_test) {
	struct igd *igd;
	char text[TEXT];
};

static void trace(const char *file, const char *text)
{
	char path[128];

	snprintf_assert(path, sizeof(path), TRACING "/%s", file);
	VFIO_ASSERT_EQ(__igd_sysfs_write(path, text), 0);
}

FIXTURE_SETUP(trace_test)
{
	if (!igd_driver_is(device_bdf, "vfio-pci-igd"))
		SKIP(return, "the device is not bound to vfio-pci-igd");
	if (!igd_device_platform(device_bdf)->bdsm)
		SKIP(return, "no virtual BDSM");
	self->igd = igd_open(device_bdf);
	/* Any write clears it */
	VFIO_ASSERT_EQ(truncate(TRACING "/trace", 0), 0);
	trace("events/igd_vfio_pci/enable", "1");
}

FIXTURE_TEARDOWN(trace_test)
{
	trace("events/igd_vfio_pci/enable", "0");
	igd_close(self->igd);
}

static bool has_traced(FIXTURE_DATA(trace_test) *self, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	read_file(TRACING "/trace", self->text);
	return strstr(self->text, line);
}

TEST_F(trace_test, registers)
{
	struct igd *igd = self->igd;

	vfio_pci_config_writel(igd->device, igd->platform->bdsm, GUEST_STOLEN);
	EXPECT_TRUE(has_traced(self, "%s: region 7: write %#x+4: %#x\n", device_bdf,
			       igd->platform->bdsm, GUEST_STOLEN));
	vfio_pci_config_readl(igd->device, igd->platform->bdsm);
	EXPECT_TRUE(has_traced(self, "%s: region 7: read %#x+4: %#x\n", device_bdf,
			       igd->platform->bdsm, GUEST_STOLEN));
	vfio_pci_config_writel(igd->device, 0xe0, 1);
	EXPECT_TRUE(has_traced(self, "%s: region 7: write 0xe0+4: 0x1 dropped\n",
			       device_bdf));
	igd_bar_readl(igd, 0, IGD_BDSM_MIRROR);
	EXPECT_TRUE(has_traced(self, "%s: region 0: read %#x+4: %#x\n", device_bdf,
			       IGD_BDSM_MIRROR, GUEST_STOLEN));
}

TEST_F(trace_test, entries)
{
	struct igd *igd = self->igd;
	u64 host = pte(igd, igd->info.stolen_base), guest = pte(igd, GUEST_STOLEN);

	if (!has_entries(igd))
		SKIP(return, "BAR4 reaches no entry");

	igd_vbios_write_entry(igd, ENTRY, host);
	EXPECT_TRUE(has_traced(self, "%s: entry %u: %#llx -> 0x0 blocked\n", device_bdf,
			       ENTRY, host));
	igd_bdsm_write(igd, GUEST_STOLEN);
	igd_vbios_write_entry(igd, ENTRY, host);
	EXPECT_TRUE(has_traced(self, "%s: entry %u: %#llx -> %#llx relocated\n",
			       device_bdf, ENTRY, host, guest));
}

/* The kernel log */

#define TRIES		50

/* DEFAULT_RATELIMIT_BURST and _INTERVAL: include/linux/ratelimit_types.h */
#define BURST		10
#define INTERVAL	5

FIXTURE(log_test) {
	struct igd_log log;
};

FIXTURE_SETUP(log_test)
{
	if (!igd_driver_is(device_bdf, "vfio-pci-igd"))
		SKIP(return, "the device is not bound to vfio-pci-igd");
	/* Other tests may have used up the rate limit of this interval */
	sleep(INTERVAL + 1);
	igd_log_open(&self->log);
}

FIXTURE_TEARDOWN(log_test)
{
	igd_log_close(&self->log);
}

/* The number of messages with @text about the device in this test. */
static u32 said(FIXTURE_DATA(log_test) *self, const char *text)
{
	return igd_log_said(&self->log, device_bdf, text);
}

/* One message for each register, and one for cleared entries */
TEST_F(log_test, is_not_flooded_by_a_guest)
{
	struct igd *igd = igd_open(device_bdf);
	u32 bdsm = igd->platform->bdsm ? 1 : 0;
	u32 blocked = has_entries(igd) ? 1 : 0;

	for (int i = 0; i < TRIES; i++) {
		vfio_pci_config_writel(igd->device, IGD_ASLS, i % 2 * GUEST_OPREGION);
		if (bdsm)
			igd_bdsm_write(igd, i % 2 * GUEST_STOLEN);
		if (blocked && !(i % 2))
			igd_vbios_write_entry(igd, ENTRY, pte(igd, igd->info.stolen_base));
	}
	EXPECT_EQ(1 + bdsm + blocked, said(self, "Intel IGD: guest"));
	EXPECT_EQ(1, said(self, "Intel IGD: guest set ASLS: 0xfffe000"));
	EXPECT_EQ(bdsm, said(self, "Intel IGD: guest set BDSM: 0xcf00000"));
	EXPECT_EQ(blocked, said(self, "Intel IGD: guest maps host stolen memory"));
	igd_close(igd);
	EXPECT_EQ(0, said(self, "Intel IGD: guest never wrote"));
}

/* Platforms without BDSM in configuration space have no BAR4 either */
TEST_F(log_test, sums_up_at_close)
{
	struct igd *igd = igd_open(device_bdf);
	u64 host = pte(igd, igd->info.stolen_base);
	bool entries = has_entries(igd);
	bool bar4 = igd->platform->bdsm;
	char text[128];

	if (entries)
		igd_vbios_write_entry(igd, ENTRY, host);
	if (bar4)
		igd_bdsm_write(igd, GUEST_STOLEN);
	for (int i = 0; entries && i < 3; i++)
		igd_vbios_write_entry(igd, ENTRY, host);
	for (int i = 0; entries && i < 2; i++)
		igd_vbios_write_entry(igd, ENTRY, pte(igd, ELSEWHERE));
	EXPECT_EQ(0, said(self, "Intel IGD: closed"));
	igd_close(igd);

	snprintf_assert(text, sizeof(text),
			"Intel IGD: closed, GTT entries relocated %u, passed %u, blocked %u, ambiguous 0",
			entries ? 3 : 0, entries ? 2 : 0, entries ? 1 : 0);
	EXPECT_EQ(bar4, said(self, text));
	EXPECT_EQ(1, said(self, "Intel IGD: guest never wrote ASLS: its firmware"));
}

TEST_F_TIMEOUT(log_test, is_not_flooded_by_opens, 300)
{
	u32 bdsm = igd_device_platform(device_bdf)->bdsm ? 1 : 0;
	struct igd_opener opener;
	time_t start = time(NULL);
	u32 most;

	igd_opener_init(&opener, device_bdf);
	for (int i = 0; i < TRIES; i++) {
		ASSERT_EQ(0, igd_opener_open(&opener));
		igd_opener_close(&opener);
	}
	igd_opener_cleanup(&opener);

	most = BURST * ((time(NULL) - start) / INTERVAL + 2);
	EXPECT_LE(1, said(self, "Intel IGD: guest never wrote ASLS: its firmware"));
	EXPECT_GE(most, said(self, "Intel IGD: guest never wrote ASLS: its firmware"));
	EXPECT_LE(bdsm, said(self, "Intel IGD: guest never wrote BDSM: its firmware"));
	EXPECT_GE(bdsm * most, said(self, "Intel IGD: guest never wrote BDSM: its firmware"));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
