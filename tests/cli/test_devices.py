"""The program on OpenCL: arrays go there and come back, byte for byte as NumPy computes them."""

import json

import numpy as np
import pytest
import reference as ref


@pytest.fixture(autouse=True)
def opencl(run):
    variants = json.loads(run("info", "--json"))["variants"]
    row = next((v for v in variants if v["name"] == "opencl"), None)
    if not row:
        pytest.skip("opencl not run: not in this build")
    assert row["usable"] and row["chosen"], row


def apply(run, op, *options, **environment):
    return run("apply", op, "x.npy", "y.npy", "--device", "opencl", *options, **environment)


def test_operations(run, tmp_path, values):
    x = values("f4")
    half, grads, r = x[:500].reshape(10, 50), x[:1000].reshape(10, 100), ref.slopes(x.shape, np.float32, seed=5, offset=3)
    random = ("--seed", 5, "--offset", 3)
    np.save(tmp_path / "g.npy", x[::-1])
    np.save(tmp_path / "gg.npy", grads)
    for op, options, inputs, want in [
        ("relu", (), x, ref.relu(x)),
        ("leaky_relu", ("--slope", 0.3), x, ref.leaky_relu(x, 0.3)),
        ("rrelu", (*random, "--noise", "noise.npy"), x, ref.leaky_relu(x, r)),
        ("rrelu_eval", (), x, ref.leaky_relu(x, (0.125 + 1 / 3) / 2)),
        ("crelu", ("--axis", 1), half, ref.crelu(half, 1)),
        ("relu_backward", ("--grad", "g.npy"), x, ref.relu_backward(x[::-1], x)),
        ("rrelu_backward", (*random, "--grad", "g.npy"), x, ref.rrelu_backward(x[::-1], x, r)),
        ("crelu_backward", ("--grad", "gg.npy", "--axis", 1), half, ref.crelu_backward(grads, half, 1)),
    ]:
        np.save(tmp_path / "x.npy", inputs)
        assert apply(run, op, *options).split()[:2] == [op, "opencl"]
        assert ref.equal_bytes(np.load(tmp_path / "y.npy"), *want), op
    assert ref.equal_bytes(np.load(tmp_path / "noise.npy"), *ref.rrelu_noise(x, r))


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (2, 3, 4, 5)])
def test_shapes(run, tmp_path, values, shape):
    x = np.resize(values("f2"), shape)
    np.save(tmp_path / "x.npy", x)
    apply(run, "relu")
    assert ref.equal_bytes(np.load(tmp_path / "y.npy"), *ref.relu(x))


def test_environment_binds_the_device_it_names(run, tmp_path, values):
    np.save(tmp_path / "x.npy", values("f4"))
    variants = json.loads(run("info", "--json"))["variants"]
    gpus = [v["name"] for v in variants if v["device"] != "cpu"]
    for variant in [*gpus, "x86-64"]:
        assert "opencl" in apply(run, "relu", SLOPEWISE_VARIANT=variant)
    for variant in gpus:
        line = run("apply", "relu", "x.npy", "y.npy", SLOPEWISE_VARIANT=variant)
        assert line.split()[1] not in [*gpus, "none"]
    assert "nonsense" in apply(run, "relu", status=1, SLOPEWISE_VARIANT="nonsense")
    assert "x86-64" in apply(run, "relu", "--variant", "x86-64", status=1)


def test_platform_and_device_by_environment(run, tmp_path, values):
    np.save(tmp_path / "x.npy", values("f4"))
    name = next(d["name"] for d in json.loads(run("info", "--json"))["devices"] if d["device"] == "opencl")
    device, platform = name[: name.index(" (")], name[name.index(" (") + 2 : -1]
    apply(run, "relu", SLOPEWISE_OPENCL_PLATFORM=platform, SLOPEWISE_OPENCL_DEVICE=device)
    for variable in ("SLOPEWISE_OPENCL_PLATFORM", "SLOPEWISE_OPENCL_DEVICE"):
        assert "nowhere" in apply(run, "relu", status=1, **{variable: "nowhere"})


def test_failures_leave_no_file(run, tmp_path, values):
    np.save(tmp_path / "x.npy", np.asarray(values("f4")[:1000].reshape(20, 50), order="F"))
    (tmp_path / "y.npy").write_bytes(b"precious")
    assert "contiguous" in apply(run, "rrelu", status=1)
    assert (tmp_path / "y.npy").read_bytes() == b"precious"
    if not [d for d in json.loads(run("info", "--json"))["devices"] if d["device"] == "cuda"]:
        assert "libcuda" in run("apply", "relu", "x.npy", "y.npy", "--device", "cuda", status=1)


def test_info_without_drivers(run):
    info = json.loads(run("info", "--json", OCL_ICD_VENDORS="/nonexistent"))
    row = next(v for v in info["variants"] if v["name"] == "opencl")
    assert not row["usable"] and not row["chosen"] and row["reason"]
    assert [v for v in info["variants"] if v["device"] == "cpu" and v["chosen"]]
    text = run("info", OCL_ICD_VENDORS="/nonexistent", SLOPEWISE_VARIANT="opencl")
    assert "problem: SLOPEWISE_VARIANT" in text
