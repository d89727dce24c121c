"""The files of machines/ become plain data when a build is configured; one that is wrong stops it, by its name."""

import copy
import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOUND = {
    "slopewise_machine": 1,
    "machine": {"vendor": "AuthenticAMD", "family": 25, "model": 1, "l1": 32768, "l2": 524288, "l3": 33554432, "threads": 2},
    "ratios": {
        "copy": [[1048576, 1000] + 8 * [None], [2097152, 1000, 900, 800, 700, None, 600, 950, 850, 650]],
        "random": [[2048, 1000] + 8 * [1]],
    },
}


def written(tmp_path, files):
    """What the build writes of such a folder, and what CMake says."""
    folder = tmp_path / "machines"
    folder.mkdir(exist_ok=True)
    for name, file in files.items():
        (folder / name).write_text(file if isinstance(file, str) else json.dumps(file, indent=1))
    command = [os.environ["SLOPEWISE_CMAKE"], f"-DFOLDER={folder}", f"-DOUT={tmp_path}", "-P", HERE / "check_machines.cmake"]
    done = subprocess.run(command, capture_output=True, text=True)
    out = tmp_path / "measured_machines.cpp"
    return out.read_text() if done.returncode == 0 else "", " ".join(done.stderr.split())


def test_a_file_dropped_there_is_enough(tmp_path):
    text, words = written(tmp_path, {"amd-25-1-32MiB-2.json": SOUND})
    assert not words and '{"amd-25-1-32MiB-2", "AuthenticAMD", 25, 1, {32768, 524288, 33554432}, 2, rows_of_amd_25_1_32MiB_2,' in text
    assert "{0, 10, {1000, 0, 0, 0, 0, 0}, {0, 0, 0}},\n    {0, 11, {1000, 900, 800, 700, 0, 600}, {950, 850, 650}}," in text
    assert "{4, 1, {1000, 1, 1, 1, 1, 1}, {1, 1, 1}}," in text and "measured_machine_count = 1;" in text


def test_no_file_is_right_too(tmp_path):
    assert "measured_machine_count = 0;" in written(tmp_path, {})[0]


def test_those_of_the_source_are_right(tmp_path):
    files = {p.name: p.read_text() for p in (HERE.parents[1] / "machines").glob("*.json")}
    assert f"measured_machine_count = {len(files)};" in written(tmp_path, files)[0]


@pytest.mark.parametrize(
    "path, value, said",
    [
        (["slopewise_machine"], 2, 'slopewise_machine is "2", expected 1'),
        (["machine", "vendor"], 'x"', "machine.vendor is"),
        (["machine", "l2"], -1, 'machine.l2 is "-1", expected [0-9]+'),
        (["machine", "threads"], None, "machine.threads is"),
        (["ratios"], [], 'expected JSON with an object "ratios"'),
        (["ratios"], {}, 'expected JSON with an object "ratios" that is not empty'),
        (["ratios", "copy"], [], "ratios.copy is no list of rows"),
        (["ratios", "copy"], 7, "ratios.copy is no list of rows"),
        (["ratios", "kopy"], [], "ratios.kopy is unknown, expected some of copy, gradient, concatenation"),
        (["ratios", "copy", 0], [1024, 1000], "ratios.copy holds [1024,1000], expected elements, 1000 and eight ratios"),
        (["ratios", "copy", 0, 1], 999, "ratios.copy holds [1048576,999"),
        (["ratios", "copy", 0, 2], 0.5, "ratios.copy holds [1048576,1000,0.5"),
        (["ratios", "copy", 0, 2], 65536, "ratios.copy holds 65536, expected at most 65535"),
        (["ratios", "copy", 0, 0], 1024, "ratios.copy does not go on with twice as many elements in row 1"),
        (["ratios", "copy", 0, 0], 1000, "ratios.copy is of 1000 elements, expected a power of two"),
        (["ratios", "copy", 0, 0], 2**27, "ratios.copy is of 134217728 elements, expected"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, path, value, said):
    file = copy.deepcopy(SOUND)
    at = file
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    text, words = written(tmp_path, {"wrong.json": file})
    assert not text and "wrong.json: " in words and said in words, words


def test_text_that_is_no_json_is_named(tmp_path):
    assert "wrong.json: expected JSON" in written(tmp_path, {"wrong.json": json.dumps(SOUND)[:100]})[1]
