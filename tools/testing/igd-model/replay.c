// SPDX-License-Identifier: GPL-2.0-only
/* The text of a recorded machine. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "opregion.h"
#include "replay.h"

/* Reads the lines of one section. */
struct section {
	const char *name;
	const char *(*line)(struct replay *r, const char *text, unsigned int number);
};

struct reader {
	unsigned int number;		/* of the line */
	const struct section *section;	/* NULL: one to ignore, or none yet */
	bool begun;
	unsigned int seen;		/* sections, by bits */
};

const char *replay_fail(struct replay *r, unsigned int line, const char *format, ...)
{
	size_t used = 0;
	va_list args;

	if (line)
		used = snprintf(r->error, sizeof(r->error), "line %u: ", line);
	va_start(args, format);
	vsnprintf(r->error + used, sizeof(r->error) - used, format, args);
	va_end(args);
	return r->error;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Takes up to @most hexadecimal digits from @text, which moves behind them. Returns
 * their number.
 */
static unsigned int take_hex(const char **text, unsigned int most, uint64_t *value)
{
	unsigned int n;

	*value = 0;
	for (n = 0; n < most && hex_digit(**text) >= 0; n++, (*text)++)
		*value = *value << 4 | hex_digit(**text);
	return n;
}

static void skip_spaces(const char **text)
{
	while (**text == ' ' || **text == '\t')
		(*text)++;
}

/* A number with 0x in front, up to 64 bits. */
static bool take_number(const char **text, uint64_t *value)
{
	skip_spaces(text);
	if (strncmp(*text, "0x", 2))
		return false;
	*text += 2;
	return take_hex(text, 16, value) && hex_digit(**text) < 0;
}

/*
 * "OFFSET: HH HH ...", up to 16 bytes. Returns their number, 0 if it is no such line.
 */
static unsigned int take_row(const char *text, uint64_t *offset, uint8_t bytes[16])
{
	unsigned int n = 0;
	uint64_t byte;

	if (!take_hex(&text, 8, offset) || *text++ != ':')
		return 0;
	while (*text) {
		if (*text != ' ' && *text != '\t')
			return 0;
		skip_spaces(&text);
		if (n == 16 || take_hex(&text, 2, &byte) != 2)
			return 0;
		bytes[n++] = byte;
	}
	return n;
}

/*
 * The next row of a dump of which there are *@have bytes already, at most @most.
 * Only the last row may be short.
 */
static const char *next_row(struct replay *r, const char *text, unsigned int number,
			    size_t have, size_t most, uint8_t bytes[16],
			    unsigned int *count)
{
	uint64_t offset;

	*count = take_row(text, &offset, bytes);
	if (!*count)
		return replay_fail(r, number, "not a row of a hex dump");
	if (have % 16)
		return replay_fail(r, number, "the row before is shorter than 16 bytes");
	if (offset != have)
		return replay_fail(r, number, "the row of %#zx is missing, this is %#llx",
				   have, (unsigned long long)offset);
	if (have + *count > most)
		return replay_fail(r, number, "more than %zu bytes", most);
	return NULL;
}

static const char *config_line(struct replay *r, const char *text, unsigned int number)
{
	unsigned int count;
	uint8_t bytes[16];
	const char *why = next_row(r, text, number, r->config_bytes, PCI_CONFIG_BYTES,
				   bytes, &count);

	if (why)
		return why;
	r->config_lines[r->config_bytes / 16] = number;
	memcpy(r->config + r->config_bytes, bytes, count);
	r->config_bytes += count;
	return NULL;
}

static const char *opregion_line(struct replay *r, const char *text,
				 unsigned int number)
{
	unsigned int count;
	uint8_t bytes[16];
	const char *why = next_row(r, text, number, r->opregion_bytes, REPLAY_OPREGION,
				   bytes, &count);

	if (why)
		return why;
	if (!r->opregion)
		r->opregion = malloc(REPLAY_OPREGION);
	if (!r->opregion)
		return replay_fail(r, number, "out of memory");
	memcpy(r->opregion + r->opregion_bytes, bytes, count);
	r->opregion_bytes += count;
	return NULL;
}

/* "START END FLAGS" as in the file "resource" of sysfs; the first six are the BARs. */
static const char *resources_line(struct replay *r, const char *text,
				  unsigned int number)
{
	uint64_t start, end, flags;

	if (!take_number(&text, &start) || !take_number(&text, &end) ||
	    !take_number(&text, &flags) || *text)
		return replay_fail(r, number, "not \"0xSTART 0xEND 0xFLAGS\"");
	if (end < start || end - start == UINT64_MAX)
		return replay_fail(r, number, "the end is below the start");
	if (r->bar_count == REPLAY_BARS)
		return NULL;
	r->bars[r->bar_count++] = (struct replay_bar){
		.size = end ? end - start + 1 : 0, .line = number };
	return NULL;
}

static const char *mmio_line(struct replay *r, const char *text, unsigned int number)
{
	uint64_t offset, value;

	if (!take_number(&text, &offset) || *text++ != ':' ||
	    !take_number(&text, &value) || *text)
		return replay_fail(r, number, "not \"0xOFFSET: 0xVALUE\"");
	if (offset % 4 || offset > UINT32_MAX || value > UINT32_MAX)
		return replay_fail(r, number, "not a register of 32 bits");
	for (size_t i = 0; i < r->register_count; i++)
		if (r->registers[i].offset == offset)
			return replay_fail(r, number, "%#llx is in line %u, too",
					   (unsigned long long)offset,
					   r->registers[i].line);
	if (r->register_count == REPLAY_REGISTERS)
		return replay_fail(r, number, "more than %u registers", REPLAY_REGISTERS);
	if (!r->registers)
		r->registers = malloc(REPLAY_REGISTERS * sizeof(*r->registers));
	if (!r->registers)
		return replay_fail(r, number, "out of memory");
	r->registers[r->register_count++] = (struct replay_register){
		offset, value, number };
	return NULL;
}

/* Of the configuration spaces, the model only is the one at 00:02.0. */
static const struct section sections[] = {
	{ "config 0000:00:02.0", config_line },
	{ "config 00:02.0", config_line },
	{ "resources", resources_line },
	{ "opregion", opregion_line },
	{ "mmio", mmio_line },
};

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]) };

/* @name is the text between "== " and " ==". */
static const char *begin_section(struct replay *r, struct reader *reader,
				 const char *name)
{
	reader->begun = true;
	reader->section = NULL;
	for (unsigned int i = 0; i < SECTIONS; i++) {
		if (strcmp(name, sections[i].name))
			continue;
		reader->section = &sections[i];
		for (unsigned int n = 0; n < SECTIONS; n++)
			if ((reader->seen & 1u << n) && sections[n].line == sections[i].line)
				return replay_fail(r, reader->number,
						   "a second section \"%s\"", name);
		reader->seen |= 1u << i;
	}
	return NULL;
}

/* Takes "== NAME ==" apart, in place. Returns NULL if @text is no such line. */
static char *section_name(char *text)
{
	size_t length = strlen(text);

	if (length < 7 || strncmp(text, "== ", 3) || strcmp(text + length - 3, " =="))
		return NULL;
	text[length - 3] = 0;
	return text + 3;
}

static const char *read_line(struct replay *r, struct reader *reader, char *text)
{
	char *name;

	if (!*text || *text == '#')
		return NULL;
	if (!strncmp(text, "==", 2)) {
		name = section_name(text);
		if (!name)
			return replay_fail(r, reader->number, "not \"== NAME ==\"");
		return begin_section(r, reader, name);
	}
	if (!reader->begun)
		return replay_fail(r, reader->number,
				   "no section has begun; lspci's text needs lspci-replay");
	return reader->section ? reader->section->line(r, text, reader->number) : NULL;
}

/* @text has @length bytes and the end of the line. */
static const char *read_bytes(struct replay *r, struct reader *reader, char *text,
			      size_t length)
{
	reader->number++;
	if (strlen(text) != length)
		return replay_fail(r, reader->number, "a NUL byte: not a text");
	while (length && strchr(" \t\r\n", text[length - 1]))
		text[--length] = 0;
	return read_line(r, reader, text);
}

const char *replay_read(struct replay *r, FILE *file)
{
	struct reader reader = { 0 };
	const char *why = NULL;
	char *text = NULL;
	size_t room = 0;
	ssize_t length;

	memset(r, 0, sizeof(*r));
	while (!why) {
		length = getline(&text, &room, file);
		if (length < 0)
			break;
		why = read_bytes(r, &reader, text, length);
	}
	free(text);
	if (!why && !feof(file))
		why = replay_fail(r, 0, "cannot be read");
	if (!why && r->opregion && r->opregion_bytes < OPREGION_SIZE)
		why = replay_fail(r, 0, "the OpRegion has %zu bytes and not %u",
				  r->opregion_bytes, OPREGION_SIZE);
	return why;
}

void replay_free(struct replay *r)
{
	free(r->opregion);
	free(r->registers);
	r->opregion = NULL;
	r->registers = NULL;
}

bool replay_has(const struct replay *r, unsigned int offset, unsigned int bytes)
{
	return offset + bytes <= r->config_bytes;
}

uint64_t replay_get(const struct replay *r, unsigned int offset, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | r->config[offset + bytes];
	return value;
}
