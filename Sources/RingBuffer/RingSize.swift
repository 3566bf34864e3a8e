/// How large a ring must be, and how that was reached: rated pieces an hour, records a piece, longest stall.
///
/// In the longest stall, `rated / 3600 x stall` pieces pass, each with so many records; all must find a
/// slot. The count of records is rounded up, then up to a power of two, because a ring's slot is found
/// with a mask.
public struct RingSize: Hashable, Sendable {
  /// Rated speed in pieces an hour.
  public let ratedPiecesPerHour: Int
  /// How many records a piece puts through the ring.
  public let recordsPerPiece: Int
  /// The longest stall of the consumer that must be ridden out, in nanoseconds.
  public let stallNanoseconds: Int64
  /// The size of one record in bytes.
  public let recordBytes: Int
  /// How many records come in the longest stall, rounded up.
  public let records: Int
  /// The ring's capacity: a power of two.
  public let slots: Int

  /// The largest ring that is given out, in slots.
  public static let maximumSlots = 1 << 30

  /// The size for these figures.
  ///
  /// - Parameters:
  ///   - ratedPiecesPerHour: 1 to 1,000,000.
  ///   - recordsPerPiece: 1 to 64.
  ///   - stallNanoseconds: 0 to 2^62.
  ///   - recordBytes: the size of one record, 64 for the journal's.
  /// - Returns: nil if a figure is out of its range or the ring would need more than 2^30 slots.
  public init?(ratedPiecesPerHour: Int, recordsPerPiece: Int, stallNanoseconds: Int64, recordBytes: Int = 64)
  {
    guard (1...1_000_000).contains(ratedPiecesPerHour), (1...64).contains(recordsPerPiece),
      (0...(1 << 62)).contains(stallNanoseconds), (1...4096).contains(recordBytes)
    else { return nil }
    let nanosecondsPerHour: UInt64 = 3_600_000_000_000
    let recordsPerHour = UInt64(ratedPiecesPerHour * recordsPerPiece)
    let product = recordsPerHour.multipliedFullWidth(by: UInt64(stallNanoseconds))
    // The quotient fits in 64 bits only below this; far beyond the largest ring anyway.
    guard product.high < nanosecondsPerHour else { return nil }
    let (whole, rest) = nanosecondsPerHour.dividingFullWidth(product)
    let records = whole + (rest > 0 ? 1 : 0)
    guard records <= UInt64(Self.maximumSlots) else { return nil }
    var slots = 1
    while slots < records { slots *= 2 }
    self.ratedPiecesPerHour = ratedPiecesPerHour
    self.recordsPerPiece = recordsPerPiece
    self.stallNanoseconds = stallNanoseconds
    self.recordBytes = recordBytes
    self.records = Int(records)
    self.slots = max(2, slots)
  }

  /// The memory the slots take, in bytes: no record lies across two cache lines that could lie in one.
  public var bytes: Int { slots * RingSlot.bytes(size: recordBytes, alignment: 8) }
}

extension RingSize: CustomStringConvertible {
  /// The arithmetic in one line: `30,000/h x 8 records x 60 s = 4,000 -> 4,096 slots (256 KiB)`.
  public var description: String {
    let records = "\(grouped(recordsPerPiece)) record\(recordsPerPiece == 1 ? "" : "s")"
    return "\(grouped(ratedPiecesPerHour))/h x \(records) x \(stallText) = \(grouped(self.records)) "
      + "-> \(grouped(slots)) slots (\(bytesText))"
  }

  private var stallText: String {
    let whole = stallNanoseconds / 1_000_000_000
    let rest = stallNanoseconds % 1_000_000_000
    if rest == 0 { return "\(grouped(Int(whole))) s" }
    var digits = String(String(1_000_000_000 + rest).dropFirst())
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(grouped(Int(whole))).\(digits) s"
  }

  private var bytesText: String {
    if bytes % (1 << 20) == 0 { return "\(grouped(bytes >> 20)) MiB" }
    if bytes % (1 << 10) == 0 { return "\(grouped(bytes >> 10)) KiB" }
    return "\(grouped(bytes)) bytes"
  }

  /// A count with a comma between each three digits.
  private func grouped(_ count: Int) -> String {
    var text = ""
    for (place, digit) in String(count).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
