"""Candidates of one kernel at each size, against the limit."""

import numpy as np
from plots import COLOURS, FAINT, INK, PAPER, STYLE, bare, plt

SCHEDULER_MARKS = {"Adams2019": "v", "Li2018": "s", "Mullapudi2016": "^"}


def nanoseconds(race, series):
    return np.median(series) / race.elements


def best_of_each(row, size):
    """Median times an element by candidate, over all races at a size."""
    times = {}
    for race in row.races:
        if race.size == size:
            for name, series in race.candidates.items():
                times.setdefault(name, []).append(nanoseconds(race, series))
    return {name: np.median(all) for name, all in times.items()}


def draw_size(axes, x, row, size):
    times = best_of_each(row, size)
    others = [t for name, t in times.items() if name not in (row.chosen, row.before)]
    axes.scatter(x + np.linspace(-0.28, 0.28, len(others)), sorted(others), s=14, color=FAINT, alpha=0.7, linewidths=0, zorder=2)
    limits = [nanoseconds(r, r.limit()) for r in row.races if r.size == size and r.limit()]
    if limits:
        axes.hlines(np.median(limits), x - 0.36, x + 0.36, color=INK, linewidth=2, zorder=1)
    if row.before in times:
        axes.scatter([x], [times[row.before]], s=70, marker="D", facecolors="none", edgecolors=COLOURS["PyTorch"], linewidths=1.6, zorder=3)
    if row.chosen in times:
        axes.scatter([x], [times[row.chosen]], s=40, color=COLOURS["slopewise"], zorder=4)
    for race in row.baseline_races:
        if race.size == size:
            for name, series in race.candidates.items():
                if name != "chosen":
                    axes.scatter([x + 0.36], [nanoseconds(race, series)], s=26, marker=SCHEDULER_MARKS[name], color=COLOURS["XNNPACK"], zorder=2)


def in_lines(candidate):
    """Two parameters a line."""
    values = candidate.split()
    return "\n".join("  " + " ".join(values[i : i + 2]) for i in range(0, len(values), 2))


def legend(axes, row):
    entry = lambda **style: plt.Line2D([], [], linestyle="", **style)
    shown = [
        (entry(marker="o", color=COLOURS["slopewise"]), f"chosen:\n{in_lines(row.chosen)}"),
        (entry(marker="D", markerfacecolor="none", color=COLOURS["PyTorch"]), f"by hand:\n{in_lines(row.before)}"),
        (entry(marker="o", markersize=4, color=FAINT), "other candidates"),
        (plt.Line2D([], [], color=INK, linewidth=2), "limit"),
    ]
    drawn = {name for race in row.baseline_races for name in race.candidates}
    shown += [
        (entry(marker=mark, color=COLOURS["XNNPACK"]), f"{name}'s schedule") for name, mark in SCHEDULER_MARKS.items() if name in drawn
    ]
    axes.legend(*zip(*shown), loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=9, labelcolor=INK)


def draw(row, heading, path):
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(10, 4.6), facecolor=PAPER)
        figure.subplots_adjust(left=0.07, right=0.72, top=0.9, bottom=0.09)
        sizes = row.sizes()
        for x, size in enumerate(sizes):
            draw_size(axes, x, row, size)
        axes.set_title(heading, loc="left", fontsize=12, fontweight="bold", color=INK)
        axes.set_xticks(range(len(sizes)), sizes)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(plt.matplotlib.ticker.FuncFormatter(lambda v, _: f"{v:g}"))
        axes.yaxis.set_minor_formatter(plt.matplotlib.ticker.NullFormatter())
        axes.set_ylabel("ns an element, log", color=INK)
        bare(axes)
        legend(axes, row)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
