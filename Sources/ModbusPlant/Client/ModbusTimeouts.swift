import Quantities

/// How long a client waits: all are totals, which a device that drips its bytes cannot stretch.
public struct ModbusTimeouts: Hashable, Sendable {
  /// How long a connection may take to come about; 1 ms to 10 minutes.
  public var connect: Nanoseconds
  /// From the sending of a request to the last byte of its answer, wire time included; 1 ms to 10 minutes.
  public var response: Nanoseconds
  /// How long a serial line must be silent before it is used, at opening and so after every fault.
  ///
  /// Longer than the latest answer that the devices on it ever give: a late answer on a serial line bears no
  /// number that would tell it from the next one.
  public var quiet: Nanoseconds

  /// Time-outs in nanoseconds; without arguments 1 s to connect, 500 ms for an answer, 200 ms of silence.
  public init(
    connect: Nanoseconds = .seconds(1), response: Nanoseconds = .milliseconds(500),
    quiet: Nanoseconds = .milliseconds(200)
  ) {
    self.connect = connect
    self.response = response
    self.quiet = quiet
  }

  /// Within what can be waited for: 1 ms to 10 minutes.
  static func clamped(_ time: Nanoseconds) -> Nanoseconds {
    min(max(time, .milliseconds(1)), .seconds(600))
  }
}
