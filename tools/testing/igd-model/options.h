/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_OPTIONS_H
#define IGD_MODEL_OPTIONS_H

#include "igd.h"

struct options {
	const char *socket;	/* vfio-user */
	const char *control;	/* NULL: no control socket */
	const char *output;	/* directory for screenshots */
	const char *rom;	/* file, NULL: none */
	struct igd_options igd;
};

/*
 * options_parse - the command line over the defaults. Says what is wrong on
 * stderr and ends the process for a bad option, and for --help.
 */
void options_parse(struct options *options, int argc, char **argv);

#endif
