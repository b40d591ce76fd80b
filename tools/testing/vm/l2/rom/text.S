/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * INT 10h, AH = 00 to 13: text in characters of 8 x 16 pixels. The picture is never
 * read, as reads through the aperture are slow. So there is no scrolling: a full
 * screen is cleared instead, and cells read as blank.
 */

/* The assembler has no '\a'. */
#define BEL		7

/* IBM's colours */
palette:
	.long	0x000000, 0x0000aa, 0x00aa00, 0x00aaaa
	.long	0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa
	.long	0x555555, 0x5555ff, 0x55ff55, 0x55ffff
	.long	0xff5555, 0xff55ff, 0xffff55, 0xffffff

/* colour - EAX = colour number AL */
colour:
	movzbw	%al, %si
	andw	$15, %si
	shlw	$2, %si
	movl	%cs:palette(%si), %eax
	ret

/*
 * cell_draw - draw character AL in colours BL at column DL, row DH. ES as after
 * flat_es.
 */
cell_draw:
	pushal
	movzbl	%dh, %edi
	shll	$4, %edi
	movzwl	BDA_COLUMNS, %ecx
	shll	$5, %ecx		/* bytes in a row of pixels */
	imull	%ecx, %edi
	movzbl	%dl, %edx
	shll	$5, %edx
	addl	%edx, %edi
	addl	%cs:gmadr, %edi
	subl	$32, %ecx
	movl	%ecx, %ebp		/* from one row's end to the next */
	movzbw	%al, %si
	shlw	$4, %si
	addw	$font, %si

	pushw	%si
	movb	%bl, %al
	call	colour
	movl	%eax, %ecx		/* set pixels */
	movb	%bl, %al
	shrb	$4, %al
	andb	$7, %al			/* above is the bit that blinks */
	call	colour
	movl	%eax, %edx		/* others */
	popw	%si
	movw	$16, %bx
1:	shll	$16, %ebx
	lodsb	%cs:(%si), %al
	movb	%al, %bh
	movb	$8, %bl
2:	movl	%edx, %eax
	shlb	$1, %bh
	jnc	3f
	movl	%ecx, %eax
3:	stosl	%eax, %es:(%edi)
	decb	%bl
	jnz	2b
	addl	%ebp, %edi
	shrl	$16, %ebx
	decw	%bx
	jnz	1b
	popal
	ret

/* line_feed - to the next row, DH */
line_feed:
	incb	%dh
	cmpb	BDA_ROWS, %dh
	jbe	1f
	pushal
	call	screen_clear
	popal
	xorb	%dh, %dh
1:	ret

/* put - teletype output of AL in colours BL at DX, which moves on */
put:
	cmpb	$'\r', %al
	je	1f
	cmpb	$'\n', %al
	je	line_feed
	cmpb	$'\b', %al
	je	2f
	cmpb	$BEL, %al
	je	3f
	call	cell_draw
	incb	%dl
	cmpb	BDA_COLUMNS, %dl
	jb	3f
	call	line_feed
1:	xorb	%dl, %dl
	ret
2:	subb	$1, %dl
	adcb	$0, %dl
3:	ret

text_set_mode:
	movzbw	%al, %bx
	andb	$0x7f, %bl
	cmpb	$TEXT_MODE, %bl
	ja	1f			/* only VBE's graphics modes */
	movb	%al, %cl
	andb	$0x80, %cl
	movw	$modes, %si
	call	mode_set
1:	ret

text_set_shape:
	movw	%cx, BDA_SHAPE
	ret

text_set_cursor:
	movw	%dx, BDA_CURSOR
	ret

text_get_cursor:
	movw	BDA_CURSOR, %ax
	movw	%ax, FRAME_DX(%bp)
	movw	BDA_SHAPE, %ax
	movw	%ax, FRAME_CX(%bp)
	ret

/* Rows CH to DH, columns CL to DL, to blanks in colours BH, for any AL. */
text_scroll:
	call	flat_es
	cmpb	BDA_ROWS, %dh
	jbe	1f
	movb	BDA_ROWS, %dh
1:	cmpb	BDA_COLUMNS, %dl
	jb	2f
	movb	BDA_COLUMNS, %dl
	decb	%dl
2:	movb	%bh, %bl
	movb	$' ', %al
	movb	%dl, %ah		/* the last column */
3:	movb	%ah, %dl
4:	cmpb	%cl, %dl
	jl	5f
	call	cell_draw
	decb	%dl
	jmp	4b
5:	decb	%dh
	cmpb	%ch, %dh
	jge	3b
	ret

text_read_cell:
	movw	$TEXT_COLOUR << 8 | ' ', FRAME_AX(%bp)
	ret

text_write_chars:
	movb	$TEXT_COLOUR, %bl
text_write_cells:
	call	flat_es
	movw	BDA_CURSOR, %dx
	jcxz	2f
1:	cmpb	BDA_COLUMNS, %dl
	jae	2f
	call	cell_draw
	incb	%dl
	loop	1b
2:	ret

text_teletype:
	call	flat_es
	cmpb	$TEXT_MODE, BDA_MODE
	ja	1f			/* graphics: the colour is BL */
	movb	$TEXT_COLOUR, %bl
1:	movw	BDA_CURSOR, %dx
	call	put
	movw	%dx, BDA_CURSOR
	ret

text_get_mode:
	movb	BDA_MODE, %al
	movb	BDA_COLUMNS, %ah
	movw	%ax, FRAME_AX(%bp)
	movb	$0, FRAME_BX + 1(%bp)
	ret

text_font_info:
	cmpb	$0x30, %al
	jne	1f
	movw	$16, FRAME_CX(%bp)
	movb	BDA_ROWS, %al
	movb	%al, FRAME_DX(%bp)
	movw	%cs, FRAME_ES(%bp)
	movw	$font, FRAME_BP(%bp)
1:	ret

/* CX characters at ES:BP to DX; AL: 1 moves the cursor, 2 with colours */
text_write_string:
	movw	%es, %si
	movw	%si, %fs
	call	flat_es
	movw	FRAME_BP(%bp), %si
	movb	%al, %ah
	jcxz	2f
1:	lodsb	%fs:(%si), %al
	testb	$2, %ah
	jz	3f
	movb	%fs:(%si), %bl
	incw	%si
3:	call	put
	loop	1b
2:	testb	$1, %ah
	jz	4f
	movw	%dx, BDA_CURSOR
4:	ret
