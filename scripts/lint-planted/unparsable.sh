#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Shellcheck has to parse it too.

echo one )	# planted: parse shellcheck
