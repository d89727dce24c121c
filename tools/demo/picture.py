"""The demo's picture: the photograph, what the filters see, and what each activation keeps of it."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from filters import FILTERS  # noqa: E402
from PIL import Image  # noqa: E402

SHOWN = [0, 2, 4, 5]  # filters with a column of their own
FACE = (slice(30, 320), slice(110, 400))  # the part of a map that is shown
LIMIT = 2.5  # standard deviations
INK, PAPER = "#1c2733", "#fbfaf7"


def rows_of(maps, shown):
    count = len(maps)
    return [
        ("filtered", "x", maps),
        ("relu", "0 where x < 0", shown["relu"]),
        ("rrelu, training", "x · r, r random in [1/8, 1/3)", shown["rrelu"]),
        ("rrelu, evaluation", "x · 11/48", shown["rrelu_eval"]),
        ("crelu, 1st half", "relu(x)", shown["crelu"][:count]),
        ("crelu, 2nd half", "relu(-x)", shown["crelu"][count:]),
    ]


def show(axes, image, colours="RdBu_r", low=-LIMIT):
    axes.imshow(image, cmap=colours, vmin=low, vmax=LIMIT, interpolation="antialiased")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw(photo, maps, shown, path):
    rows = rows_of(maps, shown)
    plt.rcParams.update({"font.size": 11, "text.color": INK, "font.family": "DejaVu Sans"})
    figure = plt.figure(figsize=(16, 8.6), facecolor=PAPER)
    grid = figure.add_gridspec(len(SHOWN), len(rows) + 2, width_ratios=[2.1, 0.1] + [1] * len(rows), wspace=0.06, hspace=0.06,
                               left=0.015, right=0.985, top=0.85, bottom=0.03)
    portrait = figure.add_subplot(grid[:, 0])
    show(portrait, photo * LIMIT, "gray", 0)
    portrait.set_title("photograph", fontsize=12, color=INK)
    for line, index in enumerate(SHOWN):
        for column, (title, formula, maps_of_row) in enumerate(rows):
            axes = figure.add_subplot(grid[line, column + 2])
            show(axes, maps_of_row[index][FACE])
            if line == 0:
                axes.set_title(f"{title}\n", fontsize=12, fontweight="bold", color=INK)
                axes.text(0.5, 1.02, formula, transform=axes.transAxes, ha="center", va="bottom", fontsize=8.5, color="#5b6a78")
            if column == 0:
                axes.set_ylabel(list(FILTERS)[index], color=INK)
    figure.suptitle("Slopewise: one photograph, its feature maps, and what the activations make of them   (blue < 0 < red)",
                    fontsize=14, fontweight="bold", x=0.015, ha="left", y=0.975)
    figure.savefig(path, dpi=100, facecolor=PAPER)
    # Few colours are in it: a palette makes it a third of the size.
    Image.open(path).convert("RGB").quantize(144, dither=Image.Dither.NONE).save(path, optimize=True)
    plt.close(figure)
