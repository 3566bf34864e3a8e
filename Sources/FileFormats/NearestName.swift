/// The candidate that `name` was most likely meant to be, or nil if none is near.
///
/// Near means: at most a third of the characters inserted, left out, replaced or swapped with a
/// neighbour (optimal string alignment, capitals and small letters alike). Failing that, the one
/// candidate that begins with `name` or that `name` begins with.
/// Cost: the product of the lengths for each candidate; names of more than 64 characters match nothing.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var best: String?
  var bestDistance = Int.max
  var beginning: String?
  var beginnings = 0
  for candidate in candidates {
    let other = Array(candidate.lowercased().unicodeScalars)
    guard !other.isEmpty, other.count <= 64 else { continue }
    let allowed = max(1, max(wanted.count, other.count) / 3)
    if abs(wanted.count - other.count) <= allowed {
      let distance = alignmentDistance(wanted, other)
      // A name of one or two characters is near only to itself or to a swap.
      if distance <= allowed && distance < bestDistance && distance < max(wanted.count, other.count) {
        best = candidate
        bestDistance = distance
      }
    }
    let shared = zip(wanted, other).prefix { $0 == $1 }.count
    if shared >= 3 && shared == min(wanted.count, other.count) {
      beginning = candidate
      beginnings += 1
    }
  }
  return best ?? (beginnings == 1 ? beginning : nil)
}

/// The least number of insertions, deletions, replacements and swaps of neighbours from `a` to `b`.
func alignmentDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  var older = [Int](repeating: 0, count: b.count + 1)
  var above = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
      row.append(cost)
    }
    older = above
    above = row
  }
  return above[b.count]
}
