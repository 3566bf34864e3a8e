import FileFormats
import Foundation
import Quantities
import RegisterMap
import Rehearsal
import Simulation
import SorterModel
import Testing

/// The bench rig's remote input and output, stepped by hand.
final class RigBench {
  var program: RemoteIOProgram
  let map: RegisterMap
  let profile: HardwareProfile
  private(set) var time: Int64 = 1_000_000_000
  private var heartbeat: UInt16 = 0

  init(pieces: Int = 1_000_000, settings adjust: (inout PLCSettings) -> Void = { _ in }) throws {
    var profile = PLCBench.line(nil)
    profile.control.mode = .direct
    self.profile = profile
    map = .draft(for: profile)
    var scenario = Scenario.generic(for: profile, seed: 7)
    guard case .generated(var generation) = scenario.mail else { throw CocoaError(.featureUnsupported) }
    generation.pieces = pieces
    scenario.mail = .generated(generation)
    var settings = PLCSettings(epoch: 1)
    adjust(&settings)
    program = RemoteIOProgram(
      profile: profile, scenario: scenario, mail: GeneratedMail(generation, seed: 7, startsAt: 0),
      layout: try RemoteIOLayout(map, for: profile), settings: settings, at: time)
  }

  /// Moves the time on by 10 ms at a time, with a heartbeat each time if the controller lives.
  func run(milliseconds: Int, isAlive: Bool = true, each: () throws -> Void) rethrows {
    for _ in 0..<milliseconds / 10 {
      time += 10_000_000
      if isAlive { beat() }
      program.step(to: time)
      try each()
    }
  }

  func run(milliseconds: Int, isAlive: Bool = true) { run(milliseconds: milliseconds, isAlive: isAlive) {} }

  func beat() {
    heartbeat &+= 1
    #expect(write("controller.heartbeat", heartbeat) == nil)
  }

  @discardableResult
  func write(_ name: String, _ value: UInt16) -> RegisterRefusal? {
    guard let point = map[name] else { return .illegalAddress }
    return program.write(point.table, at: Int(point.address), [value], at: time)
  }

  func value(_ name: String) throws -> UInt32 {
    let point = try #require(map[name])
    let words = Array(
      try program.read(point.table, at: Int(point.address), count: point.type.addressCount, at: time).get())
    return words.count == 2 ? point.byteOrder.value(words[0], words[1]) : UInt32(words[0])
  }
}

@Suite("Remote input and output for direct control")
struct RemoteIOTests {
  @Test("a pulse on a coil diverts the piece that is there, and no other")
  func diverts() throws {
    let rig = try RigBench(pieces: 3)
    rig.beat()
    // Pieces pass the induction at 0, 1 and 2 s and gate B1, at 5 m, at 5, 6 and 7 s; gates take 50 ms.
    var milliseconds = 0
    try rig.run(milliseconds: 14_000) {
      milliseconds += 10
      if milliseconds == 5_950 { rig.write("divert.B1", 1) }
      if milliseconds == 6_000 { rig.write("divert.B1", 0) }
      if milliseconds == 6_300 {
        let seen = try (rig.value("eye.bin.B1.count"), rig.value("eye.bin.B1.at"))
        #expect(seen == (1, 6_200))
      }
    }
    let totals = rig.program.totals
    #expect(totals.fed == 3 && totals.diverted == 1 && totals.toEnd == 2 && totals.isBalanced)
    #expect(try rig.value("eye.induction.count") == 3 && rig.value("eye.end.count") == 2)
    #expect(try rig.value("eye.bin.B0.count") == 0)
  }

  @Test(
    "a pulse that comes too early or too late diverts nothing", arguments: [5_700, 5_800, 6_060, 6_200])
  func misses(at moment: Int) throws {
    let rig = try RigBench(pieces: 2)
    rig.beat()
    var milliseconds = 0
    rig.run(milliseconds: 14_000) {
      milliseconds += 10
      if milliseconds == moment { rig.write("divert.B1", 1) }
      if milliseconds == moment + 50 { rig.write("divert.B1", 0) }
    }
    #expect(rig.program.totals.diverted == 0 && rig.program.totals.toEnd == 2)
  }

  @Test("an eye is blocked as long as the piece is, and its reading names no piece")
  func eyes() throws {
    let rig = try RigBench(pieces: 1)
    rig.beat()
    var blocked = 0
    var readings: [ScannerReading] = []
    try rig.run(milliseconds: 1_000) {
      blocked += try Int(rig.value("eye.induction"))
      readings += rig.program.takeReadings()
    }
    // 200 to 300 mm at a metre a second, looked at every 10 ms.
    #expect((19...31).contains(blocked))
    #expect(readings.count == 1 && readings[0].piece == .none && readings[0].code != .none)
  }

  @Test("coils go off and the feeder stops when the controller's heartbeat stops")
  func watchdog() throws {
    let rig = try RigBench()
    rig.beat()
    rig.run(milliseconds: 2_000)
    rig.write("divert.B0", 1)
    rig.run(milliseconds: 290, isAlive: false)
    #expect(try rig.value("divert.B0") == 1)
    rig.run(milliseconds: 20, isAlive: false)
    #expect(try rig.value("divert.B0") == 0)
    let fed = rig.program.totals.fed
    rig.run(milliseconds: 12_000, isAlive: false)
    let totals = rig.program.totals
    #expect(totals.fed == fed && totals.diverted == 0 && totals.watchdogTrips == 1)
    #expect(try rig.value("watchdog_ms") == 300)
  }

  @Test("induction.hold stops the feeder, the encoder counts on, and wraps")
  func holds() throws {
    let rig = try RigBench { $0.encoderStart = .max - 1_000 }
    rig.beat()
    rig.run(milliseconds: 1_500)
    #expect(try rig.value("encoder") == 499)
    rig.write("induction.hold", 1)
    let fed = rig.program.totals.fed
    rig.run(milliseconds: 3_000)
    #expect(rig.program.totals.fed == fed)
    rig.write("induction.hold", 0)
    rig.run(milliseconds: 1_500)
    #expect(rig.program.totals.fed > fed)
    #expect(rig.write("encoder", 0) == .illegalAddress)
  }
}
