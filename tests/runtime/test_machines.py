"""Emulated CPUs: each gets the best variant of this build that it runs, and a clear refusal of those that it lacks."""

import pytest
from probe import VARIANTS, checksum, probe

RUNS = {"qemu64": ["x86-64"], "Nehalem": ["x86-64"], "Haswell": ["avx2", "x86-64"]}


@pytest.mark.parametrize("cpu", RUNS)
def test_cpu_gets_its_best_variant(cpu):
    best = next(variant for variant in VARIANTS if variant in RUNS[cpu])
    status, text = probe(cpu=cpu)
    assert status == 0 and f"variant: {best} " in text, text
    assert checksum(text) == checksum(probe()[1])


@pytest.mark.parametrize("cpu, variant", [("qemu64", "avx2"), ("Nehalem", "avx2"), ("Haswell", "avx512"), ("qemu64", "avx512")])
def test_lacking_variant_is_refused(cpu, variant):
    why = "lacks" if variant in VARIANTS else "no such variant in this build"
    for status, text in (probe(variant, cpu=cpu), probe(cpu=cpu, SLOPEWISE_VARIANT=variant)):
        assert status == 3 and variant in text and why in text, text
