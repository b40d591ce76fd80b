/* SPDX-License-Identifier: GPL-2.0-only */
/* A boot sector that shows the video BIOS's test card and stops. */
#include "vbios.h"

	.code16
	.text
	movw	$0x4f02, %ax
	movw	$0x4112, %bx		/* linear, 640 x 480 */
	int	$0x10
	movw	$CARD_FUNCTION, %ax
	int	$0x10
	cli
1:	hlt
	jmp	1b
	.org	510, 0
	.byte	0x55, 0xaa
