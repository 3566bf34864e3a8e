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

  private struct Choice {
    var bin = BinID.none
    var sequence: UInt32 = 0
  }

  private struct Key: Hashable {
    var recorded: Ending
    var other: Ending
  }

  private var recordedRun: Replayer
  private var otherRun: Replayer
  private var chosen: [PieceID: (recorded: Choice, other: Choice)] = [:]
  private var ended: [PieceID: (recorded: Ending?, other: Ending?)] = [:]
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
    recordedRun = Replayer(profile: profile, plan: plan)
    otherRun = Replayer(profile: profile, plan: other)
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
    finding.unmatched = ended.count
    finding.changes.sort {
      ($0.pieces, $1.examples.first?.rawValue ?? 0) > ($1.pieces, $0.examples.first?.rawValue ?? 0)
    }
    return finding
  }

  private mutating func step(_ input: FieldInput, at now: Instant) {
    let told = redirected(input)
    var commands: [Command] = []
    var records: [EventRecord] = []
    recordedRun.step(input, at: now, command: { commands.append($0) }, record: { records.append($0) })
    for command in commands where command.kind == .assign {
      chosen[command.piece, default: (Choice(), Choice())].recorded = Choice(
        bin: command.bin, sequence: command.sequence)
    }
    for record in records where record.outcome != .onMachine {
      ended[record.piece, default: (nil, nil)].recorded = Ending(record)
    }
    let settled = records.filter { $0.outcome != .onMachine }.map(\.piece)
    commands = []
    records = []
    otherRun.step(told, at: now, command: { commands.append($0) }, record: { records.append($0) })
    for command in commands where command.kind == .assign {
      chosen[command.piece, default: (Choice(), Choice())].other = Choice(
        bin: command.bin, sequence: command.sequence)
    }
    for record in records where record.outcome != .onMachine {
      ended[record.piece, default: (nil, nil)].other = Ending(record)
    }
    for piece in settled + records.filter({ $0.outcome != .onMachine }).map(\.piece) { settle(piece) }
  }

  /// The input as the other dispatcher must hear it: its own bin, its own command.
  private func redirected(_ input: FieldInput) -> FieldInput {
    guard let pair = chosen[input.event.piece] else { return input }
    var input = input
    switch input.event.kind {
    case .assignmentAnswered where input.event.sequence == pair.recorded.sequence:
      input.event.sequence = pair.other.sequence
    case .divertConfirmed where input.event.bin == pair.recorded.bin,
      .divertRefused where input.event.bin == pair.recorded.bin:
      if pair.other.bin == .none, input.event.kind == .divertConfirmed {
        input.event = .pieceAtEnd(input.event.piece)
      } else {
        input.event.bin = pair.other.bin
      }
    case .pieceAtEnd where pair.recorded.bin == .none && pair.other.bin != .none:
      input.event = .divertConfirmed(input.event.piece, pair.other.bin)
    default: break
    }
    return input
  }

  /// Counts a piece that has ended in both.
  private mutating func settle(_ piece: PieceID) {
    guard let pair = ended[piece], let recorded = pair.recorded, let other = pair.other else { return }
    ended[piece] = nil
    chosen[piece] = nil
    finding.pieces += 1
    if recorded == other {
      finding.same += 1
      return
    }
    let key = Key(recorded: recorded, other: other)
    let place = places[key] ?? finding.changes.count
    if place == finding.changes.count {
      places[key] = place
      finding.changes.append(Change(recorded: recorded, other: other))
    }
    finding.changes[place].pieces += 1
    if finding.changes[place].examples.count < Self.examples { finding.changes[place].examples.append(piece) }
  }
}

extension WhatIf.Ending {
  init(_ record: EventRecord) { self.init(outcome: record.outcome, bin: record.bin, reason: record.reason) }
}
