"""The project's targets on a CPU, from a run's results: what was measured, and whether it holds."""

from dataclasses import dataclass

import estimates as st

MEBI = 1 << 20
NOISY = (MEBI, 16 * MEBI)  # bytes an array, where a tenth is noise
LONG_RUNS = ("transposed", "channels_last", "expanded", "rows_of_64", "rows_of_256")


@dataclass
class Gate:
    what: str
    target: str  # in words
    bound: float
    at_most: bool
    measured: st.Estimate | None
    where: str = ""
    slack: float = 0.0
    absent: str = "not measured"

    @property
    def holds(self):
        if self.measured is None:
            return self.absent
        m = self.measured
        value, end = (m.value, m.low) if self.at_most else (-m.value, -m.high)
        bound = self.bound if self.at_most else -self.bound
        if value <= bound:
            return "yes"
        return "within noise" if end <= bound or value <= bound + self.slack * self.bound else "no"


@dataclass
class Sample:
    """A ratio or time at one size."""

    estimate: st.Estimate
    where: str
    array_bytes: int = 0


def size_name(size):
    for unit, name in ((1 << 30, "GiB"), (MEBI, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size} B"


def item_size(group):
    return {"f64": 8, "i64": 8, "f16": 2, "bf16": 2, "i16": 2, "i8": 1, "u8": 1}.get(group.type, 4)


def array_bytes(group):
    return group.elements * item_size(group)


def sample(group, estimate):
    return Sample(estimate, f"{size_name(array_bytes(group))} an array", array_bytes(group))


def against(groups, name, choose, compare):
    """A sample for each group that has both this library's case and what it is compared with."""
    pairs = [(g, g.case(name), choose(g)) for g in groups]
    return [sample(g, compare(g, of, to)) for g, of, to in pairs if of and to]


def faster(groups, choose, name="slopewise"):
    return against(groups, name, choose, lambda g, of, to: g.speed(of, to))


def slower(groups, choose, name="slopewise"):
    return against(groups, name, choose, lambda g, of, to: g.time(of, to))


def gate(what, target, bound, samples, at_most=False, absent="not measured"):
    """Of several sizes, that one which misses its target most clearly, or comes nearest to missing it."""
    gates = []
    for s in samples:
        slack = 0.1 if NOISY[0] <= s.array_bytes <= NOISY[1] else 0
        gates.append(Gate(what, target, bound, at_most, s.estimate, s.where, slack))
    clearly = lambda g: (("yes", "within noise", "no").index(g.holds), g.measured.value * (1 if at_most else -1))
    return max(gates, key=clearly, default=Gate(what, target, bound, at_most, None, absent=absent))


def best_choice(group):
    """The fastest of stores and threads."""
    return min((c for c in group.cases if c.name.endswith(("_on_one", "_on_all"))), key=lambda c: c.median, default=None)


class Gates:
    def __init__(self, results):
        self.results = results
        self.best = results.variants[0]
        # The library's bounds, and AVX2's beside it where that is a variant of its own.
        self.variants = [("slopewise", "", self.best == "avx512")]
        if self.best != "avx2" and "avx2" in results.variants:
            self.variants.append(("slopewise_avx2", ", AVX2 forced", False))

    def sweep(self, op, type="f32", at_least=0, at_most=1 << 40):
        """Those of the sizes with arrays (not elements) of so many bytes."""
        groups = self.results.problems().get((op, type, ""), [])
        return [g for g in groups if at_least <= array_bytes(g) <= at_most]

    def without(self, peer):
        return f"not measured: {peer} is missing" if peer in self.results.missing() else "not measured"

    def peer(self, name):
        return lambda group: min((c for c in group.of_role("peer") if c.peer == name), key=lambda c: c.median, default=None)

    def call(self, op, n, name):
        groups = self.results.find(section="calls", op=op, elements=n)
        return [Sample(st.median(g.case(name).ns), f"n = {n}") for g in groups]

    def calls(self):
        for n in (8, 64):
            yield gate(f"`slopewise_relu_f32`, n = {n}", "at most 10 ns", 10, self.call("relu", n, "slopewise_relu_f32"), True)
        yield gate("`slopewise_relu` on DLTensors, n = 8", "at most 40 ns", 40, self.call("relu", 8, "slopewise_relu"), True)
        yield gate("`slopewise_rrelu_f32`, n = 8", "at most 60 ns", 60, self.call("rrelu", 8, "slopewise_rrelu_f32"), True)

    def relu(self):
        small = self.sweep("relu", at_least=16 << 10, at_most=16 << 10)
        hand = lambda g: g.fastest("by hand")
        yield gate("ReLU f32, 16 KiB, flat form", "0.95x the loop by hand", 0.95, faster(small, hand, "slopewise_relu_f32"))
        yield gate("ReLU f32, 16 KiB, DLTensors", "0.95x the loop by hand", 0.95, faster(small, hand))
        for peer, bound in (("oneDNN", 3), ("PyTorch", 4)):
            samples = faster(small, self.peer(peer), "slopewise_relu_f32")
            yield gate("ReLU f32, 16 KiB, flat form", f"{bound}x {peer}", bound, samples, absent=self.without(peer))
        any_peer = lambda g: g.fastest("peer")
        middle = self.sweep("relu", at_least=64 << 10, at_most=12 * MEBI)
        yield gate("ReLU f32, 64 KiB to 12 MiB an array", "0.97x the best peer", 0.97, faster(middle, any_peer))
        yield gate(
            "ReLU f32 where streaming by hand gains 1.15x, below 64 MiB", "1.15x the best peer", 1.15, faster(self.crossover(), any_peer)
        )
        large = self.sweep("relu", at_least=64 * MEBI)
        yield gate("ReLU f32, from 64 MiB an array", "1.4x the best peer", 1.4, faster(large, any_peer))
        yield gate("ReLU f32, from 64 MiB an array", "0.95x the streaming copy", 0.95, faster(large, lambda g: g.case("streaming_copy")))

    def crossover(self):
        def gains(group):
            streaming = group.fastest("by hand", "_streaming")
            plain = streaming and group.case(streaming.name.replace("_streaming", ""))
            return plain and group.speed(streaming, plain).value >= 1.15

        return [g for g in self.sweep("relu", at_most=63 * MEBI) if gains(g)]

    def backward_and_crelu(self):
        torch = self.peer("PyTorch")
        absent = self.without("PyTorch")
        yield gate(
            "ReLU backward f32, from 64 MiB an array",
            "1.5x PyTorch",
            1.5,
            faster(self.sweep("relu_backward", at_least=64 * MEBI), torch),
            absent=absent,
        )
        yield gate(
            "CReLU f32, 16 KiB to 4 MiB an array",
            "7x PyTorch",
            7,
            faster(self.sweep("crelu", at_least=16 << 10, at_most=4 * MEBI), torch),
            absent=absent,
        )
        yield gate(
            "CReLU f32, from 64 MiB an array", "12x PyTorch", 12, faster(self.sweep("crelu", at_least=64 * MEBI), torch), absent=absent
        )

    def random(self):
        torch, absent = self.peer("PyTorch"), self.without("PyTorch")
        learnt = 64 << 10  # elements below which PyTorch's branches learn the signs
        for name, label, wide in self.variants:
            sizes = self.sweep("rrelu", at_least=(16 << 10) * 4, at_most=4 * MEBI)
            hand = "AVX-512" if wide else "AVX2"
            yield gate(
                f"RReLU training f32, 16Ki to 1Mi elements{label}",
                f"1.12x the time of the loop by hand, {hand}",
                1.12,
                slower(sizes, lambda g: g.case(f"by_hand_{hand}"), name),
                True,
            )
            factor = 25 if wide else 14
            yield gate(
                f"RReLU training f32, 64Ki to 1Mi elements{label}",
                f"{factor}x PyTorch",
                factor,
                faster([g for g in sizes if g.elements >= learnt], torch, name),
                absent=absent,
            )
        yield gate(
            "RReLU training f32, from 16Mi elements",
            "18x PyTorch",
            18,
            faster(self.sweep("rrelu", at_least=64 * MEBI), torch),
            absent=absent,
        )
        for n, factor in ((MEBI, 22), (16 * MEBI, 8)):
            groups = [g for g in self.sweep("rrelu_noise") if g.elements == n]
            yield gate(
                f"RReLU training f32 with noise written, {n // MEBI}Mi elements",
                f"{factor}x PyTorch",
                factor,
                faster(groups, torch),
                absent=absent,
            )
        yield from self.random_halves(torch, absent, learnt)
        forward = self.results.find(section="random")
        cached = [g for g in forward if g.elements <= MEBI]
        yield gate(
            "RReLU backward f32 from regenerated slopes, to 1Mi elements",
            "1.1x the time of forward",
            1.1,
            slower(cached, lambda g: g.case("forward"), "backward"),
            True,
        )

    def random_halves(self, torch, absent, learnt):
        for name, label, wide in self.variants:
            factor = 18 if wide else 9
            bf16 = [g for g in self.sweep("rrelu", "bf16") if g.elements >= learnt]
            yield gate(f"RReLU training bf16{label}", f"{factor}x PyTorch", factor, faster(bf16, torch, name), absent=absent)
            times = {g.elements: torch(g) for g in bf16 if torch(g)}
            halves = [g for g in self.sweep("rrelu", "f16") if g.elements in times]
            samples = [sample(g, st.ratio_of_medians(times[g.elements].ns, g.case(name).ns)) for g in halves]
            yield gate(f"RReLU training f16{label}", f"{factor}x PyTorch's bf16", factor, samples, absent=absent)

    def threads(self):
        one, default = lambda g: g.case("one_thread"), "default_threads"
        for op, least in (("relu", MEBI // 4), ("rrelu", 64 << 10)):
            groups = [g for g in self.results.find(form="threads", op=op) if g.elements >= least]
            samples = against(groups, default, one, lambda g, of, to: g.speed(of, to))
            name = {"relu": "ReLU f32, from 1 MiB an array", "rrelu": "RReLU training f32, from 64Ki elements"}[op]
            yield gate(f"{name}, {self.results.threads} threads", "1.8x one thread", 1.8, samples)
        for label, groups in self.conditions():
            yield gate(f"default threads at any size, {label}", "1.05x the time of one thread", 1.05, slower(groups, one, default), True)

    def choices(self):
        groups = self.results.find(form="choices")

        def worst(name, choose):
            samples = slower(groups, choose, name)
            for s, g in zip(samples, groups):
                s.where = f"{g.op}, {g.elements:,} elements"
            return samples

        what = "stores and threads by size, every pattern, 1Ki to 64Mi elements"
        one = lambda g: g.case("one_thread")
        yield gate(what, "1.1x the time of one thread", 1.1, worst("default", one), True)
        yield gate(what, "1.15x the time of the best choice", 1.15, worst("default", best_choice), True)
        without = f"{what}, without this machine's own row ({self.results.machine.get('without_own_row', 'none')})"
        yield gate(without, "1.25x the time of the best choice", 1.25, worst("without_own_row", best_choice), True)

    def conditions(self):
        yield "throughput", self.results.find(form="threads")
        latency = self.results.find(section="latency", of_peers=False)
        for condition in dict.fromkeys(g.detail for g in latency):
            yield condition.replace("_", " "), [g for g in latency if g.detail == condition]

    def strided(self):
        contiguous = lambda g: g.case("contiguous")
        layouts = lambda ops, *forms: [g for g in self.results.find(section="strided", op=ops) if any(f in g.form for f in forms)]

        def worst(groups):
            samples = slower(groups, contiguous, "strided")
            for s, g in zip(samples, groups):
                s.where, s.array_bytes = f"{g.op}, {g.detail}", 0
            return samples

        yield gate(
            "ReLU f32, dense permuted layout",
            "1.0x contiguous",
            1.0,
            worst(layouts("relu", "channels_last_both", "transposed_both")),
            True,
        )
        yield gate(
            "RReLU training f32, transposed or channels last",
            "3x contiguous",
            3,
            worst(layouts("rrelu", "transposed", "channels_last")),
            True,
        )
        every = ("relu", "relu_backward", "rrelu")
        yield gate("any strided operation, runs from 64", "3x contiguous", 3, worst(layouts(every, *LONG_RUNS)), True)
        yield gate("any strided operation, every other element", "3x contiguous", 3, worst(layouts(every, "every_other")), True)
        yield gate("CReLU f32, inner rows from 64", "1.05x one long run", 1.05, worst(layouts("crelu", "rows_of_64", "rows_of_1024")), True)
        yield gate(
            "CReLU f32, inner rows of 8",
            "3x one long run",
            3,
            worst([g for g in layouts("crelu", "rows_of_8") if g.form.endswith("_8")]),
            True,
        )

    def all(self):
        for part in (self.calls, self.relu, self.backward_and_crelu, self.random, self.choices, self.threads, self.strided):
            yield from part()
