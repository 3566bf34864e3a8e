"""A belt with pieces on it: what a PLC would see of a line sorter through its eyes, no more."""

from dataclasses import dataclass, field


@dataclass
class Line:
    """The machine's measures, from its profile."""

    bins: list[str]
    decisions: list[int]  # by bin: pulses from the induction eye; None for the end bin
    end_bin: int
    length: int
    reading: int  # pulses until a piece's reading is there
    confirm: int
    pulses_per_metre: int
    pulses_per_second: float
    pitch: int
    size: tuple[int, int, int, int]  # length, width, height in 0.1 mm, weight in 0.1 g
    piece_pulses: int = 0
    answer: int = 0  # pulses from a command until it takes effect


@dataclass
class Piece:
    number: int
    origin: int
    destination: str
    commanded: int | None = None  # the bin by the last accepted command; None: the end
    reached: int | None = None
    stage: str = "belt"  # belt, falling, gone
    is_read: bool = False
    due: list = field(default_factory=list)


class Belt:
    """Moves pieces by encoder pulses. `tell(kind, piece, at, bin)` is called for each event in order."""

    def __init__(self, line: Line, codes, tell):
        self.line = line
        self.codes = codes
        self.tell = tell
        self.position = 0
        self.next_feed = 0
        self.held = True
        self.diverts = False
        self.pieces: dict[int, Piece] = {}
        self.done: list[Piece] = []
        self.fed = 0
        self.last_tail = None

    def move(self, position: int):
        """Lets the belt come to a position, event by event."""
        while True:
            at, piece, what = self._next()
            if at is None or at > position:
                break
            self.position = max(self.position, at)
            if what == "feed":
                self._feed(at)
            else:
                self._happen(piece, what, at)
        self.position = max(self.position, position)

    def _next(self):
        best = (None, None, None)
        if not self.held:
            best = (max(self.next_feed, self.position), None, "feed")
        for piece in self.pieces.values():
            at, what = self._due(piece)
            if best[0] is None or at < best[0]:
                best = (at, piece, what)
        return best

    def _due(self, piece: Piece):
        line = self.line
        if not piece.is_read:
            return piece.origin + line.reading, "read"
        if piece.stage == "falling":
            return piece.origin + line.decisions[piece.commanded] + line.confirm, "confirm"
        if piece.commanded is not None and piece.commanded != line.end_bin:
            at = piece.origin + line.decisions[piece.commanded]
            if at >= self.position:
                return at, "decide"
        return piece.origin + line.length, "end"

    def _feed(self, at):
        code = next(self.codes, None)
        if code is None:
            self.held = True
            self.next_feed = float("inf")
            return
        self.fed += 1
        piece = Piece(self.fed, at, code)
        self.pieces[piece.number] = piece
        gap = 0xFFFFFFFF if self.last_tail is None else at - self.last_tail
        self.last_tail = at + self.line.piece_pulses
        self.next_feed = at + self.line.pitch
        self.tell("inducted", piece, at, gap)

    def _happen(self, piece: Piece, what: str, at: int):
        if what == "read":
            piece.is_read = True
            self.tell("identified", piece, at, None)
        elif what == "decide":
            if self.diverts:
                piece.stage = "falling"
            else:
                piece.commanded = None
        elif what == "confirm":
            self._leave(piece, piece.commanded)
            self.tell("confirmed", piece, at, piece.reached)
        else:
            self._leave(piece, self.line.end_bin)
            self.tell("at end", piece, at, None)

    def _leave(self, piece: Piece, bin):
        piece.reached = bin
        piece.stage = "gone"
        del self.pieces[piece.number]
        self.done.append(piece)

    def command(self, number: int, bin: int | None, deadline: int) -> str:
        """Assigns a bin (None: the end); "accepted", "late" or "unknown"."""
        piece = self.pieces.get(number)
        if piece is None or piece.stage != "belt":
            return "unknown"
        if bin is None or bin == self.line.end_bin:
            piece.commanded = bin
            return "accepted"
        effective = self.position + self.line.answer
        if effective >= deadline or effective > piece.origin + self.line.decisions[bin]:
            piece.commanded = None
            return "late"
        piece.commanded = bin
        return "accepted"

    def recall(self):
        """Safe: what was commanded and has not been diverted goes to the end."""
        for piece in self.pieces.values():
            if piece.stage == "belt":
                piece.commanded = None
