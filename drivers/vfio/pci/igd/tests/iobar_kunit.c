// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite: BAR4, the index and data ports
 *
 * Two simple machines get the guest's accesses: one directly, the other one
 * through the driver's state machine. After any sequence of accesses each GTT
 * entry in the second machine has to be the relocated 64 bit entry of the
 * first. Otherwise the guest must see no difference. The suite igd_gtt tests
 * the rule of relocation; here the guest maps host stolen memory, or no stolen
 * memory, only.
 */

#include <linux/array_size.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../iobar.h"
#include "suites.h"

#define HOST_BASE	0x7c000000
#define GUEST_BASE	0x10000000
#define BAR5_BASE	0xc8000000	/* where a guest has placed BAR5 */
#define STOLEN_SIZE	SZ_32M
#define BDSM_HIGH	0x5	/* what a guest writes above a 64 bit base */

#define GTT_SIZE	SZ_4K
#define GTT_DWORDS	(GTT_SIZE / 4)

#define SEQUENCES	150	/* for each variant */
#define STEPS		200

/* MMIO registers that exist: the page with BDSM, and around it, too */
static const u32 mmio_offsets[] = {
	0x0, 0x2030, 0x107ffc, 0x108000, 0x108040, 0x1080bc, 0x1080c0,
	0x1080c4, 0x1080c8, 0x108ffc, 0x109000, 0x1ffffc,
};

/* Platforms, and the bits of INDEX that their hardware has */
static const struct variant {
	const char *name;
	enum igd_platform_id id;
	u32 index_bits;
	bool narrow_index;	/* bytes and words can be written to INDEX */
} variants[] = {
	{ "Sandy Bridge", IGD_SNB, SZ_2M - 1, true },
	{ "Haswell, narrow INDEX ignored", IGD_HSW, SZ_2M - 1, false },
	{ "Broadwell", IGD_BDW, SZ_8M - 1, true },
	{ "Skylake, all bits of INDEX", IGD_SKL, U32_MAX, true },
	{ "Coffee Lake, narrow INDEX ignored", IGD_CFL, SZ_8M - 1, false },
	{ "Kaby Lake, few bits of INDEX", IGD_KBL, SZ_2M - 1, true },
	{ "Ice Lake", IGD_ICL, SZ_2M - 1, true },
};

/* INDEX, DATA and the memory behind them */
struct machine {
	const struct variant *variant;
	u32 index;
	u32 gtt[GTT_DWORDS];
	u32 mmio[ARRAY_SIZE(mmio_offsets)];
};

struct bench {
	struct kunit *test;
	struct rnd_state rnd;
	struct igd_host host;
	struct igd_vregs vregs;
	struct igd_iobar bar;
	struct machine hw;	/* behind the driver */
	struct machine bare;	/* without the driver */
	u32 port_accesses;
	u32 gtt_writes;
	u32 gtt_write_width;	/* of the last one */
};

static bool has_gtt_target(const struct variant *variant)
{
	return variant->id < IGD_ICL;
}

static bool aims_at_gtt(const struct machine *machine)
{
	return (machine->index & 3) == 1;
}

static u32 aim(const struct machine *machine)
{
	return machine->index & ~3;
}

static bool aims_at_reserved(const struct machine *machine)
{
	return machine->index & 2;
}

static bool aims_at_page(const struct machine *machine)
{
	return (machine->index & 3) == 0 && aim(machine) / 4096 == 0x108;
}

/* Returns the dword that INDEX points to, NULL if there is none */
static u32 *machine_target(struct machine *machine)
{
	u32 i;

	/* As on some hardware, only bit 0 selects the target */
	if (machine->index & 1) {
		if (!has_gtt_target(machine->variant) ||
		    aim(machine) >= GTT_SIZE)
			return NULL;
		return &machine->gtt[aim(machine) / 4];
	}
	for (i = 0; i < ARRAY_SIZE(mmio_offsets); i++)
		if (aim(machine) == mmio_offsets[i])
			return &machine->mmio[i];
	return NULL;
}

static u32 low_bits(u32 width)
{
	return width == 4 ? U32_MAX : (1u << 8 * width) - 1;
}

static u32 machine_read(struct machine *machine, u32 port, u32 width)
{
	u32 *target = machine_target(machine);

	if (port < 4)
		return machine->index >> 8 * port & low_bits(width);
	if (port == 4 && width == 4 && target)
		return *target;
	return port < 8 ? 0 : low_bits(width);
}

static void machine_write(struct machine *machine, u32 port, u32 width, u32 val)
{
	u32 *target = machine_target(machine);
	u32 mask = low_bits(width) << 8 * (port % 4);

	if (port < 4 && (width == 4 || machine->variant->narrow_index))
		machine->index = ((machine->index & ~mask) |
				  (val << 8 * port & mask)) &
				 machine->variant->index_bits;
	if (port == 4 && width == 4 && target)
		*target = val;
}

/* How the driver reaches the machine behind it */

static struct bench *bench_from_bar(struct igd_iobar *bar)
{
	return container_of(bar, struct bench, bar);
}

static u32 hw_port_read(struct igd_iobar *bar, u32 port, u32 width)
{
	struct bench *bench = bench_from_bar(bar);

	bench->port_accesses++;
	return machine_read(&bench->hw, port, width);
}

static void hw_port_write(struct igd_iobar *bar, u32 port, u32 width, u32 val)
{
	struct bench *bench = bench_from_bar(bar);

	bench->port_accesses++;
	machine_write(&bench->hw, port, width, val);
}

static void check_bar0(struct bench *bench, u32 offset, u32 width)
{
	KUNIT_ASSERT_TRUE(bench->test, bench->bar.use_bar0);
	KUNIT_ASSERT_EQ(bench->test, offset % width, 0);
	KUNIT_ASSERT_LT(bench->test, offset, GTT_SIZE);
}

static u32 hw_gtt_read(struct igd_iobar *bar, u32 offset)
{
	struct bench *bench = bench_from_bar(bar);

	check_bar0(bench, offset, 4);
	return bench->hw.gtt[offset / 4];
}

static void hw_gtt_write(struct igd_iobar *bar, u32 offset, u32 width, u64 val)
{
	struct bench *bench = bench_from_bar(bar);

	check_bar0(bench, offset, width);
	bench->gtt_writes++;
	bench->gtt_write_width = width;
	bench->hw.gtt[offset / 4] = val;
	if (width == 8)
		bench->hw.gtt[offset / 4 + 1] = val >> 32;
}

/* The guest's page, with a different value in each byte */
static u8 page_byte(u32 offset)
{
	return offset * 7 + 3;
}

static u32 hw_page_read(struct igd_iobar *bar, u32 offset, u32 width)
{
	struct bench *bench = bench_from_bar(bar);
	u32 i, val = 0;

	KUNIT_ASSERT_LE(bench->test, offset + width, 4096);
	for (i = 0; i < width; i++)
		val |= page_byte(offset + i) << 8 * i;
	return val;
}

static const struct igd_iobar_ops bench_ops = {
	.port_read	= hw_port_read,
	.port_write	= hw_port_write,
	.gtt_read	= hw_gtt_read,
	.gtt_write	= hw_gtt_write,
	.page_read	= hw_page_read,
};

/* The state after open, with a GTT that was cleared or not */
static void bench_start(struct bench *bench, const struct variant *variant,
			u32 guest, bool cleared)
{
	struct igd_iobar *bar = &bench->bar;
	u32 i;

	memset(&bench->hw, 0, sizeof(bench->hw));
	bench->hw.variant = variant;
	for (i = 0; i < ARRAY_SIZE(mmio_offsets); i++)
		bench->hw.mmio[i] = 0xc0de0000 + i;
	/* The old entries are not valid; some of their high halves are zero */
	for (i = 0; !cleared && i < GTT_DWORDS; i++)
		bench->hw.gtt[i] = prandom_u32_state(&bench->rnd) % 3 << 1;
	bench->bare = bench->hw;

	bench->host.stolen_base = HOST_BASE;
	bench->host.stolen_size = STOLEN_SIZE;
	bench->host.gtt_size = GTT_SIZE;
	bench->vregs.value[IGD_VREG_BDSM] =
		cpu_to_le64(guest | (u64)BDSM_HIGH << 32);
	if (variant->id < IGD_ICL)
		bench->vregs.value[IGD_VREG_BDSM] = cpu_to_le64(guest);
	memset(&bench->vregs.bar5, 0, sizeof(bench->vregs.bar5));
	bench->port_accesses = 0;
	bench->gtt_writes = 0;

	memset(bar, 0, sizeof(*bar));
	bar->ops = &bench_ops;
	bar->platform = igd_platform_get(variant->id);
	bar->host = &bench->host;
	bar->vregs = &bench->vregs;
	bar->name = "kunit";
	bar->use_bar0 = true;
	KUNIT_ASSERT_EQ(bench->test, 0, igd_iobar_init(bar, cleared));
}

static void bench_stop(struct bench *bench)
{
	igd_iobar_destroy(&bench->bar);
}

/* Accesses of a guest, on both machines */

static void guest_write(struct bench *bench, u32 port, u32 width, u32 val)
{
	/* Writes to DATA that would reach the page or a reserved target */
	if (port < 4 || !(aims_at_page(&bench->bare) ||
			  aims_at_reserved(&bench->bare)))
		machine_write(&bench->bare, port, width, val);
	igd_iobar_write(&bench->bar, port, width, val);
}

static u32 guest_base(const struct bench *bench)
{
	return le64_to_cpu(bench->vregs.value[IGD_VREG_BDSM]);
}

/* Expected low half of an entry below 4 GiB */
static u32 relocated(const struct bench *bench, u32 low)
{
	u32 addr = low & ~0xfff;

	if (!(low & 1) || addr < HOST_BASE ||
	    addr - HOST_BASE >= STOLEN_SIZE)
		return low;
	return guest_base(bench) ? low - HOST_BASE + guest_base(bench) : 0;
}

/* Expected dword @i of the GTT in the hardware */
static u32 expected_gtt(const struct bench *bench, u32 i)
{
	u32 val = bench->bare.gtt[i];

	if (bench->bar.platform->pte_size == 4)
		return relocated(bench, val);
	if (i % 2 || bench->bare.gtt[i + 1])
		return val;
	return relocated(bench, val);
}

static u32 expected_read(struct bench *bench, u32 port, u32 width)
{
	struct machine *bare = &bench->bare;

	if (port >= 4 && port < 8 && aims_at_reserved(bare))
		return 0;
	if (port >= 4 && port < 8 && aims_at_page(bare))
		return hw_page_read(&bench->bar, aim(bare) % 4096 + port - 4,
				    width);
	if (port == 4 && width == 4 && aims_at_gtt(bare) &&
	    machine_target(bare))
		return expected_gtt(bench, aim(bare) / 4);
	return machine_read(bare, port, width);
}

static void guest_read(struct bench *bench, u32 port, u32 width)
{
	u32 expected = expected_read(bench, port, width);

	KUNIT_ASSERT_EQ_MSG(bench->test,
			    igd_iobar_read(&bench->bar, port, width), expected,
			    "%s: port %u, width %u, INDEX %#x",
			    bench->hw.variant->name, port, width,
			    bench->bare.index);
}

static void check_gtt(struct bench *bench, u32 first, u32 last)
{
	u32 i;

	for (i = first; i <= last; i++)
		KUNIT_ASSERT_EQ_MSG(bench->test, bench->hw.gtt[i],
				    expected_gtt(bench, i), "%s: GTT dword %u",
				    bench->hw.variant->name, i);
}

static void check_hardware(struct bench *bench)
{
	u32 i;

	check_gtt(bench, 0, GTT_DWORDS - 1);
	for (i = 0; i < ARRAY_SIZE(mmio_offsets); i++)
		KUNIT_ASSERT_EQ_MSG(bench->test, bench->hw.mmio[i],
				    bench->bare.mmio[i], "%s: register %#x",
				    bench->hw.variant->name, mmio_offsets[i]);
}

/* Random guests */

static u32 pick(struct bench *bench, u32 number)
{
	return prandom_u32_state(&bench->rnd) % number;
}

static u32 some_index(struct bench *bench)
{
	/* Few entries, so that their halves meet */
	switch (pick(bench, 8)) {
	case 0:
		return mmio_offsets[pick(bench, ARRAY_SIZE(mmio_offsets))];
	case 1:
		return GTT_SIZE - 8 + 4 * pick(bench, 4) + 1;
	case 2:
		return prandom_u32_state(&bench->rnd);
	case 3:
		/* Some hardware has the bits above, some has not */
		return (4 * pick(bench, 8) + 1) | pick(bench, 4) << 21;
	case 4:
		/* The reserved targets */
		return (pick(bench, 2) ? 4 * pick(bench, 8) :
			mmio_offsets[pick(bench, ARRAY_SIZE(mmio_offsets))]) |
		       2 | pick(bench, 2);
	default:
		return 4 * pick(bench, 8) + 1;
	}
}

static u32 some_entry(struct bench *bench)
{
	u32 flags = pick(bench, 2) ? 1 : pick(bench, 16);

	switch (pick(bench, 8)) {
	case 0:
		return pick(bench, 4);
	case 1:
		return GUEST_BASE + pick(bench, STOLEN_SIZE) / 4096 * 4096 +
		       flags;
	case 2:
		return 0x50000000 + pick(bench, SZ_64M);
	case 3:
	case 4:
		return 0;
	default:
		/* Also just below and above host stolen memory */
		return HOST_BASE - SZ_1M +
		       pick(bench, STOLEN_SIZE + SZ_2M) / 4096 * 4096 + flags;
	}
}

static void narrow_access(struct bench *bench)
{
	u32 width = 1 << pick(bench, 2);
	u32 port = pick(bench, 12 / width) * width;

	if (pick(bench, 2))
		guest_read(bench, port, width);
	else
		guest_write(bench, port, width, prandom_u32_state(&bench->rnd));
}

/* A reset, which the guest knows; or a suspend of the host, which it does not */
static void lose_index(struct bench *bench)
{
	bench->hw.index = 0;
	if (pick(bench, 2)) {
		bench->bare.index = 0;
		igd_iobar_reset(&bench->bar);
	}
}

static void random_step(struct bench *bench)
{
	switch (pick(bench, 32)) {
	case 0 ... 9:
		guest_write(bench, 0, 4, some_index(bench));
		break;
	case 10:
		guest_read(bench, 0, 4);
		break;
	case 11 ... 13:
		guest_read(bench, 4, 4);
		break;
	case 14 ... 15:
		narrow_access(bench);
		break;
	case 16:
		bench->bar.use_bar0 = !bench->bar.use_bar0;
		break;
	case 17:
		lose_index(bench);
		break;
	default:
		guest_write(bench, 4, 4, some_entry(bench));
	}
}

static void igd_iobar_random(struct kunit *test)
{
	struct bench *bench = test->priv;
	u32 i, step;

	for (i = 0; i < SEQUENCES * ARRAY_SIZE(variants); i++) {
		bench_start(bench, &variants[i % ARRAY_SIZE(variants)],
			    pick(bench, 4) ? GUEST_BASE : 0, pick(bench, 4));
		for (step = 0; step < STEPS; step++)
			random_step(bench);
		guest_read(bench, 0, 4);
		check_hardware(bench);
		bench_stop(bench);
	}
}

/* All sequences of four writes to the halves of one 8 byte entry */
static void igd_iobar_halves(struct kunit *test)
{
	static const u32 lows[] = { 0, HOST_BASE + 1, 0x50000001, HOST_BASE };
	struct bench *bench = test->priv;
	u32 sequence, step, what, cleared;

	for (cleared = 0; cleared < 2; cleared++) {
		for (sequence = 0; sequence < 8 * 8 * 8 * 8; sequence++) {
			bench_start(bench, &variants[2], GUEST_BASE, cleared);
			for (step = 0; step < 4; step++) {
				what = sequence >> 3 * step & 7;
				if (what < 4) {
					guest_write(bench, 0, 4, 0x11);
					guest_write(bench, 4, 4, lows[what]);
				} else {
					guest_write(bench, 0, 4, 0x15);
					guest_write(bench, 4, 4, what - 4);
				}
				check_gtt(bench, 4, 5);
			}
			bench_stop(bench);
		}
	}
}

/*
 * G is the place of BAR5, which has less stolen memory than the host. The guest
 * has no memory of its own where the rest of the host's would be, so an entry
 * that would be moved there is cleared. One that needs no move is the guest's
 * own business, and so is any of a guest that has written BDSM.
 */
static u32 expected_with_bar5(u32 stolen, u32 own, u32 low)
{
	u32 base = own ?: BAR5_BASE, addr = low & ~0xfff;

	if (addr < HOST_BASE || addr >= HOST_BASE + STOLEN_SIZE)
		return low;	/* including what is at BAR5 already */
	if (!own && stolen && addr >= HOST_BASE + stolen)
		return 0;
	return stolen || own ? low - HOST_BASE + base : 0;
}

static void check_with_bar5(struct bench *bench, u32 i, u32 stolen, u32 own,
			    u32 low)
{
	struct igd_iobar_stats *stats = &bench->bar.stats;
	u32 expected;

	bench_start(bench, &variants[i], own, true);
	igd_bar5_set(&bench->vregs.bar5, stolen, SZ_8K, 0);
	bench->vregs.value[IGD_VREG_BAR5] = cpu_to_le64(BAR5_BASE);
	bench->vregs.bar5_decodes = true;

	/* An entry that no base's linear mapping has */
	guest_write(bench, 0, 4, 0x21);
	guest_write(bench, 4, 4, low);
	expected = expected_with_bar5(stolen, own, low);
	KUNIT_ASSERT_EQ_MSG(bench->test, bench->hw.gtt[8], expected,
			    "%s: %#x, BAR5 has %#x, BDSM %#x",
			    variants[i].name, low, stolen, own);
	KUNIT_ASSERT_EQ(bench->test, stats->verdict[IGD_GTT_BLOCKED],
			expected == 0);

	/* With 8 bytes, what was cleared comes back with a high half */
	if (bench->bar.platform->pte_size == 8) {
		guest_write(bench, 0, 4, 0x25);
		guest_write(bench, 4, 4, 1);
		KUNIT_ASSERT_EQ(bench->test, bench->hw.gtt[8], low);
	}
	bench_stop(bench);
}

static void igd_iobar_beyond_bar5(struct kunit *test)
{
	static const u32 stolen[] = { 0, SZ_4M, SZ_16M, STOLEN_SIZE };
	static const u32 own[] = { 0, GUEST_BASE };
	struct bench *bench = test->priv;
	u32 i, j, k, at;

	for (i = 0; i < ARRAY_SIZE(variants); i++) {
		if (!has_gtt_target(&variants[i]))
			continue;
		for (j = 0; j < ARRAY_SIZE(stolen); j++) {
			for (k = 0; k < ARRAY_SIZE(own); k++) {
				for (at = 0; at < STOLEN_SIZE; at += SZ_1M)
					check_with_bar5(bench, i, stolen[j],
							own[k],
							HOST_BASE + at + 1);
				/* The page in front of each end */
				check_with_bar5(bench, i, stolen[j], own[k],
						HOST_BASE + stolen[j] - 4095);
				check_with_bar5(bench, i, stolen[j], own[k],
						HOST_BASE + STOLEN_SIZE - 4095);
				/* What the guest has moved itself */
				check_with_bar5(bench, i, stolen[j], own[k],
						BAR5_BASE + SZ_4M + 1);
				check_with_bar5(bench, i, stolen[j], own[k],
						BAR5_BASE + SZ_16M + 4097);
			}
		}
	}
}

/* A video BIOS fills the GTT with one posted write per entry */
static void igd_iobar_posted(struct kunit *test)
{
	struct bench *bench = test->priv;
	u32 i, entry, entries, size;

	for (i = 0; i < ARRAY_SIZE(variants); i++) {
		if (!has_gtt_target(&variants[i]))
			continue;
		bench_start(bench, &variants[i], GUEST_BASE, true);
		size = bench->bar.platform->pte_size;
		entries = GTT_SIZE / size;
		for (entry = 0; entry < entries; entry++) {
			guest_write(bench, 0, 4, entry * size + 1);
			guest_write(bench, 4, 4, HOST_BASE + entry * 4096 + 1);
			KUNIT_ASSERT_EQ(test, bench->gtt_write_width, size);
			if (size == 4)
				continue;
			guest_write(bench, 0, 4, entry * size + 5);
			guest_write(bench, 4, 4, 0);
		}
		KUNIT_EXPECT_EQ(test, bench->gtt_writes, entries);
		KUNIT_EXPECT_EQ(test, bench->port_accesses, 0);
		KUNIT_EXPECT_EQ(test, entries,
				bench->bar.stats.verdict[IGD_GTT_RELOCATED]);
		check_hardware(bench);
		bench_stop(bench);
	}
}

/* Only a high half directly after its low half may be omitted */
static void igd_iobar_high_half(struct kunit *test)
{
	struct bench *bench = test->priv;
	u32 between;

	for (between = 0; between < 5; between++) {
		bench_start(bench, &variants[2], GUEST_BASE, true);
		guest_write(bench, 0, 4, 9);
		guest_write(bench, 4, 4, HOST_BASE + 1);
		/* Through BAR0, which the driver does not see */
		bench->hw.gtt[3] = 7;
		switch (between) {
		case 0:
			guest_read(bench, 0, 4);
			break;
		case 1:
			guest_write(bench, 0, 4, 0x2030);
			guest_write(bench, 4, 4, 1);
			break;
		case 2:
			guest_write(bench, 0, 4, 0x11);
			guest_write(bench, 4, 4, HOST_BASE + 1);
			break;
		case 3:
			guest_write(bench, 4, 1, 1);
			break;
		case 4:
			igd_iobar_reset(&bench->bar);
			break;
		}
		guest_write(bench, 0, 4, 13);
		guest_write(bench, 4, 4, 0);
		KUNIT_EXPECT_EQ_MSG(test, bench->hw.gtt[3], 0, "case %u",
				    between);
		bench_stop(bench);
	}
}

/* INDEX is sent before each DATA access through the ports, and only then */
static void igd_iobar_index_is_sent(struct kunit *test)
{
	struct bench *bench = test->priv;

	bench_start(bench, &variants[0], GUEST_BASE, true);
	guest_write(bench, 0, 4, 0x2030);
	KUNIT_EXPECT_EQ(test, bench->port_accesses, 0);
	guest_write(bench, 4, 4, 1);
	guest_read(bench, 4, 4);
	KUNIT_EXPECT_EQ(test, bench->port_accesses, 4);

	/* The driver is not notified */
	bench->hw.index = 0;
	guest_write(bench, 4, 4, 2);
	KUNIT_EXPECT_EQ(test, bench->hw.mmio[1], 2);
	KUNIT_EXPECT_EQ(test, bench->hw.mmio[0], bench->bare.mmio[0]);
	bench_stop(bench);
}

/* The hardware never gets a reserved target */
static void igd_iobar_reserved_targets(struct kunit *test)
{
	struct bench *bench = test->priv;
	u32 i, target, width;

	for (i = 0; i < ARRAY_SIZE(variants); i++) {
		bench_start(bench, &variants[i], GUEST_BASE, true);
		for (target = 2; target < 4; target++) {
			guest_write(bench, 0, 4, 0x1080c0 | target);
			for (width = 1; width <= 4; width *= 2) {
				guest_read(bench, 4, width);
				guest_write(bench, 4, width, HOST_BASE + 1);
			}
			guest_write(bench, 0, 4, 0x20 | target);
			guest_write(bench, 4, 4, HOST_BASE + 1);
		}
		KUNIT_EXPECT_EQ(test, bench->port_accesses, 0);
		KUNIT_EXPECT_EQ(test, bench->gtt_writes, 0);
		check_hardware(bench);
		bench_stop(bench);
	}
}

/* Counters; the driver warns about some of them */
static void igd_iobar_stats(struct kunit *test)
{
	static const struct {
		u32 guest, low;
		enum igd_gtt_verdict verdict;
	} cases[] = {
		{ GUEST_BASE, HOST_BASE, IGD_GTT_INVALID },
		{ GUEST_BASE, 0x50000001, IGD_GTT_PASSED },
		{ GUEST_BASE, HOST_BASE + 1, IGD_GTT_RELOCATED },
		{ 0, HOST_BASE + 1, IGD_GTT_BLOCKED },
		{ HOST_BASE + SZ_1M, HOST_BASE + SZ_4M + 1, IGD_GTT_AMBIGUOUS },
	};
	struct bench *bench = test->priv;
	struct igd_iobar_stats *stats = &bench->bar.stats;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bench_start(bench, &variants[2], cases[i].guest, true);
		KUNIT_EXPECT_EQ(test, stats->undone, 0);
		guest_write(bench, 0, 4, 9);
		guest_write(bench, 4, 4, cases[i].low);
		for (j = 0; j < IGD_GTT_VERDICTS; j++)
			KUNIT_EXPECT_EQ(test, stats->verdict[j],
					j == cases[i].verdict);

		guest_write(bench, 0, 4, 13);
		guest_write(bench, 4, 4, 1);
		KUNIT_EXPECT_EQ(test, stats->undone,
				cases[i].verdict == IGD_GTT_RELOCATED ||
				cases[i].verdict == IGD_GTT_BLOCKED);
		bench_stop(bench);
	}
}

static int igd_iobar_suite_init(struct kunit *test)
{
	struct bench *bench = kunit_kzalloc(test, sizeof(*bench), GFP_KERNEL);

	if (!bench)
		return -ENOMEM;

	bench->test = test;
	prandom_seed_state(&bench->rnd, 4);
	test->priv = bench;
	return 0;
}

static struct kunit_case igd_iobar_cases[] = {
	KUNIT_CASE(igd_iobar_halves),
	KUNIT_CASE(igd_iobar_random),
	KUNIT_CASE(igd_iobar_beyond_bar5),
	KUNIT_CASE(igd_iobar_posted),
	KUNIT_CASE(igd_iobar_high_half),
	KUNIT_CASE(igd_iobar_index_is_sent),
	KUNIT_CASE(igd_iobar_reserved_targets),
	KUNIT_CASE(igd_iobar_stats),
	{}
};

struct kunit_suite igd_iobar_suite = {
	.name = "igd_iobar",
	.init = igd_iobar_suite_init,
	.test_cases = igd_iobar_cases,
};
