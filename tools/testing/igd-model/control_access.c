// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "control_commands.h"

enum { MAX_RECORDS = 4096 };

static bool find_class(json_t *request, enum access_class *class)
{
	const char *name = json_string_value(json_object_get(request, "class"));

	for (unsigned int i = 0; name && i < ACCESS_CLASSES; i++) {
		if (!strcmp(name, access_class_name(i))) {
			*class = i;
			return true;
		}
	}
	return false;
}

/* "read", "write" or, by default, both */
static bool find_direction(json_t *request, struct inject_rule *rule)
{
	json_t *json = json_object_get(request, "direction");
	const char *name = json_string_value(json);

	rule->read = !name || !strcmp(name, "read");
	rule->write = !name || !strcmp(name, "write");
	return (!json || name) && (rule->read || rule->write);
}

/* An optional number. */
static bool optional(json_t *request, const char *key, uint64_t *value)
{
	return !json_object_get(request, key) || get_u64(request, key, value);
}

const char *cmd_inject(struct control *control, json_t *request, json_t *reply)
{
	const char *action = json_string_value(json_object_get(request, "action"));
	uint64_t nth = 1, count = 1, ms = 0;
	struct inject_rule rule = { 0 };
	bool delays;

	(void)reply;
	if (!find_class(request, &rule.class))
		return "inject needs class, one of those of counters";
	if (!find_direction(request, &rule))
		return "direction is neither read nor write";
	rule.action = action ? inject_action_find(action) : INJECT_NONE;
	if (rule.action == INJECT_NONE)
		return "inject needs action: error, delay, ones or drop";
	if (!optional(request, "nth", &nth) || !optional(request, "count", &count) ||
	    !nth || !count)
		return "nth and count are numbers from 1 on";
	delays = rule.action == INJECT_DELAY;
	if (!optional(request, "ms", &ms) || ms > INJECT_MAX_MS ||
	    delays != !!ms)
		return "a delay, and nothing else, needs ms from 1 to 4500";
	rule.skip = nth - 1;
	rule.count = count;
	rule.ms = ms;
	if (!inject_add(&control->igd->inject, &rule))
		return "no more than 16 at a time";
	return NULL;
}

const char *cmd_inject_clear(struct control *control, json_t *request,
			     json_t *reply)
{
	(void)request;
	(void)reply;
	inject_clear(&control->igd->inject);
	return NULL;
}

const char *cmd_record(struct control *control, json_t *request, json_t *reply)
{
	json_t *start = json_object_get(request, "start");
	uint64_t limit = 65536;

	(void)reply;
	if (!json_is_boolean(start) || !optional(request, "limit", &limit))
		return "record needs start, true or false";
	if (json_is_false(start)) {
		record_free(&control->igd->record);
		return NULL;
	}
	switch (record_start(&control->igd->record, limit)) {
	case -EINVAL:
		return "limit is not between 1 and 1048576";
	case -ENOMEM:
		return "out of memory";
	default:
		return NULL;
	}
}

static json_t *entry_json(const struct record_entry *entry)
{
	return json_pack("{s:s, s:i, s:I, s:I, s:o, s:b, s:b}",
			 "class", access_class_name(entry->class),
			 "region", entry->region,
			 "offset", (json_int_t)entry->offset,
			 "bytes", (json_int_t)entry->bytes,
			 "value", hex_number(entry->value),
			 "write", entry->write, "posted", entry->posted);
}

const char *cmd_record_get(struct control *control, json_t *request,
			   json_t *reply)
{
	const struct record *record = &control->igd->record;
	uint64_t first = 0, count = MAX_RECORDS;
	json_t *list;

	if (!optional(request, "first", &first) || !optional(request, "count", &count))
		return "first and count are numbers";
	if (!record->entries)
		return "nothing is recorded";
	if (count > MAX_RECORDS)
		return "count is larger than 4096";
	list = json_array();
	for (; count && first < record->used; count--, first++)
		json_array_append_new(list, entry_json(&record->entries[first]));
	json_object_set_new(reply, "accesses", list);
	json_object_set_new(reply, "total", json_integer(record->used));
	json_object_set_new(reply, "dropped", json_integer(record->dropped));
	return NULL;
}
