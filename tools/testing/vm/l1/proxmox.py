# SPDX-License-Identifier: GPL-2.0-only
"""A guest of Proxmox VE: its configuration, and the command line of QEMU that Proxmox makes
of it, as far as an IGD may notice.

The source is what qemu-server's own tests expect, in proxmox/qemu-server at 14c0f871fa92,
src/test/cfg2cmd: linux-hostpci-legacy-igd.conf.cmd for a guest with legacy-igd,
efi-raw.conf.cmd for the place of the second bridge in all others."""

import shlex

ROMS = '/tmp'           # instead of Proxmox' /usr/share/kvm: each QEMU here sees it


def settings(block):
    """What the "qm set" commands of BLOCK make of an empty configuration"""
    found = {'cpu': 'host', 'memory': '4096'}
    for command in block.split('\n'):
        if not command.startswith('qm set '):
            continue
        words = shlex.split(command)[3:]
        for option, value in zip(words[::2], words[1::2]):
            if option == '--delete':
                found.pop(value, None)
            else:
                found[option.removeprefix('--')] = value
    return found


def hostpci(value):
    """With legacy-igd. Which driver keeps the device is not QEMU's affair."""
    address, *options = value.split(',')
    options = dict(option.split('=', 1) for option in options)
    rom = f',romfile={ROMS}/{options["romfile"]}' if 'romfile' in options else ''
    return f'vfio-pci,host={address},id=hostpci0,bus=pci.0,addr=0x2{rom}'


def command_line(guest, firmware=''):
    """Of a guest with these settings, without disks and network. Proxmox gives FIRMWARE,
    OVMF, to QEMU in two parts, and has it wait for a key (menu=on); with ticks as slow as
    here ("tick" in guest.py) that takes minutes."""
    second = 'bus=pci.1,addr=0x1e' if 'hostpci0' in guest else 'bus=pci.0,addr=0x1f'
    words = ['-smp', '1,sockets=1,cores=1,maxcpus=1', '-nodefaults',
             '-boot', 'strict=on,reboot-timeout=1000',
             '-vga', guest['vga'], '-nographic', '-cpu', guest['cpu'], '-m', guest['memory'],
             '-global', 'PIIX4_PM.disable_s3=1', '-global', 'PIIX4_PM.disable_s4=1',
             '-device', 'pci-bridge,id=pci.1,chassis_nr=1,bus=pci.0,addr=0x1e',
             '-device', f'pci-bridge,id=pci.2,chassis_nr=2,{second}',
             '-device', 'piix3-usb-uhci,id=uhci,bus=pci.0,addr=0x1.0x2',
             '-device', 'usb-tablet,id=tablet,bus=uhci.0,port=1',
             '-machine', f'hpet=off,type={guest["machine"]},accel=kvm']
    if firmware:
        words += ['-bios', firmware]
    if 'hostpci0' in guest:
        words += ['-device', hostpci(guest['hostpci0'])]
    if guest.get('balloon') != '0':
        words += ['-device', 'virtio-balloon-pci,id=balloon0,bus=pci.0,addr=0x3,'
                  'free-page-reporting=on']
    return words + shlex.split(guest.get('args', ''))
