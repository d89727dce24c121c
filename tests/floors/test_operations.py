"""Every operation of signatures.hpp stands where the guide (docs/adding-an-op.md) says that it must be written by hand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "runtime" / "include" / "slopewise"
OPERATIONS = re.findall(r'^    \{"(\w+)",', (PUBLIC / "signatures.hpp").read_text(), re.M)
PLACES = {
    "runtime/include/slopewise/slopewise.h": r"SLOPEWISE_CALL slopewise_{}\(",
    "runtime/include/slopewise/slopewise.hpp": r"^void {}\(",
    "runtime/api/*.cpp": r"^slopewise_status slopewise_{}\(",
    "tests/support/reference.h": r'\{{"{}", ',
    "tests/runtime/digests.txt": r"^{} ",
    "tests/install/consumer/*.cpp": r"slopewise::{}\(",
}


def test_there_are_operations():
    assert {"relu", "rrelu", "crelu_backward"} <= set(OPERATIONS)


@pytest.mark.parametrize("place", PLACES)
def test_no_operation_is_forgotten(place):
    text = "\n".join(path.read_text() for path in ROOT.glob(place))
    missing = [op for op in OPERATIONS if not re.search(PLACES[place].format(op), text, re.M)]
    assert not missing, f"{place} lacks {', '.join(missing)}"


def test_every_map_is_a_kernel():
    rows = re.findall(r"^slopewise_kernel\((\w+) +FROM map ", (ROOT / "cmake" / "kernels.cmake").read_text(), re.M)
    maps = re.findall(r'^    \{"(\w+)",', (ROOT / "generators" / "maps.h").read_text(), re.M)
    assert rows and sorted(rows) == sorted(maps)


def rows():
    """The keywords of each row of the table of kernels, with what follows them."""
    text = (ROOT / "cmake" / "kernels.cmake").read_text()
    for name, words in re.findall(r"^set\((\w+) (.+)\)$", text, re.M):
        text = text.replace(f"${{{name}}}", words)
    lines = re.findall(r"^slopewise_kernel\((.+)\)$", text, re.M)
    return [{keyword: words.split() for keyword, words in re.findall(r"\b([A-Z_]+)([^A-Z]*)", line)} for line in lines]


def test_the_page_of_targets_counts_kernels():
    page = (ROOT / "docs" / "targets.md").read_text()
    variants = re.findall(r"^\| `(\S+)` \|[^|]*\|[^|]*\| (plain[^|]*) \| (\d+) \|", page, re.M)
    known = re.findall(r"^slopewise_variant\((\S+)", (ROOT / "cmake" / "targets.cmake").read_text(), re.M)
    assert [name for name, _, _ in variants] == known
    for name, stores, said in variants:
        device, forms = "gpu" if "wide" in stores else "cpu", len(stores.split(", "))
        here = [row for row in rows() if device in row.get("FOR", ["cpu"])]
        count = sum(len(row["TYPES"]) * (forms if device == "gpu" or "STREAMS" in row else 1) for row in here)
        assert count == int(said), f"{name} has {count} kernels"
