// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "platform.h"

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
		assert_true(p->gtt_offset < p->gttmmadr_size);
		assert_true(p->bdsm_bytes == 4 || p->bdsm_bytes == 8);
		assert_true(p->plane.enable);
	}
	assert_true(n >= 1);
}

static void skl_ggc(void **state)
{
	const struct ggc_layout *ggc = &igd_platform_find("skl")->ggc;

	(void)state;
	assert_int_equal(ggc_encode(ggc, 0, 0), 0x0000);
	assert_int_equal(ggc_encode(ggc, 32, 2), 0x0140);
	assert_int_equal(ggc_encode(ggc, 64, 8), 0x02c0);	/* a real dump */
	assert_int_equal(ggc_encode(ggc, 4, 4), 0xf080);
	assert_int_equal(ggc_encode(ggc, 60, 8), 0xfec0);
	assert_int_equal(ggc_encode(ggc, 33, 8), -1);
	assert_int_equal(ggc_encode(ggc, 32, 1), -1);
	assert_int_equal(ggc_encode(ggc, 32, 16), -1);
	assert_int_equal(ggc_encode(ggc, 0xf0 * 32, 8), -1);
}

static void skl_msac(void **state)
{
	const struct igd_platform *p = igd_platform_find("skl");

	(void)state;
	assert_int_equal(msac_encode(p, 128), 0);
	assert_int_equal(msac_encode(p, 256), 1);
	assert_int_equal(msac_encode(p, 4096), 31);
	assert_int_equal(msac_encode(p, 8192), -1);
	assert_int_equal(msac_encode(p, 64), -1);
	assert_int_equal(msac_encode(p, 384), -1);
	assert_int_equal(msac_encode(p, 0), -1);
}

static void skl_pte(void **state)
{
	const struct pte_format *pte = &igd_platform_find("skl")->pte;

	(void)state;
	assert_true(pte_valid(0x1001));
	assert_false(pte_valid(0x1000));
	assert_false(pte_valid(0x1002));
	assert_int_equal(pte_address(pte, 0x0cf00001), 0x0cf00000);
	assert_int_equal(pte_address(pte, 0x7f00000fffull), 0x7f00000000ull);
	/* above the 39 address lines nothing is decoded */
	assert_int_equal(pte_address(pte, ~0ull), 0x7ffffff000ull);
}

static void high_bits_inside_the_entry(void **state)
{
	/* the gen 6 format: address 39:32 in bits 11:4 */
	static const struct pte_format snb = {
		.bytes = 4, .address = 0xfffff000, .high = 0xff0, .high_shift = 28 };

	(void)state;
	assert_int_equal(pte_address(&snb, 0x12345001), 0x12345000);
	assert_int_equal(pte_address(&snb, 0x12345ab7), 0xab12345000ull);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_name),
		cmocka_unit_test(table_is_complete),
		cmocka_unit_test(skl_ggc),
		cmocka_unit_test(skl_msac),
		cmocka_unit_test(skl_pte),
		cmocka_unit_test(high_bits_inside_the_entry),
	};

	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
