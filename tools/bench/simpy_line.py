"""A plain sorting line in SimPy: feeder, scanner, one of N diverters, bin; one process or one chain a piece.

Prints one JSON object with the pieces and the seconds that the event loop took.
The geometry is plain-line's: all times in seconds, four events a piece, constant pitch, uniform bins.
"""
import json
import random
import sys
import time

import simpy

PITCH_S = 0.12
SPEED_M_PER_S = 4.0
SCANNER_M = 1.5
FIRST_BIN_M = 6.0
BIN_SPACING_M = 0.4
CONFIRM_M = 0.2
BINS = 96


def process_model(pieces):
    """One generator process a piece, as SimPy's own examples are written."""
    env = simpy.Environment()
    draw = random.Random(1).randrange
    counts = [0] * BINS

    def piece():
        yield env.timeout(SCANNER_M / SPEED_M_PER_S)
        bin_number = draw(BINS)
        diverter_m = FIRST_BIN_M + BIN_SPACING_M * bin_number
        yield env.timeout((diverter_m - SCANNER_M) / SPEED_M_PER_S)
        yield env.timeout(CONFIRM_M / SPEED_M_PER_S)
        counts[bin_number] += 1

    def feeder():
        for _ in range(pieces):
            env.process(piece())
            yield env.timeout(PITCH_S)

    env.process(feeder())
    return env, counts


def callback_model(pieces):
    """Callbacks on bare timeouts: no process, the fastest way that SimPy offers."""
    env = simpy.Environment()
    draw = random.Random(1).randrange
    counts = [0] * BINS
    fed = 0

    def feed(_):
        nonlocal fed
        fed += 1
        env.timeout(SCANNER_M / SPEED_M_PER_S).callbacks.append(scanned)
        if fed < pieces:
            env.timeout(PITCH_S).callbacks.append(feed)

    def scanned(_):
        bin_number = draw(BINS)
        diverter_m = FIRST_BIN_M + BIN_SPACING_M * bin_number
        delay = (diverter_m - SCANNER_M) / SPEED_M_PER_S
        env.timeout(delay, bin_number).callbacks.append(diverted)

    def diverted(event):
        env.timeout(CONFIRM_M / SPEED_M_PER_S, event.value).callbacks.append(sorted_into)

    def sorted_into(event):
        counts[event.value] += 1

    env.timeout(0).callbacks.append(feed)
    return env, counts


def main():
    model = {"process": process_model, "callbacks": callback_model}[sys.argv[1]]
    pieces = int(sys.argv[2])
    env, counts = model(pieces)
    began = time.perf_counter()
    env.run()
    seconds = time.perf_counter() - began
    if sum(counts) != pieces:
        sys.exit(f"{sum(counts)} of {pieces} pieces reached a bin")
    print(json.dumps({"pieces": pieces, "seconds": seconds}))


main()
