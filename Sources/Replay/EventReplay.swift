import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel
import Telemetry

/// Replays a run's inputs and holds each event that the dispatcher writes against the one that was written.
///
/// Slower than `DigestReplay`, and knows exactly where decisions part.
public struct EventReplay: ~Copyable {
  /// The first event that is not the same.
  public struct Difference: Sendable {
    /// How many events were the same before it.
    public var sameEvents: Int
    /// What the run wrote; nil where its events end.
    public var recorded: EventLine?
    /// What the replay writes; nil where it writes nothing more.
    public var replayed: EventLine?
    /// The last inputs before it, the newest last, as their lines read.
    public var inputs: [EventRecord]
  }

  /// What a comparison found.
  public struct Finding: Sendable {
    /// How many events were the same.
    public var sameEvents = 0
    /// The first difference; nil where there is none.
    public var difference: Difference?
    /// A line of either file that cannot be used; nothing after it was compared.
    public var damage: Diagnostic?
  }

  /// How many inputs before a difference are kept.
  public static let inputsKept = 6

  private let events: EventLineReader
  private let inputs: InputLineReader
  private var text: EventText
  private var replayer: Replayer
  private var recent: [EventRecord] = []
  private var finding = Finding()

  /// A comparison of two files of one run.
  public static func run(
    inputs: InputLineReader, events: EventLineReader, run: RunDescription, plan: CompiledPlan
  ) throws(InvalidInput) -> Finding {
    var replay = EventReplay(inputs: inputs, events: events, run: run, plan: plan)
    return try replay.compare()
  }

  private init(inputs: InputLineReader, events: EventLineReader, run: RunDescription, plan: CompiledPlan) {
    self.inputs = inputs
    self.events = events
    text = EventText(run)
    replayer = Replayer(profile: run.profile, plan: plan)
  }

  private mutating func compare() throws(InvalidInput) -> Finding {
    while finding.difference == nil, finding.damage == nil {
      switch try inputs.next() {
      case .damaged(let diagnostic): finding.damage = diagnostic
      case .record(let record): try step(record)
      case .end:
        // What the run wrote beyond its inputs was cut off with them, or is the difference.
        if inputs.tornBytes == 0, let rest = try nextDispatched() { differ(rest, nil) }
        return finding
      }
    }
    return finding
  }

  private mutating func step(_ record: EventRecord) throws(InvalidInput) {
    guard let input = FieldInput(record) else { return }
    if recent.count == Self.inputsKept { recent.removeFirst() }
    recent.append(record)
    var written: [EventRecord] = []
    replayer.step(input, at: record.elapsed) { written.append($0) }
    for record in written where record.kind != .machineState {
      let replayed = EventLine(parsing: text.line(for: record))
      guard let recorded = try nextDispatched() else {
        // Events that were cut off by a crash are no difference: the inputs tell what they were.
        if finding.damage == nil, hasEnded { differ(nil, replayed) }
        return
      }
      guard let replayed, Self.isSame(recorded, replayed) else { return differ(recorded, replayed) }
      finding.sameEvents += 1
    }
  }

  private mutating func differ(_ recorded: EventLine?, _ replayed: EventLine?) {
    finding.difference = Difference(
      sameEvents: finding.sameEvents, recorded: recorded, replayed: replayed, inputs: recent)
  }

  /// Whether the events end as those of a whole run do.
  private var hasEnded = false

  /// The next event that a dispatcher has written; nil at the end, and at a damaged line, which is noted.
  private mutating func nextDispatched() throws(InvalidInput) -> EventLine? {
    while true {
      switch try events.next() {
      case .end: return nil
      case .damaged(let diagnostic):
        // What a crash tore off is no difference either.
        if !events.isTorn { finding.damage = diagnostic }
        return nil
      case .event(let event):
        if event.name == "run.ended" { hasEnded = true }
        if Self.isDispatched(event.name) { return event }
      }
    }
  }

  /// Whether events of this name come from the dispatcher; states come from two sides and are left aside.
  private static func isDispatched(_ name: String) -> Bool {
    let others = ["plant.", "run.", "alarm.", "machine.", "mail.", "write."]
    return !others.contains { name.hasPrefix($0) }
  }

  /// Whether two events say the same; a piece's outside id is known to the run alone.
  private static func isSame(_ recorded: EventLine, _ replayed: EventLine) -> Bool {
    recorded.name == replayed.name && recorded.elapsed == replayed.elapsed
      && recorded.attributes.filter { $0.key != "id" } == replayed.attributes
  }
}
