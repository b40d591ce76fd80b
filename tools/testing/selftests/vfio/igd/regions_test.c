// SPDX-License-Identifier: GPL-2.0-only
/* The device regions: OpRegion, host bridge, LPC bridge. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/sizes.h>

#include <igd_device.h>
#include <igd_region.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* drivers/gpu/drm/i915/display/intel_opregion.c */
#define OPREGION_SIGNATURE	"IntelGraphicsMem"
#define OPREGION_SIZE_KIB	0x10
#define OPREGION_VERSION	0x16
#define OPREGION_FDSS		0x3aa
#define OPREGION_FDSP		0x3b2
#define OPREGION_RVDA		0x3ba
#define OPREGION_RVDS		0x3c2
#define OPREGION_BYTES		SZ_8K

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

/* The bytes that the host's firmware left at @address. */
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
 * Whether the host has an OpRegion that can be shown. $IGD_NO_OPREGION tells
 * otherwise, and holds the reason that the kernel must give.
 */
static bool has_opregion(struct igd *igd)
{
	return igd->info.asls && !getenv("IGD_NO_OPREGION");
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

/* Bytes of the VBT that the host keeps outside of the OpRegion. */
static u32 extended_vbt_size(const u8 *host)
{
	if (get(host, OPREGION_VERSION, 2) < 0x200 || !get(host, OPREGION_RVDA, 8))
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

/* The four fields that a guest sees otherwise than the host. */
TEST_F(opregion_test, presented_fields)
{
	u32 vbt = extended_vbt_size(self->host);
	u16 version = get(self->host, OPREGION_VERSION, 2);

	if (version == 0x200 && vbt)
		version = 0x201;

	EXPECT_EQ(version, get(self->bytes, OPREGION_VERSION, 2));
	EXPECT_EQ(vbt ? OPREGION_BYTES : 0, get(self->bytes, OPREGION_RVDA, 8));
	EXPECT_EQ(0, get(self->bytes, OPREGION_FDSS, 8));
	EXPECT_EQ(0, get(self->bytes, OPREGION_FDSP, 4));
}

TEST_F(opregion_test, other_bytes_are_the_hosts)
{
	memcpy(self->host + OPREGION_VERSION, self->bytes + OPREGION_VERSION, 2);
	memcpy(self->host + OPREGION_RVDA, self->bytes + OPREGION_RVDA, 8);
	memcpy(self->host + OPREGION_FDSS, self->bytes + OPREGION_FDSS, 12);

	EXPECT_EQ(0, memcmp(self->bytes, self->host, OPREGION_BYTES));
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

static bool kernel_said(const char *text)
{
	char line[1024];
	bool said = false;
	ssize_t size;
	int fd;

	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	VFIO_ASSERT_GE(fd, 0);
	while ((size = read(fd, line, sizeof(line) - 1)) > 0) {
		line[size] = 0;
		said = said || strstr(line, text);
	}
	close(fd);

	return said;
}

/* Without it the other regions are there, and the log tells why it is not. */
TEST(rejected_opregion)
{
	const char *reason = getenv("IGD_NO_OPREGION");
	struct vfio_region_info region;
	char message[256];
	struct igd *igd;

	if (!reason)
		SKIP(return, "the host's OpRegion is sound");

	igd = igd_open(device_bdf);
	EXPECT_FALSE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region));
	EXPECT_TRUE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, &region));
	EXPECT_TRUE(region_find(igd, VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, &region));
	igd_close(igd);

	/*
	 * What all devices have the kernel say in five seconds is limited, and
	 * other tests may just have used it up.
	 */
	snprintf_assert(message, sizeof(message),
			"%s: Intel IGD: no OpRegion region: %s\n", device_bdf, reason);
	for (int i = 0; i < 8 && !kernel_said(message); i++) {
		sleep(1);
		igd_close(igd_open(device_bdf));
	}
	EXPECT_TRUE(kernel_said(message));
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

/* Order and places as with stock vfio-pci: VMMs look by type, people by index. */
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
