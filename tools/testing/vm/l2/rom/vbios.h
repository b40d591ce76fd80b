/* SPDX-License-Identifier: GPL-2.0-only */

#define BDA		0x40		/* segment of the BIOS data area */
#define BDA_MODE	0x49		/* low byte of the mode's number */
#define BDA_COLUMNS	0x4a
#define BDA_CURSOR	0x50		/* column, row; of page 0 */
#define BDA_SHAPE	0x60
#define BDA_ROWS	0x84		/* less 1 */
#define BDA_HEIGHT	0x85		/* of a character, in pixels */

#define TEXT_MODE	3
#define TEXT_COLOUR	0x07		/* grey on black */

/* The registers of an INT 10h caller, on the stack at BP: pushal's order */
#define FRAME_DI	0
#define FRAME_SI	4
#define FRAME_BP	8
#define FRAME_BX	16
#define FRAME_DX	20
#define FRAME_CX	24
#define FRAME_AX	28
#define FRAME_ES	34

/*
 * Neither VBE's nor IBM's: INT 10h, AX = 5FFF draws the test card in the current
 * mode, and returns AX = 005F. 5Fxx are Intel's own functions.
 */
#define CARD_FUNCTION	0x5fff
