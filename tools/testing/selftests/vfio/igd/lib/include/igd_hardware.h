/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SELFTESTS_VFIO_IGD_HARDWARE_H
#define SELFTESTS_VFIO_IGD_HARDWARE_H

#include <igd_model.h>
#include <igd_platform.h>

struct igd;

/*
 * What the device itself has, whatever the driver shows a guest: from the model, or on
 * real hardware as the host reads it. There are no transaction counts, no faults and no
 * DMA without the model. A test that needs them skips with this and a reason.
 */
#define IGD_NEEDS_MODEL		"needs the model: "

struct igd_info {
	u64 stolen_base;	/* host physical address H, without the lock bit */
	u64 stolen_size;	/* bytes */
	u32 gtt_entries;
	u32 asls;		/* value that the host's firmware wrote to ASLS */
};

/* Of the device @bdf, whose model is @model, or NULL on real hardware. */
void igd_hardware_info(struct igd_model *model, const char *bdf, struct igd_info *info);

/* Its config space before any virtualisation. */
void __igd_hardware_config(struct igd_model *model, const char *bdf, u8 config[256]);
void igd_hardware_config(struct igd *igd, u8 config[256]);

/*
 * igd_hardware_gtt_entry - one raw GTT entry. On real hardware read through BAR0, whose
 * upper half no driver for vfio-pci looks at: memory decoding must be on. Not from
 * Meteor Lake on, where the CPU must not read it.
 */
u64 igd_hardware_gtt_entry(struct igd *igd, u32 entry);

#endif
