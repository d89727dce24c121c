"""slopewise.numpy against the scalar definitions of reference.py, byte for byte, and against misuse."""

import threading
import time

import cases
import ml_dtypes
import numpy as np
import pytest
import reference
from cases import CASES, FLOATS, INTEGERS, NAMES, same, values
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import slopewise
import slopewise.numpy as sn


def native(array, dtype):
    """As a user has it: bfloat16 by ml_dtypes."""
    return array.view(ml_dtypes.bfloat16) if dtype == "bf16" else array


def inputs(case):
    return native(case.x(), case.dtype), native(case.grad(), case.dtype)


def slopes_of(case):
    return dict(lower=case.lower, upper=case.upper, key=case.key, offset=case.offset, index_strides=case.index_strides)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_rrelu(case):
    x, grad = inputs(case)
    y, noise = sn.rrelu(x, noise=True, **slopes_of(case))
    assert same(y, case.y(), case.dtype) and y.dtype == x.dtype
    assert same(noise, case.noise(), case.dtype)
    assert same(sn.rrelu(x, **slopes_of(case)), case.y(), case.dtype)
    assert same(sn.rrelu_backward(grad, x, **slopes_of(case)), case.grad_x(), case.dtype)
    want = reference.rrelu_backward_noise(case.grad(), case.noise()[0], case.dtype == "bf16")
    assert same(sn.rrelu_backward_noise(grad, noise), want, case.dtype)


@pytest.mark.parametrize("variant", [v["name"] for v in slopewise.info()["variants"] if v["usable"] and v["device"] == "cpu"])
@pytest.mark.parametrize("threads", [1, 2])
def test_every_variant_gives_the_same(variant, threads):
    case = max(CASES, key=lambda c: np.prod(c.shape))
    x, _ = inputs(case)
    assert same(sn.rrelu(x, variant=variant, threads=threads, **slopes_of(case)), case.y(), case.dtype)


@pytest.mark.parametrize("dtype", FLOATS + INTEGERS + ("u8",))
@pytest.mark.parametrize("shape", [(), (0,), (5,), (33, 21)])
def test_relu(dtype, shape):
    x = values(dtype, shape)
    assert same(sn.relu(native(x, dtype)), reference.relu(x, dtype == "bf16"), dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (33, 21)])
def test_other_functions(dtype, shape):
    x, grad, bf16 = values(dtype, shape), values(dtype, shape, 1), dtype == "bf16"
    nx, ng = native(x, dtype), native(grad, dtype)
    assert same(sn.relu_backward(ng, nx), reference.relu_backward(grad, x, bf16), dtype)
    assert same(sn.leaky_relu(nx), reference.leaky_relu(x, 0.01, bf16), dtype)
    assert same(sn.leaky_relu(nx, -0.7), reference.leaky_relu(x, -0.7, bf16), dtype)
    assert same(sn.leaky_relu_backward(ng, nx, 0.3), reference.leaky_relu_backward(grad, x, 0.3, bf16), dtype)
    assert same(sn.rrelu_eval(nx, 0.2, 0.7), reference.leaky_relu(x, (0.2 + 0.7) / 2, bf16), dtype)


def test_gradients_from_the_output():
    x, grad = values("f32", (40,)), values("f32", (40,), 1)
    x = np.where(np.isinf(x) | (np.abs(x) < 1e-30), np.float32(-1), x)  # whose outputs keep their sign
    y = sn.leaky_relu(x, 0.3)
    want = reference.leaky_relu_backward(grad, x, 0.3)
    assert same(sn.leaky_relu_backward(grad, y, 0.3, saved_is_output=True), want, "f32")
    y = sn.rrelu(x, key=9)
    assert same(sn.rrelu_backward(grad, y, key=9, saved_is_output=True), (sn.rrelu_backward(grad, x, key=9), x <= 0), "f32")


@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_crelu(dtype, axis):
    x = values(dtype, (4, 5, 6))
    want = reference.crelu(x, axis, dtype == "bf16")
    assert same(sn.crelu(native(x, dtype), axis), want, dtype)
    if dtype in FLOATS:
        grad = values(dtype, want[0].shape, 1)
        want = reference.crelu_backward(grad, x, axis, dtype == "bf16")
        assert same(sn.crelu_backward(native(grad, dtype), native(x, dtype), axis), want, dtype)


LAYOUTS = {
    "transposed": lambda x: x.T,
    "reversed": lambda x: x[::-1, ::-1],
    "every other": lambda x: x[::2, 1::3],
    "broadcast": lambda x: np.broadcast_to(x[:1], (9, x.shape[1])),
    "Fortran": np.asfortranarray,
    "unaligned": lambda x: np.frombuffer(b"\0" + x.tobytes(), x.dtype, offset=1).reshape(x.shape),
    "a packed field": lambda x: packed(x)["value"],
}


def packed(x):
    record = np.zeros(x.shape, [("tag", "u1"), ("value", x.dtype)])
    record["value"] = x
    return record


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_give_the_slopes_of_their_shape(layout):
    x = LAYOUTS[layout](values("f32", (32, 21)))
    r = reference.slopes(x.shape, np.float32, seed=3)
    assert same(sn.rrelu(x, key=3), reference.leaky_relu(x, r), "f32")
    assert same(sn.relu(x), reference.relu(x), "f32")


@pytest.mark.parametrize("layout", ["transposed", "reversed", "every other", "Fortran", "a packed field"])
def test_out_of_any_layout(layout):
    out = LAYOUTS[layout](np.zeros((32, 21), np.float32))
    x = values("f32", out.shape)
    assert sn.relu(x, out=out) is out
    assert same(out, reference.relu(x), "f32")


def test_results_keep_the_memory_order():
    x = values("f32", (3, 4, 5))
    for order in (x, np.asfortranarray(x), x.transpose(1, 0, 2)):
        y, z = sn.relu(order), sn.crelu(order, 1)
        assert y.strides == np.empty_like(order).strides
        assert np.argsort(z.strides).tolist() == np.argsort(order.strides).tolist()
    assert sn.crelu(np.asfortranarray(x), 0).flags.f_contiguous


def test_in_place():
    x = values("f32", (40, 30)).T
    want = reference.leaky_relu(x, reference.slopes(x.shape, np.float32, seed=1, stream=2))
    assert sn.rrelu(x, key=(1, 2), out=x) is x and same(x, want, "f32")


def test_converted_arguments(tmp_path):
    assert sn.relu([[-1.0, 2.0]]).tolist() == [[0, 2]] and sn.relu(-3).shape == ()
    file = np.memmap(tmp_path / "file", np.float32, "w+", shape=(4,))
    file[:] = [-1, 2, -3, 4]
    result = sn.relu(file)
    assert type(result) is np.ndarray and result.tolist() == [0, 2, 0, 4]
    assert sn.relu(file, out=file) is file and file.tolist() == [0, 2, 0, 4]


def x_of(kind="f4", shape=(6, 4)):
    return np.full(shape, -1, kind)


def read_only():
    x = x_of()
    x.flags.writeable = False
    return x


# What is wrong, the class it raises, a piece of the message; `y` is an output that must stay as it is.
REFUSED = {
    "byte-swapped": (lambda y: sn.relu(x_of(">f4"), out=y), slopewise.DtypeError, "x"),
    "object": (lambda y: sn.relu(x_of("O"), out=y), slopewise.DtypeError, "x"),
    "boolean": (lambda y: sn.relu(x_of() > 0, out=y), slopewise.DtypeError, "bool"),
    "complex": (lambda y: sn.relu(x_of("c8"), out=y), slopewise.DtypeError, "x"),
    "text": (lambda y: sn.relu("no", out=y), slopewise.DtypeError, "x"),
    "date": (lambda y: sn.relu(x_of("M8[s]"), out=y), slopewise.DtypeError, "x"),
    "uint16": (lambda y: sn.relu(x_of("i2").view("u2"), out=y), slopewise.DtypeError, "x"),
    "float8": (lambda y: sn.relu(x_of("i1").view(ml_dtypes.float8_e4m3fn), out=y), slopewise.DtypeError, "x"),
    "long double": (lambda y: sn.relu(x_of("g"), out=y), slopewise.DtypeError, "x"),
    "integers for leaky": (lambda y: sn.leaky_relu(x_of("i4"), out=y), slopewise.DtypeError, "x"),
    "u8 for crelu": (lambda y: sn.crelu(x_of("i1").view("u1"), 0, out=y), slopewise.DtypeError, "x"),
    "two types": (lambda y: sn.relu(x_of("f8"), out=y), slopewise.DtypeError, "f64"),
    "masked": (lambda y: sn.relu(np.ma.array(x_of()), out=y), slopewise.DtypeError, "MaskedArray"),
    "matrix": (lambda y: sn.relu(np.asmatrix(x_of()), out=y), slopewise.DtypeError, "matrix"),
    "another shape": (lambda y: sn.relu(x_of(shape=(4, 6)), out=y), slopewise.ArgumentError, "shape"),
    "overlap": (lambda y: sn.relu(y[::-1], out=y), slopewise.ArgumentError, "share memory"),
    "read-only": (lambda y: sn.relu(x_of(), out=read_only()), slopewise.ArgumentError, "read-only"),
    "broadcast out": (lambda y: sn.relu(x_of(), out=np.lib.stride_tricks.as_strided(y, strides=(0, 4))), slopewise.ArgumentError, "y"),
    "a list out": (lambda y: sn.relu(x_of(), out=[0.0]), slopewise.ArgumentError, "out"),
    "noise on out": (lambda y: sn.rrelu(x_of(), key=1, out=y, noise=y), slopewise.ArgumentError, "noise"),
    "bounds": (lambda y: sn.rrelu(x_of(), 0.5, 0.1, key=1, out=y), slopewise.ArgumentError, "Lower bound should be less"),
    "NaN": (lambda y: sn.rrelu(x_of(), np.nan, 0.1, key=1, out=y), slopewise.ArgumentError, "must be finite"),
    "no number": (lambda y: sn.leaky_relu(x_of(), "steep", out=y), slopewise.ArgumentError, "negative_slope"),
    "key too large": (lambda y: sn.rrelu(x_of(), key=2**64, out=y), slopewise.ArgumentError, "key"),
    "key too small": (lambda y: sn.rrelu(x_of(), key=(-(2**63) - 1, 0), out=y), slopewise.ArgumentError, "seed"),
    "key of three": (lambda y: sn.rrelu(x_of(), key=(1, 2, 3), out=y), slopewise.ArgumentError, "pair"),
    "key of text": (lambda y: sn.rrelu(x_of(), key="1", out=y), slopewise.ArgumentError, "key"),
    "key of floats": (lambda y: sn.rrelu(x_of(), key=1.5, out=y), slopewise.ArgumentError, "key"),
    "index strides": (lambda y: sn.rrelu(x_of(), key=1, index_strides=(1,), out=y), slopewise.ArgumentError, "index_strides"),
    "axis": (lambda y: sn.crelu(x_of(), 2, out=y), slopewise.ArgumentError, "axis"),
    "a huge axis": (lambda y: sn.crelu(x_of(), 2**40, out=y), slopewise.ArgumentError, "axis"),
    "threads": (lambda y: sn.relu(x_of(), threads=-1, out=y), slopewise.ArgumentError, "threads"),
    "variant": (lambda y: sn.relu(x_of(), variant="z80", out=y), slopewise.UnavailableError, "z80"),
    "from a negative output": (
        lambda y: sn.leaky_relu_backward(x_of(), x_of(), -0.1, saved_is_output=True, out=y),
        slopewise.ArgumentError,
        "slope",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what):
    call, kind, text = REFUSED[what]
    y = np.arange(24, dtype=np.float32).reshape(6, 4)
    with pytest.raises(kind) as caught:
        call(y)
    assert text in str(caught.value) and caught.value.status
    assert np.array_equal(y, np.arange(24).reshape(6, 4)), "the output was touched"


def test_words_are_taken_modulo_two_to_the_64():
    x = values("f32", (100,))
    assert np.array_equal(sn.rrelu(x, key=(-1, -2)), sn.rrelu(x, key=(2**64 - 1, 2**64 - 2)), equal_nan=True)
    assert np.array_equal(sn.rrelu(x, key=np.int64(7)), sn.rrelu(x, key=(7, 0)), equal_nan=True)


def test_no_gil_while_a_kernel_runs():
    x = np.zeros(1 << 25, np.float32)
    out, ticks, done = np.empty_like(x), [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.perf_counter()
    sn.rrelu(x, key=1, out=out, threads=1)
    ended = time.perf_counter()
    done.set()
    thread.join()
    assert sum(began < t < ended for t in ticks) > 10


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_array(data):
    """Arrays, slices and bounds that a machine makes up."""
    dtype = data.draw(st.sampled_from(["f2", "f4", "f8"]))
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9))
    whole = cases.values(f"f{8 * int(dtype[1])}", shape)
    x = whole[data.draw(arrays.basic_indices(shape, allow_newaxis=True))] if shape else whole
    lower, upper = sorted(data.draw(st.tuples(*[st.floats(-2, 2)] * 2)))
    key, offset = data.draw(st.tuples(*[st.integers(0, 2**64 - 1)] * 2)), data.draw(st.integers(0, 2**64 - 1))
    x = np.asarray(x)
    r = reference.slopes(x.shape, reference.op_type(x), lower, upper, *key, offset)
    assert reference.equal_bytes(sn.rrelu(x, lower, upper, key=key, offset=offset), *reference.leaky_relu(x, r))
