// SPDX-License-Identifier: GPL-2.0-only
/* Recorded machines: their text, what is wrong with it, and the device they make. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "replay.h"

#define SKYLAKE "tests/recorded/skylake.txt"

static char *text;		/* of SKYLAKE */
static struct replay recorded;

static const char *understood(char *of)
{
	FILE *file = fmemopen(of, strlen(of), "r");
	const char *why;

	assert_non_null(file);
	why = replay_read(&recorded, file);
	fclose(file);
	return why ? why : replay_understand(&recorded);
}

static int setup(void **state)
{
	FILE *file = fopen(SKYLAKE, "r");

	(void)state;
	assert_non_null(file);
	text = calloc(1, 16384);
	assert_true(fread(text, 1, 16383, file) > 0);
	fclose(file);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	replay_free(&recorded);
	free(text);
	return 0;
}

/* A copy of the text with the first @from replaced by @to, in place of the old one. */
static void change(const char *from, const char *to)
{
	char *at = strstr(text, from);
	char *changed = calloc(1, 16384 + strlen(to));

	assert_non_null(at);
	memcpy(changed, text, at - text);
	strcat(changed, to);
	strcat(changed, at + strlen(from));
	free(text);
	text = changed;
}

/* What the command line says, nothing at first. */
static void settled(struct igd_options *options, uint64_t stolen_base, uint64_t asls)
{
	uint64_t given[MACHINE_VALUES];

	for (unsigned int i = 0; i < MACHINE_VALUES; i++)
		given[i] = MACHINE_OPEN;
	given[MACHINE_STOLEN_BASE] = stolen_base;
	given[MACHINE_ASLS] = asls;
	assert_null(replay_settle(&recorded, NULL, given));
	/* where neither says it */
	if (given[MACHINE_STOLEN_MIB] == MACHINE_OPEN) {
		given[MACHINE_STOLEN_MIB] = 32;
		given[MACHINE_GTT_MIB] = ggc_largest_gtt(&recorded.platform->ggc);
	}
	if (given[MACHINE_APERTURE_MIB] == MACHINE_OPEN)
		given[MACHINE_APERTURE_MIB] = 256;
	*options = (struct igd_options){
		.platform = recorded.platform,
		.device_id = given[MACHINE_DEVICE_ID],
		.class = given[MACHINE_CLASS],
		.stolen_base = given[MACHINE_STOLEN_BASE],
		.stolen_mib = given[MACHINE_STOLEN_MIB],
		.gtt_mib = given[MACHINE_GTT_MIB],
		.aperture_mib = given[MACHINE_APERTURE_MIB],
		.asls = given[MACHINE_ASLS],
		.replay = &recorded,
	};
}

/* The device of the text; machine_new() writes the command register. */
static struct machine *replayed(uint64_t stolen_base, uint64_t asls)
{
	struct igd_options options;

	assert_null(understood(text));
	settled(&options, stolen_base, asls);
	return machine_new(&options);
}

static void is_understood(void **state)
{
	(void)state;
	assert_null(understood(text));
	assert_string_equal(recorded.platform->name, "skl");
	assert_int_equal(recorded.config_bytes, 256);
	assert_int_equal(recorded.values[MACHINE_DEVICE_ID], 0x1916);
	assert_int_equal(recorded.values[MACHINE_CLASS], 0x0300);
	assert_int_equal(recorded.values[MACHINE_STOLEN_BASE], 0x8c000000);
	assert_int_equal(recorded.values[MACHINE_STOLEN_MIB], 64);
	assert_int_equal(recorded.values[MACHINE_GTT_MIB], 2);
	assert_int_equal(recorded.values[MACHINE_APERTURE_MIB], 256);
	assert_int_equal(recorded.values[MACHINE_ASLS], 0x8ae73018);
	assert_int_equal(recorded.bar_count, 6);
	assert_int_equal(recorded.register_count, 8);
	assert_int_equal(recorded.opregion_bytes, 0);
}

static void shows_every_recorded_byte(void **state)
{
	struct machine *m = replayed(MACHINE_OPEN, MACHINE_OPEN);

	(void)state;
	for (unsigned int i = 0; i < 256; i++)
		if (i != 4 && i != 5)	/* machine_new() */
			assert_int_equal(rd(m, CONFIG, i, 1), recorded.config[i]);
	machine_free(m);
}

static void shows_every_recorded_register(void **state)
{
	struct machine *m = replayed(MACHINE_OPEN, MACHINE_OPEN);

	(void)state;
	for (size_t i = 0; i < recorded.register_count; i++)
		assert_int_equal(rd(m, BAR0, recorded.registers[i].offset, 4),
				 recorded.registers[i].value);
	wr(m, BAR0, 0x4f000, 4, 1);
	wr(m, BAR0, 0x1080c0, 4, 1);
	m->device.ops->reset(m->device.opaque);
	wr(m, CONFIG, 4, 2, 7);
	assert_int_equal(rd(m, BAR0, 0x4f000, 4), 0x12345678);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x8c000001);
	machine_free(m);
}

/* What a driver had written is gone, what firmware and hardware have is not. */
static void is_reset(void **state)
{
	struct machine *m = replayed(MACHINE_OPEN, MACHINE_OPEN);

	(void)state;
	m->device.ops->reset(m->device.opaque);
	assert_int_equal(rd(m, CONFIG, 0x04, 4), 0x00100000);
	assert_int_equal(rd(m, CONFIG, 0x0c, 1), 0);
	assert_int_equal(rd(m, CONFIG, 0x10, 8), 4);
	assert_int_equal(rd(m, CONFIG, 0x18, 8), 0xc);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 1);
	assert_int_equal(rd(m, CONFIG, 0x3c, 2), 0x0100);
	assert_int_equal(rd(m, CONFIG, 0xac, 4), 0x0000d005);
	assert_int_equal(rd(m, CONFIG, 0xb0, 4), 0);
	assert_int_equal(rd(m, CONFIG, 0x2c, 4), 0xabcd1234);
	assert_int_equal(rd(m, CONFIG, 0x44, 8), 0x8877665544332211);
	assert_int_equal(rd(m, CONFIG, 0x54, 4), 0x80b3);
	assert_int_equal(rd(m, CONFIG, 0xe4, 4), 1);
	assert_int_equal(rd(m, CONFIG, 0xf8, 4), 0x000700a5);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x8ae73018);
	machine_free(m);
}

static void has_the_platforms_writable_bits(void **state)
{
	struct machine *m = replayed(MACHINE_OPEN, MACHINE_OPEN);
	struct igd_options options = machine_options_of("skl");
	struct machine *own;

	(void)state;
	options.stolen_mib = 64;
	own = machine_new(&options);
	assert_memory_equal(m->igd.pci.rw, own->igd.pci.rw, PCI_CONFIG_BYTES);
	machine_free(own);
	wr(m, CONFIG, 0x10, 8, ~0ull);
	assert_int_equal(rd(m, CONFIG, 0x10, 8), 0x7fff000004);
	/* MSAC still changes the size of BAR2 */
	wr(m, CONFIG, 0x62, 1, 3);
	wr(m, CONFIG, 0x18, 8, ~0ull);
	assert_int_equal(rd(m, CONFIG, 0x18, 8), 0x7fe000000c);
	wr(m, CONFIG, 0x78, 2, 0x8000);
	assert_int_equal(m->igd.counters.resets, 1);
	machine_free(m);
}

/* MSI before and behind its usual place, maskable, and power management elsewhere */
static void masks_follow_the_capabilities(void **state)
{
	struct machine *m;

	(void)state;
	change("70: 10 ac 92", "70: 10 80 92");
	change("80: 00 00 00 00 00 00 00 00", "80: 05 c4 00 01 00 00 00 00");
	change("05 d0 01 00\nb0: 18 00 e0 fe", "00 00 00 00\nb0: 00 00 00 00");
	change("c0: 00 00 00 00 00 00 00 00", "c0: 00 00 00 00 01 00 22 00");
	change("d0: 01 00 22", "d0: 00 00 00");
	m = replayed(MACHINE_OPEN, MACHINE_OPEN);
	wr(m, CONFIG, 0x80, 8, ~0ull);
	wr(m, CONFIG, 0x88, 8, ~0ull);
	assert_int_equal(rd(m, CONFIG, 0x80, 8), 0xfffffffc0101c405);
	assert_int_equal(rd(m, CONFIG, 0x88, 8), 0x000000010000ffff);
	wr(m, CONFIG, 0xac, 8, ~0ull);
	wr(m, CONFIG, 0xd4, 2, 3);
	assert_int_equal(rd(m, CONFIG, 0xac, 8), 0);
	assert_int_equal(rd(m, CONFIG, 0xd4, 2), 0);
	wr(m, CONFIG, 0xc8, 2, 3);
	assert_int_equal(rd(m, CONFIG, 0xc8, 2), 3);
	machine_free(m);
}

static void hides_its_io_bar(void **state)
{
	struct machine *m;

	(void)state;
	change("20: 01 f0", "20: 00 00");
	change("00 00 00 00 01 00 00 8c", "01 00 00 00 01 00 00 8c");
	change("0x000000000000f000 0x000000000000f03f", "0x0 0x0");
	m = replayed(MACHINE_OPEN, MACHINE_OPEN);
	wr(m, CONFIG, 0x20, 4, ~0u);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0);
	wr(m, CONFIG, 0x58, 1, 0);
	wr(m, CONFIG, 0x20, 4, ~0u);
	assert_int_equal(rd(m, CONFIG, 0x20, 4), 0xffc1);
	machine_free(m);
}

/* The bed has no memory where the machine had it. */
static void moves_with_its_memory(void **state)
{
	struct machine *m = replayed(0x7a000000, 0x78000018);

	(void)state;
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7a000001);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x78000018);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0241);
	assert_int_equal(rd(m, BAR0, 0x108000, 4), 0x7e000001);
	assert_int_equal(rd(m, BAR0, 0x108040, 4), 0x0241);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 4), 0x7a000001);
	assert_int_equal(rd(m, BAR0, 0x108100, 4), 0x79e00001);
	assert_int_equal(rd(m, BAR0, 0x1082c0, 4), 0x7dc00081);
	m->device.ops->reset(m->device.opaque);
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7a000001);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x78000018);
	machine_free(m);
}

/* From gen 11 on the addresses have 64 bits, at C0 and F0 and in BAR0. */
static void moves_wide_addresses(void **state)
{
	struct machine *m;

	(void)state;
	change("86 80 16 19", "86 80 49 9a");
	change("c0: 00 00 00 00 00 00 00 00", "c0: 01 00 00 7c 04 00 00 00");
	change("f0: 00 00 00 00 00 00 00 00", "f0: 01 00 e0 7b 04 00 00 00");
	change("0x1080c0: 0x8c000001", "0x1080c0: 0x7c000001\n0x1080c4: 0x4");
	m = replayed(0x27c000000, MACHINE_OPEN);
	assert_string_equal(recorded.platform->name, "tgl");
	assert_int_equal(recorded.values[MACHINE_STOLEN_BASE], 0x47c000000);
	assert_int_equal(rd(m, CONFIG, 0xc0, 8), 0x27c000001);
	assert_int_equal(rd(m, CONFIG, 0xf0, 8), 0x27be00001);
	assert_int_equal(rd(m, BAR0, 0x1080c0, 8), 0x27c000001);
	machine_free(m);
}

/* Meteor Lake has no BDSM but in BAR0. */
static void finds_stolen_memory_in_bar0(void **state)
{
	(void)state;
	change("86 80 16 19", "86 80 55 7d");
	change("10: 04 00 00 de", "10: 0c 00 00 de");
	change("20: 01 f0", "20: 00 00");
	change("0x000000000000f000 0x000000000000f03f", "0x0 0x0");
	change("50: 41 02", "50: c1 02");
	change("0x1080c0: 0x8c000001", "0x1080c0: 0x8c800000\n0x1080c4: 0x1");
	assert_null(understood(text));
	assert_string_equal(recorded.platform->name, "mtl");
	assert_int_equal(recorded.values[MACHINE_STOLEN_BASE], 0x18c800000);
	assert_int_equal(recorded.values[MACHINE_GTT_MIB], 8);
}

/* "lspci -x": 64 bytes, or what is left of them. The rest is the platform's. */
static void completes_what_is_not_recorded(void **state)
{
	char *end = strstr(text, "\n40:");
	struct igd_options options;
	struct machine *m;

	(void)state;
	assert_non_null(end);
	*end = 0;
	assert_null(understood(text));
	assert_int_equal(recorded.config_bytes, 64);
	for (unsigned int i = MACHINE_STOLEN_BASE; i < MACHINE_VALUES; i++)
		assert_int_equal(recorded.values[i], MACHINE_OPEN);
	options = machine_options_of("skl");
	options.replay = &recorded;
	m = machine_new(&options);
	assert_int_equal(rd(m, CONFIG, 0x00, 4), 0x19168086);
	assert_int_equal(rd(m, CONFIG, 0x10, 8), 0xde000004);
	assert_int_equal(rd(m, CONFIG, 0x2c, 4), 0xabcd1234);
	assert_int_equal(rd(m, CONFIG, 0x40, 4), 0x010c7009);
	assert_int_equal(rd(m, CONFIG, 0x50, 2), 0x0141);
	assert_int_equal(rd(m, CONFIG, 0x5c, 4), 0x7c000001);
	assert_int_equal(rd(m, CONFIG, 0xfc, 4), 0x7bff0018);
	machine_free(m);
}

/* All 4096 bytes, extended capabilities included */
static void has_extended_space(void **state)
{
	struct machine *m;
	char row[64];

	(void)state;
	change("\n# The model only", "EXTENDED# The model only");
	for (unsigned int i = 0x100; i < 0x1000; i += 16) {
		snprintf(row, sizeof(row), "%03x: 0b 00 01 00 5a%s\nEXTENDED", i,
			 " 00 00 00 00 00 00 00 00 00 00 00");
		change("EXTENDED", row);
	}
	change("EXTENDED", "");
	change("18 30 e7 8a", "18 30 e7 8a\n");
	change("\n\n100:", "\n100:");
	m = replayed(MACHINE_OPEN, MACHINE_OPEN);
	assert_int_equal(recorded.config_bytes, 4096);
	assert_int_equal(rd(m, CONFIG, 0x100, 8), 0x5a0001000b);
	assert_int_equal(rd(m, CONFIG, 0xff0, 8), 0x5a0001000b);
	assert_int_equal(rd(m, CONFIG, 0x200, 4), 0x0001000b);
	machine_free(m);
}

static void settles_with_the_command_line(void **state)
{
	static const struct {
		enum machine_value value;
		uint64_t given;
		const char *why;	/* NULL: may be said */
	} v[] = {
		{ MACHINE_DEVICE_ID, 0x1916, NULL },
		{ MACHINE_DEVICE_ID, 0x1912,
		  "--device-id 0x1912: the recorded machine has 0x1916" },
		{ MACHINE_CLASS, 0x0380,
		  "--class 0x380: the recorded machine has 0x300" },
		{ MACHINE_STOLEN_BASE, 0x7c000000, NULL },
		{ MACHINE_STOLEN_MIB, 64, NULL },
		{ MACHINE_STOLEN_MIB, 32,
		  "--stolen-size 0x20: the recorded machine has 0x40" },
		{ MACHINE_GTT_MIB, 0,
		  "--gtt-size 0: the recorded machine has 0x2" },
		{ MACHINE_APERTURE_MIB, 512,
		  "--aperture-size 0x200: the recorded machine has 0x100" },
		{ MACHINE_ASLS, 0x78000018, NULL },
		{ MACHINE_ASLS, 0x78000000,
		  "--opregion 0x78000000: the recorded machine has 0x8ae73018" },
		{ MACHINE_ASLS, 0,
		  "--opregion 0: the recorded machine has 0x8ae73018" },
	};

	(void)state;
	assert_null(understood(text));
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		uint64_t given[MACHINE_VALUES];
		const char *why;

		for (unsigned int n = 0; n < MACHINE_VALUES; n++)
			given[n] = MACHINE_OPEN;
		given[v[i].value] = v[i].given;
		why = replay_settle(&recorded, NULL, given);
		assert_int_equal(!why, !v[i].why);
		if (why)
			assert_string_equal(why, v[i].why);
		else
			assert_int_equal(given[v[i].value], v[i].given);
	}
	assert_null(replay_settle(&recorded, igd_platform_find("skl"), recorded.values));
	assert_string_equal(replay_settle(&recorded, igd_platform_find("kbl"),
					  recorded.values),
			    "--generation kbl: the recorded machine is skl");
}

static void keeps_an_opregion_away(void **state)
{
	uint64_t given[MACHINE_VALUES];

	(void)state;
	change("18 30 e7 8a", "00 00 00 00");
	assert_null(understood(text));
	memcpy(given, recorded.values, sizeof(given));
	given[MACHINE_ASLS] = 0x78000000;
	assert_non_null(replay_settle(&recorded, NULL, given));
	given[MACHINE_ASLS] = 0;
	assert_null(replay_settle(&recorded, NULL, given));
}

/* A file with one thing wrong, and what is said of it. */
static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *from, *to, *why;
	} v[] = {
		{ "# SPDX", "SPDX",
		  "line 1: no section has begun; lspci's text needs lspci-replay" },
		{ "02.0 ==", "02.0", "line 6: not \"== NAME ==\"" },
		{ "00: 86 80", "0g: 86 80", "line 7: not a row of a hex dump" },
		{ "00: 86 80", "00 86 80", "line 7: not a row of a hex dump" },
		{ "00: 86 80", "00: 086 80", "line 7: not a row of a hex dump" },
		{ "00: 86 80", "00: 86 8", "line 7: not a row of a hex dump" },
		{ "00: 86 80", "00: 86 80 00", "line 7: not a row of a hex dump" },
		{ "00: 86 80", "10: 86 80", "line 7: the row of 0 is missing, this is 0x10" },
		{ "20: 01 f0 00 00", "20: 01 f0 00",
		  "line 10: the row before is shorter than 16 bytes" },
		{ "20: 01", "30: 01", "line 9: the row of 0x20 is missing, this is 0x30" },
		{ "config 0000:00:00.0", "config 00:02.0",
		  "line 25: a second section \"config 00:02.0\"" },
		{ "iomem", "mmio", "line 38: not \"0xOFFSET: 0xVALUE\"" },
		{ "config 0000:00:02.0", "config 0000:01:00.0",
		  "there is no section \"config 0000:00:02.0\"" },
		{ "86 80 16 19", "86 10 16 19", "line 7: 00: the vendor is not Intel, 8086" },
		{ "86 80 16 19", "86 80 80 b0",
		  "line 7: 8086:b080 is of no generation that the model knows" },
		{ "07 00 00 03 10", "07 00 00 06 10",
		  "line 7: 0a: the class is not that of a display" },
		{ "10 00 00 00\n", "10 00 80 00\n",
		  "line 7: 0e: not the header of a single function" },
		{ "50: 41 02", "50: 41 ff",
		  "line 12: GGC is ff41: a size in it is reserved on skl" },
		{ "60: 00 00 01", "60: 00 00 03",
		  "line 31: BAR2 has 0x10000000 bytes, and 512 MiB by MSAC" },
		{ "0x00000000cfffffff", "0x00000000c00fffff",
		  "line 31: BAR2 has 0x100000 bytes, and 256 MiB by MSAC" },
		{ "0x00000000cfffffff", "0x00000000bfffffff",
		  "line 31: the end is below the start" },
		{ "0x00000000cfffffff", "cfffffff", "line 31: not \"0xSTART 0xEND 0xFLAGS\"" },
		{ "0x00000000deffffff", "0x00000000de3fffff",
		  "line 29: BAR0 has 0x400000 bytes, on skl it has 0x1000000" },
		{ "10: 04 00 00 de", "10: 0c 00 00 de",
		  "line 8: BAR0 is 0xde00000c, which is not as on skl: 0x1000000 bytes, type 4" },
		{ "0c 00 00 c0", "0c 00 00 c8",
		  "line 8: BAR2 is 0xc800000c, which is not as on skl: 0x10000000 bytes, type c" },
		{ "20: 01 f0", "20: 00 00",
		  "line 9: BAR4 is 0, which is not as on skl: 0x40 bytes, type 1" },
		{ "00 00 00 00 40 00", "00 00 00 00 42 00",
		  "line 10: 34: the list of capabilities is broken" },
		{ "09 70 0c", "09 40 0c", "line 10: 34: the list of capabilities has no end" },
		{ "05 d0 01 00", "05 d0 81 00",
		  "line 17: ac: an MSI that the model does not have" },
		{ "70: 10 ac", "70: 10 fc", "line 22: fc: a capability beyond the end" },
		{ "0x108040:", "0x1080c0:", "line 43: 0x1080c0 is in line 42, too" },
		{ "0x108040:", "0x108042:", "line 42: not a register of 32 bits" },
		{ "0x00000241", "0x100000241", "line 42: not a register of 32 bits" },
		{ "0x108040:", "0x208040:", "line 42: 0x208040 is beyond the registers of skl" },
		{ "0x108040:", "108040:", "line 42: not \"0xOFFSET: 0xVALUE\"" },
		{ "== iomem", "== opregion ==\n0000: 49\n== iomem",
		  "the OpRegion has 1 bytes and not 8192" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		const char *why;

		setup(NULL);
		change(v[i].from, v[i].to);
		why = understood(text);
		assert_non_null(why);
		assert_string_equal(why, v[i].why);
		teardown(NULL);
	}
}

static void says_that_a_list_goes_nowhere(void **state)
{
	char *end = strstr(text, "\n40:");

	(void)state;
	*end = 0;
	change("00 00 00 00 40 00", "00 00 00 00 90 00");
	assert_string_equal(understood(text), "line 10: the capability at 90 is not "
			    "recorded, and not where skl has it");
	end = strstr(text, "\n20:");
	*end = 0;
	assert_string_equal(understood(text),
			    "line 7: only 32 bytes of configuration space, of at least 48");
}

/* The device of a text that was understood must at least begin and end. */
static void begin_and_end(void)
{
	struct dma_space *dma = dma_space_new();
	struct igd_options options;
	struct igd igd;

	settled(&options, 0x7c000000, MACHINE_OPEN);
	if (!igd_init(&igd, &options, dma)) {
		pci_config_reset(&igd.pci);
		igd_free(&igd);
	}
	dma_space_free(dma);
}

static unsigned int seed = 1;

static unsigned int below(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* Bytes of a text that are changed, lines that are doubled, an end that is missing */
static void damage(void)
{
	static const char bytes[] = "0123456789abcdef:x =#\n\t g";
	size_t length = strlen(text);

	for (unsigned int n = below(4) + 1; n; n--)
		text[below(length)] = below(8) ? bytes[below(sizeof(bytes) - 1)] :
					      (char)below(256);
	if (!below(4))
		text[below(length)] = 0;
	if (!below(4)) {
		size_t at = below(length / 2), end = at + below(100);

		memmove(text + end, text + at, length - end);
	}
}

static void survives_broken_files(void **state)
{
	unsigned int good = 0, bad = 0;

	(void)state;
	for (unsigned int i = 0; i < 4000; i++) {
		setup(NULL);
		damage();
		if (!*text)
			*text = '#';
		if (understood(text)) {
			bad++;
			assert_true(strlen(recorded.error) > 10);
			assert_null(strchr(recorded.error, '\n'));
		} else {
			good++;
			begin_and_end();
		}
		teardown(NULL);
	}
	/* both happen often, or this tests nothing */
	assert_true(good > 100);
	assert_true(bad > 1000);
}

static void refuses_binary_files(void **state)
{
	char zeros[] = "# a\0b\n";
	FILE *file = fmemopen(zeros, sizeof(zeros) - 1, "r");

	(void)state;
	assert_string_equal(replay_read(&recorded, file), "line 1: a NUL byte: not a text");
	fclose(file);
	file = fopen("tests", "r");
	assert_non_null(file);
	assert_string_equal(replay_read(&recorded, file), "cannot be read");
	fclose(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(is_understood),
		TEST(shows_every_recorded_byte),
		TEST(shows_every_recorded_register),
		TEST(is_reset),
		TEST(has_the_platforms_writable_bits),
		TEST(masks_follow_the_capabilities),
		TEST(hides_its_io_bar),
		TEST(moves_with_its_memory),
		TEST(moves_wide_addresses),
		TEST(finds_stolen_memory_in_bar0),
		TEST(completes_what_is_not_recorded),
		TEST(has_extended_space),
		TEST(settles_with_the_command_line),
		TEST(keeps_an_opregion_away),
		cmocka_unit_test(says_what_is_wrong),
		TEST(says_that_a_list_goes_nowhere),
		cmocka_unit_test(survives_broken_files),
		cmocka_unit_test(refuses_binary_files),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
