"""Every operation and type through the program, byte for byte against NumPy."""

import numpy as np
import pytest
import reference as ref

FLOATS = ["f2", "f4", "f8", "bf16"]
INTEGERS = ["i1", "i2", "i4", "i8"]


def flags(kind):
    return ["--bf16"] if kind == "bf16" else []


def check(tmp_path, name, want, kind="f4"):
    result, arithmetic = want
    got = np.load(tmp_path / name)
    assert got.shape == result.shape and got.dtype == result.dtype
    assert ref.equal_bytes(got, result, arithmetic, kind == "bf16")


@pytest.mark.parametrize("kind", FLOATS + INTEGERS + ["u1"])
def test_relu(run, tmp_path, values, kind):
    x = values(kind)
    np.save(tmp_path / "x.npy", x)
    run("apply", "relu", "x.npy", "y.npy", *flags(kind))
    check(tmp_path, "y.npy", ref.relu(x, kind == "bf16"), kind)


@pytest.mark.parametrize("kind", FLOATS + INTEGERS)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_crelu(run, tmp_path, values, kind, axis):
    x = values(kind)[:1020].reshape(20, 51)
    np.save(tmp_path / "x.npy", x)
    run("apply", "crelu", "x.npy", "y.npy", "--axis", axis, *flags(kind))
    check(tmp_path, "y.npy", ref.crelu(x, axis, kind == "bf16"), kind)


@pytest.mark.parametrize("kind", FLOATS)
def test_scaling(run, tmp_path, values, kind):
    x, bf16 = values(kind), kind == "bf16"
    np.save(tmp_path / "x.npy", x)
    run("apply", "leaky_relu", "x.npy", "y.npy", "--slope", 0.3, *flags(kind))
    check(tmp_path, "y.npy", ref.leaky_relu(x, 0.3, bf16), kind)
    run("apply", "rrelu_eval", "x.npy", "y.npy", "--lower", 0.2, "--upper", 0.7, *flags(kind))
    check(tmp_path, "y.npy", ref.leaky_relu(x, (0.2 + 0.7) / 2, bf16), kind)


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("offset", [0, 3, 2**35 - 500, 2**64 - 100])
def test_rrelu(run, tmp_path, values, kind, offset):
    x, bf16 = values(kind), kind == "bf16"
    np.save(tmp_path / "x.npy", x)
    r = ref.slopes(x.shape, ref.op_type(x), 0.1, 0.9, seed=2**63 + 7, stream=2**40 + 1, offset=offset)
    random = ["--lower", 0.1, "--upper", 0.9, "--seed", 2**63 + 7, "--stream", 2**40 + 1, "--offset", offset, *flags(kind)]
    run("apply", "rrelu", "x.npy", "y.npy", "--noise", "noise.npy", *random)
    check(tmp_path, "y.npy", ref.leaky_relu(x, r, bf16), kind)
    check(tmp_path, "noise.npy", ref.rrelu_noise(x, r, bf16), kind)
    grad = x[::-1].copy()
    np.save(tmp_path / "g.npy", grad)
    run("apply", "rrelu_backward", "x.npy", "gx.npy", "--grad", "g.npy", *random)
    check(tmp_path, "gx.npy", ref.rrelu_backward(grad, x, r, bf16), kind)
    run("apply", "rrelu_backward_noise", "g.npy", "gx.npy", "--noise", "noise.npy", *flags(kind))
    check(tmp_path, "gx.npy", ref.rrelu_backward_noise(grad, np.load(tmp_path / "noise.npy"), bf16), kind)


@pytest.mark.parametrize("kind", FLOATS)
def test_backward(run, tmp_path, values, kind):
    x, bf16 = values(kind), kind == "bf16"
    grad = x[::-1].copy()
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "g.npy", grad)
    run("apply", "relu_backward", "x.npy", "gx.npy", "--grad", "g.npy", *flags(kind))
    check(tmp_path, "gx.npy", ref.relu_backward(grad, x, bf16), kind)
    run("apply", "leaky_relu_backward", "x.npy", "gx.npy", "--grad", "g.npy", "--saved-output", *flags(kind))
    check(tmp_path, "gx.npy", ref.leaky_relu_backward(grad, x, 0.01, bf16), kind)
    half = x[:500].reshape(10, 50)
    np.save(tmp_path / "half.npy", half)
    np.save(tmp_path / "g.npy", x[:1000].reshape(10, 100))
    run("apply", "crelu_backward", "half.npy", "gx.npy", "--grad", "g.npy", "--axis", 1, *flags(kind))
    check(tmp_path, "gx.npy", ref.crelu_backward(x[:1000].reshape(10, 100), half, 1, bf16), kind)


def header_of(path):
    """All but its padding, of which NumPy's versions have more or less; the data that follow are aligned to 64 bytes."""
    content = path.read_bytes()
    length = 10 + int.from_bytes(content[8:10], "little")
    assert length % 64 == 0 and content[length - 1 : length] == b"\n"
    return content[:8] + content[10:length].rstrip()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (7,), (5, 6), (2, 3, 4, 5)])
def test_shapes_and_orders(run, tmp_path, values, order, shape):
    x = np.asarray(np.resize(values("f4"), shape), order=order)
    np.save(tmp_path / "x.npy", x)
    run("apply", "rrelu", "x.npy", "y.npy", "--seed", 9)
    r = ref.slopes(shape, np.float32, seed=9)
    check(tmp_path, "y.npy", ref.leaky_relu(x, r))
    assert np.load(tmp_path / "y.npy").flags.f_contiguous == np.load(tmp_path / "x.npy").flags.f_contiguous
    assert header_of(tmp_path / "y.npy") == header_of(tmp_path / "x.npy"), "NumPy writes it otherwise"


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("orders", ["FF", "FC", "CF"])
def test_every_operation_in_mixed_orders(run, tmp_path, values, kind, orders):
    """IN and GRAD each in their own order; the output follows IN."""
    bf16 = kind == "bf16"
    x = values(kind)[:1001].reshape(7, 11, 13)
    g = x[::-1, ::-1].copy()
    r = ref.slopes(x.shape, ref.op_type(x), seed=3)
    slope = (0.125 + 1 / 3) / 2
    gg = np.concatenate([g, x], 1)
    expected = {
        ("relu",): ref.relu(x, bf16),
        ("leaky_relu",): ref.leaky_relu(x, 0.01, bf16),
        ("rrelu", "--seed", 3): ref.leaky_relu(x, r, bf16),
        ("rrelu_eval",): ref.leaky_relu(x, slope, bf16),
        ("crelu", "--axis", 1): ref.crelu(x, 1, bf16),
        ("relu_backward", "--grad", "g.npy"): ref.relu_backward(g, x, bf16),
        ("leaky_relu_backward", "--grad", "g.npy"): ref.leaky_relu_backward(g, x, 0.01, bf16),
        ("rrelu_backward", "--grad", "g.npy", "--seed", 3): ref.rrelu_backward(g, x, r, bf16),
        ("rrelu_backward", "--grad", "g.npy", "--seed", 3, "--saved-output"): ref.rrelu_backward(g, x, r, bf16),
        ("rrelu_backward_noise", "--noise", "g.npy"): ref.rrelu_backward_noise(x, g, bf16),
        ("crelu_backward", "--grad", "gg.npy", "--axis", 1): ref.crelu_backward(gg, x, 1, bf16),
    }
    np.save(tmp_path / "x.npy", np.asarray(x, order=orders[0]))
    np.save(tmp_path / "g.npy", np.asarray(g, order=orders[1]))
    np.save(tmp_path / "gg.npy", np.asarray(gg, order=orders[1]))
    for (op, *options), want in expected.items():
        run("apply", op, "x.npy", "y.npy", *options, *flags(kind))
        check(tmp_path, "y.npy", want, kind)
        assert np.load(tmp_path / "y.npy").flags.f_contiguous == (orders[0] == "F"), op


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_versions(run, tmp_path, values, version):
    x = values("f4")
    with open(tmp_path / "x.npy", "wb") as file:
        np.lib.format.write_array(file, x, version=version)
    run("apply", "relu", "x.npy", "y.npy")
    check(tmp_path, "y.npy", ref.relu(x))


def test_variants_give_equal_bytes(run, tmp_path, values):
    import json

    np.save(tmp_path / "x.npy", np.nan_to_num(values("f2"), nan=1))
    usable = [v["name"] for v in json.loads(run("info", "--json"))["variants"] if v["usable"] and v["device"] == "cpu"]
    assert usable
    results = set()
    for variant in usable:
        line = run("apply", "rrelu", "x.npy", "y.npy", "--variant", variant)
        assert line.split()[:2] == ["rrelu", variant]
        results.add((tmp_path / "y.npy").read_bytes())
    assert len(results) == 1
