/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_CONTROL_COMMANDS_H
#define IGD_MODEL_CONTROL_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "control.h"

/* A handler fills @reply, or returns the error in the request. */
typedef const char *handler(struct control *control, json_t *request,
			    json_t *reply);

/* Faults and the record of accesses: control_access.c */
handler cmd_inject, cmd_inject_clear, cmd_record, cmd_record_get;

/* Resets: control_reset.c */
handler cmd_reset_takes, cmd_soft_reset;

/*
 * get_u64 - the number called @key: a JSON integer that is not negative, or a
 * string "0x...". Returns false if there is no such number.
 */
bool get_u64(json_t *request, const char *key, uint64_t *value);

/* hex_number - @value as a string "0x...". */
json_t *hex_number(uint64_t value);

#endif
