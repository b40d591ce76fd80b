# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# What all scripts here share; to be sourced.

set -e -u -o pipefail

VM_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
PROJECT=$(realpath "$VM_DIR/../../..")

# Inside a root the cache is always at /cache (see "build/root").
ROOT_MARK=/etc/vfio-pci-igd-root
if [ -e "$ROOT_MARK" ]; then
	CACHE=/cache
else
	CACHE=${XDG_CACHE_HOME:-${HOME:?}/.cache}/vfio-pci-igd
fi

say() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# once DIR FUNCTION [ARG...] - have FUNCTION fill DIR once, whoever asks first.
# It is called with the name of an empty folder; only when it has succeeded does
# the folder get its name, so an interrupted run leaves nothing that looks
# finished.
once() {
	local dir=$1 tmp=$1.part lock
	shift

	[ ! -e "$dir" ] || return 0
	mkdir -p "$(dirname "$dir")"
	exec {lock}>"$dir.lock"
	flock "$lock"
	if [ ! -e "$dir" ]; then
		rm -rf "$tmp"
		mkdir "$tmp"
		# Not in a condition: bash would ignore "set -e" inside.
		"$1" "$tmp" "${@:2}"
		mv -T "$tmp" "$dir"
	fi
	exec {lock}>&-
}

# key FILE_OR_TEXT... - a short name for what something is made from
key() {
	local arg

	for arg; do
		if [ -f "$arg" ]; then
			cat "$arg"
		else
			printf '%s\n' "$arg"
		fi
	done | sha256sum | cut -c 1-12
}

# kernel_dir RELEASE: where a kernel of this project has its files
# ("build/kernel"); the root, for one of Debian's
kernel_dir() {
	local dir=$CACHE/kernels/$1

	if [ -d "$dir" ]; then
		echo "$dir"
	else
		echo /
	fi
}

# What "boot-l1" ends with if QEMU has lost one of its processors. No program of the tests
# does: not "timeout", and not xargs.
readonly LOST=122

# once_more COMMAND...: and again if QEMU has lost a processor
once_more() {
	local status=0

	"$@" || status=$?
	[ $status = $LOST ] || return $status
	say "QEMU lost a processor, once more"
	"$@"
}

# The newest kernel of the root.
newest_kernel() {
	basename -a /lib/modules/* | sort -V | tail -n 1
}

# The kernel's helpers to print TAP
load_ktap() {
	# shellcheck source=/dev/null
	. "$("$VM_DIR/build/kernel-source")/tools/testing/selftests/kselftest/ktap_helpers.sh"
}

# release_of SERIES: the newest kernel of a series whose headers are here
release_of() {
	find /lib/modules -mindepth 2 -maxdepth 2 -path "/lib/modules/$1.*/build" \
		-printf '%h\n' | sort -V | tail -n 1 | xargs -r basename
}
