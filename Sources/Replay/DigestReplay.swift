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
    var replayer = Replayer(profile: profile, plan: plan)
    var finding = Finding()
    var agreed = 0
    reading: while true {
      switch try reader.next() {
      case .end:
        finding.tornBytes = reader.tornBytes
        break reading
      case .damaged(let diagnostic):
        finding.damage = diagnostic
        break reading
      case .record(let record):
        if let until, record.elapsed > until { break reading }
        finding.isComplete = record.kind == .digestMarked
        if record.kind != .digestMarked {
          replayer.step(record)
          finding.lastInput = record.elapsed
          if replayer.inputs & 0xFFFF == 0, !watch(replayer.inputs) { break reading }
          continue
        }
        if record.a != replayer.digest {
          finding.difference = Difference(
            agreedInputs: agreed, inputs: replayer.inputs, recorded: record.a, replayed: replayer.digest)
          break reading
        }
        finding.marks += 1
        agreed = replayer.inputs
      }
    }
    finding.inputs = replayer.inputs
    finding.digest = replayer.digest
    finding.onMachine = replayer.onMachine
    return finding
  }
}
