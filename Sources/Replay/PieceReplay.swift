import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel

/// Replays a run's inputs up to the one with which a piece has its outcome, and keeps what was decided about it.
public struct PieceReplay: ~Copyable {
  /// An input that was about the piece, or that led to a decision about it.
  public struct Moment: Sendable {
    /// The input.
    public var input: EventRecord
    /// The dispatcher's records about the piece.
    public var records: [EventRecord] = []
    /// The commands for it.
    public var commands: [Command] = []
  }

  /// What was found.
  public struct Finding: Sendable {
    /// What a replay of all inputs up to the piece's end finds.
    public var replay = DigestReplay.Finding()
    /// What happened about the piece, in order; empty where it is not known.
    public var moments: [Moment] = []
    /// How the piece ended; nil where it had not when the inputs ended.
    public var outcome: Outcome?
  }

  private let piece: PieceID
  private var replayer: Replayer
  private var finding = Finding()
  private var agreed = 0

  /// Steps a fresh dispatcher until the piece has its outcome.
  ///
  /// - Parameter watch: called every few thousand inputs; false ends the replay.
  public static func run(
    _ reader: InputLineReader, piece: PieceID, profile: HardwareProfile, plan: CompiledPlan,
    watch: () -> Bool = { true }
  ) throws(InvalidInput) -> Finding {
    var replay = PieceReplay(piece: piece, replayer: Replayer(profile: profile, plan: plan))
    var lines = 0
    reading: while replay.finding.outcome == nil {
      lines += 1
      if lines % 4096 == 0, !watch() { break }
      switch try reader.next() {
      case .end:
        replay.finding.replay.tornBytes = reader.tornBytes
        break reading
      case .damaged(let diagnostic):
        replay.finding.replay.damage = diagnostic
        break reading
      case .record(let record): if !replay.take(record) { break reading }
      }
    }
    return replay.end()
  }

  private init(piece: PieceID, replayer: consuming Replayer) {
    self.piece = piece
    self.replayer = replayer
  }

  /// Takes the next line; false where the run's digest is another.
  private mutating func take(_ record: EventRecord) -> Bool {
    if record.kind == .digestMarked {
      guard record.a == replayer.digest else {
        finding.replay.difference = DigestReplay.Difference(
          agreedInputs: agreed, inputs: replayer.inputs, recorded: record.a, replayed: replayer.digest)
        return false
      }
      finding.replay.marks += 1
      agreed = replayer.inputs
      return true
    }
    guard let input = FieldInput(record) else { return true }
    var moment = Moment(input: record)
    let piece = piece
    replayer.step(
      input, at: record.elapsed, command: { if $0.piece == piece { moment.commands.append($0) } },
      record: { if $0.piece == piece { moment.records.append($0) } })
    finding.replay.lastInput = record.elapsed
    if input.event.piece == piece || !moment.records.isEmpty || !moment.commands.isEmpty {
      finding.moments.append(moment)
    }
    finding.outcome = moment.records.last { $0.outcome != .onMachine }?.outcome
    return true
  }

  private consuming func end() -> Finding {
    finding.replay.inputs = replayer.inputs
    finding.replay.digest = replayer.digest
    finding.replay.onMachine = replayer.onMachine
    return finding
  }
}
