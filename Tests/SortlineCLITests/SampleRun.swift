import FileFormats
import Foundation

/// A small run directory written by hand, as FORMATS asks for, so that its story is known.
enum SampleRun {
  static let plan = """
    # A plan of two bins.
    kind,match,size,bins,alternates,label
    sort,331,letter,001 002,003,MIAMI
    sort,900,letter,004,,LOS ANGELES
    overflow,,,003,,
    reject,*,,R1,,
    """

  /// Writes the run into `folder`/run and its plan beside it.
  static func write(in folder: TemporaryFolder, plan: String = plan, events: [String] = events) throws {
    try folder.write("plans/two.csv", plan)
    var digest = FNV1a64()
    digest.combine(Self.plan.utf8)
    try folder.write(
      "run/run.json",
      """
      {"schema_version":1,"run_id":"00000000000000ab","program":{"name":"sortline","version":"0.1.0"},
       "scenario":"peak-hour","profile":"letter-sorter","plan":"two","seed":7,
       "starts_at":"2026-01-05T18:00:00Z",
       "inputs":[{"role":"plan","path":"plans/two.csv","bytes":\(Self.plan.utf8.count),
                  "digest":"fnv1a64:\(digest.hexadecimal)"}]}
      """)
    try folder.write("run/events.jsonl", events.map { $0 + "\n" }.joined())
    try folder.write("run/pieces.csv", pieces)
  }

  static let pieces = """
    run_id,piece,id,arrived_s,inducted_s,ended_s,destination,size_class,length_mm,width_mm,height_mm,\
    weight_g,read,bin,choice,plan_line,laps,outcome,reason,time_in_system_ms
    00000000000000ab,1,AB-1,1.4,1.44,3.9,33101,letter,240,110,1.2,12.5,good,001,primary,3,0,sorted,,2500
    00000000000000ab,2,,1.56,1.56,17,,letter,240,110,1.2,12.5,noRead,R1,reject,6,1,rejected,lapLimit,15440
    00000000000000ab,3,"e\u{1b}""v",1.56,1.68,20,33199,letter,240,110,1.2,12.5,good,,alternate,3,0,lost,divertTimeout,18440
    00000000000000ab,11,12,21,21,,,,,,,,,,,,0,on_machine,,

    """

  static let events = [
    // Piece 1: sorted into the bin its rule names first.
    event(
      1, 1440, "piece.inducted",
      #""piece":1,"id":"AB-1","position_pulses":5760,"arrived_ns":1400000000,"gap_pulses":240"#),
    event(
      2, 2015, "piece.assigned",
      #""piece":1,"id":"AB-1","position_pulses":8060,"destination":"33101","read":"good","size_class":"letter","length_mm":240,"width_mm":110,"height_mm":1.2,"weight_g":12.5,"bin":"001","choice":"primary","plan_line":3,"sequence":1,"deadline_pulses":3940"#
    ),
    event(
      3, 3900, "piece.sorted",
      #""piece":1,"id":"AB-1","position_pulses":15600,"bin":"001","sequence":1,"arrived_ns":1400000000,"inducted_ns":1440000000"#
    ),
    // Piece 2: no code, a lap, rejected.
    event(4, 1560, "piece.inducted", #""piece":2,"position_pulses":6240,"arrived_ns":1560000000"#),
    event(
      5, 2135, "piece.assigned",
      #""piece":2,"position_pulses":8540,"destination":"","read":"noRead","length_mm":240,"width_mm":110,"height_mm":1.2,"weight_g":12.5,"size_class":"letter","choice":"recirculate","reason":"noRead""#
    ),
    event(6, 15000, "piece.recirculated", #""piece":2,"position_pulses":60000,"reason":"noRead","lap":1"#),
    event(
      7, 15600, "piece.assigned",
      #""piece":2,"position_pulses":62400,"destination":"","read":"noRead","length_mm":240,"width_mm":110,"height_mm":1.2,"weight_g":12.5,"size_class":"letter","bin":"R1","choice":"reject","plan_line":6,"reason":"lapLimit","sequence":2,"lap":1"#
    ),
    event(
      8, 17000, "piece.rejected",
      #""piece":2,"position_pulses":68000,"bin":"R1","reason":"lapLimit","sequence":2,"lap":1,"arrived_ns":1560000000,"inducted_ns":1560000000"#
    ),
    // Piece 3: an alternate, a missed divert, then lost.
    event(
      9, 1680, "piece.inducted",
      #""piece":3,"id":"evil\u001b[2J","position_pulses":6720,"arrived_ns":1560000000"#),
    event(
      10, 2255, "piece.assigned",
      #""piece":3,"id":"evil\u001b[2J","position_pulses":9020,"destination":"33199","read":"good","length_mm":240,"width_mm":110,"height_mm":1.2,"weight_g":12.5,"size_class":"letter","bin":"003","choice":"alternate","plan_line":3,"sequence":3"#
    ),
    event(
      11, 9000, "divert.missed",
      #""piece":3,"position_pulses":36000,"bin":"003","reason":"divertTimeout","sequence":3"#),
    event(
      12, 20000, "piece.lost",
      #""piece":3,"position_pulses":80000,"reason":"divertTimeout","sequence":3,"arrived_ns":1560000000,"inducted_ns":1680000000"#
    ),
    // Piece 11 is still on the machine.
    event(
      13, 21000, "piece.inducted", #""piece":11,"id":"12","position_pulses":84000,"arrived_ns":21000000000"#),
  ]

  static func event(_ seq: Int, _ milliseconds: Int, _ name: String, _ attributes: String) -> String {
    let fraction = String(milliseconds % 1000 + 1000).dropFirst()
    let seconds = String(milliseconds / 1000 + 100).dropFirst()
    return
      #"{"schema_version":1,"run_id":"00000000000000ab","seq":\#(seq),"timestamp":"2026-01-05T18:00:\#(seconds).\#(fraction)000000Z","elapsed_ns":\#(milliseconds)000000,"severity_text":"INFO","event_name":"\#(name)","attributes":{\#(attributes)}}"#
  }
}
