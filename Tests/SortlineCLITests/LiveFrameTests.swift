import Quantities
import Supervision
import Testing

@testable import SortlineCLI

@Suite("The live view")
struct LiveFrameTests {
  private func busy() -> LiveSnapshot {
    var shot = LiveSnapshot()
    shot.scenario = "peak-hour"
    shot.profile = "letter-sorter"
    shot.mode = "ARMED"
    shot.rated = 30_000
    shot.rateNow = 1_234_567
    shot.rateMean = 29_870
    shot.fed = 123_456_789
    shot.sorted = 123_000_000
    shot.rejected = 456_000
    shot.lost = 3
    shot.link = LiveSnapshot.Link(
      state: .armed, roundTrip: Nanoseconds(1_200_000), longest: Nanoseconds(98_700_000), reconnects: 12)
    shot.marginCount = 10
    shot.marginLeast = .milliseconds(812)
    shot.marginMedian = Nanoseconds(1_204_000_000)
    shot.marginLimit = .milliseconds(20)
    shot.latenessP99 = Nanoseconds(81_000)
    shot.overruns = 7
    shot.journalSlots = 16_384
    shot.alarms = [
      LiveSnapshot.Alarm(priority: .high, text: "Bin full too long: stacker 017", isAcknowledged: false),
      LiveSnapshot.Alarm(priority: .low, text: "Too little time", isAcknowledged: true),
    ]
    shot.alarmsStanding = 5
    shot.alarmsUnacknowledged = 4
    shot.bins = (0..<300).map { LiveSnapshot.Bin(eighths: $0 % 9, isFull: $0 % 50 == 8, isDisabled: $0 == 3) }
    shot.binWord = "stacker"
    return shot
  }

  @Test(
    "a picture fits its terminal to the column and the line",
    arguments: [(72, 18), (80, 24), (100, 30), (120, 40), (200, 60), (73, 19)])
  func fits(width: Int, height: Int) {
    for isUnicode in [true, false] {
      let lines = LiveFrame(shot: busy(), width: width, height: height, isUnicode: isUnicode).lines
      #expect(lines.count == height)
      for line in lines { #expect(line.width <= width, "\(line.plainText)") }
      if !isUnicode { #expect(lines.allSatisfy { $0.plainText.utf8.allSatisfy { $0 < 128 } }) }
    }
  }

  @Test("everything that must be seen is seen on 80 columns and 24 lines")
  func says() {
    let text = LiveFrame(shot: busy(), width: 80, height: 24, isUnicode: true).lines
      .map(\.plainText).joined(separator: "\n")
    for word in [
      "peak-hour", "ARMED", "29,870/h", "123,456,789", "812 ms least", "1.2 s median", "armed, 1.2 ms",
      "81 us p99", "Bin full too long: stacker 017", "and 3 more", "6 full", "1 out of service", "q stop",
      "s shelve",
      "r reset and arm",
    ] { #expect(text.contains(word), "\(word) is not in\n\(text)") }
  }

  @Test("while all is well nothing is coloured, and what is not well is")
  func colours() {
    var shot = busy()
    func looks(_ shot: LiveSnapshot) -> Set<FrameLine.Look> {
      Set(
        LiveFrame(shot: shot, width: 120, height: 40, isUnicode: true).lines.flatMap { $0.parts.map(\.look) })
    }
    #expect(looks(shot).contains(.bad))
    #expect(looks(shot).contains(.warning))
    shot.lost = 0
    shot.overruns = 0
    shot.alarms = []
    shot.bins = shot.bins.map { LiveSnapshot.Bin(eighths: $0.eighths) }
    #expect(looks(shot).isDisjoint(with: [.bad, .warning]))
    shot.link?.state = .down
    #expect(looks(shot).contains(.bad))
  }

  @Test("spans of time are shown in three figures with their unit")
  func spans() {
    let wanted: [(Int64, String)] = [
      (0, "0 ns"), (850, "850 ns"), (1_500, "1.5 us"), (12_400, "12.4 us"), (999_999, "999 us"),
      (1_204_000, "1.2 ms"), (812_000_000, "812 ms"), (1_204_000_000, "1.2 s"), (123_000_000_000, "123 s"),
    ]
    for (time, text) in wanted { #expect(Nanoseconds(time).shortText == text) }
  }
}
