// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "platform.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void finds_by_name(void **state)
{
	(void)state;
	assert_non_null(igd_platform_find("skl"));
	assert_null(igd_platform_find("sklx"));
	assert_null(igd_platform_find(""));
}

static void table_is_complete(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; igd_platform_at(n); n++) {
		const struct igd_platform *p = igd_platform_at(n);

		assert_ptr_equal(igd_platform_find(p->name), p);
		assert_true(p->pte.bytes == 4 || p->pte.bytes == 8);
		assert_true(p->register_bytes <= p->gtt_offset);
		assert_int_equal(p->gtt_offset * 2, p->gttmmadr_size);
		assert_true(p->bdsm_bytes == 4 || p->bdsm_bytes == 8);
		assert_true(p->plane->enable);
		assert_true(p->blitter.src_copy || p->blitter.fast_copy);
		assert_true(p->irq.master_enable);
		for (size_t i = 0; i < p->rule_count; i++)
			assert_true(p->rules[i].reg < p->register_bytes &&
				    p->rules[i].target < p->register_bytes);
	}
	assert_int_equal(n, 11);
}

/* GGC without lock and IVD, as linux early-quirks.c and i915 decode it. */
static void ggc(void **state)
{
	static const struct {
		const char *name;
		unsigned int stolen, gtt;
		int value;
	} v[] = {
		{ "snb", 0, 0, 0x0000 }, { "snb", 32, 1, 0x0108 },
		{ "snb", 64, 2, 0x0210 }, { "snb", 512, 2, 0x0280 },
		{ "snb", 544, 2, -1 }, { "snb", 1024, 2, -1 },
		{ "snb", 32, 4, -1 }, { "snb", 33, 1, -1 },
		{ "ivb", 1024, 2, 0x0288 }, { "ivb", 544, 2, -1 },
		{ "hsw", 64, 2, 0x0210 }, { "hsw", 1024, 2, -1 },
		{ "bdw", 32, 2, 0x0140 }, { "bdw", 64, 8, 0x02c0 },
		{ "bdw", 0xf0 * 32, 8, 0xf0c0 }, { "bdw", 4, 8, -1 },
		{ "skl", 0, 0, 0x0000 }, { "skl", 32, 2, 0x0140 },
		{ "skl", 64, 8, 0x02c0 },	/* a real dump */
		{ "skl", 4, 4, 0xf080 }, { "skl", 60, 8, 0xfec0 },
		{ "skl", 33, 8, -1 }, { "skl", 32, 1, -1 },
		{ "skl", 32, 16, -1 }, { "skl", 0xf0 * 32, 8, -1 },
		{ "kbl", 4, 2, 0xf040 }, { "icl", 60, 4, 0xfe80 },
		{ "tgl", 64, 8, 0x02c0 }, { "adl", 4, 0, 0xf000 },
		{ "mtl", 128, 8, 0x04c0 }, { "mtl", 4, 8, 0xf0c0 },
		{ "mtl", 60, 8, 0xfec0 }, { "mtl", 160, 8, -1 },
		{ "mtl", 32, 4, -1 }, { "mtl", 32, 0, -1 },
		{ "lnl", 128, 8, 0x04c0 }, { "lnl", 4, 8, 0xf0c0 },
		{ "lnl", 160, 8, -1 }, { "lnl", 32, 2, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++)
		assert_int_equal(ggc_encode(&igd_platform_find(v[i].name)->ggc,
					    v[i].stolen, v[i].gtt), v[i].value);
}

static void ggc_decodes_what_it_encodes(void **state)
{
	(void)state;
	for (size_t n = 0; igd_platform_at(n); n++) {
		const struct ggc_layout *layout = &igd_platform_at(n)->ggc;

		for (unsigned int value = 0; value < 1 << 16; value++) {
			int stolen = ggc_stolen(layout, value);
			int gtt = ggc_gtt(layout, value);
			int again;

			if (stolen == GGC_RESERVED || gtt == GGC_RESERVED)
				continue;
			/* gen 9 has two codes for 32 MiB */
			again = ggc_encode(layout, stolen, gtt);
			assert_true(again >= 0);
			assert_int_equal(ggc_stolen(layout, again), stolen);
			assert_int_equal(ggc_gtt(layout, again), gtt);
		}
	}
	/* lspci of 8086:0126 and 0102; a gen 9 dump by pci=earlydump */
	assert_int_equal(ggc_stolen(&igd_platform_find("snb")->ggc, 0x0211), 64);
	assert_int_equal(ggc_gtt(&igd_platform_find("snb")->ggc, 0x0211), 2);
	assert_int_equal(ggc_stolen(&igd_platform_find("skl")->ggc, 0x02c1), 64);
	assert_int_equal(ggc_gtt(&igd_platform_find("skl")->ggc, 0x02c1), 8);
	assert_int_equal(ggc_stolen(&igd_platform_find("snb")->ggc, 0x0289), GGC_RESERVED);
	assert_int_equal(ggc_gtt(&igd_platform_find("snb")->ggc, 0x0309), GGC_RESERVED);
	assert_int_equal(ggc_stolen(&igd_platform_find("skl")->ggc, 0xffc1), GGC_RESERVED);
	assert_int_equal(ggc_gtt(&igd_platform_find("mtl")->ggc, 0x0441), GGC_RESERVED);
}

/* linux include/drm/intel/pciids.h, with ids near those of other generations */
static void knows_devices(void **state)
{
	static const struct {
		uint16_t id;
		const char *name;
	} v[] = {
		{ 0x0102, "snb" }, { 0x0116, "snb" }, { 0x016a, "ivb" },
		{ 0x0a16, "hsw" }, { 0x0a84, "kbl" }, { 0x5a85, "kbl" },
		{ 0x1616, "bdw" }, { 0x1912, "skl" }, { 0x5917, "kbl" },
		{ 0x87c0, "kbl" }, { 0x87ca, "kbl" }, { 0x3ea0, "kbl" },
		{ 0x9bc5, "kbl" }, { 0x3185, "kbl" }, { 0x8a52, "icl" },
		{ 0x4e55, "icl" }, { 0x4c8a, "tgl" }, { 0x9a49, "tgl" },
		{ 0x46a6, "adl" }, { 0xa780, "adl" }, { 0x7d55, "mtl" },
		{ 0x7d67, "mtl" }, { 0x64a0, "lnl" },
	};
	static const uint16_t others[] = {
		0x0000, 0xffff, 0x0042, 0x0f31, 0x22b1, 0xa001, 0x4905, 0x56a0, 0xb080,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		const struct igd_platform *p = igd_platform_of(v[i].id);

		assert_non_null(p);
		assert_string_equal(p->name, v[i].name);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		assert_null(igd_platform_of(others[i]));
	for (size_t n = 0; igd_platform_at(n); n++)
		assert_ptr_equal(igd_platform_of(igd_platform_at(n)->device_id),
				 igd_platform_at(n));
}

static void largest_gtt(void **state)
{
	(void)state;
	assert_int_equal(ggc_largest_gtt(&igd_platform_find("snb")->ggc), 2);
	assert_int_equal(ggc_largest_gtt(&igd_platform_find("bdw")->ggc), 8);
	assert_int_equal(ggc_largest_gtt(&igd_platform_find("mtl")->ggc), 8);
}

static void msac(void **state)
{
	const struct igd_platform *skl = igd_platform_find("skl");
	const struct igd_platform *snb = igd_platform_find("snb");

	(void)state;
	assert_int_equal(msac_encode(skl, 128), 0);
	assert_int_equal(msac_encode(skl, 256), 1);
	assert_int_equal(msac_encode(skl, 4096), 31);
	assert_int_equal(msac_encode(skl, 8192), -1);
	assert_int_equal(msac_encode(skl, 64), -1);
	assert_int_equal(msac_encode(skl, 384), -1);
	assert_int_equal(msac_encode(skl, 0), -1);
	assert_int_equal(msac_encode(snb, 128), 0);
	assert_int_equal(msac_encode(snb, 256), 2);
	assert_int_equal(msac_encode(snb, 512), 6);
	assert_int_equal(msac_encode(snb, 1024), -1);
}

static void msac_decodes_what_it_encodes(void **state)
{
	(void)state;
	for (size_t n = 0; igd_platform_at(n); n++) {
		const struct igd_platform *p = igd_platform_at(n);

		for (unsigned int mib = 128; mib <= 4096; mib *= 2) {
			int value = msac_encode(p, mib);

			if (value >= 0)
				assert_int_equal(msac_decode(p, value), mib);
		}
	}
	/* a value between two means the larger one */
	assert_int_equal(msac_decode(igd_platform_find("snb"), 4), 512);
	assert_int_equal(msac_decode(igd_platform_find("skl"), 4), 1024);
	/* bits that are not MSAC's do not count */
	assert_int_equal(msac_decode(igd_platform_find("snb"), 0xf9), 128);
}

/* linux i915 Wa_22018444074, xe Wa_22019338487 */
static void where_access_to_the_gtt_hangs(void **state)
{
	(void)state;
	for (size_t n = 0; igd_platform_at(n); n++) {
		const struct igd_platform *p = igd_platform_at(n);

		assert_int_equal(p->gtt_access_hangs, !strcmp(p->name, "mtl") ||
				 !strcmp(p->name, "lnl"));
	}
}

/* Entries and the address they map. */
static void pte(void **state)
{
	static const struct {
		const char *name;
		uint64_t pte, address;
	} v[] = {
		{ "snb", 0x12345001, 0x12345000 }, { "snb", 0x12345ab7, 0xab12345000 },
		{ "ivb", 0xfffffff1, 0xfffffff000 }, { "hsw", 0x12345801, 0x12345000 },
		{ "hsw", 0x12345ff1, 0x7f12345000 },
		{ "bdw", 0x0cf00001, 0x0cf00000 }, { "bdw", ~0ull, 0x7ffffff000 },
		{ "skl", 0x7f00000fff, 0x7f00000000 }, { "skl", ~0ull, 0x7ffffff000 },
		{ "kbl", ~0ull, 0x7ffffff000 }, { "icl", ~0ull, 0x3ffffffff000 },
		{ "tgl", ~0ull, 0x3ffffffff000 }, { "adl", ~0ull, 0x3ffffffff000 },
		{ "mtl", ~0ull, 0x3ffffffff000 }, { "lnl", ~0ull, 0xffffffffff000 },
	};

	(void)state;
	assert_true(pte_valid(0x1001));
	assert_false(pte_valid(0x1000));
	assert_false(pte_valid(0x1002));
	for (size_t i = 0; i < COUNT(v); i++)
		assert_int_equal(pte_address(&igd_platform_find(v[i].name)->pte,
					     v[i].pte), v[i].address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_name),
		cmocka_unit_test(table_is_complete),
		cmocka_unit_test(ggc),
		cmocka_unit_test(ggc_decodes_what_it_encodes),
		cmocka_unit_test(knows_devices),
		cmocka_unit_test(largest_gtt),
		cmocka_unit_test(msac),
		cmocka_unit_test(msac_decodes_what_it_encodes),
		cmocka_unit_test(where_access_to_the_gtt_hangs),
		cmocka_unit_test(pte),
	};

	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
