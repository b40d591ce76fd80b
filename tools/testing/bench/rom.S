/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A benchmark video BIOS. It measures writes of 256 and 2048 GTT entries, 1000 reads
 * of BDSM, and exits. It writes "bench: ready" and the results to QEMU's debug
 * console, port 0x402. Before each measurement it waits, so that KVM's counters can
 * be read.
 */
	.code16
	.text

#define READS		1000
#define EXITS		1000
#define PIC_MASK	0x21
#define POST_CODE	0x80
#define BDSM_MIRROR	0x1080c0

#include "header.S"

#include "log.S"
#include "device.S"

/* linger - for 2^32 cycles, between 1 and 2 seconds; changes EAX, EBX and EDX */
linger:
	rdtsc
	leal	1(%edx), %ebx
	pushl	%eax
1:	rdtsc
	cmpl	%ebx, %edx
	jb	1b
	popl	%ebx
2:	rdtsc
	cmpl	%ebx, %eax
	jb	2b
	ret

/* entries - SI entries of the GTT, as a video BIOS with a cached base does */
entries:
	movl	%cs:stolen_base, %ecx
	orb	$PTE_VALID, %cl
	jmp	gtt_fill

/* reads - SI reads of BDSM in the page of BAR0 that repeats it */
reads:
	movl	%cs:gttmmadr, %edi
1:	movl	%es:BDSM_MIRROR(%edi), %eax
	decw	%si
	jnz	1b
	ret

/*
 * exits_kernel, exits_user - SI exits that KVM handles by itself, as it emulates the
 * interrupt controller, and SI exits to the VMM: QEMU's POST code port
 */
exits_kernel:
	inb	$PIC_MASK, %al
1:	outb	%al, $PIC_MASK
	decw	%si
	jnz	1b
	ret

exits_user:
	outb	%al, $POST_CODE
	decw	%si
	jnz	exits_user
	ret

/* measure - run the routine at BP with SI, and log its cycles / 1024 */
measure:
	call	linger
	rdtsc
	pushl	%edx
	pushl	%eax
	call	*%bp
	rdtsc
	popl	%ebx
	subl	%ebx, %eax
	popl	%ebx
	sbbl	%ebx, %edx
	shrdl	$10, %edx, %eax
	pushl	%eax
	call	linger
	popl	%eax
	movw	$cycles_text, %si
	call	log
	jmp	log_hex

cycles_text:
	.asciz	"bench: 0x"
ready_text:
	.asciz	"bench: ready\n"

post:
	pushf
	cli
	cld
	pushw	%ds
	pushw	%es
	pushal
	call	device_find
	movw	$DEVFN << 8 | PCI_BAR0, %ax
	call	pci_read
	andb	$0xf0, %al
	movl	%eax, %cs:gttmmadr
	call	flat_es
	movw	$ready_text, %si
	call	log

	movw	$256, %si
	movw	$entries, %bp
	call	measure
	movw	$2048, %si
	movw	$entries, %bp
	call	measure
	movw	$READS, %si
	movw	$reads, %bp
	call	measure
	movw	$EXITS, %si
	movw	$exits_kernel, %bp
	call	measure
	movw	$EXITS, %si
	movw	$exits_user, %bp
	call	measure
	call	linger
	popal
	popw	%es
	popw	%ds
	popf
	lret

rom_end:
