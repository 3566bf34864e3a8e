import Foundation
import SortlineCLI

/// A machine of five bins, a plan, mail and a scenario in a folder of their own, and the program run on them.
struct SmallWorld {
  let folder: TemporaryFolder

  static let profile = """
    {
      schema_version: 1, name: "bench", title: "A bench line of four chutes",
      topology: "line", rated_pieces_per_hour: 3600, bin_word: "chute",
      belt: { speed_mm_per_s: 1000, encoder_pulses_per_m: 1000, length_mm: 8000, restart_ms: 1000 },
      induction: { min_gap_mm: 100 },
      scanner: { position_mm: 500, result_delay_ms: 100 },
      size_classes: [
        { name: "box", length_mm: [100, 400], width_mm: [50, 300], height_mm: [1, 200], weight_g: [0, 5000] },
      ],
      diverters: { actuation_ms: 50, reset_ms: 50, confirm_mm: 200, tracking_window_mm: 40, faults_to_disable: 3 },
      bins: [
        { names: "C1-C4", position_mm: 2000, spacing_mm: 1000, side: "left", capacity: { pieces: 100 } },
        { names: "R1", position_mm: 7000, side: "left", capacity: { pieces: 1000 } },
        { names: "END", end: true, capacity: { pieces: 1000 } },
      ],
      sweeping: { sweepers: 1, service_s: 10, call_at_percent: 80, closes_bin: false },
      imperfections: { no_read_ppm: 50000 },
      control: { mode: "assigned", answer_ms: 10, stall_to_ride_out_s: 10, records_per_piece: 8 },
      costs: { currency: "EUR", machine_per_hour: 10, staff_per_hour: 30, operators: 1, reject_per_piece: 0.05 },
    }
    """

  static let plan = """
    kind,match,size,bins,alternates,label
    sort,1,,C1,C2,NORTH
    sort,2,,C2 C3,,SOUTH
    overflow,,,C4,,
    reject,*,,R1,,
    """

  static let mail = """
    id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g
    A,2026-01-05T18:00:00Z,100,200,100,50,300
    B,2026-01-05T18:00:02Z,200,200,100,50,300
    C,2026-01-05T18:00:04Z,999,200,100,50,300
    D,2026-01-05T18:00:01Z,100,200,100,50,300
    E,2026-01-05T18:00:08Z,100,200,100,50,heavy
    """

  init(expect: String = "fed: { at_least: 200 }, missorted: { at_most: 0 }", pieces: Int = 200) throws {
    folder = try TemporaryFolder()
    try folder.write("small/profile.json5", Self.profile)
    try folder.write("small/plan.csv", Self.plan)
    try folder.write("small/mail.csv", Self.mail)
    try folder.write(
      "small/scenario.json5",
      """
      {
        schema_version: 1, name: "small", title: "A small run",
        profile: "profile.json5", plan: "plan.csv", seed: 3, starts_at: "2026-01-05T18:00:00Z",
        metrics_interval_s: 60, warm_up_s: 0,
        mail: {
          arrivals: { process: "waiting" }, pieces: \(pieces),
          destinations: { weighted: [{ code: "1??", weight: 3 }, { code: "2??", weight: 1 }] },
          sizes: [{ weight: 1, length_mm: 200, width_mm: 100, height_mm: 50, weight_g: 300 }],
        },
        expect: { \(expect) },
      }
      """)
  }

  /// A path in the world's folder.
  func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  /// What the program answered.
  struct Answer {
    var code: ExitCode
    var out: String
    var err: String
  }

  /// Runs the program in this process; a word that begins with @ is a path in the folder.
  func run(_ words: String...) -> Answer { run(words) }

  /// The same with a list of words.
  func run(_ words: [String]) -> Answer {
    let out = MemorySink()
    let err = MemorySink()
    let told = words.map { $0.hasPrefix("@") ? path(String($0.dropFirst())) : $0 }
    let code = SortlineProgram.main(told, console: Console(out: out, err: err))
    let here = folder.url.path + "/"
    return Answer(
      code: code, out: out.text.replacing(here, with: "@"), err: err.text.replacing(here, with: "@"))
  }

  /// The text of a file in the folder; nil if it is not there.
  func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

  /// The names in a folder, hidden ones included.
  func names(_ name: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
  }
}
