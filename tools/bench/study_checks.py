"""How fast studies are: the measurement behind `tools/bench/run study`."""
import os
import shutil
import statistics

from contenders import timed

HOURS = 1000
PIECES_AN_HOUR = 30_000


def study(bench):
    """1,000 simulated hours of the peak hour, 30 million pieces, summaries only: on two cores, and on one"""
    if not bench.ours:
        return
    out = bench.scratch / "study"
    cores = len(os.sched_getaffinity(0))

    def hours(count, jobs):
        shutil.rmtree(out, ignore_errors=True)
        words = ["--replications", count, "--jobs", jobs, "--quiet", "--out", out]
        return timed(bench.on_time([bench.sortline, "simulate", "scenarios/peak-hour", *words]))[0]

    if cores < 2:
        bench.truth("study: two cores over one", True, "this computer has one core: not measured")
        bench.limit("study: 1,000 hours of the peak", bench.medians({"one core": lambda: hours(HOURS, 1)})["one core"],
                    12, "s")
        return
    pairs = []

    # Each round is a pair, so that what else runs here weighs on both alike; the ratio is of one round.
    def pair():
        pairs.append((hours(HOURS, 2), hours(HOURS, 1)))
        return pairs[-1][0]

    bench.medians({"1,000 hours on two cores and on one": pair})
    two = statistics.median(seconds for seconds, _ in pairs)
    rate = HOURS * PIECES_AN_HOUR / two
    print(f"  two cores: {', '.join(f'{seconds:.2f}' for seconds, _ in pairs)} s; "
          f"one core: {', '.join(f'{seconds:.2f}' for _, seconds in pairs)} s; {rate / 1e6:,.1f} million pieces/s")
    bench.limit("study: 1,000 hours of the peak on two cores", two, 6, "s")
    _, one, both = sorted((one / two, one, two) for two, one in pairs)[len(pairs) // 2]
    bench.ratio("study: two cores over one", HOURS / both, HOURS / one, 1.8, "hours/s")
