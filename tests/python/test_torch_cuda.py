"""What reaches the library for CUDA tensors, without a GPU: tensors that only say that they are on one."""

import ctypes

import pytest

torch = pytest.importorskip("torch")

from slopewise import ArgumentError  # noqa: E402
from slopewise.torch import _kernels  # noqa: E402

CUDA = 2  # DLDeviceType


class OnCuda(torch.Tensor):
    device = torch.device("cuda", 1)
    is_cuda, is_cpu = True, False


def on_cuda(t):
    return t.as_subclass(OnCuda)


@pytest.fixture
def calls(monkeypatch):
    made = []

    class Stream:
        cuda_stream = 1234

    def current_stream(device):
        assert device == OnCuda.device
        return Stream

    monkeypatch.setattr(torch.cuda, "current_stream", current_stream)
    monkeypatch.setattr(_kernels._library, "call", lambda *arguments: made.append(arguments))
    return made


def check_tensor(given, t):
    assert (given.device_type, given.device_id, given.data) == (CUDA, 1, t.data_ptr())
    assert given.shape[: given.ndim] == list(t.shape) and given.strides[: given.ndim] == list(t.stride())


def test_elementwise(calls):
    for x in (torch.randn(4, 6), torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)):
        x, y = on_cuda(x), on_cuda(torch.empty_like(x))
        _kernels.call("leaky_relu", (x,), (0.1,), y)
        name, given, slope, out, options = calls.pop()
        assert (name, slope, options.stream, options.threads) == ("leaky_relu", 0.1, 1234, 0)
        check_tensor(given, x)
        check_tensor(out, y)


def run(x, y, key, offset=5, strides=None):
    _kernels.call_random("rrelu", (x,), (), y, key, 0.1, 0.3, offset, strides, after=(None,))


def test_a_key_on_the_device_is_read_there(calls, monkeypatch):
    words = []

    def read(*arguments):
        calls.append(arguments)
        words.append((ctypes.c_int64 * 3).from_address(arguments[2].key)[:])

    monkeypatch.setattr(_kernels._library, "call", read)
    x, y = on_cuda(torch.randn(4, 6)), on_cuda(torch.empty(4, 6))
    run(x, y, on_cuda(torch.tensor([7, -8])))
    (name, given, params, out, noise, options), *others = calls
    assert name == "rrelu" and noise is None and not others and options.stream == 1234
    assert words == [[7, -8, 0]] and params.offset == 5 and not params.index_strides
    check_tensor(given, x)


def test_a_key_on_the_cpu_is_words(calls):
    x, y = on_cuda(torch.randn(4, 6)), on_cuda(torch.empty(4, 6))
    run(x, y, torch.tensor([7, -8]))
    params = calls.pop()[2]
    assert (params.seed, params.stream, params.key) == (7, 2**64 - 8, None)


def test_index_strides_are_runs_of_consecutive_indices(calls):
    x, y = on_cuda(torch.randn(2, 3, 6)), on_cuda(torch.empty(2, 3, 6))
    run(x, y, torch.tensor([7, 8]), 5, [100, 6, 1])
    assert [(c[2].offset, c[1].data) for c in calls] == [(5, x.data_ptr()), (105, x[1].data_ptr())]
    calls.clear()
    run(x, y, torch.tensor([7, 8]), 5, [36, 12, 1])
    assert [c[2].offset for c in calls] == [5, 17, 29, 41, 53, 65]
    assert all(not c[2].index_strides for c in calls)
    calls.clear()
    run(x, y, torch.tensor([7, 8]), 5, [18, 6, 1])
    assert len(calls) == 1


def test_devices_are_not_mixed(calls):
    x, y = on_cuda(torch.randn(4)), torch.empty(4)
    for arguments in ((x, y), (y, x)):
        with pytest.raises(ArgumentError, match="one device"):
            _kernels.call("relu", arguments[:1], (), arguments[1])
    with pytest.raises(ArgumentError, match="key"):
        run(y, y, on_cuda(torch.tensor([1, 2])))
    assert not calls
