import Quantities

/// How a `ModbusServer` listens, and what it puts up with.
public struct ModbusServerSettings: Hashable, Sendable {
  /// Where it listens: an address and port (0 lets the system choose one), or a serial port.
  public var endpoint: ModbusEndpoint
  /// The units that it answers for; others get no answer on a serial line, and exception 11 on TCP.
  public var units: ClosedRange<UInt8>
  /// Whether it may listen on an address that other machines reach.
  public var allowBeyondLoopback: Bool
  /// How many clients may be connected at once; a further one is closed at once. 1 to 256.
  public var mostClients: Int
  /// How long a client may take from the first byte of a request to its last, and to take in its answer.
  public var clientDeadline: Nanoseconds
  /// What requests it takes.
  public var limits: ModbusRequestLimits
  /// Whether its threads ask for a real-time priority, as a device's own would have.
  public var wantsRealTime = false

  /// A server for all units, on loopback only, for at most 16 clients who are given 2 s a request.
  public init(
    _ endpoint: ModbusEndpoint, units: ClosedRange<UInt8> = 0...255, allowBeyondLoopback: Bool = false,
    mostClients: Int = 16, clientDeadline: Nanoseconds = .seconds(2),
    limits: ModbusRequestLimits = ModbusRequestLimits()
  ) {
    self.endpoint = endpoint
    self.units = units
    self.allowBeyondLoopback = allowBeyondLoopback
    self.mostClients = min(max(mostClients, 1), 256)
    self.clientDeadline = clientDeadline
    self.limits = limits
  }
}
