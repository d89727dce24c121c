"""Plants slips into a copy of the tree, one at a time, and lists those that no quick test notices.

usage: mutate.py [N] [--seed S] [--folder FOLDER] [--only PATH...] [--again]

A slip changes one operator, number, condition or statement of runtime/, cli/ or generators/. The copy is built and the tests
with the label "quick" run. Slips that do not compile do not count. Each run adds to FOLDER/results.json; the same seed goes on
where its last run ended, so that runs add up. --again plants the survivors once more, which new tests may notice.
"""

import argparse
import hashlib
import io
import json
import os
import re
import resource
import shutil
import subprocess
import tarfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [f"{folder}/**/*.{kind}" for folder in ("runtime", "cli", "generators") for kind in ("cpp", "h", "hpp")]
TYPES = ("f32", "u16", "f16", "bf16", "f64", "i8", "i16", "i32", "i64", "u8")  # those that see most first
BUILD_LIMIT, TEST_LIMIT, CPU_LIMIT = 900, 100, 25  # seconds

# What is replaced by what.
SWAPS = [
    ("<=", "<"), (">=", ">"), (" < ", " <= "), (" > ", " >= "), ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"),
    (" + ", " - "), (" - ", " + "), (" * ", " + "), (" / ", " * "), (" % ", " / "), (" & ", " | "), (" | ", " & "), ("<<", ">>"),
    (">>", "<<"), ("+=", "-="), ("-=", "+="), ("++", "--"), ("true", "false"), ("false", "true"), ("std::min", "std::max"),
    ("std::max", "std::min"), ("!", ""), ("break;", ";"), ("continue;", ";"),
]  # fmt: skip
NUMBER = re.compile(r"(?<![\w.\"'])(\d+)(?![\w.\"'])")
CONDITION = re.compile(r"\bif \((?!constexpr)(.+)\) (?=[\w{*])")
STATEMENT = re.compile(r"^\s+(?!return|using|static|const|auto|if|for|else|case|#|//|})[\w:.\->*\[\]]+( = .+|\(.*\));$")


@dataclass(frozen=True)
class Slip:
    path: str
    line: int
    before: str
    after: str


def code_of(line):
    """A line without its comment; nothing for lines that are no code."""
    text = re.sub(r"/\*.*?(\*/|$)", lambda comment: " " * len(comment[0]), line.split("//")[0])
    stripped = text.strip()
    if not stripped or stripped.startswith(("#", "*", "/*", "using ", "namespace", "template", "static_assert")):
        return ""
    return text


def changes_of(line):
    """Every version of a line with one slip."""
    code = code_of(line)
    literals = [range(m.start(), m.end()) for m in re.finditer(r'"(?:\\.|[^"\\])*"', code)]
    free = lambda place: not any(place in r for r in literals)
    for old, new in SWAPS:
        for m in re.finditer(re.escape(old), code):
            around = code[m.start() - 1 : m.start()] + code[m.end() : m.end() + 1]
            if free(m.start()) and not (old in "<=>=<<>>==!=" and set(around) & set("<>=!")):
                yield code[: m.start()] + new + line[m.end() :]
    for m in NUMBER.finditer(code):
        if free(m.start()):
            yield code[: m.start()] + str(int(m[1]) + 1) + line[m.end() :]
    if m := CONDITION.search(code):
        yield f"{line[: m.start()]}if (!({m[1]})) {line[m.end() :]}"
    if STATEMENT.match(code):
        yield re.sub(r"\S.*", ";", code.rstrip("\n")) + "\n"


def all_slips(tree):
    for pattern in SOURCES:
        for path in sorted(tree.glob(pattern)):
            for number, line in enumerate(path.read_text().splitlines(keepends=True)):
                for after in changes_of(line):
                    if after != line:
                        yield Slip(str(path.relative_to(tree)), number, line, after)


class Copy:
    """The committed tree and its dev build in a folder of its own."""

    def __init__(self, folder):
        self.tree, self.build, self.kept = folder / "tree", folder / "tree" / "build" / "dev", folder / "kept"
        self.renew()
        [halide] = ROOT.glob(".venv/lib/python3*/site-packages/halide/lib64/cmake/Halide")
        # Built to be built soon: a slip costs a compilation, twenty links and the tests.
        options = {"Halide_DIR": halide, "SLOPEWISE_VARIANTS": "here", "SLOPEWISE_BUILD_BENCH": "OFF", "SLOPEWISE_BUILD_AUTOTUNE": "OFF"}
        options |= {"CMAKE_CXX_FLAGS_RELWITHDEBINFO": "-O1", "CMAKE_LINKER_TYPE": "GOLD"}
        self.call("cmake", "--preset", "dev", *(f"-D{name}={value}" for name, value in options.items()))
        self.call("ninja", "-C", self.build, "slopewise_quick_tests")
        if (done := self.run_tests()).returncode:
            raise SystemExit(f"mutate: the tests fail in the tree as it is\n{done.stdout[-4000:]}")
        put_alike(self.build, self.kept)

    def compiled(self):
        """Sources that this machine's build compiles; headers are taken to be."""
        return {c["file"] for c in json.loads((self.build / "compile_commands.json").read_text())}

    def renew(self):
        """What is as it was keeps its time: the build goes on from where an earlier run left it."""
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            wanted = {self.tree / member.name: (tar.extractfile(member).read(), member.mode) for member in tar if member.isfile()}
        for path in {p for pattern in SOURCES for p in self.tree.glob(pattern)} - wanted.keys():
            path.unlink()
        for path, (content, mode) in wanted.items():
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)

    def call(self, *command):
        done = subprocess.run(command, cwd=self.tree, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"mutate: the tree as it is fails\n{done.stdout[-4000:]}{done.stderr[-4000:]}")

    def kernels(self, kind="", folder=None):
        return sorted((folder or self.build).glob(f"kernels/*/*_{kind or '*'}_*.o"))

    def changed_type(self):
        """The first type of which a kernel changed, whose rows are made anew; other objects stay as they were. Nothing if none did."""
        inside = lambda paths, folder: [str(p.relative_to(folder)) for p in paths]
        for kind in TYPES:
            rows = self.kernels(kind)
            if not self.ninja(*inside(rows, self.build)):
                return kind
            kept = self.kernels(kind, self.kept)
            if any(row.read_bytes() != before.read_bytes() for row, before in zip(rows, kept)):
                others = [other for o in set(self.kernels()) - set(rows) for other in (o, o.with_suffix(".h"))]
                for other in others:
                    other.touch()
                self.ninja("-t", "restat", *inside(others, self.build))
                return kind
        return ""

    def ninja(self, *arguments):
        return subprocess.run(["ninja", *arguments], cwd=self.build, capture_output=True, timeout=BUILD_LIMIT).returncode == 0

    def quick_tests(self, kind="f32"):
        limits = ["--timeout", str(TEST_LIMIT), "--stop-on-failure", "--no-tests=error"]
        return ["ctest", "--test-dir", self.build, "-C", "quick", "-L", f"^quick$|^quick_{kind}$", "-j", "2", *limits]

    def judge(self, slip):
        kind = "f32"
        try:
            if slip.path.startswith("generators/"):
                if not self.ninja("slopewise_tools"):
                    return "not compiled"
                kind = self.changed_type()
                if not kind:
                    return "equivalent"
            if not self.ninja("slopewise_quick_tests"):
                return "caught" if slip.path.startswith("generators/") else "not compiled"
        except subprocess.TimeoutExpired:
            return "not compiled"
        # A slip in the program alone changes what only its own tests run.
        only = ("-R", "^cli_") if slip.path.startswith("cli/") and "/devices/" not in slip.path else ()
        return "caught" if self.run_tests(kind, only).returncode else "survived"

    def run_tests(self, kind="f32", only=()):
        """Of a slip that makes a test loop for ever the time on a processor is limited. One that waits must do so twice: the machine
        may have done other things meanwhile."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        for _ in range(2):
            done = subprocess.run([*self.quick_tests(kind), *only], capture_output=True, text=True, preexec_fn=limit)
            (self.tree.parent / "last.log").write_text(done.stdout)
            if "***Timeout" not in done.stdout:
                break
        return done

    def result(self, slip):
        """"caught", "survived", "not compiled", or "equivalent" where no kernel's object changed."""
        path = self.tree / slip.path
        whole, time_of_it = path.read_text(), path.stat()
        lines = whole.splitlines(keepends=True)
        assert lines[slip.line] == slip.before
        lines[slip.line] = slip.after
        path.write_text("".join(lines))
        try:
            return self.judge(slip)
        finally:
            path.write_text(whole)
            os.utime(path, ns=(time_of_it.st_atime_ns, time_of_it.st_mtime_ns))
            put_alike(self.kept, self.build)


def put_alike(source, target):
    """Makes a folder what another is, to the time of each file: so a build goes back to before a slip without building."""
    look = lambda folder: {p.relative_to(folder): p.lstat() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}
    wanted, there = look(source), look(target)
    for path in there.keys() - wanted.keys():
        (target / path).unlink()
    for path, stat in wanted.items():
        old = there.get(path)
        if old and (old.st_size, old.st_mtime_ns) == (stat.st_size, stat.st_mtime_ns):
            continue
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).unlink(missing_ok=True)
        shutil.copy2(source / path, target / path, follow_symlinks=False)


def to_plant(slips, results, seed, again):
    """Slips in an order that a seed gives, which changes elsewhere in the tree leave as it is, without those planted."""
    key = lambda s: (s["path"], s["before"], s["after"])
    if again:
        survivors = {key(r) for r in results if r["result"] == "survived"}
        return [s for s in slips if key(asdict(s)) in survivors]
    planted = {key(r) for r in results}
    rank = lambda s: hashlib.sha256(repr((seed, key(asdict(s)))).encode()).digest()
    return sorted((s for s in slips if key(asdict(s)) not in planted), key=rank)


def plant(copy, slips, count, file, results, seed):
    """Plants at most `count` slips that compile."""
    planted = 0
    for slip in slips:
        if planted == count:
            break
        began = time.monotonic()
        result = copy.result(slip)
        results = [r for r in results if Slip(r["path"], slip.line, r["before"], r["after"]) != slip]
        results.append(asdict(slip) | {"seed": seed, "result": result})
        file.write_text(json.dumps(results, indent=1))
        planted += result != "not compiled"
        print(f"{planted}/{count} {result}, {time.monotonic() - began:.0f} s: {slip.path}:{slip.line + 1}", flush=True)
    return results


def report(results):
    number = lambda result: sum(r["result"] == result for r in results)
    for r in results:
        if r["result"] == "survived":
            print(f"\n{r['path']}:{r['line'] + 1}\n- {r['before'].strip()}\n+ {r['after'].strip()}")
    print(f"\n{number('caught')} slips were caught, {number('survived')} survived; {number('equivalent')} more changed no kernel,", end=" ")
    print(f"{number('not compiled')} did not compile")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", nargs="?", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutate")
    parser.add_argument("--only", nargs="*", default=[""], metavar="PATH", help="files whose path begins so")
    parser.add_argument("--again", action="store_true", help="plant the survivors once more")
    options = parser.parse_args()
    folder = options.folder.resolve()
    copy = Copy(folder)
    compiled = copy.compiled()
    slips = [s for s in all_slips(copy.tree) if s.path.startswith(tuple(options.only))]
    slips = [s for s in slips if not s.path.endswith(".cpp") or str(copy.tree / s.path) in compiled]
    if not slips:
        raise SystemExit(f"mutate: no slips in files that begin with {options.only!r}")
    file = folder / "results.json"
    results = json.loads(file.read_text()) if file.exists() else []
    slips = to_plant(slips, results, options.seed, options.again)
    report(plant(copy, slips, options.count, file, results, options.seed))


if __name__ == "__main__":
    main()
