// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the display shows, in debugfs (Documentation/ABI/testing/debugfs-vfio-pci-igd),
 * and the accesses that the driver makes to find out.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/bits.h>
#include <linux/sizes.h>

#include <igd_binding.h>
#include <igd_device.h>
#include <igd_vbios.h>

#include "kselftest_harness.h"

static const char *device_bdf;

/* [display/intel_display_regs.h] and [display/intel_vga_regs.h] of i915 */
#define PWR_WELL_BIOS		0x45400		/* HSW_PWR_WELL_CTL1 */
#define PWR_WELL_DRIVER		0x45404		/* HSW_PWR_WELL_CTL2 */
#define   PWR_WELL_REQUEST(n)	(2u << 2 * (n))
#define FUSE_STRAP		0x42014
#define   DISPLAY_OFF		BIT(30)
#define SKL_DFSM		0x51000
#define   PIPE_A_OFF		BIT(30)
#define CPU_VGACNTRL		0x41000
#define   VGA_OFF		BIT(31)

#define NO_WELL			-1

/* The surface: 4 rows of 4 KiB, behind as many pages */
#define FIRST			4
#define ROWS			4
#define WIDTH			1024

/*
 * Generations differ in what is read: fuses and power wells; VGACNTRL, if that has
 * power; four registers of each pipe that has power. [display/
 * intel_display_power_map.c] has the power wells and [display/
 * intel_display_device.c] the pipes.
 */
static const struct display {
	const char *platform;
	int well;		/* of pipe A, NO_WELL: always on */
	u32 fuses;		/* register */
	u32 reads;		/* without any request of power */
} displays[] = {
	{ "snb", NO_WELL, 0, 1 + 2 * 4 },
	{ "ivb", NO_WELL, FUSE_STRAP, 1 + 1 + 3 * 4 },
	{ "hsw", NO_WELL, FUSE_STRAP, 1 + 2 + 4 },
	{ "bdw", NO_WELL, FUSE_STRAP, 1 + 2 + 4 },
	{ "gen9", 14, SKL_DFSM, 1 + 2 },
	{ "gen11", 0, SKL_DFSM, 1 + 2 },
	{ "gen12", 0, SKL_DFSM, 1 + 2 },
	{ "mtl", 5, SKL_DFSM, 1 + 2 },
	{ "lnl", 5, SKL_DFSM, 1 + 2 },
};

FIXTURE(display_test) {
	struct igd *igd;
	const struct display *display;
	char text[SZ_4K];
};

FIXTURE_SETUP(display_test)
{
	self->igd = igd_open(device_bdf);
	for (int i = 0; i < ARRAY_SIZE(displays); i++)
		if (!strcmp(displays[i].platform, self->igd->platform->name))
			self->display = &displays[i];
	if (!self->display)
		SKIP(return, "the driver does not read this display");
}

FIXTURE_TEARDOWN(display_test)
{
	igd_close(self->igd);
}

static void read_display(FIXTURE_DATA(display_test) *self)
{
	char path[128];
	FILE *file;
	size_t length;

	igd_debugfs_path(path, sizeof(path), device_bdf, "display");
	file = fopen(path, "r");
	VFIO_ASSERT_NOT_NULL(file, "fopen(%s) failed\n", path);
	self->text[0] = '\n';
	length = fread(self->text + 1, 1, sizeof(self->text) - 2, file);
	VFIO_ASSERT_NE(feof(file), 0);
	fclose(file);
	self->text[1 + length] = 0;
}

/* Whether the file that was read last has this line */
static bool has(FIXTURE_DATA(display_test) *self, const char *format, ...)
{
	char line[64] = "\n";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 1, sizeof(line) - 2, format, args);
	va_end(args);
	strcat(line, "\n");
	if (strstr(self->text, line))
		return true;
	printf("# there is no %s# in%s", line + 1, self->text);
	return false;
}

/* Registers that the driver reads for the file, and reads of the GTT; 0 without model */
static u64 reads(FIXTURE_DATA(display_test) *self, u64 *gtt)
{
	struct igd_model_counters counters;

	if (!self->igd->model) {
		read_display(self);
		return 0;
	}
	igd_model_reset_counters(self->igd->model);
	read_display(self);
	igd_model_counters(self->igd->model, &counters);
	if (gtt)
		*gtt = counters.traffic[IGD_MODEL_GTT].read;
	VFIO_ASSERT_EQ(counters.hangs, 0);
	return counters.traffic[IGD_MODEL_MMIO].read;
}

static void request_power(FIXTURE_DATA(display_test) *self, u32 who)
{
	if (self->display->well != NO_WELL)
		igd_bar_writel(self->igd, 0, who, PWR_WELL_REQUEST(self->display->well));
}

/* Nothing is read of a pipe without power, and of one that does not exist. */
TEST_F(display_test, power)
{
	const struct display *display = self->display;
	bool powered = display->well == NO_WELL;
	struct igd *igd = self->igd;

	if (!igd->model)
		SKIP(return, IGD_NEEDS_MODEL "switches power and fuses");

	EXPECT_EQ(display->reads, reads(self, NULL));
	EXPECT_TRUE(has(self, "display: read"));
	EXPECT_TRUE(has(self, "pipe_a: %s", powered ? "off" : "unpowered"));
	EXPECT_TRUE(has(self, "pipe_b: %s", display->reads > 9 || igd->platform->gen == 6 ?
			"off" : "unpowered"));

	if (!powered) {
		request_power(self, PWR_WELL_BIOS);
		EXPECT_EQ(display->reads + 4, reads(self, NULL));
		EXPECT_TRUE(has(self, "pipe_a: off"));
		igd_bar_writel(igd, 0, PWR_WELL_BIOS, 0);
		EXPECT_EQ(display->reads, reads(self, NULL));
		request_power(self, PWR_WELL_DRIVER);
		EXPECT_EQ(display->reads + 4, reads(self, NULL));
		EXPECT_TRUE(has(self, "pipe_a: off"));
	} else {
		/* In the well of VGA, if there are any */
		EXPECT_TRUE(has(self, "vga: %s", display->reads == 7 ? "unpowered" : "on"));
		igd_bar_writel(igd, 0, PWR_WELL_DRIVER, PWR_WELL_REQUEST(15));
		igd_bar_writel(igd, 0, CPU_VGACNTRL, VGA_OFF);
		read_display(self);
		EXPECT_TRUE(has(self, "vga: off"));
		EXPECT_TRUE(has(self, "pipe_b: off"));
	}

	if (!display->fuses)
		return;
	igd_bar_writel(igd, 0, display->fuses, PIPE_A_OFF);
	read_display(self);
	EXPECT_TRUE(has(self, "pipe_a: absent"));
}

static void map_page(struct igd *igd, u32 entry, u64 pte)
{
	igd_bar_access(igd, 0, true, igd->platform->gtt + entry * igd->platform->pte_size,
		       &pte, igd->platform->pte_size);
}

/* One of each: a page of the guest's stolen memory, the host's, another, and none */
TEST_F(display_test, plane)
{
	struct igd *igd = self->igd;
	bool table = igd->platform->bdsm && igd->info.gtt_entries;
	u64 gtt;

	if (!igd->model)
		SKIP(return, IGD_NEEDS_MODEL "switches the display on");

	request_power(self, PWR_WELL_DRIVER);
	igd_vbios_show(igd, FIRST * SZ_4K, WIDTH, ROWS);
	if (table) {
		map_page(igd, FIRST, igd_pte(igd->platform, igd->info.stolen_base, 0));
		map_page(igd, FIRST + 1, igd_pte(igd->platform, GUEST_STOLEN, 0));
		map_page(igd, FIRST + 2, igd_pte(igd->platform, ELSEWHERE, 0));
		map_page(igd, FIRST + 3, 0);
	}
	reads(self, &gtt);
	EXPECT_TRUE(has(self, "pipe_a: on"));
	EXPECT_TRUE(has(self, "pipe_a_width: %u", WIDTH));
	EXPECT_TRUE(has(self, "pipe_a_height: %u", ROWS));
	EXPECT_TRUE(has(self, "pipe_a_surface: %#x", FIRST * SZ_4K));
	EXPECT_TRUE(has(self, "pipe_a_stride: %u", WIDTH * 4));
	EXPECT_TRUE(has(self, "pipe_a_entries: %u", ROWS));
	if (!table) {
		EXPECT_EQ(0, gtt);
		EXPECT_EQ(NULL, strstr(self->text, "_stolen"));
		return;
	}

	EXPECT_EQ(ROWS, gtt);
	EXPECT_TRUE(has(self, "pipe_a_guest_stolen: 0"));
	EXPECT_TRUE(has(self, "pipe_a_host_stolen: 1"));
	EXPECT_TRUE(has(self, "pipe_a_elsewhere: 2"));
	EXPECT_TRUE(has(self, "pipe_a_absent: 1"));

	igd_bdsm_write(igd, GUEST_STOLEN);
	read_display(self);
	EXPECT_TRUE(has(self, "pipe_a_guest_stolen: 1"));
	EXPECT_TRUE(has(self, "pipe_a_elsewhere: 1"));

	/* The last entry, and behind it nothing */
	igd_vbios_show(igd, (igd->info.gtt_entries - 1) * SZ_4K, WIDTH, ROWS);
	reads(self, &gtt);
	EXPECT_EQ(1, gtt);
	EXPECT_TRUE(has(self, "pipe_a_absent: %u", ROWS));
}

/* The device is neither woken up nor accessed where it would not answer. */
TEST_F(display_test, unreachable)
{
	u16 control = igd_capability(self->igd, PCI_CAP_ID_PM) + PCI_PM_CTRL;
	struct vfio_pci_device *device = self->igd->device;
	u16 command = vfio_pci_config_readw(device, PCI_COMMAND);

	vfio_pci_config_writew(device, PCI_COMMAND, command & ~PCI_COMMAND_MEMORY);
	EXPECT_EQ(0, reads(self, NULL));
	EXPECT_TRUE(has(self, "display: unreachable"));
	vfio_pci_config_writew(device, PCI_COMMAND, command);
	read_display(self);
	EXPECT_TRUE(has(self, "display: read"));

	vfio_pci_config_writew(device, control, 3);
	EXPECT_EQ(0, reads(self, NULL));
	EXPECT_TRUE(has(self, "display: unreachable"));
	vfio_pci_config_writew(device, control, 0);

	if (!__igd_low_power(self->igd, true)) {
		EXPECT_TRUE(igd_becomes_suspended(device_bdf));
		EXPECT_EQ(0, reads(self, NULL));
		EXPECT_TRUE(has(self, "display: asleep"));
		igd_low_power(self->igd, false);
	}

	igd_close(self->igd);
	read_display(self);
	EXPECT_TRUE(has(self, "display: closed"));
	self->igd = igd_open(device_bdf);
}

int main(int argc, char *argv[])
{
	device_bdf = igd_selftests_get_bdf(&argc, argv);
	return test_harness_run(argc, argv);
}
