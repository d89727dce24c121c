"""The report of the schedule tuner, on a journal with planted times."""

import json

import pytest
import schedules


def series(name, ns):
    return {"name": name, "rounds": [ns * (1 + 0.001 * (i % 3)) for i in range(15)], "repetitions": 1}


def race(size, times, incumbent, limit):
    names = [f"vectors={v}" for v in times]
    question = {"what": "race", "row": "relu_f32", "size": size, "candidates": [{"vectors": v} for v in times], "incumbent": incumbent}
    result = {"candidates": [series(n, t) for n, t in zip(names, times.values())], "again": series("again", 1), "limits": [series("memcpy", limit)]}
    return {"of": question, "is": result | {"elements": 1000, "bytes": 8000, "others": 0.1}}


def records():
    yield {"of": {"what": "run"}, "is": {"variant": "avx2", "cpu": "A CPU"}}
    for v, verdict in (("1", "right"), ("2", "right"), ("4", "wrong: output 0 element 3 of 7")):
        yield {"of": {"what": "verdict", "row": "relu_f32", "candidate": {"vectors": v}}, "is": verdict}
    yield race("L1", {"1": 100, "2": 80}, 0, 75)
    yield race("memory", {"1": 1000, "2": 1000}, 0, 1000)
    yield {"of": {"what": "choice", "row": "relu_f32", "incumbent": {"vectors": "1"}}, "is": {"chosen": {"vectors": "2"}, "why": "measured"}}
    baseline = {"size": "L1", "race": {"candidates": [series("chosen", 80), series("Adams2019", 160)], "elements": 1000}}
    answer = {"verdicts": {"Adams2019": "wrong: bytes outside", "Li2018": "refused: no"}, "sizes": [baseline]}
    yield {"of": {"what": "baselines", "row": "relu_f32", "chosen": {"vectors": "2"}}, "is": answer}


def written(path, lines):
    path.write_text("".join(line + "\n" for line in lines))
    return path


def report_on(tmp_path, lines):
    journal = written(tmp_path / "avx2.jsonl", lines)
    assert schedules.main([str(journal), "--out", str(tmp_path / "out")]) is None
    return (tmp_path / "out" / "schedules.md").read_text()


def test_both_schedules_their_ratio_and_the_limit_are_told(tmp_path):
    text = report_on(tmp_path, map(json.dumps, records()))
    row = next(line for line in text.splitlines() if line.startswith("| `relu_f32` | vectors=1 | vectors=2"))
    assert "0.800 [0.800, 0.800]" in row and "1.07" in row and "1.00 [1.00, 1.00]" in row
    assert "Of 1 kernels 1 have another schedule than before; 3 candidates were made, 1 of them refused." in text
    assert (tmp_path / "out" / "schedules" / "avx2-relu_f32.svg").read_text().startswith("<?xml")


def test_autoschedulers_are_told_with_what_they_break(tmp_path):
    text = report_on(tmp_path, map(json.dumps, records()))
    assert "| `relu_f32` | Adams2019 | wrong: bytes outside | 2.00 [2.00, 2.00] |" in text
    assert "| `relu_f32` | Li2018 | refused: no | wrong there |" in text


def test_what_was_cut_off_is_left_out(tmp_path):
    whole = [json.dumps(r) for r in records()]
    text = report_on(tmp_path, [*whole, whole[4][:40], "[]", "null", '{"of": {"what": "race"}, "is": 3}'])
    assert "0.800 [0.800, 0.800]" in text


@pytest.mark.parametrize("lines, said", [(["{}"], "found no record of a run"), ([json.dumps(next(records()))], "no kernel is decided yet")])
def test_no_journal_is_no_report(tmp_path, lines, said):
    with pytest.raises(SystemExit, match=said):
        schedules.main([str(written(tmp_path / "x.jsonl", lines)), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()
