#!/usr/bin/env python3
"""Draws the simulated day that `tests/run.sh --soak --filter FullyQualifiedName~DayTests` recorded.

    draw-day.py artifacts/providers/day.csv docs/images/providers/day.svg

The picture has no outside resources and is readable in light and dark.
"""

import csv
import pathlib
import sys

WIDTH, HEIGHT = 760, 560
LEFT, RIGHT, TOP, GAP = 58, 120, 34, 42
PANEL = (HEIGHT - TOP - 2 * GAP - 30) / 3
STEP = 5  # minutes that are drawn as one

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 } .small { font-size: 11px; fill: #666 }
.axis { stroke: #999; stroke-width: 1 } .grid { stroke: #ddd; stroke-width: 1 }
.arrived { stroke: #333; stroke-width: 1.5; fill: none } .best { stroke: #aa3377; stroke-width: 1.5; stroke-dasharray: 5 3; fill: none }
.spooled { fill: #bbbbbb }
.s0 { fill: #4477aa } .s1 { fill: #88aadd } .s2 { fill: #ccbb44 } .s3 { fill: #ee6677 } .s4 { fill: #66bbaa } .s5 { fill: #aa77bb }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .small { fill: #aaa } .axis { stroke: #777 } .grid { stroke: #444 } .arrived { stroke: #eee } .best { stroke: #dd77aa }
  .spooled { fill: #666666 }
}"""


def main():
    recording, image = map(pathlib.Path, sys.argv[1:3])
    rows, accounts = read(recording)
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(picture(rows, accounts), encoding="utf-8")


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [{key: int(value) for key, value in row.items()} for row in csv.DictReader(file)]
    accounts = [key for key in rows[0] if key not in ("minute", "arrived", "best", "spooled") and not key.endswith(":put off")]
    return rows, accounts


def picture(rows, accounts):
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="A simulated day: messages sent by each account, waiting in the spool, and the least time that the limits allow">',
        f"<style>{STYLE}</style>",
        *panel(0, "messages a minute, by account", *rates(rows, accounts), rows),
        *panel(1, "sent since midnight", *sums(rows, accounts), rows),
        *panel(2, "waiting in the spool", *waiting(rows), rows),
        *legend(accounts),
        *hours(rows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def top_of(index):
    return TOP + index * (PANEL + GAP)


def x_of(minute, rows):
    return LEFT + minute * (WIDTH - LEFT - RIGHT) / len(rows)


def panel(index, title, most, marks, shapes, rows):
    top = top_of(index)
    yield f'<text class="title" x="{LEFT}" y="{top - 10:.1f}">{title}</text>'
    for mark in marks:
        y = top + PANEL * (1 - mark / most)
        yield f'<line class="{"axis" if mark == 0 else "grid"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="small" text-anchor="end" x="{LEFT - 6}" y="{y + 4:.1f}">{mark:,}</text>'
    for style, bottom, values in shapes:
        points = [f"{x_of(minute, rows):.1f},{top + PANEL * (1 - min(value, most) / most):.1f}" for minute, value in values]
        if bottom is None:
            yield f'<polyline class="{style}" points="{" ".join(points)}"/>'
        else:
            back = [f"{x_of(minute, rows):.1f},{top + PANEL * (1 - min(value, most) / most):.1f}" for minute, value in reversed(bottom)]
            yield f'<polygon class="{style}" points="{" ".join(points + back)}"/>'


def stacked(series):
    """Areas one upon the other; the last one is the sum of all."""
    bottom = [(minute, 0) for minute, _ in series[0]]
    for index, values in enumerate(series):
        top = [(minute, below + value) for (minute, value), (_, below) in zip(values, bottom)]
        yield f"s{index}", bottom, top
        bottom = top


def rates(rows, accounts):
    series = []
    for account in accounts:
        means = []
        for begin in range(0, len(rows), STEP):
            mean = sum(row[account] for row in rows[begin : begin + STEP]) / STEP
            means += [(begin, mean), (begin + STEP, mean)]
        series.append(means)
    return 1000, [0, 500, 1000], list(stacked(series))


def cumulated(rows, key):
    total, values = 0, []
    for row in rows:
        total += row[key]
        if row["minute"] % STEP == STEP - 1:
            values.append((row["minute"] + 1, total))
    return values


def sums(rows, accounts):
    shapes = list(stacked([cumulated(rows, account) for account in accounts]))
    shapes.append(("arrived", None, cumulated(rows, "arrived")))
    shapes.append(("best", None, cumulated(rows, "best")))
    return 100_000, [0, 50_000, 100_000], shapes


def waiting(rows):
    values = [(row["minute"], row["spooled"]) for row in rows if row["minute"] % STEP == 0]
    return 40_000, [0, 20_000, 40_000], [("spooled", [(minute, 0) for minute, _ in values], values)]


def legend(accounts):
    x = WIDTH - RIGHT + 12
    for index, account in enumerate(accounts):
        y = top_of(0) + 10 + 17 * (len(accounts) - 1 - index)
        yield f'<rect class="s{index}" x="{x}" y="{y - 10:.1f}" width="10" height="10"/>'
        yield f'<text class="small" x="{x + 15}" y="{y:.1f}">{account}</text>'
    for index, (style, label) in enumerate((("arrived", "arrived"), ("best", "the least time"))):
        y = top_of(1) + 10 + 17 * index
        yield f'<line class="{style}" x1="{x}" x2="{x + 14}" y1="{y - 4:.1f}" y2="{y - 4:.1f}"/>'
        yield f'<text class="small" x="{x + 19}" y="{y:.1f}">{label}</text>'


def hours(rows):
    for hour in range(0, 25, 3):
        x = x_of(hour * len(rows) / 24, rows)
        yield f'<text class="small" text-anchor="middle" x="{x:.1f}" y="{top_of(2) + PANEL + 16:.1f}">{hour:02}:00</text>'


if __name__ == "__main__":
    main()
