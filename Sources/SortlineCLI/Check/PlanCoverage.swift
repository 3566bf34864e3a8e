import FileFormats
import Quantities
import SorterModel

/// A sort plan held against the bins of a machine.
package struct PlanCoverage {
  /// The plan.
  package var plan: SortPlan
  /// The machine.
  package var profile: HardwareProfile

  /// A plan and a machine.
  package init(plan: SortPlan, profile: HardwareProfile) {
    self.plan = plan
    self.profile = profile
  }

  /// How many rules name each bin, in any place; by the bin's index.
  private var rulesPerBin: [Int] {
    let places = Dictionary(profile.bins.enumerated().map { ($1.name, $0) }) { first, _ in first }
    var counts = [Int](repeating: 0, count: profile.bins.count)
    for rule in plan.rules {
      for name in rule.bins + rule.alternates { if let place = places[name] { counts[place] += 1 } }
    }
    return counts
  }

  /// What the plan makes of the machine, line by line.
  package var lines: [MachineArithmetic.Line] {
    let counts = rulesPerBin
    let used = counts.count { $0 > 0 }
    let unused = zip(profile.bins, counts).filter { $1 == 0 && !$0.isEnd }.map(\.0.name)
    var kinds = (sort: 0, overflow: 0, reject: 0)
    for rule in plan.rules {
      switch rule.kind {
      case .sort: kinds.sort += 1
      case .overflow: kinds.overflow += 1
      case .reject: kinds.reject += 1
      }
    }
    let busiest = zip(profile.bins, counts).max { $0.1 < $1.1 }
    var lines = [
      MachineArithmetic.Line(
        name: "rules", value: grouped(plan.rules.count),
        how: "\(grouped(kinds.sort)) sort, \(kinds.overflow) overflow, \(kinds.reject) reject"),
      MachineArithmetic.Line(
        name: "bins used", value: "\(grouped(used)) of \(grouped(profile.bins.count))",
        how: unused.isEmpty ? "every one that has a diverter" : "unused: \(nameRanges(unused))"),
    ]
    if let busiest, busiest.1 > 0 {
      let average = decimal(Int64(counts.reduce(0, +) * 10 / max(1, used)), places: 1)
      lines.append(
        MachineArithmetic.Line(
          name: "rules a bin", value: average, how: "at most \(grouped(busiest.1)), for bin \(busiest.0.name)"
        ))
    }
    return lines
  }
}

/// Names with runs of numbers drawn together: `001-004 007 R1`; at most a dozen parts.
func nameRanges(_ names: [String]) -> String {
  var parts: [String] = []
  var index = 0
  while index < names.count {
    var last = index
    while last + 1 < names.count, follows(names[last + 1], names[last]) { last += 1 }
    if last > index + 1 {
      parts.append("\(names[index])-\(names[last])")
    } else {
      parts += names[index...last]
    }
    index = last + 1
  }
  let shown = parts.prefix(12).map { printable($0) }.joined(separator: " ")
  return parts.count > 12 ? shown + " and \(parts.count - 12) more" : shown
}

/// Whether a name is the one after another: same beginning, a number one higher of the same width.
private func follows(_ name: String, _ before: String) -> Bool {
  func split(_ text: String) -> (Substring, Int)? {
    let digits = text.reversed().prefix { $0.isASCIIDigit }.count
    guard digits > 0, digits <= 9, let number = Int(text.suffix(digits)) else { return nil }
    return (text.dropLast(digits), number)
  }
  guard name.count == before.count, let (head, number) = split(name), let (start, first) = split(before)
  else {
    return false
  }
  return head == start && number == first + 1
}
