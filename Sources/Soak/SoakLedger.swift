import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import Rehearsal
import SorterModel

/// What the machine really did, held against what controllers told it and what they believe.
///
/// The machine's side comes from the virtual PLC and its plant alone, never from a controller: which command was
/// carried out, and where each piece fell. A controller's side is what went through its rings.
struct SoakLedger {
  private let plan: CompiledPlan
  private let bins: [HardwareProfile.Bin]
  /// Whether commands name pieces.
  private let isAssigned: Bool
  /// Every piece that was spoken of, and where it stands by its number on the plant; a garbled number is one too.
  private var pieces: [Piece] = []
  private var places: [UInt64: Int] = [:]
  /// For the living controller, the plant's number of each piece that its dispatcher heard of; 0 where none is known.
  private var plantNumbers: [UInt64: UInt64] = [:]
  private var lastCommand: (epoch: UInt16, number: UInt16)?
  /// By the place of a bin: how often its gate was ordered to be let out.
  private var fires: [Int]
  /// The first invariant that was broken.
  private(set) var broken: (invariant: Invariant, what: String)?
  /// Pieces that left the machine, each of a double feed counted.
  private(set) var left = 0
  /// Outcomes that were held against the truth.
  private(set) var outcomes = 0
  /// Folds everything that happened into one number: the same run, the same number.
  private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  /// What is known of one piece.
  private struct Piece {
    var ending: PLCPiece.Ending?
    var bin = BinID.none
    var destination = DestinationCode.none
    /// The bin of the last command that the machine took for it.
    var commanded = BinID.none
    var outcome = Outcome.onMachine
    /// The bin, where the controller said that the piece falls into it before it did.
    var foretold = BinID.none
    var orders: [Order] = []
  }

  /// How often a piece was ordered into a bin, and how often the machine carried that out.
  private struct Order {
    var bin: UInt16
    var given = 0
    var done = 0
  }

  init(plan: CompiledPlan, profile: HardwareProfile) {
    self.plan = plan
    bins = profile.bins
    isAssigned = profile.control.mode == .assigned
    fires = profile.bins.map { _ in 0 }
  }

  /// Notes a broken invariant; the first one counts.
  mutating func violate(_ invariant: Invariant, _ what: String) {
    if broken == nil { broken = (invariant, what) }
  }

  /// Whether the controller goes on with a run that was cut short.
  private var wentOn = false

  /// Another controller begins: of what was on the machine it knows nothing.
  mutating func forgetController() {
    plantNumbers.removeAll(keepingCapacity: true)
    wentOn = false
  }

  /// Another controller goes on with the run of the one before: it knows what that one's journal knows.
  ///
  /// What the one before told of pieces and the journal does not was never acknowledged to anybody: it may be told
  /// again, and otherwise.
  mutating func goOn(inducted: Set<UInt64>, ended: Set<UInt64>) {
    for (piece, number) in plantNumbers where !ended.contains(piece) {
      guard let place = place(of: number) else { continue }
      pieces[place].outcome = .onMachine
      pieces[place].foretold = .none
    }
    plantNumbers = plantNumbers.filter { inducted.contains($0.key) }
    wentOn = true
    fold(UInt64(inducted.count) << 32 | UInt64(ended.count))
  }

  private mutating func fold(_ number: UInt64) { digest = (digest ^ number) &* 0x100_0000_01B3 }

  /// The place of a plant's piece, made where it is new; nil for a number that no plant gave.
  private mutating func place(of number: UInt64) -> Int? {
    guard number > 0, number < 1 << 32 else { return nil }
    if let known = places[number] { return known }
    places[number] = pieces.count
    pieces.append(Piece())
    return pieces.count - 1
  }
}

/// The machine's side.
extension SoakLedger {
  /// A command was carried out: as often as it was given, and with the next number.
  mutating func take(_ command: PLCCommand) {
    if let last = lastCommand, last.epoch == command.epoch, command.slot.sequence != last.number &+ 1 {
      violate(.actuation, "command \(command.slot.sequence) was carried out after command \(last.number)")
    }
    lastCommand = (command.epoch, command.slot.sequence)
    fold(
      UInt64(command.slot.sequence) << 32 | UInt64(command.slot.bin) << 8 | UInt64(command.result.rawValue))
    guard command.slot.kind == CommandSlot.Kind.assign.rawValue, command.result == .accepted,
      let place = place(of: command.piece.rawValue)
    else { return }
    pieces[place].commanded =
      command.slot.bin == RegisterInterface.noBin ? .none : BinID(command.slot.bin)
    let index = order(command.slot.bin, at: place)
    pieces[place].orders[index].done += 1
    let order = pieces[place].orders[index]
    if order.done > order.given {
      violate(
        .actuation,
        "piece \(command.piece.rawValue) was sent to \(name(command.slot.bin)) \(order.done) times "
          + "on \(order.given) commands")
    }
  }

  private mutating func order(_ bin: UInt16, at place: Int) -> Int {
    if let index = pieces[place].orders.firstIndex(where: { $0.bin == bin }) { return index }
    pieces[place].orders.append(Order(bin: bin))
    return pieces[place].orders.count - 1
  }

  /// A piece left the machine: diverted only into the bin that the last command named.
  mutating func take(_ ending: PLCPiece) {
    guard let place = place(of: ending.piece.rawValue) else { return }
    fold(ending.piece.rawValue << 24 | UInt64(ending.bin.rawValue) << 8 | UInt64(ending.ending.rawValue))
    if pieces[place].ending != nil {
      violate(.conservation, "piece \(ending.piece.rawValue) left the machine twice")
    }
    left += ending.hasRider ? 2 : 1
    pieces[place].ending = ending.ending
    pieces[place].bin = ending.bin
    pieces[place].destination = ending.destination
    // A person may have taken it off in the moment before it fell.
    let foretold = pieces[place].foretold
    if foretold != .none, foretold != ending.bin, ending.ending != .removed {
      violate(
        .sorting,
        "piece \(ending.piece.rawValue) was told to fall into \(name(foretold.rawValue)), and is "
          + whereabouts(pieces[place]))
    }
    // A gate that is let out by itself knows no piece: the eye behind it says what fell.
    if isAssigned, ending.ending == .diverted, pieces[place].commanded != ending.bin {
      violate(
        .sorting,
        "piece \(ending.piece.rawValue) was diverted into \(name(ending.bin.rawValue)), and was last sent to "
          + name(pieces[place].commanded.rawValue))
    }
  }

  /// A gate was let out so often since the machine began: at most once for each order.
  mutating func take(bin: BinID, fired count: Int) {
    guard count > fires[bin.index] else { return }
    violate(
      .actuation,
      "the gate of \(name(bin.rawValue)) was let out \(count) times on \(fires[bin.index]) orders to fire")
  }

  private func name(_ bin: UInt16) -> String {
    Int(bin) < bins.count ? "bin \(bins[Int(bin)].name)" : "the end"
  }
}

/// The controllers' side.
extension SoakLedger {
  /// The dispatcher is about to hear of a new piece.
  mutating func induct(_ piece: PieceID, plantNumber: UInt64?) {
    plantNumbers[piece.rawValue] = plantNumber ?? 0
  }

  /// A controller, or somebody who has no business to, gave a command.
  mutating func give(_ command: Command) {
    if command.kind == .fire { give(fire: command.bin) }
    guard command.kind == .assign else { return }
    guard let number = plantNumbers[command.piece.rawValue] else {
      return violate(
        .sorting, "piece \(command.piece.rawValue) was assigned without ever having been seen inducted")
    }
    give(plantNumber: number, bin: command.bin == .none ? RegisterInterface.noBin : command.bin.rawValue)
  }

  /// A gate is ordered to be let out once.
  mutating func give(fire bin: BinID) { if bins.indices.contains(bin.index) { fires[bin.index] += 1 } }

  /// The same by the plant's number of the piece.
  mutating func give(plantNumber: UInt64, bin: UInt16) {
    guard let place = place(of: plantNumber) else { return }
    pieces[place].orders[order(bin, at: place)].given += 1
  }

  /// The dispatcher ended a piece: once, and where it says the piece is, the piece must be.
  ///
  /// - Parameter byLie: whether it was told because an eye saw what was no piece.
  mutating func take(outcome record: EventRecord, byLie: Bool) {
    let piece = record.piece.rawValue
    fold(piece << 16 | UInt64(record.bin.rawValue) << 4 | UInt64(record.outcome.rawValue))
    guard let number = plantNumbers[piece] else {
      return violate(
        .sorting, "piece \(piece) ended \(record.outcome.name) without having been seen inducted")
    }
    outcomes += 1
    // The machine had begun anew before the piece was told of: its number there is not known any more.
    guard let place = place(of: number) else { return }
    let truth = pieces[place]
    if truth.outcome != .onMachine {
      violate(
        .conservation, "piece \(piece) ended \(record.outcome.name), and had ended \(truth.outcome.name)")
    }
    pieces[place].outcome = record.outcome
    guard record.outcome == .sorted || (record.outcome == .rejected && record.bin != .none) else { return }
    // What the controller before ordered in its last moments stands in no journal. Of a piece that came to the end
    // meanwhile the next one says that the link was down: it may have been sent round all the same.
    if wentOn, record.outcome == .rejected, record.reason == .linkDown { return }
    // At the end of a line with a way back a piece falls a moment after it was decided not to send it round.
    if truth.ending == nil, record.outcome == .rejected, bins[record.bin.index].isEnd {
      pieces[place].foretold = record.bin
      return
    }
    // An eye that begins to lie just when a piece is due is believed; the piece must fall there then.
    if byLie, truth.ending == nil {
      pieces[place].foretold = record.bin
      return
    }
    let isThere = truth.ending != nil && truth.ending != .removed && truth.bin == record.bin
    // Of a piece that a person took off and told nobody of, the lie is all that is ever seen: that it fell where it
    // was due is what anybody would say.
    let isTakenOff = byLie && truth.ending == .removed
    if !isThere, !isTakenOff {
      violate(
        .sorting,
        "piece \(piece) was told \(record.outcome.name) in \(name(record.bin.rawValue)), and is "
          + whereabouts(truth))
    }
    if record.outcome == .sorted,
      !plan.allows(record.bin, for: truth.destination, sizeClass: record.sizeClass)
    {
      violate(
        .sorting, "piece \(piece) for \(truth.destination) was sorted into \(name(record.bin.rawValue))")
    }
  }

  private func whereabouts(_ piece: Piece) -> String {
    switch piece.ending {
    case nil: "still on the machine"
    case .diverted, .end: "in \(name(piece.bin.rawValue))"
    case .removed: "taken off"
    }
  }
}
