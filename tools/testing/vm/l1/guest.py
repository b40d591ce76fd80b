# SPDX-License-Identifier: GPL-2.0-only
"""A guest on the assigned IGD: how QEMU is called, when its picture stands, and what
the guest and the device have seen by then."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field

from model import Model
from pictures import CARD, MENU, wrong_pixels
from guest_qemu import Qemu, root_path, VM

# The root that has each QEMU
ROOTS = {'7.2': 'bookworm', '10.0': 'stock-trixie', '11.1': 'trixie'}

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
    firmware: str = ''          # none: the SeaBIOS of the root
    device: str = ''            # more properties of vfio-pci
    more: list = field(default_factory=lambda: CARD_DISK)  # of QEMU's command line
    command: list = None        # all of it; none: what command_line() makes
    picture: str = 'card'
    timeout: int = 120          # seconds until it must stand


# OVMF's interrupt handler writes CR8 (edk2, UefiCpuPkg/Library/CpuExceptionHandlerLib), and
# QEMU's emulation of SVM aborts when by then the next interrupt waits
# ("watch-processors"): with 100 ticks of the timer a second, on any machine that is busy.
# So KVM is told to tick slowly, until Linux runs, which needs its ticks: KVM's default.
OVMF_TICK, LINUX_TICK = 2_000_000, 200


def ovmf():
    """Debian 13's, with ticks as it needs them"""
    tick(OVMF_TICK)
    # Where QEMUs of other roots see it, too
    return shutil.copy(f'{root_path(ROOTS["10.0"])}/usr/share/ovmf/OVMF.fd', '/tmp')


def tick(microseconds):
    """Sets the shortest time between ticks of a guest's timer."""
    with open('/sys/module/kvm/parameters/min_timer_period_us', 'w') as parameter:
        parameter.write(str(microseconds))


def bind(bdf, driver, stolen_bar=''):
    """With stolen memory and the OpRegion as BAR5, if asked to"""
    subprocess.check_call([f'{VM}/l1/bind', bdf, driver])
    if stolen_bar:
        with open(f'/sys/bus/pci/devices/{bdf}/stolen_bar', 'w') as attribute:
            attribute.write(stolen_bar)


def host_stolen_base(bdf):
    """The host's"""
    with Model(bdf) as model:
        return int(model.request('info')['stolen_base'], 0)


def host_generation(bdf):
    with Model(bdf) as model:
        return model.request('info')['generation']


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
    firmware = ['-bios', guest.firmware] if guest.firmware else []
    return ['-machine', f'{guest.machine},accel=kvm', '-m', '256', '-nodefaults',
            '-vga', 'none', '-display', 'none', *firmware, '-device', device, *guest.more]


def blind_firmware():
    """SeaBIOS that knows nothing of IGDs: it looks for files that nobody has."""
    with open('/usr/share/seabios/bios-256k.bin', 'rb') as file:
        image = file.read()
    if image.count(b'etc/igd-') != 2:
        raise RuntimeError('SeaBIOS does not have the names of two files')
    with open('/tmp/blind.bin', 'wb') as file:
        file.write(image.replace(b'etc/igd-', b'etc/...-'))
    return '/tmp/blind.bin'


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


def gtt(model, **bases):
    """How many of the first 4 MiB of graphics addresses, which the video BIOS maps to
    stolen memory, lead to each of these."""
    entries = model.request('gtt', first=0, count=ROM_ENTRIES)['entries']
    addresses = [int(entry, 0) & ~0xfff for entry in entries if int(entry, 0) & 1]

    def linear(base):
        return sum(address == base + n * 0x1000 for n, address in enumerate(addresses))

    return {'gtt_valid': len(addresses),
            **{f'gtt_{name}': linear(base) if base else 0 for name, base in bases.items()}}


def picture(model, name, size):
    """What the monitor would show, and how far it is from what it should."""
    file = f'{name}.png'
    shot = model.try_('screenshot', file=file)
    if not shot:
        return {'screenshot': None, 'pixels_wrong': None}
    # Pixels that cannot be read may look right.
    wrong = max(wrong_pixels(f'/out/{file}', size), shot['faulted'])
    return {'screenshot': file, 'pixels_wrong': wrong,
            'pixels_faulted': shot['faulted'], 'crc32': shot['crc32']}


def dma_faults(model):
    faults = model.request('faults')
    return {'dma_faults': faults['total'], 'first_fault': faults['faults'][:1]}


def look(qemu, model, size):
    """What can be seen from outside of a guest that stands still."""
    debug, log = qemu.text('debug'), qemu.text('qemu')
    bdsm = by_firmware(debug, 'BDSM')
    info = model.request('info')
    qemu.execute('stop')
    model.flush()
    asls = qemu.config_long(ASLS)
    bar5 = qemu.bar(5)
    return {
        'legacy_mode': 'IGD legacy mode enabled' in log,
        'firmware_asls': by_firmware(debug, 'OpRegion'),
        'firmware_bdsm': bdsm,
        'stolen_size': int(info['stolen_size'], 0),
        'bar5': bar5,
        'asls': asls,
        'bdsm': qemu.config_long(BDSM),
        'bdsm64': qemu.config_long(BDSM64),
        'stolen_by_rom': re.findall('igd-vbios: maps .* at (0x[0-9A-F]+)', debug),
        **gtt(model, host=int(info['stolen_base'], 0), guest=bdsm, bar5=bar5),
        **opregion(model, asls),
        **(picture(model, qemu.name, size) if size else {}),
        **dma_faults(model),
    }


def is_right(result):
    """Whether the picture is. Pixels alone do not tell."""
    return (result['stands'] and result.get('dma_faults') == 0 and
            result.get('pixels_wrong') == 0)


def start(guest):
    return Qemu(guest.root, guest.command or command_line(guest), guest.name)


def await_picture(qemu, guest):
    """Linux comes with its own idea of ticks: see "tick"."""
    log, pattern, _ = PICTURES[guest.picture]
    if guest.picture == 'linux':
        qemu.await_text('serial', 'Linux version', guest.timeout)
        tick(LINUX_TICK)
    return qemu.await_text(log, pattern, guest.timeout)


def run(guest, files=False):
    """Runs the guest until its picture stands, and no longer. To see what FILES its
    firmware could have had takes as long as all the rest."""
    size = PICTURES[guest.picture][2]
    with Model(guest.bdf) as model, start(guest) as qemu:
        model.request('reset-counters')
        stands = await_picture(qemu, guest)
        result = {'name': guest.name, 'stands': stands,
                  'command': ' '.join(qemu.command)}
        if qemu.process.poll() is None:
            result.update(look(qemu, model, size))
            return {**result, 'files': qemu.fw_cfg_files()} if files else result
        return {**result, 'qemu_ended': qemu.text('qemu')[-500:],
                'qemu_status': qemu.process.returncode}
