"""slopewise tune: a real run, what it writes, what the library makes of it, and what it refuses."""

import json
import os
import re
import signal
import subprocess
import time

import numpy as np
import pytest
from conftest import PROGRAM


def slopewise(*arguments, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith("SLOPEWISE_")} | environment
    done = subprocess.run([PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout, done.stderr


def shown(path):
    return str(path).replace("\x7f", "\\x7f")


@pytest.fixture(scope="module")
def wisdom(tmp_path_factory):
    path = tmp_path_factory.mktemp("wisdom") / "new\x7f" / "folder" / "wisdom.json"
    machines = path.parents[2] / "machines\x7f"
    machines.mkdir()
    start = time.monotonic()
    status, out, err = slopewise("tune", "--quick", "--force", "--out", path, "--share", machines)
    assert status == 0, err
    print(f"tune --quick took {time.monotonic() - start:.0f} s")
    assert f"written to {shown(path)}: " in out and out.count("written to ") == 2 and out.replace("\n", "").isprintable()
    return path


def test_library_uses_it(wisdom):
    status, out, _ = slopewise("info", "--json", SLOPEWISE_WISDOM=str(wisdom))
    assert status == 0 and json.loads(out)["wisdom"] == {"state": "used", "file": str(wisdom), "reason": ""}


def test_explain_names_source_and_evidence(wisdom):
    _, out, _ = slopewise("explain", "rrelu", "f32", 1000000, SLOPEWISE_WISDOM=str(wisdom))
    assert "(wisdom: " in out and "(wisdom)" in out and "measured here" in out and "x at " in out
    assert "time of each choice to plain stores on one thread: plain 1.00x" in out
    _, out, _ = slopewise("explain", "rrelu", "f32", 1000000, SLOPEWISE_WISDOM="")
    assert "wisdom" not in out and "measured here" not in out


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
    assert status == 0 and f"source: {shown(wisdom)}" in out and "concatenation_gradient" in out
    status, out, _ = slopewise("tune", "--show", SLOPEWISE_WISDOM="")
    assert status == 0 and out.startswith(("source: built-in", "source: measured on this CPU model: machines/", "source: nearest: "))
    assert "copy " in out and "from " in out
    status, out, _ = slopewise("info", "--json", SLOPEWISE_WISDOM="", XDG_CACHE_HOME="/somewhere")
    empty = {"state": "none", "file": "/somewhere/slopewise/wisdom.json", "reason": "SLOPEWISE_WISDOM is empty"}
    assert status == 0 and json.loads(out)["wisdom"] == empty, "where it belongs is said all the same"


def test_every_pattern_has_rows_of_rising_sizes(wisdom):
    file = json.loads(wisdom.read_text())
    assert len(file["ratios"]) == 7
    for rows in file["ratios"].values():
        assert [row[0] for row in rows] == [1024 << i for i in range(len(rows))]
        assert all(len(row) == 10 and row[1] == 1000 for row in rows)
        assert rows[-1][3] > 0 and rows[0][3] is None, "past the caches where they hold the call is not worth measuring"


def test_shared_file_is_named_by_the_machine(wisdom):
    (path,) = (wisdom.parents[2] / "machines\x7f").iterdir()
    file, machine = json.loads(path.read_text()), json.loads(wisdom.read_text())["machine"]
    assert re.fullmatch(r"[a-z0-9]+-\d+-\d+-\d+MiB-\d+\.json", path.name) and path.stem.endswith(f"-{machine['threads']}")
    assert file["slopewise_machine"] == 1 and file["machine"] == machine and len(file["columns"]) == 10
    assert file["ratios"] == json.loads(wisdom.read_text())["ratios"]
    assert all(len(line) < 500 for line in path.read_text().splitlines()) and path.read_text().count("\n") < 250, "a row a line"


@pytest.mark.parametrize(
    "damage, reason",
    [
        (lambda text: text[: len(text) // 2], "no whole JSON object"),
        (lambda text: text.replace('"threads": ', '"threads": 1', 1), "machine.threads is"),
        (lambda text: text.replace('"copy"', '"kopy"', 1), "ratios.copy is missing"),
        (lambda text: text.replace('"slopewise_wisdom": 2', '"slopewise_wisdom": 1'), "not of version 2"),
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
    [1, "x", None, [], [{}], {"variants": 3}, {"variants": []}, {"variants": {"relu": 1}}]
    + [{"variants": {"relu": {"avx2": ladder}}} for ladder in ([[]], [["a", "b"]], [[1]], [1], {"a": 1}, [[1, 2], []], "abc")],
)
def test_evidence_of_a_hostile_file_is_left_out(wisdom, tmp_path, evidence):
    hostile = tmp_path / "hostile.json"
    hostile.write_text(json.dumps(json.loads(wisdom.read_text()) | {"evidence": evidence}))
    status, out, err = slopewise("explain", "relu", "f32", 1000, SLOPEWISE_WISDOM=str(hostile))
    assert status == 0 and not err and "(wisdom: " in out and "measured here" not in out


def test_foreign_bytes_of_evidence_stay_text(wisdom, tmp_path):
    foreign = tmp_path / "foreign.json"
    ladders = {"\x1b]0;title\x07\n\x7f\u009b": [[1, 2]], "long" * 100: [[1, 2]]}
    foreign.write_text(json.dumps(json.loads(wisdom.read_text()) | {"evidence": {"variants": {"relu": ladders}}}))
    _, out, _ = slopewise("explain", "relu", "f32", 1000, SLOPEWISE_WISDOM=str(foreign))
    assert "  \\x1b]0;title\\x07\\x0a\\x7f\\xc2\\x9b: 2.00x at " in out and out.replace("\n", "").isprintable()
    assert "longlong...: 2.00x at " in out and max(map(len, out.splitlines())) < 300


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


@pytest.mark.parametrize("arguments", [["--show", "--quick"], ["--show", "--out", "x"], ["--show", "--share", "x"], ["--out", ""], ["--share", ""], ["extra"]])
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
