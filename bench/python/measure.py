"""Measures slopewise.torch's modules against torch's own, plain and compiled: time of a training step of one layer (forward,
and forward with backward), and the memory that it takes. Writes all samples as JSON.

usage: measure.py RESULTS.json [--quick]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from datetime import date

import torch

import slopewise
import slopewise.torch as st

SIZES = [1 << k for k in range(10, 27, 2)]
SLICE = 2e-3  # seconds of a contender's turn in a round, or one step where that is longer


class Idiom(torch.nn.Module):
    """CReLU as PyTorch's documentation writes it."""

    def __init__(self):
        super().__init__()
        self.relu = torch.nn.ReLU()

    def forward(self, x):
        return torch.cat((self.relu(x), self.relu(-x)), 0)


LAYERS = {
    "RReLU": (lambda: st.RReLU(), lambda: torch.nn.RReLU()),
    "LeakyReLU": (lambda: st.LeakyReLU(), lambda: torch.nn.LeakyReLU()),
    "ReLU": (lambda: st.ReLU(), lambda: torch.nn.ReLU()),
    "CReLU": (lambda: st.CReLU(dim=0), Idiom),
}


def contenders(layer):
    ours, theirs = LAYERS[layer]
    return {
        "slopewise": ours(),
        "torch": theirs(),
        "torch compiled": torch.compile(theirs(), dynamic=True),
        "slopewise again": ours(),
    }


def step(module, backward, x, grad):
    """One call, with its backward pass where asked for."""
    if not backward:
        with torch.no_grad():
            return lambda: module(x)
    x = x.detach().requires_grad_()

    def run():
        x.grad = None
        module(x).backward(grad)

    return run


def samples(runs, rounds):
    """Seconds of a step of each contender in each round, whose order is random."""
    counts = {}
    for name, run in runs.items():
        run()
        began = time.perf_counter()
        run()
        counts[name] = max(1, int(SLICE / max(time.perf_counter() - began, 1e-7)))
    taken = {name: [] for name in runs}
    for _ in range(rounds):
        for name in random.sample(list(runs), len(runs)):
            began = time.perf_counter()
            for _ in range(counts[name]):
                runs[name]()
            taken[name].append((time.perf_counter() - began) / counts[name])
    return taken


def inputs(layer, elements):
    x = torch.randn(elements)
    return x, torch.randn(2 * elements if layer == "CReLU" else elements)


def measured(layer, elements, threads, modules):
    torch.set_num_threads(threads)
    x, grad = inputs(layer, elements)
    rounds = 31 if elements <= 1 << 20 else 11
    for backward in (False, True):
        runs = {name: step(module, backward, x, grad) for name, module in modules.items()}
        kind = "forward and backward" if backward else "forward"
        yield {"layer": layer, "elements": elements, "threads": threads, "what": kind, "seconds": samples(runs, rounds)}


def peak(layer, contender, elements):
    """Bytes that a step takes beyond what was there, in this process, which has done nothing else (see main)."""
    x, grad = inputs(layer, elements)
    run = step(contenders(layer)[contender], True, x, grad)
    run()
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")  # the high-water mark begins at what is resident now
    before = high_water()
    run()
    return high_water() - before


def high_water():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def peak_elsewhere(layer, contender, elements):
    """In a process of its own, whose allocator gives memory back at once."""
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    command = [sys.executable, __file__, "--peak", layer, contender, str(elements)]
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


def machine():
    known = slopewise.info()
    chosen = [v["name"] for v in known["variants"] if v["chosen"] and v["device"] == "cpu"]
    return {"cpu": known["cpu"], "variants": chosen, "torch": torch.__version__, "slopewise": slopewise.__version__, "date": str(date.today())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = SIZES[::4] if options.quick else SIZES
    every = len(os.sched_getaffinity(0))
    results = {"machine": machine(), "times": [], "peaks": []}
    for layer in LAYERS:
        modules = contenders(layer)
        for elements in sizes:
            for threads in sorted({1, every}):
                results["times"] += measured(layer, elements, threads, modules)
            print(layer, elements, flush=True)
        for contender in modules:
            if contender != "slopewise again":
                size = sizes[-1] // 4
                results["peaks"].append({"layer": layer, "contender": contender, "elements": size, "bytes": peak_elsewhere(layer, contender, size)})
    with open(options.results, "w") as file:
        json.dump(results, file)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        print(peak(*sys.argv[2:4], int(sys.argv[4])))
    else:
        main()
