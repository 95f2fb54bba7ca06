"""``make bench``: every measure of ``bench_*.py``, in one run, with the machine named.

A bench module has ``measure() -> list[tuple[name, value, unit, aim]]`` or, for milliseconds,
``list[tuple[name, milliseconds, aim]]``. Aims are printed beside what was seen; nothing fails.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
Row = tuple[str, float, str] | tuple[str, float, str, str]


def load(path: Path) -> Callable[[], list[Row]]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    measure: Callable[[], list[Row]] = module.measure
    return measure


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def main() -> None:
    sys.path.insert(0, str(HERE.parent))
    wanted = sys.argv[1:]
    print(f"Machine: {machine()}")
    print(f"{'measure':<60} {'seen':>12}  aim")
    for path in sorted(HERE.glob("bench_*.py")):
        if wanted and not any(name in path.stem for name in wanted):
            continue
        for row in load(path)():
            name, value, unit, aim = (row[0], row[1], "ms", row[2]) if len(row) == 3 else row
            print(f"{name:<60} {value:>9.2f} {unit:<4} {aim}", flush=True)


main()
