#!/usr/bin/env python3
"""Draws the records below bench/record/ as SVG: peers.csv as bars of MB/s, growth.csv as lines of time per octet and memory.

    bench/plot.py bench/record/peers.csv bench/record/growth.csv       # writes peers.svg and growth.svg beside them
"""
import csv
import math
import pathlib
import statistics
import sys
from xml.sax.saxutils import escape

OURS, THEIRS, GRID, TEXT = "#1f6f8b", "#b0b7bd", "#e3e6e8", "#333333"
COLOURS = ["#1f6f8b", "#c8553d", "#5b8c5a", "#8d6a9f", "#c9a227", "#4f5d75"]


class Drawing:
    def __init__(self, width, height):
        self.width, self.height, self.shapes = width, height, []

    def line(self, points, colour, width=1.0):
        path = " ".join("%.1f,%.1f" % point for point in points)
        self.shapes.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="%.1f"/>' % (path, colour, width))

    def bar(self, x, y, width, height, colour):
        self.shapes.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>' % (x, y, width, height, colour))

    def dot(self, x, y, colour):
        self.shapes.append('<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>' % (x, y, colour))

    def text(self, x, y, text, anchor="start", colour=TEXT, size=11):
        self.shapes.append('<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s" font-size="%d">%s</text>' % (
            x, y, anchor, colour, size, escape(text)))

    def write(self, path):
        path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif">\n'
                        '<rect width="100%%" height="100%%" fill="white"/>\n%s\n</svg>\n' % (
                            self.width, self.height, "\n".join(self.shapes)))


def medians(rows, key, value):
    """Median of `value` by `key`, in the order of the file."""
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(value(row))
    return {name: statistics.median(values) for name, values in groups.items()}


def draw_peers(rows):
    """A panel for each input: a bar of MB/s of CPU time for each program, on a logarithmic scale."""
    speed = medians(rows, lambda r: (r["kind"] + " " + r["input"], r["program"]),
                    lambda r: int(r["octets"]) / 1e6 / max(float(r["cpu_s"]), 1e-3))
    panels = list(dict.fromkeys(panel for panel, _ in speed))
    left, right, step = 170, 60, 17
    drawing = Drawing(760, 30 + sum(34 + step * sum(1 for p, _ in speed if p == panel) for panel in panels))
    most = math.ceil(max(math.log10(value) for value in speed.values()))
    scale = (drawing.width - left - right) / most
    drawing.text(left, 18, "MB per second of CPU time, one core, logarithmic", size=13)
    y = 30
    for panel in panels:
        y += 22
        drawing.text(left, y - 5, panel, size=12)
        for (name, program), value in speed.items():
            if name != panel:
                continue
            ours = program.startswith(("trace-to-json", "msg-inspect", "libmailparse"))
            width = max(2.0, math.log10(max(value, 1.01)) * scale)
            drawing.bar(left, y, width, step - 4, OURS if ours else THEIRS)
            drawing.text(left - 6, y + 10, program, "end")
            drawing.text(left + width + 5, y + 10, "%.0f" % value if value >= 10 else "%.1f" % value)
            y += step
        y += 12
    return drawing


def draw_lines(drawing, left, title, curves, unit):
    """Curves over a logarithmic abscissa in a square of 300 by 240; the ordinate begins at nothing."""
    top, width, height = 40, 300, 240
    values = [y for points in curves.values() for _, y in points]
    most = max(values) * 1.1
    decades = max(math.log10(x) for points in curves.values() for x, _ in points) or 1
    drawing.text(left, top - 14, title, size=13)
    for n in range(6):
        y = top + height - height * n / 5
        drawing.line([(left, y), (left + width, y)], GRID)
        drawing.text(left - 5, y + 4, ("%.0f" if most >= 10 else "%.1f") % (most * n / 5), "end", size=10)
    for n in range(int(decades) + 1):
        drawing.text(left + width * n / decades, top + height + 15, "{:,}".format(10 ** n), "middle", size=10)
    drawing.text(left + width, top + height + 30, unit, "end", size=10)
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [(left + width * math.log10(x) / decades, top + height - height * y / most) for x, y in points]
        drawing.line(places, colour, 1.6)
        for x, y in places:
            drawing.dot(x, y, colour)
        drawing.text(left + 150 * (number % 2), top + height + 50 + 15 * (number // 2), "● " + name, colour=colour)


def draw_growth(rows):
    curves = [name for name in dict.fromkeys(row["curve"] for row in rows) if name not in ("shards", "jobs")]
    rows = [row for row in rows if row["curve"] in curves]
    octets = medians(rows, lambda r: (r["curve"], int(r["value"])), lambda r: int(r["octets"]))
    cpu = medians(rows, lambda r: (r["curve"], int(r["value"])), lambda r: float(r["cpu_s"]))
    peak = medians(rows, lambda r: (r["curve"], int(r["value"])), lambda r: float(r["peak_mib"]))
    nanoseconds, memory = {}, {}
    for (curve, value), seconds in cpu.items():
        # Below half a megabyte the start of the program is all there is.
        if octets[curve, value] >= 300_000:
            nanoseconds.setdefault(curve, []).append((value, seconds * 1e9 / octets[curve, value]))
        memory.setdefault(curve, []).append((value, peak[curve, value]))
    drawing = Drawing(760, 380)
    draw_lines(drawing, 50, "CPU nanoseconds an octet", nanoseconds, "MB, or how many")
    draw_lines(drawing, 430, "Peak memory, MiB", memory, "MB, or how many")
    return drawing


def main():
    for argument in sys.argv[1:]:
        path = pathlib.Path(argument)
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        (draw_growth if "curve" in rows[0] else draw_peers)(rows).write(path.with_suffix(".svg"))


if __name__ == "__main__":
    main()
