/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_OPTIONS_H
#define IGD_MODEL_OPTIONS_H

#include "igd.h"
#include "replay.h"

struct options {
	const char *socket;	/* vfio-user */
	const char *control;	/* NULL: no control socket */
	const char *output;	/* directory for screenshots */
	const char *rom;	/* file, NULL: none */
	const char *replay;	/* file, NULL: no recorded machine */
	struct igd_options igd;
};

/*
 * options_parse - apply the command line to the defaults. For a bad option prints
 * an error on stderr and ends the process; --help ends it as well.
 */
void options_parse(struct options *options, int argc, char **argv);

#endif
