"""Bad files, bad command lines, and what a failure leaves behind."""

import json
import os
import re

import numpy as np
import pytest


def npy(header, data=b"", version=1):
    text = header.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text + data


def header(descr="'<f4'", shape="(4,)", fortran="False"):
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


BAD_FILES = {
    "empty": (b"", "not a .npy file"),
    "text": (b"hello, world, this is no array", "not a .npy file"),
    "zip": (b"PK\x03\x04" + bytes(60), "not a .npy file"),
    "version 9": (npy(header(), bytes(16), 9), "version 9"),
    "short magic": (b"\x93NUMPY\x01", "truncated"),
    "header cut": (npy(header())[:30], "truncated"),
    "data cut": (npy(header(), bytes(15)), "truncated: 15 bytes"),
    "big-endian": (npy(header("'>f4'"), bytes(16)), "big-endian"),
    "object": (npy(header("'|O'"), bytes(32)), "objects"),
    "bool": (npy(header("'|b1'"), bytes(4)), "boolean"),
    "complex": (npy(header("'<c8'"), bytes(32)), "complex"),
    "structured": (npy(header("[('a', '<f4')]"), bytes(16)), "structured"),
    "string": (npy(header("'<U4'"), bytes(64)), "not supported"),
    "longdouble": (npy(header("'<f16'"), bytes(64)), "not supported"),
    "negative": (npy(header(shape="(-4,)"), bytes(16)), "non-negative"),
    "overflow": (npy(header(shape="(4611686018427387904, 4611686018427387904)"), bytes(16)), "2^63"),
    "huge number": (npy(header(shape="(99999999999999999999999,)"), bytes(16)), "too large"),
    "no shape": (npy("{'descr': '<f4', 'fortran_order': False}", bytes(16)), "missing"),
    "unknown key": (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}", bytes(16)), "unknown key"),
    "not a dict": (npy("(1, 2)", bytes(16)), "broken"),
    "not a tuple": (npy(header(shape="(4)"), bytes(16)), "tuple"),
    "header goes on": (npy(header() + " 1", bytes(16)), "follows"),
    "header does not end": (npy(header()[:-1], bytes(16)), "broken"),
    "header too long": (npy(header() + " " * 2_000_000, bytes(16), 2), "too long"),
    "many dimensions": (npy(header(shape="(" + "1, " * 65 + ")"), bytes(4)), "64 dimensions"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file_is_one_clear_error(run, tmp_path, name):
    content, message = BAD_FILES[name]
    (tmp_path / "x.npy").write_bytes(content)
    (tmp_path / "y.npy").write_bytes(b"precious")
    error = run("apply", "relu", "x.npy", "y.npy", status=1)
    assert message in error and "x.npy" in error
    assert sorted(os.listdir(tmp_path)) == ["x.npy", "y.npy"]
    assert (tmp_path / "y.npy").read_bytes() == b"precious"


@pytest.fixture
def x(tmp_path):
    array = np.linspace(-1, 1, 100, dtype=np.float32)
    np.save(tmp_path / "x.npy", array)
    return array


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["relu", "missing.npy", "y.npy"], "missing.npy"),
        (["relu", ".", "y.npy"], "regular file"),
        (["relu", "pipe", "y.npy"], "regular file"),
        (["relu", "x.npy", "dangling"], "dangling"),
        (["relu", "x.npy", "nowhere/"], "nowhere"),
        (["relu", "x.npy", ""], "name is empty"),
        (["relu", "x.npy", "nowhere/y.npy"], "nowhere"),
        (["relu", "x.npy", "/dev/null"], "not a regular file"),
        (["rrelu", "x.npy", "y.npy", "--lower", "1", "--upper", "0"], "Lower bound should be less"),
        (["rrelu", "x.npy", "y.npy", "--lower", "nan"], "lower bound must be finite"),
        (["crelu", "x.npy", "y.npy", "--axis", "3"], "axis"),
        (["relu", "x.npy", "y.npy", "--variant", "nonsense"], "nonsense"),
        (["relu", "x.npy", "y.npy", "--bf16"], "--bf16"),
        (["relu_backward", "x.npy", "y.npy", "--grad", "small.npy"], "shape"),
        (["rrelu_backward", "x.npy", "y.npy", "--grad", "x.npy", "--saved-output", "--lower", "-1"], "lower bound"),
        (["leaky_relu", "ints.npy", "y.npy"], "dtype"),
    ],
)
def test_failures(run, tmp_path, x, arguments, message):
    np.save(tmp_path / "small.npy", x[:5])
    np.save(tmp_path / "ints.npy", np.arange(5))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    before = sorted(os.listdir(tmp_path))
    assert message in run("apply", *arguments, status=1)
    assert sorted(os.listdir(tmp_path)) == before


def test_no_driver_is_a_failure(run, tmp_path, x):
    if [d for d in json.loads(run("info", "--json"))["devices"] if d["device"] == "cuda"]:
        pytest.skip("not run: this machine has a CUDA device")
    assert "cuda" in run("apply", "relu", "x.npy", "y.npy", "--device", "cuda", status=1)
    assert os.listdir(tmp_path) == ["x.npy"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["apply"],
        ["apply", "relu", "x.npy"],
        ["apply", "gelu", "x.npy", "y.npy"],
        ["apply", "relu_backward", "x.npy", "y.npy"],
        ["apply", "crelu_backward", "x.npy", "y.npy", "--grad", "x.npy", "--saved-output"],
        ["apply", "rrelu_backward_noise", "x.npy", "y.npy"],
        ["apply", "relu", "x.npy", "y.npy", "--noise", "n.npy"],
        ["apply", "relu", "x.npy", "y.npy", "--threads", "-1"],
        ["apply", "relu", "x.npy", "y.npy", "--threads", "many"],
        ["apply", "relu", "x.npy", "y.npy", "--device", "tpu"],
        ["apply", "relu", "x.npy", "y.npy", "--unknown"],
        ["apply", "rrelu", "x.npy", "y.npy", "--noise", "y.npy"],
        ["apply", "rrelu", "x.npy", "y.npy", "--seed", "-1"],
        ["apply", "rrelu", "x.npy", "y.npy", "--seed", "18446744073709551616"],
        ["apply", "rrelu", "x.npy", "y.npy", "--seed", "0x10"],
        ["apply", "rrelu", "x.npy", "y.npy", "--offset", "1.5"],
        ["apply", "rrelu", "x.npy", "y.npy", "--lower", "1/8"],
        ["apply", "rrelu", "x.npy", "y.npy", "--lower", ""],
        ["apply", "crelu", "x.npy", "y.npy", "--axis", "4294967296"],
        ["explain", "relu", "f32", "9223372036854775808"],
        ["explain", "relu", "f32"],
        ["explain", "relu", "f32", "many"],
    ],
)
def test_wrong_command_lines(run, tmp_path, x, arguments):
    run(*arguments, status=2)
    assert os.listdir(tmp_path) == ["x.npy"]


def test_unknown_command_is_told_the_known_ones(run):
    said = run("frobnicate", status=2)
    assert 'unknown command "frobnicate", expected one of' in said and all(name in said for name in ("info", "explain", "apply", "tune"))


def test_help_everywhere(run):
    for command in ([], ["info"], ["explain"], ["apply"], ["tune"]):
        assert "Usage" in run(*command, "--help")


def test_input_may_be_output(run, tmp_path, x):
    run("apply", "relu", "x.npy", "x.npy")
    assert np.array_equal(np.load(tmp_path / "x.npy"), np.maximum(x, 0))
    assert os.listdir(tmp_path) == ["x.npy"]


def test_link_is_followed(run, tmp_path, x):
    (tmp_path / "real.npy").write_bytes(b"old")
    (tmp_path / "link.npy").symlink_to("real.npy")
    run("apply", "relu", "x.npy", "link.npy")
    assert (tmp_path / "link.npy").is_symlink()
    assert np.array_equal(np.load(tmp_path / "real.npy"), np.maximum(x, 0))


def test_two_outputs_both_or_none(run, tmp_path, x):
    (tmp_path / "y.npy").write_bytes(b"precious")
    (tmp_path / "folder").mkdir()
    run("apply", "rrelu", "x.npy", "y.npy", "--noise", "folder", status=1)
    run("apply", "rrelu", "x.npy", "y.npy", "--noise", "nowhere/n.npy", status=1)
    assert (tmp_path / "y.npy").read_bytes() == b"precious"
    assert sorted(os.listdir(tmp_path)) == ["folder", "x.npy", "y.npy"]


def test_info(run):
    info = json.loads(run("info", "--json"))
    assert [v["name"] for v in info["variants"] if v["chosen"]] and info["problems"] == []
    assert [v for v in info["variants"] if v["device"] == "cpu"][-1]["usable"]
    assert set(info) == {"version", "cpu", "devices", "variants", "choices", "wisdom", "problems"}
    assert set(info["wisdom"]) == {"state", "file", "reason"}
    assert all(set(v) == {"name", "device", "usable", "chosen", "reason"} and v["usable"] == (not v["reason"]) for v in info["variants"])
    assert set(info["cpu"]) == {"name", "threads", "caches"} and info["cpu"]["threads"] > 0
    text = run("info")
    for v in info["variants"]:
        assert v["name"] in text


def test_info_shows_wrong_environment(run, tmp_path, x):
    info = json.loads(run("info", "--json", SLOPEWISE_VARIANT="nonsense", SLOPEWISE_THREADS="zero"))
    assert not any(v["chosen"] for v in info["variants"])
    assert any("nonsense" in p for p in info["problems"]) and any("zero" in p for p in info["problems"])
    assert "nonsense" in run("info", SLOPEWISE_VARIANT="nonsense")
    assert "nonsense" in run("apply", "relu", "x.npy", "y.npy", status=1, SLOPEWISE_VARIANT="nonsense")
    run("apply", "relu", "x.npy", "y.npy", SLOPEWISE_VARIANT="x86-64")


PATTERNS = ["copy", "gradient", "concatenation", "concatenation_gradient", "random", "random_noise", "random_gradient"]


def test_choices_are_shown(run):
    """Of each pattern, from which sizes on what is taken."""
    lines = [line.split(maxsplit=1) for line in run("tune", "--show").splitlines()]
    assert [name for name, *_ in lines if name in PATTERNS] == PATTERNS
    for steps in [text for name, text in lines if name in PATTERNS]:
        first, *later = steps.split(", from ")
        sizes = [float(size) * {"Ki": 1, "Mi": 1024}[unit] for size, unit in re.findall(r", from ([\d.]+)(Ki|Mi) ", steps)]
        assert len(sizes) == len(later) and sizes == sorted(set(sizes)) and all(1 <= size <= 1 << 16 for size in sizes), steps
        for step in [first, *(step.split(" ", 1)[1] for step in later)]:
            assert re.fullmatch("(plain|streaming|prefetch)( on all threads)?", step), steps


@pytest.mark.parametrize("value", ["", "0", "-3", "4x", "1a", "0x1", "99999999999999999999"])
def test_info_shows_ignored_threads(run, value):
    (problem,) = json.loads(run("info", "--json", SLOPEWISE_THREADS=value))["problems"]
    assert "SLOPEWISE_THREADS" in problem and "ignored" in problem
    assert "problem: SLOPEWISE_THREADS" in run("info", SLOPEWISE_THREADS=value)
    assert "problem" not in run("info", SLOPEWISE_THREADS="2")


def test_explain(run):
    text = run("explain", "rrelu", "f32", "1000000", SLOPEWISE_VARIANT="x86-64")
    assert "variant: x86-64" in text and "threads:" in text and "stores:" in text
    assert "f128" in run("explain", "relu", "f128", "10", status=1)
    assert "gelu" in run("explain", "gelu", "f32", "10", status=1)


FOREIGN = "\x1b]0;title\x07\n\x7f\u009b"


@pytest.mark.parametrize(
    "content",
    [
        npy("{'" + FOREIGN + "': 1}"),
        npy("{'" + FOREIGN * 10_000 + "': 1}", version=2),
        npy(header("'" + FOREIGN + "'"), bytes(16)),
        npy(header("'" + FOREIGN * 10_000 + "'"), bytes(16), 2),
    ],
)
def test_foreign_bytes_of_a_file_stay_text(run, tmp_path, content):
    (tmp_path / "x.npy").write_bytes(content)
    error = run("apply", "relu", "x.npy", "y.npy", status=1)
    assert error[:-1].isprintable() and "\\x1b]0;title\\x07\\x0a\\x7f\\xc2\\x9b" in error and len(error) < 500


@pytest.mark.parametrize("name", [FOREIGN + ".npy", "\udcff\udcc2.npy"])
def test_foreign_bytes_of_a_name_stay_text(run, name):
    shown = "\\x1b]0;title\\x07\\x0a\\x7f\\xc2\\x9b.npy" if name.startswith("\x1b") else "\\xff\\xc2.npy"
    for arguments, status in [(["relu", name, "y.npy"], 1), (["relu", "x.npy", "y.npy", "--variant", name, name], 2), ([name, "x", "y"], 2)]:
        error = run("apply", *arguments, status=status)
        assert shown in error and error.replace("\n", "").isprintable(), error
    environment = {"SLOPEWISE_WISDOM": "/" + name, "SLOPEWISE_VARIANT": name}
    for command in ["info"], ["tune", "--show"]:
        text = run(*command, **environment)
        assert text.replace("\n", "").isprintable() and ("/" + shown in text or name.startswith("\udcff")), text
    assert shown in run("info", **environment)
    text = run("info", "--json", **environment)
    assert text.replace("\n", "").isprintable() and (json.loads(text)["wisdom"]["file"] == "/" + name or name.startswith("\udcff")), text


def test_foreign_bytes_of_a_driver_stay_text(run, tmp_path):
    """The dynamic linker quotes the path of a library that it cannot open."""
    folder = FOREIGN.replace(";", "")
    (tmp_path / folder).mkdir()
    for driver in "libcuda.so.1", "libOpenCL.so.1":
        (tmp_path / folder / driver).write_bytes(b"")
    text, data = (run("info", *option, LD_LIBRARY_PATH=folder) for option in ([], ["--json"]))
    gpus = [v for v in json.loads(data)["variants"] if v["device"] != "cpu"]
    assert all(folder in v["reason"] for v in gpus) and text.count("\\x1b]0title\\x07\\x0a\\x7f\\xc2\\x9b/lib") == len(gpus), text
    assert text.replace("\n", "").isprintable() and data.replace("\n", "").isprintable(), text + data


def test_names_in_other_scripts_stay_themselves(run):
    assert "größe-尺寸.npy" in run("apply", "relu", "größe-尺寸.npy", "y.npy", status=1)
