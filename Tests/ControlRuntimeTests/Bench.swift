import AllocationCount
import Dispatching
import EventRecords
import Foundation
import Quantities
import RingBuffer
import SorterModel
import Synchronization
import Telemetry

@testable import ControlRuntime

/// A port whose machine is played by the test.
final class HandPort: PlantPort {
  let signals: PortSignals
  let control: PortEnds<ControlSide>
  let line: PortEnds<PortSide>
  var isVirtual: Bool { false }

  init(slots: Int) {
    let ends = PortRings.make(slots: slots)
    control = ends.control
    line = ends.port
    signals = ends.signals
  }

  func start() throws {}
  func stop() {}
}

/// Signals as plain values, for tests to expect.
extension PortSignals {
  var drives: Bool { mayDrive.load(ordering: .acquiring) }
  var isToStop: Bool { shouldStop.load(ordering: .acquiring) }
  var handledCount: UInt64 { handled.load(ordering: .acquiring) }
  var lastCycleTime: Int64 { lastCycle.load(ordering: .relaxed) }
}

/// A control loop on a small line that a test feeds by hand, cycle by cycle, with a clock of the test's own.
///
/// The belt gives a pulse a millimetre and runs at 4 m/s: a pulse is 250 us. Bins A B C have their decision points at
/// 6,000, 6,500 and 7,000; R takes rejects; the line ends at 20,000.
final class Bench {
  let port: HandPort
  let gauges: ControlGauges
  let wishes = ControlWishes()
  let recorder: Recorder
  let folder: URL
  let settings: ControlSettings
  let profile = Bench.profile

  static let code = DestinationCode("1") ?? .none
  static let letter = Dimensions(
    length: Millimetres(200), width: Millimetres(100), height: Millimetres(1), weight: Grams(10))
  static var reading: ScannerReading { ScannerReading(code: code, dimensions: letter) }
  /// The moment at which every bench's run began.
  static let began = Nanoseconds.seconds(1000)

  init(
    files: Bool = false, events: String? = nil, slots: Int? = nil,
    settings: ControlSettings = ControlSettings()
  ) throws {
    self.settings = settings
    let slots = slots ?? ControlLoop.leastSlots(for: profile)
    port = HandPort(slots: slots)
    gauges = ControlGauges(binCount: profile.bins.count)
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let run = RunDescription(
      runID: 1, scenario: "bench", plan: "bench", seed: 1, startsAt: 0, metricsInterval: .seconds(60),
      warmUp: .zero, sweepers: 1, profile: profile, programVersion: "0")
    let journalSlots = max(1 << 13, ControlLoop.leastJournalSlots(besides: slots))
    if let events {
      recorder = try Recorder(run, writing: JournalFiles(events: events), ringSlots: journalSlots)
    } else if files {
      recorder = try Recorder(run, writing: JournalFiles(directory: folder.path), ringSlots: journalSlots)
    } else {
      recorder = Recorder(run)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func takeLoop(
    scanner: consuming RingConsumer<HeardReading>? = nil, presence: ScannerPresence? = nil
  ) -> ControlLoop {
    guard let plan = CompiledPlan.compile(Self.plan, for: profile).plan else {
      preconditionFailure("the plan compiles")
    }
    return ControlLoop(
      profile: profile, plan: plan, port: port, recorder: recorder, settings: settings, gauges: gauges,
      wishes: wishes, began: Self.began, scanner: scanner, scannerPresence: presence)
  }

  func takeLine() -> PortSide {
    port.signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
    return port.line.take()
  }

  /// Calls to the allocator and to locks within cycles of `live`.
  private(set) var allocations: Int64 = 0
  private(set) var lockings: Int64 = 0

  // Where the next piece begins, for `live`.
  private var number: UInt64 = 0

  /// So many pieces from induction to bin, a cycle for every input, each command answered: four steps a piece.
  func live(_ loop: inout ControlLoop, _ line: inout PortSide, pieces: Int) {
    for _ in 0..<pieces {
      number += 1
      let piece = PieceID(number)
      let place = Int64(number) * 8000
      func tell(_ event: FieldInput.Event, _ position: Int64) {
        let at = Instant(position * 250_000)
        while !line.inputs.tryPush(PortInput(FieldInput(event, at: Pulses(position)), at: at)) {}
        // The journal's thread may be behind: the loop then handles the input in a later cycle.
        while line.signals.handled.load(ordering: .relaxed) != told + 1 {
          let calls = sortline_allocation_calls()
          let locks = sortline_lock_calls()
          _ = loop.cycle(at: Self.began + Nanoseconds(at.rawValue))
          allocations += sortline_allocation_calls() - calls
          lockings += sortline_lock_calls() - locks
        }
        told += 1
      }
      tell(.pieceInducted(piece, arrivedAt: Instant(place * 250_000), gap: Pulses(500)), place)
      tell(.pieceIdentified(piece, Self.code, Self.letter, .good), place + 2300)
      var sequence: UInt32 = 0
      var bin = BinID.none
      while let given = line.commands.tryPop() {
        sequence = given.command.sequence
        bin = given.command.bin
      }
      tell(.assignmentAnswered(piece, sequence: sequence, .accepted, at: Pulses(place + 2340)), place + 2340)
      tell(.divertConfirmed(piece, bin), place + 6200 + (bin.index > 0 ? 500 : 0))
      if number % 50 == 0 {
        for index in 0..<3 { tell(.binAvailable(BinID(UInt16(index)), emptied: true), place + 6900) }
      }
    }
  }
  private var told: UInt64 = 0

  /// A journal that falls behind for two minutes and catches up: induction is held, an alarm comes and goes.
  func fallBehind(_ loop: inout ControlLoop) {
    for isBehind in [true, false] {
      loop.wishJournalHold(isBehind)
      loop.report(.journalSlow, isBehind ? .begins : .ends)
      for _ in 0..<120 { _ = loop.cycle(at: loop.moment + .seconds(1)) }
    }
  }

  static var plan: SortPlan {
    SortPlan(
      name: "bench",
      rules: [
        SortPlan.Rule(
          kind: .sort(CodePattern(prefix: code)), sizeClass: nil, bins: ["A", "B"], alternates: ["C"], line: 2
        ),
        SortPlan.Rule(kind: .overflow, sizeClass: nil, bins: ["C"], alternates: [], line: 3),
        SortPlan.Rule(kind: .reject(nil), sizeClass: nil, bins: ["R"], alternates: [], line: 4),
      ])
  }

  static var profile: HardwareProfile {
    func bin(_ name: String, _ place: Int, _ capacity: Int, isEnd: Bool = false) -> HardwareProfile.Bin {
      HardwareProfile.Bin(
        name: name, position: Millimetres(place), side: isEnd ? .end : .left, isEnd: isEnd,
        capacityPieces: capacity, capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)])
    }
    let letter = SizeClass(
      name: "letter", length: Millimetres(100)...Millimetres(300), width: Millimetres(80)...Millimetres(160),
      height: Millimetres(tenths: 2)...Millimetres(7), weight: .zero...Grams(100))
    return HardwareProfile(
      name: "bench", title: "", topology: .line, ratedPiecesPerHour: 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: 4000, encoderPulsesPerMetre: 1000, length: Millimetres(20_000),
        restart: .seconds(2)),
      recirculation: nil, induction: HardwareProfile.Induction(minimumGap: Millimetres(90)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1500), resultDelay: .milliseconds(200)),
      sizeClasses: [letter],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(60), faultsToDisable: 3),
      bins: [
        bin("A", 6000, 1000), bin("B", 6500, 1000), bin("C", 7000, 1000), bin("R", 5000, 1000),
        bin("END", 20_000, 1000, isEnd: true),
      ],
      sweeping: Sweeping(
        sweepers: 1, service: .seconds(1)...(.seconds(1)), callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: HardwareProfile.Control(
        mode: .assigned, answer: .milliseconds(5), stallToRideOut: .seconds(60), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0))
  }
}
