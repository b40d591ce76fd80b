// SPDX-License-Identifier: GPL-2.0-only
/* The device regions: OpRegion, host bridge, LPC bridge. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/sizes.h>

#include <igd_device.h>
#include <igd_log.h>
#include <igd_region.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* drivers/gpu/drm/i915/display/intel_opregion.c */
#define OPREGION_SIGNATURE	"IntelGraphicsMem"
#define OPREGION_SIZE_KIB	0x10
#define OPREGION_VERSION	0x16
#define OPREGION_MAILBOXES	0x58
#define OPREGION_FDSS		0x3aa
#define OPREGION_FDSP		0x3b2
#define OPREGION_RVDA		0x3ba
#define OPREGION_RVDS		0x3c2
#define OPREGION_MAILBOX_4	0x400
#define OPREGION_MAILBOX_5	0x1c00
#define OPREGION_BYTES		SZ_8K

/* drivers/gpu/drm/i915/display/intel_vbt_defs.h */
#define VBT_SIZE		0x18
#define VBT_CHECKSUM		0x1a
#define VBT_BDB			0x1c
#define BDB_SIZE		0x14
#define BDB_HEADER		0x16

#define HOST_BRIDGE		"0000:00:00.0"
#define LPC_BRIDGE		"0000:00:1f.0"

static bool region_find(struct igd *igd, u32 subtype, struct vfio_region_info *region)
{
	return igd_region_find(igd->device->fd, subtype, region);
}

static ssize_t region_read(struct igd *igd, const struct vfio_region_info *region,
			   u64 offset, void *buf, size_t size)
{
	return __igd_region_access(igd, region, false, offset, buf, size);
}

/* The bytes of the host's firmware at @address. */
static void host_read(u64 address, void *buf, size_t size)
{
	int fd = open("/dev/mem", O_RDONLY);
	ssize_t ret;

	VFIO_ASSERT_GE(fd, 0);
	ret = pread(fd, buf, size, address);
	VFIO_ASSERT_EQ(ret, size);
	close(fd);
}

/*
 * The expected kernel message about the host's OpRegion at open:
 * $IGD_OPREGION_MESSAGE, empty if there must be none.
 */
static bool kernel_has_to_say(const char *text)
{
	const char *message = getenv("IGD_OPREGION_MESSAGE");

	return message && !strncmp(message, text, strlen(text));
}

/* Whether the host has a usable OpRegion. */
static bool has_opregion(struct igd *igd)
{
	return igd->info.asls && !kernel_has_to_say("no OpRegion region: ");
}

static bool is_left_out(void)
{
	return kernel_has_to_say("extended VBT left out: ");
}

FIXTURE(opregion_test) {
	struct igd *igd;
	struct vfio_region_info region;
	u8 *bytes;		/* the region as one read returns it */
	u8 host[OPREGION_BYTES];
};

FIXTURE_SETUP(opregion_test)
{
	self->igd = igd_open(device_bdf);
	if (!has_opregion(self->igd))
		SKIP(return, "the host has no OpRegion");

	ASSERT_TRUE(region_find(self->igd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
				&self->region));
	self->bytes = malloc_assert(self->region.size);
	ASSERT_EQ(self->region.size,
		  region_read(self->igd, &self->region, 0, self->bytes,
			      self->region.size));
	host_read(self->igd->info.asls, self->host, sizeof(self->host));
}

FIXTURE_TEARDOWN(opregion_test)
{
	free(self->bytes);
	igd_close(self->igd);
}

static u64 get(const u8 *bytes, u32 offset, size_t size)
{
	u64 value = 0;

	memcpy(&value, bytes + offset, size);
	return value;
}

/* Bytes of the VBT outside of the host's OpRegion that the guest gets. */
static u32 extended_vbt_size(const u8 *host)
{
	if (is_left_out() || get(host, OPREGION_VERSION, 2) < 0x200 || !get(host, OPREGION_RVDA, 8))
		return 0;

	return get(host, OPREGION_RVDS, 4);
}

TEST_F(opregion_test, identity)
{
	EXPECT_EQ(VFIO_PCI_NUM_REGIONS, self->region.index);
	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ,
		  self->region.flags & ~VFIO_REGION_INFO_FLAG_CAPS);
	EXPECT_EQ(OPREGION_BYTES + extended_vbt_size(self->host),
		  self->region.size);
	EXPECT_EQ(0, memcmp(self->bytes, OPREGION_SIGNATURE, 16));
	EXPECT_EQ(OPREGION_BYTES / SZ_1K, get(self->bytes, OPREGION_SIZE_KIB, 4));
}

/* The fields that may differ between the guest and the host. */
TEST_F(opregion_test, presented_fields)
{
	u32 vbt = extended_vbt_size(self->host);
	u16 version = get(self->host, OPREGION_VERSION, 2);

	if (version == 0x200 && vbt)
		version = 0x201;

	EXPECT_EQ(version, get(self->bytes, OPREGION_VERSION, 2));
	EXPECT_EQ(vbt ? OPREGION_BYTES : 0, get(self->bytes, OPREGION_RVDA, 8));
	EXPECT_EQ(is_left_out() ? 0 : get(self->host, OPREGION_RVDS, 4),
		  get(self->bytes, OPREGION_RVDS, 4));
	EXPECT_EQ(0, get(self->bytes, OPREGION_FDSS, 8));
	EXPECT_EQ(0, get(self->bytes, OPREGION_FDSP, 4));
}

/* Whether i915 would use the VBT at @vbt: intel_bios_is_valid_vbt(). */
static bool is_valid_vbt(const u8 *vbt, u32 window)
{
	u64 size = get(vbt, VBT_SIZE, 2), bdb = get(vbt, VBT_BDB, 4);

	return !memcmp(vbt, "$VBT", 4) && size <= window && bdb + BDB_HEADER <= size &&
	       bdb + get(vbt, bdb + BDB_SIZE, 2) <= size;
}

static bool has_mailbox_4_vbt(const u8 *host)
{
	bool mailbox_5 = get(host, OPREGION_MAILBOXES, 4) & 1 << 4;
	u32 end = mailbox_5 ? OPREGION_MAILBOX_5 : OPREGION_BYTES;

	return !extended_vbt_size(host) &&
	       is_valid_vbt(host + OPREGION_MAILBOX_4, end - OPREGION_MAILBOX_4);
}

/* The correct checksum of the host's @vbt: its bytes add up to 0 */
static u8 right_checksum(const u8 *vbt)
{
	u32 size = get(vbt, VBT_SIZE, 2);
	u8 sum = 0;

	for (u32 i = 0; i < size; i++)
		sum += vbt[i];
	return vbt[VBT_CHECKSUM] - sum;
}

TEST_F(opregion_test, other_bytes_are_the_hosts)
{
	u8 *vbt = self->host + OPREGION_MAILBOX_4;

	memcpy(self->host + OPREGION_SIZE_KIB, self->bytes + OPREGION_SIZE_KIB, 4);
	memcpy(self->host + OPREGION_VERSION, self->bytes + OPREGION_VERSION, 2);
	memcpy(self->host + OPREGION_RVDA, self->bytes + OPREGION_RVDA, 12);
	memcpy(self->host + OPREGION_FDSS, self->bytes + OPREGION_FDSS, 12);
	if (has_mailbox_4_vbt(self->host))
		vbt[VBT_CHECKSUM] = right_checksum(vbt);

	EXPECT_EQ(0, memcmp(self->bytes, self->host, OPREGION_BYTES));
}

TEST_F(opregion_test, checksum_of_the_vbt_is_right)
{
	const u8 *vbt = self->bytes + OPREGION_MAILBOX_4;

	if (extended_vbt_size(self->host))
		vbt = self->bytes + OPREGION_BYTES;
	else if (!has_mailbox_4_vbt(self->host))
		SKIP(return, "the host has no valid VBT");

	EXPECT_EQ(vbt[VBT_CHECKSUM], right_checksum(vbt));
}

TEST_F(opregion_test, extended_vbt_is_appended)
{
	u32 size = extended_vbt_size(self->host);
	u64 address = get(self->host, OPREGION_RVDA, 8);
	u8 *vbt;

	if (!size)
		SKIP(return, "the host's VBT is in mailbox 4");

	if (get(self->host, OPREGION_VERSION, 2) > 0x200)
		address += self->igd->info.asls;

	vbt = malloc_assert(size);
	host_read(address, vbt, size);
	vbt[VBT_CHECKSUM] = right_checksum(vbt);
	EXPECT_EQ(0, memcmp(self->bytes + OPREGION_BYTES, vbt, size));
	EXPECT_EQ(0, memcmp(vbt, "$VBT", 4));
	free(vbt);
}

/* A short read starts inside of a field, ends inside of one, or both. */
TEST_F(opregion_test, partial_reads)
{
	static const struct {
		u32 first, last;
	} places[] = {
		{ 0x00c, 0x01c },			/* version */
		{ OPREGION_FDSS - 9, OPREGION_RVDS + 9 },
		{ OPREGION_BYTES - 9, OPREGION_BYTES + 9 },
	};
	u64 value;

	for (int i = 0; i < ARRAY_SIZE(places); i++) {
		for (u32 at = places[i].first; at <= places[i].last; at++) {
			for (size_t size = 1; size <= 8; size *= 2) {
				if (at + size > self->region.size)
					continue;
				ASSERT_EQ(size, region_read(self->igd, &self->region,
							    at, &value, size));
				ASSERT_EQ(0, memcmp(&value, self->bytes + at, size)) {
					TH_LOG("%zu bytes at 0x%x", size, at);
				}
			}
		}
	}
}

TEST_F(opregion_test, end)
{
	u64 size = self->region.size;
	u8 bytes[8];

	EXPECT_EQ(3, region_read(self->igd, &self->region, size - 3, bytes, 8));
	EXPECT_EQ(0, memcmp(bytes, self->bytes + size - 3, 3));
	EXPECT_EQ(-EINVAL, region_read(self->igd, &self->region, size, bytes, 1));
}

TEST_F(opregion_test, write_fails)
{
	u32 value = 0;

	EXPECT_EQ(-EINVAL, __igd_region_access(self->igd, &self->region, true,
					       0, &value, sizeof(value)));
}

/* Without an OpRegion there are the other regions. */
TEST(rejected_opregion)
{
	struct vfio_region_info region;
	struct igd *igd = igd_open(device_bdf);

	if (has_opregion(igd)) {
		igd_close(igd);
		SKIP(return, "the host has an OpRegion");
	}
	EXPECT_FALSE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region));
	EXPECT_TRUE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, &region));
	EXPECT_TRUE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, &region));
	igd_close(igd);
}

FIXTURE(opregion_log_test) {
	struct igd_log log;
};

FIXTURE_SETUP(opregion_log_test)
{
	igd_log_open(&self->log);
}

FIXTURE_TEARDOWN(opregion_log_test)
{
	igd_log_close(&self->log);
}

/* The number of kernel messages about OpRegion and VBT at open. */
static u32 said_at_open(FIXTURE_DATA(opregion_log_test) *self)
{
	return igd_log_said(&self->log, device_bdf, "Intel IGD: no OpRegion region") +
	       igd_log_said(&self->log, device_bdf, "Intel IGD: extended VBT") +
	       igd_log_said(&self->log, device_bdf, "Intel IGD: no valid VBT");
}

/*
 * Messages are limited for all devices in five seconds, and other tests may have
 * used up the limit.
 */
TEST_F(opregion_log_test, open)
{
	const char *expected = getenv("IGD_OPREGION_MESSAGE");
	u32 said = 0, opens = 0;
	char text[256];

	if (!expected)
		SKIP(return, "no expected kernel message is given");

	snprintf_assert(text, sizeof(text), "%s: Intel IGD: %s", device_bdf, expected);
	while (!said && opens < 8) {
		sleep(*expected ? 1 : 0);
		igd_close(igd_open(device_bdf));
		opens++;
		said = igd_log_said(&self->log, device_bdf, text);
	}
	EXPECT_EQ(*expected ? 1 : 0, said_at_open(self));
	EXPECT_EQ(*expected ? 1 : 0, *expected ? said : 0);
}

/* Out of tree the version of the driver comes behind. */
static bool ends_with(const char *line, const char *text)
{
	const char *at = strstr(line, text);

	if (!at)
		return false;

	at += strlen(text);
	return *at == '\n' || !strncmp(at, ", version ", strlen(", version "));
}

/* The line at bind ends with $IGD_OPREGION_BIND. */
TEST_F(opregion_log_test, bind)
{
	const char *expected = getenv("IGD_OPREGION_BIND");
	char line[1024], text[256];
	bool said = false;
	ssize_t size;

	if (!expected)
		SKIP(return, "no expected kernel message is given");

	/* The message may be old: search from the first line on */
	ASSERT_EQ(0, lseek(self->log.fd, 0, SEEK_SET));
	snprintf_assert(text, sizeof(text), ", %s", expected);
	while ((size = read(self->log.fd, line, sizeof(line) - 1)) > 0) {
		line[size] = 0;
		said = said || (strstr(line, device_bdf) && ends_with(line, text));
	}
	EXPECT_TRUE(said);
}

FIXTURE(bridge_test) {
	struct igd *igd;
	struct vfio_region_info region;
	u8 host[256];
};

FIXTURE_VARIANT(bridge_test) {
	u32 subtype;
	const char *bdf;
};

FIXTURE_VARIANT_ADD(bridge_test, host) {
	VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, HOST_BRIDGE
};

FIXTURE_VARIANT_ADD(bridge_test, lpc) {
	VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, LPC_BRIDGE
};

FIXTURE_SETUP(bridge_test)
{
	char path[64];
	int fd;

	self->igd = igd_open(device_bdf);
	ASSERT_TRUE(region_find(self->igd, variant->subtype, &self->region));

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/config",
			variant->bdf);
	ASSERT_LE(0, fd = open(path, O_RDONLY));
	ASSERT_EQ(sizeof(self->host), read(fd, self->host, sizeof(self->host)));
	close(fd);
}

FIXTURE_TEARDOWN(bridge_test)
{
	igd_close(self->igd);
}

TEST_F(bridge_test, identity)
{
	u8 bytes[256];

	EXPECT_EQ(VFIO_REGION_INFO_FLAG_READ,
		  self->region.flags & ~VFIO_REGION_INFO_FLAG_CAPS);
	ASSERT_LE(sizeof(bytes), self->region.size);
	ASSERT_EQ(sizeof(bytes), region_read(self->igd, &self->region, 0, bytes,
					     sizeof(bytes)));
	EXPECT_EQ(0, memcmp(bytes, self->host, sizeof(bytes)));
}

TEST_F(bridge_test, partial_reads)
{
	u64 value;

	for (u32 at = 0; at < 16; at++) {
		for (size_t size = 1; size <= 8; size++) {
			ASSERT_EQ(size, region_read(self->igd, &self->region, at,
						    &value, size));
			ASSERT_EQ(0, memcmp(&value, self->host + at, size)) {
				TH_LOG("%zu bytes at 0x%x", size, at);
			}
		}
	}
}

TEST_F(bridge_test, write_fails)
{
	u32 value = 0;

	EXPECT_EQ(-EINVAL, __igd_region_access(self->igd, &self->region, true,
					       0, &value, sizeof(value)));
}

/* Order and indexes as with stock vfio-pci: VMMs search by type, people by index. */
TEST_F(bridge_test, follows_the_opregion)
{
	u32 index = VFIO_PCI_NUM_REGIONS + variant->subtype - 1;

	if (!has_opregion(self->igd))
		index--;

	EXPECT_EQ(index, self->region.index);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
