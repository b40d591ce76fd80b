// SPDX-License-Identifier: GPL-2.0-only
/* Every generation as a whole, as software sees it. */
#include <string.h>

#include "machine.h"

#define MIB (1u << 20)

struct look {
	const char *name;
	uint32_t id, class_and_revision;
	uint32_t subsystem;
	uint8_t bdsm;		/* config offset, 0: none */
	bool bdsm64;
	uint16_t ggc;		/* of 32 MiB and the smallest GTT */
	uint32_t bar0_bytes, gtt, gtt_bytes;
	uint32_t bar0_flags;
	uint32_t index;		/* writable bits of MMIO_INDEX, 0: no BAR4 */
	bool iobar_gtt;
	uint8_t caps[9];	/* offsets, in order of the list */
	bool maskable;
	uint16_t last_extended;	/* capability, 0: has none */
};

static const struct look looks[] = {
	{ "snb", 0x01268086, 0x03000009, 0x21da17aa, 0x5c, false, 0x0109,
	  4 * MIB, 2 * MIB, MIB, 4, 0x1fffff, true, { 0x90, 0xd0, 0xa4 }, false, 0 },
	{ "ivb", 0x01668086, 0x03000009, 0x397717aa, 0x5c, false, 0x0109,
	  4 * MIB, 2 * MIB, MIB, 4, 0x1fffff, true, { 0x90, 0xd0, 0xa4 }, false, 0 },
	{ "hsw", 0x04128086, 0x03000006, 0x85341043, 0x5c, false, 0x0109,
	  4 * MIB, 2 * MIB, MIB, 4, 0x1fffff, true, { 0x90, 0xd0, 0xa4 }, false, 0 },
	{ "bdw", 0x16168086, 0x03000009, 0x236a1043, 0x5c, false, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, true, { 0x90, 0xd0, 0xa4 }, false, 0 },
	{ "skl", 0x19128086, 0x03000006, 0x06b91028, 0x5c, false, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, true, { 0x40, 0x70, 0xac, 0xd0 },
	  false, 0x300 },
	{ "kbl", 0x59268086, 0x03000006, 0x00261414, 0x5c, false, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, true, { 0x40, 0x70, 0xac, 0xd0 },
	  false, 0x300 },
	{ "icl", 0x8a528086, 0x03000007, 0x08b01028, 0xc0, true, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, false, { 0x40, 0x70, 0xac, 0xd0 },
	  false, 0x300 },
	{ "tgl", 0x9a498086, 0x03000001, 0x22128086, 0xc0, true, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, false, { 0x40, 0x70, 0xac, 0xd0 },
	  true, 0x320 },
	{ "adl", 0x46888086, 0x0300000c, 0x170f1025, 0xc0, true, 0x0141,
	  16 * MIB, 8 * MIB, 2 * MIB, 4, 0x7fffff, false, { 0x40, 0x70, 0xac, 0xd0 },
	  true, 0x320 },
	{ "mtl", 0x7d458086, 0x03000008, 0x26241558, 0, true, 0x01c1,
	  16 * MIB, 8 * MIB, 8 * MIB, 12, 0, false, { 0x40, 0x70, 0xac, 0xd0 },
	  true, 0x320 },
	{ "lnl", 0x64a08086, 0x03000004, 0x8d84103c, 0, true, 0x01c1,
	  16 * MIB, 8 * MIB, 8 * MIB, 12, 0, false, { 0x40, 0x70, 0xac, 0xd0 },
	  true, 0x300 },
};

enum { LOOKS = sizeof(looks) / sizeof(looks[0]) };

#define EACH(look) \
	for (const struct look *look = looks; look < looks + LOOKS; look++)

/* Meteor Lake and later. */
static bool has_lmembar(const struct look *look)
{
	return !look->index;
}

static struct machine *machine_of(const struct look *look)
{
	struct igd_options options = machine_options_of(look->name);

	return machine_new(&options);
}

static void every_one_is_looked_at(void **state)
{
	size_t n = 0;

	(void)state;
	EACH(look)
		assert_string_equal(look->name, igd_platform_at(n++)->name);
	assert_null(igd_platform_at(n));
}

static void identifies_itself(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);

		assert_int_equal(rd(m, CONFIG, 0x00, 4), look->id);
		assert_int_equal(rd(m, CONFIG, 0x08, 4), look->class_and_revision);
		assert_int_equal(rd(m, CONFIG, 0x2c, 4), look->subsystem);
		assert_int_equal(rd(m, CONFIG, 0x3d, 1), strcmp(look->name, "lnl") != 0);
		machine_free(m);
	}
}

/* Fast back-to-back up to Haswell, lspci of 8086:0126, 0102, 0a16 and 5917 */
static void has_its_status_and_cache_line(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);
		bool pci = !strcmp(look->name, "snb") || !strcmp(look->name, "ivb") ||
			   !strcmp(look->name, "hsw");

		assert_int_equal(rd(m, CONFIG, 0x06, 2), pci ? 0x0090 : 0x0010);
		wr(m, CONFIG, 0x0c, 1, 0x10);
		assert_int_equal(rd(m, CONFIG, 0x0c, 1), look->last_extended ? 0x10 : 0);
		machine_free(m);
	}
}

/* lspci -xxx of 8086:0126 rev 09 */
static void sandy_bridge_has_unlinked_registers(void **state)
{
	struct igd_options options = machine_options_of("snb");
	struct machine *m = machine_new(&options);

	(void)state;
	assert_int_equal(rd(m, CONFIG, 0x40, 8), 0xe200219d010c0009);
	assert_int_equal(rd(m, CONFIG, 0x48, 8), 0x14000090);
	assert_int_equal(rd(m, CONFIG, 0x54, 4), 0x11);
	assert_int_equal(rd(m, CONFIG, 0xf8, 4), 0x00060000);
	wr(m, CONFIG, 0xf8, 4, 0);
	wr(m, CONFIG, 0x44, 4, 0);
	assert_int_equal(rd(m, CONFIG, 0xf8, 4), 0x00060000);
	assert_int_equal(rd(m, CONFIG, 0x44, 4), 0xe200219d);
	machine_free(m);
}

/* lspci -xxx of a host bridge 8086:0100 with GGC 0211: B8, B4, B0, BC */
static void has_the_layout_of_a_recorded_machine(void **state)
{
	struct igd_options options = machine_options_of("snb");
	struct machine *m;

	(void)state;
	options.stolen_base = 0x7aa00000;
	options.stolen_mib = 64;
	options.gtt_mib = 2;
	m = machine_new(&options);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0211);
	assert_int_equal(rd(m, BAR0, 0x108200, 4), 0x7a000000);	/* PLMLIMIT: TSEG */
	assert_int_equal(rd(m, BAR0, 0x108100, 4), 0x7a800001);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7aa00001);
	assert_int_equal(rd(m, BAR0, 0x108000, 4), 0x7ea00001);
	machine_free(m);
}

static void lists_its_capabilities(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);
		unsigned int at = rd(m, CONFIG, 0x34, 1);

		for (const uint8_t *cap = look->caps; at; cap++) {
			assert_int_equal(at, *cap);
			at = rd(m, CONFIG, at + 1, 1);
			assert_true(at || !cap[1]);
		}
		at = 0x100;
		while (rd(m, CONFIG, at + 2, 2) >> 4)
			at = rd(m, CONFIG, at + 2, 2) >> 4;
		assert_int_equal(at, look->last_extended ? look->last_extended : 0x100);
		assert_int_equal(rd(m, CONFIG, 0x100, 2), look->last_extended ? 0x1b : 0);
		at = look->last_extended ? 0xac : 0x90;
		assert_int_equal(rd(m, CONFIG, at, 1), 5);
		assert_int_equal(rd(m, CONFIG, at + 2, 2), look->maskable << 8);
		machine_free(m);
	}
}

static void shows_stolen_memory_in_its_places(void **state)
{
	(void)state;
	EACH(look) {
		struct igd_options options = machine_options_of(look->name);
		struct machine *m;
		uint64_t bgsm;

		if (look->bdsm64)
			options.stolen_base = 0x17c000000;
		m = machine_new(&options);
		bgsm = (options.stolen_base - look->gtt_bytes) | 1;
		assert_int_equal(rd(m, CONFIG, 0x50, 2), look->ggc);
		assert_int_equal(rd(m, BAR0, 0x108040, 2), look->ggc);
		assert_int_equal(rd(m, CONFIG, 0x5c, 4),
				 look->bdsm == 0x5c ? 0x7c000001 : 0);
		assert_int_equal(rd(m, CONFIG, 0xc0, 8),
				 look->bdsm == 0xc0 ? 0x17c000001 : 0);
		assert_int_equal(rd(m, BAR0, 0x1080c0, 8), options.stolen_base | 1);
		assert_int_equal(rd(m, BAR0, 0x108100, 8), bgsm);
		/* its last MiB is reserved */
		assert_int_equal(rd(m, BAR0, 0x1082c0, 8),
				 options.stolen_base + 31 * MIB + 1);
		machine_free(m);
	}
}

static void gen12_repeats_bgsm_in_config_space(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);
		bool has = !strcmp(look->name, "tgl") || !strcmp(look->name, "adl");

		assert_int_equal(rd(m, CONFIG, 0xf0, 8) & ~0xff00000000,
				 has ? 0x7be00001 : 0);
		machine_free(m);
	}
}

static void has_its_bars(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);
		uint64_t mask = has_lmembar(look) ? 0x3ffffffffff : 0x7fffffffff;

		wr(m, CONFIG, 0x10, 8, ~0ull);
		wr(m, CONFIG, 0x18, 8, ~0ull);
		wr(m, CONFIG, 0x20, 8, ~0ull);
		assert_int_equal(rd(m, CONFIG, 0x10, 8),
				 (mask & -(uint64_t)look->bar0_bytes) | look->bar0_flags);
		assert_int_equal(rd(m, CONFIG, 0x18, 8), (mask & -(256ull * MIB)) | 12);
		assert_int_equal(rd(m, CONFIG, 0x20, 8), look->index ? 0xffc1 : 0);
		assert_int_equal(m->device.regions[BAR0].size, look->bar0_bytes);
		assert_int_equal(m->device.regions[BAR2].size, 256 * MIB);
		assert_int_equal(m->device.regions[BAR4].size, look->index ? 64 : 0);
		machine_free(m);
	}
}

static void has_its_gtt(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);
		unsigned int bytes = m->igd.options.platform->pte.bytes;

		assert_int_equal(gtt_entries(&m->igd.gtt), look->gtt_bytes / bytes);
		wr(m, BAR0, look->gtt + look->gtt_bytes - bytes, bytes, 0x10000001);
		assert_int_equal(gtt_entry(&m->igd.gtt, look->gtt_bytes / bytes - 1),
				 0x10000001);
		assert_int_equal(rd(m, BAR0, look->gtt - 4, 4), 0);
		machine_free(m);
	}
}

/* GGMS 0, "no memory for the GTT", is legal if the field is not fixed. */
static void can_do_without_a_gtt(void **state)
{
	(void)state;
	EACH(look) {
		struct igd_options options = machine_options_of(look->name);
		struct machine *m;
		struct igd igd;

		options.gtt_mib = 0;
		if (has_lmembar(look)) {
			assert_non_null(igd_init(&igd, &options, NULL));
			continue;
		}
		m = machine_new(&options);
		assert_int_equal(rd(m, CONFIG, 0x50, 2),
				 look->gtt == 2 * MIB ? 0x0009 : 0x0101);
		wr(m, BAR0, look->gtt, 4, ~0u);
		assert_int_equal(rd(m, BAR0, look->gtt, 4), 0);
		assert_int_equal(gtt_entries(&m->igd.gtt), 0);
		machine_free(m);
	}
}

static void has_its_io_bar(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);

		if (!look->index) {
			assert_int_equal(rd(m, BAR4, 0, 4), 0xffffffff);
			machine_free(m);
			continue;
		}
		wr(m, BAR4, 0, 4, ~0u);
		assert_int_equal(rd(m, BAR4, 0, 4), look->index);
		wr(m, BAR4, 0, 4, 0x11);
		wr(m, BAR4, 4, 4, 0x7c000001);
		assert_int_equal(rd(m, BAR0, look->gtt + 0x10, 4),
				 look->iobar_gtt ? 0x7c000001 : 0);
		assert_int_equal(rd(m, BAR4, 4, 4), look->iobar_gtt ? 0x7c000001 : 0);
		wr(m, BAR4, 0, 4, 0x70188);
		wr(m, BAR4, 4, 4, 0x40);
		assert_int_equal(rd(m, BAR0, 0x70188, 4), 0x40);
		machine_free(m);
	}
}

static void is_reset_by_its_capability(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);

		wr(m, BAR0, 0x70188, 4, 0x40);
		if (look->last_extended)
			wr(m, CONFIG, 0x78, 2, 0x8000);
		else
			wr(m, CONFIG, 0xa8, 1, 1);
		assert_int_equal(m->igd.counters.resets, 1);
		assert_int_equal(rd(m, CONFIG, 4, 2), 0);
		wr(m, CONFIG, 4, 2, 7);
		assert_int_equal(rd(m, BAR0, 0x70188, 4), 0);
		if (look->index)
			assert_int_equal(rd(m, BAR4, 0, 4), 0);
		machine_free(m);
	}
}

static void class_0380_sets_ivd(void **state)
{
	(void)state;
	EACH(look) {
		struct igd_options options = machine_options_of(look->name);
		struct machine *m;

		options.class = 0x0380;
		m = machine_new(&options);
		assert_int_equal(rd(m, CONFIG, 0x0a, 2), 0x0380);
		assert_int_equal(rd(m, CONFIG, 0x50, 2), look->ggc | 2);
		machine_free(m);
	}
}

/* Requests and acknowledges of linux i915/intel_uncore.c. */
static void wakes_up(void **state)
{
	static const struct {
		const char *name;
		uint32_t request, ack;
	} v[] = {
		{ "ivb", 0xa188, 0x130040 }, { "hsw", 0xa188, 0x130044 },
		{ "bdw", 0xa188, 0x130044 }, { "skl", 0xa188, 0x130044 },
		{ "skl", 0xa270, 0xd88 }, { "skl", 0xa278, 0xd84 },
		{ "kbl", 0xa278, 0xd84 }, { "icl", 0xa188, 0x130044 },
		{ "icl", 0xa278, 0xd84 }, { "icl", 0xa540, 0xd50 },
		{ "icl", 0xa548, 0xd58 }, { "icl", 0xa560, 0xd70 },
		{ "tgl", 0xa540, 0xd50 }, { "adl", 0xa188, 0x130044 },
		{ "mtl", 0xa188, 0xdfc }, { "mtl", 0xa278, 0xd84 },
		{ "lnl", 0xa188, 0xdfc }, { "lnl", 0x38a618, 0x380df8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct igd_options options = machine_options_of(v[i].name);
		struct machine *m = machine_new(&options);

		wr(m, BAR0, v[i].request, 4, 0x00010001);
		assert_int_equal(rd(m, BAR0, v[i].ack, 4), 1);
		wr(m, BAR0, v[i].request, 4, 0x80008000);
		assert_int_equal(rd(m, BAR0, v[i].ack, 4), 0x8001);
		wr(m, BAR0, v[i].ack, 4, 0);
		wr(m, BAR0, v[i].request, 4, 0x00010000);
		assert_int_equal(rd(m, BAR0, v[i].ack, 4), 0x8000);
		machine_free(m);
	}
}

/*
 * GMD_ID of graphics, media and display: architecture and release, as linux
 * xe/xe_pci.c read_gmdid() and i915 intel_display_device.c decode it.
 */
static void tells_its_versions(void **state)
{
	static const struct {
		const char *name;
		uint32_t reg, architecture, release;
	} v[] = {
		{ "mtl", 0xd8c, 12, 71 }, { "mtl", 0x380d8c, 13, 0 },
		{ "mtl", 0x510a0, 14, 0 }, { "lnl", 0xd8c, 20, 4 },
		{ "lnl", 0x380d8c, 20, 0 }, { "lnl", 0x510a0, 20, 0 },
		{ "adl", 0xd8c, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct igd_options options = machine_options_of(v[i].name);
		struct machine *m = machine_new(&options);
		uint32_t id = rd(m, BAR0, v[i].reg, 4);

		assert_int_equal(id >> 22, v[i].architecture);
		assert_int_equal(id >> 14 & 0xff, v[i].release);
		machine_free(m);
	}
}

/* Properties of Lunar Lake only, from lspci and from linux' list of its resets. */
static void lunar_lake_is_no_meteor_lake(void **state)
{
	struct igd_options options = machine_options_of("lnl");
	struct machine *m = machine_new(&options);

	(void)state;
	wr(m, CONFIG, 0x04, 2, 0xffff);
	assert_int_equal(rd(m, CONFIG, 0x04, 2), 7);
	assert_int_equal(rd(m, CONFIG, 0x74, 4), 0x10008001);
	wr(m, CONFIG, 0x78, 2, 0x20);
	assert_int_equal(rd(m, CONFIG, 0x78, 2), 0x20);
	/* PICA's power well: linux intel_display_power_well.c */
	wr(m, BAR0, 0x16fe04, 4, 1u << 31);
	assert_int_equal(rd(m, BAR0, 0x16fe04, 4), 3u << 30);
	/* leaving D3hot resets nothing */
	wr(m, BAR0, 0x70188, 4, 0x40);
	wr(m, CONFIG, 0xd4, 2, 3);
	wr(m, CONFIG, 0xd4, 2, 0);
	assert_int_equal(rd(m, CONFIG, 0xd4, 2), 8);
	assert_int_equal(rd(m, BAR0, 0x70188, 4), 0x40);
	assert_int_equal(m->igd.counters.soft_resets, 0);
	machine_free(m);
}

static void sandy_bridge_wakes_up_without_mask(void **state)
{
	struct igd_options options = machine_options_of("snb");
	struct machine *m = machine_new(&options);

	(void)state;
	wr(m, BAR0, 0xa18c, 4, 1);
	assert_int_equal(rd(m, BAR0, 0x130090, 4), 1);
	wr(m, BAR0, 0xa18c, 4, 0);
	assert_int_equal(rd(m, BAR0, 0x130090, 4), 0);
	/* room in the FIFO; ivb has the masked forcewake enabled */
	assert_true(rd(m, BAR0, 0x120008, 4) > 20);
	assert_int_equal(rd(m, BAR0, 0xa180, 4), 0);
	machine_free(m);
	options = machine_options_of("ivb");
	m = machine_new(&options);
	assert_int_equal(rd(m, BAR0, 0xa180, 4), 0x20);
	machine_free(m);
}

/* What linux drivers/pci/quirks.c reset_ivb_igd() waits for. */
static void panel_power_follows_its_control(void **state)
{
	(void)state;
	EACH(look) {
		struct machine *m = machine_of(look);

		assert_int_equal(rd(m, BAR0, 0xc7200, 4) & 0xb0000000, 0);
		wr(m, BAR0, 0xc7204, 4, 0xabcd0003);
		assert_int_equal(rd(m, BAR0, 0xc7200, 4), 0x80000000);
		wr(m, BAR0, 0xc7204, 4, 0xabcd0002);
		assert_int_equal(rd(m, BAR0, 0xc7200, 4) & 0xb0000000, 0);
		machine_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_one_is_looked_at),
		cmocka_unit_test(identifies_itself),
		cmocka_unit_test(has_its_status_and_cache_line),
		cmocka_unit_test(sandy_bridge_has_unlinked_registers),
		cmocka_unit_test(has_the_layout_of_a_recorded_machine),
		cmocka_unit_test(lists_its_capabilities),
		cmocka_unit_test(shows_stolen_memory_in_its_places),
		cmocka_unit_test(gen12_repeats_bgsm_in_config_space),
		cmocka_unit_test(has_its_bars),
		cmocka_unit_test(has_its_gtt),
		cmocka_unit_test(can_do_without_a_gtt),
		cmocka_unit_test(has_its_io_bar),
		cmocka_unit_test(is_reset_by_its_capability),
		cmocka_unit_test(class_0380_sets_ivd),
		cmocka_unit_test(wakes_up),
		cmocka_unit_test(tells_its_versions),
		cmocka_unit_test(lunar_lake_is_no_meteor_lake),
		cmocka_unit_test(sandy_bridge_wakes_up_without_mask),
		cmocka_unit_test(panel_power_follows_its_control),
	};

	return cmocka_run_group_tests_name("generations", tests, NULL, NULL);
}
