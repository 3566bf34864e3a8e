"""A sorting line in SimPy, written from sortline's pages and not from its code.

What the pages say, and what is modelled here:

* Pieces arrive by a Poisson process and queue at the feeder. One is fed when it is there, when its head is a pitch
  (speed / rated speed) behind the head before it, and the least gap behind that piece's tail. Feeding ends with the
  duration; pieces on the machine are still sorted. (hardware-profiles/README.md, "Arithmetic worth knowing")
* The reading is there when the head has passed the scanner and the result delay is over: good, or none by chance.
  (PlantEngineer.md, Analyst.md "Imperfections")
* The bin is chosen when the reading is there: the first one that is not full with what lies in it and what is on its
  way to it, of the rule's bins, then the overflow; else the piece is rejected as binFull. (Formats.md "Sort plans",
  ARCHITECTURE.md "Read, and given a bin")
* A piece is in its bin when its head is the confirm distance behind the bin's decision point.
* A bin that is filled to the calling share asks for a sweep; free sweepers take the bin that has waited longest, a
  sweep takes a uniform time, and at its end all that lies in the bin is out. (profile.schema.json "sweeping")
* A divert jams by chance: the belt stops, everything on it stands, nothing is fed, the piece is taken off by hand;
  after a uniform time it is clear, and after the restart time it moves. (Analyst.md "Imperfections")
* An unread piece may go round: to the belt's end, along the way back, past the induction eye and the scanner again,
  as often as the lap limit says; then it is rejected as lapLimit. (PlantEngineer.md, Reasons.md)
"""
import csv
import random
from pathlib import Path

import json5
import simpy


def read(folder):
    """The scenario, the profile and the plan of a folder: the very files that sortline reads."""
    folder = Path(folder)
    scenario = json5.loads((folder / "scenario.json5").read_text())
    profile = json5.loads((folder / scenario["profile"]).read_text())
    with open(folder / scenario["plan"], newline="") as file:
        plan = list(csv.DictReader(file))
    return scenario, profile, plan


def spread(value):
    return tuple(value) if isinstance(value, list) else (value, value)


class Bin:
    def __init__(self, position_m, capacity):
        self.position_m = position_m
        self.capacity = capacity
        self.lying = 0
        self.coming = 0
        self.is_asked = False

    @property
    def is_full(self):
        return self.lying + self.coming >= self.capacity


class Piece:
    def __init__(self, number, arrived, length_m, code):
        self.number = number
        self.arrived = arrived
        self.length_m = length_m
        self.code = code
        self.fed = None
        self.laps = 0
        # When its head is back at the induction eye, on the belt's own clock; the feeder keeps clear of it.
        self.back = None


class Line:
    """One run; `change` alters a parameter on purpose, to show that the comparison notices."""

    def __init__(self, folder, seed, change=None):
        self.scenario, self.profile, self.plan = read(folder)
        self.random = random.Random(seed)
        self.env = simpy.Environment()
        change = change or {}
        odds = self.profile["imperfections"] | self.scenario.get("imperfections", {})
        self.no_read = change.get("no_read", odds.get("no_read_ppm", 0) / 1e6)
        self.no_data = odds.get("no_data_ppm", 0) / 1e6
        self.jam = change.get("jam", odds.get("jam_ppm", 0) / 1e6)
        self.jam_clear = spread(odds.get("jam_clear_s", 0))
        belt = self.profile["belt"]
        self.speed = belt["speed_mm_per_s"] / 1000
        self.length_m = belt["length_mm"] / 1000
        self.restart = belt["restart_ms"] / 1000
        self.pitch_m = self.speed * 3600 / self.profile["rated_pieces_per_hour"]
        self.gap_m = self.profile["induction"]["min_gap_mm"] / 1000
        self.scanner_m = self.profile["scanner"]["position_mm"] / 1000
        self.delay = self.profile["scanner"]["result_delay_ms"] / 1000
        self.confirm_m = self.profile["diverters"]["confirm_mm"] / 1000
        self.way_back = self.profile.get("recirculation")
        self.rate = change.get("rate", self.scenario["mail"]["arrivals"]["per_hour"] / 3600)
        self.warm_up = self.scenario["warm_up_s"]
        self.duration = self.scenario["duration_s"]
        sweeping = self.profile["sweeping"]
        self.call_share = sweeping["call_at_percent"] / 100
        self.service = change.get("service", spread(sweeping["service_s"]))
        self.sweepers = simpy.Resource(self.env, sweeping["sweepers"]) if sweeping["sweepers"] else None
        self.bins = {}
        for group in self.profile["bins"]:
            self.add_bins(group)
        self.rules = {row["match"]: row["bins"].split() for row in self.plan if row["kind"] == "sort"}
        self.overflow = [b for row in self.plan if row["kind"] == "overflow" for b in row["bins"].split()]
        self.reject = [b for row in self.plan if row["kind"] == "reject" for b in row["bins"].split()][0]
        # The belt: for how long it has stood, and what waits for it to stop or to go on.
        self.stood = 0.0
        self.stopped_at = None
        self.halt = self.env.event()
        self.go = None
        self.returning = []
        self.counts = dict.fromkeys(
            ["fed", "sorted", "rejected.noRead", "rejected.noData", "rejected.binFull", "rejected.lapLimit", "removed",
             "recirculations", "jam_count", "sweeps"], 0)
        self.times = []
        self.held = 0.0
        self.under_way = 0
        self.is_feeding = True
        self.done = self.env.event()

    def add_bins(self, group):
        if group.get("end"):
            return
        names = [group["names"]]
        if "-" in group["names"]:
            first, last = group["names"].split("-")
            names = [f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)]
        for index, name in enumerate(names):
            position = (group["position_mm"] + index * group.get("spacing_mm", 0)) / 1000
            self.bins[name] = Bin(position, group["capacity"]["pieces"])

    def run(self):
        self.env.process(self.feeder())
        self.env.run(self.done)
        return self.figures()

    # The belt

    def travel(self, metres):
        """Waits until the belt has moved so far; a belt that stands stops the clock of what lies on it."""
        left = metres / self.speed
        while True:
            if self.stopped_at is not None:
                yield self.go
                continue
            began = self.env.now
            yield self.env.timeout(left) | self.halt
            left -= self.env.now - began
            # What is due at the very moment of a halt has happened.
            if left <= 1e-9:
                return

    def belt_time(self):
        stood = self.stood + (self.env.now - self.stopped_at if self.stopped_at is not None else 0)
        return self.env.now - stood

    def stop(self):
        if self.stopped_at is not None:
            return
        self.stopped_at = self.env.now
        self.go = self.env.event()
        self.halt.succeed()
        self.halt = self.env.event()
        self.env.process(self.clear())

    def clear(self):
        yield self.env.timeout(self.random.uniform(*self.jam_clear) + self.restart)
        self.stood += self.env.now - self.stopped_at
        self.held += max(0, min(self.env.now, self.duration) - max(self.stopped_at, self.warm_up))
        self.stopped_at = None
        self.go.succeed()

    # Mail

    def feeder(self):
        weights = self.scenario["mail"]["destinations"]["weighted"]
        codes = [w["code"].replace("?", "") for w in weights]
        shares = [w["weight"] for w in weights]
        low, high = (x / 1000 for x in spread(self.scenario["mail"]["sizes"][0]["length_mm"]))
        arrived, number, head, tail_m = 0.0, 0, -1e9, 0.0
        while True:
            arrived += self.random.expovariate(self.rate)
            if arrived >= self.duration:
                break
            number += 1
            piece = Piece(number, arrived, self.random.uniform(low, high), self.random.choices(codes, shares)[0])
            if arrived > self.env.now:
                yield self.env.timeout(arrived - self.env.now)
            while True:
                if self.stopped_at is not None:
                    yield self.go
                    continue
                wait = self.room(head, tail_m, piece) - self.belt_time()
                if wait <= 1e-12:
                    break
                yield from self.travel(wait * self.speed)
            if self.env.now >= self.duration:
                break
            head, tail_m = self.belt_time(), piece.length_m
            self.feed(piece)
        self.is_feeding = False
        self.end_when_empty()

    def room(self, head, tail_m, piece):
        """When there is room for a piece: behind the last one, and clear of those that come back."""
        clear = max(self.pitch_m, tail_m + self.gap_m) / self.speed
        due = max(self.belt_time(), head + clear)
        for back, length in sorted(self.returning):
            before = (length + self.gap_m) / self.speed
            after = (piece.length_m + self.gap_m) / self.speed
            if back - after < due < back + before:
                due = back + before
        return due

    def feed(self, piece):
        piece.fed = self.env.now
        self.under_way += 1
        if self.is_measured(piece):
            self.counts["fed"] += 1
        self.env.process(self.life(piece))

    def is_measured(self, piece):
        return piece.fed >= self.warm_up

    def life(self, piece):
        while True:
            yield from self.travel(self.scanner_m + self.delay * self.speed)
            place = self.scanner_m + self.delay * self.speed
            draw = self.random.random()
            reason = "noRead" if draw < self.no_read else "noData" if draw < self.no_read + self.no_data else None
            if reason is None:
                name, reason = self.choose(piece)
            elif self.way_back and reason in self.way_back["reasons"]:
                if piece.laps < self.way_back["lap_limit"]:
                    yield from self.go_round(piece, place)
                    continue
                name, reason = self.reject, "lapLimit"
            else:
                name = self.reject
            break
        target = self.bins[name]
        target.coming += 1
        yield from self.travel(target.position_m - place)
        if self.random.random() < self.jam:
            target.coming -= 1
            if self.env.now >= self.warm_up:
                self.counts["jam_count"] += 1
            self.end(piece, "removed")
            self.stop()
            return
        yield from self.travel(self.confirm_m)
        target.coming -= 1
        target.lying += 1
        self.end(piece, "sorted" if reason is None else f"rejected.{reason}")
        self.look_at(target)

    def choose(self, piece):
        for name in self.rules[piece.code] + self.overflow:
            if not self.bins[name].is_full:
                return name, None
        return self.reject, "binFull"

    def go_round(self, piece, place):
        way = self.length_m - place + self.way_back["path_mm"] / 1000
        back = (self.belt_time() + way / self.speed, piece.length_m)
        self.returning.append(back)
        piece.laps += 1
        if self.is_measured(piece):
            self.counts["recirculations"] += 1
        yield from self.travel(way)
        self.returning.remove(back)

    def end(self, piece, how):
        if self.is_measured(piece):
            self.counts[how] += 1
            self.times.append(self.env.now - piece.arrived)
        self.under_way -= 1
        self.end_when_empty()

    def end_when_empty(self):
        if not self.is_feeding and self.under_way == 0 and not self.done.triggered:
            self.done.succeed()

    # Bins

    def look_at(self, target):
        if self.sweepers is None or target.is_asked or target.lying < target.capacity * self.call_share:
            return
        target.is_asked = True
        self.env.process(self.sweep(target))

    def sweep(self, target):
        with self.sweepers.request() as request:
            yield request
            yield self.env.timeout(self.random.uniform(*self.service))
        target.lying = 0
        target.is_asked = False
        if self.env.now >= self.warm_up:
            self.counts["sweeps"] += 1

    # Figures

    def figures(self):
        machine_time = self.duration - self.warm_up
        ranked = sorted(self.times)
        figures = dict(self.counts)
        figures["rejected"] = sum(v for k, v in self.counts.items() if k.startswith("rejected."))
        figures["throughput_per_hour"] = self.counts["fed"] / machine_time * 3600
        figures["held_s"] = self.held
        for share in (50, 95, 99):
            rank = max(1, -(-len(ranked) * share // 100))
            figures[f"time_in_system_p{share}_ms"] = ranked[rank - 1] * 1000
        return figures
