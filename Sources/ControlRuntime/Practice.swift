import Dispatching
import EventRecords
import Quantities
import SorterModel
import Telemetry

/// A second control loop that sorts pieces of its own against nobody, while the first waits for its next cycle.
///
/// At 30,000 pieces an hour a command is due every 120 ms, and whatever else the processor did in between has
/// taken the loop's code, tables and predicted branches out of its caches: such a command took five to
/// twenty times as long as one that follows another at once. So the stretch that `CyclePacer` spins away is
/// used: one piece goes through the same code, under the same plan, by a reading that was heard lately. It has a
/// dispatcher, rings and figures of its own and touches nothing of the first loop.
///
/// Belongs to the control thread. Allocates when it is made, and never after.
final class Practice {
  private var loop: ControlLoop
  private var port: PortSide
  private var readings: [FieldInput.Event]
  private var heard = 0
  private var piece: UInt64 = 0
  private var position = Pulses.zero
  /// Keeps the compiler from leaving out reads that only serve the caches.
  private var read: UInt64 = 0

  /// The shortest spinning in which there is time to practise.
  static let leastSpin = Nanoseconds(100_000)
  /// What must be left until the cycle for another piece to be practised: several times what one takes.
  static let time = Nanoseconds(20_000)
  /// How many readings are remembered: enough to go through different parts of the plan.
  private static let readingsKept = 64

  /// A loop for the machine, the plan and the kind of port of `loop`.
  init(for loop: borrowing ControlLoop) {
    let profile = loop.recorder.run.profile
    let port = PracticePort(
      isVirtual: loop.isVirtual, slots: ControlLoop.leastSlots(for: profile))
    self.port = port.ends.take()
    self.loop = ControlLoop(
      profile: profile, plan: loop.dispatcher.plan, port: port, recorder: Recorder(loop.recorder.run),
      settings: ControlSettings(spin: .zero), gauges: ControlGauges(binCount: profile.bins.count),
      wishes: ControlWishes(), began: loop.began)
    let nothing = Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero)
    readings = Array(
      repeating: .pieceIdentified(.none, .none, nothing, .noRead), count: Self.readingsKept)
  }

  /// How many of its pieces are under way: none, between two.
  var onMachine: Int { loop.onMachine }

  /// Keeps a reading that the machine told, to practise with.
  func remember(_ reading: FieldInput.Event) {
    readings[heard % readings.count] = reading
    heard &+= 1
  }

  /// Takes one piece from induction to its bin, and reads what `dispatcher` will need for its next piece.
  ///
  /// - Returns: how many commands it gave for the piece.
  @discardableResult
  func practise(besides dispatcher: borrowing Dispatcher, at moment: Nanoseconds) -> Int {
    piece &+= 1
    position = position + Pulses(1 << 12)
    let id = PieceID(piece)
    var reading = readings[Int(piece % UInt64(max(1, min(heard, readings.count))))]
    reading.piece = id
    let now = Instant((moment - loop.began).rawValue)
    tell(.pieceInducted(id, arrivedAt: now, gap: Pulses(1 << 12)), now)
    tell(reading, now)
    _ = loop.cycle(at: moment)
    var commands = 0
    while let given = port.commands.tryPop() {
      commands += 1
      let command = given.command
      tell(.assignmentAnswered(id, sequence: command.sequence, .accepted, at: position), now)
      guard command.bin != .none else { continue }
      tell(.divertConfirmed(id, command.bin), now)
      tell(.binAvailable(command.bin, emptied: true), now)
    }
    if commands == 0 { tell(.pieceAtEnd(id), now) }
    _ = loop.cycle(at: moment)
    while port.commands.tryPop() != nil {}
    while port.outcomes.tryPop() != nil {}
    read &+= dispatcher.lookAhead()
    return commands
  }

  private func tell(_ event: FieldInput.Event, _ now: Instant) {
    _ = port.inputs.tryPush(PortInput(FieldInput(event, at: position), at: now))
  }
}

extension ControlLoop {
  /// Practises one piece, where this loop has somebody to practise with.
  func practise() {
    guard let practice else { return }
    practice.practise(besides: dispatcher, at: MonotonicClock.now())
  }
}

/// Rings with nobody behind them.
private final class PracticePort: PlantPort {
  let signals: PortSignals
  let control: PortEnds<ControlSide>
  let ends: PortEnds<PortSide>
  let isVirtual: Bool

  init(isVirtual: Bool, slots: Int) {
    (control, ends, signals) = PortRings.make(slots: slots)
    self.isVirtual = isVirtual
    signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
  }

  func start() {}
  func stop() {}
}
