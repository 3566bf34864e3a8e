/// The name among `candidates` that `text` was most likely meant to be.
///
/// The distance counts insertions, deletions, substitutions and swaps of neighbours, small and
/// capital letters alike. A name qualifies up to a third of its own length away, or if it begins
/// with what was typed (three letters or more).
///
/// - Returns: nil if no name is near.
package func nearestName(to text: String, among candidates: [String]) -> String? {
  let wanted = Array(text.lowercased().unicodeScalars.prefix(64))
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let letters = Array(candidate.lowercased().unicodeScalars)
    var distance = editDistance(wanted, letters)
    if wanted.count >= 3, letters.starts(with: wanted) { distance = min(distance, 1) }
    guard distance <= max(1, letters.count / 3) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
  }
  return best?.name
}

/// How many insertions, deletions, substitutions and swaps of neighbours turn one text into the other.
///
/// Costs the product of both lengths.
package func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
  if first.isEmpty || second.isEmpty { return max(first.count, second.count) }
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for i in 1...first.count {
    var row = [i]
    row.reserveCapacity(second.count + 1)
    for j in 1...second.count {
      var cost = last[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1)
      cost = min(cost, last[j] + 1, row[j - 1] + 1)
      if i > 1, j > 1, first[i - 1] == second[j - 2], first[i - 2] == second[j - 1] {
        cost = min(cost, beforeLast[j - 2] + 1)
      }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[second.count]
}
