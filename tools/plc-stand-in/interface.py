"""The machine's side of the register interface, version 1, written from register-interface.md."""

import random
import struct

MAGIC = 0x534F5254
EVENTS = {"inducted": 1, "identified": 2, "confirmed": 4, "refused": 5, "at end": 6, "removed": 7, "state": 14}
ACCEPTED, LATE, REFUSED, UNKNOWN, WRONG_EPOCH, NOT_ARMED = 1, 2, 3, 4, 5, 6
NO_BIN = 0xFFFF
IDLE, EXECUTE, ABORTED = 4, 6, 9


def long(value):
    """Two registers, high one first (ABCD)."""
    return [value >> 16 & 0xFFFF, value & 0xFFFF]


def unlong(registers, at):
    return registers[at] << 16 | registers[at + 1]


class Machine:
    """Registers by point name, and what the controller may do with them."""

    def __init__(self, belt_of, line, slots, watchdog_ms, seed):
        self.event_slots, self.mailbox_slots = slots
        words = (len(line.bins) + 15) // 16
        self.registers = {
            "id": [0] * 10,
            "machine": [0] * 16,
            "events": [0] * (21 * self.event_slots),
            "answers": [0] * (4 * self.mailbox_slots),
            "bins.full": [0] * words,
            "bins.disabled": [0] * words,
            "controller": [0] * 9,
            "mailbox": [0] * (8 * self.mailbox_slots),
        }
        self.line = line
        self.belt = belt_of(self.tell)
        self.watchdog = watchdog_ms / 1000
        self.watchdog_ms = watchdog_ms
        self.epoch = random.Random(seed).randint(1, 0xFFFF) if seed else random.SystemRandom().randint(1, 0xFFFF)
        self.snapshot = 0
        self.heartbeat = 0
        self.beat_due = 0.0
        self.owner = 0
        self.controller = [0] * 9
        self.last_beat = None
        self.armed = self.safe = self.started = False
        self.reset_done = 0
        self.head = self.tail = 0
        self.lost = 0
        self.done = 0
        self.refused_writes = 0
        self.state = IDLE
        self.counts = {"accepted": 0, "late": 0, "refused": 0, "unknown": 0, "wrong epoch": 0, "not armed": 0}
        self.trips = 0
        self.started_at = None
        self.held_by_command = False
        self.registers["id"] = [
            *long(MAGIC), 1, self.epoch, len(line.bins), self.event_slots, self.mailbox_slots, watchdog_ms,
            *long(line.pulses_per_metre),
        ]
        self.show()

    # Time

    def step(self, now):
        """Lets the time be `now`, in seconds of a clock that never goes back."""
        if self.armed and now - self.last_beat >= self.watchdog:
            self.move(self.last_beat + self.watchdog)
            self.trips += 1
            self.go_safe()
        self.move(now)
        if now >= self.beat_due:
            self.heartbeat = self.heartbeat + 1 & 0xFFFF
            self.beat_due = now + 0.02
        self.update()
        self.show()

    def move(self, now):
        if self.started:
            self.belt.move(int((now - self.started_at) * self.line.pulses_per_second))

    def update(self):
        free = self.event_slots - (self.head - self.tail & 0xFFFF)
        # Each piece on the belt will yet make two events: with few slots for them, none is fed.
        enough = min(4 + 2 * len(self.belt.pieces), self.event_slots // 2)
        self.belt.held = not self.armed or self.held_by_command or free <= max(4, enough)
        self.belt.diverts = self.armed
        state = ABORTED if self.safe else EXECUTE if self.started else IDLE
        if state != self.state:
            self.state = state
            self.put_event(EVENTS["state"], state, 0, self.belt.position)

    def go_safe(self):
        self.armed = False
        self.safe = True
        self.belt.recall()
        self.update()

    # What the machine shows

    def show(self):
        flags = 1 * self.armed | 2 * self.safe | 8 * (self.watchdog_ms > 0) | 32 * self.belt.held | 64 * self.started
        speed = int(self.line.pulses_per_second * 1000 / self.line.pulses_per_metre) if self.started else 0
        body = [
            self.epoch, self.heartbeat, flags, self.state, 1, *long(self.belt.position & 0xFFFFFFFF), self.head,
            self.done, self.lost & 0xFFFF, self.refused_writes & 0xFFFF, self.owner, speed, self.reset_done,
        ]
        if body != self.registers["machine"][1:15]:
            self.snapshot = self.snapshot + 1 & 0xFFFF
            self.registers["machine"][:] = [self.snapshot, *body, self.snapshot]

    def tell(self, what, piece, at, extra):
        kind, detail, bin, value = EVENTS[what], 0, NO_BIN, 0
        destination, size = "", (0, 0, 0, 0)
        if what == "inducted":
            value = min(extra, 0xFFFFFFFF)
        elif what == "confirmed":
            bin = extra
        elif what == "identified":
            destination, size = piece.destination, self.line.size
            detail = 0 if destination else 1
        self.put_event(kind, detail, piece.number, at, bin, value, destination, size)

    def put_event(self, kind, detail, piece, at, bin=NO_BIN, value=0, destination="", size=(0, 0, 0, 0)):
        if self.owner == 0:
            self.tail = self.head  # nobody reads along
        if (self.head - self.tail & 0xFFFF) >= self.event_slots:
            self.lost += 1
            return
        self.head = self.head + 1 & 0xFFFF
        text = destination.encode("ascii").ljust(12, b"\0")
        slot = [
            self.head, kind << 8 | detail, *long(piece & 0xFFFFFFFF), *long(at & 0xFFFFFFFF), bin, *long(value),
            *struct.unpack(">6H", text), *size[:3], *long(size[3]), self.head,
        ]
        first = self.head % self.event_slots * 21
        self.registers["events"][first : first + 21] = slot

    # What the controller writes

    def written(self, point, now):
        """A request has written into a point; whether it may stay."""
        if point == "controller":
            return self.hear(self.registers["controller"], now)
        self.empty_mailbox()
        return True

    def hear(self, block, now):
        beat, owner, epoch, tail, arm, reset = block[:6]
        if owner != self.owner:
            free = self.owner == 0 or now - self.last_beat >= (self.watchdog or 0.5)
            if not free or owner == 0:
                self.refused_writes += 1
                return False
            if self.armed:
                self.go_safe()
            self.owner, self.last_beat = owner, now
            self.tail = self.head
            self.reset_done = reset  # where it starts from
            self.held_by_command = False
            self.controller = list(block)
        elif owner == 0:
            self.refused_writes += 1
            return False
        if beat != self.controller[0]:
            self.last_beat = now
        if (tail - self.tail & 0xFFFF) <= (self.head - self.tail & 0xFFFF):
            self.tail = tail
        alive = now - self.last_beat < (self.watchdog or 0.5)
        if reset != self.controller[5] and alive:
            self.safe = False
            self.reset_done = reset
        self.controller = list(block)
        wants = arm == 1 and epoch == self.epoch
        if self.armed and not wants:
            self.go_safe()
        elif not self.armed and wants and alive and not self.safe:
            self.armed = True
            if not self.started:
                self.started, self.started_at = True, now
        self.update()
        return True

    def empty_mailbox(self):
        for _ in range(self.mailbox_slots):
            number = self.done + 1 & 0xFFFF
            first = number % self.mailbox_slots * 8
            slot = self.registers["mailbox"][first : first + 8]
            if slot[7] != number:
                return
            result = self.carry_out(slot)
            name = ["", *self.counts][result]
            self.counts[name] += 1
            at = number % self.mailbox_slots * 4
            self.registers["answers"][at : at + 4] = [
                number, result, *long(self.belt.position + self.line.answer & 0xFFFFFFFF)]
            self.done = number

    def carry_out(self, slot):
        kind, piece, bin, deadline, epoch = slot[0], unlong(slot, 1), slot[3], unlong(slot, 4), slot[6]
        if epoch != self.epoch:
            return WRONG_EPOCH
        if not self.armed:
            return NOT_ARMED
        # A deadline is a count near the present one: the shorter way round.
        ahead = deadline - self.belt.position & 0xFFFFFFFF
        ahead -= (ahead >> 31) << 32
        if kind == 1:
            if bin != NO_BIN and bin >= len(self.line.bins):
                return REFUSED
            told = self.belt.command(piece, None if bin == NO_BIN else bin, self.belt.position + ahead)
            return {"accepted": ACCEPTED, "late": LATE, "unknown": UNKNOWN}[told]
        if kind not in (3, 4):
            return REFUSED  # this line has no way back
        if ahead <= 0:
            return LATE
        self.held_by_command = kind == 3
        self.update()
        return ACCEPTED
