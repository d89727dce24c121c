"""Slopes of parts are those of the whole: DTensor on four processes, views of plain shards."""

import socket

import pytest

torch = pytest.importorskip("torch")

import torch.multiprocessing  # noqa: E402
from slopewise import ArgumentError  # noqa: E402
from slopewise import torch as st  # noqa: E402

KEY = (5, 2**40 + 3)
SHAPE = 5, 6, 7
RANKS = 4


def whole():
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(0)), torch.randn(
        SHAPE, generator=torch.Generator().manual_seed(1)
    )


FUNCTIONS = {
    "rrelu": lambda x: st.rrelu(x, training=True, key=KEY),
    "rrelu_offset": lambda x: st.rrelu(x, training=True, key=KEY, offset=2**35 + 3, index_strides=(100, 10, 1)),
    "rrelu_": lambda x: st.rrelu_(x * 1, training=True, key=KEY),
    "relu": st.relu,
    "leaky_relu": st.leaky_relu,
    "crelu": lambda x: st.crelu(x, 0),
    "crelu1": lambda x: st.crelu(x, 1),
}


def gradient(function, x):
    """The function's value and its gradient for weights that depend on the place."""
    y = function(x)
    weights = torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape) / 64
    return y, weights


def worker(rank, port):
    import torch.distributed as dist
    from torch.distributed.tensor import DTensor, Partial, Replicate, Shard, distribute_tensor, init_device_mesh

    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=RANKS)
    mesh = init_device_mesh("cpu", (2, 2))
    x, _ = whole()

    def equal(sharded, expected, what):
        assert torch.equal(sharded.full_tensor(), expected), f"rank {rank}: {what}"

    def check(function, placements, name):
        """One placement against one device, forward and backward."""
        single = x.clone().requires_grad_()
        expected, weights = gradient(function, single)
        expected.backward(weights)
        complete = [Replicate() if isinstance(p, Partial) else p for p in placements]
        parts = 2 ** sum(isinstance(p, Partial) for p in placements)  # each a half or a quarter: their sum is exact
        local = distribute_tensor(x, mesh, complete).to_local() / parts
        sharded = DTensor.from_local(
            local, mesh, placements, run_check=False, shape=x.shape, stride=x.stride()
        ).requires_grad_()
        y = function(sharded)
        equal(y, expected, f"{name} {placements}")
        y.backward(distribute_tensor(weights, mesh, [Replicate(), Shard(2)]))
        equal(sharded.grad, single.grad, f"gradient of {name} {placements}")

    layouts = [Shard(0), Shard(1), Shard(2), Replicate(), Partial()]
    for first in layouts:
        for second in layouts:
            check(FUNCTIONS["rrelu"], [first, second], "rrelu")
    for name, function in FUNCTIONS.items():
        for placements in ([Shard(0), Shard(1)], [Shard(1), Shard(1)], [Partial(), Shard(0)]):
            check(function, placements, name)

    for name in ("rrelu", "relu", "crelu1"):
        compiled = torch.compile(FUNCTIONS[name], backend="aot_eager", fullgraph=True)
        for placements in ([Shard(0), Shard(1)], [Replicate(), Shard(2)]):
            check(compiled, placements, f"compiled {name}")
        torch._dynamo.reset()

    # A drawn key is the same where the generators are.
    torch.manual_seed(3)
    drawn = st.rrelu(distribute_tensor(x, mesh, [Shard(0), Shard(1)]), training=True)
    torch.manual_seed(3)
    equal(drawn, st.rrelu(x, training=True), "drawn")

    # A plain shard within views is the DTensor's.
    negative = -torch.ones(8, 6)
    with st.global_view(0, rank, RANKS):
        part = st.rrelu(negative.chunk(RANKS)[rank], training=True, key=KEY)
    assert torch.equal(part, st.rrelu(negative, training=True, key=KEY).chunk(RANKS)[rank])
    with st.global_view(0, 0, 2):
        try:
            st.rrelu(distribute_tensor(x, mesh, [Shard(0), Shard(1)]), training=True, key=KEY)
        except ArgumentError as problem:
            assert "DTensor" in str(problem)
        else:
            raise AssertionError("a DTensor within a view was taken")

    def slopes_agree(function):
        slopes = function(distribute_tensor(negative, mesh, [Shard(0), Replicate()]), training=True).full_tensor()
        return torch.equal(slopes[:4], slopes[4:])

    assert not slopes_agree(st.rrelu)
    # What torch's own does: on a mesh of CPUs equal shards have equal slopes.
    try:
        repeats = slopes_agree(torch.nn.functional.rrelu)
    except NotImplementedError:  # of torch 2.6, for all meshes
        repeats = True
    assert repeats, "torch's own RReLU no longer repeats its slopes: the documentation says that it does"
    dist.barrier()
    dist.destroy_process_group()


def test_every_placement_equals_one_device():
    if not torch.distributed.is_available() or not torch.distributed.is_gloo_available():
        pytest.skip("this torch has no gloo")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    torch.multiprocessing.spawn(worker, (port,), nprocs=RANKS)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
def test_equal_parts(dim, dtype):
    x = torch.randn(6, 4, 10).to(dtype)
    expected = st.rrelu(x, training=True, key=KEY)
    parts = []
    for index, part in enumerate(x.chunk(2, dim)):
        with st.global_view(dim, index, 2):
            parts.append(st.rrelu(part, training=True, key=KEY))
    assert torch.equal(torch.cat(parts, dim), expected)


def test_uneven_and_nested_parts():
    x = torch.randn(7, 9)
    expected = st.rrelu(x, training=True, key=KEY)
    with st.global_view(0, start=3, size=7), st.global_view(1, start=4, size=9):
        assert torch.equal(st.rrelu(x[3:, 4:], training=True, key=KEY), expected[3:, 4:])
        assert torch.equal(st.RReLU().eval()(x), st.rrelu(x))
    assert torch.equal(st.rrelu(x, training=True, key=KEY), expected)


def test_the_gradient_of_a_part_is_the_whole_gradients_part():
    x = torch.randn(8, 3).requires_grad_()
    st.rrelu(x, training=True, key=KEY).sum().backward()
    part = x.detach()[4:].clone().requires_grad_()
    with st.global_view(0, 1, 2):
        y = st.rrelu(part, training=True, key=KEY)
    y.sum().backward()
    assert torch.equal(part.grad, x.grad[4:])


@pytest.mark.parametrize(
    "arguments, named",
    [
        ((0,), {}),
        ((0, 1), {}),
        ((0, 2, 2), {}),
        ((0, -1, 2), {}),
        ((0, 0, 0), {}),
        ((0, 0.5, 2), {}),
        ((0, 0, 2), {"start": 0, "size": 4}),
        ((0,), {"start": 0}),
        ((0,), {"start": -1, "size": 3}),
        (("batch", 0, 2), {}),
    ],
)
def test_views_that_make_no_sense(arguments, named):
    with pytest.raises(ArgumentError):
        st.global_view(*arguments, **named)


def test_views_that_do_not_fit_a_tensor():
    x = torch.randn(4, 4)
    with st.global_view(2, 0, 2), pytest.raises(ArgumentError, match="different dimensions of a tensor that has 2"):
        st.rrelu(x, training=True, key=KEY)
    with st.global_view(0, 0, 2), st.global_view(-2, 0, 2), pytest.raises(ArgumentError, match="different dimensions"):
        st.rrelu(x, training=True, key=KEY)
    with st.global_view(0, start=1, size=4), pytest.raises(ArgumentError, match="beyond the whole"):
        st.rrelu(x, training=True, key=KEY)
    with st.global_view(0, 0, 2), pytest.raises(ArgumentError, match="offset"):
        st.rrelu(x, training=True, key=KEY, offset=4)
