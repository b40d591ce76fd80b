// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "control.h"
#include "control_commands.h"
#include "dma.h"
#include "scanout.h"

enum { MAX_ENTRIES = 65536, MAX_BYTES = 65536 };

json_t *hex_number(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

bool get_u64(json_t *request, const char *key, uint64_t *value)
{
	json_t *json = json_object_get(request, key);
	const char *text = json_string_value(json);
	char *end;

	if (json_is_integer(json) && json_integer_value(json) >= 0) {
		*value = json_integer_value(json);
		return true;
	}
	if (!text || strncmp(text, "0x", 2) || !text[2] ||
	    text[2 + strspn(text + 2, "0123456789abcdefABCDEF")] ||
	    strlen(text) > 18)
		return false;
	*value = strtoull(text, &end, 16);
	return true;
}

static json_t *hex_bytes(const uint8_t *data, size_t count)
{
	char *text = malloc(2 * count + 1);
	json_t *json;

	if (!text)
		return NULL;
	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		sprintf(text + 2 * i, "%02x", data[i]);
	json = json_string(text);
	free(text);
	return json;
}

static const char *cmd_info(struct control *control, json_t *request, json_t *reply)
{
	struct igd *igd = control->igd;
	const struct igd_options *o = &igd->options;

	(void)request;
	json_object_set_new(reply, "generation", json_string(o->platform->name));
	json_object_set_new(reply, "device_id",
			    hex_number(pci_config_get(&igd->pci, 2, 2)));
	json_object_set_new(reply, "stolen_base", hex_number(o->stolen_base));
	json_object_set_new(reply, "stolen_size",
			    hex_number((uint64_t)o->stolen_mib << 20));
	json_object_set_new(reply, "gtt_entries", json_integer(gtt_entries(&igd->gtt)));
	json_object_set_new(reply, "pte_bytes", json_integer(o->platform->pte.bytes));
	json_object_set_new(reply, "asls", hex_number(o->asls));
	json_object_set_new(reply, "reset_ms", json_integer(igd->reset.ms));
	json_object_set_new(reply, "in_reset", json_boolean(reset_running(&igd->reset)));
	return NULL;
}

static json_t *access_json(const struct access_count *n)
{
	return json_pack("{s:I, s:I, s:I, s:I}",
			 "read", (json_int_t)n->read,
			 "read_bytes", (json_int_t)n->read_bytes,
			 "write_posted", (json_int_t)n->write_posted,
			 "write_nonposted", (json_int_t)n->write_nonposted);
}

static void add_hangs(const struct counters *c, json_t *reply)
{
	json_t *reasons = json_object();
	json_int_t total = 0;

	for (unsigned int i = 0; i < HANG_REASONS; i++) {
		json_object_set_new(reasons, hang_reason_name(i),
				    json_integer(c->hangs[i]));
		total += c->hangs[i];
	}
	json_object_set_new(reply, "hangs", json_integer(total));
	json_object_set_new(reply, "hang_reasons", reasons);
}

static void add_gtt(const struct igd *igd, json_t *reply)
{
	const struct counters *c = &igd->counters;

	json_object_set_new(reply, "gtt_flushes", json_integer(c->gtt_flushes));
	json_object_set_new(reply, "gtt_unflushed", json_integer(c->gtt_unflushed));
	json_object_set_new(reply, "gtt_engine_writes",
			    json_integer(igd->blitter.gtt_writes));
}

static const char *cmd_counters(struct control *control, json_t *request,
				json_t *reply)
{
	const struct igd *igd = control->igd;
	const struct counters *c = &igd->counters;
	const struct dma_counts *dma = dma_space_counts(igd->dma);
	json_t *classes = json_object();

	(void)request;
	for (unsigned int i = 0; i < ACCESS_CLASSES; i++)
		json_object_set_new(classes, access_class_name(i),
				    access_json(&c->access[i]));
	json_object_set_new(reply, "counters", classes);
	json_object_set_new(reply, "resets", json_integer(c->resets));
	json_object_set_new(reply, "soft_resets", json_integer(c->soft_resets));
	json_object_set_new(reply, "dma_ranges", json_integer(dma_space_count(igd->dma)));
	json_object_set_new(reply, "dma_maps", json_integer(dma->maps));
	json_object_set_new(reply, "dma_unmaps", json_integer(dma->unmaps));
	json_object_set_new(reply, "dma_faults", json_integer(igd->faults.total));
	json_object_set_new(reply, "swsci", json_integer(c->swsci));
	json_object_set_new(reply, "interrupts", json_integer(c->interrupts));
	json_object_set_new(reply, "injected", json_integer(igd->inject.hits));
	json_object_set_new(reply, "blitter_bytes", json_integer(igd->blitter.copied));
	json_object_set_new(reply, "blitter_hangs", json_integer(igd->blitter.hangs));
	json_object_set_new(reply, "iobar_reserved", json_integer(igd->iobar.reserved));
	add_hangs(c, reply);
	add_gtt(igd, reply);
	return NULL;
}

static const char *cmd_reset_counters(struct control *control, json_t *request,
				      json_t *reply)
{
	struct igd *igd = control->igd;

	(void)request;
	(void)reply;
	memset(&igd->counters, 0, sizeof(igd->counters));
	memset(&igd->faults, 0, sizeof(igd->faults));
	*dma_space_counts(igd->dma) = (struct dma_counts){ 0 };
	igd->inject.hits = 0;
	igd->blitter.copied = 0;
	igd->blitter.hangs = 0;
	igd->blitter.gtt_writes = 0;
	igd->iobar.reserved = 0;
	return NULL;
}

static const char *cmd_faults(struct control *control, json_t *request,
			      json_t *reply)
{
	const struct faults *faults = &control->igd->faults;
	json_t *list = json_array();

	(void)request;
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *f = &faults->kept[i];

		json_t *fault = json_pack("{s:I, s:o, s:s, s:b, s:s}",
					  "entry", (json_int_t)f->entry,
					  "address", hex_number(f->address),
					  "reason", fault_reason_name(f->reason),
					  "write", f->write,
					  "source", f->source);

		json_array_append_new(list, fault);
	}
	json_object_set_new(reply, "total", json_integer(faults->total));
	json_object_set_new(reply, "faults", list);
	return NULL;
}

static const char *cmd_config(struct control *control, json_t *request,
			      json_t *reply)
{
	(void)request;
	json_object_set_new(reply, "config", hex_bytes(control->igd->pci.data, 256));
	return NULL;
}

static const char *cmd_gtt(struct control *control, json_t *request, json_t *reply)
{
	const struct gtt *gtt = &control->igd->gtt;
	uint64_t first, count;
	json_t *entries;

	if (!get_u64(request, "first", &first) || !get_u64(request, "count", &count))
		return "gtt needs first and count";
	if (count > MAX_ENTRIES)
		return "count is larger than 65536";
	if (first > gtt_entries(gtt) || count > gtt_entries(gtt) - first)
		return "the GTT has no such entries";
	entries = json_array();
	for (; count; count--, first++)
		json_array_append_new(entries, hex_number(gtt_entry(gtt, first)));
	json_object_set_new(reply, "entries", entries);
	return NULL;
}

static const char *cmd_mmio(struct control *control, json_t *request, json_t *reply)
{
	uint64_t offset;

	if (!get_u64(request, "offset", &offset))
		return "mmio needs offset";
	if (offset % 4 || offset >= control->igd->options.platform->register_bytes)
		return "offset is not that of a dword register";
	json_object_set_new(reply, "value",
			    json_integer(mmio_get(&control->igd->mmio, offset)));
	return NULL;
}

/* DMA on behalf of a test: through the GTT or not, without recording faults. */
static bool dma(struct control *control, json_t *request, uint64_t address,
		void *buf, size_t count, bool write)
{
	struct aperture ap = control->igd->aperture;

	ap.faults = NULL;
	if (json_is_true(json_object_get(request, "gtt")))
		return aperture_rw(&ap, address, buf, count, write, NULL) == 0;
	return dma_space_rw(ap.dma, address, buf, count, write) == 0;
}

static const char *cmd_dma_read(struct control *control, json_t *request,
				json_t *reply)
{
	static uint8_t buf[MAX_BYTES];
	uint64_t address, length;

	if (!get_u64(request, "address", &address) ||
	    !get_u64(request, "length", &length))
		return "dma-read needs address and length";
	if (length > MAX_BYTES)
		return "length is larger than 65536";
	if (!dma(control, request, address, buf, length, false))
		return "DMA fault";
	json_object_set_new(reply, "data", hex_bytes(buf, length));
	return NULL;
}

/* Returns the number of bytes, or -1 if @text is not hex or too long. */
static long parse_hex(const char *text, uint8_t *data, size_t room)
{
	size_t digits = strlen(text);

	if (digits % 2 || digits / 2 > room ||
	    strspn(text, "0123456789abcdefABCDEF") != digits)
		return -1;
	for (size_t i = 0; i < digits / 2; i++) {
		char pair[] = { text[2 * i], text[2 * i + 1], '\0' };

		data[i] = strtoul(pair, NULL, 16);
	}
	return digits / 2;
}

static const char *cmd_dma_write(struct control *control, json_t *request,
				 json_t *reply)
{
	const char *text = json_string_value(json_object_get(request, "data"));
	static uint8_t buf[MAX_BYTES];
	uint64_t address;
	long length;

	(void)reply;
	if (!get_u64(request, "address", &address) || !text)
		return "dma-write needs address and data";
	length = parse_hex(text, buf, sizeof(buf));
	if (length < 0)
		return "data is not hex of at most 65536 bytes";
	if (!dma(control, request, address, buf, length, true))
		return "DMA fault";
	return NULL;
}

static const char *cmd_screenshot(struct control *control, json_t *request,
				  json_t *reply)
{
	const char *name = json_string_value(json_object_get(request, "file"));
	const struct igd *igd = control->igd;
	struct scanout shot;
	const char *why;
	FILE *file;
	int fd;

	if (!name || !*name || strchr(name, '/'))
		return "screenshot needs file, a name without directory";
	fd = openat(control->output_dir, name, O_CREAT | O_TRUNC | O_WRONLY, 0666);
	if (fd < 0)
		return "cannot create the file";
	file = fdopen(fd, "wb");
	if (!file) {
		close(fd);
		return "out of memory";
	}
	why = scanout_save(igd->options.platform->plane, &igd->mmio,
			   &igd->aperture, file, &shot);
	if (fclose(file) && !why)
		why = "cannot write the PNG file";
	if (why) {
		unlinkat(control->output_dir, name, 0);
		return why;
	}
	json_object_set_new(reply, "width", json_integer(shot.width));
	json_object_set_new(reply, "height", json_integer(shot.height));
	json_object_set_new(reply, "faulted", json_integer(shot.faulted));
	json_object_set_new(reply, "crc32", json_integer(shot.crc32));
	return NULL;
}

static const char *cmd_irq(struct control *control, json_t *request, json_t *reply)
{
	uint64_t vector;
	int index;

	if (!get_u64(request, "vector", &vector))
		return "irq needs vector";
	if (vector)
		return "the device has one vector";
	index = igd_irq(control->igd, vector);
	if (index < 0)
		return "nobody listens to the interrupt";
	json_object_set_new(reply, "index", json_integer(index));
	return NULL;
}

static const char *cmd_quit(struct control *control, json_t *request, json_t *reply)
{
	(void)request;
	(void)reply;
	control->quit = true;
	return NULL;
}

static const struct {
	const char *name;
	handler *handler;
} commands[] = {
	{ "info", cmd_info },
	{ "counters", cmd_counters },
	{ "reset-counters", cmd_reset_counters },
	{ "faults", cmd_faults },
	{ "config", cmd_config },
	{ "gtt", cmd_gtt },
	{ "mmio", cmd_mmio },
	{ "dma-read", cmd_dma_read },
	{ "dma-write", cmd_dma_write },
	{ "screenshot", cmd_screenshot },
	{ "irq", cmd_irq },
	{ "inject", cmd_inject },
	{ "inject-clear", cmd_inject_clear },
	{ "record", cmd_record },
	{ "record-get", cmd_record_get },
	{ "reset-takes", cmd_reset_takes },
	{ "soft-reset", cmd_soft_reset },
	{ "quit", cmd_quit },
};

static const char *dispatch(struct control *control, json_t *request,
			    json_t *reply)
{
	const char *cmd = json_string_value(json_object_get(request, "cmd"));

	if (!cmd)
		return "not a JSON object with a cmd";
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(cmd, commands[i].name))
			return commands[i].handler(control, request, reply);
	return "unknown cmd";
}

char *control_reply(struct control *control, const char *line, size_t len)
{
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *reply = json_object();
	const char *why = dispatch(control, request, reply);
	char *text;

	json_object_set_new(reply, "ok", json_boolean(!why));
	if (why)
		json_object_set_new(reply, "error", json_string(why));
	text = json_dumps(reply, JSON_COMPACT);
	json_decref(reply);
	json_decref(request);
	return text;
}
