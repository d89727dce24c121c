"""The tuner as a person runs it, on a space of four candidates: what it writes the build takes, and what stops it harms nothing."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SCHEDULES = HERE.parents[1] / "generators" / "schedules"
PROGRAM = os.environ["SLOPEWISE_AUTOTUNE"]
CMAKE, PYTHON = os.environ["SLOPEWISE_CMAKE"], os.environ["SLOPEWISE_PYTHON"]
VARIANT = os.environ["SLOPEWISE_BASELINE"]  # it runs everywhere


class Run:
    """A folder of its own with the variant's shipped schedule in it."""

    def __init__(self, folder):
        self.folder = folder
        self.schedule = folder / f"{VARIANT}.json"
        self.journal = folder / "state" / f"{VARIANT}.jsonl"
        shutil.copy(SCHEDULES / self.schedule.name, self.schedule)
        self.before = self.schedule.read_text()

    def command(self, *arguments):
        return [PROGRAM, "--schedules", self.folder, "--state", self.folder / "state", *arguments]

    def __call__(self, *arguments):
        done = subprocess.run(self.command("--variant", VARIANT, *arguments), capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def is_untouched(self):
        return self.schedule.read_text() == self.before


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path)


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def build_takes(schedule):
    check = HERE.parent / "schedules" / "check.cmake"
    return subprocess.run([CMAKE, f"-DSCHEDULE={schedule}", f"-DVARIANT={VARIANT}", "-P", check], capture_output=True).returncode == 0


def test_a_run_decides_by_measurements_and_the_build_takes_what_it_writes(run):
    status, out, err = run("--kernel", "relu_f32", "--force")
    assert status == 0, err
    assert f"{VARIANT} relu_f32: vectors=" in out and "is written" in out
    found = records(run.journal)
    verdicts = [r for r in found if r["of"]["what"] == "verdict"]
    races = [r for r in found if r["of"]["what"] == "race"]
    assert len(verdicts) == 4 and all(r["is"] == "right" for r in verdicts)
    assert {r["of"]["size"] for r in races} >= {"n = 8", "L1", "L2", "L3", "memory"}
    choice = next(r for r in found if r["of"]["what"] == "choice")
    kernels = json.loads(run.schedule.read_text())["kernels"]
    assert choice["is"]["why"] in json.dumps(kernels["relu"]) + json.dumps(kernels.get("relu.f32", {}))
    assert build_takes(run.schedule)
    assert set(json.loads(run.before)["kernels"]) - set(kernels) <= {k for k in json.loads(run.before)["kernels"] if k.endswith("_prefetch")}

    start = time.monotonic()
    status, again, _ = run("--kernel", "relu_f32", "--force", "--resume")
    assert status == 0 and len(records(run.journal)) == len(found), "nothing is measured twice"
    print(f"resumed in {time.monotonic() - start:.1f} s")

    report = run.folder / "report"
    done = subprocess.run([PYTHON, HERE.parents[1] / "tools" / "report" / "schedules.py", run.journal, "--out", report], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text = (report / "schedules.md").read_text()
    assert "`relu_f32`" in text and "Adams2019" in text
    assert (report / "schedules" / f"{VARIANT}-relu_f32.svg").stat().st_size > 1000


def test_dry_run_lists_and_measures_nothing(run):
    status, out, _ = run("--dry-run")
    assert status == 0 and f"{VARIANT} rrelu_f32 " in out and "candidates, now packing=" in out
    assert run.is_untouched() and not run.journal.exists()


def test_a_budget_ends_the_run_and_resume_goes_on(run):
    status, out, err = run("--budget", "0.01s", "--kernel", "relu_i8", "--force")
    assert status == 0 and "the budget is used up after 0 of 1 kernels; --resume goes on" in out, err
    assert run.is_untouched()
    status, out, err = run("--resume", "--kernel", "relu_i8", "--force")
    assert status == 0 and "1 kernels" in out and build_takes(run.schedule), err


def test_ctrl_c_leaves_what_was_found_out(run):
    child = subprocess.Popen(run.command("--variant", VARIANT, "--force"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (run.journal.exists() and "race" in run.journal.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130 and "interrupted; --resume goes on" in err
    assert run.is_untouched() and records(run.journal)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--kernel", "rrelu_f8"], 'there is no kernel "rrelu_f8" in the variant'),
        (["--variant", "avx3"], '--variant: avx3 not in {'),
        (["--kernel", "draws_at"], "nothing to choose"),
        (["--kernel", "draws_at", "--dry-run"], "nothing to choose"),
        (["--budget", "soon"], "--budget"),
        (["--kernels", "relu"], "--kernels"),
    ],
)
def test_bad_input_is_named(run, arguments, said):
    status, _, err = run(*arguments)
    assert status in (1, 2) and said in err, err
    assert run.is_untouched() and not run.journal.exists()


def test_no_schedule_is_named(tmp_path):
    done = subprocess.run([PROGRAM, "--variant", VARIANT, "--schedules", tmp_path, "--state", tmp_path / "state"], capture_output=True, text=True)
    assert done.returncode == 1 and f"{tmp_path}/{VARIANT}.json: cannot be read" in done.stderr


def test_a_wrong_schedule_is_no_incumbent(run):
    wrong = json.loads(run.before)
    wrong["kernels"]["relu"] = {"vectors": 3}
    run.schedule.write_text(json.dumps(wrong))
    status, _, err = run("--kernel", "relu_f32")
    assert status == 1 and f"{run.schedule}: relu: vectors is 3, expected one of 1, 2, 4, 8" in err


def test_foreign_bytes_stay_text(run):
    run.schedule.write_text(json.dumps({"kernels": {"\x1b]0;x": 1}}))
    shown = "\\x1b]0;x"
    for arguments, status, said in ([], 1, f"{shown}: expected an object, got 1"), (["--kernels\x1b]0;x"], 2, shown):
        done = run(*arguments)
        assert done[0] == status and said in done[2] and (done[1] + done[2]).replace("\n", "").isprintable(), done


def test_a_decision_that_is_none_is_made_again(run):
    assert run("--kernel", "relu_i8", "--force")[0] == 0
    chosen = records(run.journal)[-1]["is"]["chosen"]
    for decision in {"chosen": {"vectors": "3"}, "why": "x"}, {"chosen": chosen, "why": None}:
        run.schedule.write_text(run.before)
        lines = records(run.journal)
        lines[-1]["is"] = decision
        run.journal.write_text("".join(json.dumps(record) + "\n" for record in lines))
        status, _, err = run("--kernel", "relu_i8", "--force", "--resume")
        assert status == 0 and build_takes(run.schedule), err
        assert records(run.journal)[-1]["is"]["chosen"] == chosen


def test_a_journal_of_another_machine_is_refused(run):
    run.journal.parent.mkdir()
    run.journal.write_text(json.dumps({"of": {"what": "run"}, "is": {"cpu": "another"}}) + "\n")
    status, _, err = run("--kernel", "relu_f32", "--resume")
    assert status == 1 and "is of another run" in err and "begin anew without --resume" in err
    assert run.is_untouched()
