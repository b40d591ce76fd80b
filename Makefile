# SPDX-License-Identifier: GPL-2.0-only
#
# Top-level Makefile. Tests run in a Debian root that tools/testing/vm/build/root makes,
# caches and enters, on any distribution.

KDIR ?= /lib/modules/$(shell uname -r)/build
RELEASE = $(shell $(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)
INSTALLED = /lib/modules/$(RELEASE)/updates/drivers/vfio/pci/igd
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
DIST = out/vfio-pci-igd-$(VERSION).tar.gz
# vfio-igd
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
TOOL = $(SBINDIR)/vfio-igd
MANUAL = $(PREFIX)/share/man/man8/vfio-igd.8
COMPLETION = $(PREFIX)/share/bash-completion/completions/vfio-igd
# What makes an initramfs looks for its hooks there only.
INITRAMFS_TOOLS = /usr/share/initramfs-tools/hooks/vfio-pci-igd
DRACUT = /usr/lib/dracut/modules.d/90vfio-pci-igd
MKINITCPIO = /usr/lib/initcpio/install/vfio-pci-igd
# Of packages
DKMS = /usr/src/vfio-pci-igd-$(VERSION)
DOC = $(PREFIX)/share/doc/vfio-pci-igd-dkms
DKMS_FILES = $(shell find Kbuild dkms.conf compat drivers -name tests -prune -o -type f \
	\( -name '*.[ch]' ! -name '*.mod.c' -o -name Kbuild -o -name Kconfig -o -name Makefile \
	-o -name dkms.conf \) -print)
IN_ROOT := tools/testing/vm/build/root run trixie

# Several parts run at a time; the long ones start first
PARTS := guest selftest faults lint tool baseline kernels package oracle vm fuzz i915 \
	 kunit unit docs
LONG_PARTS := stock matrix generations replay hw proof patch debug coverage kcsan tools \
	packages
# The QEMUs of other roots, for guests
GUEST_ROOTS := bookworm stock-trixie
WITH_GUESTS := check check-all check-guest check-matrix check-tools bench
CHECKS := $(patsubst %,check-%,$(PARTS) $(LONG_PARTS))

.PHONY: modules install install-tools install-dkms uninstall deb dist patch check check-all \
	hw-check demo shell bench html clean help guest-roots host-root packages-root \
	test-series test-dist $(CHECKS)

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_IGD_VFIO_PCI=m modules

# Debian's headers have no System.map, and without it kbuild does not run depmod.
install: modules install-tools
	$(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_IGD_VFIO_PCI=m modules_install
	depmod $(RELEASE)

install-tools:
	install -D tools/vfio-igd/vfio-igd $(DESTDIR)$(TOOL)
	install -D -m 644 tools/vfio-igd/vfio-igd.8 $(DESTDIR)$(MANUAL)
	install -D -m 644 tools/vfio-igd/completions/vfio-igd $(DESTDIR)$(COMPLETION)
	install -D packaging/boot/initramfs-tools $(DESTDIR)$(INITRAMFS_TOOLS)
	install -D packaging/boot/dracut $(DESTDIR)$(DRACUT)/module-setup.sh
	install -D packaging/boot/mkinitcpio $(DESTDIR)$(MKINITCPIO)

# What all packages have in common
install-dkms: install-tools
	for file in $(DKMS_FILES); do \
		install -D -m 644 $$file $(DESTDIR)$(DKMS)/$$file || exit; done
	install -d $(DESTDIR)$(DOC)/examples
	install -m 644 NEWS.md Documentation/admin-guide/vfio-pci-igd/*.rst $(DESTDIR)$(DOC)
	install -m 644 Documentation/admin-guide/examples/* $(DESTDIR)$(DOC)/examples

uninstall:
	$(RM) $(INSTALLED)/vfio-pci-igd.ko* $(TOOL) $(MANUAL) $(COMPLETION) \
		$(INITRAMFS_TOOLS) $(MKINITCPIO)
	$(RM) -r $(DRACUT)
	[ ! -d $(INSTALLED) ] || rmdir -p --ignore-fail-on-non-empty $(INSTALLED)
	depmod $(RELEASE)

deb:
	@scripts/make-deb

# Names by byte, times and modes from the commit: the same wherever it is made
dist:
	@mkdir -p out
	@git -c tar.umask=0022 archive --format=tar --prefix=vfio-pci-igd-$(VERSION)/ HEAD | \
		gzip -9n >$(DIST)
	@echo $(DIST)

patch:
	@scripts/create-patch

check:
	@$(IN_ROOT) scripts/check $(PARTS)

check-all:
	@$(IN_ROOT) scripts/check $(PARTS) $(LONG_PARTS)

$(CHECKS): check-%:
	@$(IN_ROOT) scripts/check $*

# The duration on each generation, and the seed
check-oracle: IN_ROOT += env IGD_FUZZ_SECONDS=$(SECONDS) IGD_FUZZ_SEED=$(SEED)

# A folder of recorded machines, in the project
check-replay: IN_ROOT += env IGD_MACHINES='$(MACHINES)'

# One of them: a selftest on a device of your choice, a suite, guests by their names
check-selftest check-kunit check-guest: IN_ROOT += env IGD_TEST='$(TEST)' \
	IGD_TEST_MODEL='$(MODEL)' IGD_TEST_DRIVER='$(DRIVER)'

# On real hardware
hw-check:
	@$(IN_ROOT) tools/testing/vm/build/selftests
	@scripts/hw-check $(if $(filter yes,$(WRITE)),--write) $(DEVICE)

demo:
	@$(IN_ROOT) tools/testing/vm/l0/demo $(MODE)

shell:
	@$(IN_ROOT) tools/testing/vm/l0/shell '$(MODEL)' '$(DRIVER)' '$(KERNEL)'

html:
	@$(IN_ROOT) scripts/html
	@echo out/html/index.html

bench:
	@$(IN_ROOT) tools/testing/bench/bench

$(WITH_GUESTS): guest-roots

guest-roots:
	@for root in $(GUEST_ROOTS); do tools/testing/vm/build/root ensure $$root || exit; done

check-all check-tools: host-root

host-root:
	@tools/testing/vm/build/root ensure host

check-all check-packages: packages-root

packages-root:
	@tools/testing/vm/build/root ensure packages

# The root has no git.
check-all check-packages: test-dist

test-dist:
	@scripts/dist-test

check-all check-patch: test-series

test-series:
	@scripts/create-patch-test

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(RM) -r out

help:
	@echo 'Driver:'
	@echo '  make                build vfio-pci-igd.ko for the running kernel, or KDIR='
	@echo '  make install        build and install it; make uninstall removes it'
	@echo '  make patch          write the driver as a series for the kernel, by you, to out/patch/'
	@echo '  make deb            build the Debian package, for DKMS, in out/deb/'
	@echo '  make dist           a tarball of the commit, out/vfio-pci-igd-$(VERSION).tar.gz, also for'
	@echo '                      rpmbuild -tb, and for makepkg with packaging/PKGBUILD'
	@echo '  make clean          remove the build, and out/'
	@echo
	@echo 'With one that the screen can do without, bound to vfio-pci-igd:'
	@echo '  make hw-check       selftests that only read, and a report to send in, in out/hw-check/'
	@echo '  make hw-check WRITE=yes   also those that write and reset; first read what it says'
	@echo
	@echo 'Without an Intel GPU (the first run makes its Debian root, a few minutes):'
	@echo '  make demo           a boot menu with vfio-pci and with this driver; see out/demo/'
	@echo '  make demo MODE=bar  the same with stolen memory as BAR5, for firmware without IGD code'
	@echo '  make shell          a shell in L1; MODEL="--generation snb" DRIVER=vfio-pci KERNEL=debug'
	@echo '  make bench          benchmarks, compared with vfio-pci; table, and out/bench.json'
	@echo '  make html           all pages, out/html/index.html'
	@echo '  make check          all tests; results in out/check/'
	@echo '  make check-all      all tests, including the long ones'
	@echo '  make check-selftest TEST=config_test      one of them; MODEL= DRIVER=, too'
	@echo '  make check-kunit TEST=SUITE, make check-guest TEST=skl-11.1-vfio-pci-igd-cached'
	@echo '  make check-lint     checkpatch, sparse, Coccinelle, clang and more'
	@echo '  make check-docs     the documentation: its build, and its quotations'
	@echo '  make check-kunit    KUnit suites of the code that needs no device'
	@echo '  make check-unit     unit tests of the model'
	@echo '  make check-fuzz     fuzzing of the model, with malformed traffic'
	@echo '  make check-tool     vfio-igd, on hosts made of files, with each fault that users meet'
	@echo '  make check-vm       the virtual machine: does it detect success and crashes?'
	@echo '  make check-baseline stock vfio-pci on the model, with the upstream selftests'
	@echo '  make check-selftest vfio-pci-igd on the model, every generation'
	@echo '  make check-faults   injected faults, on a debug kernel (the first run builds it)'
	@echo '  make check-kernels  builds for 6.12 to 7.3, some by edited headers; selftests on 6.12'
	@echo '  make check-package  the Debian package: install, upgrade, use, remove; make install'
	@echo '  make check-guest    guests with a picture: QEMU 7.2 to 11.1, SeaBIOS, OVMF, a boot menu'
	@echo '  make check-i915     a Linux guest, whose i915 finds the VBT'
	@echo '  make check-oracle   random accesses with predicted results; SECONDS=3600 for a long run'
	@echo 'Only in check-all:'
	@echo '  make check-stock    the selftests of vfio-pci-igd on stock: they must fail'
	@echo '  make check-matrix   the guests in every combination'
	@echo '  make check-generations  all selftests, and vfio-igd, on every generation'
	@echo '  make check-hw       "make hw-check" on models without a control port, like real ones'
	@echo '  make check-replay   selftests on recorded machines; MACHINES=FOLDER'
	@echo '  make check-debug    a debug kernel: all selftests in every IOMMU mode, faults, leaks'
	@echo '  make check-kcsan    threads on a kernel that finds data races (the first run builds it)'
	@echo '  make check-proof    planted errors in the driver, which check-oracle has to find'
	@echo '  make check-tools    a Debian host: package, driverctl, libvirt, as in the documentation'
	@echo '  make check-packages the RPM and the Arch package, dkms add, dracut, make dist'
	@echo '  make check-coverage coverage of the driver by the tests'
	@echo '  make check-patch    the series for the kernel: does it apply and pass the checks?'
