"""The stand-in PLC as a program: registers on Modbus TCP, disturbances on request, an account at the end."""

import argparse
import asyncio
import csv
import json
import random
import signal
import sys
import time
from pathlib import Path

import json5
from pymodbus import ModbusDeviceIdentification  # noqa: F401  (fails early where pymodbus is too old)
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from belt import Belt, Line
from interface import Machine


def read_profile(path):
    """The line's measures from a profile."""
    profile = json5.loads(Path(path).read_text())
    belt = profile["belt"]
    per_mm = belt["encoder_pulses_per_m"] / 1000
    per_s = belt["speed_mm_per_s"] * per_mm
    names, decisions, end = [], [], None
    for group in profile["bins"]:
        spelled = group["names"]
        if group.get("end"):
            end = len(names)
            names.append(spelled)
            decisions.append(None)
            continue
        members = [spelled]
        if "-" in spelled:
            first, last = spelled.split("-")
            prefix = first.rstrip("0123456789")
            width = len(first) - len(prefix)
            numbers = range(int(first[len(prefix) :]), int(last[len(last.rstrip("0123456789")) :]) + 1)
            members = [f"{prefix}{number:0{width}d}" for number in numbers]
        for index, name in enumerate(members):
            names.append(name)
            decisions.append(round((group["position_mm"] + index * group.get("spacing_mm", 0)) * per_mm))
    size = profile["size_classes"][0]
    middle = lambda key: (size[key][0] + size[key][1]) / 2  # noqa: E731
    scanner = profile["scanner"]
    width = middle("width_mm")
    length = middle("length_mm")
    if "aspect_ratio" in size:
        length = width * sum(size["aspect_ratio"]) / 2
    return Line(
        bins=names, decisions=decisions, end_bin=end, length=round(belt["length_mm"] * per_mm),
        reading=round(scanner["position_mm"] * per_mm + scanner["result_delay_ms"] / 1000 * per_s),
        confirm=round(profile["diverters"]["confirm_mm"] * per_mm),
        pulses_per_metre=belt["encoder_pulses_per_m"], pulses_per_second=per_s,
        pitch=round(per_s * 3600 / profile["rated_pieces_per_hour"] + 0.5),
        size=(round(length * 10), round(width * 10), round(middle("height_mm") * 10), round(middle("weight_g") * 10)),
        piece_pulses=round(length * per_mm), answer=round(profile["control"]["answer_ms"] / 1000 * per_s),
    ), profile


def read_map(path):
    """Where points lie: name to address, all of them holding registers."""
    points = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            kind, _, rest = row["type"].partition("[")
            if kind == "u16" and row["table"] == "holding":
                points[row["name"]] = (int(row["address"]), int(rest.rstrip("]") or 1))
    return points


def codes(options):
    """Destination codes, one a piece."""
    if options.mail:
        with open(options.mail, newline="") as file:
            for row in csv.DictReader(file):
                yield row["destination"].replace("-", "").replace(" ", "").upper()
        return
    draw = random.Random(options.seed)
    for _ in range(options.pieces):
        yield f"{draw.randrange(100_000):05d}"


class Disturbance:
    """Delays, drops and corrupts answers by pymodbus's trace hooks: every Nth one."""

    def __init__(self, options):
        self.options = options
        self.draw = random.Random(options.seed)
        self.answers = self.delayed = self.dropped = self.corrupted = 0

    def pdu(self, sending, pdu):
        if sending:
            self.answers += 1
            if self.options.delay_every and self.answers % self.options.delay_every == 0:
                self.delayed += 1
                time.sleep(self.options.delay_ms / 1000)
        return pdu

    def packet(self, sending, packet):
        if not sending or not packet:
            return packet
        if self.options.drop_every and self.answers % self.options.drop_every == 0:
            self.dropped += 1
            return b""
        if self.options.corrupt_every and self.answers % self.options.corrupt_every == 0:
            self.corrupted += 1
            bytes_ = bytearray(packet)
            # Only what a client can see: TCP's own checksum guards the values behind.
            at = self.draw.choice([0, 1, 2, 3, 4, 6, 7])
            bytes_[at] ^= 1 << self.draw.randrange(8)
            return bytes(bytes_)
        return packet


class Device:
    """Ties the machine's points to one table of holding registers."""

    def __init__(self, machine, points):
        self.machine = machine
        self.places = {}
        data = []
        for name, registers in machine.registers.items():
            if name not in points:
                sys.exit(f"plc-stand-in: the register map has no point {name}")
            address, count = points[name]
            if count < len(registers):
                sys.exit(f"plc-stand-in: point {name} has {count} registers, and {len(registers)} are needed")
            self.places[name] = (address, count)
            data.append(SimData(address, count=count, values=0, datatype=DataType.REGISTERS))
        data.sort(key=lambda entry: entry.address)
        self.first = data[0].address
        self.sim = SimDevice(0, simdata=data, action=self.act)

    async def act(self, function, start, address, count, registers, values):
        now = time.monotonic()
        self.machine.step(now)
        if values is None:
            self.publish(registers, start)
            return None
        if len(values) != count:
            count = len(values)
        for name in ("controller", "mailbox"):
            at, size = self.places[name]
            if function in (6, 16, 23) and at <= address and address + count <= at + size:
                block = self.machine.registers[name]
                before = list(block)
                block[address - at : address - at + count] = values
                if not self.machine.written(name, now):
                    block[:] = before
                    values[:] = before[address - at : address - at + count]
                self.machine.show()
                self.publish(registers, start)
                return None
        self.machine.refused_writes += 1
        return ExcCodes.ILLEGAL_ADDRESS

    def publish(self, registers, start):
        for name, (address, _) in self.places.items():
            block = self.machine.registers[name]
            registers[address - start : address - start + len(block)] = block


def arguments():
    parser = argparse.ArgumentParser(prog="plc-stand-in", description="A second PLC for sortline, over pymodbus.")
    parser.add_argument("--profile", default="hardware-profiles/letter-sorter/profile.json5")
    parser.add_argument("--map", help="the register map; without it registers.csv beside the profile")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 lets the system choose one")
    parser.add_argument("--pieces", type=int, default=1_000_000, help="how many pieces are fed")
    parser.add_argument("--mail", help="take the destinations from this mail file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--for", dest="lasts", type=float, help="end after so many seconds")
    parser.add_argument("--account", help="write the account to this file, not to standard output")
    parser.add_argument("--delay-every", type=int, default=0, help="delay every Nth answer")
    parser.add_argument("--delay-ms", type=float, default=50)
    parser.add_argument("--drop-every", type=int, default=0, help="drop every Nth answer")
    parser.add_argument("--corrupt-every", type=int, default=0, help="change one bit in every Nth answer's header")
    return parser.parse_args()


async def main():
    options = arguments()
    line, profile = read_profile(options.profile)
    points = read_map(options.map or Path(options.profile).with_name("registers.csv"))
    slots = (points["events"][1] // 21, points["mailbox"][1] // 8)
    watchdog = profile.get("modbus", {}).get("watchdog_ms", 300)
    machine = Machine(lambda tell: Belt(line, codes(options), tell), line, slots, watchdog, None)
    disturbance = Disturbance(options)
    device = Device(machine, points)
    server = ModbusTcpServer(
        device.sim, address=("127.0.0.1", options.port), trace_pdu=disturbance.pdu, trace_packet=disturbance.packet)
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]
    print(f"ready: {profile['name']} on 127.0.0.1:{port}, {len(line.bins)} bins, epoch {machine.epoch}", flush=True)

    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    until = time.monotonic() + options.lasts if options.lasts else None
    while not over.is_set() and (until is None or time.monotonic() < until):
        machine.step(time.monotonic())
        await asyncio.sleep(0.002)
    await server.shutdown()
    belt = machine.belt
    account = {
        "fed": belt.fed, "on_machine": len(belt.pieces), "commands": machine.counts,
        "watchdog_trips": machine.trips, "events_lost": machine.lost, "writes_refused": machine.refused_writes,
        "answers": disturbance.answers, "delayed": disturbance.delayed, "dropped": disturbance.dropped,
        "corrupted": disturbance.corrupted,
        "pieces": [
            {
                "piece": piece.number, "destination": piece.destination,
                "commanded": None if piece.commanded is None else line.bins[piece.commanded],
                "reached": line.bins[piece.reached],
            }
            for piece in sorted(belt.done, key=lambda piece: piece.number)
        ],
    }
    text = json.dumps(account, indent=1)
    if options.account:
        Path(options.account).write_text(text + "\n")
    else:
        print(text)


asyncio.run(main())
