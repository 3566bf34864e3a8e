import SorterModel

/// What lies in a bin as the log goes on, and the steps in which it filled.
struct BinContent {
  /// Eighths of its tightest limit; `fullLevel` from there on.
  static let fullLevel = 8

  /// When a level was reached.
  struct Step {
    var time: Int64
    var level: Int
  }

  private(set) var pieces = 0
  /// The pile in tenths of a millimetre.
  private(set) var thickness = 0
  /// The mass in tenths of a gram.
  private(set) var weight = 0
  /// Whether the machine says that it is full.
  private(set) var isFull = false
  /// The levels in the order of time; it was empty before.
  private(set) var steps: [Step] = []
  /// The most that pieces, pile and mass may be; nil where one is no limit.
  let limits: [Int?]

  /// An empty bin.
  init(_ bin: HardwareProfile.Bin) {
    limits = [
      bin.capacityPieces, bin.capacityThickness.map { Int($0.tenths) },
      bin.capacityWeight.map { Int($0.tenths) },
    ]
  }

  /// What lies in it, in the order of `limits`.
  var held: [Int] { [pieces, thickness, weight] }

  /// A piece of this height and mass falls in.
  mutating func take(height: Int, weight mass: Int, at time: Int64) {
    pieces += 1
    thickness += height
    weight += mass
    note(time)
  }

  /// Somebody emptied it.
  mutating func empty(at time: Int64) {
    (pieces, thickness, weight) = (0, 0, 0)
    note(time)
  }

  /// The machine says whether it is full.
  mutating func setFull(_ value: Bool, at time: Int64) {
    isFull = value
    note(time)
  }

  private mutating func note(_ time: Int64) {
    var level = isFull ? Self.fullLevel : 0
    for (held, limit) in zip(held, limits) {
      guard let limit, limit > 0 else { continue }
      level = max(level, min(Self.fullLevel, held * Self.fullLevel / limit))
    }
    if level != steps.last?.level ?? 0 { steps.append(Step(time: time, level: level)) }
  }
}
