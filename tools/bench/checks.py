"""What is measured, one function a measurement. Ratios come from turns taken in one run."""
import filecmp
import os
import shutil
import statistics
import sys
import time

from contenders import HERE, PYTHON, ROOT, run, timed

PLAIN = "tools/bench/plain-line"


def line(bench):
    """pieces a second through a plain line, summary only, beside SimPy and ns-3"""
    few, many = 100_000, 4_000_000
    ns3 = bench.compiled("ns3_line", ["-lns3-core"])
    schedulers = ["map", "heap", "calendar", "queue"]
    rates = {name: bench.rate([ns3, name, few * 5], "pieces") for name in schedulers}
    fastest = max(rates, key=rates.get)
    contenders = {
        "SimPy": lambda: bench.rate([PYTHON, HERE / "simpy_line.py", "process", few], "pieces"),
        "SimPy callbacks": lambda: bench.rate([PYTHON, HERE / "simpy_line.py", "callbacks", few], "pieces"),
        "ns-3": lambda: bench.rate([ns3, fastest, few * 10], "pieces"),
    }
    if bench.ours:
        small = bench.scenario(PLAIN, "plain-few", pieces=few)
        large = bench.scenario(PLAIN, "plain-many", pieces=many)
        # The difference of two whole processes leaves out starting and reading files, which theirs leave out too.
        alone = lambda scenario: timed(bench.simulate(scenario, bench.scratch / "alone", logs=False))[0]
        contenders["sortline"] = lambda: (many - few) / (alone(large) - alone(small))
    result = bench.medians(contenders)
    ours = result.get("sortline")
    bench.ratio("plain line, SimPy processes", ours, result["SimPy"], 50, "pieces/s")
    bench.ratio("plain line, SimPy callbacks", ours, result["SimPy callbacks"], None, "pieces/s")
    bench.ratio(f"plain line, ns-3 ({fastest} scheduler)", ours, result["ns-3"], 3, "pieces/s")


def logs(bench):
    """pieces a second with every log on, and lines of events.jsonl beside spdlog"""
    if not bench.ours:
        print("logs: needs a real events.jsonl, so sortline itself", file=sys.stderr)
        return
    few, many = 20_000, 500_000
    small = bench.scenario(PLAIN, "logs-few", pieces=few)
    large = bench.scenario(PLAIN, "logs-many", pieces=many)
    out = bench.scratch / "logs"
    whole, plain = [], []

    def logged(scenario):
        shutil.rmtree(out, ignore_errors=True)
        return timed(bench.simulate(scenario, out))[0]

    def both():
        whole.append(logged(large))
        return (many - few) / (whole[-1] - logged(small))

    def floor():
        plain.append(plain_writing(bench.scratch / "plain", size))
        return size / plain[-1]

    # A sample with everything in it that a real log has: the peak hour's.
    sample_run = bench.scratch / "sample"
    run(bench.simulate("scenarios/peak-hour", sample_run))
    events = sample_run / "events.jsonl"
    logged(large)
    size = sum(file.stat().st_size for file in out.iterdir())
    with open(out / "events.jsonl", "rb") as log:
        lines = sum(block.count(b"\n") for block in iter(lambda: log.read(1 << 20), b""))
    result = bench.medians(
        {
            "sortline": both,
            "plain writing": floor,
            "spdlog": spdlog(bench, events, "fields"),
            "spdlog ready lines": spdlog(bench, events, "ready"),
        }
    )
    pieces = result["sortline"]
    bench.ratio("all logs on, pieces", pieces, 1_000_000, 1, "pieces/s")
    # The kernel's own copying is the limit: what no program that writes these bytes can go below.
    told = f"all logs on, plain writing of the same {size / 1e6:,.0f} MB"
    _, ours, theirs = sorted((ours / theirs, ours, theirs) for ours, theirs in zip(whole, plain))[len(plain) // 2]
    bench.at_most(told, ours, theirs, None, "s")
    at_best = many / statistics.median(plain)
    print(f"  {size / many:,.0f} bytes a piece; plain writing alone would be {at_best:,.0f} pieces/s", flush=True)
    # In the same time the pieces are simulated and two other files are written; `journal` times the writer alone.
    bench.ratio("events.jsonl, spdlog formatting", pieces * lines / many, result["spdlog"], None, "lines/s")
    bench.ratio("events.jsonl, spdlog ready lines", pieces * lines / many, result["spdlog ready lines"], None, "lines/s")


def plain_writing(path, size):
    """The seconds that writing so many bytes takes, with nothing to think about: one block of 1 MiB, again and again."""
    path.unlink(missing_ok=True)
    block = bytes(range(256)) * 4096
    began = time.perf_counter()
    with open(path, "wb", buffering=0) as file:
        while size > 0:
            size -= file.write(block[:size] if size < len(block) else block)
    seconds = time.perf_counter() - began
    path.unlink()
    return seconds


def journal(bench):
    """lines a second of events.jsonl written by the journal alone, beside spdlog writing the same text"""
    if not bench.ours:
        print("journal: needs a real events.jsonl, so sortline itself", file=sys.stderr)
        return
    run(["swift", "build", "-c", "release", "--product", "JournalBench"])
    program = ROOT / ".build" / "release" / "JournalBench"
    out = bench.scratch / "journal"
    out.mkdir()
    pieces = 200_000

    def turn(kind, count):
        # Emptying the files of the turn before is not part of writing these.
        shutil.rmtree(out)
        out.mkdir()
        return bench.rate([program, pieces, out, kind], count)

    turn("events", "lines")
    events = bench.scratch / "journal.jsonl"
    (out / "events.jsonl").rename(events)
    result = bench.medians(
        {
            "sortline": lambda: turn("events", "lines"),
            "sortline, all logs": lambda: turn("all", "pieces"),
            "spdlog": spdlog(bench, events, "fields"),
            "spdlog ready lines": spdlog(bench, events, "ready"),
        }
    )
    bench.ratio("journal alone, spdlog formatting", result["sortline"], result["spdlog"], 3, "lines/s")
    bench.ratio("journal alone, spdlog ready lines", result["sortline"], result["spdlog ready lines"], None, "lines/s")
    bench.ratio("journal alone, all logs, pieces", result["sortline, all logs"], 1_000_000, None, "pieces/s")


def spdlog(bench, events, kind):
    """A turn of spdlog at writing the lines of this log; the first one checks that it writes the same bytes."""
    calls = bench.scratch / f"{events.stem}-{events.parent.name}.h"
    if not calls.exists():
        run([PYTHON, HERE / "spdlog_calls.py", events, calls])
    program = bench.compiled(
        "spdlog_lines",
        ["-lspdlog", "-lfmt", "-pthread"],
        f'-DSPDLOG_CALLS="{calls}"',
        "-DSPDLOG_SHARED_LIB",
        "-DSPDLOG_COMPILED_LIB",
        "-DSPDLOG_FMT_EXTERNAL",
    )
    written = bench.scratch / "spdlog.jsonl"
    command = [program, kind, f"{calls}.fields", events, written]
    run(command)
    same = filecmp.cmp(events, written, shallow=False)
    bench.truth(f"spdlog, {kind}", same, "writes the same bytes" if same else "writes other bytes: no comparison")

    def turn():
        written.unlink(missing_ok=True)
        return bench.rate(command, "lines")

    return turn


def csv(bench):
    """reading a mail CSV of a million rows beside pandas.read_csv"""
    mail = bench.scratch / "mail.csv"
    rows = 1_000_000
    run([PYTHON, HERE / "mail_csv.py", rows, mail])
    megabytes = mail.stat().st_size / 1e6
    pandas = lambda kind: lambda: bench.rate([PYTHON, HERE / "pandas_csv.py", kind, mail], "rows")
    contenders = {"pandas": pandas("plain"), "pandas with types and times": pandas("typed")}
    if bench.ours:
        # The whole process: start, read, check every field of every row.
        contenders["sortline"] = lambda: rows / timed([bench.sortline, "check", mail])[0]
    result = bench.medians(contenders)
    ours = result.get("sortline")
    scale = megabytes / rows
    scaled = ours * scale if ours else None
    bench.ratio("mail CSV, pandas", scaled, result["pandas"] * scale, 3, "MB/s")
    bench.ratio(
        "mail CSV, pandas with types and times", scaled, result["pandas with types and times"] * scale, None, "MB/s"
    )


def whole(bench):
    """whole processes: the peak hour and the real parcels of 2017, with every log"""
    if not bench.ours:
        return
    out = bench.scratch / "whole"

    def logged(*more):
        shutil.rmtree(out, ignore_errors=True)
        return timed([*bench.simulate(more[0], out), *more[1:]])[0]

    turns = {"peak hour": lambda: logged("scenarios/peak-hour")}
    parcels = ROOT.parent / "shared" / "data" / "olist-items-2017.csv"
    if parcels.exists():
        turns["real parcels of 2017"] = lambda: logged("scenarios/real-parcels", "--mail", parcels)
    else:
        print("real parcels of 2017: skipped, the file is not beside the project")
    for name, seconds in bench.medians(turns).items():
        bench.limit(f"whole process, {name}", seconds, 1, "s")


def replay(bench):
    """whole processes: deciding a day of 700,000 pieces again, beside simulating it with logs off"""
    if not bench.ours:
        return
    pieces = 700_000
    day = bench.scenario(
        "scenarios/peak-hour", "replay-day", expects=False, duration_s=24 * 3600, pieces=pieces
    )
    recorded = bench.scratch / "replay-run"
    run(bench.simulate(day, recorded))
    alone = bench.simulate(day, bench.scratch / "replay-alone", logs=False)
    again = [bench.sortline, "replay", recorded, "--quiet"]
    result = bench.medians(
        {
            "simulate": lambda: pieces / timed(bench.on_time(alone))[0],
            "replay": lambda: pieces / timed(bench.on_time(again))[0],
        }
    )
    bench.ratio("replay, simulating with logs off", result["replay"], result["simulate"], 1, "pieces/s")


def memory(bench):
    """the most memory held by one hour and by 24 hours of the peak, with the event log on"""
    if not bench.ours:
        return
    peaks = {}
    for hours in (1, 24):
        scenario = bench.scenario(
            "scenarios/peak-hour", f"hours-{hours}", expects=False, duration_s=3600 * hours, pieces=30_000 * hours
        )
        out = bench.scratch / "memory"
        shutil.rmtree(out, ignore_errors=True)
        peaks[hours] = timed(bench.simulate(scenario, out))[1] / 1e6
        print(f"memory, {hours} h: {peaks[hours]:.1f} MB")
    bench.limit("memory, 24 h over 1 h", peaks[24] / peaks[1], 1.1, "times")


def same_bytes(bench):
    """the same seed writes the same bytes in debug and release builds"""
    if not bench.ours:
        return
    print("Building sortline in debug.", file=sys.stderr)
    run(["swift", "build", "--product", "sortline"])
    runs = {}
    for build in ("debug", "release"):
        runs[build] = bench.scratch / f"bytes-{build}"
        program = ROOT / ".build" / build / "sortline"
        run([program, "simulate", "scenarios/peak-hour", "--seed", "7", "--quiet", "--out", runs[build]])
    for name in ("events.jsonl", "metrics.csv", "pieces.csv", "summary.json"):
        same = filecmp.cmp(runs["debug"] / name, runs["release"] / name, shallow=False)
        size = os.path.getsize(runs["release"] / name)
        bench.truth(f"same bytes, {name}", same, f"{size:,} bytes, {'equal' if same else 'they differ'}")
