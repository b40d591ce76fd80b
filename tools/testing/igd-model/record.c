// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "record.h"

void record_free(struct record *record)
{
	free(record->entries);
	*record = (struct record){ 0 };
}

int record_start(struct record *record, size_t limit)
{
	struct record_entry *entries;

	if (!limit || limit > RECORD_MAX)
		return -EINVAL;
	entries = calloc(limit, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	record_free(record);
	record->entries = entries;
	record->limit = limit;
	return 0;
}

void record_add(struct record *record, const struct record_entry *entry)
{
	if (!record->entries)
		return;
	if (record->used < record->limit)
		record->entries[record->used++] = *entry;
	else
		record->dropped++;
}
