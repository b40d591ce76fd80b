/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * INT 10h, AH = 4F: VESA BIOS Extension core functions 3.0. There are only
 * linear framebuffers: no windows, no palette, no other stride.
 */

#define VBE_DONE	0x004f
#define VBE_FAILED	0x014f
#define VBE_LINEAR	0x4000		/* in BX of 4F02 and 4F03 */
#define VBE_KEEP	0x8000

vbe_name:
	.asciz	"vfio-pci-igd test video BIOS"
vbe_modes:
	.word	0x112, 0x118, 0xffff

vbe_functions:
	.word	vbe_info, vbe_mode_info, vbe_set_mode, vbe_get_mode
vbe_functions_end:

vbe:
	movw	%ax, %si
	andw	$0xff, %si
	addw	%si, %si
	movw	$VBE_FAILED, FRAME_AX(%bp)
	cmpw	$vbe_functions_end - vbe_functions, %si
	jae	return
	call	*%cs:vbe_functions(%si)
	jc	return
	movw	$VBE_DONE, FRAME_AX(%bp)
	jmp	return

/* block_clear - 256 bytes at ES:DI */
block_clear:
	pushw	%di
	movw	$128, %cx
	xorw	%ax, %ax
	rep stosw
	popw	%di
	ret

vbe_info:
	call	block_clear
	movl	$0x41534556, %es:(%di)		/* "VESA" */
	movw	$0x0300, %es:0x04(%di)
	movw	$vbe_name, %es:0x06(%di)
	movw	%cs, %es:0x08(%di)
	movb	$2, %es:0x0a(%di)		/* not VGA compatible */
	movw	$vbe_modes, %es:0x0e(%di)
	movw	%cs, %es:0x10(%di)
	movw	$GTT_ENTRIES / 16, %es:0x12(%di)	/* in 64 KiB */
	clc
	ret

/* Size and place of red, green, blue and unused bits */
vbe_colours:
	.byte	8, 16, 8, 8, 8, 0, 8, 24

vbe_mode_info:
	movw	%cx, %bx
	call	vbe_find
	jc	1f
	call	block_clear
	/* supported, colour, graphics, linear; no BIOS text, VGA or window */
	movw	$0x00fb, %es:(%di)
	movw	%cs:MODE_WIDTH(%si), %ax
	movw	%ax, %es:0x12(%di)
	shlw	$2, %ax
	movw	%ax, %es:0x10(%di)		/* bytes in a row */
	movw	%ax, %es:0x32(%di)
	movw	%cs:MODE_HEIGHT(%si), %ax
	movw	%ax, %es:0x14(%di)
	movw	$0x1008, %es:0x16(%di)		/* size of a character */
	movl	$0x06012001, %es:0x18(%di)	/* 1 plane of 32 bits, 1 bank, */
	movb	$1, %es:0x1e(%di)		/* direct colour */
	movl	%cs:vbe_colours, %eax
	movl	%eax, %es:0x1f(%di)
	movl	%eax, %es:0x36(%di)
	movl	%cs:vbe_colours + 4, %eax
	movl	%eax, %es:0x23(%di)
	movl	%eax, %es:0x3a(%di)
	movb	$2, %es:0x27(%di)		/* unused bits may be used */
	movl	%cs:gmadr, %eax
	movl	%eax, %es:0x28(%di)
	clc
1:	ret

/* vbe_find - SI = the mode with number BX, none of the text modes */
vbe_find:
	call	mode_find
	jc	1f
	cmpw	$card_mode, %si
1:	ret

vbe_set_mode:
	movb	%bh, %cl
	andb	$VBE_KEEP >> 8, %cl
	movb	%bh, %ch
	andw	$~(VBE_KEEP | VBE_LINEAR), %bx
	call	mode_find
	jc	1f
	cmpw	$card_mode, %si
	jb	2f
	shlb	$2, %ch				/* linear must be requested */
	cmc
	jc	1f
2:	call	mode_set
	clc
1:	ret

vbe_get_mode:
	movzbw	BDA_MODE, %ax
	cmpb	$TEXT_MODE, %al
	jbe	1f
	orw	$VBE_LINEAR | 0x100, %ax
1:	movw	%ax, FRAME_BX(%bp)
	clc
	ret
