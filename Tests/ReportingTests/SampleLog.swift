import FileFormats
import Foundation
import Testing

@testable import Reporting
@testable import SorterModel

/// A small machine and the events of a short run on it, whose story is known.
enum SampleLog {
  /// The text of a profile: a line of two bins on each side, an end bin, 1 pulse a millimetre, 1 m/s.
  static func profileText(
    topology: String = "line", end: String = #"{ names: "END", end: true, capacity: { pieces: 9 } },"#,
    wayBack: String = ""
  )
    -> String
  {
    """
    {
      schema_version: 1, name: "bench", title: "A bench", topology: "\(topology)",
      rated_pieces_per_hour: 3600, bin_word: "chute",
      belt: { speed_mm_per_s: 1000, encoder_pulses_per_m: 1000, length_mm: 8000, restart_ms: 1000 },
      \(wayBack)
      induction: { min_gap_mm: 100 }, scanner: { position_mm: 500, result_delay_ms: 100 },
      size_classes: [
        { name: "box", length_mm: [100, 400], width_mm: [50, 300], height_mm: [1, 200], weight_g: [0, 5000] },
      ],
      diverters: { actuation_ms: 50, reset_ms: 50, confirm_mm: 200, tracking_window_mm: 40, faults_to_disable: 3 },
      bins: [
        { names: "C1-C4", position_mm: 2000, spacing_mm: 1000, side: "alternate", capacity: { pieces: 4 } },
        { names: "R1", position_mm: 7000, side: "left", capacity: { pieces: 10 } },
        \(end)
      ],
      sweeping: { sweepers: 1, service_s: 10, call_at_percent: 80, closes_bin: false },
      imperfections: {},
      control: { mode: "assigned", answer_ms: 10, stall_to_ride_out_s: 10, records_per_piece: 8 },
      costs: { currency: "EUR", machine_per_hour: 10, staff_per_hour: 30, operators: 1, reject_per_piece: 0.05 },
    }
    """
  }

  /// The machine that such a text describes.
  static func profile(_ text: String = profileText()) throws -> HardwareProfile {
    try RecordedMachine.profile(text, file: "profile")
  }

  /// The machine of a shipped profile.
  static func shipped(_ name: String) throws -> HardwareProfile {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let url = root.appendingPathComponent("hardware-profiles/\(name)/profile.json5")
    return try profile(String(contentsOf: url, encoding: .utf8))
  }

  /// An event at a time in milliseconds, where the belt was, and its attributes.
  static func event(_ time: Int, _ position: Int, _ name: String, _ attributes: String = "") throws
    -> EventLine
  {
    let more = attributes.isEmpty ? "" : ",\(attributes)"
    let line =
      #"{"schema_version":1,"run_id":"0a","seq":1,"timestamp":"2026-01-05T18:00:00.000000000Z","elapsed_ns":\#(time)000000,"severity_text":"INFO","event_name":"\#(name)","attributes":{"position_pulses":\#(position)\#(more)}}"#
    return try #require(EventLine(parsing: line))
  }

  static let measures =
    #""size_class":"box","length_mm":200,"width_mm":100,"height_mm":50.5,"weight_g":300.4"#

  /// Two pieces sorted, one rejected after a missed divert, one left on the machine; a stop of the belt, an alarm.
  static func events() throws -> [EventLine] {
    try [
      event(0, 0, "run.started"), event(0, 0, "machine.state", #""state":"Execute","state_number":6"#),
      event(1000, 1000, "piece.inducted", #""piece":1,"id":"A-1","arrived_ns":400000000"#),
      event(
        1600, 1600, "piece.assigned",
        #""piece":1,"destination":"100",\#(measures),"read":"good","bin":"C1","choice":"primary","plan_line":2"#
      ),
      event(2000, 2000, "piece.inducted", #""piece":2,"arrived_ns":2000000000"#),
      event(
        2600, 2600, "piece.assigned",
        #""piece":2,"destination":"200",\#(measures),"read":"good","bin":"C2","choice":"alternate","plan_line":3"#
      ),
      event(
        3200, 3200, "piece.sorted", #""piece":1,"bin":"C1","arrived_ns":400000000,"inducted_ns":1000000000"#),
      event(4000, 4000, "machine.state", #""state":"Held","state_number":11,"cause":"stopped""#),
      event(4000, 4000, "alarm.raised", #""alarm":"jam","priority":"high","title":"Jam","alarm_number":2"#),
      event(9000, 4000, "alarm.cleared", #""alarm":"jam","alarm_number":2,"stood_ns":5000000000"#),
      event(9000, 4000, "machine.state", #""state":"Execute","state_number":6"#),
      event(10200, 5200, "divert.missed", #""piece":2,"bin":"C2","reason":"divertTimeout""#),
      event(
        13000, 8000, "piece.rejected",
        #""piece":2,"bin":"END","reason":"divertTimeout","arrived_ns":2000000000,"inducted_ns":2000000000"#),
      event(13500, 8500, "piece.inducted", #""piece":3,"arrived_ns":13500000000"#),
      event(14000, 9000, "plant.swept", #""bin":"C1","pieces":1"#),
    ]
  }

  /// The log that events tell.
  static func log(_ events: [EventLine], profile: HardwareProfile, from start: Int64 = 0) -> RunLog {
    var collector = RunLogCollector(RunLog(profile: profile, from: start))
    for event in events { collector.take(event) }
    return collector.finished(isTorn: false)
  }
}
