// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>

#include <jansson.h>

#include <libvfio.h>

#include <igd_model.h>

/* Named ports of virtio-serial, drivers/char/virtio_console.c */
#define PORTS_DIR	"/sys/class/virtio-ports"

struct igd_model {
	int fd;
	FILE *replies;		/* buffers reads of fd */
};

static const char * const class_names[IGD_MODEL_CLASSES] = {
	[IGD_MODEL_CONFIG]	= "config",
	[IGD_MODEL_MMIO]	= "mmio",
	[IGD_MODEL_MIRROR]	= "mirror",
	[IGD_MODEL_GTT]		= "gtt",
	[IGD_MODEL_GMADR]	= "gmadr",
	[IGD_MODEL_IOBAR_INDEX]	= "iobar.index",
	[IGD_MODEL_IOBAR_DATA]	= "iobar.data",
	[IGD_MODEL_IOBAR_OTHER]	= "iobar.other",
};

static bool port_is_named(const char *port, const char *name)
{
	char path[PATH_MAX], line[64] = "";
	FILE *file;

	snprintf_assert(path, sizeof(path), PORTS_DIR "/%s/name", port);
	file = fopen(path, "r");
	if (!file)
		return false;

	if (fgets(line, sizeof(line), file))
		line[strcspn(line, "\n")] = '\0';

	fclose(file);
	return !strcmp(line, name);
}

/* Without udev there is no /dev/virtio-ports, so look up the name. */
static int port_open(const char *name)
{
	struct dirent *entry;
	char path[PATH_MAX];
	int fd = -1;
	DIR *dir;

	dir = opendir(PORTS_DIR);
	if (!dir)
		return -1;

	while (fd < 0 && (entry = readdir(dir))) {
		if (!port_is_named(entry->d_name, name))
			continue;

		snprintf_assert(path, sizeof(path), "/dev/%s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
		VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);
	}

	closedir(dir);
	return fd;
}

struct igd_model *igd_model_open(const char *bdf)
{
	struct igd_model *model;
	char name[64];
	int fd;

	snprintf_assert(name, sizeof(name), "igd-model:%s", bdf);
	fd = port_open(name);
	if (fd < 0)
		return NULL;

	model = calloc_assert(1, sizeof(*model));
	model->fd = fd;
	model->replies = fdopen(fd, "r");
	VFIO_ASSERT_NOT_NULL(model->replies);

	return model;
}

void igd_model_close(struct igd_model *model)
{
	if (!model)
		return;

	VFIO_ASSERT_EQ(fclose(model->replies), 0);
	free(model);
}

/* Consumes @request. The caller owns the reply, which may be a refusal. */
static json_t *__request(struct igd_model *model, json_t *request)
{
	json_error_t error;
	json_t *reply;

	VFIO_ASSERT_NOT_NULL(request);
	VFIO_ASSERT_EQ(json_dumpfd(request, model->fd, JSON_COMPACT), 0);
	VFIO_ASSERT_EQ(write(model->fd, "\n", 1), 1);
	json_decref(request);

	reply = json_loadf(model->replies, JSON_DISABLE_EOF_CHECK, &error);
	VFIO_ASSERT_NOT_NULL(reply, "no reply of the model: %s\n", error.text);

	return reply;
}

static bool reply_ok(json_t *reply)
{
	return json_is_true(json_object_get(reply, "ok"));
}

static json_t *request(struct igd_model *model, json_t *request)
{
	json_t *reply = __request(model, request);

	if (!reply_ok(reply))
		VFIO_FAIL("The model refused: %s\n",
			  json_string_value(json_object_get(reply, "error")));

	return reply;
}

static json_t *command(struct igd_model *model, const char *cmd)
{
	return request(model, json_pack("{s:s}", "cmd", cmd));
}

static json_t *member(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	VFIO_ASSERT_NOT_NULL(value, "The model's reply lacks \"%s\"\n", key);
	return value;
}

/* Numbers that may exceed 2^63 - 1 come as strings "0x...". */
static u64 to_u64(json_t *value)
{
	if (json_is_string(value))
		return strtoull(json_string_value(value), NULL, 16);

	VFIO_ASSERT_TRUE(json_is_integer(value), "The model sent no number\n");
	return json_integer_value(value);
}

static u64 number(json_t *object, const char *key)
{
	return to_u64(member(object, key));
}

static void unhex(json_t *value, u8 *buf, size_t len)
{
	const char *text = json_string_value(value);
	int fields;

	VFIO_ASSERT_NOT_NULL(text);
	VFIO_ASSERT_EQ(strlen(text), 2 * len);

	for (size_t i = 0; i < len; i++) {
		fields = sscanf(text + 2 * i, "%2hhx", &buf[i]);
		VFIO_ASSERT_EQ(fields, 1);
	}
}

/* Free with free(). */
static char *hex(const u8 *buf, size_t len)
{
	char *text = malloc_assert(2 * len + 1);

	for (size_t i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", buf[i]);

	return text;
}

void igd_model_info(struct igd_model *model, struct igd_model_info *info)
{
	json_t *reply = command(model, "info");

	*info = (struct igd_model_info) {
		.stolen_base = number(reply, "stolen_base"),
		.stolen_size = number(reply, "stolen_size"),
		.gtt_entries = number(reply, "gtt_entries"),
		.pte_bytes = number(reply, "pte_bytes"),
		.asls = number(reply, "asls"),
	};
	json_decref(reply);
}

void igd_model_counters(struct igd_model *model,
			struct igd_model_counters *counters)
{
	json_t *reply = command(model, "counters");
	json_t *all = member(reply, "counters");

	for (int i = 0; i < IGD_MODEL_CLASSES; i++) {
		json_t *class = member(all, class_names[i]);

		counters->traffic[i] = (struct igd_model_traffic) {
			.read = number(class, "read"),
			.write_posted = number(class, "write_posted"),
			.write_nonposted = number(class, "write_nonposted"),
		};
	}

	counters->resets = number(reply, "resets");
	counters->dma_faults = number(reply, "dma_faults");
	counters->swsci = number(reply, "swsci");
	counters->injected = number(reply, "injected");
	counters->hangs = number(reply, "hangs");
	counters->gtt_flushes = number(reply, "gtt_flushes");
	counters->gtt_unflushed = number(reply, "gtt_unflushed");
	counters->gtt_engine_writes = number(reply, "gtt_engine_writes");
	counters->iobar_reserved = number(reply, "iobar_reserved");
	json_decref(reply);
}

void igd_model_reset_counters(struct igd_model *model)
{
	json_decref(command(model, "reset-counters"));
}

void igd_model_soft_reset(struct igd_model *model)
{
	json_decref(command(model, "soft-reset"));
}

void igd_model_reset_takes(struct igd_model *model, u64 ms)
{
	json_decref(request(model, json_pack("{s:s, s:I}", "cmd", "reset-takes",
					     "ms", (json_int_t)ms)));
}

void igd_model_inject(struct igd_model *model,
		      const struct igd_model_fault *fault)
{
	json_decref(request(model, json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}",
					     "cmd", "inject",
					     "class", class_names[fault->class],
					     "action", fault->action,
					     "nth", (json_int_t)fault->nth,
					     "count", (json_int_t)fault->count,
					     "ms", (json_int_t)fault->ms)));
}

void igd_model_inject_clear(struct igd_model *model)
{
	json_decref(command(model, "inject-clear"));
}

void igd_model_config(struct igd_model *model, u8 config[256])
{
	json_t *reply = command(model, "config");

	unhex(member(reply, "config"), config, 256);
	json_decref(reply);
}

u32 igd_model_mmio(struct igd_model *model, u32 offset)
{
	json_t *reply;
	u32 value;

	reply = request(model, json_pack("{s:s, s:I}", "cmd", "mmio",
					 "offset", (json_int_t)offset));
	value = number(reply, "value");
	json_decref(reply);
	return value;
}

void igd_model_gtt(struct igd_model *model, u32 first, u32 count, u64 *entries)
{
	json_t *reply, *array;

	reply = request(model, json_pack("{s:s, s:I, s:I}", "cmd", "gtt",
					 "first", (json_int_t)first,
					 "count", (json_int_t)count));
	array = member(reply, "entries");
	VFIO_ASSERT_EQ(json_array_size(array), count);

	for (u32 i = 0; i < count; i++)
		entries[i] = to_u64(json_array_get(array, i));

	json_decref(reply);
}

u64 igd_model_gtt_entry(struct igd_model *model, u32 entry)
{
	u64 pte;

	igd_model_gtt(model, entry, 1, &pte);
	return pte;
}

int __igd_model_dma_read(struct igd_model *model, u64 address, void *buf,
			 size_t len, bool gtt)
{
	json_t *reply;
	bool ok;

	reply = __request(model, json_pack("{s:s, s:I, s:I, s:b}",
					   "cmd", "dma-read",
					   "address", (json_int_t)address,
					   "length", (json_int_t)len,
					   "gtt", gtt));
	ok = reply_ok(reply);
	if (ok)
		unhex(member(reply, "data"), buf, len);

	json_decref(reply);
	return ok ? 0 : -EFAULT;
}

int __igd_model_dma_write(struct igd_model *model, u64 address, const void *buf,
			  size_t len, bool gtt)
{
	char *data = hex(buf, len);
	json_t *reply;
	bool ok;

	reply = __request(model, json_pack("{s:s, s:I, s:s, s:b}",
					   "cmd", "dma-write",
					   "address", (json_int_t)address,
					   "data", data,
					   "gtt", gtt));
	ok = reply_ok(reply);

	json_decref(reply);
	free(data);
	return ok ? 0 : -EFAULT;
}

void igd_model_screenshot(struct igd_model *model, const char *file,
			  struct igd_model_screenshot *shot)
{
	json_t *reply;

	reply = request(model, json_pack("{s:s, s:s}", "cmd", "screenshot",
					 "file", file));
	*shot = (struct igd_model_screenshot) {
		.width = number(reply, "width"),
		.height = number(reply, "height"),
		.faulted = number(reply, "faulted"),
		.crc32 = number(reply, "crc32"),
	};
	json_decref(reply);
}
