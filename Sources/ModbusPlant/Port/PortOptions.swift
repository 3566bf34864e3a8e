import Quantities

/// How a port is to behave, beside what its profile and register map say.
public struct PortOptions: Hashable, Sendable {
  /// Whether outputs are to be driven (`--arm`); where not, the port watches and answers every command "refused".
  public var arms = false
  /// Whether nothing at all is to be written (`--dry-run`).
  public var isDryRun = false
  /// Whether a latched safe state is left again without a person's word; for unattended rehearsals.
  public var resetsByItself = false
  /// Whether the port's thread asks for a real-time priority, so that no other program delays its heartbeat.
  public var wantsRealTime = false
  /// What owner numbers and the jitter of waits are drawn from.
  public var seed: UInt64 = 1
  /// How many slots the rings to and from the control thread have, a power of two.
  public var ringSlots = 4_096
  /// After so long without an answer a command counts as timed out.
  public var commandTimeout = Nanoseconds.milliseconds(500)
  /// When the control thread has stood still for so long, the controller's heartbeat stops.
  public var controlStall = Nanoseconds.milliseconds(100)
  /// When the machine's heartbeat has stood still for so long, the machine counts as hung.
  public var machineStall = Nanoseconds.milliseconds(300)
  /// What a controller that was cut short goes on from; nil for one that begins.
  public var resumption: PortResumption?

  /// The usual options: nothing is driven.
  public init() {}
}
