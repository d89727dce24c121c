"""Runs the activations over feature maps of a real photograph, checks every byte against NumPy, and draws a picture.

usage: demo.py --program build/release/cli/slopewise --out build/demo
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "python"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import reference as ref  # noqa: E402
from filters import feature_maps, photograph  # noqa: E402
from picture import draw  # noqa: E402

LOWER, UPPER, SEED = 0.125, 1 / 3, 42


@dataclass
class Demo:
    program: str
    out: Path
    rows: list = field(default_factory=list)

    def path(self, name):
        return str(self.out / f"{name}.npy")

    def save(self, name, array):
        np.save(self.path(name), array)

    def run(self, op, source, target, want, *options):
        """One call of the program, one row of the table. `want` is an array and the mask of what arithmetic made."""
        line = subprocess.run(
            [self.program, "apply", op, self.path(source), self.path(target), *map(str, options)], check=True, capture_output=True, text=True
        ).stdout.split()
        got = np.load(self.path(target))
        right = ref.equal_bytes(got, want[0], want[1])
        self.rows.append((op, line[1], str(got.dtype), got.size, float(line[-2]), right))
        return got

    def table(self):
        print(f"{'op':22} {'variant':8} {'type':8} {'elements out':>12} {'GB/s':>7}  against NumPy")
        for op, variant, dtype, elements, rate, right in self.rows:
            print(f"{op:22} {variant:8} {dtype:8} {elements:12,} {rate:7.2f}  {'every byte equal' if right else 'DIFFERENT'}")
        return all(row[-1] for row in self.rows)


def run_all(demo, maps):
    """Every operation on the maps, f32, and the main ones again in f16. Returns what the picture shows."""
    demo.save("maps", maps)
    gradient = np.random.default_rng(1).standard_normal(maps.shape, np.float32)
    demo.save("gradient", gradient)
    slope = ref.slopes(maps.shape, np.float32, LOWER, UPPER, SEED)
    random = ["--lower", LOWER, "--upper", UPPER, "--seed", SEED]
    shown = {"relu": demo.run("relu", "maps", "relu", ref.relu(maps))}
    shown["rrelu"] = demo.run("rrelu", "maps", "rrelu", ref.leaky_relu(maps, slope), *random, "--noise", demo.path("noise"))
    noise = np.load(demo.path("noise"))
    assert ref.equal_bytes(noise, ref.rrelu_noise(maps, slope)[0]), "the noise differs"
    shown["rrelu_eval"] = demo.run("rrelu_eval", "maps", "eval", ref.leaky_relu(maps, (LOWER + UPPER) / 2), *random[:4])
    shown["crelu"] = demo.run("crelu", "maps", "crelu", ref.crelu(maps))
    demo.run("rrelu_backward", "maps", "grad", ref.rrelu_backward(gradient, maps, slope), *random, "--grad", demo.path("gradient"))
    demo.run("rrelu_backward_noise", "gradient", "grad", ref.rrelu_backward_noise(gradient, noise), "--noise", demo.path("noise"))
    half = maps.astype(np.float16)
    demo.save("half", half)
    demo.run("relu", "half", "relu16", ref.relu(half))
    demo.run("rrelu", "half", "rrelu16", ref.leaky_relu(half, slope), *random)
    return shown


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    photo = photograph()
    maps = feature_maps(photo)
    print(f"photograph {photo.shape[1]} x {photo.shape[0]}, {maps.shape[0]} feature maps, {maps.size:,} elements")
    demo = Demo(arguments.program, arguments.out)
    shown = run_all(demo, maps)
    right = demo.table()
    picture = arguments.out / "demo.png"
    draw(photo, maps, shown, picture)
    print(f"picture: {picture}")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
