// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pci.h"

/* An artificial function with all features of pci.c. */
static const struct pci_reg regs[] = {
	{ 0x00, 4, .value = 0x56781234 },
	{ 0x04, 2, .rw = 0x0407 },
	{ 0x06, 2, .value = 0x0010 },
	{ 0x34, 1, .value = 0x40 },
	{ 0x40, 2, .value = 0x6010 },		/* PCI Express */
	{ 0x44, 4, .value = 1 << 28 },		/* FLR */
	{ 0x60, 4, .value = 0x00828005 },	/* MSI, 64 bit, next 80 */
	{ 0x62, 2, .value = 0x0080, .rw = 0x0001 },
	{ 0x80, 4, .value = 0x0022a401 },	/* PM v2 without D1 and D2 */
	{ 0x84, 2, .rw = 0x0003 },
	{ 0xa4, 4, .value = 0x03060013 },	/* AF: FLR, TP */
	{ 0xc0, 4, .value = 0x11223344, .rw = 0x00ffff00 },
	{ 0xc4, 4, .value = 0x55667788, .rw = 0xffffffff, .kept = true },
};

static struct pci_config cfg;

static int setup(void **state)
{
	(void)state;
	pci_config_init(&cfg, regs, sizeof(regs) / sizeof(regs[0]));
	return 0;
}

static uint32_t get(unsigned int offset)
{
	return pci_config_get(&cfg, offset, 4);
}

static enum pci_event put(unsigned int offset, uint32_t value, unsigned int bytes)
{
	uint8_t b[4] = { value, value >> 8, value >> 16, value >> 24 };

	return pci_config_write(&cfg, offset, b, bytes);
}

static void masks_decide_what_is_written(void **state)
{
	(void)state;
	assert_int_equal(put(0xc0, 0xaabbccdd, 4), PCI_EVENT_NONE);
	assert_int_equal(get(0xc0), 0x11bbcc44);
	put(0xc1, 0xee, 1);
	assert_int_equal(get(0xc0), 0x11bbee44);
	put(0x00, 0, 4);
	assert_int_equal(get(0x00), 0x56781234);
	put(0x04, 0xffffffff, 4);
	assert_int_equal(get(0x04), 0x00100407);
}

static void bytes_beyond_the_end(void **state)
{
	uint8_t buf[8];

	(void)state;
	memset(buf, 0x5a, sizeof(buf));
	pci_config_read(&cfg, PCI_CONFIG_BYTES - 4, buf, 8);
	assert_memory_equal(buf, "\0\0\0\0\xff\xff\xff\xff", 8);
	assert_int_equal(pci_config_write(&cfg, PCI_CONFIG_BYTES - 4, buf, 8),
			 PCI_EVENT_NONE);
	assert_int_equal(pci_config_write(&cfg, ~0ull, buf, 1), PCI_EVENT_NONE);
}

static void sizes_a_64_bit_bar(void **state)
{
	(void)state;
	pci_config_add_bar(&cfg, 0, 16 << 20, 0x4, 39);
	assert_int_equal(get(0x10), 0x4);
	assert_int_equal(get(0x14), 0);
	put(0x10, ~0u, 4);
	put(0x14, ~0u, 4);
	assert_int_equal(get(0x10), 0xff000004);
	assert_int_equal(get(0x14), 0x7f);
	put(0x10, 0xde123456, 4);
	put(0x14, 0x12, 4);
	assert_int_equal(get(0x10), 0xde000004);
	assert_int_equal(get(0x14), 0x12);
}

static void sizes_a_bar_of_4_gib(void **state)
{
	(void)state;
	pci_config_add_bar(&cfg, 2, 1ull << 32, 0xc, 39);
	put(0x18, ~0u, 4);
	put(0x1c, ~0u, 4);
	assert_int_equal(get(0x18), 0xc);
	assert_int_equal(get(0x1c), 0x7f);
}

static void sizes_an_io_bar(void **state)
{
	(void)state;
	pci_config_add_bar(&cfg, 4, 64, 0x1, 16);
	put(0x20, ~0u, 4);
	assert_int_equal(get(0x20), 0xffc1);
	assert_int_equal(get(0x24), 0);
}

static void sizes_the_rom_bar(void **state)
{
	(void)state;
	put(0x30, ~0u, 4);
	assert_int_equal(get(0x30), 0);
	pci_config_add_rom(&cfg, 2048);
	put(0x30, ~0u, 4);
	assert_int_equal(get(0x30), 0xfffff801);
}

static void finds_capabilities(void **state)
{
	(void)state;
	assert_int_equal(pci_config_find(&cfg, 0x10), 0x40);
	assert_int_equal(pci_config_find(&cfg, 0x05), 0x60);
	assert_int_equal(pci_config_find(&cfg, 0x01), 0x80);
	assert_int_equal(pci_config_find(&cfg, 0x13), 0xa4);
	assert_int_equal(pci_config_find(&cfg, 0x11), 0);
}

static void decodes_by_command_and_power(void **state)
{
	(void)state;
	assert_false(pci_config_decodes(&cfg, 1));
	put(0x04, 1, 2);
	assert_true(pci_config_decodes(&cfg, 1));
	assert_false(pci_config_decodes(&cfg, 2));
	put(0x04, 3, 2);
	assert_true(pci_config_decodes(&cfg, 2));
	put(0x84, 3, 2);
	assert_false(pci_config_decodes(&cfg, 2));
	assert_false(pci_config_decodes(&cfg, 1));
}

static void refuses_power_states_it_lacks(void **state)
{
	(void)state;
	for (unsigned int bad = 1; bad <= 2; bad++) {
		put(0x84, 3, 2);
		assert_int_equal(put(0x84, bad, 2), PCI_EVENT_NONE);
		assert_int_equal(get(0x84) & 3, 3);
		put(0x84, 0, 2);
		put(0x84, bad, 2);
		assert_int_equal(get(0x84) & 3, 0);
	}
}

/* Change one register that a reset keeps and one that it does not. */
static void scribble(void)
{
	put(0xc0, 0xffffffff, 4);
	put(0xc4, 0x01020304, 4);
	put(0x04, 7, 2);
}

static void assert_was_reset(void)
{
	assert_int_equal(get(0xc0), 0x11223344);
	assert_int_equal(get(0xc4), 0x01020304);
	assert_int_equal(get(0x04) & 0xffff, 0);
}

static void express_flr(void **state)
{
	(void)state;
	scribble();
	assert_int_equal(put(0x48, 0x7fff, 2), PCI_EVENT_NONE);
	assert_int_equal(get(0xc0), 0x11ffff44);
	assert_int_equal(put(0x48, 0x8000, 2), PCI_EVENT_FLR);
	assert_was_reset();
	assert_int_equal(get(0x48) & 0xffff, 0);
	/* a write of this byte alone has the effect, of the other byte not */
	assert_int_equal(put(0x49, 0x80, 1), PCI_EVENT_FLR);
	assert_int_equal(put(0x48, 0x80, 1), PCI_EVENT_NONE);
}

static void express_without_flr(void **state)
{
	(void)state;
	pci_config_define(&cfg, &(struct pci_reg){ 0x44, 4, .value = 0 });
	scribble();
	assert_int_equal(put(0x48, 0x8000, 2), PCI_EVENT_NONE);
	assert_int_equal(get(0xc0), 0x11ffff44);
}

static void advanced_features_flr(void **state)
{
	(void)state;
	scribble();
	assert_int_equal(put(0xa8, 0xfe, 1), PCI_EVENT_NONE);
	assert_int_equal(get(0xc0), 0x11ffff44);
	assert_int_equal(put(0xa8, 1, 1), PCI_EVENT_FLR);
	assert_was_reset();
	assert_int_equal(get(0xa8), 0);
}

static void leaving_d3hot_resets(void **state)
{
	(void)state;
	scribble();
	put(0x84, 3, 2);
	assert_int_equal(get(0xc0), 0x11ffff44);
	assert_int_equal(put(0x84, 0, 2), PCI_EVENT_SOFT_RESET);
	assert_was_reset();
}

static void no_soft_reset_keeps_all(void **state)
{
	(void)state;
	pci_config_define(&cfg, &(struct pci_reg){ 0x84, 2, .value = 8, .rw = 3 });
	scribble();
	put(0x84, 3, 2);
	assert_int_equal(put(0x84, 0, 2), PCI_EVENT_NONE);
	assert_int_equal(get(0xc0), 0x11ffff44);
}

static void msi_enable(void **state)
{
	(void)state;
	assert_false(pci_config_msi_enabled(&cfg));
	put(0x62, 1, 2);
	assert_true(pci_config_msi_enabled(&cfg));
	pci_config_reset(&cfg);
	assert_false(pci_config_msi_enabled(&cfg));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(masks_decide_what_is_written),
		TEST(bytes_beyond_the_end),
		TEST(sizes_a_64_bit_bar),
		TEST(sizes_a_bar_of_4_gib),
		TEST(sizes_an_io_bar),
		TEST(sizes_the_rom_bar),
		TEST(finds_capabilities),
		TEST(decodes_by_command_and_power),
		TEST(refuses_power_states_it_lacks),
		TEST(express_flr),
		TEST(express_without_flr),
		TEST(advanced_features_flr),
		TEST(leaving_d3hot_resets),
		TEST(no_soft_reset_keeps_all),
		TEST(msi_enable),
	};

	return cmocka_run_group_tests_name("pci", tests, NULL, NULL);
}
