"""The report's tables, as Markdown."""

import estimates as st
import numpy as np
from gates import array_bytes, best_choice, size_name

LOSES = "**loses**"
SUMMARY_BYTES = (64 << 10, 64 << 20)  # an array: what all operations and types have
SHORT_SIZES = {"256 KiB an array (L2)": 256 << 10, "4 MiB (L3)": 4 << 20, "256 MiB (memory)": 256 << 20}


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def with_interval(ns, elements):
    e = st.median(ns)
    return e.map(lambda v: v / elements)


def percent(part):
    return f"{100 * part:.0f} %"


def times(estimate):
    return f"{st.number(estimate.value)}x"


def title(op, type, form):
    names = {
        "rrelu": "Training RReLU",
        "rrelu_noise": "Training RReLU, noise written",
        "rrelu_backward": "RReLU backward, slopes regenerated",
        "relu": "ReLU",
        "relu_backward": "ReLU backward",
        "leaky_relu": "Leaky ReLU",
        "crelu": "CReLU",
    }
    return f"{names.get(op, op)}, {type}" + (f", {form.replace('_', ' ')}" if form else "")


def against_peer(group):
    """The best peer and how much faster than it we are, marked where it wins by more than the noise."""
    peer = group.fastest("peer")
    if peer is None:
        return "-"
    ratio = group.speed(group.first, peer)
    mark = f" {LOSES}" if ratio.high < 1 and ratio.value < 1 - group.noise else ""
    return f"{times(ratio)} {peer.name}{mark}"


def against_bound(group):
    bound = group.fastest("by hand")
    return "-" if bound is None else times(group.speed(group.first, bound))


def sweep_row(results, group):
    limit = results.limit(group)
    share = percent(limit.median / group.first.median) if limit else "-"
    return [
        f"{group.elements:,}",
        size_name(array_bytes(group)),
        with_interval(group.first.ns, group.elements),
        f"{group.first.rate:.1f}",
        share,
        against_bound(group),
        against_peer(group),
        percent(group.noise),
    ]


def by_size(results):
    """Problems that have more sizes than all have."""
    return {k: groups for k, groups in results.problems().items() if any(array_bytes(g) not in SUMMARY_BYTES for g in groups)}


def sweeps(results):
    header = [
        "elements",
        "an array",
        "ns an element",
        "GB/s",
        "of the limit",
        "speed to the loop by hand",
        "speed to the best peer",
        "noise",
    ]
    for (op, type, form), groups in by_size(results).items():
        yield f"### {title(op, type, form)}\n\n" + table(header, [sweep_row(results, g) for g in groups])


def every_contender(results):
    """All times of one sweep, for whoever wants to see a peer's own figures."""
    for key, groups in by_size(results).items():
        names = list(dict.fromkeys(c.name for g in groups for c in g.cases if c.role != "repeat"))
        cell = lambda group, name: st.number(group.case(name).median / group.elements) if group.case(name) else "-"
        rows = [[name, *(cell(g, name) for g in groups)] for name in names]
        yield f"{title(*key)}:\n\n" + table(["ns an element", *(size_name(array_bytes(g)) for g in groups)], rows)


def calls(results):
    for op in dict.fromkeys(g.op for g in results.find(section="calls")):
        groups = results.find(section="calls", op=op)
        names = list(dict.fromkeys(c.name for g in groups for c in g.cases if c.role != "repeat"))
        cell = lambda group, name: st.median(group.case(name).ns) if group.case(name) else "-"
        yield table(
            [f"{op}, ns a call", *(f"n = {g.elements}" for g in groups)], [[name, *(cell(g, name) for g in groups)] for name in names]
        )


def instructions(results):
    """Of single calls on 8 elements; they repeat exactly."""
    counted = results.instructions
    if not counted:
        return f"Instructions of a call: {results.machine.get('instructions', 'not run')}."
    return table(["n = 8, f32", "instructions a call"], counted.items())


def tails(results):
    """By how much lengths take longer than the next whole vector. The worst is seldom the length's: a machine that is shared halves its
    speed between two stretches of calls now and then."""
    rows = []
    for op, type in dict.fromkeys((g.op, g.type) for g in results.find(section="tails")):
        lengths = {g.elements: g for g in results.find(section="tails", op=op, type=type)}
        for name in contenders_by_length(lengths.values()):
            excess = dict(excesses(lengths, name))
            if excess:
                worst = max(excess, key=excess.get)
                half, most = (st.number(np.quantile(list(excess.values()), share)) for share in (0.5, 0.9))
                rows.append([f"{op} {type}", name, half, most, st.number(excess[worst]), worst])
    header = ["", "contender; ns more than the next whole vector", "half of all lengths", "nine in ten", "the worst", "at n ="]
    return table(header, rows) if rows else "Not run."


def contenders_by_length(groups):
    names = dict.fromkeys(c.name for g in groups for c in g.cases if c.role in ("library", "variant", "peer"))
    return [name for name in names if not name.endswith("_whole")]


def excesses(lengths, name):
    """(n, ns more than the next whole vector, which was measured beside it)"""
    for n, g in lengths.items():
        one, whole = g.case(name), g.case(name + "_whole")
        if one and whole:
            yield n, (g.time(one, whole).value - 1) * whole.median


def gate_table(gates):
    rows = []
    for g in gates:
        measured = "-" if g.measured is None else st.number(g.measured.value)
        interval = "-" if g.measured is None else f"[{st.number(g.measured.low)}, {st.number(g.measured.high)}]"
        held = "**no**" if g.holds == "no" else g.holds
        rows.append([g.what, g.target, measured, interval, g.where or "-", held])
    return table(["gate", "target", "measured", "interval", "worst at", "holds?"], rows)


def rate_and_speed(group, case, to):
    return f"{case.rate:.1f} ({times(group.speed(case, to))})" if case and to else "-"


def torch_on_threads(group, several):
    """On one thread, and on several relative to that."""
    torch = [c for c in group.cases if c.peer == "PyTorch"] if group else []
    one, many = (next((c for c in torch if c.name.endswith(end)), None) for end in ("_one_thread", several.replace(" ", "_")))
    return [f"{one.rate:.1f}" if one else "-", rate_and_speed(group, many, one)]


def threads(results):
    several = f"{results.threads} threads"
    peers = {(g.op, g.elements): g for g in results.find(form="threads/peers")}
    rows = []
    for g in results.find(form="threads"):
        ours = [rate_and_speed(g, g.case(name), g.first) for name in ("default_threads", several.replace(" ", "_"))]
        copy = g.fastest("copy")
        torch = torch_on_threads(peers.get((g.op, g.elements)), several)
        rows.append([g.op, f"{g.elements:,}", f"{g.first.rate:.1f}", *ours, f"{copy.rate:.1f}" if copy else "-", *torch])
    ours = ["one thread", "default", several, f"copy, {several}"]
    return table(["f32, GB/s (speed to one thread)", "elements", *ours, "PyTorch, one thread", f"PyTorch, {several}"], rows)


def microseconds(case):
    return " / ".join(st.number(case.calls[q] / 1e3) for q in ("p50", "p90", "p99"))


def latency(results):
    rows = [
        [g.detail, g.op, f"{g.elements:,}", microseconds(g.first), microseconds(g.cases[1]), g.time(g.cases[1], g.first)]
        for g in results.find(section="latency", of_peers=False)
    ]
    return table(["condition", "f32; p50 / p90 / p99, us", "elements", "one thread", "default threads", "time to one thread"], rows)


def latency_of_peers(results):
    groups = results.find(section="latency", of_peers=True)
    names = list(dict.fromkeys(c.name for g in groups for c in g.of_role("peer")))
    cell = lambda g, name: microseconds(g.case(name)) if g.case(name) else "-"
    return (
        table(
            [f"p50 / p90 / p99, us; relu f32, {groups[0].elements:,}", *(g.detail for g in groups)],
            [[name, *(cell(g, name) for g in groups)] for name in names],
        )
        if groups
        else ""
    )


def choices(results):
    """Of each operation, the size at which a choice loses most, by the fastest."""
    rows = []
    for op in dict.fromkeys(g.op for g in results.find(form="choices")):
        groups = results.find(form="choices", op=op)
        row = [op]
        for name, against in (("default", lambda g: g.case("one_thread")), ("default", best_choice), ("without_own_row", best_choice)):
            loss, g = max(((g.time(g.case(name), against(g)), g) for g in groups if against(g)), key=lambda pair: pair[0].value)
            row.append(f"{times(loss)} at {g.elements:,} ({against(g).name})")
        rows.append(row)
    header = ["f32; largest loss", "default to one thread", "default to the best choice", "without own row to the best choice"]
    return table(header, rows) if rows else ""


def strided(results):
    groups = results.find(section="strided")
    forms = list(dict.fromkeys(g.detail for g in groups))
    ops = list(dict.fromkeys(g.op for g in groups))
    by_place = {(g.detail, g.op): g for g in groups}
    cell = lambda g: times(g.time(g.case("strided"), g.case("contiguous"))) if g else "-"
    layouts = table(["layout, f32; time to contiguous", *ops], [[form, *(cell(by_place.get((form, op))) for op in ops)] for form in forms])
    return layouts + "\n" + beside_contiguous([g for g in groups if g.detail.startswith("transposed_")])


def beside_contiguous(groups):
    """What else turns a square: copies by hand, which are the limit, and other libraries."""
    rows = []
    for g in groups:
        others = [c for c in g.cases if c.role != "repeat" and c.name not in ("contiguous", "strided")]
        rows += [[g.op, g.detail, c.name, times(g.time(c, g.case("contiguous")))] for c in [g.case("strided"), *others] if others]
    return table(["operation", "layout, f32", "by", "time to contiguous"], rows) if rows else ""


def beside_first(results, section, what):
    rows = []
    for g in results.find(section=section):
        for c in (c for c in g.cases if c.role != "repeat"):
            rows.append([f"{g.elements:,}", c.name, with_interval(c.ns, g.elements), f"{c.rate:.1f}", times(g.time(c, g.first))])
    return table(["elements", what, "ns an element", "GB/s", "time to the first"], rows)


def types(results):
    """All operations and types in the two sizes that all of them have."""
    header = ["type", "operation", *(f"{size_name(size)} an array: ns an element, GB/s, of the limit" for size in SUMMARY_BYTES)]
    sizes = {(g.type, g.op, array_bytes(g)): g for groups in results.problems().values() for g in groups if g.form == ""}
    cells = lambda t, op: (short_cell(results, sizes.get((t, op, size)), False) for size in SUMMARY_BYTES)
    rows = [[t, op, *cells(t, op)] for t, op in sorted({key[:2] for key in sizes})]
    return table(header, rows)


def short_cell(results, group, with_peer=True):
    if group is None:
        return "-"
    limit = results.limit(group)
    share = f", {percent(limit.median / group.first.median)}" if limit else ""
    peer = group.fastest("peer") if with_peer else None
    beside = f"; {times(group.speed(group.first, peer))} {peer.peer}" if peer else ""
    return f"{st.number(group.first.median / group.elements)} ns, {group.first.rate:.0f} GB/s{share}{beside}"


def short(results):
    """For the README: the main operations at three sizes, beside the best peer."""
    ops = ("relu", "relu_backward", "leaky_relu", "rrelu", "rrelu_backward", "crelu")
    by_size = {
        (g.op, array_bytes(g)): g for groups in results.problems().values() for g in groups if g.type == "f32" and g.form == ""
    }
    rows = [[f"`{op}`", *(short_cell(results, by_size.get((op, size))) for size in SHORT_SIZES.values())] for op in ops]
    return table(["f32; share of the limit; speed to the best peer", *SHORT_SIZES], rows)
