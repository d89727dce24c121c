"""What a run that fails or is interrupted leaves behind, and what a run that succeeds does to the files it replaces."""

import os
import resource
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import PROGRAM

LARGE = 16_000_000  # elements: a run lasts long enough to be met in the middle


@pytest.fixture
def x(tmp_path):
    array = np.linspace(-1, 1, 100_000, dtype=np.float32)
    np.save(tmp_path / "x.npy", array)
    return array


@pytest.fixture
def large(tmp_path):
    """A sparse file of zeros, and an output that must not be harmed."""
    np.lib.format.open_memmap(tmp_path / "large.npy", "w+", np.float32, (LARGE,)).flush()
    (tmp_path / "y.npy").write_bytes(b"precious")


def in_the_middle(folder, act, *arguments):
    """Runs the program and, as soon as its first temporary shows, stops it, calls act(process), and lets it go on."""
    process = subprocess.Popen([PROGRAM, "apply", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    before, deadline = set(os.listdir(folder)), time.monotonic() + 30
    while set(os.listdir(folder)) == before and process.poll() is None and time.monotonic() < deadline:
        pass
    process.send_signal(signal.SIGSTOP)
    assert process.poll() is None, "the program was not met in the middle"
    act(process)
    process.send_signal(signal.SIGCONT)
    _, error = process.communicate(timeout=60)
    return process.returncode, error


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_interruption_leaves_nothing(tmp_path, large, number):
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip("the tests run under nohup, which the program heeds")
    interrupt = lambda process: process.send_signal(number)
    status, _ = in_the_middle(tmp_path, interrupt, "rrelu", "large.npy", "y.npy", "--noise", "n.npy", "--threads", "1")
    assert status == -number
    assert sorted(os.listdir(tmp_path)) == ["large.npy", "y.npy"]
    assert (tmp_path / "y.npy").read_bytes() == b"precious"


SHIM = os.environ.get("SLOPEWISE_SHIM")
TWO_OUTPUTS = ["rrelu", "x.npy", "y.npy", "--noise", "n.npy"]


def with_shim(folder, *arguments, stderr=subprocess.PIPE, **settings):
    preload = {"LD_PRELOAD": SHIM, "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"}
    environment = os.environ | preload | {f"SHIM_{k}": str(v) for k, v in settings.items()}
    return subprocess.run([PROGRAM, "apply", *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True)


def contents(folder):
    return {name: (folder / name).read_bytes() for name in os.listdir(folder)}


# Which outputs exist, and how a file system exchanges two files: where it cannot, three renames do.
NEW, EXCHANGED, BY_THREE_RENAMES = (False, {}), (True, {}), (True, {"EXCHANGE": "no"})


@pytest.mark.parametrize(
    "old, at, file", [(NEW, 1, "y"), (NEW, 2, "n"), (EXCHANGED, 1, "n"), *((BY_THREE_RENAMES, at, "yyyn"[at - 1]) for at in (1, 2, 3, 4))]
)
def test_a_rename_fails(tmp_path, x, old, at, file):
    """OUT is put in place first and must be as it was when --noise then cannot be."""
    exists, settings = old
    if exists:
        (tmp_path / "y.npy").write_bytes(b"precious")
        (tmp_path / "n.npy").write_bytes(b"precious")
    before = contents(tmp_path)
    done = with_shim(tmp_path, *TWO_OUTPUTS, DO="fail", CALL="rename", AT=at, **settings)
    assert done.returncode == 1 and done.stderr.endswith(f"{file}.npy: cannot be replaced: Permission denied\n"), done.stderr
    assert contents(tmp_path) == before


@pytest.mark.parametrize("where", ["signal", "elsewhere"])
@pytest.mark.parametrize("old", [NEW, EXCHANGED, BY_THREE_RENAMES])
@pytest.mark.parametrize("terminal", [False, True])
def test_interruption_at_every_call(tmp_path, x, where, old, terminal):
    """Whenever SIGINT comes, and on whichever thread: both outputs or none, and nothing else."""
    exists, settings = old
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir(), after.mkdir()
    os.replace(tmp_path / "x.npy", before / "x.npy")
    if exists:
        (before / "y.npy").write_bytes(b"precious")
        (before / "n.npy").write_bytes(b"precious")
    (after / "x.npy").write_bytes((before / "x.npy").read_bytes())
    assert with_shim(after, *TWO_OUTPUTS).returncode == 0
    seen = set()
    main, stderr = os.openpty() if terminal else (None, subprocess.DEVNULL)
    for at in range(1, 500):
        with tempfile.TemporaryDirectory(dir=tmp_path) as name:
            folder = Path(name)
            for file, content in contents(before).items():
                (folder / file).write_bytes(content)
            status = with_shim(folder, *TWO_OUTPUTS, stderr=stderr, DO=where, AT=at, **settings).returncode
            assert status in (0, -signal.SIGINT), f"call {at}"
            is_done = contents(folder) == contents(after)
            assert is_done or (status and contents(folder) == contents(before)), f"call {at}: {os.listdir(folder)}"
            seen.add(is_done)
            if status == 0:
                break
    assert at > 30 and seen == {False, True}
    if terminal:
        os.close(main), os.close(stderr)


def test_input_becomes_shorter(tmp_path, large):
    """While it is read: an error like any other."""
    cut = lambda process: os.truncate(tmp_path / "large.npy", 4096)
    status, error = in_the_middle(tmp_path, cut, "rrelu", "large.npy", "y.npy", "--noise", "n.npy")
    assert (status, error) == (1, "slopewise: large.npy: became shorter during the run\n")
    assert sorted(os.listdir(tmp_path)) == ["large.npy", "y.npy"]
    assert (tmp_path / "y.npy").read_bytes() == b"precious"


@pytest.mark.skipif(os.geteuid() != 0, reason="takes files of two users")
@pytest.mark.parametrize("exists", [True, False])
def test_second_file_is_anothers(x, exists):
    """In a sticky folder another's file can be neither replaced nor, with protected_hardlinks, given a second name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        np.save(folder / "x.npy", x)
        (folder / "sticky").mkdir()
        (folder / "sticky").chmod(0o1777)
        others = ["sticky/n.npy"] + ["y.npy"] * exists
        for other in others:
            (folder / other).write_bytes(b"precious")
        command = [PROGRAM, "apply", "rrelu", "x.npy", "y.npy", "--noise", "sticky/n.npy"]
        try:
            done = subprocess.run(command, cwd=folder, user=65534, group=65534, extra_groups=[], capture_output=True, text=True)
        except PermissionError:
            pytest.skip("the program lies where other users cannot run it")
        assert done.returncode == 1 and "n.npy: cannot be replaced" in done.stderr and done.stderr.count("\n") == 1
        assert all((folder / other).read_bytes() == b"precious" for other in others)
        assert sorted(os.listdir(folder)) == ["sticky", "x.npy"] + ["y.npy"] * exists
        assert os.listdir(folder / "sticky") == ["n.npy"]


def test_file_size_limit_is_an_error(tmp_path, x):
    (tmp_path / "y.npy").write_bytes(b"precious")
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
    done = subprocess.run([PROGRAM, "apply", "relu", "x.npy", "y.npy"], cwd=tmp_path, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("slopewise: y.npy: ") and done.stderr.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["x.npy", "y.npy"]
    assert (tmp_path / "y.npy").read_bytes() == b"precious"


@pytest.mark.parametrize("command", [["info"], ["info", "--json"], ["explain", "relu", "f32", "9"], ["apply", "relu", "x.npy", "y.npy"]])
def test_full_standard_output_is_an_error(tmp_path, x, command):
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, *command], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and done.stderr == "slopewise: standard output cannot be written\n"


def test_two_outputs_replace_two_files(run, tmp_path, x):
    (tmp_path / "y.npy").write_bytes(b"old")
    (tmp_path / "n.npy").write_bytes(b"old")
    run("apply", "rrelu", "x.npy", "y.npy", "--noise", "n.npy")
    y, noise = np.load(tmp_path / "y.npy"), np.load(tmp_path / "n.npy")
    assert np.array_equal(y, x * noise)
    assert sorted(os.listdir(tmp_path)) == ["n.npy", "x.npy", "y.npy"]


def test_noise_may_replace_the_input(run, tmp_path, x):
    run("apply", "rrelu", "x.npy", "y.npy", "--noise", "x.npy")
    assert np.array_equal(np.load(tmp_path / "y.npy"), x * np.load(tmp_path / "x.npy"))


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("same", ["y.npy", "./y.npy", "folder/../y.npy", "absolute"])
def test_outputs_of_one_name_are_refused(run, tmp_path, x, exists, same):
    (tmp_path / "folder").mkdir()
    if exists:
        (tmp_path / "y.npy").write_bytes(b"precious")
    before = sorted(os.listdir(tmp_path))
    noise = tmp_path / "y.npy" if same == "absolute" else same
    assert "same file" in run("apply", "rrelu", "x.npy", "y.npy", "--noise", noise, status=2)
    assert sorted(os.listdir(tmp_path)) == before


def test_permissions(run, tmp_path, x):
    mode = lambda name: stat.S_IMODE((tmp_path / name).stat().st_mode)
    (tmp_path / "private.npy").write_bytes(b"old")
    (tmp_path / "private.npy").chmod(0o600)
    (tmp_path / "new").touch()
    run("apply", "relu", "x.npy", "private.npy")
    run("apply", "relu", "x.npy", "y.npy")
    assert mode("private.npy") == 0o600
    assert mode("y.npy") == mode("new")


def test_longest_name(run, tmp_path, x):
    name = "n" * 251 + ".npy"
    run("apply", "relu", "x.npy", name)
    assert np.array_equal(np.load(tmp_path / name), np.maximum(x, 0))
