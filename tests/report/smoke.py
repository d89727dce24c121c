"""Runs the bench's shortest section and reads what it wrote. usage: smoke.py PROGRAM"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "report"))
import report  # noqa: E402
import results  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/results.json"
    subprocess.run([sys.argv[1], "--quick", "--sections", "calls,random", "--json", path], check=True)
    run = results.load(path)
    assert {g.section for g in run.groups} == {"calls", "random"}
    assert all(len(c.ns) >= 5 and (c.ns > 0).all() for g in run.groups for c in g.cases)
    report.main([path, "--out", folder])
