// SPDX-License-Identifier: GPL-2.0-only
/* The virtual registers ASLS and BDSM, in all places where a guest reads them. */
#include <string.h>

#include <linux/compiler.h>

#include <igd_device.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* A base like a firmware's: BDSM has a granularity of 1 MiB. */
#define BDSM_VALUE	0x89a00000ULL
#define ASLS_VALUE	0x89abcdefULL

FIXTURE(config_test) {
	struct igd *igd;
	u8 hardware[256];	/* config space of the device before the test */
	u16 offset;
	u64 value;
	size_t size;		/* bytes of the register */
};

FIXTURE_VARIANT(config_test) {
	bool bdsm;		/* else ASLS */
	size_t access;		/* bytes */
};

#define VARIANT(_name, _bdsm, _access)					\
FIXTURE_VARIANT_ADD(config_test, _name ## _ ## _access) {		\
	.bdsm = (_bdsm),						\
	.access = (_access),						\
}

VARIANT(asls, false, 1);
VARIANT(asls, false, 2);
VARIANT(asls, false, 4);
VARIANT(bdsm, true, 1);
VARIANT(bdsm, true, 2);
VARIANT(bdsm, true, 4);
VARIANT(bdsm, true, 8);

FIXTURE_SETUP(config_test)
{
	const struct igd_platform *platform;

	self->igd = igd_open(device_bdf);
	platform = self->igd->platform;

	self->offset = variant->bdsm ? platform->bdsm : IGD_ASLS;
	self->size = variant->bdsm ? platform->bdsm_size : sizeof(u32);
	self->value = variant->bdsm ? BDSM_VALUE : ASLS_VALUE;
	if (self->size == 8)
		self->value |= 0x12ULL << 32;

	if (variant->bdsm && !platform->bdsm)
		SKIP(return, "%s has no BDSM", platform->name);
	if (variant->access > self->size)
		SKIP(return, "the register has %zu bytes", self->size);

	igd_hardware_config(self->igd, self->hardware);
}

FIXTURE_TEARDOWN(config_test)
{
	igd_close(self->igd);
}

static void access_pieces(struct igd *igd, bool write, u16 offset, size_t size,
			  size_t access, u64 *value)
{
	for (size_t i = 0; i < size; i += access)
		vfio_pci_config_access(igd->device, write, offset + i, access,
				       (u8 *)value + i);
}

TEST_F(config_test, zero_at_open)
{
	u64 value = ~0ULL >> (64 - 8 * self->size);

	access_pieces(self->igd, false, self->offset, self->size,
		      variant->access, &value);
	ASSERT_EQ(0, value);
}

TEST_F(config_test, keeps_what_is_written)
{
	u64 value = self->value, pieces = 0, whole = 0;

	access_pieces(self->igd, true, self->offset, self->size,
		      variant->access, &value);
	access_pieces(self->igd, false, self->offset, self->size,
		      variant->access, &pieces);
	access_pieces(self->igd, false, self->offset, self->size, self->size,
		      &whole);

	EXPECT_EQ(self->value, pieces);
	EXPECT_EQ(self->value, whole);
}

TEST_F(config_test, never_reaches_hardware)
{
	u64 value = self->value;
	u8 hardware[256];

	access_pieces(self->igd, true, self->offset, self->size,
		      variant->access, &value);
	igd_hardware_config(self->igd, hardware);

	/* If the registers were equal, the test would prove nothing. */
	ASSERT_NE(0, memcmp(&self->value, self->hardware + self->offset, self->size));
	EXPECT_EQ(0, memcmp(hardware + self->offset,
			    self->hardware + self->offset, self->size));
}

/* An access that begins in a real register and ends in a virtual one. */
TEST_F(config_test, straddling_access_is_split)
{
	u64 value = self->value;
	u8 bytes[4], hardware[256];
	u16 start = self->offset - 2;

	access_pieces(self->igd, true, self->offset, self->size, self->size, &value);

	vfio_pci_config_access(self->igd->device, false, start, 4, bytes);
	EXPECT_EQ(0, memcmp(bytes, self->hardware + start, 2));
	EXPECT_EQ(0, memcmp(bytes + 2, &self->value, 2));

	memset(bytes + 2, 0x5a, 2);
	vfio_pci_config_access(self->igd->device, true, start, 4, bytes);
	vfio_pci_config_access(self->igd->device, false, start, 4, bytes);
	EXPECT_EQ(0x5a, bytes[2]);
	EXPECT_EQ(0x5a, bytes[3]);

	igd_hardware_config(self->igd, hardware);
	EXPECT_EQ(0, memcmp(hardware + start, self->hardware + start, 4));
}

TEST_F(config_test, zero_after_close_and_open)
{
	u64 value = self->value;

	access_pieces(self->igd, true, self->offset, self->size,
		      variant->access, &value);
	igd_close(self->igd);
	self->igd = igd_open(device_bdf);

	access_pieces(self->igd, false, self->offset, self->size,
		      variant->access, &value);
	ASSERT_EQ(0, value);
}

FIXTURE(bdsm_test) {
	struct igd *igd;
};

FIXTURE_SETUP(bdsm_test)
{
	self->igd = igd_open(device_bdf);
	if (!self->igd->platform->bdsm)
		SKIP(return, "%s has no BDSM", self->igd->platform->name);
}

FIXTURE_TEARDOWN(bdsm_test)
{
	igd_close(self->igd);
}

TEST_F(bdsm_test, same_in_bar0)
{
	size_t size = self->igd->platform->bdsm_size;
	u64 value = 0;

	igd_bar_access(self->igd, 0, false, IGD_BDSM_MIRROR, &value, size);
	EXPECT_EQ(0, value);

	igd_bdsm_write(self->igd, BDSM_VALUE);
	igd_bar_access(self->igd, 0, false, IGD_BDSM_MIRROR, &value, size);
	EXPECT_EQ(BDSM_VALUE, value);
}

TEST_F(bdsm_test, same_in_mapped_bar0)
{
	u32 *mirror = self->igd->device->bars[0].vaddr + IGD_BDSM_MIRROR;

	EXPECT_EQ(0, READ_ONCE(*mirror));

	igd_bdsm_write(self->igd, BDSM_VALUE);
	EXPECT_EQ(BDSM_VALUE, READ_ONCE(*mirror));
}

TEST_F(bdsm_test, same_through_bar4)
{
	if (!self->igd->platform->iobar)
		SKIP(return, "%s has no BAR4", self->igd->platform->name);

	igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX, IGD_BDSM_MIRROR);
	EXPECT_EQ(0, igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));

	igd_bdsm_write(self->igd, BDSM_VALUE);
	EXPECT_EQ(BDSM_VALUE, igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));
}

/*
 * Firmware that only knows a base of 32 bits writes it to 0x5C on all generations.
 * If BDSM has 64 bits, 0x5C is its low half.
 */
TEST_F(bdsm_test, low_half_at_5c)
{
	u32 value = BDSM_VALUE, low = 0;
	u64 mirror = 0;
	u8 before[256], after[256];

	if (self->igd->platform->bdsm_size != 8)
		SKIP(return, "BDSM is at 0x5C and has 32 bits");

	igd_hardware_config(self->igd, before);
	vfio_pci_config_access(self->igd->device, true, 0x5c, 4, &value);
	EXPECT_EQ(BDSM_VALUE, igd_bdsm_read(self->igd));
	igd_bar_access(self->igd, 0, false, IGD_BDSM_MIRROR, &mirror, 8);
	EXPECT_EQ(BDSM_VALUE, mirror);

	igd_bdsm_write(self->igd, 0x1200000000 | (BDSM_VALUE + 0x100000));
	vfio_pci_config_access(self->igd->device, false, 0x5c, 4, &low);
	EXPECT_EQ(BDSM_VALUE + 0x100000, low);
	vfio_pci_config_access(self->igd->device, true, 0x5e, 2, (u8 *)&value + 2);
	EXPECT_EQ(0x1200000000 | BDSM_VALUE, igd_bdsm_read(self->igd));

	igd_hardware_config(self->igd, after);
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

/* Without a BDSM that guests use, 0x5C is an ordinary config register. */
TEST(no_virtual_bdsm_from_meteor_lake_on)
{
	struct igd *igd = igd_open(device_bdf);
	u8 hardware[256];
	u32 value;

	if (igd->platform->bdsm) {
		igd_close(igd);
		SKIP(return, "this platform has a BDSM");
	}

	igd_hardware_config(igd, hardware);
	value = vfio_pci_config_readl(igd->device, 0x5c);
	EXPECT_EQ(0, memcmp(&value, hardware + 0x5c, sizeof(value)));
	igd_close(igd);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
