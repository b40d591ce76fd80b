// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfio_user_irq.h"

struct vector {
	int eventfd;		/* -1: none */
	bool masked;
	bool pending;		/* raised while masked */
};

struct vfio_user_irqs {
	const uint32_t *counts;
	unsigned int num;
	unsigned int num_vectors;
	struct vector vectors[];	/* those of index 0, of index 1, ... */
};

struct vfio_user_irqs *vfio_user_irqs_new(const uint32_t *counts,
					  unsigned int num)
{
	struct vfio_user_irqs *irqs;
	unsigned int total = 0;

	for (unsigned int i = 0; i < num; i++)
		total += counts[i];
	irqs = calloc(1, sizeof(*irqs) + total * sizeof(irqs->vectors[0]));
	if (!irqs)
		return NULL;
	irqs->counts = counts;
	irqs->num = num;
	irqs->num_vectors = total;
	for (unsigned int i = 0; i < total; i++)
		irqs->vectors[i].eventfd = -1;
	return irqs;
}

static void assign(struct vector *v, int eventfd)
{
	if (v->eventfd >= 0)
		close(v->eventfd);
	*v = (struct vector){ .eventfd = eventfd };
}

void vfio_user_irqs_free(struct vfio_user_irqs *irqs)
{
	if (!irqs)
		return;
	for (unsigned int i = 0; i < irqs->num_vectors; i++)
		assign(&irqs->vectors[i], -1);
	free(irqs);
}

static struct vector *first_vector(struct vfio_user_irqs *irqs,
				   unsigned int index)
{
	struct vector *v = irqs->vectors;

	while (index--)
		v += irqs->counts[index];
	return v;
}

/* As vfio_pci_ioctl_get_irq_info() of linux drivers/vfio/pci/vfio_pci_core.c. */
uint32_t vfio_user_irqs_flags(unsigned int index)
{
	if (index == VFIO_PCI_INTX_IRQ_INDEX)
		return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
		       VFIO_IRQ_INFO_AUTOMASKED;
	return VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
}

/*
 * A client can pass an eventfd whose counter is full; a write to it would block
 * forever. Such an interrupt has been signalled already.
 */
static void signal_eventfd(int eventfd)
{
	struct pollfd pfd = { .fd = eventfd, .events = POLLOUT };
	uint64_t one = 1;

	if (poll(&pfd, 1, 0) == 1 && pfd.revents == POLLOUT &&
	    write(eventfd, &one, sizeof(one)) != sizeof(one))
		perror("vfio-user: eventfd");
}

static void raise_vector(struct vector *v, bool automask)
{
	if (v->masked) {
		v->pending = true;
	} else if (v->eventfd >= 0) {
		v->masked = automask;
		signal_eventfd(v->eventfd);
	}
}

bool vfio_user_irqs_raise(struct vfio_user_irqs *irqs, unsigned int index,
			  unsigned int vector)
{
	struct vector *v;

	if (index >= irqs->num || vector >= irqs->counts[index])
		return false;
	v = first_vector(irqs, index) + vector;
	raise_vector(v, vfio_user_irqs_flags(index) & VFIO_IRQ_INFO_AUTOMASKED);
	return v->eventfd >= 0;
}

/* As in the kernel's vfio-pci, only an eventfd is accepted. */
static bool is_eventfd(int fd)
{
	static const char name[] = "anon_inode:[eventfd]";
	char path[32], target[sizeof(name)];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, target, sizeof(target)) == sizeof(name) - 1 &&
	       !memcmp(target, name, sizeof(name) - 1);
}

/* Exactly one action, exactly one kind of data, and the matching arguments. */
static int check_flags(const struct vfio_user_irq_set *set,
		       unsigned int num_fds)
{
	uint32_t action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	uint32_t data = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	if (set->flags != (action | data) ||
	    __builtin_popcount(action) != 1 || __builtin_popcount(data) != 1)
		return -EINVAL;
	if (num_fds && (data != VFIO_IRQ_SET_DATA_EVENTFD ||
			num_fds != set->count))
		return -EINVAL;
	if (!set->count && (action != VFIO_IRQ_SET_ACTION_TRIGGER ||
			    data != VFIO_IRQ_SET_DATA_NONE || set->start))
		return -EINVAL;
	if (action == VFIO_IRQ_SET_ACTION_TRIGGER)
		return 0;
	/* Mask and unmask eventfds are not supported. */
	if (!(vfio_user_irqs_flags(set->index) & VFIO_IRQ_INFO_MASKABLE) ||
	    data == VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	return 0;
}

static int check_set(const struct vfio_user_irqs *irqs,
		     const struct vfio_user_irq_set *set, const int *fds,
		     unsigned int num_fds)
{
	if (set->index >= irqs->num ||
	    set->start > irqs->counts[set->index] ||
	    set->count > irqs->counts[set->index] - set->start)
		return -EINVAL;
	for (unsigned int i = 0; i < num_fds; i++)
		if (!is_eventfd(fds[i]))
			return -EINVAL;
	return check_flags(set, num_fds);
}

static void act(struct vector *v, uint32_t action, bool automask)
{
	switch (action) {
	case VFIO_IRQ_SET_ACTION_MASK:
		v->masked = true;
		break;
	case VFIO_IRQ_SET_ACTION_UNMASK:
		v->masked = false;
		if (v->pending) {
			v->pending = false;
			raise_vector(v, automask);
		}
		break;
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		raise_vector(v, automask);
		break;
	}
}

int vfio_user_irqs_set(struct vfio_user_irqs *irqs,
		       const struct vfio_user_irq_set *set,
		       const uint8_t *bools, int *fds, unsigned int num_fds)
{
	bool automask = vfio_user_irqs_flags(set->index) &
			VFIO_IRQ_INFO_AUTOMASKED;
	int ret = check_set(irqs, set, fds, num_fds);
	struct vector *v;

	if (ret)
		return ret;
	v = first_vector(irqs, set->index) + set->start;
	/* No vectors: disable the whole index. */
	if (!set->count)
		for (uint32_t i = 0; i < irqs->counts[set->index]; i++)
			assign(&v[i], -1);

	for (uint32_t i = 0; i < set->count; i++) {
		if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
			assign(&v[i], num_fds ? fds[i] : -1);
			if (num_fds)
				fds[i] = -1;
		} else if (set->flags & VFIO_IRQ_SET_DATA_NONE || bools[i]) {
			act(&v[i], set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK,
			    automask);
		}
	}
	return 0;
}
