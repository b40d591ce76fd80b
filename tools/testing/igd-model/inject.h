/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_INJECT_H
#define IGD_MODEL_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"

/*
 * Injected faults: rules for the n-th access of a kind. QEMU gives up after 5 s
 * without a reply, so a delay is shorter.
 */
enum { INJECT_RULES = 16, INJECT_MAX_MS = 4500 };

enum inject_action {
	INJECT_NONE,
	INJECT_ERROR,	/* the client gets an errno, without an access */
	INJECT_DELAY,	/* the access is carried out later */
	INJECT_ONES,	/* as without a completer: reads ones, loses writes */
	INJECT_DROP,	/* the connection ends */
};

struct inject_rule {
	enum access_class class;
	bool read;		/* the directions that count */
	bool write;
	uint64_t skip;		/* accesses still to pass */
	uint64_t count;		/* accesses still to hit */
	enum inject_action action;
	unsigned int ms;	/* of a delay */
};

struct inject {
	struct inject_rule rules[INJECT_RULES];
	size_t used;
	uint64_t hits;		/* accesses that a rule has hit */
};

/* inject_add - one more rule. Returns false if there is no room. */
bool inject_add(struct inject *inject, const struct inject_rule *rule);

/* inject_clear - remove all rules, and clear the hits. */
void inject_clear(struct inject *inject);

/*
 * inject_next - the action for the next access of @class. A rule is removed after
 * its last hit. @ms receives the length of a delay.
 */
enum inject_action inject_next(struct inject *inject, enum access_class class,
			       bool write, unsigned int *ms);

/* inject_action_find - the action of that name, INJECT_NONE if there is none. */
enum inject_action inject_action_find(const char *name);

#endif
