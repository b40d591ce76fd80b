# SPDX-License-Identifier: GPL-2.0-only
#
# Front door of the repository. Tests run in a Debian root that is made, cached
# and entered by tools/testing/vm/root, whatever the machine's distribution.

KDIR ?= /lib/modules/$(shell uname -r)/build
RELEASE = $(shell $(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)
IN_ROOT := tools/testing/vm/root run trixie

PARTS := unit fuzz vm baseline stock selftest kernels package

.PHONY: modules install uninstall deb check check-all demo clean help $(PARTS:%=check-%)

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_IGD_VFIO_PCI=m modules

# Debian's headers have no System.map, without which kbuild leaves out depmod.
install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) CONFIG_IGD_VFIO_PCI=m modules_install
	depmod $(RELEASE)

uninstall:
	$(RM) /lib/modules/$(RELEASE)/updates/drivers/vfio/pci/igd/vfio-pci-igd.ko*
	depmod $(RELEASE)

check:
	@$(IN_ROOT) scripts/check $(PARTS)

$(PARTS:%=check-%): check-%:
	@$(IN_ROOT) scripts/check $*

demo:
	@$(IN_ROOT) tools/testing/vm/demo

deb:
	@scripts/make-deb

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(RM) -r out

help:
	@echo 'Driver:'
	@echo '  make                build vfio-pci-igd.ko for the running kernel, or KDIR='
	@echo '  make install        build and install it; make uninstall removes it'
	@echo '  make deb            the Debian package, for DKMS, in out/deb/'
	@echo '  make clean          remove what was built, and out/'
	@echo
	@echo 'Without an Intel GPU (the first run makes its Debian root, a few minutes):'
	@echo '  make demo           stock and ours on a model of the IGD: report and picture in out/demo/'
	@echo '  make check          all tests; results in out/check/'
	@echo '  make check-unit     the model itself'
	@echo '  make check-fuzz     its protocol layer against malformed traffic'
	@echo '  make check-vm       the virtual machine: can it tell success from a crash?'
	@echo '  make check-stock    the selftests of vfio-pci-igd on stock: they must fail'
	@echo '  make check-selftest vfio-pci-igd on the model, every generation'
	@echo '  make check-kernels  builds on 6.12 to 7.3, selftests on 6.12'
	@echo '  make check-package  the Debian package: install, upgrade, use, remove'
	@echo '  make check-baseline stock vfio-pci on the model, with the upstream selftests'
