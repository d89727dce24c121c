"""The probe on emulated CPUs (qemu-user) and under every environment: right choices, clear refusals, never a signal."""

import os
import shutil
import subprocess

import pytest

PROBE = os.environ["SLOPEWISE_PROBE"]
QEMU = shutil.which("qemu-x86_64")


def probe(*arguments, cpu=None, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")} | environment
    emulator = [QEMU, "-cpu", cpu] if cpu else []
    done = subprocess.run([*emulator, PROBE, *arguments], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(autouse=True, scope="session")
def emulator_is_there():
    assert QEMU, "qemu-x86_64 is missing (Debian: qemu-user)"


def checksum(text):
    return [line for line in text.splitlines() if line.startswith("sum: ")]


@pytest.mark.parametrize("cpu, variant", [("qemu64", "x86-64"), ("Nehalem", "x86-64"), ("Haswell", "avx2")])
def test_cpu_gets_its_best_variant(cpu, variant):
    status, text = probe(cpu=cpu)
    assert status == 0 and f"variant: {variant} " in text, text
    assert checksum(text) == checksum(probe()[1])


@pytest.mark.parametrize("cpu, variant", [("qemu64", "avx2"), ("Nehalem", "avx2"), ("Haswell", "avx512"), ("qemu64", "avx512")])
def test_lacking_variant_is_refused(cpu, variant):
    for status, text in (probe(variant, cpu=cpu), probe(cpu=cpu, SLOPEWISE_VARIANT=variant)):
        assert status == 3 and variant in text and "lacks" in text, text


@pytest.mark.parametrize("variant", ["nonsense", "AVX2", " avx2", "cuda-90"])
def test_wrong_environment_fails_calls_that_name_none(variant):
    status, text = probe(SLOPEWISE_VARIANT=variant)
    assert status == 3 and "SLOPEWISE_VARIANT" in text and variant in text
    assert probe("x86-64", SLOPEWISE_VARIANT=variant)[0] == 0


def test_environment_forces_and_empty_means_unset():
    assert "variant: x86-64 (forced" in probe(SLOPEWISE_VARIANT="x86-64")[1]
    assert probe(SLOPEWISE_VARIANT="")[1] == probe()[1]


@pytest.mark.parametrize("threads", ["1", "3", "0", "-1", "abc", "", "99999999999999999999"])
def test_thread_limit_changes_no_result(threads):
    status, text = probe(SLOPEWISE_THREADS=threads)
    assert status == 0 and checksum(text) == checksum(probe()[1])
