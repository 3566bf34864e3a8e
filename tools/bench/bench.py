"""The driver behind tools/bench/run: builds the contenders, runs them in turns, prints medians and ratios."""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import checks
import contenders
import drive_checks
import real_time_checks
import study_checks

CHECKS = {
    "line": checks.line,
    "logs": checks.logs,
    "journal": checks.journal,
    "csv": checks.csv,
    "whole": checks.whole,
    "replay": checks.replay,
    "memory": checks.memory,
    "study": study_checks.study,
    "bytes": checks.same_bytes,
    "ring": real_time_checks.ring,
    "cycle": real_time_checks.cycle,
    "modbus": real_time_checks.modbus,
    "drive": drive_checks.drive,
}


def main():
    parser = argparse.ArgumentParser(prog="tools/bench/run")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to measure; everything unless told")
    parser.add_argument("--rounds", type=int, default=5, help="turns that each contender gets")
    parser.add_argument("--drive-seconds", type=int, default=600, help="how long drive runs at the rated speed")
    parser.add_argument("--list", action="store_true", help="name what can be measured")
    parser.add_argument("--theirs-only", action="store_true", help="only the other programs, without sortline")
    arguments = parser.parse_args()
    if arguments.list:
        for name, check in CHECKS.items():
            print(f"{name:8} {check.__doc__}")
        return
    unknown = [name for name in arguments.names if name not in CHECKS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)} (there are {', '.join(CHECKS)})")
    scratch = Path(tempfile.mkdtemp(prefix="run-", dir=contenders.BUILD))
    try:
        bench = contenders.Bench(scratch, arguments.rounds, ours=not arguments.theirs_only)
        bench.drive_seconds = arguments.drive_seconds
        for name in arguments.names or CHECKS:
            CHECKS[name](bench)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if bench.missed:
        sys.exit(f"Missed: {', '.join(bench.missed)}")


main()
