"""Writes docs/python-benchmarks.md and its picture from what bench/python/measure.py measured.

usage: python.py RESULTS.json --out docs
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from estimates import median, noise, number, paired_ratio  # noqa: E402
from gates import size_name  # noqa: E402
from plots import COLOURS, INK, PAPER, STYLE, bare  # noqa: E402

METHOD = """\
Each step is one layer on a contiguous f32 tensor: forward alone without gradients, and forward with `backward`. In one process each of 31
rounds (11 above 1Mi elements) runs every contender once, in a random order of its own, for 2 ms or one step. A time is the median over rounds with its 95 % bootstrap interval; a ratio is the median
of ratios within rounds. *Noise* is how far the interval of a second Slopewise module beside the first goes from 1. `torch` is torch's own module, `compiled`
is `torch.compile(module, dynamic=True)`. CReLU is `torch.cat((m(x), m(-x)))` in torch. Memory is the growth of the process's resident high-water mark during
one step of forward and backward, for each contender in a process of its own: the result, what is saved, the gradient, and temporaries.
"""


def ratios(row, to):
    return paired_ratio(row["seconds"][to], row["seconds"]["slopewise"])


def table(rows):
    yield "| elements | Slopewise | torch | compiled | speed to torch | speed to compiled | noise |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        times = [median([s * 1e6 for s in row["seconds"][c]]) for c in ("slopewise", "torch", "torch compiled")]
        speeds = [str(ratios(row, c)) + "x" for c in ("torch", "torch compiled")]
        uncertain = noise(row["seconds"]["slopewise"], row["seconds"]["slopewise again"])
        cells = [f"{row['elements']:,}", *[f"{number(t.value)} us" for t in times], *speeds, f"{uncertain:.0%}"]
        yield "| " + " | ".join(cells) + " |"


def memory(peaks):
    yield "| layer | elements | Slopewise | torch | compiled |"
    yield "| --- | --- | --- | --- | --- |"
    for layer in dict.fromkeys(p["layer"] for p in peaks):
        of = {p["contender"]: p for p in peaks if p["layer"] == layer}
        sizes = [size_name(of[c]["bytes"]) for c in ("slopewise", "torch", "torch compiled")]
        yield f"| {layer} | {of['slopewise']['elements']:,} | " + " | ".join(sizes) + " |"


def draw(times, path):
    """How many times as fast as torch a training step of each layer is, on one thread."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(8.6, 4.6), facecolor=PAPER)
        colours = dict(zip(dict.fromkeys(t["layer"] for t in times), (COLOURS["slopewise"], "#2b8a3e", "#8a96a3", "#9c36b5")))
        for layer, colour in colours.items():
            rows = [t for t in times if t["layer"] == layer and t["what"] == "forward and backward" and t["threads"] == 1]
            for to, style in (("torch", "-"), ("torch compiled", (0, (3, 2)))):
                label = layer if to == "torch" else f"{layer}, torch compiled"
                axes.plot([r["elements"] for r in rows], [ratios(r, to).value for r in rows], color=colour, linestyle=style, marker="o", markersize=3.2, label=label)
        axes.axhline(1, color=INK, linewidth=0.8)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_yticks(*zip(*((t, f"{t:g}x") for t in (0.2, 0.5, 1, 2, 5, 10, 20, 50))))
        axes.minorticks_off()
        axes.set_xlabel("elements")
        axes.set_title("Speed of a training step to torch's, f32, one thread", loc="left", fontsize=12, fontweight="bold")
        bare(axes)
        axes.legend(fontsize=8, frameon=False, ncols=2)
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
        plt.close(figure)


def page(results):
    machine = results["machine"]
    yield "# Python benchmarks\n"
    yield f"Written by `./run bench --python`. {machine['cpu']['name']} ({', '.join(machine['variants'])}), {machine['cpu']['threads']} CPUs; torch {machine['torch']}; Slopewise {machine['slopewise']}; {machine['date']}.\n"
    yield "![Speed of a training step to torch's, f32, one thread](benchmarks/python.svg)\n"
    yield METHOD
    yield "Speeds above 1 mean that Slopewise is faster.\n"
    for layer in dict.fromkeys(t["layer"] for t in results["times"]):
        yield f"## {layer}\n"
        for threads in sorted({t["threads"] for t in results["times"]}):
            for what in ("forward and backward", "forward"):
                rows = [t for t in results["times"] if (t["layer"], t["threads"], t["what"]) == (layer, threads, what)]
                yield f"{what.capitalize()}, {threads} thread{'s' if threads > 1 else ''}:\n"
                yield from table(rows)
                yield ""
    yield "## Memory of a training step\n"
    yield from memory(results["peaks"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    results = json.loads(Path(options.results).read_text())
    draw(results["times"], options.out / "benchmarks" / "python.svg")
    (options.out / "python-benchmarks.md").write_text("\n".join(page(results)) + "\n")


if __name__ == "__main__":
    main()
