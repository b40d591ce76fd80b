// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <linux/limits.h>

#include <igd_device.h>

/* GGC: SNB desktop datasheet volume 2, section 2.5.3 */
#define CONFIG_GGC	0x50

/* The host's own access to config space does not go through the driver. */
static void sysfs_config(const char *bdf, u8 config[256])
{
	char path[PATH_MAX];
	ssize_t size;
	int fd;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/config", bdf);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	VFIO_ASSERT_GE(fd, 0, "open(%s) failed\n", path);
	size = pread(fd, config, 256, 0);
	VFIO_ASSERT_EQ(size, 256, "%s: only root may read all of it\n", path);
	VFIO_ASSERT_EQ(close(fd), 0);
}

void __igd_hardware_config(struct igd_model *model, const char *bdf, u8 config[256])
{
	if (model)
		igd_model_config(model, config);
	else
		sysfs_config(bdf, config);
}

void igd_hardware_config(struct igd *igd, u8 config[256])
{
	__igd_hardware_config(igd->model, igd->device->bdf, config);
}

static u64 register_value(const u8 *config, u16 offset, size_t size)
{
	u64 value = 0;

	/* Config space and this processor are little endian */
	memcpy(&value, config + offset, size);
	return value;
}

static void info_from_config(const struct igd_platform *platform, const u8 *config,
			     struct igd_info *info)
{
	u16 ggc = register_value(config, CONFIG_GGC, sizeof(ggc));

	*info = (struct igd_info) {
		.stolen_size = igd_platform_stolen_size(platform, ggc),
		.gtt_entries = igd_platform_gtt_size(platform, ggc) / platform->pte_size,
		.asls = register_value(config, IGD_ASLS, sizeof(info->asls)),
	};
	if (platform->bdsm)
		info->stolen_base = register_value(config, platform->bdsm,
						   platform->bdsm_size) & IGD_BDSM_MASK;
}

static void info_from_model(struct igd_model *model, const struct igd_platform *platform,
			    struct igd_info *info)
{
	struct igd_model_info told;

	igd_model_info(model, &told);
	VFIO_ASSERT_EQ(platform->pte_size, told.pte_bytes);
	*info = (struct igd_info) {
		.stolen_base = told.stolen_base,
		.stolen_size = told.stolen_size,
		.gtt_entries = told.gtt_entries,
		.asls = told.asls,
	};
}

void igd_hardware_info(struct igd_model *model, const char *bdf, struct igd_info *info)
{
	const struct igd_platform *platform = igd_device_platform(bdf);
	u8 config[256];

	VFIO_ASSERT_NOT_NULL(platform);
	if (model) {
		info_from_model(model, platform, info);
	} else {
		sysfs_config(bdf, config);
		info_from_config(platform, config, info);
	}
}

u64 igd_hardware_gtt_entry(struct igd *igd, u32 entry)
{
	const struct igd_platform *platform = igd->platform;
	u64 pte = 0;

	if (igd->model)
		return igd_model_gtt_entry(igd->model, entry);

	VFIO_ASSERT_LT(platform->gen, 13);
	igd_bar_access(igd, 0, false, platform->gtt + entry * platform->pte_size, &pte,
		       platform->pte_size);
	return pte;
}
