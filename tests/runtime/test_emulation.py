"""Every function and type on emulated CPUs: the native bytes, and no instruction that the CPU lacks (SIGILL)."""

import os
import shutil
import subprocess

import pytest

DIGEST = os.environ["SLOPEWISE_DIGEST"]
QEMU = shutil.which("qemu-x86_64")
VARIANTS = os.environ["SLOPEWISE_CPU_VARIANTS"].split(":")  # of this build


def digest(*arguments, cpu=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")}
    assert cpu is None or QEMU, "qemu-x86_64 is missing (Debian: qemu-user)"
    emulator = [QEMU, "-cpu", cpu] if cpu else []
    done = subprocess.run([*emulator, DIGEST, *arguments], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout  # stderr holds qemu's warnings about features that it cannot emulate


@pytest.fixture(scope="session")
def native():
    status, text = digest()
    assert status == 0, text
    return text


@pytest.mark.parametrize("cpu", ["qemu64", "Nehalem", "Haswell", "max"])
def test_native_bytes(native, cpu):
    status, text = digest(cpu=cpu)
    assert status == 0 and text == native, text


@pytest.mark.parametrize("cpu, variant", [case for case in [("Haswell", "x86-64"), ("max", "avx2")] if case[1] in VARIANTS])
def test_native_bytes_of_a_lesser_variant(native, cpu, variant):
    status, text = digest(variant, cpu=cpu)
    assert status == 0 and text == native, text


@pytest.mark.parametrize("cpu, variant", [("qemu64", "avx2"), ("Haswell", "avx512")])
def test_lacking_variant_is_refused(cpu, variant):
    status, text = digest(variant, cpu=cpu)
    assert status == 3 and variant in text, text
