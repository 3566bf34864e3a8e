"""The checks behind tools/check-exports: other people's programs open a run's files with the right types."""
import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import frictionless
import pandas

sortline, promtool, *runs = sys.argv[1:]
failures = []
TABLES = ("metrics", "pieces")
# How many rows of a table frictionless looks at, cell by cell; pandas looks at all.
ROWS = 3000
PANDAS_TYPES = {"string": "string", "integer": "Int64", "number": "float64", "boolean": "boolean"}


def expect(holds, what):
    if not holds:
        failures.append(what)


def validate(folder):
    """What frictionless says of a run's package: nothing, or the first faults."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.validate(limit_rows=ROWS)
    return report.flatten(["type", "rowNumber", "fieldName", "note"])


def types(package, table):
    resource = next(r for r in package["resources"] if r["name"] == table)
    return {field["name"]: field["type"] for field in resource["schema"]["fields"]}


def check_pandas(folder, package):
    """Every row of every table, by the types that the package states."""
    summary = json.loads((folder / "summary.json").read_text())
    early = summary["warm_up"]
    for table in TABLES:
        stated = types(package, table)
        frame = pandas.read_csv(
            folder / f"{table}.csv", dtype={name: PANDAS_TYPES[kind] for name, kind in stated.items()})
        expect(list(frame.columns) == list(stated), f"{folder}: {table}.csv has other columns than it says")
        expect(not frame.empty, f"{folder}: {table}.csv has no rows")
        if table == "metrics":
            fed = int(frame["fed"].sum())
            keys = ["run_id", "interval_start_s"]
        else:
            fed = len(frame)
            keys = ["run_id", "piece"]
            counts = frame["outcome"].value_counts()
            for outcome in ("sorted", "rejected", "lost"):
                expect(
                    int(counts.get(outcome, 0)) == summary[outcome] + early[outcome],
                    f"{folder}: pandas counts {counts.get(outcome, 0)} {outcome}")
            whole = frame.dropna(subset=["ended_s"])
            left = (whole["ended_s"] - whole["arrived_s"]) * 1000 - whole["time_in_system_ms"]
            expect(left.abs().max() < 1e-3 if len(whole) else True, f"{folder}: times do not fit one another")
        expect(fed == summary["fed"] + early["fed"], f"{folder}: {table}.csv has {fed} pieces fed")
        expect(not frame.duplicated(keys).any(), f"{folder}: the key of {table}.csv is not unique")


def check_text_stays_text(folder, package):
    """A bin named 017 is no number 17: what the package states keeps it so."""
    frame = pandas.read_csv(folder / "pieces.csv", dtype={n: PANDAS_TYPES[k] for n, k in types(package, "pieces").items()})
    profile = json.loads((folder / "summary.json").read_text())
    known = {bin_["name"] for bin_ in profile["bins"]}
    expect(set(frame["bin"].dropna()) <= known, f"{folder}: bins in pieces.csv lost their names")


def promtool_says(text):
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check_study(folder):
    """A study's package and its one table: every row, by the types that the package states, and what it comes to."""
    for fault in validate(folder):
        failures.append(f"{folder}: frictionless: {fault}")
    stated = types(json.loads((folder / "datapackage.json").read_text()), "runs")
    frame = pandas.read_csv(
        folder / "runs.csv", dtype={name: PANDAS_TYPES[kind] for name, kind in stated.items()})
    expect(list(frame.columns) == list(stated), f"{folder}: runs.csv has other columns than it says")
    summary = json.loads((folder / "summary.json").read_text())
    columns = {f["name"]: f["column"] for f in json.loads((folder / "study.json").read_text())["figures"]}
    expect(len(frame) == summary["runs_done"], f"{folder}: runs.csv has {len(frame)} rows")
    for point in summary["points"]:
        rows = frame[frame["point"] == point["point"]]
        for figure in point["figures"]:
            mean = rows[columns[figure["name"]]].mean()
            near = abs(mean - figure["mean"]) <= 1e-6 + 1e-9 * abs(figure["mean"])
            expect(near, f"{folder}: pandas has {mean} for the mean of {figure['name']}, not {figure['mean']}")
    print(f"{folder.name}: package and table of the study are in order")


def check_metrics(folder):
    text = subprocess.run([sortline, "metrics", str(folder)], capture_output=True, text=True, check=True).stdout
    code, says = promtool_says(text)
    expect(code == 0 and not says.strip(), f"{folder}: promtool refuses the metrics: {says.strip()}")
    return text


def check_acceptance(folder):
    """The acceptance report's parts make the whole, to the last nanosecond, and are those of the summary."""
    done = subprocess.run([sortline, "accept", str(folder), "--json"], capture_output=True, text=True)
    expect(done.returncode in (0, 1), f"{folder}: accept: {done.stderr.strip()}")
    report = json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)
    summary = json.loads((folder / "summary.json").read_text(), parse_float=Decimal, parse_int=Decimal)
    times = {part["cause"]: part["time_s"] for part in report["time"]["causes"]}
    states = summary["state_times_s"]
    pairs = [
        ("machine time", sum(times.values()), states["machine"]),
        ("held", times["jam"] + times["belt_stopped"], states["held"]),
        ("blocked", times["blocked"], states["blocked"]), ("starved", times["starved"], states["starved"]),
        ("sorting", times["rated_sorting"] + times["slower_than_rated"], states["execute"]),
    ]
    causes = report["pieces"]["causes"]

    def pieces(*outcomes):
        return sum(part["pieces"] for part in causes if part["outcome"] in outcomes)

    pairs += [("fed", sum(part["pieces"] for part in causes), summary["fed"])]
    pairs += [(name, pieces(name), summary[name]) for name in ("rejected", "removed", "lost", "on_machine")]
    pairs += [("sorted", pieces("sorted", "missorted"), summary["sorted"])]
    for reason, count in summary["rejected_by_reason"].items():
        mine = sum(p["pieces"] for p in causes if (p["outcome"], p["reason"]) == ("rejected", reason))
        pairs.append((f"rejected.{reason}", mine, count))
    for what, mine, told in pairs:
        expect(mine == told, f"{folder}: the acceptance report has {mine} for {what}, and summary.json {told}")
    for part in causes:
        numbers = part["events"].get("seq")
        expect(numbers is None or len(set(numbers)) == part["pieces"], f"{folder}: events of {part['reason']}")


def check_that_faults_are_found(folder, metrics):
    """The checks themselves: what is wrong must be refused, or they prove nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        bad = Path(scratch)
        for name in ("datapackage.json", "metrics.csv"):
            (bad / name).write_text((folder / name).read_text())
        lines = (folder / "pieces.csv").read_text().splitlines(keepends=True)
        fields = lines[1].split(",")
        fields[1] = "one"
        (bad / "pieces.csv").write_text("".join([lines[0], ",".join(fields)] + lines[2:5]))
        expect(
            any(fault[0] == "type-error" for fault in validate(bad)), "frictionless took a text for a number")
    code, _ = promtool_says(metrics + "x y z\n")
    expect(code != 0, "promtool took a text that is no exposition")


def check_live(scratch):
    """The file that a run in real time leaves for a collector."""
    target = Path(scratch) / "live.prom"
    subprocess.run(
        [sortline, "run", "scenarios/bench-rig", "--speed", "0", "--quiet", "--out", f"{scratch}/live",
         "--prometheus", str(target)], check=True)
    text = target.read_text()
    code, says = promtool_says(text)
    expect(code == 0 and not says.strip(), f"promtool refuses the live metrics: {says.strip()}")
    expect('sortline_up{scenario="bench-rig",profile="bench-rig"} 0\n' in text, "the live file does not say that it ended")


metrics = ""
for run in runs:
    folder = Path(run)
    if (folder / "study.json").exists():
        check_study(folder)
    if not (folder / "pieces.csv").exists():
        continue
    package = json.loads((folder / "datapackage.json").read_text())
    for fault in validate(folder):
        failures.append(f"{folder}: frictionless: {fault}")
    check_pandas(folder, package)
    check_text_stays_text(folder, package)
    metrics = check_metrics(folder)
    check_acceptance(folder)
    print(f"{folder.name}: package, tables, metrics and acceptance report are in order")
if not metrics:
    sys.exit("check-exports: none of the runs has tables")
check_that_faults_are_found(Path(next(r for r in runs if (Path(r) / "pieces.csv").exists())), metrics)
with tempfile.TemporaryDirectory() as scratch:
    check_live(scratch)
for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
