/// Writes that a port stopped because the register map does not allow them: the last one and how many in all.
///
/// 64 bits, so that the port's thread can show it to the control thread in one atomic store.
@frozen
public struct RefusedWrites: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The address, how many addresses, the table and the count, from the low bits up: 16, 16, 4 and 28 bits.
  public var rawValue: UInt64

  /// None so far.
  public static let none = RefusedWrites(rawValue: 0)

  /// Refused writes as they lie in an atomic.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The last refused write and how many there were in all.
  ///
  /// - table: the leading digit of the old 40001-style notation: 0 coils, 1 discrete, 3 input, 4 holding.
  /// - address: the first wire address that would have been written.
  /// - length: how many addresses from there, at most 65,535.
  /// - count: how many writes were refused so far; it wraps at 2^28.
  public init(table: Int, address: Int, length: Int, count: UInt64) {
    rawValue =
      UInt64(UInt16(truncatingIfNeeded: address)) | UInt64(UInt16(clamping: length)) << 16
      | UInt64(table & 15) << 32 | (count & 0xFFF_FFFF) << 36
  }

  /// The first wire address that would have been written.
  public var address: UInt32 { UInt32(truncatingIfNeeded: rawValue & 0xFFFF) }

  /// How many addresses would have been written.
  public var length: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16 & 0xFFFF) }

  /// The table's digit: 0 coils, 1 discrete, 3 input, 4 holding.
  public var table: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 32 & 15) }

  /// How many writes were refused since an earlier look.
  public func count(since before: RefusedWrites) -> UInt64 {
    (rawValue >> 36 &- before.rawValue >> 36) & 0xFFF_FFFF
  }
}
