import FileFormats
import Quantities
import SorterModel
import Supervision

/// What the event log of a run tells, in the form that the report draws.
///
/// Times are milliseconds since the run's start. Counts, distribution, states, alarms and fills are of the whole
/// run; pieces are kept for the animation's window alone, so that memory and report stay small for long runs.
struct RunLog {
  /// The machine was in one state.
  struct StateSpell {
    var start: Int64
    var end: Int64
    var state: PackMLState
    /// What a suspended or held machine waited for; empty where the log does not say.
    var cause: String
  }

  /// An alarm stood.
  struct AlarmSpell {
    var start: Int64
    /// Nil where it still stood at the end, or was put aside.
    var end: Int64?
    var kind: AlarmKind
    /// The bin or device it was about; empty for the machine.
    var subject: String
  }

  /// A bin's state or content changed at once.
  struct BinEvent {
    /// What changed; the raw values stand in the report.
    enum Kind: Int {
      case emptied, full, available, disabled, enabled
    }

    var time: Int64
    /// The place of the bin in the profile, from 0.
    var bin: Int
    var kind: Kind
  }

  /// The machine.
  let profile: HardwareProfile
  /// From when to when the animation goes.
  var window: Range<Int64>
  /// The window's pieces in the order in which they were fed.
  var pieces: [LoggedPiece] = []
  /// What befell them, in the order of time.
  var happenings: [PieceHappening] = []
  /// The window's changes of bins, in the order of time.
  var binEvents: [BinEvent] = []
  /// What lay in each bin when the window began, in the order of `BinContent.limits`.
  var heldBefore: [[Int]] = []
  /// Which bins took rejects.
  var rejectBins: Set<Int> = []
  /// Where the belt was.
  var belt: BeltCurve
  /// The content of each bin.
  var bins: [BinContent]
  /// How pieces ended, the whole run.
  var endings: [EndingGroup.Key: EndingGroup] = [:]
  /// How many diverts into each bin were not confirmed or refused.
  var failedDiverts: [Int: Int] = [:]
  /// Milliseconds in the system of the pieces that were sorted, in the order in which they ended.
  var sortedTimes: [Int32] = []
  /// The same of those that ended otherwise.
  var missedTimes: [Int32] = []
  var states: [StateSpell] = []
  var alarms: [AlarmSpell] = []
  /// How many pieces were fed.
  var fed = 0
  /// When the last event happened.
  var end: Int64 = 0
  /// Whether the log says that the run ended.
  var hasEnded = false
  /// Whether the log ends inside a line, as a crash leaves it.
  var isTorn = false
  /// For how long the controller was away each time that the run went on, in milliseconds.
  var absences: [Int64] = []
  /// Whether the animation leaves pieces out because there are too many.
  var isWindowCut = false

  /// The most pieces that an animation shows.
  static let pieceLimit = 75_000
  /// The most alarms that are kept.
  static let alarmLimit = 20_000

  /// A log without events.
  init(profile: HardwareProfile, from start: Int64) {
    self.profile = profile
    window = start..<Int64.max
    // Five millimetres are less than half a pixel of the drawing.
    belt = BeltCurve(tolerance: Double(profile.belt.encoderPulsesPerMetre) / 200)
    bins = profile.bins.map { BinContent($0) }
  }

  /// How many pieces ended in one way.
  func count(_ outcome: Outcome) -> Int {
    endings.reduce(0) { $0 + ($1.key.outcome == outcome ? $1.value.count : 0) }
  }

  /// Reads a run's event log from its beginning; a torn last line is what a crash leaves, and is told by `isTorn`.
  static func read(_ path: String, profile: HardwareProfile, from start: Int64) throws(InvalidInput) -> RunLog
  {
    let reader = try EventLineReader(path: path, checkingSums: true)
    var collector = RunLogCollector(RunLog(profile: profile, from: start))
    while true {
      switch try reader.next() {
      case .event(let event): collector.take(event)
      case .end: return collector.finished(isTorn: false)
      case .damaged(let diagnostic):
        if reader.isTorn { return collector.finished(isTorn: true) }
        throw InvalidInput([diagnostic], category: .badData)
      }
    }
  }
}
