import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import SorterModel
import Synchronization

@testable import ModbusPlant

/// A session of direct control against remote input and output in memory.
final class DirectRig {
  let io: FakeRemoteIO
  let session: DirectSession
  let signals: PortSignals
  var control: ControlSide
  var inputs: [PortInput] = []
  let profile: HardwareProfile
  var controlRuns = true
  /// Whether the control thread takes what the port hands on.
  var isDrained = true

  /// A session on remote input and output of its own, or on that of one that is gone.
  init(
    arms: Bool = true, after dead: DirectRig? = nil, goingOnFrom resumption: PortResumption? = nil,
    showsHold: Bool = true, without absent: Set<String> = [], isDryRun: Bool = false, slots: Int = 1024,
    prepare: (FakeRemoteIO) -> Void = { _ in }
  ) throws {
    let settings = ModbusSettings(device: .tcp(host: "127.0.0.1", port: 1502))
    profile = SampleMachine.direct(settings)
    var points = RegisterMap.draft(for: profile).points.filter { !absent.contains($0.name) }
    for index in points.indices where points[index].name == "induction.hold" && !showsHold {
      points[index].access = .write
    }
    let map = RegisterMap(points)
    io = dead?.io ?? FakeRemoteIO(map: map)
    prepare(io)
    let rings = PortRings.make(slots: slots)
    control = rings.control.take()
    signals = control.signals
    signals.mayDrive.store(arms, ordering: .relaxed)
    var options = PortOptions()
    options.arms = arms && !isDryRun
    options.isDryRun = isDryRun
    options.resumption = resumption
    let io = io
    session = try DirectSession(
      profile: profile, map: map, settings: settings, transport: io, side: rings.port.take(),
      options: options, clock: { io.time })
  }

  var now: Instant { Instant(io.time) }
  var link: LinkState { LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down }

  func holds(_ condition: PortCondition) -> Bool {
    signals.conditions.load(ordering: .relaxed) & condition.bit != 0
  }

  /// Polls every 5 ms; between two polls it is served when it asks for it.
  func turn(_ count: Int = 1) {
    for _ in 0..<count {
      if controlRuns { signals.lastCycle.store(io.time, ordering: .relaxed) }
      session.turn(at: now)
      let next = io.time + 5_000_000
      while io.time < next {
        let due = session.nextMoment.map { max($0.rawValue, io.time) } ?? next
        io.pass(max(min(due, next) - io.time, 100_000))
        session.serve(at: now)
      }
      while isDrained, let input = control.inputs.tryPop() { inputs.append(input) }
    }
  }

  func fire(_ bin: UInt16, _ piece: UInt64, at position: Int64) {
    _ = control.commands.tryPush(
      PortCommand(.fire(BinID(bin), PieceID(piece), at: Pulses(position)), givenAt: now, because: 0))
  }

  func hold(_ isHeld: Bool) {
    let command: Command = isHeld ? .holdInduction : .releaseInduction
    _ = control.commands.tryPush(PortCommand(command, givenAt: now, because: 0))
  }

  func events(_ kind: FieldInput.Kind) -> [FieldInput] {
    inputs.map(\.input).filter { $0.event.kind == kind }
  }
  func outcome(_ outcome: CommandOutcome) -> UInt64 { session.tallies[Int(outcome.rawValue)] }
  var position: Int64 { session.encoder?.position ?? 0 }
}
