// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "inject.h"

bool inject_add(struct inject *inject, const struct inject_rule *rule)
{
	if (inject->used == INJECT_RULES)
		return false;
	inject->rules[inject->used++] = *rule;
	return true;
}

void inject_clear(struct inject *inject)
{
	memset(inject, 0, sizeof(*inject));
}

static void retire(struct inject *inject, struct inject_rule *rule)
{
	*rule = inject->rules[--inject->used];
}

enum inject_action inject_next(struct inject *inject, enum access_class class,
			       bool write, unsigned int *ms)
{
	enum inject_action action = INJECT_NONE;

	/* from the end, as the last rule replaces a removed one */
	for (size_t i = inject->used; i-- > 0; ) {
		struct inject_rule *rule = &inject->rules[i];

		if (rule->class != class || !(write ? rule->write : rule->read))
			continue;
		if (rule->skip) {
			rule->skip--;
			continue;
		}
		action = rule->action;
		*ms = rule->ms;
		inject->hits++;
		if (!--rule->count)
			retire(inject, rule);
	}
	return action;
}

enum inject_action inject_action_find(const char *name)
{
	static const char *const names[] = {
		[INJECT_ERROR] = "error",
		[INJECT_DELAY] = "delay",
		[INJECT_ONES] = "ones",
		[INJECT_DROP] = "drop",
	};

	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return i;
	return INJECT_NONE;
}
