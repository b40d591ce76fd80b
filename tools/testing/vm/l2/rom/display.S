/* SPDX-License-Identifier: GPL-2.0-only */
/* Modes and the test card: the primary plane of pipe A. */

/*
 * linux drivers/gpu/drm/i915/display/: intel_display_regs.h, i9xx_plane_regs.h
 * and, from Skylake on, skl_universal_plane_regs.h
 */
#define PIPEASRC	0x6001c
#define DSPACNTR	0x70180		/* PLANE_CTL */
#define DSPASTRIDE	0x70188		/* PLANE_STRIDE */
#define PLANE_POS	0x7018c
#define PLANE_SIZE	0x70190
#define DSPASURF	0x7019c		/* PLANE_SURF: latches the others */
#define DSPATILEOFF	0x701a4		/* PLANE_OFFSET */

#define DISP_BGRX888	(1 << 31 | 6 << 26)
#define PLANE_CTL_XRGB	(1 << 31 | 4 << 24)

/* Number, width, height. Text has the size that 80 x 25 characters need. */
#define MODE_WIDTH	2
#define MODE_HEIGHT	4
#define MODE_BYTES	6
modes:
	.word	TEXT_MODE, 640, 400
card_mode:
	.word	0x112, 640, 480
	.word	0x118, 1024, 768
modes_end:

/* mode_find - SI = the mode with number BX; carry if there is none */
mode_find:
	movw	$modes, %si
1:	cmpw	%bx, %cs:(%si)
	je	2f			/* with carry clear */
	addw	$MODE_BYTES, %si
	cmpw	$modes_end, %si
	jb	1b
	stc
2:	ret

/* mode_set - sets mode SI; clears the picture unless CL is not 0 */
mode_set:
	pushal
	call	flat_es
	movb	%cs:(%si), %al
	movb	%al, BDA_MODE
	movw	%cs:MODE_WIDTH(%si), %ax
	shrw	$3, %ax
	movw	%ax, BDA_COLUMNS
	movw	%cs:MODE_HEIGHT(%si), %ax
	shrw	$4, %ax
	decw	%ax
	movb	%al, BDA_ROWS
	movw	$16, BDA_HEIGHT
	movw	$0x0607, BDA_SHAPE
	movw	$0, BDA_CURSOR
	testb	%cl, %cl
	jnz	1f
	call	screen_clear
1:	call	plane_show
	popal
	ret

/* plane_show - the framebuffer, in mode SI */
plane_show:
	movl	$DSPATILEOFF, %eax
	xorl	%ecx, %ecx
	call	register_write
	movw	%cs:MODE_WIDTH(%si), %cx
	decw	%cx
	shll	$16, %ecx
	movw	%cs:MODE_HEIGHT(%si), %cx
	decw	%cx
	movl	$PIPEASRC, %eax
	call	register_write

	movzwl	%cs:MODE_WIDTH(%si), %edi
	shll	$2, %edi		/* bytes in a row */
	movl	$DISP_BGRX888, %ebx
	testb	$UNIVERSAL, %cs:features
	jz	1f
	roll	$16, %ecx		/* here height is the upper half */
	movl	$PLANE_SIZE, %eax
	call	register_write
	xorl	%ecx, %ecx
	movl	$PLANE_POS, %eax
	call	register_write
	shrl	$6, %edi		/* in units of 64 bytes */
	movl	$PLANE_CTL_XRGB, %ebx
1:	movl	%edi, %ecx
	movl	$DSPASTRIDE, %eax
	call	register_write
	movl	%ebx, %ecx
	movl	$DSPACNTR, %eax
	call	register_write
	xorl	%ecx, %ecx
	movl	$DSPASURF, %eax
	jmp	register_write

/* screen_pixels - ECX = pixels of all rows of text, EDI = address of the first */
screen_pixels:
	movzbl	BDA_ROWS, %ecx
	incw	%cx
	imulw	BDA_COLUMNS, %cx
	shll	$7, %ecx		/* 8 x 16 a character */
	movl	%cs:gmadr, %edi
	ret

/* screen_clear - to black; ES as after flat_es */
screen_clear:
	call	screen_pixels
	xorl	%eax, %eax
	rep stosl %eax, %es:(%edi)
	ret

/*
 * Seven bars of these colours. They get darker from top to bottom, and start again
 * every 256 rows.
 */
bars:
	.long	0xffffff, 0xffff00, 0x00ffff, 0x00ff00
	.long	0xff00ff, 0xff0000, 0x0000ff
bars_end:

card_text:
	.asciz	"igd-vbios: test card, columns of text 0x"

/*
 * card_draw - set pixel (x, y) to 010101 * (255 - y % 256) & the bar's colour; a bar
 * has an eighth of the width. Pixels in the last eighth are (x ^ y) << 14, where all
 * rows differ.
 */
card_draw:
	pushal
	call	flat_es
	movl	%cs:gmadr, %edi
	xorl	%edx, %edx		/* y */
1:	movzbl	%dl, %eax
	xorb	$0xff, %al
	imull	$0x010101, %eax, %ebx
	movw	$bars, %si
2:	movl	%cs:(%si), %eax
	andl	%ebx, %eax
	movzwl	BDA_COLUMNS, %ecx	/* an eighth of the width */
	rep stosl %eax, %es:(%edi)
	addw	$4, %si
	cmpw	$bars_end, %si
	jb	2b

	movzwl	BDA_COLUMNS, %ebx	/* x, from here up to 8 of these */
	imulw	$7, %bx
	movw	BDA_COLUMNS, %cx
3:	movl	%ebx, %eax
	xorw	%dx, %ax
	shll	$14, %eax
	stosl	%eax, %es:(%edi)
	incw	%bx
	loop	3b

	incw	%dx
	movzbw	BDA_ROWS, %ax
	incw	%ax
	shlw	$4, %ax
	cmpw	%ax, %dx
	jb	1b
	movw	$card_text, %si
	call	log
	movzwl	BDA_COLUMNS, %eax
	call	log_hex
	popal
	ret
