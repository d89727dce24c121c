"""The hot loops of kernels, disassembled: RReLU has whole-product multiplications and takes no lane out of a vector; kernels that
stream write their outputs past the caches and nothing else of a vector's width to memory but the stack; no tail is masked.

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


def loops_of(code):
    """From the target of each backward jump to the jump."""
    index = {address: i for i, (address, _, _) in enumerate(code)}
    loops = []
    for i, (address, name, operands) in enumerate(code):
        target = re.match(r"([0-9a-f]+) <", operands)
        if name.startswith("j") and target and int(target[1], 16) <= address:
            loops.append(code[index[int(target[1], 16)] : i + 1])
    assert loops, "no loop found"
    return loops


def hot_loop(code):
    """Of those that draw random numbers, the one with most multiplications an instruction, and fewest lanes taken apart: not the
    one over rows, nor what jumps back from a tail, where lanes are written one by one."""
    loops = [loop for loop in loops_of(code) if products(loop) >= LEAST_PRODUCTS]
    assert loops, f"no loop has {LEAST_PRODUCTS} products"
    return max(loops, key=lambda loop: (products(loop) - len(taken_apart(loop))) / len(loop))


def taken_apart(loop):
    return [name for _, name, _ in loop if re.match(r"v?p(insr|extr)[bwdq]|call", name)]


def products(loop):
    return sum(name.endswith("pmuludq") for _, name, _ in loop)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_random_numbers_stay_in_vectors(kernel, variant):
    types = ["u16"] if kernel == "draws" else ["f16", "bf16", "f32", "f64"]
    for element in types:
        path = FOLDER / variant / f"slopewise_{kernel}_{element}_{re.sub('[^a-z0-9]', '_', variant)}.o"
        loop = hot_loop(instructions(path))
        apart = taken_apart(loop)
        scalar = [name for _, name, _ in loop if re.match(r"v?(mul|cvt\w*)s[sd]$|v?ucomis", name)]
        spills = sum(1 for _, name, operands in loop if re.search(r"[xyz]mm\d+,.*\(%rsp\)", operands))
        print(f"{path.stem}: {len(loop)} instructions, {products(loop)} products, {spills} vector stores to the stack")
        assert not apart and not scalar, f"{path.stem}: {apart[:3]} {scalar[:3]}"


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v != "avx512"])
def test_tails_are_not_masked(variant):
    """Before Zen 4, AMD's processors store by a mask in tens of micro-operations."""
    paths = sorted((FOLDER / variant).glob("slopewise_*.o"))
    masked = [p.stem for p in paths if any(re.match(r"v?p?maskmov", name) for _, name, _ in instructions(p))]
    assert paths and not masked, masked[:5]


STREAMING = [path for variant in VARIANTS for path in sorted((FOLDER / variant).glob("slopewise_*_streaming_*.o"))]


def is_streaming(name):
    return re.match(r"v?movnt(ps|pd|dq)$", name)


def stores_a_vector(instruction):
    _, name, operands = instruction
    whole = re.match(r"v?mov(nt|[au]p[sd]|dq[au])", name)  # lanes of a tail are written one by one
    return whole and re.search(r"%[xyz]mm\d+,-?(0x[0-9a-f]+)?\((?!%rsp)[^)]*\)$", operands)


@pytest.mark.skipif(not STREAMING, reason="not run: this build has no kernels that stream (no LLVM 22)")
def test_streaming_kernels_stream():
    for path in STREAMING:
        loops = [loop for loop in loops_of(instructions(path)) if any(is_streaming(name) for _, name, _ in loop)]
        assert loops, f"{path.stem}: no loop streams"
        hot = min(loops, key=len)
        others = [f"{name} {operands}" for _, name, operands in filter(stores_a_vector, hot) if not is_streaming(name)]
        assert not others, f"{path.stem}: {others[:3]}"
