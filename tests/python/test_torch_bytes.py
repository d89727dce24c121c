"""slopewise.torch gives NumPy's bytes for equal keys, for all types, shapes and layouts."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import cases  # noqa: E402

import slopewise.numpy as sn  # noqa: E402
from slopewise import ArgumentError, DtypeError, UnavailableError  # noqa: E402
from slopewise import torch as st  # noqa: E402

FLOATS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
SIGNED = [torch.int8, torch.int16, torch.int32, torch.int64]
SHAPES = [(), (0,), (1,), (3,), (5,), (2, 0, 3), (1029, 917), (2, 3, 4, 5)]
KEYS = [0, (1, 2), (2**64 - 1, -1), (-(2**63), 2**63)]


def numpy_of(t):
    if t.dtype is torch.bfloat16:
        ml_dtypes = pytest.importorskip("ml_dtypes")
        return t.detach().view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return t.detach().numpy()


def assert_same(t, array):
    flat = t.detach().contiguous().reshape(-1).view(torch.uint8)
    assert tuple(t.shape) == array.shape and flat.numpy().tobytes() == array.tobytes()


def values(shape, dtype, seed=0):
    """Normal values with zeros of both signs, infinities, a NaN and a subnormal among them."""
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    special = torch.tensor([0.0, -0.0, float("inf"), -float("inf"), 1e-320, -1e-320])
    flat = x.reshape(-1)
    count = min(len(special), max(0, flat.numel() - 2))
    flat[:count] = special[:count]
    return flat.reshape(shape).to(dtype)


def layouts(x):
    """The same values in other memory orders, and what NumPy calls them."""
    yield x
    if x.dim() >= 2:
        yield x.t().contiguous().t() if x.dim() == 2 else x.transpose(0, -1).contiguous().transpose(0, -1)
        wide = torch.empty([*x.shape[:-1], 2 * x.shape[-1]], dtype=x.dtype)
        wide[..., ::2] = x
        yield wide[..., ::2]
    if x.dim() == 4:
        yield x.to(memory_format=torch.channels_last)


def of_numpy(array, dtype):
    bits = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}[array.dtype.itemsize]
    types = {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64}
    return torch.from_numpy(array.view(bits)).view(types[dtype])


def bits_of(t):
    bits = {2: torch.int16, 4: torch.int32, 8: torch.int64}[t.element_size()]
    return t.detach().view(bits).numpy().view(f"u{t.element_size()}")


@pytest.mark.parametrize("case", cases.CASES, ids=cases.NAMES)
def test_the_table_of_cases(case):
    """Against a reference in integers, which knows nothing of the library."""
    x, grad = (of_numpy(a, case.dtype) for a in (case.x(), case.grad()))
    x.requires_grad_()
    named = {"training": True, "key": case.key, "offset": case.offset, "index_strides": case.index_strides}
    y = st.rrelu(x, case.lower, case.upper, **named)
    y.backward(grad)
    assert cases.same(bits_of(y), case.y(), case.dtype)
    assert cases.same(bits_of(x.grad), case.grad_x(), case.dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", SHAPES)
def test_rrelu_is_numpys(shape, dtype):
    for key in KEYS:
        for lower, upper in ((1 / 8, 1 / 3), (-0.5, 0.5), (0.25, 0.25), (0, 0), (1.5, 3)):
            for offset in (0, 5, 2**34 + 7, 2**64 - 3):
                x, grad = values(shape, dtype), values(shape, dtype, 1)
                x.requires_grad_()
                y = st.rrelu(x, lower, upper, training=True, key=key, offset=offset)
                assert_same(y, sn.rrelu(numpy_of(x), lower, upper, key=key, offset=offset))
                y.backward(grad)
                assert_same(
                    x.grad, sn.rrelu_backward(numpy_of(grad), numpy_of(x), lower, upper, key=key, offset=offset)
                )
        if x.numel() > 10**5:
            break  # one key is enough for a large one


@pytest.mark.parametrize("dtype", FLOATS)
def test_memory_order_does_not_matter(dtype):
    for shape in ((1029, 17), (2, 3, 4, 5)):
        x = values(shape, dtype)
        grad = values(shape, dtype, 1)
        expected = st.rrelu(x, training=True, key=(3, 4))
        for other in layouts(x):
            other = other.detach().requires_grad_()
            y = st.rrelu(other, training=True, key=(3, 4))
            assert_same(y, numpy_of(expected))
            assert y.stride() == torch.empty_like(other).stride()
            for g in layouts(grad):
                (gx,) = torch.autograd.grad(y, other, g, retain_graph=True)
                assert_same(gx, sn.rrelu_backward(numpy_of(grad), numpy_of(x), key=(3, 4)))


def test_expanded_inputs_and_gradients():
    row = torch.randn(1, 7)
    x = row.expand(5, 7).requires_grad_()
    y = st.rrelu(x, training=True, key=1)
    assert_same(y, sn.rrelu(np.ascontiguousarray(x.detach().numpy()), key=1))
    y.sum().backward()  # its gradient is expanded from one number
    assert_same(x.grad, sn.rrelu_backward(np.ones((5, 7), np.float32), x.detach().numpy(), key=1))


def test_index_strides_are_those_of_a_larger_tensor():
    x = torch.randn(6, 8, 10)
    whole = st.rrelu(x, training=True, key=9)
    part = st.rrelu(x[2:4, 1:6, 3:], training=True, key=9, offset=2 * 80 + 10 + 3, index_strides=(80, 10, 1))
    assert torch.equal(part, whole[2:4, 1:6, 3:])
    shared = st.rrelu(-torch.ones(4, 5), training=True, key=9, index_strides=(0, 1))
    assert torch.equal(shared, shared[:1].expand(4, 5))
    with pytest.raises(ArgumentError, match="one a dimension"):
        st.rrelu(x, training=True, key=9, index_strides=(1, 1))


@pytest.mark.parametrize("key", [(1, 2), torch.tensor([1, 2])])
def test_keys_of_every_kind(key):
    x = torch.randn(33)
    assert_same(st.rrelu(x, training=True, key=key), sn.rrelu(x.numpy(), key=(1, 2)))


@pytest.mark.parametrize("dtype", FLOATS + SIGNED)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_others_are_numpys(shape, dtype):
    x = values(shape, dtype if dtype.is_floating_point else torch.float32)
    x = x.to(dtype) if dtype.is_floating_point else (torch.nan_to_num(x) * 40).clamp(-128, 127).to(dtype)
    assert_same(st.relu(x), sn.relu(numpy_of(x)))
    for dim in range(-x.dim(), x.dim()):
        for other in layouts(x):
            y = st.crelu(other, dim)
            assert_same(y, sn.crelu(numpy_of(x), axis=dim))
            assert torch.equal(y, torch.cat((st.relu(other), st.relu(-other)), dim)) or dtype.is_floating_point
    if dtype.is_floating_point:
        for slope in (0.01, -0.5, 0.0):
            assert_same(st.leaky_relu(x, slope), sn.leaky_relu(numpy_of(x), slope))
        assert_same(st.rrelu(x), sn.rrelu_eval(numpy_of(x)))


def test_uint8_passes():
    x = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(st.relu(x), x)


def test_crelu_keeps_the_memory_order():
    def order(t):
        return sorted(range(t.dim()), key=lambda d: -t.stride(d))

    for x in layouts(torch.randn(2, 3, 4, 5)):
        for dim in range(4):
            y = st.crelu(x, dim)
            assert order(y) == order(torch.empty_like(x))
            assert y.permute(order(y)).is_contiguous()
    image = torch.randn(2, 1, 4, 5).to(memory_format=torch.channels_last)
    assert st.crelu(image).is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    "function", [st.relu_, st.leaky_relu_, lambda x: st.rrelu_(x, training=True, key=7), st.rrelu_]
)
def test_in_place(function):
    out_of_place = {st.relu_: st.relu, st.leaky_relu_: st.leaky_relu, st.rrelu_: st.rrelu}
    other = out_of_place.get(function, lambda x: st.rrelu(x, training=True, key=7))
    for x in layouts(torch.randn(2, 3, 4, 5)):
        expected, address, version = other(x.clone()), x.data_ptr(), x._version
        assert function(x) is x
        assert torch.equal(x, expected) and x.data_ptr() == address and x._version > version
        leaf = torch.randn(2, 3, 4, 5, requires_grad=True)
        y = function(leaf * 1)
        y.sum().backward()
        (grad,) = torch.autograd.grad(other(leaf).sum(), leaf)
        assert torch.equal(leaf.grad, grad)


def test_a_saved_tensor_that_changes_is_noticed():
    a = torch.randn(4, requires_grad=True)
    b = torch.randn(4)
    y = a * b
    st.relu_(b)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_a_view_in_place_changes_its_base():
    leaf = torch.randn(4, 6, requires_grad=True)
    x = leaf * 1
    st.rrelu_(x[:, ::2], training=True, key=3)
    x.sum().backward()
    slopes = st.rrelu(-torch.ones(4, 3), training=True, key=3).neg()
    expected = torch.ones(4, 6)
    expected[:, ::2] = torch.where(leaf[:, ::2] <= 0, slopes, 1)
    assert torch.equal(leaf.grad, expected)


def test_meta_tensors_have_shape_and_strides():
    x = torch.empty(2, 3, 4, 5, device="meta").to(memory_format=torch.channels_last).requires_grad_()
    for function in (st.relu, st.leaky_relu, st.rrelu, lambda x: st.rrelu(x, training=True)):
        y = function(x)
        assert y.is_meta and y.stride() == x.stride()
        y.sum().backward()
        assert x.grad.shape == x.shape
    assert st.crelu(x).shape == (2, 6, 4, 5)
    with pytest.raises(DtypeError):
        st.leaky_relu(torch.empty(3, device="meta", dtype=torch.int32))


def test_other_layouts_have_torchs_own():
    dense = torch.tensor([[0.0, -1.0], [2.0, 0.0]])
    assert torch.equal(st.relu(dense.to_sparse()).to_dense(), torch.relu(dense))
    nested = torch.nested.nested_tensor([torch.randn(3), torch.randn(2)])
    assert torch.equal(st.relu(nested).to_padded_tensor(0), torch.relu(nested).to_padded_tensor(0))
    jagged = torch.nested.nested_tensor([torch.randn(3), torch.randn(2)], layout=torch.jagged)
    assert torch.equal(st.relu(jagged).values(), torch.relu(jagged).values())
    with pytest.raises(UnavailableError, match="nested"):
        st.leaky_relu(nested)
    quantized = torch.quantize_per_tensor(dense, 0.1, 10, torch.quint8)
    assert torch.equal(st.relu(quantized).dequantize(), torch.relu(quantized).dequantize())
    with pytest.raises(UnavailableError, match="sparse"):
        st.rrelu(dense.to_sparse(), training=True)
    with pytest.raises(UnavailableError, match="key"):
        st.rrelu(dense.to_sparse(), training=True, key=1)


def test_lazily_negated_tensors():
    x = torch.conj(torch.randn(5, dtype=torch.complex64)).imag
    assert x.is_neg()
    assert torch.equal(st.rrelu(x, training=True, key=1), st.rrelu(x.resolve_neg(), training=True, key=1))
    assert torch.equal(st.relu(x), torch.relu(x))


def test_autocast_and_inference():
    x = torch.randn(4, 5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert st.rrelu(x, training=True, key=1).dtype is torch.float32
        assert st.rrelu(x.bfloat16(), training=True, key=1).dtype is torch.bfloat16
    with torch.inference_mode():
        assert torch.equal(st.rrelu(x, training=True, key=1), st.rrelu(x.clone(), training=True, key=1))
        st.relu_(x.clone())
    with torch.no_grad():
        assert not st.relu(x.requires_grad_()).requires_grad


def test_threads_do_not_matter():
    x, threads = torch.randn(1 << 21), torch.get_num_threads()
    try:
        results = []
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            results.append(st.rrelu(x, training=True, key=(8, 9)))
        assert torch.equal(results[0], results[1]) and torch.equal(results[0], results[2])
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("bounds", [(1 / 8, 1 / 3), (-2, 2)])
def test_slopes_are_uniform(bounds):
    slopes = st.rrelu(-torch.ones(1 << 20), *bounds, training=True, key=11).neg().double()
    lower, upper = bounds
    assert lower - 1e-8 <= slopes.min() and slopes.max() < upper
    standing = ((slopes - lower) / (upper - lower) * 64).long().bincount(minlength=64).double()
    expected = slopes.numel() / 64
    assert ((standing - expected) ** 2 / expected).sum() < 140  # 63 degrees of freedom: once in 10^7
