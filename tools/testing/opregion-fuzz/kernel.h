/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OPREGION_FUZZ_KERNEL_H
#define OPREGION_FUZZ_KERNEL_H

/*
 * The kernel functions that opregion.c and host_opregion.c use, for user space.
 * Included instead of all their <...> headers. Host memory is the fuzzer's.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <linux/vfio.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define __iomem
#define __user
#ifndef __counted_by	/* some <linux/stddef.h> have it */
#define __counted_by(_size)
#endif
#define U32_MAX			UINT32_MAX
#define BIT(_n)			(1UL << (_n))
#define GENMASK(_high, _low)	((~0UL << (_low)) & (~0UL >> (63 - (_high))))
#define GENMASK_ULL(_high, _low) GENMASK(_high, _low)
#define SZ_1K			0x400
#define SZ_4K			0x1000
#define SZ_8K			0x2000
#define SZ_64K			0x10000
#define SZ_2M			0x200000
#define SZ_8M			0x800000
#define PAGE_SIZE		SZ_4K
#define ALIGN_DOWN(_x, _a)	((_x) & ~((u64)(_a) - 1))
#define ALIGN(_x, _a)		ALIGN_DOWN((_x) + (_a) - 1, _a)
#define ARRAY_SIZE(_array)	(sizeof(_array) / sizeof((_array)[0]))
#define IS_ENABLED(_option)	0
#define EXPORT_SYMBOL_IF_KUNIT(_symbol)
#define container_of(_ptr, _type, _member) \
	((_type *)((char *)(_ptr) - offsetof(_type, _member)))
#define min_t(_type, _a, _b)	((_type)(_a) < (_type)(_b) ? (_type)(_a) : (_type)(_b))
#define check_add_overflow(_a, _b, _sum) __builtin_add_overflow(_a, _b, _sum)
#define struct_size(_ptr, _member, _count) \
	(sizeof(*(_ptr)) + sizeof((_ptr)->_member[0]) * (_count))
#define le64_to_cpu(_value)	(_value)
#define PCI_VENDOR_ID_INTEL	0x8086

#define OPREGION_FUZZ_GET(_bits)					\
static inline u##_bits get_unaligned_le##_bits(const void *at)		\
{									\
	u##_bits value;							\
									\
	memcpy(&value, at, sizeof(value));				\
	return value;							\
}									\
									\
static inline void put_unaligned_le##_bits(u##_bits value, void *at)	\
{									\
	memcpy(at, &value, sizeof(value));				\
}

OPREGION_FUZZ_GET(16)
OPREGION_FUZZ_GET(32)
OPREGION_FUZZ_GET(64)

#define GFP_KERNEL_ACCOUNT	0
#define kvzalloc(_size, _flags)	calloc(1, _size)
#define kvfree(_ptr)		free(_ptr)

struct pci_dev {
	u32 asls;
};

struct mutex { int unused; };
struct page;
struct dentry;
struct vfio_device { int unused; };
struct vfio_pci_region;
struct vfio_info_cap;
struct vm_area_struct;
struct vm_operations_struct { int unused; };

struct vfio_pci_core_device {
	struct pci_dev *pdev;
	struct vfio_device vdev;
};

struct vfio_pci_regops {
	ssize_t (*rw)(struct vfio_pci_core_device *vdev, char *buf,
		      size_t count, loff_t *ppos, bool iswrite);
	void (*release)(struct vfio_pci_core_device *vdev,
			struct vfio_pci_region *region);
};

#define VFIO_PCI_OFFSET_MASK	((1ULL << 40) - 1)

/* Never truncates, as the fuzzer checks the text */
#define scnprintf(_text, _size, ...) snprintf(_text, _size, __VA_ARGS__)

static inline unsigned long copy_to_user(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return 0;
}

static inline void pci_read_config_dword(struct pci_dev *pdev, int offset, u32 *value)
{
	*value = pdev->asls;
}

#define IORESOURCE_SYSTEM_RAM	0
#define IORES_DESC_NONE		0
#define REGION_DISJOINT		1
#define MEMREMAP_WB		0

static const struct {
	u64 end;
} iomem_resource = { (1ULL << 39) - 1 };

/* Messages of the driver, and registration of the region: fuzz_opregion.c */
__attribute__((format(printf, 2, 3)))
void pci_info_ratelimited(struct pci_dev *pdev, const char *format, ...);
int vfio_pci_core_register_dev_region(struct vfio_pci_core_device *vdev,
				      unsigned int type, unsigned int subtype,
				      const struct vfio_pci_regops *ops,
				      size_t size, u32 flags, void *data);

/* The host's memory: fuzz_opregion.c */
int region_intersects(u64 start, size_t size, int flags, int desc);
void *memremap(u64 addr, size_t size, int flags);
void memunmap(void *addr);

#endif
