# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC1003,SC2016,SC2034
#
# A host for vfio-igd, as files: all that the tool reads, below TREE. To be sourced.

BDF=0000:00:02.0
KERNEL=6.12.57
NEXT=6.12.63

# poke FILE OFFSET HEX...: writes these bytes
poke() {
	local file=$1 at=$2

	shift 2
	# shellcheck disable=SC2059 # bytes
	printf "$(printf '\\x%s' "$@")" | dd of="$file" bs=1 seek=$((at)) conv=notrunc status=none
}

# text FILE LINE...: a file with these lines, and its folders
text() {
	local file=$TREE$1

	mkdir -p "$(dirname "$file")"
	printf '%s\n' "${@:2}" >"$file"
}

# edit FILE SED_COMMAND
edit() {
	sed -i "$2" "$TREE$1"
}

drop() {
	rm -rf "${TREE:?}$1"
}

# bind_to DRIVER|none
bind_to() {
	rm -f "$DEV/driver"
	[ "$1" = none ] || ln -s "../../../bus/pci/drivers/$1" "$DEV/driver"
}

# fix_sum ROM: its byte 6 makes the sum 0, as QEMU does it
fix_sum() {
	local sum

	poke "$1" 6 00
	sum=$(od -An -v -tu1 "$1" | awk '{ for (i = 1; i <= NF; i++) s += $i } END { print s % 256 }')
	poke "$1" 6 "$(printf %02x $(((256 - sum) % 256)))"
}

# make_rom FILE DEVICE_ID TYPE [BASE]: 4 KiB, with the routine that keeps the base of
# stolen memory (0x200), and BASE, as bytes, where it does (0x100)
make_rom() {
	truncate -s 4096 "$1"
	poke "$1" 0 55 aa 08
	poke "$1" 0x18 40 00
	poke "$1" 0x40 50 43 49 52 86 80 "${2:2:2}" "${2:0:2}" 00 00 18 00 00 00 00 03 08 00 00 00 "$3" 80
	poke "$1" 0x200 66 2e 83 3e 00 01 00 74 07 66 2e a1 00 01 eb 0f b8 5e 10
	# shellcheck disable=SC2086 # bytes
	poke "$1" 0x100 ${4:-00 00 00 00}
	fix_sum "$1"
}

make_config() {
	local config=$DEV/config

	truncate -s 256 "$config"
	poke "$config" 0 86 80 12 19 07 04 10 00 06 00 00 03
	# 32 MiB of stolen memory at 0x7c000000, a GTT of 8 MiB, ASLS
	poke "$config" 0x50 c1 01
	poke "$config" 0x5c 01 00 00 7c
	poke "$config" 0xfc 18 80 d9 7a
}

make_opregion() {
	local file=$TREE/sys/kernel/debug/vfio-pci-igd/$BDF/opregion

	mkdir -p "$(dirname "$file")"
	truncate -s 8192 "$file"
	printf IntelGraphicsMem | dd of="$file" conv=notrunc status=none
	poke "$file" 0x10 08 00 00 00 00 00 00 02
	printf '$VBT SKYLAKE' | dd of="$file" bs=1 seek=1024 conv=notrunc status=none
	poke "$file" 0x418 cc 10
	poke "$file" 0x1c10 de ad
	text "/sys/kernel/debug/vfio-pci-igd/$BDF/state" 'platform: Skylake' 'generation: 9' \
		'stolen_base: 0x7c000000' 'stolen_size: 0x2000000' 'gtt_entries: 1048576' \
		'guest_asls: 0x3ffd8000' 'guest_bdsm: 0' 'gtt_relocated: 0' 'gtt_passed: 0' \
		'gtt_invalid: 0' 'gtt_blocked: 12' 'gtt_ambiguous: 0' 'gtt_undone: 0'
}

# make_module KERNEL
make_module() {
	local file=/lib/modules/$1/updates/dkms/vfio-pci-igd.ko

	text "$file" 'the module' '~Module signature appended~'
	text "/lib/modules/$1/modules.dep" 'updates/dkms/vfio-pci-igd.ko: kernel/vfio.ko'
	text "/lib/modules/$1/modules.builtin" ''
	text "/lib/modules/$1/modules.alias" \
		'alias vfio_pci:v00008086d00001912sv*sd*bc*sc*i* vfio_pci_igd'
	mkdir -p "$TREE/lib/modules/$1/build"
}

# make_initramfs LINE: its modprobe.d
make_initramfs() {
	rm -rf "$WORK/initramfs"
	mkdir -p "$WORK/initramfs/etc/modprobe.d" "$TREE/boot"
	echo "$1" >"$WORK/initramfs/etc/modprobe.d/vfio.conf"
	(cd "$WORK/initramfs" && find . | cpio -o -H newc --quiet) >"$TREE/boot/initrd.img-$KERNEL"
}

# fakes: programs of the host, which say what a file tells them to
fakes() {
	local name

	mkdir -p "$WORK/bin"
	for name in kvm qemu-system-x86_64; do
		printf '#!/bin/sh\necho "QEMU emulator version $(cat %s/qemu)"\n' "$WORK" >"$WORK/bin/$name"
	done
	printf '#!/bin/sh\ncat %s/mok\n' "$WORK" >"$WORK/bin/mokutil"
	printf '#!/bin/sh\n' >"$WORK/bin/driverctl"
	chmod +x "$WORK/bin"/*
	PATH=$WORK/bin:$PATH
}

# make_host: ready, a Skylake with the driver bound, and guests that are right
make_host() {
	rm -rf "$TREE"
	echo 11.1.3 >"$WORK/qemu"
	if [ -d "$WORK/ready" ]; then
		cp -a "$WORK/ready" "$TREE"
	else
		make_ready_host
		cp -a "$TREE" "$WORK/ready"
	fi
}

make_ready_host() {
	DEV=$TREE/sys/bus/pci/devices/$BDF
	mkdir -p "$DEV" "$TREE/proc" "$TREE/sys/kernel/iommu_groups/0/devices/$BDF" \
		"$TREE/etc/modprobe.d" "$TREE/sys/bus/pci/devices/0000:00:00.0" \
		"$TREE/sys/class/iommu/dmar0/intel-iommu"
	text "${DEV#"$TREE"}/vendor" 0x8086
	text "${DEV#"$TREE"}/device" 0x1912
	text "${DEV#"$TREE"}/class" 0x030000
	text "${DEV#"$TREE"}/boot_vga" 1
	text "${DEV#"$TREE"}/reset_method" flr
	text "${DEV#"$TREE"}/stolen_bar" 0
	text "${DEV#"$TREE"}/resource" '0x00000000c0000000 0x00000000c0ffffff 0x0000000000140204'
	ln -s "$TREE/sys/kernel/iommu_groups/0" "$DEV/iommu_group"
	ln -s "$TREE/sys/class/iommu/dmar0" "$DEV/iommu"
	text /sys/class/iommu/dmar0/intel-iommu/cap d2008c40660462
	text /proc/cpuinfo 'address sizes	: 39 bits physical, 48 bits virtual' \
		'address sizes	: 39 bits physical, 48 bits virtual'
	text /sys/firmware/acpi/tables/DMAR DMAR
	text /proc/cmdline 'BOOT_IMAGE=/vmlinuz root=UUID=0a1b2c3d-0000-4000-8000-0123456789ab intel_iommu=on'
	text /proc/sys/kernel/osrelease $KERNEL
	text /proc/sys/kernel/hostname deepthought
	text /proc/iomem '00000000-00000fff : Reserved' '00001000-7bffffff : System RAM' \
		'  36a00000-37bd3f8f : Kernel code' '7c000000-7dffffff : Graphics Stolen Memory' \
		'80000000-dfffffff : PCI Bus 0000:00' '  c0000000-c0ffffff : 0000:00:02.0' \
		'  d0000000-dfffffff : 0000:00:02.0'
	text /etc/passwd 'root:x:0:0::/root:/bin/sh' 'marvin:x:1000:1000::/home/marvin:/bin/sh'
	text /sys/kernel/security/lockdown '[none] integrity confidentiality'
	text "/etc/driverctl.d/pci-$BDF" vfio-pci-igd
	text "/boot/config-$KERNEL" CONFIG_VFIO_PCI_VGA=y
	text /dmesg 'DMAR: IOMMU enabled' 'vfio: 52:54:00:12:34:56 of user marvin on deepthought'
	make_config
	make_opregion
	make_module $KERNEL
	make_initramfs '# nothing'
	make_rom "$DEV/rom" 1912 00 '00 00 00 7c'
	bind_to vfio-pci-igd
	make_guests
}

make_guests() {
	make_rom "$TREE/vbios.rom" 1912 00
	make_rom "$TREE/igd.rom" 1912 03
	mkdir -p "$TREE/usr/share/kvm" "$TREE/var/lib/libvirt/images"
	cp "$TREE"/*.rom "$TREE/usr/share/kvm"
	cp "$TREE"/*.rom "$TREE/var/lib/libvirt/images"
	text /var/lib/dpkg/status 'Package: qemu-server' 'Status: install ok installed' \
		'Architecture: amd64' 'Version: 9.0.25' 'Maintainer: Proxmox' 'Description: tools'
	text /100.conf 'bios: seabios' 'cpu: host' 'machine: pc' 'vga: none' \
		'memory: 4096' 'hostpci0: 0000:00:02.0,legacy-igd=1,driver=keep,romfile=vbios.rom' \
		'[snapshot]' 'vga: std'
	text /guest.xml "<domain type='kvm'><memory unit='MiB'>4096</memory>" \
		"<os><type arch='x86_64' machine='pc-i440fx-10.0'>hvm</type></os>" \
		"<cpu mode='host-passthrough'/><devices>" \
		"<hostdev mode='subsystem' type='pci' managed='yes'>" \
		"<source><address domain='0x0000' bus='0x00' slot='0x02' function='0x0'/></source>" \
		"<rom file='/var/lib/libvirt/images/vbios.rom'/>" \
		"<address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>" \
		"</hostdev><memballoon model='none'/></devices></domain>"
	text /guest.qemu 'qemu-system-x86_64 -machine pc,accel=kvm -cpu host -m 4G -vga none \' \
		'	-device vfio-pci,host=00:02.0,id=igd,addr=02.0,romfile=/vbios.rom'
	text /uefi.qemu 'qemu-system-x86_64 -machine q35,accel=kvm -cpu host -m 4G -vga none \' \
		'	-drive if=pflash,format=raw,file=OVMF_CODE.fd \' \
		'	-device vfio-pci,host=00:02.0,id=igd,addr=02.0,x-igd-opregion=on,romfile=/igd.rom'
}
