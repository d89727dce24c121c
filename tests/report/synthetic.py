"""What the benchmarks write, of a machine that is made up."""

import json

import numpy as np

ROUNDS = 25


def case(name, label, ns, spread=0.01, seed=0, **counters):
    """A benchmark's repetitions, but for what it shares with its group."""
    samples = ns * np.random.default_rng(seed).lognormal(0, spread, ROUNDS)
    return [{"name": name, "label": label, "real_time": t, "cpu_time": t, **counters} for t in samples.tolist()]


def group(cases, op="relu", type="f32", elements=4096, form="", streams=2, others=0.01, suffix=""):
    """The first case is repeated, as the benchmarks are."""
    first = cases[0]
    again = case(first[0]["name"] + "_again", "repeat", np.median([r["real_time"] for r in first]), seed=99)
    runs = []
    for place, of_case in enumerate([*cases, again]):
        for index, run in enumerate(of_case):
            name = "/".join(part for part in (op, type, str(elements), form, run["name"]) if part) + suffix
            rate = streams * 4 * elements / run["real_time"] * 1e9
            shared = {"name": name, "run_name": name, "run_type": "iteration", "repetition_index": index, "family_index": place}
            runs.append(run | shared | {"bytes_per_second": rate, "others_cpus": others})
    return runs


def results(groups, missing=(), cpu="Imaginary 9000"):
    caches = [{"type": "Unified", "level": level, "size": size} for level, size in ((1, 32768), (2, 1 << 20), (3, 32 << 20))]
    context = {
        "date": "2026-11-25T12:00:00+00:00",
        "num_cpus": 2,
        "caches": caches,
        "cpu": cpu,
        "compiler": "GCC 12",
        "system": "Linux",
        "slopewise": "0.1.0",
        "threads": "2",
        "variants": "avx512 avx2 x86-64",
    }
    for peer in ("PyTorch", "oneDNN", "XNNPACK"):
        context[peer] = "missing: its package was not found" if peer in missing else "1.0"
    aggregate = {"name": "relu/f32/4096/slopewise_mean", "run_name": "relu/f32/4096/slopewise", "run_type": "aggregate"}
    return {"context": context, "benchmarks": [aggregate, *(run for g in groups for run in g)]}


def relu_at(elements, ours=100.0, torch=400.0, hand=98.0, seed=0, drift=1.0, spread=0.01, others=0.01):
    """One comparison of ReLU, on a machine that is `drift` times as slow as it was."""
    make = lambda name, label, ns, i: case(name, label, ns * drift * elements / 4096, spread, seed + i)
    return group(
        [
            make("slopewise", "library", ours, 1),
            make("slopewise_relu_f32", "variant", ours, 2),
            make("memcpy", "copy", 95.0, 3),
            make("by_hand_AVX-512", "by hand", hand, 4),
            make("PyTorch_clamp_min_out", "PyTorch", torch, 5),
            make("oneDNN_eltwise_relu", "oneDNN", 320.0, 6),
        ],
        elements=elements,
        others=others,
    )


def written(path, j):
    path.write_text(json.dumps(j))
    return str(path)
