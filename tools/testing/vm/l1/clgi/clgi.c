// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clears the global interrupt flag of the processor that loads it, and leaves it so:
 * nothing interrupts that processor any more, not even an NMI (AMD64 Architecture
 * Programmer's Manual, volume 2, "Global Interrupt Flag"). For "vm-test".
 */
#include <linux/module.h>
#include <linux/preempt.h>

#include <asm/cpufeature.h>
#include <asm/msr.h>

static int __init clgi_init(void)
{
	u64 efer;

	if (!boot_cpu_has(X86_FEATURE_SVM))
		return -ENODEV;
	preempt_disable();
	rdmsrq(MSR_EFER, efer);
	wrmsrq(MSR_EFER, efer | EFER_SVME);
	asm volatile("clgi");
	preempt_enable();
	return 0;
}
module_init(clgi_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A processor that nothing interrupts");
