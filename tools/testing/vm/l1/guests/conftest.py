# SPDX-License-Identifier: GPL-2.0-only
"""What pytest needs to know of tests of guests: where their modules are, the options of
the matrix, and that results are to be TAP."""

import itertools
import os
import re
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# Its assertions, too, tell what they compare.
pytest.register_assert_rewrite('conditions')

NUMBERS = itertools.count(1)


def pytest_addoption(parser):
    parser.addoption('--few', action='store_true', help='not all cells but a dozen')
    parser.addoption('--cell', default='', help='only cells whose names begin so')
    parser.addoption('--picture', help='only cells with this')
    parser.addoption('--stolen-bar', default='', help='of the device in test_life and test_uefi')


@pytest.fixture(scope='module')
def stolen_bar(request):
    return request.config.getoption('stolen_bar')


def say(text):
    for line in text.splitlines():
        print(f'# {line}', flush=True)


def name_of(report):
    """What a test is called, or what it is called with"""
    function, values = re.search(r'::test_(\w+)(?:\[(.*)\])?$', report.nodeid).groups()
    return values or function.replace('_', ' ')


def pytest_collectreport(report):
    if report.failed:
        say(report.longreprtext)


def pytest_collection_finish(session):
    print(f'TAP version 13\n1..{len(session.items)}', flush=True)


def pytest_runtest_logreport(report):
    """A fixture that fails takes its test with it. One that fails after its test is a
    result too many, and so a failure."""
    if report.passed and report.when != 'call':
        return
    if report.failed:
        say(f'{report.longrepr.reprcrash.message}\nin {report.nodeid}')
    print(f'{"ok" if report.passed else "not ok"} {next(NUMBERS)} - {name_of(report)}',
          flush=True)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus():
    """Without a letter or a word pytest prints none."""
    return '', '', ''
