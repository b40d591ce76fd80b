/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for the debug console of QEMU, port 0x402 */

#define DEBUG_CONSOLE	0x402

/* log - the string at CS:SI goes there */
log:
	pushw	%dx
	pushw	%ax
	movw	$DEBUG_CONSOLE, %dx
1:	lodsb	%cs:(%si), %al
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
2:	popw	%ax
	popw	%dx
	ret

/* log_hex - EAX, as eight digits and a line feed */
log_hex:
	pushal
	movl	%eax, %ebx
	movw	$8, %cx
	movw	$DEBUG_CONSOLE, %dx
1:	roll	$4, %ebx
	movb	%bl, %al
	andb	$15, %al
	cmpb	$10, %al
	sbbb	$0x69, %al		/* 0-9: 96..9f, a-f: a1..a6, and ... */
	das				/* ... after this the digit's letter */
	outb	%al, %dx
	loop	1b
	movb	$'\n', %al
	outb	%al, %dx
	popal
	ret
