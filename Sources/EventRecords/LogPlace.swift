/// A place in a log: behind its last whole line.
public struct LogPlace: Hashable, Sendable {
  /// How many segments were put aside before the file.
  public var segments: Int
  /// How many bytes of the file are whole.
  public var bytes: Int
  /// The number that the last line bears; 0 where there is none.
  public var number: Int
  /// The checksum over all lines up to here.
  public var checksum: UInt32

  /// A place; by default that of a log without a line.
  public init(segments: Int = 0, bytes: Int = 0, number: Int = 0, checksum: UInt32 = 0) {
    self.segments = segments
    self.bytes = bytes
    self.number = number
    self.checksum = checksum
  }

  /// Whether the log has no whole line, so that it is begun anew.
  public var isEmpty: Bool { bytes == 0 && segments == 0 }
}
