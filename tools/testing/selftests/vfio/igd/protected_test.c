// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config registers by which a guest could reach the host's firmware or change its
 * address map. A write to them must never reach the device.
 */
#include <string.h>

#include <igd_device.h>

#include "kselftest_harness.h"

static const char *device_bdf;

FIXTURE(protected_test) {
	struct igd *igd;
	u8 hardware[256];
};

FIXTURE_VARIANT(protected_test) {
	u16 offset;
	size_t size;
	u32 value;
};

/* SWSMI, the ASLE trigger and SWSCI: include/drm/intel/pci_config.h */
FIXTURE_VARIANT_ADD(protected_test, swsmi) { 0xe0, 4, 0x00000001 };
FIXTURE_VARIANT_ADD(protected_test, asle) { 0xe4, 4, 0x00000001 };
FIXTURE_VARIANT_ADD(protected_test, swsci_sci) { 0xe8, 2, 0x8001 };
FIXTURE_VARIANT_ADD(protected_test, swsci_smi) { 0xe8, 2, 0x0001 };
FIXTURE_VARIANT_ADD(protected_test, swsci_byte) { 0xe8, 1, 0x01 };
FIXTURE_VARIANT_ADD(protected_test, swsci_upper_half) { 0xea, 2, 0xffff };
/* Bit 0 hides BAR4: ADL datasheet volume 2, DEV2CTL */
FIXTURE_VARIANT_ADD(protected_test, dev2ctl) { 0x58, 1, 0x01 };
/* The size of GMADR: KBL datasheet volume 2, MSAC */
FIXTURE_VARIANT_ADD(protected_test, msac) { 0x62, 1, 0x1f };

FIXTURE_SETUP(protected_test)
{
	self->igd = igd_open(device_bdf);
	igd_hardware_config(self->igd, self->hardware);
	if (self->igd->model)
		igd_model_reset_counters(self->igd->model);
}

FIXTURE_TEARDOWN(protected_test)
{
	/* If a write has reached a register, a reset does not undo it. */
	vfio_pci_config_access(self->igd->device, true, variant->offset & ~3, 4,
			       self->hardware + (variant->offset & ~3));
	igd_close(self->igd);
}

TEST_F(protected_test, write_is_dropped)
{
	u32 value = variant->value;
	u8 hardware[256];

	vfio_pci_config_access(self->igd->device, true, variant->offset,
			       variant->size, &value);

	igd_hardware_config(self->igd, hardware);
	EXPECT_EQ(0, memcmp(hardware, self->hardware, sizeof(hardware)));
}

/* Some act on a write and then read as before. */
TEST_F(protected_test, write_is_not_on_the_bus)
{
	struct igd_model_counters counters;
	u32 value = variant->value;

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "transaction counts");

	vfio_pci_config_access(self->igd->device, true, variant->offset,
			       variant->size, &value);

	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_CONFIG].write_posted);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_CONFIG].write_nonposted);
	EXPECT_EQ(0, counters.swsci);
}

TEST_F(protected_test, read_shows_hardware)
{
	u32 value = variant->value;

	vfio_pci_config_access(self->igd->device, true, variant->offset,
			       variant->size, &value);
	vfio_pci_config_access(self->igd->device, false, variant->offset,
			       variant->size, &value);
	EXPECT_EQ(0, memcmp(&value, self->hardware + variant->offset, variant->size));
}

/* The access begins below the register, and is split. */
TEST_F(protected_test, wider_write_is_dropped)
{
	struct igd_model_counters counters;
	u16 start = variant->offset & ~3;
	u8 hardware[256];
	u32 value = ~0;

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "also writes to registers beside it");

	vfio_pci_config_access(self->igd->device, true, start, 4, &value);

	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.swsci);

	igd_hardware_config(self->igd, hardware);
	EXPECT_EQ(0, memcmp(hardware + variant->offset,
			    self->hardware + variant->offset, variant->size));
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
