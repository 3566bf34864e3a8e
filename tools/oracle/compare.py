"""Replicates each scenario with sortline and with the SimPy model, and holds their figures against one another.

A figure agrees where the difference of the two means is compatible with none: its Welch interval holds 0, or for
percentiles anything up to 1/256 of the value, by which sortline's histogram may be too high. The confidence is such
that all figures together are right with 95 % (Bonferroni). Seeds are fixed: the table is the same each time.
"""
import argparse
import json
import math
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scipy.stats import t as student

sys.path.insert(0, str(Path(__file__).parent))
from model import Line  # noqa: E402

HERE = Path(__file__).parent
SCENARIOS = {
    "plain": ["fed", "sorted", "rejected.noRead", "rejected.noData", "throughput_per_hour", "time_in_system_p50_ms",
              "time_in_system_p95_ms", "time_in_system_p99_ms"],
    "bins": ["fed", "sorted", "rejected.binFull", "sweeps", "time_in_system_p50_ms", "time_in_system_p95_ms"],
    "jams": ["fed", "sorted", "removed", "jam_count", "held_s", "time_in_system_p50_ms", "time_in_system_p95_ms",
             "time_in_system_p99_ms"],
    "rounds": ["fed", "sorted", "recirculations", "rejected.lapLimit", "time_in_system_p50_ms",
               "time_in_system_p95_ms"],
}
# One parameter of the model made wrong, and the figure by which that must be noticed.
WRONG = {
    "plain": ({"no_read": 0.0115}, "rejected.noRead"),
    "bins": ({"service": (30, 90)}, "rejected.binFull"),
    "jams": ({"jam": 0.0030}, "held_s"),
    "rounds": ({"no_read": 0.22}, "recirculations"),
}


def simulated(task):
    folder, seed, change = task
    return Line(folder, seed, change).run()


def ours(task):
    sortline, folder, seed = task
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sortline, "simulate", str(folder), "--seed", str(seed), "--summary-only", "--json", "--out",
             f"{scratch}/run"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return {figure["name"]: float(figure["value"]) for figure in json.loads(done.stdout)["figures"]}


def interval(a, b, confidence):
    """The difference of two means and the half width of its Welch interval."""
    va, vb = statistics.variance(a) / len(a), statistics.variance(b) / len(b)
    difference = statistics.mean(a) - statistics.mean(b)
    if va + vb == 0:
        return difference, 0.0
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    return difference, student.ppf((1 + confidence) / 2, freedom) * math.sqrt(va + vb)


def agrees(figure, mean, difference, half):
    slack = mean / 256 if "_p" in figure else 0.0
    return difference - half <= slack and difference + half >= 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sortline")
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    arguments = parser.parse_args()
    names = arguments.scenario or list(SCENARIOS)
    count = arguments.replications
    if count < 2:
        parser.error("an interval needs two replications or more")
    confidence = 1 - 0.05 / sum(len(SCENARIOS[name]) for name in names)
    print(f"{count} replications each; every figure with {confidence:.3%} confidence, all together with 95 %")
    print(f"{'scenario':9} {'figure':24} {'sortline':>12} {'SimPy':>12} {'difference':>11} {'+/-':>10}  ")
    faults = 0
    began = time.monotonic()
    with multiprocessing.Pool(arguments.jobs) as pool:
        for name in names:
            folder = HERE / name
            seeds = range(1, count + 1)
            mine = pool.map(ours, [(arguments.sortline, folder, seed) for seed in seeds], chunksize=1)
            theirs = pool.map(simulated, [(folder, seed, None) for seed in seeds], chunksize=1)
            for figure in SCENARIOS[name]:
                a, b = [run[figure] for run in mine], [run[figure] for run in theirs]
                difference, half = interval(a, b, confidence)
                good = agrees(figure, statistics.mean(a), difference, half)
                faults += not good
                print(f"{name:9} {figure:24} {statistics.mean(a):12.2f} {statistics.mean(b):12.2f} "
                      f"{difference:11.3f} {half:10.3f}  {'agrees' if good else 'DIFFERS'}")
            change, figure = WRONG[name]
            wrong = pool.map(simulated, [(folder, seed, change) for seed in seeds], chunksize=1)
            a, b = [run[figure] for run in mine], [run[figure] for run in wrong]
            difference, half = interval(a, b, confidence)
            noticed = not agrees(figure, statistics.mean(a), difference, half)
            faults += not noticed
            words = ", ".join(f"{key} {value}" for key, value in change.items())
            print(f"{name:9} {figure:24} {statistics.mean(a):12.2f} {statistics.mean(b):12.2f} {difference:11.3f} "
                  f"{half:10.3f}  {'told apart' if noticed else 'NOT TOLD APART'} from a model with {words}")
    print(f"{'everything agrees' if not faults else f'{faults} faults'}, after {time.monotonic() - began:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
