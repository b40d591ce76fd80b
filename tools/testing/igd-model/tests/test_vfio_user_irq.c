// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vfio_client.h"

#define TRIGGER_NONE	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE)
#define TRIGGER_BOOL	(VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_BOOL)
#define MASK_NONE	(VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_NONE)
#define UNMASK_NONE	(VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE)

static int set_irqs(struct fixture *f, uint32_t flags, uint32_t index,
		    uint32_t start, uint32_t count, const int *fds,
		    unsigned int num_fds)
{
	struct vfio_user_irq_set set = { 20, flags, index, start, count };

	return call_fds(f, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), NULL,
			0, fds, num_fds);
}

static int trigger_bool(struct fixture *f, uint32_t index, uint32_t start,
			uint32_t count, const uint8_t *bools, size_t size)
{
	struct vfio_user_irq_set set = { 20, TRIGGER_BOOL, index, start, count };
	uint8_t payload[64];

	memcpy(payload, &set, 20);
	memcpy(payload + 20, bools, size);
	return call(f, VFIO_USER_DEVICE_SET_IRQS, payload, 20 + size, NULL, 0);
}

/* The number of signals since the last call. */
static uint64_t signals(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

static void test_irq_signals_its_eventfd(void **state)
{
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_false(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(vfio_user_irq(f->vu, 1, i));
		for (unsigned int j = 0; j < 4; j++)
			assert_int_equal(signals(fds[j]), i == j);
	}
	assert_false(vfio_user_irq(f->vu, 0, 0));
	assert_false(vfio_user_irq(f->vu, 1, 4));
	assert_false(vfio_user_irq(f->vu, 2, 0));
	assert_false(vfio_user_irq(f->vu, 3, 0));
	assert_false(vfio_user_irq(f->vu, UINT32_MAX, UINT32_MAX));
	close_fds(fds, 4);
}

static void test_irq_unassigned(void **state)
{
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	/* No descriptors: removes those of the range. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 1, 2, NULL, 0), 0);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_false(vfio_user_irq(f->vu, 1, 1));
	assert_false(vfio_user_irq(f->vu, 1, 2));
	assert_true(vfio_user_irq(f->vu, 1, 3));
	assert_int_equal(signals(fds[1]) + signals(fds[2]), 0);
	/* A new one replaces the old one. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 3, 1, &fds[1], 1), 0);
	assert_true(vfio_user_irq(f->vu, 1, 3));
	assert_int_equal(signals(fds[1]), 1);
	assert_int_equal(signals(fds[3]), 1);
	/* Count 0: disables the whole index. */
	assert_int_equal(set_irqs(f, TRIGGER_NONE, 1, 0, 0, NULL, 0), 0);
	for (unsigned int i = 0; i < 4; i++)
		assert_false(vfio_user_irq(f->vu, 1, i));
	close_fds(fds, 4);
}

static void test_irq_triggered_by_the_client(void **state)
{
	static const uint8_t bools[] = { 1, 0, 1 };
	struct fixture *f = *state;
	int fds[4];

	open_eventfds(fds, 4);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 4, fds, 4), 0);
	assert_int_equal(set_irqs(f, TRIGGER_NONE, 1, 2, 2, NULL, 0), 0);
	assert_int_equal(signals(fds[0]) + signals(fds[1]), 0);
	assert_int_equal(signals(fds[2]), 1);
	assert_int_equal(signals(fds[3]), 1);
	assert_int_equal(trigger_bool(f, 1, 1, 3, bools, 3), 0);
	assert_int_equal(signals(fds[0]) + signals(fds[2]), 0);
	assert_int_equal(signals(fds[1]), 1);
	assert_int_equal(signals(fds[3]), 1);
	assert_int_equal(trigger_bool(f, 1, 0, 3, bools, 2), -EINVAL);
	assert_int_equal(trigger_bool(f, 1, 0, 2, bools, 3), -EINVAL);
	assert_int_equal(signals(fds[0]), 0);
	close_fds(fds, 4);
}

static void test_intx_masks_itself(void **state)
{
	struct fixture *f = *state;
	int fd;

	open_eventfds(&fd, 1);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 0, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 1);
	assert_int_equal(set_irqs(f, UNMASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_int_equal(signals(fd), 1);
	/* No interrupt since then: no signal. */
	assert_int_equal(set_irqs(f, UNMASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_int_equal(signals(fd), 0);
	assert_int_equal(set_irqs(f, MASK_NONE, 0, 0, 1, NULL, 0), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 0);
	/* A new eventfd starts afresh. */
	assert_int_equal(set_irqs(f, TRIGGER_FD, 0, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 0, 0));
	assert_int_equal(signals(fd), 1);
	close(fd);
}

static void test_irq_malformed(void **state)
{
	static const struct {
		int error;
		uint32_t flags, index, start, count;
		unsigned int num_fds;
	} bad[] = {
		{ -EINVAL, TRIGGER_FD, 3, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, UINT32_MAX, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 2, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 4, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 5, 5 },
		{ -EINVAL, TRIGGER_FD, 1, 3, 2, 2 },
		{ -EINVAL, TRIGGER_FD, 1, 1, UINT32_MAX, 0 },
		{ -EINVAL, TRIGGER_FD, 1, UINT32_MAX, 1, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 2, 1 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 1, 2 },
		{ -EINVAL, TRIGGER_FD, 1, 0, 0, 0 },
		{ -EINVAL, TRIGGER_NONE, 1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_NONE, 1, 1, 0, 0 },
		{ -EINVAL, TRIGGER_NONE | VFIO_IRQ_SET_DATA_EVENTFD,
		  1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD | VFIO_IRQ_SET_ACTION_MASK, 1, 0, 1, 1 },
		{ -EINVAL, VFIO_IRQ_SET_ACTION_TRIGGER, 1, 0, 1, 0 },
		{ -EINVAL, VFIO_IRQ_SET_DATA_EVENTFD, 1, 0, 1, 1 },
		{ -EINVAL, TRIGGER_FD | 1 << 6, 1, 0, 1, 1 },
		{ -EINVAL, MASK_NONE, 0, 0, 0, 0 },
		{ -ENOTTY, MASK_NONE, 1, 0, 1, 0 },
		{ -ENOTTY, UNMASK_NONE, 1, 0, 1, 0 },
		{ -ENOTTY, VFIO_IRQ_SET_ACTION_UNMASK |
		  VFIO_IRQ_SET_DATA_EVENTFD, 0, 0, 1, 1 },
	};
	struct vfio_user_irq_set short_argsz = { 19, TRIGGER_FD, 1, 0, 1 };
	struct fixture *f = *state;
	int fds[5];

	open_eventfds(fds, 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set_irqs(f, bad[i].flags, bad[i].index,
					  bad[i].start, bad[i].count, fds,
					  bad[i].num_fds), bad[i].error);
	assert_int_equal(call_fds(f, VFIO_USER_DEVICE_SET_IRQS, &short_argsz,
				  20, NULL, 0, fds, 1), -EINVAL);
	for (unsigned int i = 0; i < 5; i++)
		assert_false(vfio_user_irq(f->vu, i / 4, i % 4));
	close_fds(fds, 5);
}

static void test_irq_that_is_no_eventfd(void **state)
{
	struct fixture *f = *state;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 1, &fds[1], 1), -EINVAL);
	assert_false(vfio_user_irq(f->vu, 1, 0));
	close_fds(fds, 2);
}

/* The write would block: it must not block the model. */
static void test_irq_with_a_full_counter(void **state)
{
	struct fixture *f = *state;
	uint64_t most = UINT64_MAX - 1;
	int fd = eventfd(0, 0);

	assert_int_equal(write(fd, &most, sizeof(most)), sizeof(most));
	assert_int_equal(set_irqs(f, TRIGGER_FD, 1, 0, 1, &fd, 1), 0);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(signals(fd), most);
	assert_true(vfio_user_irq(f->vu, 1, 0));
	assert_int_equal(signals(fd), 1);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_irq_signals_its_eventfd),
		TEST(test_irq_unassigned),
		TEST(test_irq_triggered_by_the_client),
		TEST(test_intx_masks_itself),
		TEST(test_irq_malformed),
		TEST(test_irq_that_is_no_eventfd),
		TEST(test_irq_with_a_full_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
