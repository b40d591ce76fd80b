# SPDX-License-Identifier: GPL-2.0-only
"""A guest on the assigned IGD: how QEMU is called, when its picture stands, and what
the guest and the device have seen by then."""

import os
import re
import subprocess
from dataclasses import dataclass, field

from model import Model
from pictures import CARD, MENU, wrong_pixels
from guest_qemu import Qemu, VM

OPREGION_BYTES = 0x2000
ASLS = 0xfc
BDSM = 0x5c             # up to Gen9
BDSM64 = 0xc0           # from Gen11 on
ROM_ENTRIES = 1024      # rom/device.S

CARD_DISK = ['-drive', 'file=/src/out/rom/card.img,format=raw,snapshot=on']
MENU_DISK = ['-cdrom', '/src/out/rom/menu.iso']

# When the picture stands: a log and what is in it then, and the picture's size.
PICTURES = {
    'card': ('debug', 'Booting from.*igd-vbios: test card', CARD),
    'menu': ('serial', 'first hard disk', MENU),
    'shell': ('serial', 'UEFI Interactive Shell', None),
    'linux': ('serial', 'guest: i915 is loaded', None),
}


@dataclass
class Guest:
    name: str                   # of its files in /out
    bdf: str = '0000:00:02.0'
    root: str = 'trixie'        # whose QEMU and SeaBIOS
    machine: str = 'pc'
    rom: str = ''               # video BIOS; none: what the device offers
    device: str = ''            # more properties of vfio-pci
    more: list = field(default_factory=lambda: CARD_DISK)  # of QEMU's command line
    picture: str = 'card'
    timeout: int = 120          # seconds until it must stand


def stamp(target, bdf, stolen_base=None):
    """The project's video BIOS for the device at BDF, as /tmp/TARGET."""
    with open(f'/sys/bus/pci/devices/{bdf}/device') as file:
        words = [f'{VM}/l2/rom/stamp', '--device', file.read().strip()]
    if stolen_base is not None:
        words += ['--stolen-base', hex(stolen_base)]
    rom = os.environ.get('IGD_ROM', '/src/out/rom')
    subprocess.check_call([*words, f'{rom}/vbios.rom', f'/tmp/{target}'])
    return f'/tmp/{target}'


def command_line(guest):
    device = f'vfio-pci,host={guest.bdf[5:]},addr=02.0'
    if guest.device:
        device += f',{guest.device}'
    if guest.rom:
        device += f',romfile={guest.rom}'
    return ['-machine', f'{guest.machine},accel=kvm', '-m', '256', '-nodefaults',
            '-vga', 'none', '-display', 'none', '-device', device, *guest.more]


def by_firmware(debug, what):
    """The address at which SeaBIOS says to have put WHAT, None if it has not."""
    found = re.search(rf'Intel IGD {what} enabled at 0x([0-9a-f]+)', debug)
    return int(found[1], 16) if found else None


def host_bytes(address, length):
    """L1's memory, where the machine's firmware has left it."""
    with open('/dev/mem', 'rb', buffering=0) as memory:
        memory.seek(address)
        return memory.read(length)


def differences(a, b):
    """Ranges of unequal bytes, as text."""
    at = {i for i in range(len(a)) if a[i] != b[i]}
    first = sorted(i for i in at if i - 1 not in at)
    last = sorted(i for i in at if i + 1 not in at)
    return [f'{i:#x}-{j:#x}' for i, j in zip(first, last)]


def opregion(model, guest_address):
    """What the guest's copy of the OpRegion has to do with the host's."""
    guest = guest_address and model.memory(guest_address, OPREGION_BYTES)
    if not guest:
        return {'opregion_read': False}
    host = host_bytes(int(model.request('info')['asls'], 0), OPREGION_BYTES)
    return {'opregion_read': True, 'opregion_differs': differences(host, guest)}


def gtt(model, host, guest):
    """How many of the first 4 MiB of graphics addresses, which the video BIOS maps to
    stolen memory, lead to the host's and to the guest's."""
    entries = model.request('gtt', first=0, count=ROM_ENTRIES)['entries']
    addresses = [int(entry, 0) & ~0xfff for entry in entries if int(entry, 0) & 1]

    def linear(base):
        return sum(address == base + n * 0x1000 for n, address in enumerate(addresses))

    return {'gtt_valid': len(addresses), 'gtt_host': linear(host),
            'gtt_guest': linear(guest) if guest else 0}


def picture(model, name, size):
    """What the monitor would show, and how far it is from what it should."""
    file = f'{name}.png'
    shot = model.try_('screenshot', file=file)
    faults = model.request('faults')
    result = {'dma_faults': faults['total'], 'first_fault': faults['faults'][:1]}
    if not shot:
        return {**result, 'screenshot': None, 'pixels_wrong': None}
    # Pixels that cannot be read may look right.
    wrong = max(wrong_pixels(f'/out/{file}', size), shot['faulted'])
    return {**result, 'screenshot': file, 'pixels_wrong': wrong,
            'pixels_faulted': shot['faulted'], 'crc32': shot['crc32']}


def look(qemu, model, size):
    """What can be seen from outside of a guest that stands still."""
    debug, log = qemu.text('debug'), qemu.text('qemu')
    asls = by_firmware(debug, 'OpRegion')
    bdsm = by_firmware(debug, 'BDSM')
    host = int(model.request('info')['stolen_base'], 0)
    qemu.execute('stop')
    model.flush()
    return {
        'legacy_mode': 'IGD legacy mode enabled' in log,
        'firmware_asls': asls,
        'firmware_bdsm': bdsm,
        'asls': qemu.config_long(ASLS),
        'bdsm': qemu.config_long(BDSM),
        'bdsm64': qemu.config_long(BDSM64),
        'stolen_by_rom': re.findall('igd-vbios: maps .* at (0x[0-9A-F]+)', debug),
        **gtt(model, host, bdsm),
        **opregion(model, asls),
        **(picture(model, qemu.name, size) if size else {}),
    }


def is_right(result):
    """Whether the picture is. Pixels alone do not tell."""
    return (result['stands'] and result.get('dma_faults') == 0 and
            result.get('pixels_wrong') == 0)


def start(guest):
    return Qemu(guest.root, command_line(guest), guest.name)


def run(guest):
    """Runs the guest until its picture stands, and no longer."""
    log, pattern, size = PICTURES[guest.picture]
    with Model(guest.bdf) as model, start(guest) as qemu:
        model.request('reset-counters')
        stands = qemu.await_text(log, pattern, guest.timeout)
        result = {'name': guest.name, 'stands': stands,
                  'command': ' '.join(qemu.command)}
        if qemu.process.poll() is None:
            return {**result, **look(qemu, model, size)}
        return {**result, 'qemu_ended': qemu.text('qemu')[-500:]}
