"""Kills a controller that drives the virtual PLC, again and again, and goes on with its run each time.

usage: crash_check.py SORTLINE KILLS SEED [--direct]

After each kill the PLC is asked for the last event that the controller said to have taken over: the journal must have
it, because the PLC may forget it. At the end every piece must have ended in the same bin by both accounts, `verify`
must find the run whole, and no command may have moved two pieces. Ends with 1 where anything is not so.

With --direct the machine is remote input and output without a PLC: it numbers no piece and keeps no events, so pieces
that came onto it or left it while nobody drove are known to it alone. What the run says of a bin must have fallen there,
what it says of a piece must replay, and no diverter may be blamed for what was not ordered.
"""

import csv
import json
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

CONTROLLER = 30000  # the wire address of the block `controller` in the letter sorter's map
EVENT_TAIL = 3  # its register


class Failed(Exception):
    pass


def read_registers(port, address, count):
    """Function 3, by hand: nobody in between."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as wire:
        wire.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, address, count))
        answer = b""
        while len(answer) < 9 + 2 * count:
            more = wire.recv(256)
            if not more:
                raise Failed(f"the PLC answered {answer.hex()}")
            answer += more
    return struct.unpack(f">{count}H", answer[9 : 9 + 2 * count])


def journaled_event(run):
    """The last event of the machine that the journal has with its place, by its whole lines; None before the first."""
    last = None
    log = run / "inputs.jsonl"
    for line in log.read_bytes().split(b"\n")[:-1] if log.exists() else []:
        if b'"session"' in line and line.startswith(b"["):
            last = json.loads(line)[6]
    return last


def start(command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def cut_short(controller, wait):
    """Lets it run for a while and kills it; a controller that ends by itself has failed."""
    try:
        controller.wait(wait)
    except subprocess.TimeoutExpired:
        controller.send_signal(signal.SIGKILL)
        controller.wait()
        return
    raise Failed(f"the controller ended by itself with {controller.returncode}: {controller.stderr.read()}")


def main():
    sortline, kills, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    is_direct = "--direct" in sys.argv[4:]
    draw = random.Random(seed)
    scenario = "scenarios/bench-rig" if is_direct else "scenarios/peak-hour"
    feed = ["--scanner-feed", "127.0.0.1:0"] if is_direct else []
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        run, account = work / "run", work / "pieces.csv"
        plc = subprocess.Popen(
            [sortline, "plc", scenario, "--listen", "127.0.0.1:0", "--pieces", account, "--quiet", *feed],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            ready = plc.stdout.readline()
            port = int(re.search(r"127\.0\.0\.1:(\d+)", ready).group(1))
            drive = ["--connect", f"127.0.0.1:{port}", "--arm", "--quiet", "--plain"]
            if is_direct:
                drive += ["--scanner", "connect:127.0.0.1:" + re.search(r"scanner on port (\d+)", ready).group(1)]
            hunt(sortline, kills, draw, run, scenario, drive, None if is_direct else port)
        finally:
            plc.terminate()
            plc.wait()
        finish(sortline, run, account, is_direct)


def hunt(sortline, kills, draw, run, scenario, drive, port):
    """`port` is that of a PLC that keeps events; None where there is none."""
    place = ["--backend", "modbus", "--out", str(run)]
    # A piece needs ten seconds to the end of the bench rig, and two and a half to the next one.
    pace = 4 if port is None else 1
    began, slowest, longest_away = time.monotonic(), 0, 0
    cut_short(start([sortline, "run", scenario, *place, *drive]), 3 * pace)
    for kill in range(1, kills + 1):
        if port is not None:
            look_at_tail(run, kill, port)
        away = draw.uniform(0, 0.4)
        longest_away = max(longest_away, away)
        time.sleep(away)
        if kill == kills:
            break
        # Now early, while it recovers and connects, now in the middle of driving.
        wait = draw.uniform(0.02, 0.6) if draw.random() < 0.4 else draw.uniform(0.6, 2.5) * pace
        cut_short(start([sortline, "run", "--resume", str(run), *drive]), wait)
        if kill % 50 == 0:
            print(f"{kill} kills in {time.monotonic() - began:.0f} s", flush=True)
    began_last = time.monotonic()
    last = start([sortline, "run", "--resume", str(run), *drive, "--for", f"{3 * pace}s"])
    if last.wait(120) > 1:
        raise Failed(f"the last controller ended with {last.returncode}: {last.stderr.read()}")
    slowest = time.monotonic() - began_last
    print(f"{kills} kills, away for up to {longest_away * 1000:.0f} ms; the last run took {slowest:.1f} s")


def look_at_tail(run, kill, port):
    """What the machine was told to be safe must stand in the journal."""
    tail = read_registers(port, CONTROLLER, EVENT_TAIL + 1)[EVENT_TAIL]
    event = journaled_event(run)
    if event is not None and (event - tail + 0x8000) % 0x10000 - 0x8000 < 0:
        raise Failed(f"kill {kill}: the machine was told that event {tail} is safe, and the journal ends at {event}")


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def compare_by_bins(run, account):
    """No piece has a number by both accounts: none can have fallen that the machine did not feel fall there."""
    fell = Counter(row["bin"] for row in rows(account))
    said = Counter(row["bin"] for row in rows(run / "pieces.csv") if row["outcome"] in ("sorted", "rejected"))
    beyond = {name: f"{said[name]} of {fell[name]}" for name in said if said[name] > fell[name]}
    if beyond:
        raise Failed(f"the run says of bins what never fell there: {beyond}")
    print(f"the machine let {fell.total()} pieces fall, and the run says where of {said.total()}")
    with open(run / "events.jsonl") as file:
        blamed = [line for line in file if '"diverterFault"' in line or '"divertTimeout"' in line]
    if blamed:
        raise Failed(f"a diverter is blamed for what nobody ordered: {blamed[0]}")


def finish(sortline, run, account, is_direct):
    checks = [[sortline, "verify", str(run), "--quiet"]]
    if is_direct:
        checks.append([sortline, "replay", str(run)])
        compare_by_bins(run, account)
    else:
        checks.append([sys.executable, "tools/plc-stand-in/compare.py", str(account), str(run / "pieces.csv")])
    for command in checks:
        done = subprocess.run(command, capture_output=True, text=True)
        print((done.stdout + done.stderr).strip())
        if done.returncode:
            raise Failed(f"{command[1]} ended with {done.returncode}")
    summary = json.loads((run / "summary.json").read_text())
    print(
        "fed {fed}, sorted {sorted}, rejected {rejected}, removed {removed}, lost {lost}, "
        "on the machine {on_machine}".format_map(summary)
    )
    if summary["fed"] != sum(summary[key] for key in ("sorted", "rejected", "removed", "lost", "on_machine")):
        raise Failed("pieces are not accounted for")


try:
    main()
except Failed as failure:
    sys.exit(f"check-crash: {failure}")
