"""How fast a machine the controller drives: sortline run on the virtual PLC over loopback TCP."""
import csv
import json
import signal
import subprocess

# Plant seconds in one real second; the letter sorter's rate is 30,000 an hour at 1.
SPEEDS = (2, 5, 10, 15, 20, 30, 40, 60, 80)


def drive(bench):
    """30,000 pieces an hour and more on the virtual PLC over loopback TCP: every piece accounted for"""
    if not bench.ours:
        return
    sortline = bench.product("sortline")
    rated = bench.drive_seconds
    faults, told, _ = attempt(bench, sortline, 1, rated)
    print(f"drive: {told}")
    bench.truth(f"drive, rated speed for {rated} s", not faults, "; ".join(faults) or "holds")
    best = highest = 0
    for speed in SPEEDS:
        faults, told, rate = attempt(bench, sortline, speed, 20)
        print(f"drive: {told}{'; ' + '; '.join(faults) if faults else ''}")
        if faults:
            break
        best, highest = speed, max(highest, rate)
    # What was fed, not what the machine could have fed: in a short run the starting and stopping weigh.
    words = f"{best} times the rated speed held for 20 s, {highest:,.0f} pieces an hour (aim: ten times)"
    bench.truth("drive, highest rate", best >= 10, words)


def attempt(bench, sortline, speed, seconds):
    """One run: what was wrong with it, a line about it, and how many pieces it fed an hour."""
    out = bench.scratch / f"drive-{speed}"
    account = bench.scratch / f"drive-{speed}.csv"
    plc = subprocess.Popen(
        [sortline, "plc", "scenarios/peak-hour", "--listen", "127.0.0.1:0", "--speed", str(speed), "--quiet",
         "--pieces", str(account), "--for", f"{seconds + 90}s"],
        stdout=subprocess.PIPE, text=True)
    try:
        port = plc.stdout.readline().split("127.0.0.1:")[1].split(",")[0]
        run = subprocess.run(
            [sortline, "run", "scenarios/peak-hour", "--backend", "modbus", "--connect", f"127.0.0.1:{port}", "--arm",
             "--for", f"{seconds}s", "--out", str(out), "--quiet"], capture_output=True, text=True)
    finally:
        plc.send_signal(signal.SIGTERM)
        plc.wait()
    if run.returncode != 0:
        return [f"run ended with {run.returncode}: {run.stderr.strip()[-300:]}"], f"speed {speed}", 0
    summary = json.loads((out / "summary.json").read_text())
    faults, told = judge(summary, pieces(out / "pieces.csv"), pieces(account), speed)
    return faults, told, summary["throughput_per_hour"]


def pieces(path):
    with open(path, newline="") as file:
        return {int(row["piece"]): row for row in csv.DictReader(file)}


def judge(summary, run, machine, speed):
    faults = []
    ends = ("sorted", "rejected", "removed", "lost", "on_machine")
    if summary["fed"] != sum(summary[end] for end in ends):
        faults.append("the run does not account for its pieces")
    if summary["lost"] or summary["on_machine"]:
        faults.append(f"{summary['lost']} lost, {summary['on_machine']} left on the machine")
    if set(run) != set(machine):
        faults.append(f"{len(set(run) ^ set(machine))} pieces known to one side only")
    elsewhere = sum(run[piece]["bin"] != machine[piece]["bin"] for piece in set(run) & set(machine))
    if elsewhere:
        faults.append(f"{elsewhere} pieces in another bin than the run says")
    figures = {figure["name"]: float(figure["value"]) for figure in summary["figures"]}
    timing = summary["timing"]
    late = timing["answers_late"] + timing["commands_dropped"] + summary["rejected_by_reason"]["assignmentTimeout"]
    if late or figures["diverts_missed"] or summary["missorted"]:
        faults.append(f"{late} decision points missed, {figures['diverts_missed']:.0f} diverts missed")
    return faults, (
        f"speed {speed}: {summary['fed']} pieces at {summary['throughput_per_hour']:,.0f} an hour, {summary['sorted']} sorted, "
        f"least margin {timing['margin']['min_ms']:.0f} ms, cycle lateness p99 {timing['lateness']['p99_us']:.0f} us, "
        f"ring to directive p99 {timing['ring_to_directive']['p99_us']:.1f} us, {timing['periods_skipped']} periods skipped")
