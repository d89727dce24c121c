"""The hot loops of RReLU's kernels, disassembled: whole-product multiplications, and no lane taken out of a vector.

A change of compiler or schedule that makes Halide or LLVM take vectors apart gives the same bytes at a fraction of the
speed; no other test would notice.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(os.environ["SLOPEWISE_KERNEL_OBJECTS"])
VARIANTS = os.environ["SLOPEWISE_KERNEL_VARIANTS"].split(":")
KERNELS = ["rrelu", "rrelu_noise", "rrelu_backward", "draws"]
# Ten rounds of two products, less the first (linear in the block number) and what is uniform in a call.
LEAST_PRODUCTS = 17


def instructions(path):
    """(address, mnemonic, operands) of each instruction."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^\s*([0-9a-f]+):\t(\S+)[ \t]*(.*)$", text, re.M)
    return [(int(address, 16), name, operands) for address, name, operands in found]


def hot_loop(code):
    """The innermost loop with most multiplications: from the target of a backward jump to the jump."""
    index = {address: i for i, (address, _, _) in enumerate(code)}
    loops = []
    for i, (address, name, operands) in enumerate(code):
        target = re.match(r"([0-9a-f]+) <", operands)
        if name.startswith("j") and target and int(target[1], 16) <= address:
            loops.append(code[index[int(target[1], 16)] : i + 1])
    assert loops, "no loop found"
    return max(loops, key=lambda loop: (products(loop), -len(loop)))


def products(loop):
    return sum(name.endswith("pmuludq") for _, name, _ in loop)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_random_numbers_stay_in_vectors(kernel, variant):
    types = ["u16"] if kernel == "draws" else ["f16", "bf16", "f32", "f64"]
    for element in types:
        path = FOLDER / variant / f"slopewise_{kernel}_{element}_{re.sub('[^a-z0-9]', '_', variant)}.o"
        loop = hot_loop(instructions(path))
        apart = [name for _, name, _ in loop if re.match(r"v?p(insr|extr)[bwdq]|call", name)]
        scalar = [name for _, name, _ in loop if re.match(r"v?(mul|cvt\w*)s[sd]$|v?ucomis", name)]
        spills = sum(1 for _, name, operands in loop if re.search(r"[xyz]mm\d+,.*\(%rsp\)", operands))
        print(f"{path.stem}: {len(loop)} instructions, {products(loop)} products, {spills} vector stores to the stack")
        assert products(loop) >= LEAST_PRODUCTS, path.stem
        assert not apart and not scalar, f"{path.stem}: {apart[:3]} {scalar[:3]}"
