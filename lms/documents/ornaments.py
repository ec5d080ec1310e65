"""What every document is made of besides words: its colours, the star of the programme, the QR code. In points."""

from __future__ import annotations

from itertools import groupby
from math import cos, pi, sin

import segno
from reportlab.pdfgen.canvas import Canvas

GREEN, GOLD, INK, MUTED, SOFT, RULE = "#0B4A3A", "#A9853B", "#1B1F1E", "#4F5B55", "#EEF3EF", "#D5DCD8"


def star(
    canvas: Canvas, x: float, y: float, radius: float, *, fill: str | None = None, line: str | None = None
) -> None:
    """An eight-pointed star: sixteen points, the inner ones at 0.7654 of the radius."""
    path = canvas.beginPath()
    for index in range(16):
        reach = radius if index % 2 == 0 else radius * 0.7654
        point = (x + reach * cos(index * pi / 8), y + reach * sin(index * pi / 8))
        if index:
            path.lineTo(*point)
        else:
            path.moveTo(*point)
    path.close()
    if fill:
        canvas.setFillColor(fill)
    if line:
        canvas.setStrokeColor(line)
    canvas.drawPath(path, stroke=int(bool(line)), fill=int(bool(fill)))


def mark_of_programme(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A green star with a white one in it: neutral, no emblem of anyone."""
    star(canvas, x, y, radius, fill=GREEN)
    star(canvas, x, y, radius * 0.53, fill="#FFFFFF")


def qr_code(canvas: Canvas, url: str, x: float, y: float, side: float) -> None:
    """The dark modules of a code, as one path of merged rows: sharp at any size.

    The caller leaves white round it, four modules wide.
    """
    # Trying all eight masks takes most of the time of a sheet, and readers read each of them.
    matrix = segno.make(url, error="m", micro=False, mask=2).matrix
    module = side / len(matrix)
    canvas.setFillColor("#000000")
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        top, column = y + side - (row + 1) * module, 0
        for dark, run in groupby(cells):
            long = len(list(run))
            if dark:
                path.rect(x + column * module, top, long * module, module)
            column += long
    canvas.drawPath(path, stroke=0, fill=1)
