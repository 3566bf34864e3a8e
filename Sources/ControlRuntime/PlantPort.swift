import Dispatching
import EventRecords
import Quantities
import RingBuffer
import Synchronization

/// What a port puts into its ring for the control thread: 64 bytes.
@frozen
public struct PortInput: BitwiseCopyable, Sendable {
  /// What the field told, with the belt position extended to 64 bits.
  public var input: FieldInput
  /// When, on the port's clock: the plant's own time behind the simulated backend, else time since the run began.
  public var at: Instant

  /// An input.
  @inlinable
  public init(_ input: FieldInput, at: Instant) {
    self.input = input
    self.at = at
  }
}

/// What the control thread puts into a port's ring.
@frozen
public struct PortCommand: BitwiseCopyable, Sendable {
  /// What is to be done.
  public var command: Command
  /// When the control thread gave it, on the run's monotonic clock.
  public var givenAt: Instant
  /// The number of the input that brought it about, counted from 1.
  public var because: UInt64

  /// A command.
  @inlinable
  public init(_ command: Command, givenAt: Instant, because: UInt64) {
    self.command = command
    self.givenAt = givenAt
    self.because = because
  }
}

/// A record of ground truth that only a virtual plant can give, pinned to the input that it precedes.
@frozen
public struct PortTruth: BitwiseCopyable, Sendable {
  /// The record for the journal.
  public var record: EventRecord
  /// The number of the input before which it belongs, counted from 1.
  public var before: UInt64

  /// A truth.
  @inlinable
  public init(_ record: EventRecord, before: UInt64) {
    self.record = record
    self.before = before
  }
}

/// What the control thread and a port share without locks: how far the one is, and how the other does.
public final class PortSignals: Sendable {
  /// The moment of the monotonic clock at which the run began, set before the port is started.
  ///
  /// From it a port counts the time of its inputs.
  public let began = Atomic<Int64>(0)
  /// How many inputs the control thread has handled, all their commands given: written by it alone.
  public let handled = Atomic<UInt64>(0)
  /// The control thread's last cycle, in nanoseconds since the run began.
  ///
  /// A port that sees it stand still stops its own heartbeat, so that the machine goes safe when the
  /// controller hangs.
  public let lastCycle = Atomic<Int64>(0)
  /// Whether outputs may be driven: `--arm` was given, the pre-flight passed and nothing has gone wrong since.
  public let mayDrive = Atomic<Bool>(false)
  /// The port's state for displays and alarms, by `LinkState`.
  public let link = Atomic<UInt8>(LinkState.down.rawValue)
  /// A bit for each `PortCondition` that stands.
  public let conditions = Atomic<UInt32>(0)
  /// Writes that the register map does not allow and that were stopped, as `RefusedWrites`.
  public let refusedWrites = Atomic<UInt64>(0)
  /// Writes that the machine itself refused, by its own count; other controllers' are among them.
  public let machineRefusals = Atomic<UInt64>(0)
  /// Requests that were answered.
  public let requests = Atomic<UInt64>(0)
  /// Requests that failed.
  public let failures = Atomic<UInt64>(0)
  /// Connections after the first.
  public let reconnects = Atomic<UInt64>(0)
  /// Commands of which nobody knows whether they were carried out.
  public let unknownOutcomes = Atomic<UInt64>(0)
  /// The last round trip, in nanoseconds.
  public let lastRoundTrip = Atomic<Int64>(0)
  /// The longest round trip of the last second, in nanoseconds.
  public let longestRoundTrip = Atomic<Int64>(0)
  /// Turns in which events stayed with the machine because the inputs' ring was full.
  public let backPressure = Atomic<UInt64>(0)
  /// Commands that were not sent, because their deadline had passed or the machine was not being driven.
  public let droppedCommands = Atomic<UInt64>(0)
  /// Counts up with each acknowledged wish of a person to leave the machine's latched safe state.
  public let resetsAsked = Atomic<UInt32>(0)
  /// Whether no control thread will ever handle what the port tells, because none could be started.
  ///
  /// A port that waits for the controller stops waiting.
  public let controllerIsGone = Atomic<Bool>(false)
  /// Whether the port should finish and stop its threads.
  public let shouldStop = Atomic<Bool>(false)
  /// Whether all mail was fed and has left the machine: only a virtual plant knows.
  public let hasFinished = Atomic<Bool>(false)
  /// Where the belt was when the port last looked, in pulses extended to 64 bits.
  ///
  /// For readings of scanners that know no belt: until a port has told it, none is believed.
  private let position = Atomic<Int64>(0)
  /// When that was, in nanoseconds since the run began; `.min` before it has looked.
  private let positionAt = Atomic<Int64>(.min)
  /// The machine's last event that is safe in the journal, as `SafeEvent`, by the control thread.
  ///
  /// A port tells its machine that an event was taken over when it is safe: until then the machine keeps it.
  public let journaledEvent = Atomic<UInt64>(SafeEvent.all.rawValue)
  /// Whether the port's thread has ended, and nothing more will come.
  public let hasEnded = Atomic<Bool>(false)

  /// Signals of a port that has not started.
  public init() {}

  /// Tells where the belt was at a moment, by the port alone.
  ///
  /// The moment is one before the machine was asked: what is said to be older than it is does no harm.
  public func tellPosition(_ position: Int64, at moment: Instant) {
    self.position.store(position, ordering: .relaxed)
    positionAt.store(moment.rawValue, ordering: .releasing)
  }

  /// Where the belt was when the port last looked, and when that was; nil before it has.
  ///
  /// The position may be newer than the moment, never older.
  public var lastPosition: (position: Pulses, at: Instant)? {
    let moment = positionAt.load(ordering: .acquiring)
    guard moment != .min else { return nil }
    return (Pulses(position.load(ordering: .relaxed)), Instant(moment))
  }

  /// How long the control thread has not come round; zero before its first cycle.
  ///
  /// By its own word of when that was: a port that was itself held up must not take it for alive because of a cycle
  /// that is long past.
  public func controlStandstill(at now: Instant) -> Nanoseconds {
    let last = lastCycle.load(ordering: .relaxed)
    return last == 0 ? .zero : max(.zero, now - Instant(last))
  }
}

/// How a port's link to its machine stands.
public enum LinkState: UInt8, CaseIterable, Sendable {
  /// No connection; the port tries again by itself.
  case down
  /// Connected; identity, epoch and ownership are being checked.
  case checking
  /// Connected and checked; nothing is driven.
  case disarmed
  /// Driving.
  case armed
  /// The machine is in its safe state.
  case safe
}

/// Something about a port's machine that an alarm is to say; a bit each in `PortSignals.conditions`.
public enum PortCondition: UInt8, CaseIterable, Sendable {
  /// The machine's heartbeat stands still.
  case heartbeatLost
  /// The machine would not notice if the controller died.
  case watchdogOff
  /// The machine's program started anew.
  case epochChanged
  /// Another controller drives the machine.
  case ownershipLost
  /// What was read back is not what was written.
  case readbackMismatch
  /// The emergency stop is latched.
  case emergencyStop
  /// Events of the machine were overwritten before they were read.
  case eventsLost
  /// Values of two registers come in another order than the map says.
  case wordOrder
  /// The machine speaks another version of the register interface.
  case interfaceVersion
  /// The machine's bins or rings are not those of the profile and its map.
  case layoutMismatch
  /// A point was refused by the device and is left out.
  case quarantinedPoint
  /// An answer was not one to the request.
  case protocolFault
  /// A write to a place that the map does not mark writable was stopped.
  case writeRefused
  /// The machine has not answered a command in time.
  case commandUnanswered
  /// A photo-eye is on for longer than any piece lasts.
  case sensorStuck
  /// A photo-eye flickers.
  case sensorChattering

  /// Its bit.
  public var bit: UInt32 { 1 << UInt32(rawValue) }
}

/// The port's ends of the rings: what it writes and reads on its own thread.
public struct PortSide: ~Copyable, Sendable {
  /// Inputs for the control thread.
  public var inputs: RingProducer<PortInput>
  /// Ground truth for the journal; a port of a real machine never uses it.
  public var truths: RingProducer<PortTruth>
  /// Commands of the control thread.
  public var commands: RingConsumer<PortCommand>
  /// Outcomes of pieces, for a virtual plant to hold against what it knows.
  public var outcomes: RingConsumer<EventRecord>
  /// What both sides share.
  public let signals: PortSignals
}

/// The control thread's ends of the rings.
public struct ControlSide: ~Copyable, Sendable {
  /// What the field told.
  public var inputs: RingConsumer<PortInput>
  /// Ground truth for the journal.
  public var truths: RingConsumer<PortTruth>
  /// Commands for the machine.
  public var commands: RingProducer<PortCommand>
  /// Outcomes of pieces, where the port asked for them.
  public var outcomes: RingProducer<EventRecord>
  /// What both sides share.
  public let signals: PortSignals
}

/// The rings that join the control thread and one port.
public enum PortRings {
  /// The memory that the rings take with so many slots each, in bytes.
  public static func bytes(slots: Int) -> Int {
    RingBuffer<PortInput>.bytes(capacity: slots) + RingBuffer<PortTruth>.bytes(capacity: slots)
      + RingBuffer<PortCommand>.bytes(capacity: slots) + RingBuffer<EventRecord>.bytes(capacity: slots)
  }

  /// Makes both sides; `slots` is a power of two, by the sizing rule of `RingSize`.
  ///
  /// - Parameter signals: what both sides share; another pair's where something stands between the two.
  public static func make(
    slots: Int, signals: PortSignals = PortSignals()
  ) -> (control: PortEnds<ControlSide>, port: PortEnds<PortSide>, signals: PortSignals) {
    let inputs = RingBuffer<PortInput>(capacity: slots)
    let truths = RingBuffer<PortTruth>(capacity: slots)
    let commands = RingBuffer<PortCommand>(capacity: slots)
    let outcomes = RingBuffer<EventRecord>(capacity: slots)
    return (
      PortEnds(
        ControlSide(
          inputs: inputs.makeConsumer(), truths: truths.makeConsumer(), commands: commands.makeProducer(),
          outcomes: outcomes.makeProducer(), signals: signals)),
      PortEnds(
        PortSide(
          inputs: inputs.makeProducer(), truths: truths.makeProducer(), commands: commands.makeConsumer(),
          outcomes: outcomes.makeConsumer(), signals: signals)), signals
    )
  }
}

/// Carries the ends of rings to the thread that will own them; they are taken out once.
public final class PortEnds<Ends: ~Copyable & Sendable>: @unchecked Sendable {
  private var ends: Ends?
  private let isTaken = Atomic<Bool>(false)

  init(_ ends: consuming Ends) { self.ends = consume ends }

  /// Takes the ends out; a second call traps, because ends have one owner.
  public func take() -> Ends {
    precondition(
      !isTaken.exchange(true, ordering: .acquiringAndReleasing), "the ends of a ring have one owner")
    guard let ends = ends.take() else { preconditionFailure("the ends of a ring are gone") }
    return ends
  }
}

/// The machine as the control thread sees it: rings, filled and emptied by threads of the port's own.
public protocol PlantPort: AnyObject, Sendable {
  /// What both sides share; readable from any thread.
  var signals: PortSignals { get }
  /// The control thread's ends, taken once.
  var control: PortEnds<ControlSide> { get }
  /// Whether inputs carry the plant's own time and ground truth (a virtual plant in this process).
  var isVirtual: Bool { get }
  /// Whether the port is to be told the outcomes of pieces: it holds them against what it knows.
  var wantsOutcomes: Bool { get }
  /// Starts the port's threads.
  func start() throws
  /// Makes the outputs safe, stops the port's threads and waits for them.
  func stop()
}

extension PlantPort {
  /// Only who knows the truth wants to hear what the controller makes of it.
  public var wantsOutcomes: Bool { isVirtual }
}
