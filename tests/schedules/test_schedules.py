"""A schedule that says what no generator takes stops the build: its file when the build is configured, with the file's, the
kernel's and the field's name, and the generators themselves whatever comes their way."""

import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SCHEDULES = HERE.parents[1] / "generators" / "schedules"
GENERATORS = os.environ.get("SLOPEWISE_GENERATORS")
TARGET = "target=x86-64-linux-no_asserts-no_bounds_query-no_runtime"


def check(path, variant="avx2"):
    """CMake's words, wrapped as it likes, on one line."""
    command = [os.environ["SLOPEWISE_CMAKE"], f"-DSCHEDULE={path}", f"-DVARIANT={variant}", "-P", HERE / "check.cmake"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, " ".join(done.stderr.split())


def complaint(tmp_path, kernels):
    path = tmp_path / "mine.json"
    path.write_text(kernels if isinstance(kernels, str) else json.dumps({"kernels": kernels}))
    status, words = check(path)
    assert status != 0 and str(path) in words, words
    return words


@pytest.mark.parametrize("path", sorted(SCHEDULES.glob("*.json")), ids=lambda p: p.stem)
def test_shipped_schedules_are_right(path):
    assert check(path, path.stem)[0] == 0


@pytest.mark.parametrize(
    "kernels, said",
    [
        ({"rrelu": {"tile": 48}}, "rrelu: tile is 48, expected one of 16, 32, 64, 128, 256"),
        ({"rrelu.bf16": {"step": "64 "}}, "rrelu.bf16: step is 64 , expected one of"),
        ({"relu": {"vectors": 2.5}}, "relu: vectors is 2.5, expected one of 1, 2, 4, 8"),
        ({"relu": {"vectors": None}}, "relu: vectors is , expected one of 1, 2, 4, 8"),
        ({"relu": {"vectors": {"f32": 1}}}, "relu: vectors is { \"f32\" : 1 }, expected one of"),
        ({"rrelu": {"packing": "Pairs"}}, "rrelu: packing is Pairs, expected one of lanes, pairs, words"),
        ({"relu": {"tile": 64}}, "relu: tile is unknown, expected some of vectors"),
        ({"relu": {"distance": 1024}}, "relu: distance is unknown"),
        ({"relu_prefetch": {"distance": 1000}}, "relu_prefetch: distance is 1000, expected one of 256, 512, 1024, 2048, 4096"),
        ({"draws_at": {"vectors": 1}}, "draws_at: vectors is unknown"),
        ({"rellu": {"vectors": 1}}, 'rellu: there is no kernel "rellu"'),
        ({"": {"vectors": 1}}, 'there is no kernel ""'),
        ({"relu.f8": {"vectors": 1}}, 'relu.f8: relu has no type "f8", expected one of f16, bf16, f32'),
        ({"relu;": {"vectors": 1}}, 'relu;: there is no kernel "relu;"'),
        ({";relu": {"vectors": 1}}, ';relu: there is no kernel ";relu"'),
        ({"relu.;f32": {"vectors": 1}}, 'relu.;f32: relu has no type ";f32"'),
        ({"relu.": {"vectors": 1}}, 'relu.: relu has no type "", expected one of f16'),
        ({"relu.off": {"vectors": 1}}, 'relu.off: relu has no type "off"'),
        ({"relu;crelu": {"vectors": 1}}, 'relu;crelu: there is no kernel "relu;crelu"'),
        ({"relu.f16;f32": {"vectors": 1}}, 'relu.f16;f32: relu has no type "f16;f32"'),
        ({"relu": {"vectors;why": 1}}, "relu: vectors;why is unknown"),
        ({"rrelu": {"packing": "lanes;pairs"}}, "rrelu: packing is lanes;pairs, expected one of"),
        ([], 'expected JSON with an object "kernels"'),
        ([2], 'expected JSON with an object "kernels"'),
        ("[]", 'expected JSON with an object "kernels"'),
        ({"relu": 2}, "relu: expected an object, got 2"),
        ({"relu": [2]}, "relu: expected an object, got"),
        ('{"kernel": {}}', "member 'kernels' not found"),
        ('{"kernels": {"relu": {"vectors": 1}', 'expected JSON with an object "kernels"'),
        ("", 'expected JSON with an object "kernels"'),
    ],
)
def test_what_is_wrong_is_named(tmp_path, kernels, said):
    # CMake wraps its lines where it likes.
    assert " ".join(said.split()) in complaint(tmp_path, kernels)


@pytest.mark.parametrize("variant", ["cuda-80", "opencl"])
def test_gpus_have_parameters_of_their_own(tmp_path, variant):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"kernels": {"relu_wide": {"threads": 512, "unrolled": "false"}}}))
    assert check(path, variant)[0] == 0
    status, words = check(path)
    assert status != 0 and "is unknown" in words
    path.write_text(json.dumps({"kernels": {"relu": {"vectors": 2}}}))
    status, words = check(path, variant)
    assert status != 0 and "relu: vectors is unknown, expected some of threads, unrolled" in words


def test_evidence_is_no_parameter(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"kernels": {"relu": {"vectors": 2, "why": {"f32": "because"}}, "crelu": {}}}))
    assert check(path)[0] == 0


def generate(tmp_path, generator, *parameters, family=None):
    family = family or ("map" if generator == "relu" else generator)
    program = Path(GENERATORS) / f"slopewise_{family}_generator"
    done = subprocess.run([program, "-g", generator, "-f", "f", "-o", tmp_path, "-e", "object", TARGET, *parameters], capture_output=True, text=True)
    return done.returncode, done.stderr, list(tmp_path.iterdir())


@pytest.mark.skipif(not GENERATORS, reason="not run: this build has no generators")
@pytest.mark.parametrize(
    "generator, parameters, said",
    [
        ("relu", ["vectors=3"], "relu: vectors is 3, expected one of 1, 2, 4, 8"),
        ("relu", ["vectors=0"], "relu: vectors is 0, expected"),
        ("rrelu", ["tile=48"], "rrelu: tile is 48, expected one of"),
        ("rrelu", ["tile=8192", "step=64"], "rrelu: tile is 8192, expected one of"),
        ("rrelu", ["tile=64", "step=128"], "rrelu: step is 128, expected a divisor of tile = 64"),
        ("rrelu", ["tile=16", "step=16", "vectors=8"], "rrelu: lanes is 32, expected a divisor of tile = 16"),
        ("relu", ["element=int8", "target=x86-64-linux-avx512-avx512_skylake", "vectors=8", "aligned=true"], "relu: lanes is 512, expected a divisor of 256"),
        ("rrelu", ["packing=rows"], "not found: rows"),
        ("relu", ["vectros=2"], "no GeneratorParam named: vectros"),
    ],
)
def test_generators_refuse_what_is_illegal(tmp_path, generator, parameters, said):
    status, words, made = generate(tmp_path, generator, *parameters)
    assert status != 0 and said in words and not made, words


@pytest.mark.skipif(not GENERATORS, reason="not run: this build has no generators")
def test_generators_take_what_is_legal(tmp_path):
    status, words, made = generate(tmp_path, "rrelu", "tile=32", "step=16", "packing=words", "vectors=2", "aligned=true")
    assert status == 0 and made, words


@pytest.mark.skipif(not GENERATORS or not list(Path(GENERATORS).glob("slopewise_gpu_map_generator")), reason="not run: no generators for GPUs")
def test_generators_for_gpus_refuse_what_is_illegal(tmp_path):
    status, words, made = generate(tmp_path, "relu", "threads=100", "target=x86-64-linux-opencl-no_runtime", family="gpu_map")
    assert status != 0 and "relu: threads is 100, expected one of 256, 64, 128, 512, 1024" in words and not made, words
