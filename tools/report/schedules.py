"""Writes a report of what the tuner of schedules measured, from its journals.

usage: schedules.py JOURNAL.jsonl... --out FOLDER      FOLDER/schedules.md and FOLDER/schedules/*.svg
"""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import estimates as st
import numpy as np
import schedule_plots
from tables import table

CONFIDENCE = 0.99  # the tuner's own

METHOD = """\
- *by hand* is the schedule that stood in the file when the run began, *chosen* what stands there now. Ratios are times of the chosen to the other's in the
  same rounds, below 1 where the chosen is faster, with their 99 % interval.
- *To the limit*: the chosen schedule's time to the fastest copy of as many bytes (a streaming one for kernels that stream), or to the loop written by hand
  (`bench/bounds/`) for training RReLU of f32. Small calls have none.
- A candidate that is behind at one size does not run at the next, from left to right.
- Every candidate was compared byte by byte with the scalar reference before it was timed.
"""


@dataclass
class Race:
    """Candidates at one size: series of times by name, the incumbent's among them."""

    size: str
    candidates: dict
    incumbent: str
    limits: dict
    elements: int

    def ratio(self, of, to):
        return st.paired_ratio(self.candidates[of], self.candidates[to], CONFIDENCE)

    def limit(self):
        return min(self.limits.values(), key=np.median, default=None)


@dataclass
class Row:
    name: str
    verdicts: dict = field(default_factory=dict)
    races: list = field(default_factory=list)
    baselines: dict = field(default_factory=dict)
    baseline_races: list = field(default_factory=list)
    chosen: str = ""
    before: str = ""
    why: str = ""

    def last_race(self, size):
        """The last one that the chosen was in."""
        return next((r for r in reversed(self.races) if r.size == size and self.chosen in r.candidates), None)

    def sizes(self):
        return list(dict.fromkeys(r.size for r in self.races))


@dataclass
class Journal:
    variant: str
    cpu: str
    rows: dict

    def decided(self):
        return [r for r in self.rows.values() if r.chosen]


def text_of(candidate):
    return " ".join(f"{name}={value}" for name, value in candidate.items())


def race_of(size, record, incumbent):
    series = lambda all: {s["name"]: s["rounds"] for s in all}
    return Race(size, series(record["candidates"]), incumbent, series(record.get("limits", [])), record["elements"])


def add_record(row, question, answer):
    what = question["what"]
    if what == "verdict":
        row.verdicts[text_of(question["candidate"])] = answer
    elif what == "race":
        row.races.append(race_of(question["size"], answer, text_of(question["candidates"][question["incumbent"]])))
    elif what == "choice":
        row.chosen, row.before, row.why = text_of(answer["chosen"]), text_of(question["incumbent"]), answer["why"]
    elif what == "baselines":
        row.baselines = answer["verdicts"]
        row.baseline_races = [race_of(s["size"], s["race"], "chosen") for s in answer["sizes"]]


def load(path):
    """What is cut off or no record is left out, as the tuner does."""
    rows, run = {}, None
    for line in Path(path).read_text(errors="replace").splitlines():
        try:
            record = json.loads(line)
            question = record["of"]
            if question["what"] == "run":
                run = record["is"]
            else:
                add_record(rows.setdefault(question["row"], Row(question["row"])), question, record["is"])
        except (ValueError, KeyError, TypeError, IndexError):
            continue
    if run is None:
        raise ValueError(f"{path}: expected a journal of slopewise-autotune, found no record of a run")
    return Journal(run["variant"], run["cpu"], rows)


def cells_of(row, size):
    race = row.last_race(size)
    if race is None:
        return ["", ""]
    changed = row.chosen != row.before and race.incumbent in race.candidates
    ratio = str(race.ratio(row.chosen, race.incumbent)) if changed else "as before"
    limit = race.limit()
    return [ratio, st.number(np.median(race.candidates[row.chosen]) / np.median(limit)) if limit else ""]


def rows_table(rows):
    sizes = rows[0].sizes()
    header = ["kernel", "by hand", "chosen"] + [cell for s in sizes for cell in (f"{s}: to by hand", "to the limit")]
    lines = [[f"`{r.name}`", r.before, r.chosen, *(c for s in sizes for c in cells_of(r, s))] for r in rows]
    empty = [i for i in range(len(header)) if i > 2 and not any(line[i] for line in lines)]
    keep = lambda line: [cell for i, cell in enumerate(line) if i not in empty]
    return table(keep(header), map(keep, lines))


def by_sizes(rows):
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row.sizes()), []).append(row)
    return groups.values()


def baselines_table(rows):
    sizes = [race.size for race in rows[0].baseline_races]
    lines = []
    for row in rows:
        for scheduler, verdict in row.baselines.items():
            cells = [str(r.ratio(scheduler, "chosen")) if scheduler in r.candidates else "wrong there" for r in row.baseline_races]
            lines.append([f"`{row.name}`", scheduler, verdict, *cells])
    return table(["kernel", "autoscheduler", "against the contract", *(f"{s}: to the chosen" for s in sizes)], lines)


def summary(journal):
    rows = journal.decided()
    changed = [r for r in rows if r.chosen != r.before]
    wrong = sum(v != "right" for r in rows for v in r.verdicts.values())
    tried = sum(len(r.verdicts) for r in rows)
    gains = [race.ratio(r.chosen, race.incumbent).value for r in changed for race in map(r.last_race, r.sizes()) if race]
    text = f"{journal.cpu}, one thread. Of {len(rows)} kernels {len(changed)} have another schedule than before; {tried} candidates were made, {wrong} of them refused."
    if gains:
        text += f" Where it changed, a call takes {st.number(np.median(gains))} of the time in the median over kernels and sizes, {st.number(min(gains))} at best."
    return text


def section(journal, drawn):
    yield f"## {journal.variant}"
    yield summary(journal)
    yield from (f"![{caption}](schedules/{name})" for name, caption in drawn)
    for rows in by_sizes([r for r in journal.decided() if r.chosen != r.before]):
        yield rows_table(rows)
    scheduled = [r for r in journal.decided() if r.baselines]
    if scheduled:
        yield "Halide's own autoschedulers on the plain statement of the same algorithms:"
        yield from (baselines_table(rows) for rows in by_sizes(scheduled))
    same = [r for r in journal.decided() if r.chosen == r.before]
    if same:
        yield "<details><summary>As before</summary>"
        yield from map(rows_table, by_sizes(same))
        yield "</details>"


def write(journals, out):
    (out / "schedules").mkdir(parents=True, exist_ok=True)
    parts = ["# Schedules as measured", "Written by `./run autotune`. How: [autotuning.md](autotuning.md).", METHOD]
    for journal in journals:
        drawn = []
        for row in journal.decided():
            if row.baselines:
                name = f"{journal.variant}-{row.name}.svg"
                schedule_plots.draw(row, f"{row.name}, {journal.variant}, {journal.cpu}", out / "schedules" / name)
                drawn.append((name, f"{row.name} on {journal.variant}: every candidate against the limit"))
        parts += section(journal, drawn)
    (out / "schedules.md").write_text("\n\n".join(p.strip() for p in parts) + "\n")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("journals", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="folder for schedules.md and schedules/*.svg")
    options = parser.parse_args(arguments)
    try:
        journals = [load(path) for path in options.journals]
    except (OSError, ValueError) as e:
        sys.exit(f"schedules: {e}")
    decided = [j for j in journals if j.decided()]
    if not decided:
        sys.exit("schedules: no kernel is decided yet; nothing to report")
    write(decided, options.out)
    print(f"wrote {options.out / 'schedules.md'} and its pictures")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
