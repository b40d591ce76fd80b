/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IGD_MODEL_ACCESS_H
#define IGD_MODEL_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "igd.h"

/*
 * igd_region_read, igd_region_write - a client's access to the device @opaque
 * (a struct igd): count it, check whether the function claims it, and pass it to
 * the addressed part. As in struct vfio_user_ops. Both return 0, or -EIO for an
 * injected fault.
 */
int igd_region_read(void *opaque, unsigned int region, uint64_t offset,
		    void *data, uint32_t count);
int igd_region_write(void *opaque, unsigned int region, uint64_t offset,
		     const void *data, uint32_t count, bool posted);

#endif
