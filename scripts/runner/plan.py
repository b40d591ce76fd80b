# SPDX-License-Identifier: GPL-2.0-only
"""What runs where: every program of "make check" is a row of PLAN.

  part     what "make check-PART" runs. Its rows run two at a time, from top to bottom;
           one at a time where other parts run beside it
  label    names the results and logs; "then" waits for all rows above
  where    the kernel of L1: debian (the newest of the root), 6.12, debug, kcsan;
           guests: an L1 for guests; or L0, with a program that prints TAP; L0/logs, one
           that leaves logs of programs in its folder; L0/text, one that is only shown
  models   a name of MODELS, or one of a generation each: "least snb icl" with the least
           GTT that there can be, as each open clears all of it, "small" with the least
           that is not empty; "+" adds others. For guests, the generation
  options  names of OPTIONS for L1, and a time limit
  command  with addresses and labels of the models behind it, in L1 below
           tools/testing/vm/l1. {dir} is the part's folder
"""

import collections
import os
import re
import shlex

GENERATIONS = "snb ivb hsw bdw skl kbl icl tgl adl mtl lnl"

PLAN = """
part        | label          | where  | models              | options               | command
lint        | checkers       | L0     |                     |                       | scripts/lint
lint        | series         | L0     |                     |                       | scripts/patch-steps-test
docs        | pages          | L0     |                     |                       | scripts/docs
kunit       | suites         | L0     |                     |                       | tools/testing/vm/l0/kunit
unit        | model          | L0     |                     |                       | make -s -C tools/testing/igd-model O={out}/igd-model check
tool        | faults         | L0     |                     |                       | tools/vfio-igd/tests/vfio-igd-test {dir}
tool        | devices        | debian | least skl icl       | 900s                  | tool-test
fuzz        | vfio-user      | L0     |                     |                       | tools/testing/igd-model/fuzz/fuzz-test {dir}
vm          | l1             | L0     |                     |                       | tools/testing/vm/l0/vm-test {dir}
vm          | runner         | L0     |                     |                       | scripts/runner/runner-test
vm          | root           | L0     |                     |                       | tools/testing/vm/build/root-test
vm          | then shell     | L0     |                     |                       | tools/testing/vm/l0/shell-test

# Stock vfio-pci, the upstream selftests, and what it does to a video BIOS
baseline    | stock          | debian | small snb skl icl mtl | 4g huge 2400s       | baseline 'snb skl'

# vfio-pci-igd: each kind of registers, GTT entry and I/O BAR, and a look at each
# generation. Skylake has the rest in "kernels" and "faults".
selftest    | registers      | debian | least snb icl       | nic 2400s             | selftest-sets registers vfio-pci-igd
selftest    | kinds          | debian | kinds               | nic 2400s             | selftest-sets label vfio-pci-igd
selftest    | brief          | debian | least ivb hsw bdw skl kbl tgl adl mtl lnl | nic 2400s | selftest-sets brief vfio-pci-igd
selftest    | hardware       | debian | small hsw skl icl adl mtl | nic 2400s             | selftest-sets hardware vfio-pci-igd
selftest    | bar5           | debian | bar5                | no-init 900s          | selftest-sets bar5 vfio-pci-igd
selftest    | opregion       | L0/logs |                    |                       | tools/testing/vm/l0/opregion-test {dir}/opregion few
selftest    | no-iommu       | debian | no-gtt              | no-iommu              | no-iommu-test 0000:00:02.0
selftest    | vbt            | debian | no-gtt              | 900s                  | vbt-test 0000:00:02.0

# On recorded machines, as real ones are
replay      | machines       | L0/logs |                    |                       | tools/testing/vm/l0/replay-test {dir}/machines {machines}

# As on real hardware: without the models' control ports
hw          | gen6-7         | debian | small snb ivb hsw   | nic 3600s             | hw-check-test
hw          | gen8-9         | debian | small bdw skl kbl   | nic 3600s             | hw-check-test
hw          | gen11-12       | debian | small icl tgl adl   | nic 3600s             | hw-check-test
hw          | later          | debian | small mtl lnl       | nic 3600s             | hw-check-test
hw          | then share     | L0     |                     |                       | scripts/hw-share {dir} '{all}'

# The same, and stock, with every test on every generation
generations | stock          | debian | small all           | 4g huge 2400s         | baseline '{all}'
generations | regions        | debian | least all           | nic 2400s             | selftest-sets regions vfio-pci-igd
generations | registers      | debian | least all           | nic 2400s             | selftest-sets registers vfio-pci-igd
generations | gtt            | debian | small all           | nic 2400s             | selftest-sets gtt vfio-pci-igd
generations | long-term      | 6.12   | sandy-gtt           | 900s                  | oracle none
generations | port           | debian | port                | 900s                  | selftest-sets gtt vfio-pci-igd
generations | opregion       | L0/logs |                    |                       | tools/testing/vm/l0/opregion-test {dir}/opregion
generations | tool           | debian | least all           | 1800s                 | tool-test
generations | then round-trip | L0/logs |                   |                       | tools/testing/vm/l0/round-trip-test {dir}/tool {dir}/round-trip

# On stock: a test that passes there says nothing of vfio-pci-igd.
stock       | run            | debian | stock               | 900s                  | selftest-sets all vfio-pci
stock       | then must-fail | L0     |                     |                       | tools/testing/vm/l0/stock-must-fail {dir}/run/stock

kernels     | build          | L0     |                     |                       | tools/testing/vm/build/every-kernel
kernels     | between        | L0     |                     |                       | tools/testing/vm/build/older-headers-test
kernels     | then long-term | 6.12   | skylakes            | nic 900s              | long-term
package     | dkms           | L0     |                     |                       | tools/testing/vm/l0/package-test {dir}
package     | then use       | debian | no-gtt              |                       | packaged-module-test /src/out/check/package/modules
packages    | dist           | L0     |                     |                       | cat {out}/dist-test/tap
packages    | others         | L0     |                     |                       | tools/testing/vm/l0/packages-test {dir}
tools       | host           | L0     |                     |                       | tools/testing/vm/l0/user-tools {dir}
tools       | proxmox        | guests | skl                 | 3000s                 | test-guests proxmox
tools       | then boot      | L0     |                     |                       | tools/testing/vm/l0/boot-rule {dir}

# Guests with a picture: each pair of what can differ on two generations, then everything
guest       | sandy-bridge   | guests | snb                 | 3000s                 | test-guests matrix --few
guest       | skylake        | guests | skl                 | 3000s                 | test-guests matrix,bar,life,uefi --few
guest       | alder-lake     | guests | adl                 | 3000s                 | test-guests matrix --few
guest       | then table     | L0/text |                    |                       | tools/testing/vm/l0/matrix-table {dir}
matrix      | sandy-bridge   | guests | snb                 | 3000s                 | test-guests matrix
matrix      | haswell        | guests | hsw                 | 3000s                 | test-guests matrix
matrix      | skylake        | guests | skl                 | 3000s                 | test-guests matrix
matrix      | alder-lake     | guests | adl                 | 3000s                 | test-guests matrix
matrix      | ice-lake       | guests | icl                 | 3000s                 | test-guests matrix
matrix      | bar            | guests | skl                 | 3000s                 | test-guests bar,life,uefi --stolen-bar auto
matrix      | bar-linux-skl  | guests | skl                 | 3000s                 | test-guests bar_linux
matrix      | bar-linux-snb  | guests | snb                 | 3000s                 | test-guests bar_linux
matrix      | bar-linux-icl  | guests | icl                 | 3000s                 | test-guests bar_linux
matrix      | bar-linux-adl  | guests | adl                 | 3000s                 | test-guests bar_linux
matrix      | bar-linux-mtl  | guests | mtl                 | 3000s                 | test-guests bar_linux
matrix      | then table     | L0/text |                    |                       | tools/testing/vm/l0/matrix-table {dir}
i915        | linux          | guests | skl                 | 3000s                 | test-guests linux,bar_linux --few

# The debug kernel, which tells of what no test sees
faults      | faults         | debug  | faults              | kasan no-leaks shm    | debug-sets brief-faults
debug       | upstream       | debug  | skylake-gtt         | kasan no-leaks shm    | debug-sets upstream
debug       | faults         | debug  | three-faults        | kasan no-leaks        | debug-sets faults
debug       | tests          | debug  | three               | kasan no-leaks shm    | debug-sets tests
debug       | bar5           | debug  | skylake-gtt         | kasan no-leaks        | debug-sets bar5
debug       | leaks          | debug  | skylake             | kasan                 | debug-sets leaks
debug       | cycles-debian  | debian | least skl           | 2400s                 | selftest-sets cycles vfio-pci-igd
kcsan       | races          | kcsan  | least skl snb       | 2400s                 | kcsan /out/unlocked.ko
patch       | series         | L0     |                     |                       | scripts/patch-test
patch       | then steps     | debian | steps               | nic 2400s             | patch-selftests
patch       | in-tree        | debug  | skylakes            | kasan no-leaks shm    | debug-sets in-tree
coverage    | faults         | debug  | coverage-faults     | gcov nic 1800s        | gather-gcov tools/testing/vm/l1/coverage-sets 0000:00:02.0 regions
coverage    | guests         | debug  | coverage-guests     | gcov nic 1800s        | gather-gcov tools/testing/vm/l1/coverage-sets 0000:00:05.0 pure 0000:00:04.0 brief 0000:00:06.0 unlisted 0000:00:02.0 gtt 0000:00:03.0 gtt 0000:00:03.0 open
coverage    | then lines     | L0     |                     |                       | scripts/coverage {dir}

# Random accesses against what is promised; the OpRegion code against random firmware
oracle      | driver         | debian | three-stolen + fast | {fuzz_timeout}s       | oracle 0000:00:0a.0
oracle      | opregion       | L0     |                     |                       | tools/testing/opregion-fuzz/fuzz-test {dir} {seconds}
proof       | planted        | L0     |                     |                       | tools/testing/vm/l0/oracle-proof {dir}/run
"""

# Only with TEST=, instead of the part's rows
ONE = """
part        | label          | where  | models              | options               | command
selftest    | one            | debian | one                 | nic 2400s             | selftest-sets {test} {driver}
kunit       | suites         | L0     |                     |                       | tools/testing/vm/l0/kunit {test}
guest       | one            | guests | {test_generation}   | 3000s                 | test-guests {test_guests} --cell {test} -k cell
"""

# Label "-": the command does not get the model. One with options of igd-opregion has
# them behind "//".
MODELS = """
# name          address label     options of igd-model
skylake         02.0    skl       --generation skl --gtt-size=0
skylake-gtt     02.0    skl       --generation skl --gtt-size=2
skylakes        02.0    skl       --generation skl --gtt-size=0
                03.0    skl-gtt   --generation skl --gtt-size=2
sandy-gtt       04.0    snb-gtt   --generation snb --gtt-size=1
stock           02.0    stock     --generation skl --gtt-size=0
                03.0    stock     --generation skl --gtt-size=2
bar5            02.0    dma       --generation skl --gtt-size=2 --stolen-size=64
                07.0    skl       --generation skl --gtt-size=0 --stolen-size=64
                03.0    snb       --generation snb --gtt-size=0
                04.0    icl       --generation icl --gtt-size=0
                05.0    mtl       --generation mtl
                06.0    bare      --generation hsw --gtt-size=0 --opregion=0
port            rp      skl       --gtt-size=2
no-gtt          02.0    -         --gtt-size=0
fast            0a.0    -         --gtt-size=0
steps           02.0    skl       --generation skl --gtt-size=2 --stolen-size=64
kinds           02.0    gtt       --generation snb --gtt-size=1 --index-bit0-only
                03.0    unlisted  --generation lnl --device-id 0xb080
                04.0    regions   --generation icl --gtt-size=0
                rp      port      --generation skl --gtt-size=2
faults          02.0    skl       --generation skl --gtt-size=0
                03.0    skl-gtt   --generation skl --gtt-size=2
                rp      skl-port  --gtt-size=0
three           02.0    skl       --generation skl --gtt-size=2
                03.0    snb       --generation snb --gtt-size=1
                04.0    icl       --generation icl --gtt-size=2
three-stolen    02.0    snb       --generation snb --gtt-size=1 --stolen-size=64
                03.0    skl       --generation skl --gtt-size=2 --stolen-size=64
                04.0    icl       --generation icl --gtt-size=2 --stolen-size=64
three-faults    02.0    adl       --generation adl --gtt-size=0
                03.0    snb-gtt   --generation snb --gtt-size=1
                04.0    icl-gtt   --generation icl --gtt-size=2
coverage-faults 02.0    -         --generation skl --gtt-size=0
coverage-guests 02.0    -         --generation snb --gtt-size=1 --opregion 0
                03.0    -         --generation skl --gtt-size=2
                04.0    -         --generation icl --gtt-size=0 --class 0380 // --placement none
                05.0    -         --generation mtl
                06.0    -         --generation lnl --device-id 0xb080
one             02.0    model     {model}
"""

# Of boot-l1; -M is more for each model. With five levels of page tables, KASAN takes an
# interrupt that comes while Linux 7.3 finds out for a second time what the processor can
# do, for a wild access. To look up where INTx goes takes this kernel seconds. A stack of
# each allocation ("no-leaks" goes without) takes long, under emulation. Debian's kernels
# zero each page that they allocate ("no-init": do not), which hides what a driver forgets.
OPTIONS = """
nic       -q '-device e1000e,addr=1b.0'
4g        -r 4096
huge      -a 'hugepagesz=2M hugepages=16 hugepagesz=1G hugepages=1'
shm       -a 'transparent_hugepage_shmem=always hugepagesz=2M hugepages=16 hugepagesz=1G hugepages=1'
no-iommu  -a intel_iommu=off
no-init   -a init_on_alloc=0
kasan     -r 4096 -t 2400 -M --no-intx -q '-device e1000e,addr=1b.0' -a 'no5lvl kasan_multi_shot log_buf_len=2M'
no-leaks  -a 'kmemleak=off no_debug_objects'
gcov      -a 'no5lvl log_buf_len=16M kmemleak=off no_debug_objects debug_pagealloc=off slab_debug=- dma_debug=off lockdep.prove_locking=0'
"""

# What is built for a part, before its first row
NEEDS = {
    "basics": "vm baseline tool selftest replay hw generations stock kernels package tools "
              "oracle proof patch",
    "debug": "faults debug patch coverage",
    "kcsan": "kcsan",
    "guests": "guest matrix i915 tools",
    "linux_guest": "matrix i915 tools",
}

# In these one L1 needs nearly all the time that a test may take.
ALONE = ("debug", "coverage")

Row = collections.namedtuple("Row", "part label where models options command last")
Model = collections.namedtuple("Model", "address label options opregion")


def variables():
    """What the make targets take from the user."""
    seconds = int(os.environ.get("IGD_FUZZ_SECONDS") or 6)
    test = os.environ.get("IGD_TEST") or ""
    first = test.partition("-")[0]
    return {
        "all": GENERATIONS, "seconds": seconds, "fuzz_timeout": 900 + 9 * seconds,
        "test": test,
        "test_generation": "skl" if first == "bar" else first,
        "test_guests": "bar" if first == "bar" else "matrix",
        "driver": os.environ.get("IGD_TEST_DRIVER") or "vfio-pci-igd",
        "machines": os.environ.get("IGD_MACHINES") or "/shared/lspci",
        "model": os.environ.get("IGD_TEST_MODEL") or "--gtt-size=2",
    }


def table(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines[1:]:
        part, label, *rest = (cell.strip() for cell in line.split("|"))
        last = label.startswith("then ")
        yield Row(part, label.removeprefix("then "), *rest, last)


def rows(part):
    """Those of a part, or what TEST= makes of it."""
    chosen = [row for row in table(PLAN) if row.part == part]
    if os.environ.get("IGD_TEST"):
        chosen = [row for row in table(ONE) if row.part == part] or chosen
    return chosen


def parts():
    return list(dict.fromkeys(row.part for row in table(PLAN)))


def needs(part):
    return [name for name, users in NEEDS.items() if part in users.split()]


def named_models():
    sets, name = collections.defaultdict(list), None
    for line in MODELS.splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            name, _, line = line.partition(" ")
        address, label, options = line.split(None, 2)
        options, _, opregion = options.format(**variables()).partition("//")
        sets[name].append(Model(address, label, options.strip(), opregion.strip()))
    return sets


def gtt_size(generation, how):
    """From Meteor Lake on it has the size that it has."""
    if generation in ("mtl", "lnl"):
        return ""
    least = 1 if generation in ("snb", "ivb", "hsw") else 2
    return f" --gtt-size={0 if how == 'least' else least}"


def models(text):
    """The models of a row."""
    found = []
    for name in filter(None, text.format(**variables()).split("+")):
        how, *generations = name.split()
        if how not in ("least", "small"):
            found += named_models()[how]
            continue
        for number, generation in enumerate(
                GENERATIONS.split() if generations == ["all"] else generations, 2):
            found.append(Model(f"{number:02x}.0", generation,
                               f"--generation {generation}{gtt_size(generation, how)}", ""))
    return found


def options(text):
    """Of a row: {option of boot-l1: text}"""
    known = dict(line.split(None, 1) for line in OPTIONS.splitlines() if line)
    joined = collections.defaultdict(str)
    for name in text.format(**variables()).split():
        seconds = re.fullmatch(r"(\d+)s", name)
        words = ["-t", seconds[1]] if seconds else shlex.split(known[name])
        for option, value in zip(words[::2], words[1::2]):
            joined[option] = f"{joined[option]} {value}".strip()
    return joined
