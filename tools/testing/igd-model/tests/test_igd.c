// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "machine.h"

static void identifies_itself(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19128086);
	assert_int_equal(rd(m, CONFIG, 0x08, 4), 0x03000006);
	assert_int_equal(rd(m, CONFIG, 0x2c, 4), 0x06b91028);
	assert_int_equal(rd(m, CONFIG, 0x3d, 1), 1);
}

/* As lspci shows them on Skylake, in this order. */
static void has_the_capabilities_of_skylake(void **state)
{
	static const struct { uint8_t at, id; } chain[] = {
		{ 0x40, 0x09 }, { 0x70, 0x10 }, { 0xac, 0x05 }, { 0xd0, 0x01 } };
	struct machine *m = *state;
	unsigned int at = rd(m, CONFIG, 0x34, 1);

	assert_int_equal(rd(m, CONFIG, 0x06, 2) & 0x10, 0x10);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(at, chain[i].at);
		assert_int_equal(rd(m, CONFIG, at, 1), chain[i].id);
		at = rd(m, CONFIG, at + 1, 1);
	}
	assert_int_equal(at, 0);
	assert_int_equal(rd(m, CONFIG, 0x100, 4), 0x2001001b);
	assert_int_equal(rd(m, CONFIG, 0x200, 4), 0x3001000f);
	assert_int_equal(rd(m, CONFIG, 0x300, 4), 0x00010013);
}

static void shows_its_stolen_memory(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0141);
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7c000001);
	assert_int_equal(rd(m, CONFIG, 0x5e, 2), 0x7c00);
	assert_int_equal(rd(m, BAR0, 0x108040, 2), 0x0141);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7c000001);
	assert_int_equal(rd(m, BAR0, 0x108100, 4), 0x7be00001);
	wr(m, CONFIG, 0x50, 2, 0);
	wr(m, CONFIG, 0x5c, 4, 0);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0141);
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7c000001);
}

static void asls_is_scratch(void **state)
{
	struct machine *m = *state;

	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x7bff0018);
	wr(m, CONFIG, 0xfc, 4, 0x0fffe000);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x0fffe000);
}

static void records_swsci(void **state)
{
	struct machine *m = *state;

	wr(m, CONFIG, 0xe8, 2, 0x8000);
	assert_int_equal(m->igd.counters.swsci, 0);
	wr(m, CONFIG, 0xe8, 2, 0x8001);
	wr(m, CONFIG, 0xe8, 1, 0x01);
	wr(m, CONFIG, 0xe4, 8, 0x0000000100000000);
	wr(m, CONFIG, 0xe9, 1, 0x01);
	wr(m, CONFIG, 0xe7, 1, 0x01);
	assert_int_equal(m->igd.counters.swsci, 3);
}

static void bars_have_the_sizes_of_the_regions(void **state)
{
	struct machine *m = *state;
	const struct vfio_user_region *r = m->device.regions;

	for (unsigned int bar = 0; bar <= 2; bar += 2) {
		wr(m, CONFIG, 0x10 + 4 * bar, 8, ~0ull);
		assert_int_equal((~rd(m, CONFIG, 0x10 + 4 * bar, 8) & 0x7ffffffff0) + 0x10,
				 r[bar].size);
	}
	wr(m, CONFIG, 0x20, 4, ~0u);
	assert_int_equal((~rd(m, CONFIG, 0x20, 4) & 0xfffe) + 2, r[4].size);
	assert_int_equal(r[0].size, 16 << 20);
	assert_int_equal(r[2].size, 256 << 20);
	assert_int_equal(r[4].size, 64);
	assert_int_equal(r[6].size, 0);
	assert_int_equal(r[7].size, 4096);
	assert_int_equal(rd(m, CONFIG, 0x62, 1), 1);
	assert_int_equal(rd(m, CONFIG, 0x30, 4), 0);
}

static void offers_a_rom_when_told(void **state)
{
	static const uint8_t rom[3000] = { 0x55, 0xaa, [2999] = 0x77 };
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.rom = rom;
	options.rom_size = sizeof(rom);
	m = machine_new(&options);
	assert_int_equal(m->device.regions[ROM].size, 4096);
	assert_false(m->device.regions[ROM].writable);
	assert_int_equal(rd(m, ROM, 0, 2), 0xaa55);
	assert_int_equal(rd(m, ROM, 2999, 2), 0xff77);
	wr(m, CONFIG, 0x30, 4, ~0u);
	assert_int_equal(rd(m, CONFIG, 0x30, 4), 0xfffff001);
	machine_free(m);
}

static void has_no_interrupt_pin_when_told(void **state)
{
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.no_intx = true;
	m = machine_new(&options);
	assert_int_equal(rd(m, CONFIG, 0x3d, 1), 0);
	wr(m, CONFIG, 0x3d, 1, 1);
	assert_int_equal(rd(m, CONFIG, 0x3d, 1), 0);
	machine_free(m);
}

static void class_0380_has_no_vga(void **state)
{
	struct igd_options options = machine_options();
	struct machine *m;

	(void)state;
	options.class = 0x0380;
	options.device_id = 0x191b;
	m = machine_new(&options);
	assert_int_equal(rd(m, CONFIG, 0x0a, 2), 0x0380);
	assert_int_equal(rd(m, CONFIG, 0x02, 2), 0x191b);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0143);
	machine_free(m);
}

static void refuses_impossible_machines(void **state)
{
	struct machine *m = *state;
	struct igd igd;

#define REFUSE(change) do {						\
		struct igd_options o = machine_options();		\
		change;							\
		assert_non_null(igd_init(&igd, &o, m->igd.dma));	\
	} while (0)
	REFUSE(o.stolen_mib = 33);
	REFUSE(o.gtt_mib = 3);
	REFUSE(o.stolen_base = 0x7c080000);
	REFUSE(o.stolen_base = 0x100000);
	REFUSE(o.stolen_base = 0xff000000);
	REFUSE(o.class = 0x0200);
	REFUSE(o.aperture_mib = 100);
	REFUSE(o.rom_size = (16 << 20) + 1);
#undef REFUSE
}

static void gtt_half_of_bar0(void **state)
{
	struct machine *m = *state;

	wr(m, BAR0, GTT + 8, 8, 0x10000001);
	assert_int_equal(gtt_entry(&m->igd.gtt, 1), 0x10000001);
	assert_int_equal(rd(m, BAR0, GTT + 12, 4), 0);
	/* the GTT has 2 MiB: beyond it nothing is stored */
	wr(m, BAR0, GTT + (2 << 20), 8, ~0ull);
	assert_int_equal(rd(m, BAR0, GTT + (2 << 20), 8), 0);
	/* between registers and GTT nothing either */
	wr(m, BAR0, 2 << 20, 8, ~0ull);
	assert_int_equal(rd(m, BAR0, 2 << 20, 8), 0);
	/* an access across the end of the GTT does both */
	wr(m, BAR0, GTT - 4, 8, 0x2222222211111111);
	assert_int_equal(rd(m, BAR0, GTT, 4), 0x22222222);
	assert_int_equal(rd(m, BAR0, GTT - 4, 8), 0x2222222200000000);
}

/* GFX_FLSH_CNTL, linux i915/gt/intel_ggtt.c gen6_ggtt_invalidate(). */
static void counts_flushes_of_the_gtt(void **state)
{
	struct machine *m = *state;
	const struct counters *c = &m->igd.counters;

	wr(m, BAR0, GTT, 8, 0x10000001);
	wr(m, BAR0, GTT + 8, 4, 0x10000001);
	wr(m, BAR0, GTT - 4, 8, 0);
	assert_int_equal(c->gtt_unflushed, 3);
	/* neither a read nor a register write is a write to the GTT */
	rd(m, BAR0, GTT, 8);
	wr(m, BAR0, 0x2030, 4, 1);
	assert_int_equal(c->gtt_unflushed, 3);
	wr(m, BAR0, 0x101008, 4, 2);
	wr(m, BAR0, 0x101009, 1, 1);
	assert_int_equal(c->gtt_flushes, 0);
	assert_int_equal(c->gtt_unflushed, 3);
	wr(m, BAR0, 0x101008, 4, 1);
	assert_int_equal(rd(m, BAR0, 0x101008, 4), 0);
	assert_int_equal(c->gtt_flushes, 1);
	assert_int_equal(c->gtt_unflushed, 0);
	/* lost writes need no flush */
	wr(m, CONFIG, 0x04, 2, 5);
	wr(m, BAR0, GTT, 8, 0);
	wr(m, CONFIG, 0x04, 2, 7);
	assert_int_equal(c->gtt_unflushed, 0);
	/* no reset flushes, and the I/O BAR can */
	wr(m, BAR0, GTT, 8, 0);
	m->device.ops->reset(m->device.opaque);
	assert_int_equal(c->gtt_unflushed, 1);
	wr(m, CONFIG, 0x04, 2, 7);
	wr(m, BAR4, 0, 8, 0x100101008);
	assert_int_equal(c->gtt_flushes, 2);
	assert_int_equal(c->gtt_unflushed, 0);
}

static void memory_needs_decoding_and_d0(void **state)
{
	struct machine *m = *state;

	wr(m, BAR0, 0x2030, 4, 0x1234);
	wr(m, CONFIG, 0x04, 2, 0x0005);
	wr(m, BAR0, 0x2030, 4, 0x5678);
	assert_int_equal(rd(m, BAR0, 0x2030, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR2, 0, 8), ~0ull);
	assert_int_equal(m->igd.faults.total, 0);
	wr(m, CONFIG, 0x04, 2, 0x0002);
	assert_int_equal(rd(m, BAR0, 0x2030, 4), 0x1234);
	wr(m, CONFIG, 0xd4, 2, 3);
	assert_int_equal(rd(m, BAR0, 0x2030, 4), 0xffffffff);
}

/* State that a reset has to clear. */
static void use_everything(struct machine *m)
{
	wr(m, BAR0, 0x70180, 4, 0x84000000);
	wr(m, BAR0, GTT, 8, 0x10000001);
	wr(m, BAR4, 0, 4, 0x11);
	wr(m, CONFIG, 0x10, 8, 0xde000000);
	wr(m, CONFIG, 0x3c, 1, 11);
	wr(m, CONFIG, 0xae, 2, 1);
	wr(m, CONFIG, 0xfc, 4, 0x0fffe000);
}

static void assert_is_reset(struct machine *m)
{
	assert_int_equal(rd(m, CONFIG, 0x04, 2), 0);
	assert_int_equal(rd(m, CONFIG, 0x10, 8), 4);
	assert_int_equal(rd(m, CONFIG, 0x3c, 1), 0);
	assert_int_equal(rd(m, CONFIG, 0xae, 2), 0);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x0fffe000);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0141);
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7c000001);
	wr(m, CONFIG, 0x04, 2, 7);
	assert_int_equal(rd(m, BAR0, 0x70180, 4), 0);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7c000001);
	assert_int_equal(rd(m, BAR0, GTT, 8), 0x10000001);
	assert_int_equal(rd(m, BAR4, 0, 4), 0);
}

static void function_level_reset(void **state)
{
	struct machine *m = *state;

	use_everything(m);
	wr(m, CONFIG, 0x78, 2, 0x8000);
	assert_is_reset(m);
	assert_int_equal(m->igd.counters.resets, 1);
}

static void vfio_device_reset(void **state)
{
	struct machine *m = *state;

	use_everything(m);
	assert_int_equal(m->device.ops->reset(m->device.opaque), 0);
	assert_is_reset(m);
	assert_int_equal(m->igd.counters.resets, 1);
}

static void leaving_d3hot(void **state)
{
	struct machine *m = *state;

	use_everything(m);
	wr(m, CONFIG, 0xd4, 2, 3);
	wr(m, CONFIG, 0xd4, 2, 0);
	assert_is_reset(m);
	assert_int_equal(m->igd.counters.resets, 0);
	assert_int_equal(m->igd.counters.soft_resets, 1);
}

static uint64_t bar2_size(struct machine *m)
{
	uint64_t address = rd(m, CONFIG, 0x18, 8);
	uint64_t size;

	wr(m, CONFIG, 0x18, 8, ~0ull);
	size = (~rd(m, CONFIG, 0x18, 8) & 0x7ffffffff0) + 0x10;
	wr(m, CONFIG, 0x18, 8, address);
	return size;
}

/* MSAC: the size of GMADR, in its BAR and in decoding. */
static void msac_resizes_gmadr(void **state)
{
	struct machine *m = *state;
	const uint32_t middle = 128 << 20;

	wr(m, BAR0, GTT, 8, MEMORY + 1);
	wr(m, BAR0, GTT + (middle / 4096) * 8, 8, MEMORY + 1);
	wr(m, BAR2, middle, 4, 0x12345678);
	assert_int_equal(rd(m, BAR2, middle, 4), 0x12345678);
	wr(m, CONFIG, 0x18, 8, 0x18000000);
	assert_int_equal(rd(m, CONFIG, 0x18, 8), 0x1000000c);
	wr(m, CONFIG, 0x62, 1, 0);
	assert_int_equal(bar2_size(m), 128 << 20);
	assert_int_equal(rd(m, BAR2, middle, 4), 0xffffffff);
	assert_int_equal(rd(m, BAR2, 0, 4), 0x12345678);
	wr(m, CONFIG, 0x18, 8, 0x18000000);
	assert_int_equal(rd(m, CONFIG, 0x18, 8), 0x1800000c);
	wr(m, CONFIG, 0x60, 4, 0x001f0000);
	assert_int_equal(bar2_size(m), 4ull << 30);
	assert_int_equal(rd(m, CONFIG, 0x18, 8), 0x0000000c);
	/* a value between two is the next larger one */
	wr(m, CONFIG, 0x62, 1, 2);
	assert_int_equal(bar2_size(m), 512 << 20);
}

/* DEV2CTL hides BAR4, both its ports and its register. */
static void dev2ctl_hides_bar4(void **state)
{
	struct machine *m = *state;

	wr(m, CONFIG, 0x20, 4, 0xf000);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0xf001);
	wr(m, CONFIG, 0x58, 4, 1);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0);
	wr(m, CONFIG, 0x20, 4, ~0u);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0);
	assert_int_equal(rd(m, BAR4, 0, 4), 0xffffffff);
	/* a function reset does not change that */
	wr(m, CONFIG, 0x78, 2, 0x8000);
	wr(m, CONFIG, 0x04, 2, 7);
	assert_int_equal(rd(m, BAR4, 0, 4), 0xffffffff);
	wr(m, CONFIG, 0x58, 4, 0);
	wr(m, CONFIG, 0x20, 4, ~0u);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0xffc1);
	assert_int_equal(rd(m, BAR4, 0, 4), 0);
}

static const struct access_count *count(struct machine *m, enum access_class class)
{
	return &m->igd.counters.access[class];
}

static void counts_by_class(void **state)
{
	struct machine *m = *state;
	uint32_t value = 0;

	rd(m, BAR0, 0x2030, 4);
	rd(m, BAR0, 0x2030, 8);
	rd(m, BAR0, 0x108ffc, 4);
	rd(m, BAR0, 0x109000, 4);
	rd(m, BAR0, GTT, 8);
	rd(m, BAR4, 3, 1);
	rd(m, CONFIG, 0, 2);
	wr(m, BAR2, 0, 4, 0);
	wr(m, BAR2, 0, 4, 0);
	m->device.ops->region_write(m->device.opaque, BAR2, 0, &value, 4, true);
	assert_int_equal(count(m, ACCESS_MMIO)->read, 3);
	assert_int_equal(count(m, ACCESS_MMIO)->read_bytes, 16);
	assert_int_equal(count(m, ACCESS_MIRROR)->read, 1);
	assert_int_equal(count(m, ACCESS_GTT)->read_bytes, 8);
	assert_int_equal(count(m, ACCESS_IOBAR_INDEX)->read, 1);
	assert_int_equal(count(m, ACCESS_CONFIG)->read_bytes, 2);
	assert_int_equal(count(m, ACCESS_GMADR)->write_nonposted, 2);
	assert_int_equal(count(m, ACCESS_GMADR)->write_posted, 1);
	assert_int_equal(count(m, ACCESS_GMADR)->read, 0);
}

static void interrupt_without_client_is_lost(void **state)
{
	struct machine *m = *state;

	assert_int_equal(igd_irq(&m->igd, 0), -1);
	assert_int_equal(m->device.irq_counts[0], 1);
	assert_int_equal(m->device.irq_counts[1], 1);
	assert_int_equal(m->device.irq_counts[2], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(identifies_itself),
		TEST(has_the_capabilities_of_skylake),
		TEST(shows_its_stolen_memory),
		TEST(asls_is_scratch),
		TEST(records_swsci),
		TEST(bars_have_the_sizes_of_the_regions),
		cmocka_unit_test(offers_a_rom_when_told),
		cmocka_unit_test(has_no_interrupt_pin_when_told),
		cmocka_unit_test(class_0380_has_no_vga),
		TEST(refuses_impossible_machines),
		TEST(gtt_half_of_bar0),
		TEST(counts_flushes_of_the_gtt),
		TEST(memory_needs_decoding_and_d0),
		TEST(function_level_reset),
		TEST(vfio_device_reset),
		TEST(leaving_d3hot),
		TEST(msac_resizes_gmadr),
		TEST(dev2ctl_hides_bar4),
		TEST(counts_by_class),
		TEST(interrupt_without_client_is_lost),
	};

	return cmocka_run_group_tests_name("igd", tests, NULL, NULL);
}
