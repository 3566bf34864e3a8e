/// The totals that each file of a run tells for itself.
struct RunTotals: Equatable {
  var fed = 0
  var sorted = 0
  var rejected = 0
  var removed = 0
  var lost = 0
  var onMachine = 0
  var recirculations = 0

  /// Every way a piece can stand in the list of pieces.
  static let outcomes = ["sorted", "rejected", "removed", "lost", "on_machine"]

  /// The totals in a fixed order, by the names that summary.json gives them.
  var named: [(name: String, count: Int)] {
    [
      ("fed", fed), ("sorted", sorted), ("rejected", rejected), ("removed", removed), ("lost", lost),
      ("on_machine", onMachine), ("recirculations", recirculations),
    ]
  }

  /// Whether every piece fed is accounted for.
  var isConserved: Bool { fed == sorted + rejected + removed + lost + onMachine }

  mutating func add(outcome: String) -> Bool {
    switch outcome {
    case "sorted": sorted += 1
    case "rejected": rejected += 1
    case "removed": removed += 1
    case "lost": lost += 1
    case "on_machine": onMachine += 1
    default: return false
    }
    return true
  }
}
