import Quantities

/// Longest match by painting: short patterns are painted over by longer ones, so the last coat wins.
extension PlanCompiler {
  /// Cuts the codes into intervals and finds each one's rule for each size class.
  mutating func paint() {
    var edges: [UInt64] = [0]
    for rule in plan.rules {
      guard case .sort(let pattern) = rule.kind else { continue }
      edges.append(pattern.interval.lowerBound)
      edges.append(pattern.interval.upperBound + 1)
    }
    edges.sort()
    starts = []
    for edge in edges where starts.last != edge { starts.append(edge) }
    winners = Array(repeating: 0, count: starts.count * max(classCount, 1))

    // Two coats a length: rules for every class first, then those for one class.
    var coats: [[Int]] = Array(repeating: [], count: (DestinationCode.maximumLength + 1) * 2)
    for index in plan.rules.indices {
      guard case .sort(let pattern) = plan.rules[index].kind else { continue }
      coats[pattern.length * 2 + (plan.rules[index].sizeClass == nil ? 0 : 1)].append(index)
    }
    for coat in coats.indices {
      for index in coats[coat] { paint(rule: index, coat: coat) }
    }
  }

  private mutating func paint(rule index: Int, coat: Int) {
    guard case .sort(let pattern) = plan.rules[index].kind else { return }
    var interval = firstInterval(at: pattern.interval.lowerBound)
    var told = false
    while interval < starts.count && starts[interval] <= pattern.interval.upperBound {
      for sizeClass in 0..<classCount where rules[index].classMask & (1 << UInt32(sizeClass)) != 0 {
        let place = interval * classCount + sizeClass
        let other = winners[place]
        if other != 0 && self.coat(of: Int(other) - 1) == coat {
          if !told {
            report(
              plan.rules[index].line,
              .overlap(
                withLine: plan.rules[Int(other) - 1].line,
                example: DestinationCode(rawValue: starts[interval])))
          }
          told = true
          overlapped[Int(other) - 1] = true
        }
        winners[place] = UInt32(index + 1)
      }
      interval += 1
    }
  }

  private func coat(of index: Int) -> Int {
    guard case .sort(let pattern) = plan.rules[index].kind else { return -1 }
    return pattern.length * 2 + (plan.rules[index].sizeClass == nil ? 0 : 1)
  }

  /// The interval that begins at `edge`, which is one of the edges.
  private func firstInterval(at edge: UInt64) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < edge { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Finds sort rules that no interval has left: longer ones took every code.
  ///
  /// One that an equally long rule covers is told as an overlap already.
  mutating func findUnreachable() {
    var seen = Array(repeating: false, count: plan.rules.count)
    for winner in winners where winner != 0 { seen[Int(winner) - 1] = true }
    for index in plan.rules.indices where !seen[index] && !overlapped[index] && rules[index].classMask != 0 {
      if case .sort = plan.rules[index].kind { report(plan.rules[index].line, .unreachable) }
    }
  }
}
