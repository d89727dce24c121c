"""slopewise tune: a real run, what it writes, what the library makes of it, and what it refuses."""

import json
import os
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import PROGRAM


def slopewise(*arguments, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")} | environment
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def wisdom(tmp_path_factory):
    path = tmp_path_factory.mktemp("wisdom") / "new" / "folder" / "wisdom.json"
    start = time.monotonic()
    status, out, err = slopewise("tune", "--quick", "--force", "--out", path)
    assert status == 0, err
    print(f"tune --quick took {time.monotonic() - start:.0f} s")
    assert f"written to {path}" in out
    return path


def test_library_uses_it(wisdom):
    status, out, _ = slopewise("info", "--json", SLOPEWISE_WISDOM=str(wisdom))
    assert status == 0 and json.loads(out)["wisdom"] == {"state": "used", "file": str(wisdom), "reason": ""}


def test_explain_names_source_and_evidence(wisdom):
    _, out, _ = slopewise("explain", "rrelu", "f32", 1000000, SLOPEWISE_WISDOM=str(wisdom))
    assert "(wisdom: " in out and "measured here" in out and "x at " in out
    _, out, _ = slopewise("explain", "rrelu", "f32", 1000000, SLOPEWISE_WISDOM="")
    assert "built-in" in out and "measured here" not in out


def test_explain_shows_the_operations_own_evidence(wisdom, tmp_path):
    """The variants of rrelu_eval are measured by themselves, though it runs relu's kind of kernel."""
    marked = json.loads(wisdom.read_text())
    for ladder in marked["evidence"]["variants"]["rrelu_eval"].values():
        for rung in ladder:
            rung[1] = 7.77
    path = tmp_path / "marked.json"
    path.write_text(json.dumps(marked))
    for op, shown in [("rrelu_eval", True), ("relu", False)]:
        _, out, _ = slopewise("explain", op, "f32", 1000000, SLOPEWISE_WISDOM=str(path))
        assert "measured here" in out and ("7.77x" in out) == shown, out


def test_show(wisdom):
    status, out, _ = slopewise("tune", "--show", SLOPEWISE_WISDOM=str(wisdom))
    assert status == 0 and f"source: {wisdom}" in out and "concatenation_gradient" in out
    status, out, _ = slopewise("tune", "--show", SLOPEWISE_WISDOM="")
    assert status == 0 and "source: built-in" in out
    status, out, _ = slopewise("info", "--json", SLOPEWISE_WISDOM="", XDG_CACHE_HOME="/somewhere")
    empty = {"state": "none", "file": "/somewhere/slopewise/wisdom.json", "reason": "SLOPEWISE_WISDOM is empty"}
    assert status == 0 and json.loads(out)["wisdom"] == empty, "where it belongs is said all the same"


def test_every_threshold_has_evidence(wisdom):
    file = json.loads(wisdom.read_text())
    assert set(file["evidence"]["stores"]) == set(file["thresholds"])
    for ladders in file["evidence"]["stores"].values():
        for size, ratio, low, high in ladders["streaming"]:
            assert size > 0 and 0 < low <= ratio <= high


@pytest.mark.parametrize(
    "damage, reason",
    [
        (lambda text: text[: len(text) // 2], "no whole JSON object"),
        (lambda text: text.replace('"threads": ', '"threads": 1', 1), "machine.threads is"),
        (lambda text: text.replace('"copy"', '"kopy"', 1), "thresholds.copy is missing"),
        (lambda text: "", "no whole JSON object"),
    ],
)
def test_damaged_file_is_ignored_with_a_reason(wisdom, tmp_path, damage, reason):
    broken = tmp_path / "broken.json"
    broken.write_text(damage(wisdom.read_text()))
    status, out, _ = slopewise("info", SLOPEWISE_WISDOM=str(broken))
    assert status == 0 and f"wisdom: ignored: {broken}: " in out and reason in out


@pytest.mark.parametrize(
    "evidence",
    [1, "x", None, [], [{}], {"stores": 3}, {"stores": []}, {"stores": {"copy": 1}}, {"threads": {"copy": {"awake": 5}}}]
    + [{"stores": {"copy": {"streaming": ladder}}} for ladder in ([[]], [["a", "b"]], [[1]], [1], {"a": 1}, [[1, 2], []], "abc")],
)
def test_evidence_of_a_hostile_file_is_left_out(wisdom, tmp_path, evidence):
    hostile = tmp_path / "hostile.json"
    hostile.write_text(json.dumps(json.loads(wisdom.read_text()) | {"evidence": evidence}))
    status, out, err = slopewise("explain", "relu", "f32", 1000, SLOPEWISE_WISDOM=str(hostile))
    assert status == 0 and not err and "(wisdom: " in out and "measured here" not in out


def test_info_and_apply_name_the_variants_of_the_wisdom(wisdom, tmp_path):
    usable = [v["name"] for v in json.loads(slopewise("info", "--json", SLOPEWISE_WISDOM="")[1])["variants"] if v["usable"] and v["device"] == "cpu"]
    file = json.loads(wisdom.read_text())
    file["variants"] = {op: [usable[-1]] * len(classes) for op, classes in file["variants"].items()}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(file))
    _, out, _ = slopewise("info", "--json", SLOPEWISE_WISDOM=str(other))
    assert [v["name"] for v in json.loads(out)["variants"] if v["chosen"] and v["device"] == "cpu"] == [usable[-1]]
    np.save(tmp_path / "x.npy", np.ones(100, np.float32))
    status, out, err = slopewise("apply", "relu", tmp_path / "x.npy", tmp_path / "y.npy", SLOPEWISE_WISDOM=str(other))
    assert status == 0 and out.startswith(f"relu {usable[-1]} 100 elements"), err


def test_a_place_that_cannot_be_written_fails_at_once(tmp_path):
    start = time.monotonic()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "wisdom.json", tmp_path):
        status, _, err = slopewise("tune", "--quick", "--out", path)
        assert status == 1 and err.count("\n") == 1 and str(tmp_path) in err
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("variable, value", [("SLOPEWISE_VARIANT", "x86-64"), ("SLOPEWISE_THREADS", "1")])
def test_a_forced_environment_is_refused(tmp_path, variable, value):
    status, _, err = slopewise("tune", "--quick", "--out", tmp_path / "w.json", **{variable: value})
    assert status == 1 and variable in err and not (tmp_path / "w.json").exists()


@pytest.mark.parametrize("arguments", [["--show", "--quick"], ["--show", "--out", "x"], ["--out", ""], ["extra"]])
def test_wrong_command_lines(arguments):
    status, _, err = slopewise("tune", *arguments)
    assert status == 2 and err


def test_interruption_leaves_the_old_file(wisdom, tmp_path):
    target = tmp_path / "wisdom.json"
    target.write_text("old")
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")}
    running = subprocess.Popen([PROGRAM, "tune", "--force", "--out", str(target)], env=env, stdout=subprocess.DEVNULL)
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == -signal.SIGINT
    assert target.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["wisdom.json"]
