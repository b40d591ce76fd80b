// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/limits.h>

#include <igd_device.h>

u16 igd_sysfs_id(const char *bdf, const char *name)
{
	char path[PATH_MAX];
	unsigned int id;
	FILE *file;
	int fields;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	file = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(file, "fopen(%s) failed\n", path);
	fields = fscanf(file, "%x", &id);
	VFIO_ASSERT_EQ(fields, 1);
	fclose(file);

	return id;
}

const struct igd_platform *igd_device_platform(const char *bdf)
{
	return igd_platform(igd_sysfs_id(bdf, "device"));
}

const char *igd_selftests_get_bdf(int *argc, char *argv[])
{
	const char *bdf = vfio_selftests_get_bdf(argc, argv);

	if (!igd_device_platform(bdf))
		ksft_exit_skip("%s is not an IGD\n", bdf);

	return bdf;
}

const char *igd_selftests_get_model(int *argc, char *argv[], const char *reason)
{
	const char *bdf = igd_selftests_get_bdf(argc, argv);
	struct igd_model *model = igd_model_open(bdf);

	if (!model)
		ksft_exit_skip(IGD_NEEDS_MODEL "%s\n", reason);

	igd_model_close(model);
	return bdf;
}

struct igd *igd_open(const char *bdf)
{
	struct igd *igd = calloc_assert(1, sizeof(*igd));

	igd->platform = igd_device_platform(bdf);
	VFIO_ASSERT_NOT_NULL(igd->platform);
	igd->model = igd_model_open(bdf);
	igd_hardware_info(igd->model, bdf, &igd->info);

	igd->iommu = iommu_init(default_iommu_mode);
	igd->device = vfio_pci_device_init(bdf, igd->iommu);
	vfio_pci_cmd_set(igd->device, PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
				      PCI_COMMAND_MASTER);
	return igd;
}

void igd_close(struct igd *igd)
{
	vfio_pci_device_cleanup(igd->device);
	iommu_cleanup(igd->iommu);
	igd_model_close(igd->model);
	free(igd);
}

bool igd_driver_is(const char *bdf, const char *name)
{
	char *driver = sysfs_driver_get(bdf);
	bool is = driver && !strcmp(driver, name);

	free(driver);
	return is;
}

ssize_t __igd_region_access(struct igd *igd,
			    const struct vfio_region_info *region, bool write,
			    u64 offset, void *data, size_t size)
{
	int fd = igd->device->fd;
	ssize_t ret;

	if (write)
		ret = pwrite(fd, data, size, region->offset + offset);
	else
		ret = pread(fd, data, size, region->offset + offset);

	return ret < 0 ? -errno : ret;
}

void igd_bar_access(struct igd *igd, int bar, bool write, u64 offset,
		    void *data, size_t size)
{
	ssize_t ret;

	ret = __igd_region_access(igd, &igd->device->bars[bar].info, write,
				  offset, data, size);
	VFIO_ASSERT_EQ(ret, size, "BAR%d + %#lx: no %s\n", bar, offset,
		       write ? "write" : "read");
}

u32 igd_bar_readl(struct igd *igd, int bar, u64 offset)
{
	u32 value;

	igd_bar_access(igd, bar, false, offset, &value, sizeof(value));
	return value;
}

void igd_bar_writel(struct igd *igd, int bar, u64 offset, u32 value)
{
	igd_bar_access(igd, bar, true, offset, &value, sizeof(value));
}

static sigjmp_buf sigbus_env;

static void sigbus(int signal)
{
	siglongjmp(sigbus_env, 1);
}

bool igd_mapped_is_refused(void *bar, u64 offset)
{
	struct sigaction action = { .sa_handler = sigbus }, before;
	int jumped;

	VFIO_ASSERT_EQ(sigaction(SIGBUS, &action, &before), 0);
	jumped = sigsetjmp(sigbus_env, 1);
	if (!jumped)
		igd_mapped_readl(bar, offset);
	VFIO_ASSERT_EQ(sigaction(SIGBUS, &before, NULL), 0);

	return jumped;
}

u8 igd_capability(struct igd *igd, u8 id)
{
	u8 at = vfio_pci_config_readb(igd->device, PCI_CAPABILITY_LIST);

	while (at && vfio_pci_config_readb(igd->device, at) != id)
		at = vfio_pci_config_readb(igd->device, at + PCI_CAP_LIST_NEXT);

	return at;
}

int __igd_irq_eventfd(struct igd *igd, u32 index, int eventfd)
{
	bool on = eventfd >= 0;
	struct {
		struct vfio_irq_set set;
		s32 eventfd;
	} irqs = {
		.set = {
			.argsz = sizeof(irqs),
			.flags = VFIO_IRQ_SET_ACTION_TRIGGER |
				 (on ? VFIO_IRQ_SET_DATA_EVENTFD : VFIO_IRQ_SET_DATA_NONE),
			.index = index,
			.count = on,
		},
		.eventfd = eventfd,
	};

	return ioctl(igd->device->fd, VFIO_DEVICE_SET_IRQS, &irqs) ? -errno : 0;
}

int __igd_low_power(struct igd *igd, bool may_sleep)
{
	struct vfio_device_feature args = {
		.argsz = sizeof(args),
		.flags = VFIO_DEVICE_FEATURE_SET |
			 (may_sleep ? VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY :
				      VFIO_DEVICE_FEATURE_LOW_POWER_EXIT),
	};

	return ioctl(igd->device->fd, VFIO_DEVICE_FEATURE, &args) ? -errno : 0;
}

void igd_low_power(struct igd *igd, bool may_sleep)
{
	VFIO_ASSERT_EQ(__igd_low_power(igd, may_sleep), 0);
}

bool igd_is_suspended(const char *bdf)
{
	char path[128], status[32] = "";
	FILE *file;

	snprintf_assert(path, sizeof(path), "/sys/bus/pci/devices/%s/power/runtime_status",
			bdf);
	file = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(file);
	VFIO_ASSERT_NOT_NULL(fgets(status, sizeof(status), file));
	fclose(file);

	return !strcmp(status, "suspended\n");
}

bool igd_becomes_suspended(const char *bdf)
{
	for (int ms = 0; ms < 5000 && !igd_is_suspended(bdf); ms += 10)
		usleep(10000);

	return igd_is_suspended(bdf);
}

void igd_flush(struct igd *igd)
{
	const struct igd_platform *platform = igd->platform;
	u64 end = igd->device->bars[0].info.size;

	/*
	 * A read arrives after all earlier writes. Read the end of the GTT: the model
	 * answers there even without entries. From Meteor Lake on the CPU must not: read
	 * SWF there, a scratch register.
	 */
	if (!igd->model)
		end = platform->gtt + (u64)igd->info.gtt_entries * platform->pte_size;
	igd_bar_readl(igd, 0, platform->bdsm && end > platform->gtt ?
		      end - sizeof(u32) : IGD_SWF);
}

void igd_bdsm_write(struct igd *igd, u64 base)
{
	const struct igd_platform *platform = igd->platform;

	vfio_pci_config_writel(igd->device, platform->bdsm, base);
	if (platform->bdsm_size == 8)
		vfio_pci_config_writel(igd->device, platform->bdsm + 4, base >> 32);
}

u64 igd_bdsm_read(struct igd *igd)
{
	u64 base = 0;

	vfio_pci_config_access(igd->device, false, igd->platform->bdsm,
			       igd->platform->bdsm_size, &base);
	return base;
}

void igd_dma_map(struct igd *igd, struct dma_region *region, iova_t iova,
		 u64 size)
{
	*region = (struct dma_region) {
		.iova = iova,
		.size = size,
		.vaddr = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	};
	VFIO_ASSERT_NE(region->vaddr, MAP_FAILED);

	iommu_map(igd->iommu, region);
}

void igd_dma_unmap(struct igd *igd, struct dma_region *region)
{
	iommu_unmap(igd->iommu, region);
	VFIO_ASSERT_EQ(munmap(region->vaddr, region->size), 0);
}
