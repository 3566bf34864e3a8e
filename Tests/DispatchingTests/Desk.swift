import EventRecords
import Quantities
import SorterModel

@testable import Dispatching

/// A dispatcher on a small line, fed by hand: what each input brings about can be looked at.
///
/// The belt gives a pulse a millimetre and runs at 4 m/s. Bins A B C D have their decision points at 6,000,
/// 6,500, 7,000 and 7,500; reject bin R stands at 5,000; the line ends at 20,000. Code 1 goes to A and B,
/// else C, else overflow D; code 2 goes to C; code 3 to D; everything else is rejected into R.
struct Desk: ~Copyable {
  var dispatcher: Dispatcher
  var directives: DirectiveBuffer
  /// The records and commands of the last step.
  var records: [EventRecord] = []
  var commands: [Command] = []
  /// Pieces inducted and ended so far.
  var inducted = 0
  var ended = 0

  static let (a, b, c, d, r, end) = (BinID(0), BinID(1), BinID(2), BinID(3), BinID(4), BinID(5))
  static let letter = Dimensions(
    length: Millimetres(200), width: Millimetres(100), height: Millimetres(1), weight: Grams(10))
  static let code = DestinationCode("1") ?? .none
  static let codeForC = DestinationCode("2") ?? .none

  /// What varies from test to test.
  struct Options {
    var capacity: Int? = 4
    var thickness: Millimetres?
    var recirculation: HardwareProfile.Recirculation?
    var hasEnd = true
    var mode = HardwareProfile.ControlMode.assigned
    var topology = HardwareProfile.Topology.line
  }

  init(_ options: Options = Options()) {
    let profile = Self.profile(options)
    var compilation = CompiledPlan.compile(Self.plan, for: profile)
    guard let plan = compilation.plan.take() else { preconditionFailure("the plan compiles") }
    dispatcher = Dispatcher(profile: profile, plan: plan)
    directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
  }

  static var plan: SortPlan {
    func rule(_ kind: SortPlan.Kind, _ bins: [String], _ alternates: [String], _ line: Int) -> SortPlan.Rule {
      SortPlan.Rule(kind: kind, sizeClass: nil, bins: bins, alternates: alternates, line: line)
    }
    let third = DestinationCode("3") ?? .none
    return SortPlan(
      name: "desk",
      rules: [
        rule(.sort(CodePattern(prefix: code)), ["A", "B"], ["C"], 2),
        rule(.sort(CodePattern(prefix: codeForC)), ["C"], [], 3),
        rule(.sort(CodePattern(prefix: third)), ["D"], [], 4),
        rule(.overflow, ["D"], [], 5), rule(.reject(nil), ["R"], [], 6),
      ])
  }

  static func profile(_ options: Options) -> HardwareProfile {
    func bin(_ name: String, _ place: Int, _ capacity: Int?, isEnd: Bool = false) -> HardwareProfile.Bin {
      HardwareProfile.Bin(
        name: name, position: Millimetres(place), side: isEnd ? .end : .left, isEnd: isEnd,
        capacityPieces: capacity, capacityThickness: name == "R" || isEnd ? nil : options.thickness,
        capacityWeight: nil, takes: [SizeClassID(0)])
    }
    var bins = [
      bin("A", 6000, options.capacity), bin("B", 6500, options.capacity), bin("C", 7000, options.capacity),
      bin("D", 7500, options.capacity), bin("R", 5000, 1000),
    ]
    if options.hasEnd { bins.append(bin("END", 20_000, 1000, isEnd: true)) }
    let letter = SizeClass(
      name: "letter", length: Millimetres(100)...Millimetres(300), width: Millimetres(80)...Millimetres(160),
      height: Millimetres(tenths: 2)...Millimetres(7), weight: .zero...Grams(100))
    return HardwareProfile(
      name: "desk", title: "", topology: options.topology, ratedPiecesPerHour: 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: 4000, encoderPulsesPerMetre: 1000, length: Millimetres(20_000),
        restart: .seconds(2)),
      recirculation: options.recirculation,
      induction: HardwareProfile.Induction(minimumGap: Millimetres(90)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1500), resultDelay: .milliseconds(200)),
      sizeClasses: [letter],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(60), faultsToDisable: 3),
      bins: bins,
      sweeping: Sweeping(
        sweepers: 1, service: .seconds(1)...(.seconds(1)), callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: HardwareProfile.Control(
        mode: options.mode, answer: .milliseconds(5), stallToRideOut: .seconds(60), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0))
  }

  /// Feeds one input at a belt position; the time is the belt's.
  mutating func step(_ event: FieldInput.Event, at position: Int64) {
    directives.removeAll()
    let now = Instant(position.multipliedReportingOverflow(by: 250_000).partialValue)
    dispatcher.step(FieldInput(event, at: Pulses(position)), at: now, into: &directives)
    records = (0..<directives.recordCount).map { directives.record($0) }
    commands = (0..<directives.commandCount).map { directives.command($0) }
    inducted += records.count { $0.kind == .pieceInducted }
    ended += records.count { $0.outcome != .onMachine }
  }

  var onMachine: Int { dispatcher.onMachine }
  var digest: UInt64 { directives.digest.value }

  mutating func induct(_ piece: UInt64, at position: Int64, gap: Int64 = 500) {
    step(.pieceInducted(PieceID(piece), arrivedAt: .start, gap: Pulses(gap)), at: position)
  }

  mutating func identify(
    _ piece: UInt64, _ code: DestinationCode = Desk.code, _ size: Dimensions = Desk.letter,
    _ quality: ReadQuality = .good, at position: Int64
  ) {
    step(.pieceIdentified(PieceID(piece), code, size, quality), at: position)
  }

  /// Inducts and reads a piece; answers the bin that it got.
  mutating func admit(_ piece: UInt64, _ code: DestinationCode = Desk.code, at position: Int64) -> BinID {
    induct(piece, at: position)
    identify(piece, code, at: position + 2300)
    return records.of(.pieceAssigned)?.bin ?? .none
  }

  mutating func answer(_ piece: UInt64, _ sequence: UInt32, _ answer: FieldInput.Answer, at position: Int64) {
    step(.assignmentAnswered(PieceID(piece), sequence: sequence, answer, at: Pulses(position)), at: position)
  }

  mutating func confirm(_ piece: UInt64, _ bin: BinID, at position: Int64) {
    step(.divertConfirmed(PieceID(piece), bin), at: position)
  }

  mutating func arrive(_ piece: UInt64, at position: Int64) {
    step(.pieceAtEnd(PieceID(piece)), at: position)
  }
}

extension [EventRecord] {
  /// The first record of a kind.
  func of(_ kind: EventKind) -> EventRecord? { first { $0.kind == kind } }
}
