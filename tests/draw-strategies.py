#!/usr/bin/env python3
"""Draws what tests/draw-strategies.sh recorded: for each strategy the share of each server and the waiting time of clients, second by second.

    draw-strategies.py RECORDINGS IMAGES

Writes IMAGES/STRATEGY.svg (no outside resources, light and dark) and prints the figures of all of them as a table for the documentation.
"""

import csv
import math
import pathlib
import sys

SERVERS = "abcd"
SECONDS = 30
CHANGE = 15
SETTLED = 5  # seconds after the beginning and after the change that the table leaves out

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, GAP = 52, 96, 34, 28
PANEL = (HEIGHT - TOP - GAP - 30) / 2
SLOWEST_MS = 500

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 } .small { font-size: 11px; fill: #666 }
.axis { stroke: #999; stroke-width: 1 } .grid { stroke: #ddd; stroke-width: 1 } .change { stroke: #333; stroke-dasharray: 4 3 }
.a { fill: #4477aa } .b { fill: #66bbaa } .c { fill: #ccbb44 } .d { fill: #ee6677 }
.p50 { stroke: #333; stroke-width: 2; fill: none } .p95 { stroke: #aa3377; stroke-width: 1.5; fill: none } text.p95 { stroke: none; fill: #aa3377 }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .small { fill: #aaa } .axis { stroke: #777 } .grid { stroke: #444 } .change { stroke: #ddd } .p50 { stroke: #eee }
  .p95 { stroke: #dd77aa } text.p95 { fill: #dd77aa }
}"""


def main():
    recordings, images = map(pathlib.Path, sys.argv[1:3])
    images.mkdir(parents=True, exist_ok=True)
    print("| strategy | shares of a, b, c, d while a is slow | while d is slow | wait, median / 95 % | then |")
    print("|---|---|---|---|---|")
    for recording in sorted(recordings.glob("*.csv")):
        messages = read(recording)
        (images / f"{recording.stem}.svg").write_text(picture(recording.stem, messages), encoding="utf-8")
        print(table_row(recording.stem, messages))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [(float(row["at_s"]), float(row["wait_ms"]), row["server"]) for row in csv.DictReader(file)]


def between(messages, begin, end):
    return [message for message in messages if begin <= message[0] < end]


def shares(messages):
    count = len(messages) or 1
    return [sum(message[2] == server for message in messages) / count for server in SERVERS]


def percentile(messages, share):
    waits = sorted(message[1] for message in messages)
    return waits[min(len(waits) - 1, math.ceil(share * len(waits)) - 1)] if waits else 0


def table_row(name, messages):
    halves = between(messages, SETTLED, CHANGE), between(messages, CHANGE + SETTLED, SECONDS)
    percents = [" ".join(f"{100 * share:.0f}" for share in shares(half)) for half in halves]
    waits = [f"{percentile(half, 0.5):.0f} / {percentile(half, 0.95):.0f} ms" for half in halves]
    return f"| {name} | {percents[0]} % | {percents[1]} % | {waits[0]} | {waits[1]} |"


def picture(name, messages):
    seconds = [between(messages, second, second + 1) for second in range(SECONDS)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}: shares and waiting times">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="18">{name}</text>',
        *share_panel(seconds),
        *wait_panel(seconds),
        *change_line(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def x_of(second):
    return LEFT + second * (WIDTH - LEFT - RIGHT) / SECONDS


def share_panel(seconds):
    yield from axis(TOP, [(0, "0 %"), (0.5, "50 %"), (1, "100 %")])
    for second, messages in enumerate(seconds):
        top = TOP + PANEL
        for server, share in zip(SERVERS, shares(messages)):
            top -= share * PANEL
            yield f'<rect class="{server}" x="{x_of(second):.1f}" y="{top:.1f}" width="{x_of(1) - x_of(0) - 1:.1f}" height="{share * PANEL:.1f}"/>'
    for index, server in enumerate(SERVERS):
        y = TOP + PANEL - 16 * index
        weight = " (weight 2)" if server == "c" else ""
        yield f'<rect class="{server}" x="{WIDTH - RIGHT + 12}" y="{y - 10:.1f}" width="10" height="10"/>'
        yield f'<text class="small" x="{WIDTH - RIGHT + 26}" y="{y:.1f}">{server}{weight}</text>'


def wait_panel(seconds):
    top = TOP + PANEL + GAP
    yield from axis(top, [(0, "0 ms"), (0.5, f"{SLOWEST_MS // 2}"), (1, f"{SLOWEST_MS}")])
    for style, share, label, y in (("p50", 0.5, "median", 24), ("p95", 0.95, "95 %", 8)):
        points = []
        for second, messages in enumerate(seconds):
            height = min(1.0, percentile(messages, share) / SLOWEST_MS) * PANEL
            points.append(f"{x_of(second + 0.5):.1f},{top + PANEL - height:.1f}")
        yield f'<polyline class="{style}" points="{" ".join(points)}"/>'
        yield f'<line class="{style}" x1="{WIDTH - RIGHT + 12}" x2="{WIDTH - RIGHT + 24}" y1="{top + y}" y2="{top + y}"/>'
        yield f'<text class="small" x="{WIDTH - RIGHT + 28}" y="{top + y + 4}">{label}</text>'
    for second in range(0, SECONDS + 1, 5):
        yield f'<text class="small" text-anchor="middle" x="{x_of(second):.1f}" y="{top + PANEL + 16:.1f}">{second} s</text>'


def axis(top, marks):
    for share, label in marks:
        y = top + PANEL * (1 - share)
        yield f'<line class="{"axis" if share == 0 else "grid"}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="small" text-anchor="end" x="{LEFT - 6}" y="{y + 4:.1f}">{label}</text>'


def change_line():
    x = x_of(CHANGE)
    yield f'<line class="change" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{TOP + 2 * PANEL + GAP:.1f}"/>'
    yield f'<text class="small" text-anchor="end" x="{x - 6:.1f}" y="{TOP - 6}">a is five times slower</text>'
    yield f'<text class="small" x="{x + 6:.1f}" y="{TOP - 6}">d is, a no longer</text>'


if __name__ == "__main__":
    main()
