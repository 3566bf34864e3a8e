import ControlRuntime
import Quantities
import SorterModel
import Supervision
import Synchronization

/// A run in real time as it is at one moment: what every view of it shows.
struct LiveSnapshot: Sendable {
  /// What runs on what machine.
  var scenario = ""
  var profile = ""
  /// What is driven, in a few words: `simulated`, `armed`, `dry run`.
  var mode = ""
  /// How long the run has lasted by the wall, and the plant's own time.
  var elapsed = Nanoseconds.zero
  var plantTime = Nanoseconds.zero
  /// Pieces an hour in the last seconds, over the whole run, and as rated.
  var rateNow = 0
  var rateMean = 0
  var rated = 1
  var fed = 0
  var sorted = 0
  var rejected = 0
  var removed = 0
  var lost = 0
  var recirculated = 0
  /// Pieces in a wrong bin; nil where nobody can know.
  var missorted: Int?
  var onMachine = 0
  var state = PackMLState.idle
  var unitMode = PackMLMode.production
  var isInductionHeld = false
  var holdsForOperator = false
  /// The link to a real machine; nil for a virtual plant.
  var link: Link?
  var marginCount = 0
  var marginLeast = Nanoseconds.zero
  var marginMedian = Nanoseconds.zero
  var marginLimit = Nanoseconds.zero
  var cycleMedian = Nanoseconds.zero
  var cycleP99 = Nanoseconds.zero
  var latenessP99: Nanoseconds?
  var cycles = 0
  var overruns = 0
  var skippedPeriods = 0
  var inputDepth = 0
  var inputDepthMost = 0
  var journalDepth = 0
  var journalSlots = 0
  var alarms: [Alarm] = []
  var alarmsStanding = 0
  var alarmsUnacknowledged = 0
  var bins: [Bin] = []
  var binWord = "bin"

  /// The link to a machine.
  struct Link: Sendable {
    var state = LinkState.down
    var roundTrip = Nanoseconds.zero
    var longest = Nanoseconds.zero
    var reconnects = 0
    var failures = 0
  }

  /// An alarm that stands.
  struct Alarm: Sendable {
    var priority = AlarmPriority.low
    var text = ""
    var isAcknowledged = false
    var isShelved = false
  }

  /// How full a bin is.
  struct Bin: Sendable {
    /// From 0 to 8 eighths.
    var eighths = 0
    var isFull = false
    var isDisabled = false
  }
}
