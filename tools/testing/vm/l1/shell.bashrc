# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the shell in L1 has at hand.

PS1='L1:\w# '

model() {
	python3 /src/tools/testing/vm/l1/model.py "$BDF" "$1"
}

driver() {
	/src/tools/testing/vm/l1/bind "$BDF" "$1"
}

selftest() {
	/src/tools/testing/vm/l1/run-selftests "$BDF" "${@/#/vfio/igd/}"
}

cat <<END
$BDF is bound to ${DRIVER}. The project is at /src, and /out stays.
  model '{"cmd":"counters"}'    asks the model (tools/testing/igd-model/control.rst)
  driver vfio-pci               binds it to another driver
  selftest config_test          runs a selftest; TESTS="-t NAME" one test of it
  dmesg                         what the kernel says
  exit                          ends L1
END
