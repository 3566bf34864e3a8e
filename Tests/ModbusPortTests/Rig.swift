import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import SorterModel
import Synchronization

@testable import ModbusPlant

/// A session of assigned control against a machine in memory, with the control thread's ends in hand.
final class Rig {
  let profile: HardwareProfile
  let plc: FakePLC
  let session: AssignedSession
  let signals: PortSignals
  var control: ControlSide
  /// Everything that came out of the inputs' ring.
  var inputs: [PortInput] = []
  /// The port's places in the machine's own numbers, as they were to be written down.
  var places: [SessionPlace] = []
  /// Whether the ring is emptied after each turn.
  var drains = true
  var controlRuns = true
  private var sequence: UInt32 = 0

  struct Options {
    var port = PortOptions()
    var settings = ModbusSettings(device: .tcp(host: "127.0.0.1", port: 1502))
    var order = ByteOrder.abcd
    var eventSlots = 16
    var mailboxSlots = 4
    var ringSlots = 1024
    var change: (inout [RegisterPoint]) -> Void = { _ in }
  }

  static var armed: Options {
    var options = Options()
    options.port.arms = true
    return options
  }

  /// - Parameter machine: a machine that was there before; nil for a new one.
  init(
    _ options: Options = Rig.armed, machine: FakePLC? = nil, prepare: (FakePLC) -> Void = { _ in }
  ) throws {
    let profile = SampleMachine.assigned(options.settings)
    var points = RegisterMap.draft(
      for: profile, eventSlots: options.eventSlots, mailboxSlots: options.mailboxSlots
    ).points
    for index in points.indices { points[index].byteOrder = options.order }
    let right = RegisterMap(points)
    options.change(&points)
    plc = machine ?? FakePLC(map: right, bins: profile.bins.count, pulsesPerMetre: 1000)
    prepare(plc)
    let rings = PortRings.make(slots: options.ringSlots)
    control = rings.control.take()
    signals = control.signals
    signals.mayDrive.store(options.port.arms, ordering: .relaxed)
    let plc = plc
    session = try AssignedSession(
      profile: profile, map: RegisterMap(points), settings: options.settings, transport: plc,
      side: rings.port.take(), options: options.port, clock: { plc.time })
    self.profile = profile
  }

  var now: Instant { Instant(plc.time) }
  var link: LinkState { LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down }

  func holds(_ condition: PortCondition) -> Bool {
    signals.conditions.load(ordering: .relaxed) & condition.bit != 0
  }

  /// Turns every 5 ms.
  func turn(_ count: Int = 1) {
    for _ in 0..<count {
      plc.pass(5_000_000)
      if controlRuns { signals.lastCycle.store(plc.time, ordering: .relaxed) }
      session.turn(at: now)
      if drains { drain() }
    }
  }

  /// Turns until something holds, at most for `limit` turns; whether it held.
  func turn(atMost limit: Int = 400, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() { return true }
      turn()
    }
    return condition()
  }

  func drain() {
    while let input = control.inputs.tryPop() {
      if input.input.event.kind == .session {
        places.append(EventRecord(input.input, at: input.at).sessionPlace)
      } else {
        inputs.append(input)
      }
    }
  }

  /// Gives a command as the control thread does.
  func give(_ command: Command) {
    _ = control.commands.tryPush(PortCommand(command, givenAt: now, because: 0))
  }

  /// Assigns a piece to a bin, good for so many pulses; answers the command's number.
  @discardableResult
  func assign(_ piece: UInt64, bin: UInt16 = 0, pulses: Int64 = 4_000) -> UInt32 {
    sequence &+= 1
    let deadline = session.encoder.position + pulses
    give(.assign(PieceID(piece), BinID(bin), sequence: sequence, deadline: Pulses(deadline)))
    return sequence
  }

  /// The events of a kind that came, in order.
  func events(_ kind: FieldInput.Kind) -> [FieldInput] {
    inputs.map(\.input).filter { $0.event.kind == kind }
  }

  /// The answers that the dispatcher was told, by the command's number.
  var answers: [(sequence: UInt32, answer: FieldInput.Answer)] {
    events(.assignmentAnswered).map { ($0.event.sequence, $0.event.answer) }
  }

  func outcome(_ outcome: CommandOutcome) -> UInt64 { session.book.tallies[Int(outcome.rawValue)] }
}

/// A small line: bins A to D, a reject bin and the end.
enum SampleMachine {
  static func assigned(_ settings: ModbusSettings) -> HardwareProfile { make(.assigned, settings) }

  static func direct(_ settings: ModbusSettings) -> HardwareProfile { make(.direct, settings) }

  private static func make(_ mode: HardwareProfile.ControlMode, _ settings: ModbusSettings) -> HardwareProfile
  {
    func bin(_ name: String, _ place: Int, isEnd: Bool = false) -> HardwareProfile.Bin {
      HardwareProfile.Bin(
        name: name, position: Millimetres(place), side: isEnd ? .end : .left, isEnd: isEnd,
        capacityPieces: 1000, capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)])
    }
    let letter = SizeClass(
      name: "letter", length: Millimetres(100)...Millimetres(300), width: Millimetres(80)...Millimetres(160),
      height: Millimetres(tenths: 2)...Millimetres(7), weight: .zero...Grams(100))
    return HardwareProfile(
      name: "sample", title: "", topology: .line, ratedPiecesPerHour: 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: 4000, encoderPulsesPerMetre: 1000, length: Millimetres(20_000),
        restart: .seconds(2)),
      recirculation: nil, induction: HardwareProfile.Induction(minimumGap: Millimetres(50)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1000), resultDelay: .milliseconds(100)),
      sizeClasses: [letter],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(40), faultsToDisable: 3),
      bins: [
        bin("A", 6000), bin("B", 6500), bin("C", 7000), bin("D", 7500), bin("R", 5000),
        bin("END", 20_000, isEnd: true),
      ],
      sweeping: Sweeping(
        sweepers: 1, service: .seconds(1)...(.seconds(1)), callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: HardwareProfile.Control(
        mode: mode, answer: .milliseconds(5), stallToRideOut: .seconds(10), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "EUR", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0),
      modbus: settings)
  }
}
