"""Writes docs/benchmarks.md and its pictures from a run's results.

usage: report.py RESULTS.json --out docs      the report
       report.py RESULTS.json --readme        the README's table, on standard output
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import plots
import results as rs
import tables
from gates import Gates, size_name

METHOD = """\
- The measuring is [Google Benchmark](https://github.com/google/benchmark)'s. All contenders for a problem run in one process, on memory that is allocated, touched
  (2 MiB pages asked for) and warm. Each has as many repetitions as all others, and all repetitions run in one random order
  (`--benchmark_enable_random_interleaving`), one problem after the other. A repetition is a stretch of calls for 10 ms, or one call where that is longer.
- A time is the median over repetitions by the wall clock, its interval the 95 % bootstrap interval of the median. A ratio is the median of ratios between
  the k-th repetitions of two contenders, which on average ran near each other: what a slowly drifting machine does to both falls out.
- *Noise* is an A/A figure: the first contender runs a second time under another name, and noise is the farthest that the interval of their ratio goes
  from 1. A difference below it is no finding, nor one below 10 % from 1 to 16 MiB an array.
- The *limit* is the fastest of memcpy, a copying loop and a streaming copy that move as many bytes in and out. *By hand* are the loops of `bench/bounds/`. Their
  bytes are compared with this library's before anything is timed, to 1Mi elements, and so are those of peers that compute the same.
- Each stretch of calls begins at a random depth of the stack: an unlucky place would else stay for the whole run.
- Signs are unpredictable. Arrays begin at different places in their pages.
- Streaming stores throw outputs out of the caches. Where a call moves less than 16 MiB and this library does not stream, copies and loops that do run apart. Up to
  128 MiB each stretch follows an untimed call of its own contender, which leaves the caches as the stretch will find them.
- Single calls are timed one by one; their quantiles are over all calls of all repetitions.
- PyTorch is called from C++ in the forms that are fair to it: `clamp_min_out`, `relu_`, and outputs given; `relu_out` makes a temporary and is several
  times slower. It has no CReLU but `cat({relu(x), relu(-x)})`, which allocates. Its training RReLU always writes its noise.
"""


def machine_line(r):
    m = r.machine
    caches = ", ".join(f"L{c['level']} {size_name(c['size'])}" for c in m["caches"] if c["type"] != "Instruction")
    cpu = f"{m['cpu']} ({', '.join(r.variants)}), {m['num_cpus']} CPUs, {caches}"
    return "; ".join([cpu, m["system"], m["compiler"], f"Slopewise {m['slopewise']}", m["date"][:10]])


def peers_line(r):
    missing = r.missing()
    return "; ".join(f"{p} is missing: {missing[p]}" if p in missing else f"{p} {r.machine[p]}" for p in rs.PEERS)


def neighbours_line(r):
    others = np.array([g.others for g in r.groups])
    return f"Other processes used {np.median(others):.2f} of a CPU in the median comparison and {others.max():.2f} in the worst."


def picture(name, drawn):
    return f"![{drawn[name]}](benchmarks/{name}.svg)" if name in drawn else ""


def overview(r, drawn):
    yield "# Benchmarks"
    yield f"Written by `./run bench`. {machine_line(r)}. One thread unless said otherwise. Peers: {peers_line(r)}. {neighbours_line(r)}"
    for name in ("relu", "rrelu", "backward-crelu", "half", "threads"):
        yield picture(name, drawn)
    yield "## Targets"
    yield tables.gate_table(Gates(r).all())


def choices_line(r):
    return (
        f"Cross-validation over the measured machines, each by what the others say: {r.machine.get('cross_validation', 'not known')}. "
        f"Without its own row this machine's choices are: {r.machine.get('without_own_row', 'not known')}."
    )


def details(r, drawn):
    yield "## Method\n\n" + METHOD
    yield "## Calls"
    yield from tables.calls(r)
    yield tables.instructions(r)
    yield "## Every length\n\n" + tables.tails(r)
    yield picture("tails", drawn)
    yield "## By size"
    yield (f"Speeds are ratios: above 1 this library is faster. A row that a peer wins by more than noise is marked {tables.LOSES}.")
    yield from tables.sweeps(r)
    yield "## Strided tensors\n\n" + tables.strided(r)
    yield "## Forms of training RReLU\n\n" + tables.beside_first(r, "random", "form")
    yield "## ReLU whose output is read afterwards\n\n" + tables.beside_first(r, "reader", "contender")
    yield "## Choices of stores and threads\n\n" + choices_line(r)
    yield picture("choices", drawn)
    yield tables.choices(r)
    yield "## Threads\n\n" + tables.threads(r)
    yield "## Single calls\n\n" + tables.latency(r)
    yield tables.latency_of_peers(r)
    yield "## All operations and types"
    yield tables.types(r)
    yield "## Everybody's times"
    yield from tables.every_contender(r)


def write(r, out):
    drawn = plots.draw_all(r, out / "benchmarks")
    text = "\n\n".join(part.strip() for part in [*overview(r, drawn), *details(r, drawn)] if part.strip())
    (out / "benchmarks.md").write_text(text + "\n")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("--out", type=Path, help="folder for benchmarks.md and benchmarks/*.svg")
    parser.add_argument("--readme", action="store_true", help="print the README's table")
    options = parser.parse_args(arguments)
    try:
        r = rs.load(options.results)
    except ValueError as e:
        sys.exit(f"report: {e}")
    if options.readme:
        print(tables.short(r))
    if options.out:
        write(r, options.out)
        print(f"wrote {options.out / 'benchmarks.md'} and its pictures")
    if not options.readme and not options.out:
        parser.error("expected --out FOLDER or --readme, got neither")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
