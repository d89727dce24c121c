"""Includes look down only: a file includes what its folder's row in docs/architecture.md names, and its own folder.

usage: floors.py ROOT; exit status 1 and a line for each include that runs up."""

import re
import sys
from pathlib import Path

ROOTS = ["runtime", "runtime/include", "cli", "tune", "bench", "tests", "generators", "generators/include"]
GENERATED = {"kernel_ids.h": "runtime/table"}


def rules(root):
    """The rows `| folder/ | what it may include | ...` of the page's tables, as folder -> folders."""
    page = (root / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| `([\w/]+)/` \|([^|]*)\|", page, re.M)
    return {folder: set(re.findall(r"`([\w/]+)/`", allowed)) for folder, allowed in rows}


def folder_of(path, folders):
    inside = [folder for folder in folders if path.startswith(folder + "/")]
    return max(inside, key=len, default=None)


def target_of(root, source, name):
    """The file that an include in quotes, or of a header of ours, means; None for what is not ours."""
    own = [r for r in ROOTS if source.is_relative_to(root / r)]
    for place in [source.parent, *(root / r for r in own + ROOTS)]:
        if (place / name).is_file():
            return str((place / name).resolve().relative_to(root))
    return f"{GENERATED[name]}/{name}" if name in GENERATED else None


def upward(root):
    allowed = rules(root)
    files = [p for r in ("runtime", "cli", "tune", "bench", "generators") for p in (root / r).rglob("*") if p.suffix in (".h", ".hpp", ".cpp")]
    for source in files:
        here = folder_of(str(source.relative_to(root)), allowed)
        if here is None:
            yield f"{source.relative_to(root)}: its folder has no row in docs/architecture.md"
            continue
        for line, text in enumerate(source.read_text().splitlines(), 1):
            found = re.match(r'#include (?:"([^"]+)"|<(slopewise/[^>]+)>)', text)
            target = found and target_of(root, source, found[1] or found[2])
            there = target and folder_of(target, allowed)
            if target and there != here and there not in allowed[here]:
                yield f"{source.relative_to(root)}:{line}: {here}/ may not include {target}"


def main():
    root = Path(sys.argv[1]).resolve()
    found = list(upward(root))
    print("\n".join(found) or f"floors: {len(rules(root))} folders, every include looks down")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
