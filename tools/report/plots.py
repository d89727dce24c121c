"""The report's pictures: GB/s against size, the limit and everybody in them."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import results as rs  # noqa: E402
from gates import array_bytes, best_choice, size_name  # noqa: E402
from tables import contenders_by_length, title  # noqa: E402

INK, FAINT, PAPER = "#1c2733", "#8a96a3", "#ffffff"
COLOURS = {
    "slopewise": "#0b63ce",
    "PyTorch": "#d9480f",
    "oneDNN": "#2b8a3e",
    "XNNPACK": "#9c36b5",
    "by hand": "#1c2733",
    "limit": "#8a96a3",
}
STYLE = {"font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "svg.fonttype": "path", "svg.hashsalt": "slopewise"}
LABEL_GAP = 15  # points between labels


class Line:
    """What is drawn of a contender: its rate by size."""

    def __init__(self, label, colour, points, **style):
        self.label, self.colour, self.points = label, colour, sorted(points)
        self.style = {"linewidth": 1.6, "marker": "o", "markersize": 3.2} | style

    def draw(self, axes):
        axes.plot(*zip(*self.points), color=self.colour, solid_capstyle="round", **self.style)


def points(groups, choose):
    """(bytes an array, GB/s) of the chosen case, where a group has it."""
    found = [(array_bytes(g), choose(g)) for g in groups]
    return [(size, case.rate) for size, case in found if case]


def sweep_lines(results, groups):
    """Limit, loops by hand, peers, and this library on top."""
    by_hand = lambda group: results.fastest("by hand", group)
    def peer(name):
        return lambda group: min((c for c in group.of_role("peer") if c.peer == name), key=lambda c: c.median, default=None)

    lines = [Line("limit: fastest copy", COLOURS["limit"], points(groups, results.limit), linewidth=5, alpha=0.35, marker="")]
    lines.append(Line("by hand", COLOURS["by hand"], points(groups, by_hand), linewidth=1.2, linestyle=(0, (3, 2)), marker=""))
    lines += [Line(p, COLOURS[p], points(groups, peer(p))) for p in rs.PEERS]
    if groups[0].case("slopewise_avx2") and groups[0].op.startswith("rrelu"):
        lines.append(Line("Slopewise, AVX2", "#74a9ea", points(groups, lambda g: g.case("slopewise_avx2"))))
    lines.append(Line("Slopewise", COLOURS["slopewise"], points(groups, lambda g: g.first), linewidth=2.8, markersize=4.5))
    return [line for line in lines if line.points]


def thread_lines(results, op):
    ours = results.find(form="threads", op=op)
    peers = results.find(form="threads/peers", op=op)
    named = lambda name: lambda group: group.case(name)
    torch = lambda suffix: lambda group: next((c for c in group.cases if c.peer == "PyTorch" and c.name.endswith(suffix)), None)
    several = f"{results.threads} threads"
    on_several = several.replace(" ", "_")
    lines = [
        Line(f"copy, {several}", COLOURS["limit"], points(ours, lambda g: g.fastest("copy")), linewidth=5, alpha=0.35, marker=""),
        Line("PyTorch, 1 thread", "#f0a07c", points(peers, torch("_one_thread")), linestyle=(0, (4, 2))),
        Line(f"PyTorch, {several}", COLOURS["PyTorch"], points(peers, torch(on_several))),
        Line("Slopewise, 1 thread", "#74a9ea", points(ours, named("one_thread")), linestyle=(0, (4, 2))),
        Line("Slopewise, default", COLOURS["slopewise"], points(ours, named("default_threads")), linewidth=2.8, markersize=4.5),
    ]
    return [line for line in lines if line.points]


def mark_caches(axes, machine, streams):
    """Where inputs and outputs together fill a cache."""
    low, high = axes.get_xlim()
    for cache in machine["caches"]:
        place = cache["size"] / streams
        if low < place < high and cache["type"] != "Instruction":
            axes.axvline(place, color=FAINT, linewidth=0.7, linestyle=":", zorder=0)
            axes.text(place, 1.01, f"L{cache['level']}", transform=axes.get_xaxis_transform(), ha="center", va="bottom", fontsize=8, color=FAINT)


def label_ends(axes, lines):
    """Each line's name beside its last point, moved apart where they would meet."""
    figure = axes.get_figure()
    figure.canvas.draw()
    gap = LABEL_GAP * figure.dpi / 72
    ends = sorted(((axes.transData.transform(line.points[-1])[1], line) for line in lines), key=lambda e: e[0])
    heights = [y for y, _ in ends]
    for _ in range(100):
        for i in range(1, len(heights)):
            short = gap - (heights[i] - heights[i - 1])
            if short > 0:
                heights[i - 1] -= short / 2
                heights[i] += short / 2
    right = axes.transAxes.transform((1, 0))[0]
    for height, (_, line) in zip(heights, ends):
        place = axes.transData.inverted().transform((right, height))
        axes.annotate(
            line.label,
            place,
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            color=line.colour,
            fontweight="bold" if line.label.startswith("Slopewise") else "normal",
            annotation_clip=False,
        )


def rate_axis(axes, lines):
    rates = [rate for line in lines for _, rate in line.points]
    axes.set_yscale("log")
    axes.set_ylim(min(rates) / 1.3, max(rates) * 1.25)
    ticks = [t for t in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if axes.get_ylim()[0] <= t <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()


def size_axis(axes, lines):
    sizes = sorted({size for line in lines for size, _ in line.points})
    axes.set_xscale("log", base=2)
    axes.set_xlim(sizes[0] / 1.2, sizes[-1] * 1.2)
    ticks = 2.0 ** np.arange(np.ceil(np.log2(sizes[0])), np.log2(sizes[-1]) + 0.1)
    ticks = ticks[:: max(1, int(np.ceil(len(ticks) / 7)))]
    axes.set_xticks(ticks, [size_name(t) for t in ticks])
    axes.minorticks_off()


def bare(axes):
    """Lines across for the eye, and no frame."""
    axes.grid(axis="y", color="#e6e9ed", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=INK, length=0, labelsize=9)


def panel(axes, heading, lines, machine, streams):
    axes.set_title(heading, loc="left", fontsize=12, fontweight="bold", color=INK, pad=18)
    for line in lines:
        line.draw(axes)
    size_axis(axes, lines)
    rate_axis(axes, lines)
    mark_caches(axes, machine, streams)
    axes.set_xlabel("bytes an array", color=INK)
    bare(axes)
    label_ends(axes, lines)


def draw(panels, path, machine):
    """Panels of (heading, lines, streams) side by side."""
    with plt.rc_context(STYLE):
        figure, all_axes = plt.subplots(1, len(panels), figsize=(8.6 if len(panels) == 1 else 13.6, 4.9), squeeze=False, facecolor=PAPER)
        figure.subplots_adjust(
            left=0.07 if len(panels) == 1 else 0.045, right=0.8 if len(panels) == 1 else 0.875, top=0.86, bottom=0.12, wspace=0.52
        )
        for axes, (heading, lines, streams) in zip(all_axes[0], panels):
            panel(axes, heading, lines, machine, streams)
        all_axes[0][0].set_ylabel("GB/s, in + out, log", color=INK)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def sweep_panel(results, key):
    groups = results.problems().get(key)
    if not groups:
        return None
    lines = sweep_lines(results, groups)
    return (f"{title(*key)}, one thread", lines, groups[0].first.bytes / array_bytes(groups[0]))


def thread_panel(results, op):
    lines = thread_lines(results, op)
    return (f"{title(op, 'f32', '')}, by threads", lines, 2) if lines else None


def regret_lines(results, name):
    """How many times as long as the best choice a choice takes, by operation."""
    groups = results.find(form="choices")
    ops = list(dict.fromkeys(g.op for g in groups))
    colours = ("#0b63ce", "#d9480f", "#2b8a3e", "#9c36b5", "#74a9ea", "#f0a07c", "#1c2733")
    of = lambda op: [(array_bytes(g), g.time(g.case(name), best_choice(g)).value) for g in groups if g.op == op]
    return [Line(op, colour, of(op), linewidth=1.3) for op, colour in zip(ops, colours)]


def regret_panel(axes, heading, lines, bound):
    axes.set_title(heading, loc="left", fontsize=12, fontweight="bold", color=INK, pad=18)
    axes.axhline(bound, color=FAINT, linewidth=0.9, linestyle=":")
    for line in lines:
        line.draw(axes)
    size_axis(axes, lines)
    axes.set_ylim(0.9, max(1.5, *(loss for line in lines for _, loss in line.points)) * 1.03)
    axes.set_xlabel("bytes an array", color=INK)
    bare(axes)
    label_ends(axes, lines)


def draw_choices(results, path):
    """Regret with this machine's own row and without; what it shows, or nothing."""
    if not results.find(form="choices"):
        return None
    headings = {"default": ("The library's choice", 1.15), "without_own_row": ("Without this machine's own row", 1.25)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        figure, all_axes = plt.subplots(1, 2, figsize=(13.6, 4.9), facecolor=PAPER)
        figure.subplots_adjust(left=0.045, right=0.875, top=0.86, bottom=0.12, wspace=0.52)
        for axes, (name, (heading, bound)) in zip(all_axes, headings.items()):
            regret_panel(axes, heading, regret_lines(results, name), bound)
        all_axes[0].set_ylabel("time to that of the best choice", color=INK)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
    return "What choices of stores and threads lose, by operation and size"


def tail_lines(results, type):
    """Nanoseconds by length, of every variant and the fastest call of each peer."""
    groups = results.find(section="tails", op="relu", type=type)
    names = contenders_by_length(groups)
    shades = iter(("#0b63ce", "#74a9ea", "#a5c8f3"))
    lines = []
    for name in names:
        of_name = [(g.elements, g.case(name)) for g in groups if g.case(name)]
        peer = of_name[0][1].peer
        label = name.replace("_", " ").replace("slopewise", "Slopewise")
        colour = COLOURS[peer] if peer else next(shades, INK)
        lines.append(Line(label, colour, [(n, case.median) for n, case in of_name], marker="", linewidth=1.4 if peer else 2))
    return lines


def draw_tails(results, path):
    """Panels by type; what it shows, or nothing."""
    panels = [(type, lines) for type in ("f32", "i8") if (lines := tail_lines(results, type))]
    if not panels:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(STYLE):
        figure, all_axes = plt.subplots(1, len(panels), figsize=(13.6, 4.9), squeeze=False, facecolor=PAPER)
        figure.subplots_adjust(left=0.045, right=0.875, top=0.86, bottom=0.12, wspace=0.52)
        for axes, (type, lines) in zip(all_axes[0], panels):
            axes.set_title(f"ReLU, {type}, every length", loc="left", fontsize=12, fontweight="bold", color=INK, pad=18)
            for line in lines:
                line.draw(axes)
            axes.set_ylim(0, max(ns for line in lines for _, ns in line.points) * 1.05)
            axes.set_xlabel("elements", color=INK)
            bare(axes)
            label_ends(axes, lines)
        all_axes[0][0].set_ylabel("ns a call", color=INK)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
    return "ReLU of every length from 1 to 130: " + ", ".join(type for type, _ in panels)


def draw_all(results, folder):
    """Writes those pictures that the run has figures for; returns their names with what they show."""
    sweep = lambda op, type="f32": sweep_panel(results, (op, type, ""))
    pictures = {
        "relu": [sweep("relu")],
        "rrelu": [sweep("rrelu")],
        "backward-crelu": [sweep("relu_backward"), sweep("crelu")],
        "half": [sweep("relu", "bf16"), sweep("rrelu", "bf16")],
        "threads": [thread_panel(results, op) for op in ("relu", "rrelu")],
    }
    drawn = {}
    for name, panels in pictures.items():
        panels = [p for p in panels if p]
        if panels:
            folder.mkdir(parents=True, exist_ok=True)
            draw(panels, folder / f"{name}.svg", results.machine)
            drawn[name] = "; ".join(heading for heading, _, _ in panels)
    for name, draw_more in {"tails": draw_tails, "choices": draw_choices}.items():
        if shown := draw_more(results, folder / f"{name}.svg"):
            drawn[name] = shown
    return drawn
