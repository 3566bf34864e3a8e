import FileFormats
import Foundation
import SortlineCLI
import Testing

@Suite("explain")
struct ExplainTests {
  /// Runs the program in this process, in a folder that holds the sample run.
  private func explain(
    _ words: String..., plan: String = SampleRun.plan, events: [String] = SampleRun.events
  ) throws -> Answer {
    let folder = try TemporaryFolder()
    try SampleRun.write(in: folder, plan: plan, events: events)
    let out = MemorySink()
    let err = MemorySink()
    let console = Console(out: out, err: err, environment: ["SORTLINE_HOME": folder.url.path])
    let words = words.map { $0 == "RUN" ? folder.url.appendingPathComponent("run").path : $0 }
    let code = SortlineProgram.main(["explain"] + words, console: console)
    return Answer(code: code, out: out.text, err: err.text.replacing(folder.url.path, with: ""))
  }

  /// What the program answered; `flat` is its output without regard to where lines were broken.
  struct Answer {
    var code: ExitCode
    var out: String
    var err: String
    var flat: String { out.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
  }

  @Test("a sorted piece's story tells when it was fed, what was read, the line that decided and the end")
  func sorted() throws {
    let answer = try explain("RUN", "1")
    #expect(answer.code == .ok && answer.err.isEmpty)
    #expect(
      answer.out == """
        Piece 1 (AB-1) of peak-hour on letter-sorter, seed 7

          It was fed on 2026-01-05 at 18:00:01.440, 1.440 s into the run, 0.040 s after
          it arrived at the feeder, with a gap of 240 pulses of belt to the piece before
          it.
          The scanner read destination 33101. It measured 240 x 110 x 1.2 mm and 12.5 g,
          which is the size class letter. It was given bin 001, the least full of those
          that line 3 of the plan names: 001 002. The command had 3,940 pulses of belt
          to spare.
              sort,331,letter,001 002,003,MIAMI
          It ended sorted, in bin 001, at 18:00:03.900, 2.460 s after it was fed.

        Time line
          clock         s since fed  belt, pulses  what
          -------------------------------------------------------------------------
          18:00:01.440        0.000         5,760  fed
          18:00:02.015        0.575         8,060  read 33101, to bin 001 (primary)
          18:00:03.900        2.460        15,600  sorted into bin 001

        """)
  }

  @Test("the alarms of a run are listed with how long they stood and what to do")
  func alarms() throws {
    let jam = #""position_pulses":1,"alarm":"jam","priority":"high","title":"Jam","alarm_number":2"#
    let bin =
      #""position_pulses":1,"alarm":"binFullTooLong","priority":"medium","title":"Bin full too long","alarm_number":3,"bin":"#
    let events = [
      SampleRun.event(1, 1000, "alarm.raised", jam),
      SampleRun.event(2, 1500, "alarm.raised", bin + #""001""#),
      SampleRun.event(3, 2000, "alarm.raised", bin + #""002""#),
      SampleRun.event(4, 2500, "alarm.cleared", bin + #""002","stood_ns":500000000"#),
      SampleRun.event(5, 3500, "alarm.cleared", jam + #","stood_ns":2500000000"#),
    ]
    let answer = try explain("RUN", "--alarms", events: events)
    #expect(answer.code == .ok && answer.err.isEmpty)
    #expect(
      answer.out.hasPrefix(
        """
        peak-hour on letter-sorter, seed 7: 3 alarms raised

          raised at     alarm              about        priority  stood, s
          ----------------------------------------------------------------
          18:00:01.000  Jam                the machine  high         2.500
          18:00:01.500  Bin full too long  bin 001      medium      stands
          18:00:02.000  Bin full too long  bin 002      medium       0.500

          Jam: The belt is jammed
        """), "\(answer.out)")
    #expect(answer.flat.contains("take the pieces off by hand"))
    let few = try explain("RUN", "--alarms", "--limit", "1", events: events)
    #expect(few.flat.contains("and 2 more alarms; see --limit"))
    #expect(try explain("RUN", "--alarms").out == "peak-hour on letter-sorter, seed 7: 0 alarms raised\n")
    #expect(try explain("RUN", "1", "--alarms").code == .usage)
  }

  @Test("a piece that waited less than a millisecond was fed as soon as it arrived")
  func briefWait() throws {
    let events = SampleRun.events.map {
      $0.replacing("\"arrived_ns\":1400000000,\"gap", with: "\"arrived_ns\":1439999000,\"gap")
    }
    let answer = try explain("RUN", "1", events: events)
    #expect(answer.flat.contains("1.440 s into the run, as soon as it arrived"), "\(answer.flat)")
  }

  @Test("a rejected piece's story tells of its lap, its reason and the reject line")
  func rejected() throws {
    let answer = try explain("RUN", "2")
    #expect(answer.flat.contains("The scanner found no code."))
    #expect(answer.flat.contains("It was let go round once more, because the scanner found no code"))
    #expect(answer.flat.contains("It reached the end of the line and went round again (lap 1)"))
    #expect(answer.flat.contains("It was given reject bin R1 by line 6 of the plan, because it had gone"))
    #expect(answer.out.contains("\n      reject,*,,R1,,\n"))
    #expect(answer.out.contains("after 1 lap, because it had gone round as often as it may."))
  }

  @Test("a lost piece's story tells of the alternate and the divert that nobody saw; ids are made safe")
  func lost() throws {
    let answer = try explain("RUN", "3")
    #expect(answer.out.hasPrefix("Piece 3 (evil\\u{1B}[2J) of"))
    #expect(!answer.out.contains("\u{1B}"))
    #expect(answer.flat.contains("bin 003, an alternate of line 3 of the plan: no bin that it names first"))
    #expect(
      answer.flat.contains("The divert into bin 003 (command 3) was commanded and nobody saw it happen"))
    #expect(answer.out.contains("It was given up as lost"))
  }

  @Test("a piece is found by its outside id, and a number is a piece's number first")
  func byID() throws {
    #expect(try explain("RUN", "AB-1").out == explain("RUN", "1").out)
    #expect(try explain("RUN", "evil\u{1B}[2J").out.hasPrefix("Piece 3 "))
    #expect(try explain("RUN", "11").out.hasPrefix("Piece 11 (12)"))
    #expect(try explain("RUN", "12").out.hasPrefix("Piece 11 (12)"))
    #expect(try explain("RUN", "11").out.contains("The run ended while it was still on the machine."))
  }

  @Test("an unknown piece is answered with the nearest ids, or the range of numbers")
  func unknown() throws {
    let near = try explain("RUN", "AB-2")
    #expect(near.code == .noInput)
    #expect(near.err == "sortline: error: '/run' has no piece 'AB-2'\n  The nearest ids are AB-1.\n")
    let far = try explain("RUN", "500000")
    #expect(far.err.hasSuffix("  Its pieces are 1 to 11.\n"))
  }

  @Test("a plan that changed or went away since the run is not quoted, and that is said")
  func changedPlan() throws {
    let changed = try explain("RUN", "1", plan: SampleRun.plan + "\n#\n")
    #expect(changed.flat.contains("(plans/two.csv has changed since the run, so its line is not shown.)"))
    #expect(!changed.out.contains("MIAMI"))
  }

  @Test("--outcome counts by reason and bin, largest first, with examples")
  func outcome() throws {
    let rejected = try explain("RUN", "--outcome", "rejected")
    #expect(
      rejected.out == """
        peak-hour on letter-sorter, seed 7: 1 piece rejected

          reason    bin  pieces      %  such as
          -------------------------------------
          lapLimit  R1        1  100.0  2

          lapLimit: it had gone round as often as it may.

        """)
    #expect(try explain("RUN", "--outcome", "sorted").out.contains("  001  primary         1  100.0  AB-1\n"))
    #expect(try explain("RUN", "--outcome", "recirculated").out.contains("  noRead     1  100.0  2\n"))
    #expect(
      try explain("RUN", "--outcome", "removed").out
        == "peak-hour on letter-sorter, seed 7: 0 pieces removed\n")
  }

  @Test("a torn or broken line is told with its place")
  func broken() throws {
    var events = SampleRun.events
    events[2] = String(events[2].dropLast(1))
    let answer = try explain("RUN", "1", events: events)
    #expect(answer.code == .badData)
    #expect(answer.err.contains("events.jsonl:3:"))
    #expect(answer.err.contains("the line is not an event"))
  }

  @Test("what is no run directory is told so")
  func noRun() throws {
    let answer = try explain("/nonexistent/run", "1")
    #expect(answer.code == .noInput)
    #expect(answer.err.contains("'/nonexistent/run' is no run directory: its run.json cannot be read"))
  }

  @Test("a piece or an outcome must be asked for, and only one of them")
  func usage() throws {
    #expect(try explain("RUN").code == .usage)
    #expect(try explain("RUN", "1", "--outcome", "lost").code == .usage)
    #expect(try explain("RUN", "--outcome", "lots").err.contains("Did you mean lost?"))
  }
}

@Suite("Strict JSON")
struct JSONValueTests {
  private func read(_ text: String) throws(JSONSyntaxError) -> JSONValue {
    try JSONValue(bytes: Array(text.utf8)[...])
  }

  @Test("values, escapes and surrogate pairs are read")
  func good() throws {
    let value = try read(#" {"a":[1,-0.5e3,true,null],"b":"x\u00e9\ud83d\ude00\n"} "#)
    #expect(value["a"]?.items == [.number("1"), .number("-0.5e3"), .bool(true), .null])
    #expect(value["b"]?.text == "xé😀\n")
  }

  @Test(
    "anything that is not strict JSON is refused",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "+1", "nul", "\"\\x\"", "\"\\ud800\"", "\"a", "1 2",
      "{\"a\":1,\"a\":2}", "[1 2]", "NaN", "\"\u{1}\"", "'a'", "// c\n1",
    ])
  func bad(text: String) {
    #expect(throws: JSONSyntaxError.self) { try read(text) }
  }

  @Test("deep nesting and bytes that are not UTF-8 are refused")
  func hostile() {
    #expect(throws: JSONSyntaxError.self) { try read(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONSyntaxError.self) { try JSONValue(bytes: [0x22, 0xFF, 0x22]) }
  }
}
