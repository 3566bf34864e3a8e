import FileFormats
import Foundation

/// A folder of its own for one test, removed with it.
final class Fixture {
  /// The folder's path.
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, its folders made where they are missing.
  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  /// Writes a file of any bytes.
  func write(_ data: Data, to name: String) throws {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// A path inside the folder.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// The library seen from the folder.
  var library: Library { Library(workingDirectory: path) }

  /// A folder with a profile, a plan, a mix, a mail file and two scenarios, all of them good.
  static func whole() throws -> Fixture {
    let fixture = try Fixture()
    try fixture.write(Sample.profile, to: "hardware-profiles/rig/profile.json5")
    try fixture.write(Sample.registers, to: "hardware-profiles/rig/registers.csv")
    try fixture.write(Sample.plan, to: "scenarios/plans/towns.csv")
    try fixture.write(Sample.mix, to: "scenarios/mixes/towns.csv")
    try fixture.write(Sample.scenario, to: "scenarios/day/scenario.json5")
    try fixture.write(Sample.replay, to: "scenarios/replay/scenario.json5")
    try fixture.write(Sample.mail, to: "scenarios/replay/mail.csv")
    return fixture
  }
}

/// What `body` says is wrong; empty if nothing is.
func complaints<Value>(_ body: () throws -> Value) -> String {
  do {
    _ = try body()
    return ""
  } catch let error as InvalidInput {
    return error.description
  } catch {
    return "another error: \(error)"
  }
}

/// Small good files of every format.
enum Sample {
  static let profile = """
    // A rig of four bins.
    {
      schema_version: 1,
      name: "rig", title: "A bench rig",
      topology: "line",
      rated_pieces_per_hour: 3600,
      bin_word: "chute",
      belt: { speed_mm_per_s: 1000, encoder_pulses_per_m: 1000, length_mm: 5000, restart_ms: 500 },
      recirculation: { path_mm: 3000, lap_limit: 2, reasons: ["noRead", "binFull"] },
      induction: { min_gap_mm: 100 },
      scanner: { position_mm: 500, result_delay_ms: 20.5 },
      size_classes: [
        { name: "letter", length_mm: [127, 292.1], width_mm: [88.9, 155.6], height_mm: [0.2, 6.4],
          weight_g: [0, 99.2], aspect_ratio: [1.3, 2.5] },
        { name: "flat", length_mm: [127, 381], width_mm: [88.9, 305], height_mm: [0.2, 19.1], weight_g: 500 },
      ],
      diverters: { actuation_ms: 15, reset_ms: 15, confirm_mm: 200, tracking_window_mm: 60, faults_to_disable: 3 },
      bins: [
        { names: "01-03", position_mm: 1500, spacing_mm: 400.5, side: "alternate",
          capacity: { pieces: 50, thickness_mm: 300, weight_g: 2000 }, takes: ["letter"] },
        { names: "R1", position_mm: 4000, side: "left", capacity: { pieces: 100 } },
      ],
      sweeping: { sweepers: 1, service_s: [15, 40], call_at_percent: 80, closes_bin: false },
      imperfections: { no_read_ppm: 1000 },
      control: { mode: "assigned", answer_ms: 5, stall_to_ride_out_s: 60, records_per_piece: 8 }, modbus: { device: "tcp:[::1]:1502", unit: 7, poll_ms: 2.5, heartbeat_ms: 40 },
      costs: { currency: "USD", machine_per_hour: 38.0, staff_per_hour: 45.5, operators: 2, reject_per_piece: 0.05 },
    }
    """

  static let registers = """
    # Made by hand.
    name,table,address,type,access,poll_group,on_link_loss,description
    id,holding,0,u16[10],r,start,,
    machine,holding,100,u16[16],r,status,,
    bins.full,holding,116,u16,r,status,,
    bins.disabled,holding,117,u16,r,status,,
    answers,holding,200,u16[16],r,,,
    events,holding,1000,u16[168],,events,,"the ring, 8 slots"
    controller,holding,3000,u16[9],rw,,hold,
    mailbox,holding,3100,u16[32],rw,,hold,
    """

  static let plan = """
    # Two towns.
    kind,match,size,bins,alternates,label,valid_from,valid_to
    sort,331,,01,02,MIAMI,,
    sort,33200-33499,letter,02-03,,,2026-01-01,2026-12-31
    overflow,,,03,,,,
    reject,*,,R1,,,,
    """

  static let mix = """
    destination,weight
    331??,12
    33201,3
    """

  static let scenario = """
    {
      schema_version: 1, name: "day", title: "A day",
      profile: "rig", plan: "towns", seed: 18446744073709551615,
      starts_at: "2026-01-05T18:00:00Z", duration_s: 3600, warm_up_s: 0.5, metrics_interval_s: 60,
      mail: {
        arrivals: { process: "poisson", per_hour: 3000 },
        destinations: { mix: "towns" },
        sizes: [{ weight: 70, length_mm: [150, 240], width_mm: [100, 130], height_mm: [0.3, 2], weight_g: [8, 30] }],
      },
      sweeping: { sweepers: 2 },
      imperfections: { no_read_ppm: 8000 },
      faults: [
        { at_s: 600, for_s: 120, fault: "jam", position_mm: 1200 },
        { at_s: 300, for_s: 60, fault: "missed-diverts", bin: "02", ppm: 1000000 },
      ],
      expect: { throughput_per_hour: { at_least: 2900.5 }, "rejected.noRead": { at_most: 100 } },
    }
    """

  static let replay = """
    {
      schema_version: 1, name: "replay", title: "Real mail",
      profile: "rig", plan: "towns",
      mail: { file: "mail.csv" },
    }
    """

  static let mail = """
    id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g
    A1,2026-01-05T18:20:00Z,33101,220,110,1.2,20
    A2,2026-01-05T18:20:01.25Z,33201,220.5,110,1.2,20.1
    A3,2026-01-05T19:20:02+01:00,33402,100,220,3,55
    """
}
