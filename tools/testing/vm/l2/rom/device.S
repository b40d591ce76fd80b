/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device: configuration space, registers, GTT, memory above 1 MiB. With
 * header.S and log.S it is what a video BIOS is made from, here and in
 * tools/testing/bench.
 */

#define PCI_DEVICE_ID	0x02
#define PCI_BAR0	0x10
#define PCI_BAR2	0x18
#define PCI_BAR4	0x20
#define DEVFN		0x10		/* the IGD is always 00:02.0 */
#define BDSM_HIGH	0x5e		/* upper half of BDSM */

#define GTT_ENTRIES	1024		/* 4 MiB, for 1024 x 768 */
#define PTE_VALID	1
#define IOBAR_TARGET_GTT 1

/* In "features" */
#define PTE64		1		/* GTT entries of 64 bits: Gen8 */
#define UNIVERSAL	2		/* planes of Skylake: Gen9 */
#define BAR0		4		/* no GTT behind the I/O BAR: Gen11 */

/* Offset of the GTT in BAR0 from Gen8 on: linux i915/gt/intel_ggtt.c */
#define GTT_OFFSET	(8 << 20)

/*
 * Used in a guest without stolen memory: free memory during POST, and while only the
 * test card's boot sector runs.
 */
#define PLAIN_MEMORY	(64 << 20)

/* What POST finds out. After POST nobody can write here any more. */
stolen_base:
	.long	0
gmadr:
	.long	0
gttmmadr:
	.long	0			/* 0: use the I/O BAR */
iobar:
	.word	0
features:
	.byte	0

/*
 * Upper byte of the device id and its features, up to a 0: linux
 * include/drm/intel/pciids.h. All other devices have 32-bit entries and the planes
 * of i965: Sandy Bridge to Haswell.
 */
generations:
	.byte	0x16, PTE64				/* Broadwell */
	.byte	0x19, PTE64 | UNIVERSAL			/* Skylake */
	.byte	0x1a, PTE64 | UNIVERSAL			/* Broxton */
	.byte	0x5a, PTE64 | UNIVERSAL
	.byte	0x31, PTE64 | UNIVERSAL			/* Gemini Lake */
	.byte	0x59, PTE64 | UNIVERSAL			/* Kaby Lake */
	.byte	0x87, PTE64 | UNIVERSAL
	.byte	0x3e, PTE64 | UNIVERSAL			/* Coffee Lake */
	.byte	0x9b, PTE64 | UNIVERSAL			/* Comet Lake */
	.byte	0x8a, PTE64 | UNIVERSAL | BAR0		/* Ice Lake */
	.byte	0x45, PTE64 | UNIVERSAL | BAR0		/* Elkhart Lake */
	.byte	0x4e, PTE64 | UNIVERSAL | BAR0		/* Jasper Lake */
	.byte	0x9a, PTE64 | UNIVERSAL | BAR0		/* Tiger Lake */
	.byte	0x4c, PTE64 | UNIVERSAL | BAR0		/* Rocket Lake */
	.byte	0x46, PTE64 | UNIVERSAL | BAR0		/* Alder Lake */
	.byte	0xa7, PTE64 | UNIVERSAL | BAR0		/* Raptor Lake */
	.byte	0

/* pci_select - AH = devfn, AL = register; DX becomes the data port */
pci_select:
	movw	%ax, %dx
	andw	$0xfffc, %ax
	movzwl	%ax, %eax
	orl	$0x80000000, %eax
	pushw	%dx
	movw	$0xcf8, %dx
	outl	%eax, %dx
	popw	%dx
	andw	$3, %dx
	addw	$0xcfc, %dx
	ret

/* pci_read_word, pci_read - AH = devfn, AL = register; the value in (E)AX */
pci_read_word:
	pushw	%dx
	call	pci_select
	inw	%dx, %ax
	popw	%dx
	ret

pci_read:
	pushw	%dx
	call	pci_select
	inl	%dx, %eax
	popw	%dx
	ret

device_find:
	movw	$DEVFN << 8 | PCI_BAR2, %ax
	call	pci_read
	andb	$0xf0, %al
	movl	%eax, %cs:gmadr
	movw	$DEVFN << 8 | PCI_BAR4, %ax
	call	pci_read_word
	andb	$0xfc, %al
	movw	%ax, %cs:iobar

	movw	$DEVFN << 8 | PCI_DEVICE_ID, %ax
	call	pci_read_word
	movw	$generations, %si
1:	cmpb	$0, %cs:(%si)
	je	2f
	cmpb	%ah, %cs:(%si)
	leaw	2(%si), %si
	jne	1b
	movb	%cs:-1(%si), %al
	movb	%al, %cs:features
2:	testb	$BAR0, %cs:features
	jz	3f
	movw	$DEVFN << 8 | PCI_BAR0, %ax
	call	pci_read
	andb	$0xf0, %al
	movl	%eax, %cs:gttmmadr
3:	ret

/*
 * stolen - EAX = base of stolen memory. Intel's video BIOSes have exactly these
 * bytes, by which QEMU finds and clears the cached base (hw/vfio/igd.c from QEMU
 * 10.0.13 on). The assembler would emit the prefixes in another order.
 */
stolen:
	.byte	0x66, 0x2e, 0x83, 0x3e	/* cmpl $0, %cs:stolen_base */
	.word	stolen_base
	.byte	0
	.byte	0x74, 0x07		/* je 1f */
	.byte	0x66, 0x2e, 0xa1	/* movl %cs:stolen_base, %eax */
	.word	stolen_base
	.byte	0xeb, 0x0f		/* jmp 2f */
1:	.byte	0xb8, BDSM_HIGH, DEVFN	/* movw $DEVFN << 8 | BDSM_HIGH, %ax */
	call	pci_read_word
	shll	$16, %eax
	.byte	0x66, 0x2e, 0xa3	/* movl %eax, %cs:stolen_base */
	.word	stolen_base
2:	ret

stolen_text:
	.asciz	"igd-vbios: maps stolen memory at 0x"
plain_text:
	.asciz	"igd-vbios: maps plain memory at 0x"

/* map_stolen - map the first 4 MiB of graphics addresses, linearly */
map_stolen:
	movl	$PLAIN_MEMORY, %eax
	movw	$plain_text, %si
	testb	$BAR0, %cs:features
	jnz	1f
	call	stolen
	movw	$stolen_text, %si
1:	call	log
	call	log_hex
	call	flat_es
	leal	PTE_VALID(%eax), %ecx
	movw	$GTT_ENTRIES, %si

/*
 * gtt_fill - the first SI entries of the GTT, for pages that follow on ECX's; ES as
 * flat_es leaves it
 */
gtt_fill:
	xorl	%eax, %eax		/* byte offset in the GTT */
1:	call	gtt_write
	addw	$4, %ax
	testb	$PTE64, %cs:features
	jz	2f
	pushl	%ecx
	xorl	%ecx, %ecx
	call	gtt_write
	popl	%ecx
	addw	$4, %ax
2:	addl	$4096, %ecx
	decw	%si
	jnz	1b
	ret

/* gtt_write - write ECX to the GTT at byte EAX; ES as after flat_es */
gtt_write:
	testb	$BAR0, %cs:features
	jnz	1f
	orb	$IOBAR_TARGET_GTT, %al
	call	iobar_write
	andb	$~IOBAR_TARGET_GTT, %al
	ret
1:	pushl	%edi
	movl	%cs:gttmmadr, %edi
	addl	%eax, %edi
	movl	%ecx, %es:GTT_OFFSET(%edi)
	popl	%edi
	ret

/* register_write - write ECX to register EAX; ES as after flat_es */
register_write:
	testb	$BAR0, %cs:features
	jz	iobar_write
	pushl	%edi
	movl	%cs:gttmmadr, %edi
	movl	%ecx, %es:(%edi, %eax)
	popl	%edi
	ret

/* iobar_write - write ECX to the target of index EAX */
iobar_write:
	pushw	%dx
	movw	%cs:iobar, %dx
	outl	%eax, %dx
	addw	$4, %dx
	xchgl	%eax, %ecx
	outl	%eax, %dx
	xchgl	%eax, %ecx
	popw	%dx
	ret

	.balign	8
gdt:
	.quad	0
	.quad	0x00cf92000000ffff	/* data, 0 to 4 GiB */
gdt_pointer:
	.word	. - gdt - 1
	.long	0xc0000 + gdt		/* video ROMs are shadowed there */

/*
 * flat_es - ES = 0 with a limit of 4 GiB, as the framebuffer is above the first MiB.
 * The limit stays after the return to real mode. Interrupts are off.
 */
flat_es:
	pushl	%eax
	pushw	%bx
	subw	$6, %sp
	movw	%sp, %bx
	sgdtl	%ss:(%bx)
	lgdtl	%cs:gdt_pointer
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	jmp	1f
1:	movw	$8, %bx
	movw	%bx, %es
	andb	$0xfe, %al
	movl	%eax, %cr0
	jmp	2f
2:	xorw	%bx, %bx
	movw	%bx, %es
	movw	%sp, %bx
	lgdtl	%ss:(%bx)
	addw	$6, %sp
	popw	%bx
	popl	%eax
	ret
