// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "setup.h"

enum {
	OPT_SOCKET = 's',
	OPT_CONTROL = 'c',
	OPT_OUTPUT = 'o',
	OPT_GENERATION = 'g',
	OPT_DEVICE_ID = 0x100,
	OPT_CLASS,
	OPT_STOLEN_BASE,
	OPT_STOLEN_SIZE,
	OPT_GTT_SIZE,
	OPT_APERTURE_SIZE,
	OPT_OPREGION,
	OPT_ROM,
	OPT_NO_INTX,
	OPT_INDEX_BIT0_ONLY,
	OPT_RESET_MS,
	OPT_REPLAY,
	OPT_DESCRIBE,
};

#define DEFAULT_GENERATION "skl"

/* What the command line says before the defaults apply. */
struct parsing {
	struct options *options;
	uint64_t given[MACHINE_VALUES];
	bool describe;
};

static const struct argp_option table[] = {
	{ "socket", OPT_SOCKET, "PATH", 0, "vfio-user socket to create", 1 },
	{ "control", OPT_CONTROL, "PATH", 0, "control socket to create, see control.rst", 1 },
	{ "output", OPT_OUTPUT, "DIR", 0, "directory for screenshots (default: .)", 1 },
	{ "generation", OPT_GENERATION, "NAME", 0, "(default: " DEFAULT_GENERATION ")", 2 },
	{ "replay", OPT_REPLAY, "FILE", 0,
	  "be the machine recorded in FILE: it has its generation, ids and sizes; only "
	  "--stolen-base and --opregion may say something else, and --no-intx", 2 },
	{ "describe", OPT_DESCRIBE, NULL, 0,
	  "print what the device is, a name and a value a line, and end", 1 },
	{ "device-id", OPT_DEVICE_ID, "HEX", 0, "another device of that generation", 2 },
	{ "class", OPT_CLASS, "0300|0380", 0, "VGA, or display controller (default: 0300)", 2 },
	{ "aperture-size", OPT_APERTURE_SIZE, "MIB", 0,
	  "BAR2: GMADR or LMEMBAR (default: 256)", 2 },
	{ "no-intx", OPT_NO_INTX, NULL, 0,
	  "no interrupt pin, which a debug kernel takes seconds to route", 2 },
	{ "index-bit0-only", OPT_INDEX_BIT0_ONLY, NULL, 0,
	  "only bit 0 of MMIO_INDEX selects the I/O BAR's target", 2 },
	{ "reset-ms", OPT_RESET_MS, "MS", 0,
	  "duration of a function level reset (default: 20)", 2 },
	{ "rom", OPT_ROM, "FILE", 0, "offer an expansion ROM (real ones have none)", 2 },
	{ "stolen-base", OPT_STOLEN_BASE, "ADDRESS", 0,
	  "host address of stolen memory (default: 0x7c000000)", 3 },
	{ "stolen-size", OPT_STOLEN_SIZE, "MIB", 0, "stolen memory (default: 32)", 3 },
	{ "gtt-size", OPT_GTT_SIZE, "MIB", 0, "the GTT's own memory (default: the largest)", 3 },
	{ "opregion", OPT_OPREGION, "ADDRESS", 0,
	  "host address of the OpRegion, for ASLS (default: 0, none)", 3 },
	{ 0 },
};

static uint64_t number(const char *text, int base, uint64_t max,
		       struct argp_state *state)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, base);
	if (errno || end == text || *end || value > max || *text == '-')
		argp_error(state, "invalid or out of range: %s", text);
	return value;
}

/* Ends the program: @what is not possible. */
static void __attribute__((noreturn)) refuse(const char *what, const char *why)
{
	argp_failure(NULL, 0, 0, "%s: %s", what, why);
	exit(1);
}

/* Reads the recorded machine, and what the command line leaves open is its. */
static void replay(struct parsing *parsing)
{
	static struct replay recorded;
	struct options *o = parsing->options;
	FILE *file = fopen(o->replay, "r");
	const char *why;

	if (!file)
		refuse(o->replay, strerror(errno));
	why = replay_read(&recorded, file);
	fclose(file);
	if (!why)
		why = replay_understand(&recorded);
	if (!why)
		why = replay_settle(&recorded, o->igd.platform, parsing->given);
	if (why)
		refuse(o->replay, why);
	o->igd.platform = recorded.platform;
	o->igd.replay = &recorded;
}

static uint64_t value_or(const struct parsing *parsing, enum machine_value value,
			 uint64_t otherwise)
{
	uint64_t given = parsing->given[value];

	return given == MACHINE_OPEN ? otherwise : given;
}

static void settle(struct parsing *parsing)
{
	struct igd_options *o = &parsing->options->igd;

	if (parsing->options->replay)
		replay(parsing);
	if (!o->platform)
		o->platform = igd_platform_find(DEFAULT_GENERATION);
	o->device_id = value_or(parsing, MACHINE_DEVICE_ID, o->platform->device_id);
	o->class = value_or(parsing, MACHINE_CLASS, 0x0300);
	o->stolen_base = value_or(parsing, MACHINE_STOLEN_BASE, 0x7c000000);
	o->stolen_mib = value_or(parsing, MACHINE_STOLEN_MIB, 32);
	o->gtt_mib = value_or(parsing, MACHINE_GTT_MIB,
			      ggc_largest_gtt(&o->platform->ggc));
	o->aperture_mib = value_or(parsing, MACHINE_APERTURE_MIB, 256);
	o->asls = value_or(parsing, MACHINE_ASLS, 0);
}

/* For scripts that make room for the machine; ends the program. */
static void __attribute__((noreturn)) describe(const struct parsing *parsing)
{
	const struct igd_options *o = &parsing->options->igd;
	const char *why = setup_check(o);

	if (why)
		refuse("--describe", why);
	printf("generation %s\ndevice-id %04x\nclass %04x\n", o->platform->name,
	       o->device_id, o->class);
	printf("stolen-base %#llx\nstolen-size %u\ngtt-size %u\naperture-size %u\n",
	       (unsigned long long)o->stolen_base, o->stolen_mib, o->gtt_mib,
	       o->aperture_mib);
	if (parsing->given[MACHINE_ASLS] == MACHINE_OPEN)
		puts("opregion any");
	else
		printf("opregion %#x\n", o->asls);
	exit(0);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct parsing *parsing = state->input;
	struct options *o = parsing->options;
	uint64_t *given = parsing->given;

	switch (key) {
	case OPT_SOCKET:
		o->socket = arg;
		return 0;
	case OPT_CONTROL:
		o->control = arg;
		return 0;
	case OPT_OUTPUT:
		o->output = arg;
		return 0;
	case OPT_ROM:
		o->rom = arg;
		return 0;
	case OPT_NO_INTX:
		o->igd.no_intx = true;
		return 0;
	case OPT_INDEX_BIT0_ONLY:
		o->igd.index_bit0_only = true;
		return 0;
	case OPT_RESET_MS:
		o->igd.reset_ms = number(arg, 0, RESET_MAX_MS, state);
		return 0;
	case OPT_GENERATION:
		o->igd.platform = igd_platform_find(arg);
		if (!o->igd.platform)
			argp_error(state, "unknown generation: %s", arg);
		return 0;
	case OPT_DEVICE_ID:
		given[MACHINE_DEVICE_ID] = number(arg, 16, 0xffff, state);
		return 0;
	case OPT_CLASS:
		given[MACHINE_CLASS] = number(arg, 16, 0xffff, state);
		return 0;
	case OPT_APERTURE_SIZE:
		given[MACHINE_APERTURE_MIB] = number(arg, 0, 4096, state);
		return 0;
	case OPT_STOLEN_BASE:
		given[MACHINE_STOLEN_BASE] = number(arg, 0, UINT64_MAX >> 1, state);
		return 0;
	case OPT_STOLEN_SIZE:
		given[MACHINE_STOLEN_MIB] = number(arg, 0, 1 << 20, state);
		return 0;
	case OPT_GTT_SIZE:
		given[MACHINE_GTT_MIB] = number(arg, 0, 1 << 20, state);
		return 0;
	case OPT_OPREGION:
		given[MACHINE_ASLS] = number(arg, 0, UINT32_MAX, state);
		return 0;
	case OPT_REPLAY:
		o->replay = arg;
		return 0;
	case OPT_DESCRIBE:
		parsing->describe = true;
		return 0;
	case ARGP_KEY_END:
		if (!o->socket && !parsing->describe)
			argp_error(state, "--socket is missing");
		settle(parsing);
		if (parsing->describe)
			describe(parsing);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* All names before the text of that option; whoever calls this frees it. */
static char *help(int key, const char *text, void *input)
{
	size_t length, n;
	char *names;
	FILE *file;

	(void)input;
	if (key != OPT_GENERATION)
		return (char *)text;
	file = open_memstream(&names, &length);
	if (!file)
		return (char *)text;
	for (n = 0; igd_platform_at(n); n++)
		fprintf(file, "%s ", igd_platform_at(n)->name);
	fputs(text, file);
	fclose(file);
	return names;
}

void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = parse,
		.help_filter = help,
		.doc = "An Intel IGD as a vfio-user device, for one client. "
		       "Prints \"ready\" when its sockets exist; ends when the client leaves.",
	};

	struct parsing parsing = { .options = options };

	*options = (struct options){ .output = ".", .igd = { .reset_ms = 20 } };
	for (unsigned int i = 0; i < MACHINE_VALUES; i++)
		parsing.given[i] = MACHINE_OPEN;
	argp_parse(&argp, argc, argv, 0, NULL, &parsing);
}
