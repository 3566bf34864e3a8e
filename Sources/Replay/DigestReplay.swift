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
  ///   - readers: how many threads read beside the one that steps.
  ///   - watch: called every thousand inputs or so with how many there were; false ends the replay.
  public static func run(
    _ reader: InputLineReader, profile: HardwareProfile, plan: CompiledPlan, until: Instant? = nil,
    readers: Int = 1, stretchBytes: Int = InputStretch.bytes, watch: (Int) -> Bool = { _ in true }
  ) throws(InvalidInput) -> Finding {
    var walk = Walk(replayer: Replayer(profile: profile, plan: plan), until: until)
    // The first line, after which the others can be read in any order; then what the stretches leave.
    if try !walkOn(reader, &walk, lines: 1) { return walk.end() }
    if let cutter = reader.cutter(stretchBytes: stretchBytes) {
      let ahead = StretchesAhead(cutter, bytes: stretchBytes, readers: readers)
      defer { ahead.end() }
      if !walkThrough(ahead, reader, &walk, watch) { return walk.end() }
    }
    _ = try walkOn(reader, &walk, lines: .max)
    return walk.end()
  }

  /// Walks through what is sound and whole; false where the replay ends in it.
  private static func walkThrough(
    _ ahead: StretchesAhead, _ reader: InputLineReader, _ walk: inout Walk, _ watch: (Int) -> Bool
  ) -> Bool {
    while let stretch = ahead.take() {
      guard reader.pass(stretch) else { return true }
      let (records, count) = (stretch.batch.records, stretch.batch.count)
      for place in 0..<count where !walk.take(records[place]) { return false }
      if !stretch.isSound { return true }
      ahead.giveBack()
      if !watch(walk.replayer.inputs) { return false }
    }
    return true
  }

  /// Walks from line to line, and tells what ends them; false where the replay ends here.
  private static func walkOn(
    _ reader: InputLineReader, _ walk: inout Walk, lines: Int
  ) throws(InvalidInput) -> Bool {
    for _ in 0..<lines {
      switch try reader.next() {
      case .end:
        walk.finding.tornBytes = reader.tornBytes
        return false
      case .damaged(let diagnostic):
        walk.finding.damage = diagnostic
        return false
      case .record(let record): if !walk.take(record) { return false }
      }
    }
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
      if record.kind != .digestMarked {
        // What is no input may also stand behind the last mark.
        guard replayer.step(record) else { return true }
        finding.isComplete = false
        finding.lastInput = record.elapsed
        return true
      }
      finding.isComplete = true
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
