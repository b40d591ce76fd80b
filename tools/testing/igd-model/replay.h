/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_REPLAY_H
#define IGD_MODEL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pci.h"
#include "platform.h"

/*
 * A recorded machine: a text file with sections, each of which begins with a line
 * "== NAME ==". Documentation/driver-api/igd-model.rst describes it. Sections that are
 * not known are ignored, so that a file may have more than a model needs.
 */

/* What a section may have at most. */
enum {
	REPLAY_BARS = 6,
	REPLAY_REGISTERS = 4096,
	REPLAY_OPREGION = 1 << 20,
};

/* Up to the subsystem: all that says which device it is */
enum { REPLAY_CONFIG_LEAST = 0x30 };

struct replay_bar {
	uint64_t size;		/* 0: none */
	unsigned int line;
};

struct replay_register {
	uint32_t offset;
	uint32_t value;
	unsigned int line;
};

/* What the command line may say of a machine, and a recorded one says of itself. */
enum machine_value {
	MACHINE_DEVICE_ID,
	MACHINE_CLASS,
	MACHINE_STOLEN_BASE,
	MACHINE_STOLEN_MIB,
	MACHINE_GTT_MIB,
	MACHINE_APERTURE_MIB,
	MACHINE_ASLS,
	MACHINE_VALUES,
};

/* Neither says it. */
#define MACHINE_OPEN UINT64_MAX

struct replay {
	uint8_t config[PCI_CONFIG_BYTES];
	unsigned int config_bytes;	/* recorded, from 0 on */
	unsigned int config_lines[PCI_CONFIG_BYTES / 16];
	struct replay_bar bars[REPLAY_BARS];
	unsigned int bar_count;		/* recorded, 0: no sizes */
	uint8_t *opregion;
	size_t opregion_bytes;		/* 0: not recorded */
	struct replay_register *registers;
	size_t register_count;
	/* by replay_understand() */
	const struct igd_platform *platform;
	uint64_t values[MACHINE_VALUES];
	char error[200];
};

/*
 * replay_read - read @file into @replay, whatever it held before.
 * Returns NULL, or one line with the number of the line in the file and the reason
 * why it is bad, in @replay. replay_free() frees what has been read in both cases.
 */
const char *replay_read(struct replay *replay, FILE *file);
void replay_free(struct replay *replay);

/*
 * replay_understand - find out which machine it is, and whether the model can be it:
 * its generation, sizes and addresses. Returns NULL or one line, as above.
 */
const char *replay_understand(struct replay *replay);

/*
 * replay_settle - complete @given, which the command line says, by what is recorded.
 * @platform is NULL if the command line names none. What contradicts is an error, with
 * two exceptions: stolen memory and OpRegion may be moved, as the test bed has no
 * memory where the machine had it. The OpRegion keeps its place in the page.
 * Returns NULL or one line, as above.
 */
const char *replay_settle(struct replay *replay, const struct igd_platform *platform,
			  uint64_t given[MACHINE_VALUES]);

/* replay_has - whether @bytes of configuration space at @offset are recorded. */
bool replay_has(const struct replay *replay, unsigned int offset, unsigned int bytes);

/* replay_get - their value, little endian, up to 8 bytes. */
uint64_t replay_get(const struct replay *replay, unsigned int offset,
		    unsigned int bytes);

/* replay_fail - set the error of @replay, and return it. Line 0: of no line. */
const char *replay_fail(struct replay *replay, unsigned int line,
			const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
