/// A span of time in whole nanoseconds, from about -292 to +292 years; sums beyond wrap round.
@frozen
public struct Nanoseconds: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number of nanoseconds.
  public var rawValue: Int64

  /// A span of `rawValue` nanoseconds.
  @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// No time at all.
  @inlinable public static var zero: Nanoseconds { Nanoseconds(0) }

  /// A span given in whole milliseconds; traps beyond 292 years.
  @inlinable public static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }

  /// A span given in whole seconds; traps beyond 292 years.
  @inlinable public static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }

  @inlinable public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.rawValue < b.rawValue }
  @inlinable public static func + (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
    Nanoseconds(a.rawValue &+ b.rawValue)
  }
  @inlinable public static func - (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
    Nanoseconds(a.rawValue &- b.rawValue)
  }
  @inlinable public static func += (a: inout Nanoseconds, b: Nanoseconds) { a.rawValue &+= b.rawValue }
}

/// A moment of a run, in nanoseconds since the run began; never a wall-clock reading.
///
/// Sums beyond 292 years wrap round: what the field sends must never stop the dispatcher.
@frozen
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the run began.
  public var rawValue: Int64

  /// The moment `rawValue` nanoseconds after the run began.
  @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// The moment the run began.
  @inlinable public static var start: Instant { Instant(0) }

  /// Later than anything that happens: what an empty queue answers.
  @inlinable public static var never: Instant { Instant(.max) }

  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.rawValue < b.rawValue }
  @inlinable public static func + (a: Instant, b: Nanoseconds) -> Instant {
    Instant(a.rawValue &+ b.rawValue)
  }
  @inlinable public static func - (a: Instant, b: Instant) -> Nanoseconds {
    Nanoseconds(a.rawValue &- b.rawValue)
  }
}
