import EventRecords
import FileFormats
import Quantities
import SorterModel

/// Replays a run's inputs as fast as they can be read, against the digests that stand among them.
public struct DigestReplay {
  /// What a replay found.
  public struct Finding: Sendable {
    /// How many inputs were stepped.
    public var inputs = 0
    /// How many marks agreed.
    public var marks = 0
    /// The digest over every directive.
    public var digest: UInt64 = 0
    /// When the last input came.
    public var lastInput = Instant.start
    /// Whether the last line is a mark: the run ended of itself, and all of it was compared.
    public var isComplete = false
    /// How many bytes of a torn last line there are.
    public var tornBytes = 0
    /// Pieces on the machine after the last input.
    public var onMachine = 0
    /// The first mark that disagrees; nil where all agree.
    public var difference: Difference?
    /// A line that cannot be used; what follows it was not replayed.
    public var damage: Diagnostic?
  }

  /// Where decisions begin to differ, to within the distance of two marks.
  public struct Difference: Sendable, Hashable {
    /// How many inputs agreed for sure.
    public var agreedInputs: Int
    /// How many inputs had been stepped at the mark.
    public var inputs: Int
    /// The digest of the run.
    public var recorded: UInt64
    /// The digest of the replay.
    public var replayed: UInt64
  }

  /// Steps a fresh dispatcher with every input of a file, until the first difference.
  ///
  /// - Parameters:
  ///   - until: later inputs are left out.
  ///   - watch: called every few thousand inputs with how many there were; false ends the replay.
  public static func run(
    _ reader: InputLineReader, profile: HardwareProfile, plan: CompiledPlan, until: Instant? = nil,
    watch: (Int) -> Bool = { _ in true }
  ) throws(InvalidInput) -> Finding {
    var walk = Walk(replayer: Replayer(profile: profile, plan: plan), until: until)
    if try !walkAhead(reader, &walk, watch) { return walk.end() }
    reading: while true {
      switch try reader.next() {
      case .end:
        walk.finding.tornBytes = reader.tornBytes
        break reading
      case .damaged(let diagnostic):
        walk.finding.damage = diagnostic
        break reading
      case .record(let record): if !walk.take(record) { break reading }
      }
    }
    return walk.end()
  }

  /// Walks through what is sound and whole, while a thread of its own reads on; false where the replay ends in it.
  private static func walkAhead(
    _ reader: InputLineReader, _ walk: inout Walk, _ watch: (Int) -> Bool
  ) throws(InvalidInput) -> Bool {
    let reading = InputsAhead(reader)
    guard let ahead = try? WorkAhead({ reading.fill($0) }) else { return true }
    defer { ahead.end() }
    while true {
      let batch = ahead.take()
      for record in batch.records where !walk.take(record) { return false }
      if batch.isLast { break }
      ahead.giveBack()
      if !watch(walk.replayer.inputs) { return false }
    }
    if let failure = reading.failure { throw failure }
    return true
  }

  /// The replay on its way through the inputs.
  private struct Walk: ~Copyable {
    var replayer: Replayer
    let until: Instant?
    var finding = Finding()
    private var agreed = 0

    init(replayer: consuming Replayer, until: Instant?) {
      self.replayer = replayer
      self.until = until
    }

    /// Takes the next line; false where the replay ends here.
    @inline(__always)
    mutating func take(_ record: EventRecord) -> Bool {
      if let until, record.elapsed > until { return false }
      // What is no input may also stand behind the last mark.
      if record.kind == .inputHeard, record.inputKind?.isHeard == false { return true }
      finding.isComplete = record.kind == .digestMarked
      if record.kind != .digestMarked {
        replayer.step(record)
        finding.lastInput = record.elapsed
        return true
      }
      if record.a != replayer.digest {
        finding.difference = Difference(
          agreedInputs: agreed, inputs: replayer.inputs, recorded: record.a, replayed: replayer.digest)
        return false
      }
      finding.marks += 1
      agreed = replayer.inputs
      return true
    }

    consuming func end() -> Finding {
      finding.inputs = replayer.inputs
      finding.digest = replayer.digest
      finding.onMachine = replayer.onMachine
      return finding
    }
  }
}

/// Reads inputs for another thread; the reader is this one's until the work has ended.
private final class InputsAhead: @unchecked Sendable {
  private let reader: InputLineReader
  private(set) var failure: InvalidInput?

  init(_ reader: InputLineReader) { self.reader = reader }

  func fill(_ batch: WorkAhead.Batch) {
    do throws(InvalidInput) { try reader.nextBatch(into: &batch.records) } catch { failure = error }
    batch.isLast = batch.records.isEmpty
  }
}
