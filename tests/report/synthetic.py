"""Results as the bench writes them, of a machine that is made up."""

import json

import numpy as np

ROUNDS = 25


def case(name, role, ns, spread=0.01, seed=0, **more):
    samples = ns * np.random.default_rng(seed).lognormal(0, spread, ROUNDS)
    return {"name": name, "role": role, "calls_a_round": 1, "ns": samples.tolist(), **more}


def group(cases, section="cache", op="relu", type="f32", elements=4096, form="contiguous", condition="quiet", block="plain", streams=2):
    """The first case is repeated, as the bench does."""
    repeat = case("the first again", "repeat", np.median(cases[0]["ns"]), seed=99)
    return {
        "section": section,
        "op": op,
        "type": type,
        "elements": elements,
        "bytes": streams * 4 * elements,
        "form": form,
        "condition": condition,
        "block": block,
        "others": 0.01,
        "cases": [*cases, repeat],
    }


def results(groups, missing=(), cpu="Imaginary 9000"):
    peers = [
        {"name": name, "found": name not in missing} | ({"reason": "its package was not found"} if name in missing else {"version": "1.0"})
        for name in ("PyTorch", "oneDNN", "XNNPACK")
    ]
    machine = {
        "cpu": cpu,
        "cpus": 2,
        "caches": {"l1": 32768, "l2": 1 << 20, "l3": 32 << 20},
        "compiler": "GCC 12",
        "system": "Linux",
        "date": "2026-11-25",
        "library": "0.1.0",
        "variants": ["avx512", "avx2", "x86-64"],
    }
    return {"schema": 1, "machine": machine, "peers": peers, "quick": False, "sections": [], "threads": 2, "groups": groups}


def relu_at(elements, ours=100.0, torch=400.0, hand=98.0, seed=0, drift=1.0, spread=0.01):
    """One comparison of ReLU, on a machine that is `drift` times as slow as it was."""
    make = lambda name, role, ns, i, **more: case(name, role, ns * drift * elements / 4096, spread, seed + i, **more)
    return group(
        [
            make("slopewise", "subject", ours, 1),
            make("slopewise_relu_f32", "variant", ours, 2),
            make("memcpy", "limit", 95.0, 3),
            make("by hand, AVX-512", "bound", hand, 4),
            make("PyTorch clamp_min_out", "peer", torch, 5, peer="PyTorch"),
            make("oneDNN eltwise_relu", "peer", 320.0, 6, peer="oneDNN"),
        ],
        elements=elements,
    )


def written(path, j):
    path.write_text(json.dumps(j))
    return str(path)
