import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel

/// The same inputs under another plan: which pieces would have been given another bin.
///
/// Decisions are compared, not plants. What the machine told of a piece in its bin is told to the other
/// dispatcher of the bin that it chose itself; bins fill and are emptied as they were.
public struct WhatIf: ~Copyable {
  /// How a piece ended, in one of the two.
  public struct Ending: Hashable, Sendable {
    /// Sorted, rejected, removed or lost.
    public var outcome: Outcome
    /// The bin.
    public var bin: BinID
    /// Why, where it was not sorted.
    public var reason: Reason
  }

  /// Pieces that ended in one way under the run's plan and in another under the other.
  public struct Change: Sendable {
    /// Under the run's plan.
    public var recorded: Ending
    /// Under the other plan.
    public var other: Ending
    /// How many pieces.
    public var pieces = 0
    /// The first few of them.
    public var examples: [PieceID] = []
  }

  /// What came of a comparison.
  public struct Finding: Sendable {
    /// How many pieces ended in both.
    public var pieces = 0
    /// How many of them ended the same.
    public var same = 0
    /// The others by what changed, most first.
    public var changes: [Change] = []
    /// How many pieces ended in one of the two only.
    public var unmatched = 0
    /// A line that cannot be used; nothing after it was compared.
    public var damage: Diagnostic?
  }

  /// One of the two dispatchers, with what it chose and how its pieces ended, as far as the other has not.
  private struct Side: ~Copyable {
    private var replayer: Replayer
    /// The bin and the number of the last command for a piece.
    var chosen: [PieceID: (bin: BinID, sequence: UInt32)] = [:]
    var ended: [PieceID: Ending] = [:]

    init(profile: HardwareProfile, plan: CompiledPlan) { replayer = Replayer(profile: profile, plan: plan) }

    /// Steps it; answers which pieces ended by that.
    mutating func step(_ input: FieldInput, at now: Instant) -> [PieceID] {
      var commands: [Command] = []
      var endings: [EventRecord] = []
      replayer.step(
        input, at: now, command: { if $0.kind == .assign { commands.append($0) } },
        record: { if $0.outcome != .onMachine { endings.append($0) } })
      for command in commands { chosen[command.piece] = (command.bin, command.sequence) }
      for record in endings { ended[record.piece] = Ending(record) }
      return endings.map(\.piece)
    }
  }

  private struct Key: Hashable {
    var recorded: Ending
    var other: Ending
  }

  private var recorded: Side
  private var other: Side
  private var places: [Key: Int] = [:]
  private var finding = Finding()

  /// How many pieces of a change are named.
  public static let examples = 3

  /// Compares the run's plan with another on the same machine.
  public static func run(
    _ reader: InputLineReader, profile: HardwareProfile, plan: CompiledPlan, other: CompiledPlan
  ) throws(InvalidInput) -> Finding {
    var comparison = WhatIf(profile: profile, plan: plan, other: other)
    return try comparison.compare(reader)
  }

  private init(profile: HardwareProfile, plan: CompiledPlan, other: CompiledPlan) {
    recorded = Side(profile: profile, plan: plan)
    self.other = Side(profile: profile, plan: other)
  }

  private mutating func compare(_ reader: InputLineReader) throws(InvalidInput) -> Finding {
    reading: while true {
      switch try reader.next() {
      case .end: break reading
      case .damaged(let diagnostic):
        finding.damage = diagnostic
        break reading
      case .record(let record):
        if let input = FieldInput(record) { step(input, at: record.elapsed) }
      }
    }
    finding.unmatched = recorded.ended.count + other.ended.count
    finding.changes.sort {
      ($0.pieces, $1.examples.first?.rawValue ?? 0) > ($1.pieces, $0.examples.first?.rawValue ?? 0)
    }
    return finding
  }

  private mutating func step(_ input: FieldInput, at now: Instant) {
    let told = redirected(input)
    for piece in recorded.step(input, at: now) + other.step(told, at: now) { settle(piece) }
  }

  /// The input as the other dispatcher must hear it: its own bin, its own command.
  private func redirected(_ input: FieldInput) -> FieldInput {
    guard let mine = recorded.chosen[input.event.piece], let others = other.chosen[input.event.piece] else {
      return input
    }
    var input = input
    switch input.event.kind {
    case .assignmentAnswered where input.event.sequence == mine.sequence:
      input.event.sequence = others.sequence
    case .divertConfirmed where input.event.bin == mine.bin,
      .divertRefused where input.event.bin == mine.bin:
      if others.bin == .none, input.event.kind == .divertConfirmed {
        input.event = .pieceAtEnd(input.event.piece)
      } else {
        input.event.bin = others.bin
      }
    case .pieceAtEnd where mine.bin == .none && others.bin != .none:
      input.event = .divertConfirmed(input.event.piece, others.bin)
    default: break
    }
    return input
  }

  /// Counts a piece that has ended in both.
  private mutating func settle(_ piece: PieceID) {
    guard let mine = recorded.ended[piece], let others = other.ended[piece] else { return }
    recorded.ended[piece] = nil
    recorded.chosen[piece] = nil
    other.ended[piece] = nil
    other.chosen[piece] = nil
    finding.pieces += 1
    if mine == others {
      finding.same += 1
      return
    }
    let key = Key(recorded: mine, other: others)
    let place = places[key] ?? finding.changes.count
    if place == finding.changes.count {
      places[key] = place
      finding.changes.append(Change(recorded: mine, other: others))
    }
    finding.changes[place].pieces += 1
    if finding.changes[place].examples.count < Self.examples { finding.changes[place].examples.append(piece) }
  }
}

extension WhatIf.Ending {
  init(_ record: EventRecord) { self.init(outcome: record.outcome, bin: record.bin, reason: record.reason) }
}
