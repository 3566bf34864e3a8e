import ControlRuntime
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Telemetry

/// A machine with its plan, its mail and its settings, all drawn from one seed.
struct SoakMachine {
  let seed: UInt64
  let pieces: Int
  let profile: HardwareProfile
  let plan: SortPlan
  let settings: ModbusSettings
  let map: RegisterMap
  /// How many times faster than real the plant runs.
  let speed: Int
  /// From one cycle of the control thread to the next.
  let controlPeriod: Nanoseconds
  /// What a request takes there and back, on average.
  let roundTrip: Nanoseconds
  /// Whether the controller leaves a latched safe state by itself.
  let resetsByItself: Bool
  /// How long a controller waits for the answer to a command.
  let commandTimeout: Nanoseconds
  /// How often the journal is made safe.
  let commitInterval: Nanoseconds
  private let arrivals: Arrivals

  init(seed: UInt64, pieces: Int) {
    var random = SoakRandom(seed: seed, .machine)
    self.seed = seed
    self.pieces = pieces
    var mode = SoakRandom(seed: seed, .mode)
    let isDirect = mode.chance(10)
    let isParcel = random.chance(25)
    speed = isDirect ? 1 : isParcel ? 4 : random.pick([1, 1, 2])
    settings = Self.settings(isDirect: isDirect, &random)
    let drawn =
      isDirect
      ? Self.directProfile(settings, &random) : Self.profile(isParcel: isParcel, settings, &random)
    profile = drawn
    plan = Self.plan(for: drawn, &random)
    var points = RegisterMap.draft(
      for: drawn, eventSlots: random.pick([32, 64, 128]), mailboxSlots: random.pick([2, 4, 16, 32])
    ).points
    let order = random.pick(ByteOrder.allCases)
    for index in points.indices { points[index].byteOrder = order }
    map = RegisterMap(points)
    controlPeriod = .milliseconds(Int64(random.pick(isDirect ? [5] : [1, 2, 5])))
    roundTrip = Nanoseconds(random.within(200_000...2_500_000))
    resetsByItself = random.chance(25)
    commandTimeout = .milliseconds(random.pick([300, 500, 1_000]))
    let rate = drawn.ratedPiecesPerHour
    arrivals =
      switch random.below(3) {
      case 0: .waiting
      case 1: .constant(perHour: rate * 9 / 10)
      default: .poisson(perHour: rate)
      }
    commitInterval = .milliseconds(Int64(random.pick([20, 50, 200])))
  }

  /// How many slots a port's rings have.
  var portSlots: Int { ControlLoop.leastSlots(for: profile) * 4 }

  /// A controller's run, as its journal describes it.
  var run: RunDescription {
    RunDescription(
      runID: seed, scenario: "soak", plan: "soak", seed: seed, startsAt: 0, metricsInterval: .seconds(60),
      warmUp: .zero, sweepers: 1, profile: profile, programVersion: "")
  }

  /// How the journal is written to a disk: in turns, and safe after each `commitInterval`.
  func journalSettings(_ storage: SimulatedDisk) -> JournalSettings {
    var settings = JournalSettings()
    settings.ringSlots = ControlLoop.leastJournalSlots(besides: portSlots)
    settings.commitInterval = commitInterval
    settings.storage = storage
    settings.isStepped = true
    return settings
  }

  /// How long the mail takes where nothing goes wrong, in real time.
  var span: Nanoseconds {
    Nanoseconds(Int64(pieces) * 3_600_000_000_000 / Int64(profile.ratedPiecesPerHour * speed))
  }

  /// How long a piece that no controller knows may go round until a person takes it off, in real time.
  var longestRide: Nanoseconds {
    guard let round = profile.recirculation else { return .zero }
    let lap = (Int64(profile.belt.length.tenths) + Int64(round.path.tenths)) * 100_000_000
    return Nanoseconds(
      lap / Int64(profile.belt.speedMillimetresPerSecond * speed) * Int64(round.lapLimit + 25))
  }

  /// The mail and what happens to the plant.
  func scenario(faults: [TimedFault]) -> Scenario {
    var random = SoakRandom(seed: seed, .mail)
    let sizes = profile.sizeClasses.map { size in
      WeightedSize(
        weight: 1, length: size.length, width: size.width, height: size.height,
        mass: max(Grams(tenths: 1), size.weight.lowerBound)...size.weight.upperBound)
    }
    var destinations = plan.rules.compactMap { rule -> WeightedDestination? in
      guard case .sort(let pattern) = rule.kind else { return nil }
      return WeightedDestination(pattern: pattern.first.description, weight: 1 + random.below(5))
    }
    destinations.append(WeightedDestination(pattern: "99??", weight: 1))
    return Scenario(
      name: "soak", title: "", seed: random.next(), startsAt: 0, duration: nil, warmUp: .zero,
      metricsInterval: .seconds(60),
      mail: .generated(
        MailGeneration(arrivals: arrivals, pieces: pieces, destinations: destinations, sizes: sizes)),
      sweeping: profile.sweeping, imperfections: profile.imperfections, faults: faults, expectations: [])
  }

  private static func settings(isDirect: Bool, _ random: inout SoakRandom) -> ModbusSettings {
    let registers = random.pick([125, 125, 42, 21])
    let poll = random.pick(isDirect ? [10, 20] : [5, 10, 20])
    return ModbusSettings(
      device: .tcp(host: "127.0.0.1", port: 1502), poll: .milliseconds(Int64(poll)),
      heartbeat: .milliseconds(50), connectTimeout: .milliseconds(Int64(random.pick([200, 1_000]))),
      responseTimeout: .milliseconds(Int64(random.pick([60, 100, 200]))),
      limits: ModbusSettings.RequestLimits(
        readRegisters: registers, writeRegisters: random.pick([123, 40, 9])),
      allowsReadWrite: random.chance(60), watchdog: .milliseconds(300),
      reconnect: .milliseconds(
        Int64(random.pick([50, 100])))...(.milliseconds(Int64(random.pick([500, 2_000])))))
  }
}

extension SoakMachine {
  /// A letter sorter or a parcel line: straight, with a way back, or a loop.
  private static func profile(
    isParcel: Bool, _ modbus: ModbusSettings, _ random: inout SoakRandom
  ) -> HardwareProfile {
    let sortBins = 3 + random.below(14)
    let first = 6_000
    let spacing = isParcel ? 900 : 400
    let length = first + sortBins * spacing + 2_000
    let goesRound = random.chance(40)
    let hasReject = random.chance(70)
    let hasEnd = !goesRound || random.chance(60)
    let size = isParcel ? Self.parcel : Self.letter
    let pieces = 5 + random.below(60)
    func bin(_ name: String, _ place: Int, capacity: Int, isEnd: Bool = false) -> HardwareProfile.Bin {
      HardwareProfile.Bin(
        name: name, position: Millimetres(place), side: isEnd ? .end : .left, isEnd: isEnd,
        capacityPieces: capacity, capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)])
    }
    var bins = (0..<sortBins).map { bin("B\($0)", first + $0 * spacing, capacity: pieces) }
    if hasReject || !hasEnd { bins.append(bin("R", 5_000, capacity: 100 + random.below(500))) }
    if hasEnd { bins.append(bin("END", length, capacity: 20 + random.below(500), isEnd: true)) }
    var recirculation: HardwareProfile.Recirculation?
    if goesRound {
      recirculation = HardwareProfile.Recirculation(
        path: Millimetres(1_000 + random.below(15_000)), lapLimit: 1 + random.below(3),
        reasons: [.noRead, .binFull, .divertTimeout, .binDisabled, .multiRead, .assignmentTimeout])
    }
    return HardwareProfile(
      name: isParcel ? "soak-parcels" : "soak-letters", title: "", topology: hasEnd ? .line : .loop,
      ratedPiecesPerHour: isParcel ? 7_000 : 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: isParcel ? 2_000 : 4_000, encoderPulsesPerMetre: 1_000,
        length: Millimetres(length), restart: .seconds(1)),
      recirculation: recirculation,
      induction: HardwareProfile.Induction(minimumGap: Millimetres(isParcel ? 150 : 90)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1_000), resultDelay: .milliseconds(150)),
      sizeClasses: [size],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(isParcel ? 40 : 15), reset: .milliseconds(isParcel ? 40 : 15),
        confirmDistance: Millimetres(200), trackingWindow: Millimetres(40),
        faultsToDisable: 1 + random.below(4)),
      bins: bins,
      sweeping: Sweeping(
        sweepers: 1 + random.below(3), service: .seconds(1)...(.seconds(Int64(1 + random.below(6)))),
        callAtPercent: 50 + random.below(50), closesBin: random.chance(30)),
      imperfections: Self.imperfections(&random),
      control: HardwareProfile.Control(
        mode: .assigned, answer: .milliseconds(5), stallToRideOut: .seconds(10), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "EUR", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0), modbus: modbus)
  }

  private static var letter: SizeClass {
    SizeClass(
      name: "letter", length: Millimetres(130)...Millimetres(290), width: Millimetres(90)...Millimetres(155),
      height: Millimetres(tenths: 2)...Millimetres(6), weight: Grams(tenths: 1)...Grams(99))
  }

  private static var parcel: SizeClass {
    SizeClass(
      name: "parcel", length: Millimetres(150)...Millimetres(600), width: Millimetres(100)...Millimetres(400),
      height: Millimetres(10)...Millimetres(300), weight: Grams(50)...Grams(15_000))
  }

  /// An ordinary day's imperfections, in one seed of three none.
  static func imperfections(_ random: inout SoakRandom) -> Imperfections {
    if random.chance(33) { return .none }
    return Imperfections(
      noReadPPM: random.below(20_000), multiReadPPM: random.below(5_000), noDataPPM: random.below(5_000),
      doubleFeedPPM: random.below(5_000), doubleDetectionPPM: random.below(1_000_001),
      slipPPM: random.below(5_000), slipMaximum: Millimetres(random.below(100)),
      gapJitter: Millimetres(random.below(50)), missedDivertPPM: random.below(5_000),
      jamPPM: random.below(300), jamClear: .seconds(1)...(.seconds(3)), binSensorMissPPM: random.below(50_000)
    )
  }

  /// A code of four digits for each sort bin, some with alternates, with an overflow bin in some plans.
  private static func plan(for profile: HardwareProfile, _ random: inout SoakRandom) -> SortPlan {
    let sorts = profile.bins.filter { $0.name.hasPrefix("B") }.map(\.name)
    let alternates = random.chance(50)
    var rules = sorts.indices.map { index in
      SortPlan.Rule(
        kind: .sort(CodePattern(prefix: Self.code(index))), sizeClass: nil, bins: [sorts[index]],
        alternates: alternates && index + 1 < sorts.count ? [sorts[index + 1]] : [], line: index + 2)
    }
    if random.chance(30) {
      rules.append(
        SortPlan.Rule(kind: .overflow, sizeClass: nil, bins: [sorts[0]], line: rules.count + 2))
    }
    let reject = profile.bins.contains { $0.name == "R" } ? "R" : "END"
    rules.append(SortPlan.Rule(kind: .reject(nil), sizeClass: nil, bins: [reject], line: rules.count + 2))
    return SortPlan(name: "soak", rules: rules)
  }

  private static func code(_ number: Int) -> DestinationCode {
    guard let code = DestinationCode(String(1_000 + number)) else {
      preconditionFailure("four digits are a destination code")
    }
    return code
  }
}
