/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A video BIOS for the model of the IGD. It uses the device as Intel's are known to:
 * it takes the base of stolen memory from a dword of its own image, or reads and
 * caches it there if that is zero, and accesses the GTT and display registers
 * through the I/O BAR. From Gen11 on the I/O BAR does not reach the GTT, and no
 * firmware gives a guest stolen memory at 0x5C: there it uses BAR0 and ordinary
 * memory, as an operating system does.
 *
 * It offers VBE modes with a linear framebuffer, and text drawn into that.
 */
#include "vbios.h"

	.code16
	.text

#include "header.S"

#include "log.S"
#include "device.S"
#include "display.S"
#include "text.S"
#include "vbe.S"

/*
 * AX = bus, device and function, which this ROM knows. All registers must be
 * preserved.
 */
post:
	pushf
	cli
	cld
	pushw	%ds
	pushw	%es
	pushal
	movw	$BDA, %ax
	movw	%ax, %ds
	call	device_find
	call	map_stolen

	xorw	%ax, %ax
	movw	%ax, %es
	movw	$int10, %es:0x10 * 4
	movw	%cs, %es:0x10 * 4 + 2
	movw	$font, %es:0x43 * 4
	movw	%cs, %es:0x43 * 4 + 2

	movw	$card_mode, %si
	xorb	%cl, %cl
	call	mode_set
	call	card_draw
	call	checksum_mend
	popal
	popw	%es
	popw	%ds
	popf
	lret

/*
 * checksum_mend - repair the checksum after the changes by POST: PCI Firmware
 * Specification 3.0, 5.2.1.
 */
checksum_mend:
	movzbw	%cs:rom + 2, %cx
	shlw	$9, %cx
	xorw	%si, %si
	xorb	%ah, %ah
1:	lodsb	%cs:(%si), %al
	addb	%al, %ah
	loop	1b
	subb	%ah, %cs:rom + 6
	ret

/* All of AH below "functions_end". Each handler gets the caller's registers, except
 * for SI and DS (the BIOS data area), and returns results in the frame at BP. */
functions:
	.word	text_set_mode		/* 00 */
	.word	text_set_shape
	.word	text_set_cursor
	.word	text_get_cursor
	.word	nothing
	.word	nothing
	.word	text_scroll		/* 06 */
	.word	text_scroll
	.word	text_read_cell
	.word	text_write_cells
	.word	text_write_chars
	.word	nothing
	.word	nothing			/* 0c */
	.word	nothing
	.word	text_teletype
	.word	text_get_mode
	.word	nothing
	.word	text_font_info
	.word	nothing			/* 12 */
	.word	text_write_string
functions_end:

int10:
	cld
	pushw	%ds
	pushw	%es
	pushw	%fs
	pushal
	movw	%sp, %bp
	movw	$BDA, %si
	movw	%si, %ds
	cmpb	$0x4f, %ah
	je	vbe
	cmpw	$CARD_FUNCTION, %ax
	je	card
	cmpb	$(functions_end - functions) / 2, %ah
	jae	return
	movzbw	%ah, %si
	addw	%si, %si
	call	*%cs:functions(%si)
return:
	popal
	popw	%fs
	popw	%es
	popw	%ds
	iret

nothing:
	ret

card:
	call	card_draw
	movw	$0x005f, FRAME_AX(%bp)
	jmp	return

	.balign	16
font:
	.incbin	"font.bin"
rom_end:
