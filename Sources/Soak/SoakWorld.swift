import ControlRuntime
import Dispatching
import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal
import Simulation
import SorterModel
import Synchronization
import Telemetry

/// A machine, its controller and what goes wrong between them, in virtual time and on one thread.
///
/// There is no clock: time moves to whatever is next, and a request's wait lets everybody else go on meanwhile. So a
/// seed gives the same run on any computer, and every invariant can be looked at between any two steps.
final class SoakWorld {
  let machine: SoakMachine
  let faults: [SoakFault]
  let flaw: SoakFlaw?
  let plan: CompiledPlan
  let plant: any SoakPlant
  /// The machine by the way in which it is driven: one of them is there.
  var assigned: AssignedMachine?
  var direct: DirectMachine?
  var controller: SoakController?
  var ledger: SoakLedger
  var counts = FaultCounts()
  /// The present moment, in nanoseconds.
  private(set) var now: Int64 = SoakWorld.beginning
  static let beginning: Int64 = 1_000_000_000

  /// Faults that somebody here must bring about, by their place in `faults`; the next is at `nextFault`.
  let ownFaults: [Int]
  var nextFault = 0
  /// Single requests' fates that wait for their request.
  var fates: [SoakFault] = []
  var refusingUntil: Int64 = 0
  var unpluggedUntil: Int64 = 0
  var holdUntil: Int64 = 0
  var disarmedUntil: Int64 = 0
  var readingsLostUntil: Int64 = 0
  /// Requests that are still on their way when nobody waits for them any more.
  var delayed: [(at: Int64, request: WireRequest)] = []
  var operatorLooksAt: Int64 = SoakWorld.beginning
  var operatorPatience: Int64
  /// When another controller is started; nil while one lives.
  var restartAt: Int64?
  var controllers = 0
  var machineStartedAt: Int64?
  var lastEncoder: UInt32
  var lastCounters: UInt16
  /// When a controller block last came to the machine.
  var lastBeatAt: Int64 = 0
  var quietSince: Int64?
  /// Since when the controller knows that another one is in force.
  var asideSince: Int64?
  var wire: SoakRandom
  var people: SoakRandom
  var owners: SoakRandom
  var disks: SoakRandom
  var disk = SoakDisk()
  var diskSlowUntil: Int64 = 0
  var diskFullUntil: Int64 = 0
  /// Whether a log of the run was deleted under the controller.
  var logWasDeleted = false
  /// The run that the next controller goes on with; nil where it begins a new one.
  var remains: SoakRemains?
  /// How many controllers went on with a run.
  var resumptions = 0
  /// What the last controller that ended by itself decided.
  var lastDigest: UInt64?
  var writesSeen = 0

  init(_ soakCase: SoakCase, flaw: SoakFlaw? = nil) {
    let machine = SoakMachine(seed: soakCase.seed, pieces: soakCase.pieces)
    self.machine = machine
    faults = soakCase.faults
    self.flaw = flaw
    guard let compiled = CompiledPlan.compile(machine.plan, for: machine.profile).plan else {
      preconditionFailure("a soak's plan fits its machine")
    }
    plan = compiled
    ledger = SoakLedger(plan: compiled, profile: machine.profile)
    wire = SoakRandom(seed: soakCase.seed, .wire)
    people = SoakRandom(seed: soakCase.seed, .operators)
    owners = SoakRandom(seed: soakCase.seed, .owners)
    disks = SoakRandom(seed: soakCase.seed, .disk)
    operatorPatience = people.within(300_000_000...2_000_000_000)
    var settings = PLCSettings(
      epoch: UInt16(1 + owners.below(65_535)), speed: machine.speed,
      faults: soakCase.faults.compactMap(\.ofDevice), keepsPieces: true, keepsCommands: true)
    for fault in soakCase.faults {
      if fault.kind == .encoderWraps { settings.encoderStart = 0 &- UInt32(clamping: fault.amount) }
      if fault.kind == .countersWrap { settings.countersStart = 0 &- UInt16(clamping: fault.amount) }
    }
    lastEncoder = settings.encoderStart
    lastCounters = settings.countersStart
    ownFaults = soakCase.faults.indices.filter { soakCase.faults[$0].isOfWorld }
    let made = SoakWorld.plant(of: machine, soakCase.faults, settings)
    (plant, assigned, direct) = made
    restartAt = SoakWorld.beginning
  }

  /// A machine with its mail, as the way in which it is driven asks.
  private static func plant(
    of machine: SoakMachine, _ faults: [SoakFault], _ settings: PLCSettings
  ) -> (any SoakPlant, AssignedMachine?, DirectMachine?) {
    let scenario = machine.scenario(faults: faults.compactMap { $0.ofPlant(speed: machine.speed) })
    guard case .generated(let generation) = scenario.mail else {
      preconditionFailure("a soak's mail is drawn")
    }
    let mail = GeneratedMail(generation, seed: scenario.seed, startsAt: 0)
    do throws(PLCLayoutError) {
      switch machine.profile.control.mode {
      case .assigned:
        let layout = try PLCLayout(machine.map, bins: machine.profile.bins.count)
        let plc = ProgramPlant(
          PLCProgram(
            profile: machine.profile, scenario: scenario, mail: mail, layout: layout, settings: settings,
            at: SoakWorld.beginning))
        return (plc, AssignedMachine(plc: plc, layout: layout), nil)
      case .direct:
        let io = ProgramPlant(
          RemoteIOProgram(
            profile: machine.profile, scenario: scenario, mail: mail,
            layout: try RemoteIOLayout(machine.map, for: machine.profile), settings: settings,
            at: SoakWorld.beginning))
        return (io, nil, DirectMachine(io, machine.map, machine.profile))
      }
    } catch {
      preconditionFailure("a soak's register map fits its machine: \(error)")
    }
  }

  /// Runs to the end, or to the first violation.
  func run() -> SoakOutcome {
    let limit = SoakWorld.beginning + timeLimit
    while ledger.broken == nil, !isOver {
      if now > limit {
        ledger.violate(.ending, "the run did not end: \(standing)")
        break
      }
      step()
    }
    return end()
  }

  /// So long everything may take: the mail three times over, and each fault with what follows it.
  private var timeLimit: Int64 {
    let lasting = faults.reduce(0) { $0 + $1.lasts.rawValue }
    return 3 * machine.span.rawValue + 3 * lasting + Int64(faults.count) * 4_000_000_000 + 120_000_000_000
      + machine.longestRide.rawValue * Int64(2 + machine.pieces / 25)
  }

  /// How everything stands, for a run that does not end.
  private var standing: String {
    let status = plant.presentStatus()
    let machine =
      "the machine fed \(plant.totals.fed), \(plant.totals.onMachine) are on it, state \(status.state), flags "
      + "\(String(status.flags.rawValue, radix: 2)), owner \(status.owner)"
    guard let controller else { return machine + "; there is no controller" }
    let signals = controller.signals
    let bits = signals.conditions.load(ordering: .relaxed)
    let conditions = PortCondition.allCases.filter { bits & $0.bit != 0 }.map { "\($0)" }
    let link = LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down
    return machine + "; the controller follows \(controller.loop.onMachine), its link is \(link), conditions "
      + conditions.joined(separator: " ") + ", last fault: " + controller.session.overview.lastFault
  }

  /// Lets time pass up to the next turn of the port's thread, and lets it have its turn.
  private func step() {
    if let ended = controller, !ended.isDead, ended.loop.end != nil { retire(ended) }
    if let dead = controller, dead.isDead { bury(dead) }
    if controller == nil, let due = restartAt {
      pass(to: max(now, due))
      start()
    }
    guard let controller, ledger.broken == nil else { return }
    pass(to: max(now, controller.nextTurn))
    guard !controller.isDead else { return }
    controller.isInTurn = true
    controller.session.turn(at: controller.time(at: now))
    controller.isInTurn = false
    controller.nextTurn = max(controller.nextTurn + machine.settings.poll.rawValue, now)
    controller.nextTurn = max(controller.nextTurn, controller.portFreeAt)
    relay(controller)
    settle()
    check(controller)
  }

  /// Lets time pass, with all that is due meanwhile but the port's turns.
  func pass(to time: Int64) {
    while ledger.broken == nil {
      let cycle = controller.map { $0.isDead ? .max : $0.nextCycle } ?? .max
      let action = nextAction
      let service = nextService
      let due = min(cycle, action, service)
      guard due <= time else { break }
      now = max(now, due)
      if action <= due {
        act()
      } else if let controller {
        if service <= due { serve(controller) } else { self.cycle(controller) }
      }
    }
    now = max(now, time)
  }

  /// Lets so many nanoseconds pass.
  func pass(by length: Int64) { pass(to: now + length) }

  /// One cycle of the control thread; what it commands goes out between two turns.
  private func cycle(_ controller: SoakController) {
    // A scanner's readings come when they come, and not with a request.
    if direct != nil { settle() }
    let moment = controller.nextCycle
    controller.nextCycle += machine.controlPeriod.rawValue
    _ = controller.loop.cycle(at: Nanoseconds(max(moment, now)))
    let hasCommands = relay(controller)
    turnJournal(controller)
    if controller.loop.end != nil { controller.nextCycle = .max }
    if controller.onMachine == nil {
      ledger.violate(
        .conservation,
        "by its records \(controller.gauges.onMachine) pieces are on the machine, and the dispatcher follows "
          + "\(controller.loop.onMachine)")
    }
    if hasCommands, !controller.isInTurn, now >= controller.portFreeAt { serve(controller) }
  }

  /// What the port's thread does between two turns.
  private func serve(_ controller: SoakController) {
    controller.isInTurn = true
    controller.session.serve(at: controller.time(at: now))
    controller.isInTurn = false
    controller.servedAt = now
    relay(controller)
  }

  /// When the port's thread must do something between two turns; never before it can.
  private var nextService: Int64 {
    guard direct != nil, let controller, !controller.isDead, !controller.isInTurn,
      let moment = controller.session.nextMoment
    else { return .max }
    return max(
      now, controller.birth + moment.rawValue, controller.portFreeAt, controller.servedAt + Self.slice)
  }

  /// The port's thread looks after its commands no more often than this.
  private static let slice: Int64 = 500_000

  @discardableResult
  func relay(_ controller: SoakController) -> Bool {
    controller.relay(&ledger, flaw, &assigned, &direct)
  }

  /// Whether all mail has come and gone, and the controller has accounted for it.
  private var isOver: Bool {
    guard let controller, !controller.isDead, controller.loop.end == nil, plant.isFinished,
      controller.loop.onMachine == 0
    else {
      quietSince = nil
      return false
    }
    if quietSince == nil { quietSince = now }
    return now - (quietSince ?? now) > 1_000_000_000
  }

  private func end() -> SoakOutcome {
    var digest = ledger.digest
    if ledger.broken == nil, let controller {
      finish(controller)
      digest ^= lastDigest ?? 0
      checkJournal()
    }
    countEnded()
    return SoakOutcome(
      fed: plant.totals.fed, outcomes: ledger.outcomes, controllers: controllers, resumptions: resumptions,
      counts: counts, lasted: Nanoseconds(now - SoakWorld.beginning), digest: digest,
      violation: ledger.broken.map {
        SoakViolation(invariant: $0.invariant, at: Nanoseconds(now - SoakWorld.beginning), what: $0.what)
      })
  }
}

/// What came of one run.
public struct SoakOutcome: Hashable, Sendable {
  /// Pieces fed, each of a double feed counted.
  public var fed: Int
  /// Outcomes that controllers told and that were held against the truth.
  public var outcomes: Int
  /// How many controllers there were, one after the other.
  public var controllers: Int
  /// How many of them went on with the run of the one before.
  public var resumptions: Int
  /// The faults that came about.
  public var counts: FaultCounts
  /// How long it took in the run's own time.
  public var lasted: Nanoseconds
  /// Folds what the machine did and what the last controller decided into one number.
  public var digest: UInt64
  /// The invariant that was broken; nil where none was.
  public var violation: SoakViolation?
}

/// Something that is made wrong on purpose, to see that a soak finds it.
public enum SoakFlaw: String, CaseIterable, Sendable {
  /// Now and then a command is sent again under the next number.
  case resendsCommands
  /// Now and then a reading comes to the dispatcher with another piece's destination.
  case mixesReadings
  /// Now and then a piece's outcome is told twice.
  case endsTwice
}
