// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer for the driver's OpRegion code, with arbitrary memory of the firmware.
 *
 * An input is the host's memory from ASLS' page on: 8 bytes with the address of the
 * OpRegion, then the memory; all other memory is RAM, or nothing. The driver's region
 * and its message must be as predicted here, byte for byte. The prediction does not
 * use the driver's constants: a VBT is valid if it is valid for i915
 * (intel_bios_is_valid_vbt(), intel_opregion_setup()).
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "kernel.h"
#include "device.h"

#define HOST		0x7c000000ULL	/* start of the host's memory */
#define NOTHING		0x90000000ULL	/* end of RAM */
#define HEADER		8

/* struct opregion_header, struct opregion_asle: intel_opregion.c of i915 */
#define SIZE_KIB	0x10
#define VERSION		0x16
#define MAILBOXES	0x58
#define FDSS		0x3aa
#define FDSS_AND_FDSP	12
#define RVDA		0x3ba
#define RVDS		0x3c2
#define MAILBOX_4	0x400
#define MAILBOX_5	0x1c00
#define END		0x2000

/* struct vbt_header, struct bdb_header: intel_vbt_defs.h of i915 */
#define CHECKSUM	0x1a

/* Room for a part of the message, as in the driver */
#define DESCRIPTION	96

static const u8 *memory;
static size_t memory_size;

/* The driver's messages, and the region that it has registered */
static char said[256];
static u32 messages;
static const struct vfio_pci_regops *region_ops;
static size_t region_size;

static unsigned long images, shown, extended, left_out, repaired;

static void *host(u64 addr, size_t size)
{
	if (addr < HOST || addr - HOST > memory_size ||
	    size > memory_size - (addr - HOST))
		return NULL;
	return (void *)(memory + (addr - HOST));
}

/* Firmware's memory in whole pages; the kernel uses the memory around it */
int region_intersects(u64 start, size_t size, int flags, int desc)
{
	u64 end = HOST + ALIGN(memory_size, PAGE_SIZE);

	assert(!(start % PAGE_SIZE) && !(size % PAGE_SIZE) && size);
	if ((start >= HOST && start + size <= end) || start >= NOTHING)
		return REGION_DISJOINT;
	return 0;
}

/* A copy, so that accesses beyond the end are detected */
void *memremap(u64 addr, size_t size, int flags)
{
	u64 start = ALIGN_DOWN(addr, PAGE_SIZE);
	void *from = host(addr, size), *copy;

	assert(region_intersects(start, ALIGN(addr + size, PAGE_SIZE) - start, 0,
				 0) == REGION_DISJOINT);
	if (!from)
		return NULL;
	copy = malloc(size);
	memcpy(copy, from, size);
	return copy;
}

void memunmap(void *addr)
{
	free(addr);
}

void pci_info_ratelimited(struct pci_dev *pdev, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	assert(length > 0 && length < sizeof(said));
	messages++;
}

int vfio_pci_core_register_dev_region(struct vfio_pci_core_device *vdev,
				      unsigned int type, unsigned int subtype,
				      const struct vfio_pci_regops *ops,
				      size_t size, u32 flags, void *data)
{
	assert(!region_ops && flags == VFIO_REGION_INFO_FLAG_READ);
	region_ops = ops;
	region_size = size;
	return 0;
}

/* Prediction */

static bool is_valid_vbt(const u8 *vbt, u64 window)
{
	u64 size, bdb;

	if (window < 48 || memcmp(vbt, "$VBT", 4))
		return false;
	size = get_unaligned_le16(vbt + 24);
	bdb = get_unaligned_le32(vbt + 28);
	if (size > window || bdb + 22 > size)
		return false;
	return bdb + get_unaligned_le16(vbt + bdb + 20) <= size;
}

static bool names_vbt(const u8 *from)
{
	return from[VERSION + 1] >= 2 && get_unaligned_le64(from + RVDA) &&
	       get_unaligned_le32(from + RVDS);
}

/* The usable extended VBT, or NULL */
static const u8 *extended_vbt(const u8 *from, u64 asls)
{
	u64 rvda = get_unaligned_le64(from + RVDA);
	u32 rvds = get_unaligned_le32(from + RVDS);
	const u8 *vbt;

	if (!names_vbt(from) || rvds > 65536)
		return NULL;
	if (get_unaligned_le16(from + VERSION) != 0x200) {
		if (rvda < 8192 || rvda + asls < rvda)
			return NULL;
		rvda += asls;
	}
	vbt = host(rvda, rvds);
	if (!vbt || (vbt < from + END && from < vbt + rvds))
		return NULL;
	return is_valid_vbt(vbt, rvds) ? vbt : NULL;
}

struct expected {
	size_t size;		/* 0: no region */
	u8 bytes[END + 65536];
	size_t vbt;		/* offset of the VBT in @bytes, 0: no valid one */
	bool repaired;
	const char *message;	/* its beginning and its end; NULL: none */
	const char *end;
};

static void expect_fields(struct expected *e, const u8 *from, bool has_extended)
{
	u16 version = get_unaligned_le16(from + VERSION);

	put_unaligned_le32(8, e->bytes + SIZE_KIB);
	if (has_extended && version == 0x200)
		version = 0x201;
	put_unaligned_le16(version, e->bytes + VERSION);
	put_unaligned_le64(has_extended ? END : 0, e->bytes + RVDA);
	if (names_vbt(from) && !has_extended)
		put_unaligned_le32(0, e->bytes + RVDS);
	memset(e->bytes + FDSS, 0, FDSS_AND_FDSP);
}

static void expect_checksum(struct expected *e)
{
	u8 *vbt = e->bytes + e->vbt;
	u16 size = get_unaligned_le16(vbt + 24);
	u8 sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += vbt[i];
	e->repaired = sum && size > CHECKSUM;
	if (e->repaired)
		vbt[CHECKSUM] -= sum;
}

static void expect_message(struct expected *e, const u8 *from, bool has_extended)
{
	if (names_vbt(from) && !has_extended) {
		e->message = "Intel IGD: extended VBT left out: ";
		e->end = e->vbt ? "; the VBT in mailbox 4 is used\n" :
				  "; the guest gets no valid VBT\n";
	} else if (!e->vbt) {
		e->message = "Intel IGD: no valid VBT in mailbox 4: ";
		e->end = "\n";
	}
}

static void expect(struct expected *e, u64 asls)
{
	const u8 *from = host(asls, END), *vbt;

	memset(e, 0, sizeof(*e));
	if (!from || memcmp(from, "IntelGraphicsMem", 16)) {
		e->message = "Intel IGD: no OpRegion region: ";
		e->end = "\n";
		return;
	}

	e->size = END;
	memcpy(e->bytes, from, END);
	vbt = extended_vbt(from, asls);
	if (vbt) {
		memcpy(e->bytes + END, vbt, get_unaligned_le32(from + RVDS));
		e->size += get_unaligned_le32(from + RVDS);
		e->vbt = END;
	} else if (is_valid_vbt(from + MAILBOX_4, (from[MAILBOXES] & 1 << 4 ?
						   MAILBOX_5 : END) - MAILBOX_4)) {
		e->vbt = MAILBOX_4;
	}
	expect_fields(e, from, vbt);
	if (e->vbt)
		expect_checksum(e);
	expect_message(e, from, vbt);
}

/* Results of the driver */

static void check_message(const struct expected *e)
{
	size_t length = strlen(said);

	assert(messages == (e->message ? 1 : 0));
	if (!e->message)
		return;
	assert(length > strlen(e->message) + strlen(e->end));
	assert(!strncmp(said, e->message, strlen(e->message)));
	assert(!strcmp(said + length - strlen(e->end), e->end));
}

/* Reads the whole region and one more byte, as a guest does */
static void check_region(struct igd_vfio_pci_core_device *idev,
			 const struct expected *e)
{
	char *bytes = malloc(e->size + 1);
	loff_t pos = 0;

	assert(region_ops && region_size == e->size);
	assert(region_ops->rw(&idev->core_device, bytes, e->size + 1, &pos,
			      false) == (ssize_t)e->size);
	assert(pos == (loff_t)e->size && !memcmp(bytes, e->bytes, e->size));
	assert(region_ops->rw(&idev->core_device, bytes, 1, &pos, false) < 0);
	pos = 0;
	assert(region_ops->rw(&idev->core_device, bytes, 1, &pos, true) < 0);
	free(bytes);
	region_ops->release(&idev->core_device, NULL);
}

static void check_open(struct pci_dev *pdev, const struct expected *e)
{
	struct igd_vfio_pci_core_device idev = { .core_device.pdev = pdev };

	messages = 0;
	region_ops = NULL;
	assert(!igd_opregion_get(&idev));
	assert(!igd_opregion_register(&idev));
	check_message(e);
	if (e->size)
		check_region(&idev, e);
	assert(!idev.opregion && (e->size || !region_ops));
}

/* In a separate buffer, so that accesses beyond the end are detected */
static void check_description(struct pci_dev *pdev, const struct expected *e)
{
	const u8 *vbt = e->bytes + e->vbt;
	char *text = malloc(DESCRIPTION), expected[DESCRIPTION];

	igd_opregion_summarize(pdev, text, DESCRIPTION);
	if (!e->size) {
		assert(!strncmp(text, "no OpRegion (", 13));
		assert(text[strlen(text) - 1] == ')');
		free(text);
		return;
	}
	if (e->vbt)
		snprintf(expected, DESCRIPTION,
			 "OpRegion %u.%u (%zu bytes), VBT %u (%u bytes) %s%s",
			 e->bytes[VERSION + 1], e->bytes[VERSION], e->size,
			 get_unaligned_le16(vbt + 20), get_unaligned_le16(vbt + 24),
			 e->vbt == END ? "extended" : "in mailbox 4",
			 e->repaired ? ", checksum repaired" : "");
	else
		snprintf(expected, DESCRIPTION,
			 "OpRegion %u.%u (%zu bytes), no valid VBT",
			 e->bytes[VERSION + 1], e->bytes[VERSION], e->size);
	assert(!strcmp(text, expected));
	free(text);
}

static void count(const struct expected *e)
{
	shown += e->size > 0;
	extended += e->size > END;
	left_out += e->message && !strncmp(e->message, "Intel IGD: extended", 19);
	repaired += e->repaired;
}

static void report(void)
{
	printf("# count images %lu\n# %lu of them had an OpRegion to show, %lu with an ",
	       images, shown, extended);
	printf("extended VBT, %lu without theirs, %lu with another checksum\n",
	       left_out, repaired);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	return atexit(report);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct expected expected;
	struct pci_dev pdev;

	if (size < HEADER)
		return 0;
	images++;
	pdev.asls = get_unaligned_le32(data);
	memory = data + HEADER;
	memory_size = size - HEADER;

	expect(&expected, pdev.asls);
	count(&expected);
	check_open(&pdev, &expected);
	check_description(&pdev, &expected);
	return 0;
}
