"""What the libraries export and import, and how large they are."""

import os
import re
import subprocess
from pathlib import Path

SHARED = Path(os.environ["SLOPEWISE_SHARED"])
KERNELS = [Path(p) for p in os.environ["SLOPEWISE_KERNELS"].split(":")]
HEADER = Path(__file__).parents[2] / "runtime" / "include" / "slopewise" / "slopewise.h"
SIZE_BUDGET = 8 << 20


def nm(*arguments):
    return subprocess.run(["nm", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def test_exports_are_the_header():
    text = HEADER.read_text()
    declared = set(re.findall(r"(?:SLOPEWISE_CALL|SLOPEWISE_API)\s+(?:const char \*|size_t )?(slopewise_\w+)\(", text))
    exported = {line.split()[-1] for line in nm("-D", "--defined-only", SHARED).splitlines()}
    assert len(declared) > 25 and exported == declared


def test_kernels_import_nothing():
    assert KERNELS
    for archive in KERNELS:
        assert "slopewise_relu_f32" in nm("--defined-only", archive)
        undefined = [line for line in nm("-u", archive).splitlines() if line.split()[:1] in (["U"], ["w"])]
        assert not undefined, f"{archive.name}: {undefined[:3]}"


def test_runtime_imports_no_halide():
    assert "halide" not in nm("-D", SHARED)


def test_size_budget():
    size = SHARED.stat().st_size
    assert size < SIZE_BUDGET, f"{size} bytes"
