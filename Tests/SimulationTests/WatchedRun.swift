import Dispatching
import EventRecords
import Quantities
import SorterModel
import Telemetry

@testable import Simulation

/// A run stepped by hand, as `SimulationRun` does it, that keeps every record and looks in after every event.
struct WatchedRun {
  var records: [EventRecord] = []
  var digest: UInt64 = 0
  var now = Instant.start
  var fed = 0
  var onMachine = 0
  var isFinished = false
  /// Inputs that named a piece, and times that the induction eye was blocked.
  var inputsWithPiece = 0
  var inductionEdges = 0
  /// What was found wrong, at most a few lines of it.
  var faults: [String] = []

  /// Runs a scenario to its end, or until `limit`, or for at most `events` events.
  init(
    _ line: SampleLine, _ sample: SampleScenario, plan source: SortPlan? = nil, mail: (any MailSupply)? = nil,
    limit: Nanoseconds? = nil, events: Int = 100_000, seesAhead: Bool = false,
    watch: (borrowing VirtualPlant) -> String? = { _ in nil }
  ) {
    let scenario = sample.scenario(for: line)
    let profile = line.profile
    let compilation = CompiledPlan.compile(source ?? line.plan(), for: profile)
    guard let plan = compilation.plan else {
      faults = compilation.issues.map(\.description)
      return
    }
    let supply =
      mail ?? GeneratedMail(sample.generation(for: line), seed: sample.seed, startsAt: 0)
    var dispatcher = Dispatcher(profile: profile, plan: plan)
    var directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
    var plant = VirtualPlant(profile: profile, scenario: scenario, mail: supply)
    if seesAhead { plant.foresee() }
    var account = Account()
    var left = events
    while !plant.isFinished && left > 0 {
      let next = plant.nextTime
      if next == .never || next > limit.map({ Instant($0.rawValue) }) ?? .never { break }
      if next < plant.now { fault("time went back from \(plant.now.rawValue) to \(next.rawValue)") }
      left -= 1
      plant.advance()
      hear(&plant, &dispatcher, &directives, &account)
      plant.settle()
      hear(&plant, &dispatcher, &directives, &account)
      if account.fed != account.ended + plant.onMachine {
        fault("fed \(account.fed), ended \(account.ended), on the machine \(plant.onMachine)")
      }
      if let complaint = watch(plant) { fault(complaint) }
    }
    if left == 0 { fault("the run does not end") }
    digest = directives.digest.value
    now = plant.now
    fed = plant.fed
    onMachine = plant.onMachine
    isFinished = plant.isFinished
  }

  /// Pieces fed and ended, by the records.
  private struct Account {
    var fed = 0
    var ended = 0
  }

  private mutating func fault(_ text: String) {
    if faults.count < 5 { faults.append(text) }
  }

  private mutating func hear(
    _ plant: inout VirtualPlant, _ dispatcher: inout Dispatcher, _ directives: inout DirectiveBuffer,
    _ account: inout Account
  ) {
    var index = 0
    while index < plant.signalCount {
      switch plant.signal(index) {
      case .field(let input):
        if input.event.piece != .none { inputsWithPiece += 1 }
        if input.event.kind == .inductionEye && input.event.isOn { inductionEdges += 1 }
        dispatcher.step(input, at: plant.now, into: &directives)
        for place in 0..<directives.recordCount {
          let record = directives.record(place)
          keep(record, &account)
          guard record.outcome != .onMachine else { continue }
          var told: [EventRecord] = []
          plant.account(for: record, by: dispatcher.plan) { told.append($0) }
          for second in told where second.outcome != .onMachine { keep(second, &account) }
        }
        for place in 0..<directives.commandCount { plant.apply(directives.command(place)) }
        directives.removeAll()
      case .truth(let record): keep(record, &account)
      }
      index += 1
    }
  }

  private mutating func keep(_ record: EventRecord, _ account: inout Account) {
    if let last = records.last, record.kind != .text, last.kind != .text, record.elapsed < last.elapsed {
      fault("\(record.kind) at \(record.elapsed.rawValue) after \(last.kind) at \(last.elapsed.rawValue)")
    }
    if record.kind == .pieceInducted { account.fed += 1 }
    if record.outcome != .onMachine { account.ended += 1 }
    records.append(record)
  }

  func count(_ kind: EventKind) -> Int { records.reduce(0) { $0 + ($1.kind == kind ? 1 : 0) } }

  func count(_ kind: EventKind, because reason: Reason) -> Int {
    records.reduce(0) { $0 + ($1.kind == kind && $1.reason == reason ? 1 : 0) }
  }

  func all(_ kind: EventKind) -> [EventRecord] { records.filter { $0.kind == kind } }
}
