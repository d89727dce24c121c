"""Modules in the place of torch's, keys, checkpoints, patch."""

import copy
import io
import pickle
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.checkpoint import checkpoint  # noqa: E402

from slopewise import ArgumentError, UnavailableError  # noqa: E402
from slopewise import torch as st  # noqa: E402


def test_programs_of_torchs_documentation():
    y = st.RReLU(0.1, 0.3)(torch.randn(2))
    assert y.shape == (2,)
    x = torch.randn(2).unsqueeze(0)
    m = st.ReLU()
    assert torch.equal(torch.cat((m(x), m(-x))), st.CReLU(dim=0)(x))
    assert torch.equal(st.LeakyReLU(0.1)(x), nn.LeakyReLU(0.1)(x))


def test_repr():
    for ours, theirs in (
        (st.ReLU(), nn.ReLU()),
        (st.ReLU(True), nn.ReLU(True)),
        (st.LeakyReLU(0.2), nn.LeakyReLU(0.2)),
    ):
        assert repr(ours) == repr(theirs)
    assert repr(st.RReLU(0.1, 0.3)) == "RReLU(lower=0.1, upper=0.3)"
    assert repr(st.RReLU(0.1, 0.3, inplace=True)) == repr(nn.RReLU(0.1, 0.3, inplace=True))
    assert repr(st.RReLU(0.1, 0.3, key=7)) == "RReLU(lower=0.1, upper=0.3, key=(7, 0))"
    assert repr(st.RReLU(0.1, 0.3, key=torch.tensor([1, 2]))) == "RReLU(lower=0.1, upper=0.3, key=(1, 2))"
    assert repr(st.CReLU()) == "CReLU(dim=1)"


@pytest.mark.parametrize(
    "make", [st.ReLU, st.LeakyReLU, st.RReLU, lambda: st.RReLU(0.1, 0.2, True, key=(3, 4)), st.CReLU]
)
def test_modules_are_copied_and_stored(make):
    module, x = make(), torch.randn(3, 4)
    assert module.state_dict() == {} and not list(module.parameters())
    buffer = io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), torch.load(buffer, weights_only=False)):
        assert type(other) is type(module) and repr(other) == repr(module)
        torch.manual_seed(0)
        y = module(x.clone())
        torch.manual_seed(0)
        assert torch.equal(other(x.clone()), y)


def test_modules_are_torchs():
    for ours, theirs in ((st.ReLU(), nn.ReLU), (st.LeakyReLU(), nn.LeakyReLU), (st.RReLU(), nn.RReLU)):
        assert isinstance(ours, theirs) and ours.__constants__ == theirs.__constants__
    with pytest.raises(ArgumentError, match="key"):
        st.RReLU(key=(1, 2, 3))


def test_evaluation_is_leaky_relu_with_the_mean():
    x = torch.randn(1000)
    assert torch.equal(st.RReLU(0.1, 0.4).eval()(x), nn.RReLU(0.1, 0.4).eval()(x))
    assert not torch.equal(st.RReLU(0.1, 0.4)(x), nn.RReLU(0.1, 0.4).eval()(x))
    y = x.clone()
    assert st.RReLU(inplace=True)(y) is y


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*")
def test_torchscript_is_refused():
    for what in (st.ReLU(), nn.Sequential(st.RReLU()), st.relu, st.CReLU()):
        with pytest.raises(UnavailableError, match="torch.compile"):
            torch.jit.script(what)


class TestKeys:
    x = -torch.ones(1000)

    def test_manual_seed_reproduces(self):
        module, results = st.RReLU(), []
        for seed in (1, 1, 2):
            torch.manual_seed(seed)
            results += [module(self.x), module(self.x)]
        assert torch.equal(results[0], results[2]) and torch.equal(results[1], results[3])
        assert not torch.equal(results[0], results[1]) and not torch.equal(results[0], results[4])

    def test_the_generator_advances_alike(self):
        states = []
        for x in (torch.ones(3), -torch.ones(1000), torch.ones(0), torch.ones(2, 3, dtype=torch.float16)):
            torch.manual_seed(4)
            st.rrelu(x, training=True)
            states.append(torch.get_rng_state())
        assert all(torch.equal(s, states[0]) for s in states)
        torch.manual_seed(4)
        assert not torch.equal(torch.get_rng_state(), states[0])
        state = torch.get_rng_state()
        st.rrelu(self.x)
        st.rrelu(self.x, training=True, key=3)
        with st.key_scope(3):
            st.rrelu(self.x, training=True)
        assert torch.equal(torch.get_rng_state(), state)

    def test_draw_key(self):
        torch.manual_seed(5)
        key = st.draw_key(self.x)
        assert key.dtype is torch.int64 and key.shape == (2,)
        torch.manual_seed(5)
        assert torch.equal(st.rrelu(self.x, training=True), st.rrelu(self.x, training=True, key=key))
        generators = [torch.Generator().manual_seed(6) for _ in range(2)]
        state = torch.get_rng_state()
        assert torch.equal(*(st.draw_key(self.x, generator=g) for g in generators))
        assert torch.equal(torch.get_rng_state(), state)

    def test_scopes_count_calls(self):
        slopes = lambda *key: st.rrelu(self.x, training=True, key=key)  # noqa: E731
        with st.key_scope(9):
            assert torch.equal(st.rrelu(self.x, training=True), slopes(9, 0))
            st.rrelu(self.x)
            st.rrelu(self.x, training=True, key=1)
            with st.key_scope(-1):
                assert torch.equal(st.RReLU()(self.x), slopes(2**64 - 1, 0))
            assert torch.equal(st.RReLU()(self.x), slopes(9, 1))
        torch.manual_seed(0)
        drawn = st.rrelu(self.x, training=True)
        assert not torch.equal(drawn, slopes(9, 2))
        for seed in ((1, 2), 2**64, "a", None):
            with pytest.raises(ArgumentError):
                st.key_scope(seed)

    def test_a_scope_ends_with_an_exception(self):
        with pytest.raises(ZeroDivisionError), st.key_scope(9):
            1 / 0
        torch.manual_seed(0)
        first = st.rrelu(self.x, training=True)
        assert not torch.equal(first, st.rrelu(self.x, training=True))

    def test_slopes_of_dropouts_seed_do_not_follow_its_mask(self):
        x = torch.ones(1 << 16)
        torch.manual_seed(7)
        mask = nn.functional.dropout(x, 0.5) / 2
        torch.manual_seed(7)
        slopes = st.rrelu(-x, training=True).neg()
        assert abs(torch.corrcoef(torch.stack((mask, slopes)))[0, 1]) < 0.02  # five deviations


@pytest.mark.parametrize("reentrant", [False, True])
@pytest.mark.parametrize("key", [None, (3, 4)])
def test_checkpoints_replay_the_slopes(reentrant, key):
    model = nn.Sequential(nn.Linear(8, 8), st.RReLU(key=key), nn.Linear(8, 8), st.RReLU(inplace=True))
    x, results = torch.randn(5, 8), []
    for run in (model, lambda x: checkpoint(model, x, use_reentrant=reentrant)):
        torch.manual_seed(2)
        leaf = x.clone().requires_grad_()
        y = run(leaf)
        y.sum().backward()
        results.append((y.detach(), leaf.grad))
    assert all(torch.equal(a, b) for a, b in zip(*results))


class Mine(nn.ReLU):
    pass


def model():
    shared = nn.ReLU()
    return nn.Sequential(
        nn.Linear(4, 4), nn.RReLU(0.1, 0.3), shared, nn.Sequential(shared, nn.LeakyReLU(0.2)), Mine(), st.RReLU(key=3)
    )


def test_patch_and_back():
    m, x = model().eval(), torch.randn(3, 4)
    expected, calls = m(x), []
    m[1].register_forward_hook(lambda *_: calls.append(1))
    m[1].note, modules = "kept", list(m.modules())
    assert st.patch(m) == 3
    assert [type(k) for k in (m[1], m[2], m[3][0], m[3][1], m[4])] == [st.RReLU, st.ReLU, st.ReLU, st.LeakyReLU, Mine]
    assert list(m.modules()) == modules and m[1].note == "kept" and not m[1].training
    assert torch.equal(m(x), expected) and calls == [1]
    assert st.patch(m) == 0
    copied = copy.deepcopy(m)
    for patched in (m, copied):
        assert st.unpatch(patched) == 3 and st.unpatch(patched) == 0
        assert [type(k) for k in (patched[1], patched[2], patched[3][1], patched[5])] == [
            nn.RReLU,
            nn.ReLU,
            nn.LeakyReLU,
            st.RReLU,
        ]
    assert torch.equal(m(x), expected) and not hasattr(m[1], "_slopewise_patched")


def test_patch_without_relu_and_of_a_rectifier_itself():
    m = model()
    assert st.patch(m, relu=False) == 2 and type(m[2]) is nn.ReLU
    alone = nn.RReLU(0.2, 0.4)
    assert st.patch(alone) == 1 and type(alone) is st.RReLU
    with st.key_scope(1):
        assert torch.equal(alone(-torch.ones(5)), st.rrelu(-torch.ones(5), 0.2, 0.4, training=True, key=(1, 0)))
    with pytest.raises(ArgumentError):
        st.patch("model")


def test_patched_models_are_stored():
    m = model()
    st.patch(m)
    other = pickle.loads(pickle.dumps(m))
    assert st.unpatch(other) == 3


def test_nothing_but_x_and_the_key_is_saved():
    saved = []
    x = torch.randn(1000, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t) or t, lambda t: t):
        st.rrelu(x, training=True)
        assert sum(t.nbytes for t in saved if t.data_ptr() != x.data_ptr()) == 16
        saved.clear()
        y = st.rrelu_(x * 1, training=True)
    assert sum(t.nbytes for t in saved if t.data_ptr() != y.data_ptr()) == 16


@pytest.mark.parametrize("found, message", [(None, "needs PyTorch"), ("2.5.1+cpu", "2.6 or newer, found 2.5.1")])
def test_a_torch_that_is_missing_or_old(found, message):
    code = f"""
import sys, types
found = {found!r}
sys.modules["torch"] = None if found is None else types.SimpleNamespace(__version__=found)
import slopewise.torch
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (
        done.returncode == 1
        and "ImportError" in done.stderr.splitlines()[-1]
        and message in done.stderr.splitlines()[-1]
    )
