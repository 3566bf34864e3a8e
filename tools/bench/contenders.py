"""What runs against what: sortline and the other programs, each giving a rate a second."""
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tools" / "bench"
BUILD = ROOT / ".build-bench"
PYTHON = sys.executable


def run(command, **options):
    """Runs a command from the root, ends with its words when it fails, and answers with its standard output."""
    command = [str(word) for word in command]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def timed(command):
    """The wall-clock seconds of a whole process, and the most memory it held, in bytes."""
    command = [str(word) for word in command]
    with open(os.devnull, "r+b") as nothing:
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, stdin=nothing, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        run(command)  # once more, to show its words
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    return seconds, usage.ru_maxrss * 1024


def grouped(value):
    """A number as people read it: 1,234,567 or 0.123."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


class Bench:
    """One run of measurements: its folder, its rounds, and what it missed."""

    def __init__(self, scratch, rounds, ours):
        self.scratch = scratch
        self.rounds = rounds
        self.ours = ours
        self.missed = []
        self.real_time = None
        self.sortline = ROOT / ".build" / "release" / "sortline"
        if ours:
            print("Building sortline in release.", file=sys.stderr)
            run(["swift", "build", "-c", "release", "--product", "sortline"])

    # Reporting

    def ratio(self, name, ours, theirs, wanted, unit, smaller_is_better=False):
        """Prints one line; remembers a ratio under what is wanted. `wanted` None: for comparison only."""
        if ours is None:
            print(f"{name}: theirs {grouped(theirs)} {unit}", flush=True)
            return
        value = theirs / ours if smaller_is_better else ours / theirs
        goal = f"wanted >= {wanted:g}" if wanted is not None else "for comparison"
        print(f"{name}: ours {grouped(ours)}, theirs {grouped(theirs)} {unit}, ratio {value:.2f} ({goal})", flush=True)
        if wanted is not None and value < wanted:
            self.missed.append(name)

    def limit(self, name, ours, most, unit):
        """Prints one line against a fixed limit."""
        print(f"{name}: ours {grouped(ours)} {unit} (wanted <= {most:g})", flush=True)
        if ours > most:
            self.missed.append(name)

    def at_most(self, name, ours, theirs, wanted, unit):
        """Prints one line about something that should be small; remembers a ratio over what is wanted."""
        if ours is None:
            print(f"{name}: theirs {grouped(theirs)} {unit}", flush=True)
            return
        value = ours / theirs
        goal = f"wanted <= {wanted:g}" if wanted is not None else "for comparison"
        print(f"{name}: ours {grouped(ours)}, theirs {grouped(theirs)} {unit}, ratio {value:.2f} ({goal})", flush=True)
        if wanted is not None and value > wanted:
            self.missed.append(name)

    def truth(self, name, holds, words):
        """Prints one line about something that holds or does not."""
        print(f"{name}: {words}", flush=True)
        if not holds:
            self.missed.append(name)

    def medians(self, contenders):
        """Gives every contender one turn a round and answers with each one's median."""
        results = {name: [] for name in contenders}
        for number in range(self.rounds):
            print(f"  round {number + 1} of {self.rounds}: {', '.join(contenders)}", file=sys.stderr)
            for name, turn in contenders.items():
                results[name].append(turn())
        return {name: statistics.median(values) for name, values in results.items()}

    # The other programs

    def product(self, name):
        """Builds one of the project's own bench programs in release."""
        print(f"Building {name} in release.", file=sys.stderr)
        run(["swift", "build", "-c", "release", "--product", name])
        return ROOT / ".build" / "release" / name

    def compiled(self, name, libraries, *options):
        """Compiles one of the C++ contenders when its source is newer than what was made of it."""
        # A header made for this run gives a program of this run.
        headers = [Path(option.split('"')[1]) for option in options if '"' in option]
        source, program = HERE / f"{name}.cc", headers[0].with_suffix("") if headers else BUILD / name
        inputs = [source] + headers
        if not program.exists() or any(file.stat().st_mtime > program.stat().st_mtime for file in inputs):
            print(f"Compiling {source.name}.", file=sys.stderr)
            run(["g++", "-O3", "-DNDEBUG", "-std=c++17", *options, "-o", program, source, *libraries])
        return program

    def on_time(self, command):
        """The command at real-time priority where that is allowed: what else runs here is kept out of short turns."""
        if self.real_time is None:
            asked = subprocess.run(["chrt", "-f", "50", "true"], stdin=subprocess.DEVNULL, capture_output=True)
            self.real_time = asked.returncode == 0
            if not self.real_time:
                print("No real-time priority here: other programs disturb these figures.", file=sys.stderr)
        return ["chrt", "-f", "50", *command] if self.real_time else command

    def rate(self, command, count):
        """What a contender that prints its own seconds as JSON did a second."""
        answer = json.loads(run(command).splitlines()[-1])
        return answer[count] / answer["seconds"]

    # Ours

    def scenario(self, folder, name, expects=True, **replacements):
        """A copy of a scenario's folder in the scratch folder, with some numbers replaced.

        Thresholds that count pieces do not fit a longer run: `expects` False leaves them all out.
        """
        copy = self.scratch / name
        if copy.exists():
            return copy
        copy.mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            (copy / file.name).write_bytes(file.read_bytes())
        path = copy / "scenario.json5"
        text = path.read_text(encoding="utf-8")
        for key, value in replacements.items():
            text, count = re.subn(rf"\b{key}:\s*[0-9]+", f"{key}: {value}", text)
            if count != 1:
                sys.exit(f"{folder}/scenario.json5 should say {key} once, and says it {count} times")
        if not expects:
            text = re.sub(r"^  expect: \{.*?^  \},\n", "", text, flags=re.DOTALL | re.MULTILINE)
        path.write_text(text, encoding="utf-8")
        return copy

    def simulate(self, scenario, out, logs=True):
        """The command that runs a scenario into `out`, which it replaces: with every log, or the summary alone."""
        # A scenario from the scratch folder still finds the libraries of this tree: the current directory has them.
        alone = [] if logs else ["--summary-only"]
        return [self.sortline, "simulate", scenario, "--quiet", "--force", "--out", out, *alone]
