// SPDX-License-Identifier: GPL-2.0-only
/*
 * Relocation of GTT entries that a guest writes through BAR4: checks the entry that
 * the device then has. H and S are base and size of the host's stolen memory, G is
 * the value that the guest wrote to BDSM.
 */
#include <errno.h>

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/sizes.h>

#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* QEMU 7.2 adds G to no more entries than these: hw/vfio/igd.c:249-263 */
#define QEMU_LIMIT(_platform)	((_platform)->pte_size == 4 ? 512 : 2048)

static struct igd *setup(u64 guest)
{
	struct igd *igd = igd_open(device_bdf);

	if (igd->platform->iobar_gtt && guest)
		igd_bdsm_write(igd, guest);

	return igd;
}

static u64 pte(struct igd *igd, u64 address)
{
	return igd_pte(igd->platform, address, 0);
}

static u64 device_entry(struct igd *igd, u32 entry)
{
	igd_flush(igd);
	return igd_hardware_gtt_entry(igd, entry);
}

/* The entry that the device has after a video BIOS wrote @value. */
static u64 written(struct igd *igd, u32 entry, u64 value)
{
	igd_vbios_write_entry(igd, entry, value);
	return device_entry(igd, entry);
}

static void index_write(struct igd *igd, u32 entry, bool high)
{
	igd_bar_writel(igd, 4, IGD_IOBAR_INDEX, igd_vbios_index(igd, entry, high));
}

static void half_write(struct igd *igd, u32 entry, bool high, u32 data)
{
	index_write(igd, entry, high);
	igd_bar_writel(igd, 4, IGD_IOBAR_DATA, data);
}

#define NO_TARGET(_igd)		(!(_igd)->platform->iobar_gtt)
#define NO_TARGET_REASON	"BAR4 does not reach this platform's GTT"

#define NO_HALVES(_igd)		((_igd)->platform->pte_size == 4)
#define NO_HALVES_REASON	"entries of 32 bits have no halves"

/* The four linear bases, each at entries where other code has failed. */
FIXTURE(linear_test) {
	struct igd *igd;
	u64 base;
};

FIXTURE_VARIANT(linear_test) {
	int host, guest;	/* the base is host * H + guest * G */
};

FIXTURE_VARIANT_ADD(linear_test, host) { .host = 1 };
FIXTURE_VARIANT_ADD(linear_test, guest) { .guest = 1 };
FIXTURE_VARIANT_ADD(linear_test, host_plus_guest) { .host = 1, .guest = 1 };
FIXTURE_VARIANT_ADD(linear_test, guest_twice) { .guest = 2 };

FIXTURE_SETUP(linear_test)
{
	self->igd = setup(GUEST_STOLEN);
	if (NO_TARGET(self->igd))
		SKIP(return, NO_TARGET_REASON);

	self->base = variant->host * self->igd->info.stolen_base +
		     variant->guest * (u64)GUEST_STOLEN;
	self->base = (u32)self->base;
}

FIXTURE_TEARDOWN(linear_test)
{
	igd_close(self->igd);
}

TEST_F(linear_test, entries)
{
	const struct igd_platform *platform = self->igd->platform;
	const u32 entries[] = {
		0, 1, 255,
		QEMU_LIMIT(platform) - 1, QEMU_LIMIT(platform),
		self->igd->info.stolen_size / SZ_4K - 1,
	};

	for (int i = 0; i < ARRAY_SIZE(entries); i++) {
		u64 x = (u64)entries[i] * SZ_4K;

		EXPECT_EQ(pte(self->igd, GUEST_STOLEN + x),
			  written(self->igd, entries[i],
				  pte(self->igd, (u32)(self->base + x)))) {
			TH_LOG("entry %u", entries[i]);
		}
	}
}

/*
 * Not linear: anywhere in the host's or the guest's stolen memory. H + G and 2 * G
 * point to ordinary memory.
 */
TEST_F(linear_test, window)
{
	bool stolen = variant->host + variant->guest == 1;
	u64 address = (u32)(self->base + 0x7000);

	EXPECT_EQ(pte(self->igd, stolen ? GUEST_STOLEN + 0x7000 : address),
		  written(self->igd, 3, pte(self->igd, address)));
}

TEST_F(linear_test, window_ends_with_stolen_memory)
{
	const u64 address = (u32)(self->base + self->igd->info.stolen_size);

	EXPECT_EQ(pte(self->igd, address),
		  written(self->igd, 3, pte(self->igd, address)));
}

TEST_F(linear_test, other_bits_are_kept)
{
	const struct igd_platform *platform = self->igd->platform;
	/* Gen6-7.5: cacheability; Gen8+: everything below the address */
	u64 bits = platform->pte_size == 4 ? 0xe : 0xffe;

	/* Haswell's cacheability also has bit 11: intel_gtt.h, HSW_PTE_* */
	if (platform->pte_high == 0x7f0)
		bits |= 0x800;

	EXPECT_EQ(igd_pte(platform, GUEST_STOLEN, bits),
		  written(self->igd, 0, igd_pte(platform, self->base, bits)));
}

TEST_F(linear_test, not_valid_is_as_written)
{
	EXPECT_EQ(self->base, written(self->igd, 0, self->base));
}

/* With high address bits set, the entry is not for stolen memory. */
TEST_F(linear_test, above_4g_is_as_written)
{
	const u64 entry = pte(self->igd, self->base | 1ULL << 32);

	EXPECT_EQ(entry, written(self->igd, 0, entry));
}

FIXTURE(relocation_test) {
	struct igd *igd;
	u64 host;
};

FIXTURE_SETUP(relocation_test)
{
	self->igd = setup(GUEST_STOLEN);
	if (NO_TARGET(self->igd))
		SKIP(return, NO_TARGET_REASON);

	self->host = self->igd->info.stolen_base;
	/* Entry 0 begins with a value that no write of this test makes. */
	igd_bar_writel(self->igd, 0, self->igd->platform->gtt, ELSEWHERE);
}

FIXTURE_TEARDOWN(relocation_test)
{
	igd_close(self->igd);
}

TEST_F(relocation_test, elsewhere_is_as_written)
{
	const u64 entry = pte(self->igd, ELSEWHERE);

	EXPECT_EQ(entry, written(self->igd, 0, entry));
}

TEST_F(relocation_test, data_reads_the_devices_entry)
{
	igd_vbios_write_entry(self->igd, 0, pte(self->igd, self->host));
	index_write(self->igd, 0, false);

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN),
		  igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));
}

TEST_F(relocation_test, index_reads_what_was_written)
{
	index_write(self->igd, 5, false);
	EXPECT_EQ(igd_vbios_index(self->igd, 5, false),
		  igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));

	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, pte(self->igd, self->host));
	EXPECT_EQ(igd_vbios_index(self->igd, 5, false),
		  igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
}

TEST_F(relocation_test, data_does_not_move_the_index)
{
	index_write(self->igd, 0, false);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, pte(self->igd, ELSEWHERE));
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, pte(self->igd, self->host));

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
}

TEST_F(relocation_test, high_half_first)
{
	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);

	half_write(self->igd, 0, true, 0);
	half_write(self->igd, 0, false, pte(self->igd, self->host));

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
}

TEST_F(relocation_test, low_half_alone)
{
	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);

	half_write(self->igd, 0, false, pte(self->igd, self->host));

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
}

TEST_F(relocation_test, halves_of_two_entries_interleaved)
{
	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);

	half_write(self->igd, 0, false, pte(self->igd, self->host));
	half_write(self->igd, 1, false, pte(self->igd, self->host + SZ_4K));
	half_write(self->igd, 0, true, 0);
	half_write(self->igd, 1, true, 0);

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
	EXPECT_EQ(pte(self->igd, GUEST_STOLEN + SZ_4K), device_entry(self->igd, 1));
}

/* A non-zero high half shows that the entry is not for stolen memory. */
TEST_F(relocation_test, high_half_undoes_the_relocation)
{
	const u64 entry = pte(self->igd, self->host | 5ULL << 32);

	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);

	EXPECT_EQ(entry, written(self->igd, 0, entry));
}

/* After the first non-zero high half, the device's high half decides. */
TEST_F(relocation_test, high_half_in_the_device_decides)
{
	const u64 low = pte(self->igd, self->host), high = 5ULL << 32;

	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);

	half_write(self->igd, 0, true, 5);
	half_write(self->igd, 0, false, low);
	EXPECT_EQ(high | low, device_entry(self->igd, 0));
	half_write(self->igd, 0, true, 0);
	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
	half_write(self->igd, 1, false, low + SZ_4K);
	EXPECT_EQ(pte(self->igd, GUEST_STOLEN + SZ_4K), device_entry(self->igd, 1));
}

/*
 * The driver reads it from the GTT, not through the ports, for each low half and each
 * zero high half.
 */
TEST_F(relocation_test, high_half_is_read_from_the_gtt)
{
	const u64 low = pte(self->igd, self->host);
	struct igd_model_counters counters;

	if (NO_HALVES(self->igd))
		SKIP(return, NO_HALVES_REASON);
	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "transaction counts");

	half_write(self->igd, 0, true, 5);
	igd_flush(self->igd);
	igd_model_reset_counters(self->igd->model);

	half_write(self->igd, 0, false, low);
	device_entry(self->igd, 0);
	half_write(self->igd, 0, true, 0);
	device_entry(self->igd, 0);
	half_write(self->igd, 1, false, low + SZ_4K);
	device_entry(self->igd, 1);

	igd_model_counters(self->igd->model, &counters);
	/* device_entry() also reads once. */
	EXPECT_EQ(4 + 3, counters.traffic[IGD_MODEL_GTT].read);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_IOBAR_DATA].read);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_IOBAR_DATA].write_nonposted);
}

TEST_F(relocation_test, eight_bytes_span_index_and_data)
{
	u32 access[2] = {
		igd_vbios_index(self->igd, 0, false),
		pte(self->igd, self->host),
	};

	half_write(self->igd, 0, true, 0);
	igd_bar_access(self->igd, 4, true, IGD_IOBAR_INDEX, access, sizeof(access));

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN), device_entry(self->igd, 0));
}

/* Narrower than 32 bits: the access does not reach the target, §2.9. */
TEST_F(relocation_test, narrow_data_writes_reach_nothing)
{
	u32 value = pte(self->igd, self->host);
	u64 before = device_entry(self->igd, 0);

	index_write(self->igd, 0, false);
	for (int i = 0; i < 4; i++)
		igd_bar_access(self->igd, 4, true, IGD_IOBAR_DATA + i,
			       (u8 *)&value + i, 1);
	for (int i = 0; i < 4; i += 2)
		igd_bar_access(self->igd, 4, true, IGD_IOBAR_DATA + i,
			       (u8 *)&value + i, 2);

	EXPECT_EQ(before, device_entry(self->igd, 0));
}

/* The driver's INDEX follows the hardware's after narrow writes. */
TEST_F(relocation_test, narrow_index_writes)
{
	u32 index = igd_vbios_index(self->igd, 0x40, false);
	u32 selected;

	index_write(self->igd, 0x41, false);
	for (int i = 0; i < 4; i++)
		igd_bar_access(self->igd, 4, true, IGD_IOBAR_INDEX + i,
			       (u8 *)&index + i, 1);

	selected = igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, pte(self->igd, self->host));

	EXPECT_EQ(pte(self->igd, GUEST_STOLEN),
		  device_entry(self->igd, selected / self->igd->platform->pte_size));
}

/* The MMIO target does not affect the GTT. */
TEST_F(relocation_test, mmio_target_is_as_written)
{
	igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX, IGD_SWF);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, 0x01ff01ff);

	EXPECT_EQ(0x01ff01ff, igd_bar_readl(self->igd, 0, IGD_SWF));
	EXPECT_EQ(0x01ff01ff, igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));
}

/* The effect of reserved targets is not known: the hardware gets none. */
TEST_F(relocation_test, reserved_targets_reach_nothing)
{
	struct igd_model_counters counters;
	u64 before;

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "the effect on hardware is not known");

	before = device_entry(self->igd, 1);
	igd_model_reset_counters(self->igd->model);
	for (u32 target = 2; target < 4; target++) {
		igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX, IGD_BDSM_MIRROR | target);
		EXPECT_EQ(IGD_BDSM_MIRROR | target,
			  igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
		EXPECT_EQ(0, igd_bar_readl(self->igd, 4, IGD_IOBAR_DATA));
		igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, 0x12345678);

		igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX,
			       self->igd->platform->pte_size | target);
		igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, pte(self->igd, self->host));
	}
	igd_model_counters(self->igd->model, &counters);
	EXPECT_EQ(0, counters.iobar_reserved);
	EXPECT_EQ(0, counters.traffic[IGD_MODEL_IOBAR_DATA].write_nonposted);
	EXPECT_EQ(before, device_entry(self->igd, 1));
}

/* The host may suspend between a guest's INDEX and its DATA, without a notification. */
TEST_F(relocation_test, index_survives_a_suspend_of_the_host)
{
	u32 zero;

	if (!self->igd->model)
		SKIP(return, IGD_NEEDS_MODEL "a suspend of the device alone");

	zero = igd_model_mmio(self->igd->model, 0);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_INDEX, IGD_SWF);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, 1);
	igd_flush(self->igd);
	ASSERT_EQ(1, igd_model_mmio(self->igd->model, IGD_SWF));

	igd_model_soft_reset(self->igd->model);
	igd_bar_writel(self->igd, 4, IGD_IOBAR_DATA, 2);
	EXPECT_EQ(2, igd_model_mmio(self->igd->model, IGD_SWF));
	EXPECT_EQ(zero, igd_model_mmio(self->igd->model, 0));
	EXPECT_EQ(IGD_SWF, igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
}

/* A write of PMCSR, even from D0 to D0, with I/O decoding off */
TEST_F(relocation_test, index_survives_pmcsr)
{
	u8 pm = igd_capability(self->igd, PCI_CAP_ID_PM);
	u32 index = igd_vbios_index(self->igd, 5, false);

	ASSERT_NE(0, pm);

	index_write(self->igd, 5, false);
	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_IO);
	vfio_pci_config_writew(self->igd->device, pm + PCI_PM_CTRL, 0);
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_IO);
	EXPECT_EQ(index, igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
}

/* With I/O decoding off an access has no effect and changes no state. */
TEST_F(relocation_test, decoding_off)
{
	u64 before = device_entry(self->igd, 0);
	u32 index;

	index_write(self->igd, 1, false);
	index = igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX);

	vfio_pci_cmd_clear(self->igd->device, PCI_COMMAND_IO);
	igd_vbios_write_entry(self->igd, 0, pte(self->igd, self->host));
	vfio_pci_cmd_set(self->igd->device, PCI_COMMAND_IO);

	EXPECT_EQ(before, device_entry(self->igd, 0));
	EXPECT_EQ(index, igd_bar_readl(self->igd, 4, IGD_IOBAR_INDEX));
}

/* An ioeventfd would bypass the driver. */
TEST_F(relocation_test, ioeventfd_fails)
{
	struct vfio_pci_bar *bars = self->igd->device->bars;
	const u64 offsets[] = {
		bars[4].info.offset + IGD_IOBAR_DATA,
		bars[0].info.offset + IGD_BDSM_MIRROR,
		bars[0].info.offset + IGD_SWF,
	};

	for (int i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct vfio_device_ioeventfd args = {
			.argsz = sizeof(args),
			.flags = VFIO_DEVICE_IOEVENTFD_32,
			.offset = offsets[i],
			.data = pte(self->igd, self->host),
		};

		ASSERT_LE(0, args.fd = eventfd(0, 0));
		EXPECT_EQ(-1, ioctl(self->igd->device->fd, VFIO_DEVICE_IOEVENTFD, &args));
		EXPECT_EQ(ENOTTY, errno);
		close(args.fd);
	}
}

/* BDSM is not set, is the host's, or overlaps the host's. */
TEST(unset)
{
	struct igd *igd = setup(0);
	u64 host = igd->info.stolen_base;

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	EXPECT_EQ(0, written(igd, 0, pte(igd, host)) & 1);
	EXPECT_EQ(0, written(igd, 1, pte(igd, host + igd->info.stolen_size - SZ_4K)) & 1);
	EXPECT_EQ(pte(igd, host - SZ_4K), written(igd, 2, pte(igd, host - SZ_4K)));
	EXPECT_EQ(pte(igd, ELSEWHERE), written(igd, 3, pte(igd, ELSEWHERE)));
	igd_close(igd);
}

/* BDSM stays unset with bits outside of the base: firmware sets the lock bit. */
TEST(lock_bit_alone_is_unset)
{
	struct igd *igd = setup(1);

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	EXPECT_EQ(0, written(igd, 0, pte(igd, igd->info.stolen_base)) & 1);
	igd_close(igd);
}

TEST(same_as_host)
{
	struct igd *igd = igd_open(device_bdf);
	u64 host = igd->info.stolen_base;

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	igd_bdsm_write(igd, host);
	EXPECT_EQ(pte(igd, host), written(igd, 0, pte(igd, host)));
	EXPECT_EQ(pte(igd, host + 0x9000), written(igd, 1, pte(igd, host + 0x9000)));
	EXPECT_EQ(pte(igd, host), written(igd, 0, pte(igd, (u32)(2 * host))));
	igd_close(igd);
}

TEST(overlap)
{
	struct igd *igd = igd_open(device_bdf);
	u64 host = igd->info.stolen_base, half = igd->info.stolen_size / 2;
	u64 guest = host + half;

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	igd_bdsm_write(igd, guest);
	/* Linear addresses have a unique base although the windows overlap. */
	EXPECT_EQ(pte(igd, guest), written(igd, 0, pte(igd, host)));
	EXPECT_EQ(pte(igd, guest), written(igd, 0, pte(igd, guest)));
	EXPECT_EQ(pte(igd, guest + half),
		  written(igd, half / SZ_4K, pte(igd, host + half)));
	/* An address in both windows has no unique base. */
	EXPECT_EQ(pte(igd, guest + 0x5000), written(igd, 1, pte(igd, guest + 0x5000)));
	/* Below the overlap only H's window is left. */
	EXPECT_EQ(pte(igd, guest + 0x5000), written(igd, 1, pte(igd, host + 0x5000)));
	igd_close(igd);
}

/* A second framebuffer in H's stolen memory; 2 * G is in the middle of it */
TEST(sums_are_no_windows)
{
	struct igd *igd = igd_open(device_bdf);
	u64 host = igd->info.stolen_base, guest = host / 2 + SZ_1M;
	u64 wraps, sum, window;

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	igd_bdsm_write(igd, guest);
	EXPECT_EQ(pte(igd, guest + SZ_4M), written(igd, 700, pte(igd, host + SZ_4M)));
	/* Where 2 * G is H itself */
	igd_bdsm_write(igd, host / 2);
	EXPECT_EQ(pte(igd, host / 2 + SZ_4M), written(igd, 700, pte(igd, host + SZ_4M)));

	/* H + G, modulo 2^32, is ordinary memory of the guest */
	wraps = 0x90000000;
	sum = (u32)(host + wraps);
	window = sum + SZ_4M;
	igd_bdsm_write(igd, wraps);
	EXPECT_EQ(pte(igd, window), written(igd, 700, pte(igd, window)));
	EXPECT_EQ(pte(igd, wraps + SZ_4M),
		  written(igd, SZ_4M / SZ_4K, pte(igd, window)));
	igd_close(igd);
}

/* The last base applies to entries written after it. */
TEST(moved_bdsm)
{
	struct igd *igd = setup(GUEST_STOLEN);
	u64 host = igd->info.stolen_base;

	if (NO_TARGET(igd))
		SKIP(return, NO_TARGET_REASON);

	EXPECT_EQ(pte(igd, GUEST_STOLEN), written(igd, 0, pte(igd, host)));
	igd_bdsm_write(igd, GUEST_STOLEN + SZ_128M);
	EXPECT_EQ(pte(igd, GUEST_STOLEN), device_entry(igd, 0));
	EXPECT_EQ(pte(igd, GUEST_STOLEN + SZ_128M), written(igd, 0, pte(igd, host)));
	igd_close(igd);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
