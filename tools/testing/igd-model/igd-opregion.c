// SPDX-License-Identifier: GPL-2.0-only
/* Command line of the OpRegion builder. */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opregion.h"
#include "replay.h"
#include "vbt.h"

/* An OpRegion may begin anywhere in a page. */
#define OFFSET_MAX	0xfff

enum option_key {
	KEY_ADDRESS = 0x100,
	KEY_VERSION,
	KEY_PLACEMENT,
	KEY_VBT,
	KEY_VBT_SIZE,
	KEY_VBT_ADDRESS,
	KEY_VBT_OUTPUT,
	KEY_BROKEN,
	KEY_IMAGE_SIZE,
	KEY_OFFSET,
	KEY_REPLAY,
	KEY_FIELD,
};

static const struct argp_option options[] = {
	{ "address", KEY_ADDRESS, "ADDR", 0,
	  "Physical address the image will be loaded at", 0 },
	{ "version", KEY_VERSION, "MAJOR.MINOR", 0,
	  "OpRegion version (default 2.1)", 0 },
	{ "placement", KEY_PLACEMENT, "WHERE", 0,
	  "VBT in mailbox4, extended, detached or none (default: by its size)",
	  0 },
	{ "vbt", KEY_VBT, "FILE", 0,
	  "Raw VBT to use instead of a synthetic one", 0 },
	{ "vbt-size", KEY_VBT_SIZE, "BYTES", 0,
	  "Size of the synthetic VBT (default: the smallest)", 0 },
	{ "vbt-address", KEY_VBT_ADDRESS, "ADDR", 0,
	  "Physical address of an extended or detached VBT",
	  0 },
	{ "vbt-output", KEY_VBT_OUTPUT, "FILE", 0,
	  "File for a detached VBT; implies --placement=detached", 0 },
	{ "broken", KEY_BROKEN, "NAME", 0,
	  "Give the image a defect; \"list\" shows all defects", 0 },
	{ "mailboxes", KEY_FIELD + OPREGION_FIELD_MAILBOXES, "MASK", 0,
	  "Value of the header's mailboxes, for any mailboxes", 0 },
	{ "rvda", KEY_FIELD + OPREGION_FIELD_RVDA, "VALUE", 0,
	  "Value of RVDA, for any address of the VBT", 0 },
	{ "rvds", KEY_FIELD + OPREGION_FIELD_RVDS, "BYTES", 0,
	  "Value of RVDS, for any size of the VBT", 0 },
	{ "image-size", KEY_IMAGE_SIZE, "BYTES", 0,
	  "Size of the image, padded with zeros", 0 },
	{ "offset", KEY_OFFSET, "BYTES", 0,
	  "Begin OUTPUT with that many other bytes; --address is after them",
	  0 },
	{ "replay", KEY_REPLAY, "FILE", 0,
	  "The OpRegion of a recorded machine, if FILE has one; its VBT is its own",
	  0 },
	{ 0 },
};

struct field_value {
	bool given;
	uint64_t value;
};

struct arguments {
	struct opregion_spec spec;
	const char *vbt_file;
	uint64_t synthetic_size;
	const char *vbt_output;
	const char *broken;
	struct field_value fields[OPREGION_FIELDS];
	uint64_t image_size;	/* 0: no padding */
	uint64_t offset;
	const char *replay;
	const char *output;
};

static uint64_t parse_number(struct argp_state *state, const char *arg)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(arg, &end, 0);
	/* strtoull() would take a sign and white space. */
	if (errno || *end || arg[0] < '0' || arg[0] > '9')
		argp_error(state, "not a number: %s", arg);
	return value;
}

static void parse_version(struct argp_state *state, const char *arg,
			  struct opregion_spec *spec)
{
	char rest;

	if (sscanf(arg, "%3u.%3u%c", &spec->major, &spec->minor, &rest) != 2)
		argp_error(state, "not a version: %s", arg);
}

static enum opregion_placement parse_placement(struct argp_state *state,
					       const char *arg)
{
	static const char * const names[] = {
		[OPREGION_MAILBOX4] = "mailbox4",
		[OPREGION_EXTENDED] = "extended",
		[OPREGION_DETACHED] = "detached",
		[OPREGION_NO_VBT] = "none",
	};

	for (size_t i = OPREGION_MAILBOX4; i <= OPREGION_NO_VBT; i++)
		if (!strcmp(arg, names[i]))
			return i;
	argp_error(state, "not a placement: %s", arg);
	return OPREGION_AUTO;
}

static void list_defects(void)
{
	for (const struct opregion_defect *d = opregion_defects; d->name; d++)
		printf("%-18s%s\n", d->name, d->text);
}

/* Checks the options together; exits with a message if they conflict. */
static void check_arguments(struct argp_state *state, struct arguments *args)
{
	struct opregion_spec *spec = &args->spec;
	bool detached;

	if (!args->output)
		argp_usage(state);
	if (args->vbt_file && args->synthetic_size != VBT_MIN_SIZE)
		argp_error(state, "--vbt and --vbt-size exclude each other");
	if (args->vbt_output && spec->placement == OPREGION_AUTO)
		spec->placement = OPREGION_DETACHED;
	detached = spec->placement == OPREGION_DETACHED;
	if (detached != !!args->vbt_output)
		argp_error(state, "--vbt-output is for a detached VBT only, which needs it");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct arguments *args = state->input;
	struct opregion_spec *spec = &args->spec;

	switch (key) {
	case KEY_ADDRESS:
		spec->address = parse_number(state, arg);
		break;
	case KEY_VERSION:
		parse_version(state, arg, spec);
		break;
	case KEY_PLACEMENT:
		spec->placement = parse_placement(state, arg);
		break;
	case KEY_VBT:
		args->vbt_file = arg;
		break;
	case KEY_VBT_SIZE:
		args->synthetic_size = parse_number(state, arg);
		break;
	case KEY_VBT_ADDRESS:
		spec->vbt_address = parse_number(state, arg);
		break;
	case KEY_VBT_OUTPUT:
		args->vbt_output = arg;
		break;
	case KEY_BROKEN:
		args->broken = arg;
		if (strcmp(arg, "list"))
			break;
		list_defects();
		exit(0);
	case KEY_IMAGE_SIZE:
		args->image_size = parse_number(state, arg);
		break;
	case KEY_OFFSET:
		args->offset = parse_number(state, arg);
		if (args->offset > OFFSET_MAX)
			argp_error(state, "less than a page: %s", arg);
		break;
	case KEY_REPLAY:
		args->replay = arg;
		break;
	case KEY_FIELD + OPREGION_FIELD_MAILBOXES:
	case KEY_FIELD + OPREGION_FIELD_RVDA:
	case KEY_FIELD + OPREGION_FIELD_RVDS:
		args->fields[key - KEY_FIELD].given = true;
		args->fields[key - KEY_FIELD].value = parse_number(state, arg);
		break;
	case ARGP_KEY_ARG:
		if (args->output)
			argp_usage(state);
		args->output = arg;
		break;
	case ARGP_KEY_END:
		check_arguments(state, args);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "OUTPUT",
	.doc = "Write an Intel OpRegion image to OUTPUT.\v"
	       "OUTPUT is loaded at --address. An extended VBT is part of it. "
	       "Options that set fields apply last: they do not move the VBT.",
};

/* Ends the program; @what is the file or argument with the error. */
static void __attribute__((noreturn)) fail(const char *what, const char *why)
{
	fprintf(stderr, "igd-opregion: %s: %s\n", what, why);
	exit(1);
}

/* Reads @name into @vbt, which has room for VBT_MAX_SIZE bytes. */
static size_t read_vbt(const char *name, void *vbt)
{
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!file)
		fail(name, strerror(errno));
	size = fread(vbt, 1, VBT_MAX_SIZE, file);
	if (ferror(file))
		fail(name, strerror(errno));
	if (!feof(file) && fgetc(file) != EOF)
		fail(name, "too long for a VBT");
	fclose(file);
	return size;
}

static size_t make_vbt(const struct arguments *args, void *vbt)
{
	if (args->vbt_file)
		return read_vbt(args->vbt_file, vbt);
	if (vbt_build(vbt, args->synthetic_size))
		fail("--vbt-size", "out of range");
	return args->synthetic_size;
}

/* Whether options ask for an OpRegion that is not the recorded one. */
static bool is_synthetic(const struct arguments *args)
{
	return args->vbt_file || args->vbt_output || args->broken ||
	       args->spec.placement != OPREGION_AUTO || args->spec.vbt_address ||
	       args->synthetic_size != VBT_MIN_SIZE;
}

/* Makes the recorded OpRegion. Returns false if none was recorded. */
static bool replay(const struct arguments *args, struct opregion_image *image)
{
	FILE *file = fopen(args->replay, "r");
	static struct replay recorded;
	const char *error;

	if (!file)
		fail(args->replay, strerror(errno));
	error = replay_read(&recorded, file);
	fclose(file);
	if (error)
		fail(args->replay, error);
	if (!recorded.opregion_bytes) {
		replay_free(&recorded);
		return false;
	}
	if (is_synthetic(args))
		fail(args->replay, "an OpRegion is recorded; the options are for another one");
	error = opregion_recorded(recorded.opregion, recorded.opregion_bytes,
				  args->spec.address, image);
	replay_free(&recorded);
	if (error)
		fail(args->replay, error);
	return true;
}

static void build(struct arguments *args, struct opregion_image *image)
{
	static uint8_t vbt[VBT_MAX_SIZE];
	const char *error;

	args->spec.vbt = vbt;
	args->spec.vbt_size = make_vbt(args, vbt);

	error = opregion_build(&args->spec, image);
	if (error)
		fail(args->output, error);
	error = args->broken ? opregion_break(image, args->broken) : NULL;
	if (error)
		fail(args->broken, error);
}

/* Other values of fields, and padding, as firmware may have. */
static void change(const struct arguments *args, struct opregion_image *image)
{
	const char *error = NULL;

	if (args->image_size)
		error = opregion_pad(image, args->image_size);
	if (error)
		fail("--image-size", error);

	for (size_t i = 0; i < OPREGION_FIELDS; i++)
		if (args->fields[i].given)
			opregion_put(image, i, args->fields[i].value);
}

/* Writes @data, after @offset bytes of another pattern. */
static void write_file(const char *name, size_t offset, const void *data,
		       size_t size)
{
	static uint8_t front[OFFSET_MAX];
	FILE *file = fopen(name, "wb");

	if (!file)
		fail(name, strerror(errno));
	memset(front, 0xff, offset);
	if (fwrite(front, 1, offset, file) != offset ||
	    fwrite(data, 1, size, file) != size || fclose(file))
		fail(name, strerror(errno));
}

int main(int argc, char **argv)
{
	struct arguments args = {
		.spec = { .major = 2, .minor = 1 },
		.synthetic_size = VBT_MIN_SIZE,
	};
	struct opregion_image image;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (!args.replay || !replay(&args, &image))
		build(&args, &image);
	change(&args, &image);
	write_file(args.output, args.offset, image.bytes, image.size);
	if (args.vbt_output)
		write_file(args.vbt_output, 0, image.vbt, image.vbt_size);
	opregion_image_free(&image);
	return 0;
}
