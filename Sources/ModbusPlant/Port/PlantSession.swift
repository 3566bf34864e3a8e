import Quantities

/// What a port's thread does, one poll at a time: assigned or direct control.
package protocol PlantSession: AnyObject {
  /// One poll. `now` never goes back.
  func turn(at now: Instant)
  /// What can be done between two polls: commands that came, diverters that are due.
  func serve(at now: Instant)
  /// Before when `serve` should be called again, at the latest; nil where the next poll is soon enough.
  var nextMoment: Instant? { get }
  /// Makes the outputs safe, gives every open command its outcome and closes the connection.
  func end(at now: Instant)
  /// What is known of the machine and of how the port does.
  var overview: PortOverview { get }
}

/// What a port knows of its machine, and what became of its commands: a value, copied out of the port's thread.
public struct PortOverview: Hashable, Sendable {
  /// The checks made so far.
  public var preflight = PreflightReport()
  /// Whether the checks were made to their end, or one failed that lets none of the others be made.
  public var isChecked = false
  /// Why the last connection ended, in plain words; empty where none has.
  public var lastFault = ""
  /// How many commands the control thread gave.
  public var commandsTaken: UInt64 = 0
  /// How many of them ended in each way, by `CommandOutcome`.
  public var outcomes = [UInt64](repeating: 0, count: CommandOutcome.allCases.count)
  /// How many have no outcome yet.
  public var commandsOpen = 0
  /// How often each condition came up, by `PortCondition`.
  public var conditions: [UInt64] = []
  /// Writes that were refused because the map does not allow them; the newest 64.
  public var refusedWrites: [RefusedWrite] = []
  /// Points that the device refuses.
  public var quarantined: [String] = []
  /// Events of the machine, or edges of eyes, that were lost.
  public var lostEvents: UInt64 = 0
  /// Events of kinds that the register interface does not have.
  public var unknownEvents: UInt64 = 0

  /// An overview of a port that has not started.
  public init() {}
}
