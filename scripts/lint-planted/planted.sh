#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A recieved word that is misspelt. planted: codespell

cd /tmp # planted: shellcheck
