import SorterModel

/// A piece as the event log tells of it.
struct LoggedPiece {
  var number: Int
  var id = ""
  /// When it was fed and when it ended, in milliseconds since the run's start.
  var start: Int64
  var end: Int64 = 0
  /// For how long it had waited for the feeder, in milliseconds.
  var wait: Int64 = 0
  var destination = ""
  /// The place of its size class in the profile, from 1; 0 where it has none.
  var sizeClass = 0
  /// Length, width and height in tenths of a millimetre, mass in tenths of a gram.
  var measures = [0, 0, 0, 0]
  var read = ReadQuality.good
  /// Whether a reading of it came at all.
  var isRead = false
  var choice = Choice.primary
  /// The place of its bin in the profile, from 1; 0 where it has none.
  var bin = 0
  var planLine = 0
  var laps = 0
  var outcome = Outcome.onMachine
  var reason = Reason.none

  /// A piece that was fed at this time.
  init(number: Int, start: Int64) {
    self.number = number
    self.start = start
  }
}

/// Something that befell a piece between its feeding and its end, and that most pieces never meet.
struct PieceHappening {
  /// What it was; the raw values stand in the report.
  enum Kind: Int, CaseIterable {
    case reassigned, notAccepted, missed, refused, recirculated, missorted, doubleFeed

    /// The kind that an event stands for.
    init?(event: String) {
      switch event {
      case "piece.reassigned": self = .reassigned
      case "assignment.answered": self = .notAccepted
      case "divert.missed": self = .missed
      case "divert.refused": self = .refused
      case "piece.recirculated": self = .recirculated
      case "plant.missorted": self = .missorted
      case "plant.double_feed": self = .doubleFeed
      default: return nil
      }
    }
  }

  var piece: Int
  var kind: Kind
  /// In milliseconds since the run's start.
  var time: Int64
  /// The place of the bin in the profile, from 1; 0 where there is none.
  var bin: Int
  var reason: Reason
}

/// Pieces that ended alike.
struct EndingGroup {
  /// What they have in common.
  struct Key: Hashable {
    var outcome: Outcome
    var reason: Reason
    /// The place of the bin in the profile, from 1; 0 where there is none.
    var bin: Int
  }

  var count = 0
  /// The numbers of the first few.
  var examples: [Int] = []

  /// How many examples are kept.
  static let exampleCount = 3

  /// One more piece that ended like that.
  mutating func take(_ number: Int) {
    count += 1
    if examples.count < Self.exampleCount { examples.append(number) }
  }
}
