"""What the libraries export and import, and how large they are."""

import os
import platform
import re
import subprocess
from pathlib import Path

import pytest

SHARED = Path(os.environ["SLOPEWISE_SHARED"])
CPU_KERNELS, GPU_KERNELS = ([Path(p) for p in os.environ[f"SLOPEWISE_{kind}_KERNELS"].split(":") if p] for kind in ("CPU", "GPU"))
HEADER = Path(__file__).parents[2] / "runtime" / "include" / "slopewise" / "slopewise.h"
SIZE_BUDGET = 8 << 20


def nm(*arguments):
    return subprocess.run(["nm", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def test_exports_are_the_header():
    text = HEADER.read_text()
    declared = set(re.findall(r"(?:SLOPEWISE_CALL|SLOPEWISE_API)\s+(?:const char \*|size_t )?(slopewise_\w+)\(", text))
    exported = {line.split()[-1] for line in nm("-D", "--defined-only", SHARED).splitlines()}
    assert len(declared) > 25 and exported == declared


def undefined(archive):
    assert "slopewise_relu_f32" in nm("--defined-only", archive)
    return {line.split()[-1] for line in nm("-u", archive).splitlines() if line.split()[:1] in (["U"], ["w"])}


def test_cpu_kernels_import_nothing():
    assert CPU_KERNELS
    for archive in CPU_KERNELS:
        assert not undefined(archive), archive.name


@pytest.mark.skipif(not GPU_KERNELS, reason="no GPU's variant in this build")
def test_gpu_kernels_import_what_launches_them():
    for archive in GPU_KERNELS:
        device = "opencl" if "opencl" in archive.name else "cuda"
        names = ("device_interface", "initialize_kernels", "finalize_kernels", "run")
        assert undefined(archive) == {f"slopewise_{device}_{n}" for n in names} | {"slopewise_copy_to_device"}


def test_runtime_imports_no_halide_and_no_driver():
    assert "halide" not in nm("-D", SHARED)
    needed = subprocess.run(["objdump", "-p", SHARED], check=True, capture_output=True, text=True).stdout
    assert "NEEDED" in needed and not re.search(r"NEEDED\s+lib(cuda|OpenCL)", needed)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x86's streaming stores alone are not ordered")
@pytest.mark.parametrize("function", ["execute_run", "execute_tiles"])
def test_streamed_stores_are_fenced(function):
    """A caller may hand the output to another thread: no test on one machine would notice the fence missing."""
    code = subprocess.run(["objdump", "-dC", "--no-show-raw-insn", SHARED], check=True, capture_output=True, text=True).stdout
    (body,) = re.findall(r"^[0-9a-f]+ <slopewise::" + function + r"\(.*>:\n((?:.+\n)+)", code, re.M)
    assert "sfence" in body


def test_size_budget():
    """Of what is loaded: debug information is not."""
    headers = subprocess.run(["readelf", "-lW", SHARED], check=True, capture_output=True, text=True).stdout
    sizes = [int(line.split()[4], 16) for line in headers.splitlines() if line.split()[:1] == ["LOAD"]]
    assert sizes and sum(sizes) < SIZE_BUDGET, f"{sum(sizes)} bytes"
