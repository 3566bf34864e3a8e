import FileFormats
import Quantities
import SortlineCLI
import Testing

@Suite("What is printed")
struct TerminalTests {
  @Test(
    "numbers have a comma between each three digits",
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (30_000, "30,000")])
  func grouping(number: Int, text: String) {
    #expect(grouped(number) == text)
    #expect(grouped("\(number).25") == text + ".25")
  }

  @Test("a table aligns words to the left and numbers to the right")
  func table() {
    let table = Table(
      "Result", columns: [.words("figure"), .numbers("value"), .words("unit")],
      rows: [["fed", "30,000", "pieces"], [], ["lost", "2", "pieces"]])
    let expected = [
      "Result", "  figure   value  unit", "  ----------------------", "  fed     30,000  pieces",
      "  ----------------------", "  lost         2  pieces",
    ]
    #expect(table.lines(for: .plain) == expected)
  }

  @Test("a table that is a little too wide wraps the words of its last column")
  func wrappedTable() {
    let table = Table(
      columns: [.numbers("n"), .words("what")],
      rows: [["1", "a sentence that is rather too long for the place"], ["22", "short"]])
    #expect(
      table.lines(for: TerminalTraits(isTerminal: true, width: 32)) == [
        "   n  what", "  ------------------------------", "   1  a sentence that is rather",
        "      too long for the place", "  22  short",
      ])
  }

  @Test("a table that does not fit stacks its cells")
  func narrowTable() {
    let table = Table(
      columns: [.words("figure"), .numbers("value")], rows: [["a rather long figure", "30,000"]])
    #expect(
      table.lines(for: TerminalTraits(isTerminal: true, width: 20)) == [
        "  a rather long figure", "    value 30,000",
      ])
  }

  @Test("colour does not move columns")
  func colouredTable() {
    let table = Table(
      columns: [.words("a"), .numbers("b")],
      rows: [[Table.Cell("x", mood: .good), "1"], ["long", Table.Cell("22", mood: .bad)]])
    let plain = table.lines(for: .plain)
    let coloured = table.lines(for: TerminalTraits(isTerminal: true, width: 80, isColoured: true))
    let stripped = coloured.map { line in
      line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
    #expect(stripped == plain)
    #expect(coloured != plain)
  }

  @Test("the last line of a wrapped paragraph is kept and a long word is not broken")
  func wrapping() {
    #expect(wrapped("one two three", width: 7) == ["one two", "three"])
    #expect(wrapped("a incomprehensibilities b", width: 5) == ["a", "incomprehensibilities", "b"])
    #expect(wrapped("", width: 5) == [])
  }
}

@Suite("Progress")
struct ProgressTests {
  private let half = ProgressSnapshot(
    pieces: 15_000, expectedPieces: 30_000, simulated: .seconds(1800), simulatedEnd: .seconds(3600))

  private func line(_ snapshot: ProgressSnapshot) -> ProgressLine {
    ProgressLine(label: "peak-hour", snapshot: snapshot, elapsed: .seconds(2), rate: 7500)
  }

  @Test("the bar shows per cent, pieces, rate, simulated clock and time left")
  func bar() {
    let text = line(half).bar(for: TerminalTraits(isTerminal: true, width: 110))
    #expect(
      text
        == "peak-hour  [###############---------------]  50 %  15,000 pieces  7,500 pieces/s  clock 0:30:00  2 s left"
    )
  }

  @Test("the bar is never wider than the terminal", arguments: [1, 12, 20, 40, 60, 79, 80, 200])
  func barWidth(columns: Int) {
    let traits = TerminalTraits(isTerminal: true, width: columns, isUnicode: true)
    for pieces in [0, 1, 15_000, 30_000, 1_000_000_000] {
      var snapshot = half
      snapshot.pieces = pieces
      #expect(line(snapshot).bar(for: traits).count <= max(10, columns - 1))
      snapshot.expectedPieces = nil
      snapshot.simulatedEnd = nil
      #expect(line(snapshot).bar(for: traits).count <= max(10, columns - 1))
    }
  }

  @Test("without a known end there is no bar and no per cent")
  func openEnd() {
    let snapshot = ProgressSnapshot(pieces: 100, simulated: .seconds(5))
    let text = line(snapshot).bar(for: TerminalTraits(isTerminal: true, width: 80))
    #expect(text == "peak-hour  100 pieces  7,500 pieces/s  clock 0:00:05")
  }

  @Test("a terminal is redrawn at most ten times a second, and gets its cursor back")
  func redraws() {
    let sink = MemorySink()
    let display = ProgressDisplay(
      label: "x", sink: sink, traits: TerminalTraits(isTerminal: true, width: 80), isQuiet: false, now: .zero)
    for millisecond in 0..<1000 { display.update(half, now: .milliseconds(Int64(millisecond))) }
    #expect(sink.text.split(separator: "\r").count - 1 == 10)
    display.finish(half, now: .seconds(1))
    #expect(sink.text.hasPrefix("\u{1B}[?25l"))
    #expect(sink.text.hasSuffix("\u{1B}[?25h"))
    #expect(sink.text.contains("100 %"))
  }

  @Test("a log gets a plain line every ten seconds, and none for a short run")
  func logLines() {
    let sink = MemorySink()
    let display = ProgressDisplay(label: "x", sink: sink, traits: .plain, isQuiet: false, now: .zero)
    for second in 0..<10 { display.update(half, now: .seconds(Int64(second))) }
    #expect(sink.text.isEmpty)
    for second in 10..<30 { display.update(half, now: .seconds(Int64(second))) }
    display.finish(half, now: .seconds(30))
    let lines = sink.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0] == "x: 50 %, 15,000 pieces, 1,500 pieces/s, clock 0:30:00, 10 s left")
  }

  @Test("quiet means quiet")
  func quiet() {
    let sink = MemorySink()
    let display = ProgressDisplay(
      label: "x", sink: sink, traits: TerminalTraits(isTerminal: true), isQuiet: true, now: .zero)
    display.update(half, now: .seconds(60))
    display.finish(half, now: .seconds(61))
    #expect(sink.text.isEmpty)
  }
}
