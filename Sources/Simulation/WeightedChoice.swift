import FlatStorage

/// Draws an index with given integer weights in constant time: Walker's alias method, in integers.
struct WeightedChoice: ~Copyable {
  private let entries: Slab<Entry>

  struct Entry: BitwiseCopyable {
    /// Below this, of 2^32, the entry itself is drawn; at or above, its alias.
    var threshold: UInt64
    var alias: UInt32
  }

  /// A choice among `weights`, none negative and at least one above 0; their sum stays below 2^62.
  init(_ weights: [Int]) {
    let total = weights.reduce(0, +)
    precondition(total > 0, "a weighted choice needs a weight above 0")
    let count = weights.count
    // Each entry gets count * weight of `total` shares; full-width products keep it exact.
    var entries = (0..<count).map { Entry(threshold: 1 << 32, alias: UInt32($0)) }
    var share = weights.map { Share(weight: $0, count: count) }
    var small: [Int] = []
    var large: [Int] = []
    for index in 0..<count {
      if share[index].isBelow(total) { small.append(index) } else { large.append(index) }
    }
    while let less = small.popLast(), let more = large.popLast() {
      entries[less] = Entry(threshold: share[less].fraction(of: total), alias: UInt32(more))
      share[more].give(total, to: share[less])
      if share[more].isBelow(total) { small.append(more) } else { large.append(more) }
    }
    self.entries = Slab(entries)
  }

  /// An index, drawn from one random number.
  @inline(__always)
  func draw(_ random: UInt64) -> Int {
    let product = random.multipliedFullWidth(by: UInt64(entries.count))
    let index = Int(product.high)
    return (product.low >> 32) < entries[index].threshold ? index : Int(entries[index].alias)
  }

  /// A share of the total, as a 128-bit number.
  private struct Share {
    var high: UInt64
    var low: UInt64

    init(weight: Int, count: Int) {
      let product = UInt64(weight).multipliedFullWidth(by: UInt64(count))
      high = product.high
      low = product.low
    }

    func isBelow(_ total: Int) -> Bool { high == 0 && low < UInt64(total) }

    /// How much of the total it is, of 2^32; only for shares below the total.
    func fraction(of total: Int) -> UInt64 {
      let scaled = low.multipliedFullWidth(by: 1 << 32)
      return UInt64(total).dividingFullWidth(scaled).quotient
    }

    /// Takes away what the other lacks to the total.
    mutating func give(_ total: Int, to other: Share) {
      let lacking = UInt64(total) - other.low
      let (rest, borrow) = low.subtractingReportingOverflow(lacking)
      low = rest
      if borrow { high -= 1 }
    }
  }
}
