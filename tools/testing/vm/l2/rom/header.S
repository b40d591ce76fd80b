/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The header of a video BIOS: PCI Firmware Specification 3.0, 5.1. POST is at "post".
 * "stamp" fills in the fields that depend on the ROM's size and on the device.
 */
rom:
	.byte	0x55, 0xaa
	.byte	0			/* size in 512 bytes, by "stamp" */
	jmp	post			/* offset 3 */
	.org	6, 0			/* checksum, by "stamp" */
	.org	0x18, 0
	.word	pcir
	.word	0

/* PCI Firmware Specification 3.0, 5.1.2: PCI data structure */
pcir:
	.ascii	"PCIR"
	.word	0x8086
	.word	0			/* device, by "stamp" */
	.word	0
	.word	0x18			/* length of this structure */
	.byte	0			/* its revision */
	.byte	0x00, 0x00, 0x03	/* class: VGA */
	.word	0			/* size in 512 bytes, by "stamp" */
	.word	1
	.byte	0			/* code type: PC-AT compatible */
	.byte	0x80			/* last image */
	.word	0
