"""Holds a PLC's account of its pieces against pieces.csv of the run that drove it.

usage: compare.py ACCOUNT PIECES_CSV

ACCOUNT is the stand-in's JSON, or the CSV that `sortline plc --pieces` writes. Every piece that left the machine while
the run lasted must have ended in the same bin by both accounts; the machine may know of a few more, because its belt
runs on when the run has ended. Ends with 1 where they differ.
"""

import csv
import json
import sys


def machine_account(path):
    """Piece to (bin, destination or None)."""
    if path.endswith(".json"):
        with open(path) as file:
            return {p["piece"]: (p["reached"], p["destination"]) for p in json.load(file)["pieces"]}
    with open(path, newline="") as file:
        return {int(row["piece"]): (row["bin"], None) for row in csv.DictReader(file)}


def main():
    machine = machine_account(sys.argv[1])
    with open(sys.argv[2], newline="") as file:
        run = {int(row["piece"]): row for row in csv.DictReader(file)}
    compared, wrong, late = 0, [], 0
    for piece, row in sorted(run.items()):
        if row["outcome"] in ("", "on_machine"):
            late += piece in machine
            continue
        if row["outcome"] == "lost":
            continue
        compared += 1
        if piece not in machine:
            wrong.append(f"piece {piece}: {row['outcome']} in {row['bin']} by the run, unknown to the machine")
            continue
        bin_, destination = machine[piece]
        if bin_ != row["bin"]:
            wrong.append(f"piece {piece}: in {row['bin']} by the run, in {bin_} by the machine")
        elif destination and row["destination"] and destination != row["destination"]:
            wrong.append(f"piece {piece}: {row['destination']} by the run, {destination} by the machine")
    for line in wrong[:20]:
        print(line)
    lost = sum(row["outcome"] == "lost" for row in run.values())
    print(f"{compared} pieces compared, {len(wrong)} differ, {lost} lost, {late} ended after the run")
    return 1 if wrong or compared == 0 else 0


sys.exit(main())
