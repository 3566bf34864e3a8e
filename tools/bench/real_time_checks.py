"""What is measured of the real-time parts: the ring between two cores, the control cycle's clock, Modbus."""
import json
import os
import re
import statistics
import subprocess
import sys

from contenders import run
from placed_rounds import PlacedRounds


def ring(bench):
    """the ring between two pinned cores beside boost::lockfree::spsc_queue and a bare cache line"""
    if (os.cpu_count() or 1) < 2:
        print("ring: skipped, there is one core", file=sys.stderr)
        return
    boost = bench.compiled("boost_ring", ["-pthread"])
    # Short turns: a virtual machine's cores stay where they are for a second or so.
    many, trips = 1_000_000, 50_000
    turn = lambda program, kind, count: lambda: bench.rate(bench.on_time([program, kind, count]), "count")
    streams = {
        "boost": turn(boost, "single", many // 2),
        "boost, resting": turn(boost, "single-resting", many),
        "boost, batched": turn(boost, "batched", many),
    }
    there_and_back = {
        "boost": turn(boost, "round-trip", trips),
        "boost, resting": turn(boost, "round-trip-resting", trips),
    }
    if not bench.ours:
        for kinds, unit in ((streams, "records/s"), (there_and_back, "round trips/s")):
            for name, rate in bench.medians(kinds).items():
                bench.ratio(f"ring, {name}", None, rate, None, unit)
        return
    program = bench.product("RingBench")
    line = turn(program, "line", trips)
    streams |= {
        "ring": turn(program, "single", many),
        "ring, at once": turn(program, "single-at-once", many),
        "ring, batched": turn(program, "batched", many),
        "bare lines": turn(program, "stream", many),
    }
    there_and_back |= {
        "ring": turn(program, "round-trip", trips),
        "ring, at once": turn(program, "round-trip-at-once", trips),
        "bare line, resting": turn(program, "line-resting", trips),
        "bare line each way": turn(program, "line-each-way", trips),
    }
    rounds = PlacedRounds(bench, "one way", line, streams)
    rounds.compare("one by one, with its rest", "ring", "boost", 4)
    rounds.compare("one by one, both resting alike", "ring", "boost, resting", None)
    rounds.compare("one by one, both at once", "ring, at once", "boost", None)
    rounds.compare("in batches of 64, boost one by one", "ring, batched", "boost", 5)
    rounds.compare("both in batches of 64", "ring, batched", "boost, batched", None)
    rounds.compare("one by one, bare lines without a ring", "ring", "bare lines", None)
    rounds.compare("in batches of 64, bare lines without a ring", "ring, batched", "bare lines", None)
    rounds = PlacedRounds(bench, "round trips", line, there_and_back, small_is_good=True)
    rounds.compare("round trip, boost", "ring", "boost", 0.9)
    rounds.compare("round trip, both resting alike", "ring", "boost, resting", None)
    rounds.compare("round trip, both at once", "ring, at once", "boost", None)
    rounds.compare("round trip, bare cache line", "ring", "bare line", 1.4)
    rounds.compare("round trip, bare cache line, both resting", "ring", "bare line, resting", None)
    rounds.compare("round trip, bare cache line, both at once", "ring, at once", "bare line", None)
    rounds.compare("round trip, a bare line each way", "ring", "bare line each way", None)


def cycle(bench):
    """how late a 1 ms control cycle wakes, 99th percentile, beside cyclictest at the same priority"""
    cycles, priority = 4000, 80
    histogram = bench.scratch / "cyclictest.txt"

    def cyclictest():
        run(["cyclictest", "-q", "-m", f"-p{priority}", "-i1000", f"-l{cycles}", "-N", "-h2000000", f"--histfile={histogram}"])
        return percentile(histogram.read_text())

    contenders = {"cyclictest": cyclictest}
    if os.geteuid() != 0:
        print("cycle: needs root for SCHED_FIFO", file=sys.stderr)
        return
    if bench.ours:
        program = bench.product("CycleBench")
        told = {}

        def pacer(spin):
            answer = json.loads(run([program, cycles, 1000, priority, spin]).splitlines()[-1])
            told.setdefault(spin, []).append(answer)
            return answer["p99_us"]

        contenders["sortline"] = lambda: pacer(150)
        contenders["sortline, sleep alone"] = lambda: pacer(0)
    result = bench.medians(contenders)
    theirs = result["cyclictest"]
    bench.at_most("cycle, p99 lateness", result.get("sortline"), theirs, 1, "us")
    if not bench.ours:
        return
    bench.at_most("cycle, p99 lateness, sleeping alone", result["sortline, sleep alone"], theirs, None, "us")
    for spin, answers in told.items():
        worst = max(answer["max_us"] for answer in answers)
        skipped = sum(answer["skipped"] for answer in answers)
        # Beyond the 99th percentile a virtual machine shows its host: printed, and nothing is judged by it.
        print(f"cycle, spinning {spin} us: longest {worst:,.0f} us, {skipped} periods skipped of {cycles * len(answers):,}")
    for word in told[150][0]["refused"]:
        print(f"cycle: not granted: {word}")


def modbus(bench):
    """the Modbus round trip on loopback, strict checks on, beside a plain libmodbus loop, against one server"""
    theirs = bench.compiled("modbus_loop", ["-lmodbus"], "-I/usr/include/modbus")
    count = 5000
    # One core for all three: across cores the wake-up of the other side is most of the time.
    alone = lambda command: ["taskset", "-c", "0", *map(str, command)]
    programs = {"libmodbus": theirs}
    if bench.ours:
        programs["sortline"] = bench.product("ModbusBench")
    server = subprocess.Popen(
        bench.on_time(alone([theirs, "serve"])), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        port = server.stdout.readline().strip()
        medians = {name: [] for name in programs}
        for number in range(bench.rounds):
            print(f"  round {number + 1} of {bench.rounds}: {', '.join(programs)}", file=sys.stderr)
            for name, program in programs.items():
                answer = run(bench.on_time(alone([program, port, count]))).splitlines()[-1]
                medians[name].append(json.loads(answer))
    finally:
        server.kill()
        server.wait()
    names = {"3": "read 10 registers", "16": "write 10 registers", "5": "write a coil", "23": "write and read 10 registers"}
    for function, words in names.items():
        middle = {name: statistics.median(answer[function] for answer in answers) for name, answers in medians.items()}
        bench.at_most(f"modbus, FC {function}, {words}", middle.get("sortline"), middle["libmodbus"], 1.05, "us")


def percentile(text, part=0.99):
    """The percentile of a cyclictest histogram in nanoseconds a line, in microseconds."""
    counts = []
    for line in text.splitlines():
        found = re.match(r"(\d+)\s+(\d+)$", line)
        if found and int(found[2]):
            counts.append((int(found[1]), int(found[2])))
    overflow = re.search(r"# Histogram Overflows: (\d+)", text)
    total = sum(count for _, count in counts) + (int(overflow[1]) if overflow else 0)
    below = 0
    for value, count in counts:
        below += count
        if below >= part * total:
            return value / 1000
    sys.exit("cyclictest: the 99th percentile lies beyond its histogram")
