# SPDX-License-Identifier: GPL-2.0-only
"""How many pixels of a screenshot are not what they should be."""

import struct
import subprocess

CARD = (640, 480)
MENU = (1024, 768)

BARS = (0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff)

# Of grub-image and grub/theme.txt: colours, and where they are without a text.
BOX = (0x203868, range(600, 800), range(250, 530))
SELECTED = (0xd07020, range(500, 800), range(206, 238))
SELECTED_TEXT = (range(252, 420), range(216, 232))
MARGINS = (*range(200), *range(824, 1024))


def card_row(width, y):
    """By the rule in rom/display.S."""
    bar = width // 8
    grey = 0x010101 * (255 - y % 256)
    return ([grey & colour for colour in BARS for _ in range(bar)] +
            [(x ^ y) << 14 for x in range(7 * bar, width)])


def read(png):
    """A PNG file of RGB as rows of 0xRRGGBB."""
    ppm = subprocess.check_output(['pngtopnm', png])
    _, size, _, pixels = ppm.split(b'\n', 3)
    width, height = map(int, size.split())
    words = [r << 16 | g << 8 | b for r, g, b in struct.iter_unpack('3B', pixels)]
    return [words[y * width:(y + 1) * width] for y in range(height)]


def card(rows):
    return sum(pixel != right for y, row in enumerate(rows)
               for pixel, right in zip(row, card_row(len(row), y)))


def menu(rows):
    """Where the theme leaves no doubt: on both sides rows of one colour, no two alike
    above each other all the way down; the box; the selected entry with its text."""
    wrong = sum(rows[y][x] != rows[y][0] for y in range(len(rows)) for x in MARGINS)
    if rows[0][0] == rows[-1][0]:
        wrong += len(rows)
    for colour, columns, lines in (BOX, SELECTED):
        wrong += sum(rows[y][x] != colour for y in lines for x in columns)
    columns, lines = SELECTED_TEXT
    if all(rows[y][x] == SELECTED[0] for y in lines for x in columns):
        wrong += len(columns) * len(lines)
    return wrong


def wrong_pixels(png, size):
    """Of the card or the menu, which have different sizes; all if it has another."""
    rows = read(png)
    if (len(rows[0]), len(rows)) != size:
        return size[0] * size[1]
    return {CARD: card, MENU: menu}[size](rows)
