import EventRecords
import FileFormats
import Quantities
import Simulation
import SorterModel

/// Mail held against a machine and its plan: what fits no class, and what no rule covers.
package struct MailCoverage {
  /// Pieces looked at.
  package private(set) var pieces = 0
  /// Rows refused.
  package private(set) var refused = 0
  /// Pieces by size class; the last count is of those that fit none.
  package private(set) var byClass: [Int]
  /// Pieces that fit a class and whose destination no rule covers.
  package private(set) var uncovered = 0
  /// Examples of such destinations, with how many pieces each has; at most `exampleLimit` are told apart.
  package private(set) var examples: [(code: DestinationCode, pieces: Int)] = []
  /// Pieces by the bin their rule names first, by the bin's index, in parts of a piece.
  package private(set) var firstBin: [Int]
  /// From the first arrival to the last.
  package private(set) var span = Nanoseconds.zero

  /// What one piece counts in `firstBin`: divisible by the size of most groups.
  private static let unit = 720_720

  /// How many different uncovered destinations are told apart.
  static let exampleLimit = 1000

  /// Looks at the pieces of a supply, at most `limit` of them.
  package init(
    _ supply: any MailSupply, plan: CompiledPlan, profile: HardwareProfile, limit: Int = .max
  ) {
    byClass = [Int](repeating: 0, count: profile.sizeClasses.count + 1)
    firstBin = [Int](repeating: 0, count: profile.bins.count)
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    var places: [DestinationCode: Int] = [:]
    var first: Instant?
    while pieces < limit {
      let answer = supply.next(into: &piece)
      if case .end = answer { break }
      if case .refused = answer {
        refused += 1
        continue
      }
      pieces += 1
      first = first ?? piece.arrivedAt
      span = piece.arrivedAt - (first ?? .start)
      guard let fit = profile.sizeClasses.firstIndex(where: { $0.contains(piece.dimensions) }) else {
        byClass[profile.sizeClasses.count] += 1
        continue
      }
      byClass[fit] += 1
      let rule = plan.rule(for: piece.destination, sizeClass: SizeClassID(UInt8(fit)))
      guard rule != .none else {
        uncovered += 1
        if let place = places[piece.destination] {
          examples[place].pieces += 1
        } else if examples.count < Self.exampleLimit {
          places[piece.destination] = examples.count
          examples.append((piece.destination, 1))
        }
        continue
      }
      let group = plan.bins(of: rule)
      // Pieces of a group are shared out by fill; an even share of each is what the plan promises.
      for place in 0..<group.count { firstBin[plan.bin(group, place).index] += Self.unit / Int(group.count) }
    }
  }

  /// What the machine and the plan make of the mail, line by line.
  package func lines(for profile: HardwareProfile) -> [MachineArithmetic.Line] {
    var lines: [MachineArithmetic.Line] = []
    let sizes = zip(profile.sizeClasses, byClass).map { "\(grouped($1)) \($0.name)" }.joined(separator: ", ")
    let unfit = byClass[profile.sizeClasses.count]
    lines.append(
      MachineArithmetic.Line(
        name: "pieces", value: grouped(pieces), how: "\(sizes), \(grouped(unfit)) fit no size class"))
    var how = "every destination has a rule"
    if uncovered > 0 {
      let most = examples.sorted { ($1.pieces, $0.code) < ($0.pieces, $1.code) }.prefix(5)
      let told = most.map { "\($0.code) (\(grouped($0.pieces)))" }.joined(separator: ", ")
      let more = examples.count > 5 ? " and \(grouped(examples.count - 5)) more" : ""
      how = "\(percent(uncovered, of: pieces)) % would be rejected as invalidDestination: \(told)\(more)"
    }
    lines.append(MachineArithmetic.Line(name: "without a rule", value: grouped(uncovered), how: how))
    if let busiest = zip(profile.bins, firstBin).max(by: { $0.1 < $1.1 }), busiest.1 > 0 {
      lines.append(
        MachineArithmetic.Line(
          name: "busiest bin", value: busiest.0.name,
          how:
            "\(percent(busiest.1 / Self.unit, of: pieces)) % of the pieces, \(grouped(busiest.1 / Self.unit)) of them"
        ))
    }
    return lines
  }
}

/// How many rows were refused for each fault, in words: `3 time, 1 weight`.
func faultWords(_ counts: [Int]) -> String {
  MailFault.allCases.filter { counts[Int($0.rawValue)] > 0 }
    .map { "\(grouped(counts[Int($0.rawValue)])) \($0)" }.joined(separator: ", ")
}
