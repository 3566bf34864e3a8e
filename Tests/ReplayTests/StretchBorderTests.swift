import EventRecords
import FileFormats
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Replay

/// What is wrong at a border between two stretches is told as if the file were read from line to line.
@Suite("Borders between stretches of inputs")
struct StretchBorderTests {
  /// What a reading of a file tells, by whichever way.
  private struct Told: Hashable {
    var inputs = 0
    var torn = 0
    var damage: String?
  }

  /// A short run's inputs in a folder, to be damaged.
  private struct Sample {
    let run: RecordedScenario
    let whole: [UInt8]

    init() throws {
      run = try RecordedScenario("jam", until: .seconds(30))
      whole = try run.bytes("inputs.jsonl")
    }

    /// Where stretches of so many bytes end: behind the last line that ends within each.
    func borders(_ size: Int) -> [Int] {
      var borders: [Int] = []
      // The header, and the line that is read with it.
      var start = whole.indices.filter { whole[$0] == 0x0A }[1] + 1
      while start < whole.count {
        guard let end = whole[start..<min(whole.count, start + size)].lastIndex(of: 0x0A) else { break }
        start = end + 1
        borders.append(start)
      }
      return borders
    }

    /// Holds a replay in stretches against one from line to line.
    func compare(_ bytes: some Collection<UInt8>, size: Int, readers: Int = 1, _ what: String) throws {
      try run.write(bytes, to: "damaged.jsonl")
      let reader = try run.inputs("damaged.jsonl")
      var wanted = Told()
      reading: while true {
        switch try reader.next() {
        case .record(let record): if record.kind == .inputHeard { wanted.inputs += 1 }
        case .damaged(let diagnostic):
          wanted.damage = diagnostic.description
          break reading
        case .end:
          wanted.torn = reader.tornBytes
          break reading
        }
      }
      let finding = try DigestReplay.run(
        try run.inputs("damaged.jsonl"), profile: run.loaded.profile, plan: run.plan, readers: readers,
        stretchBytes: size)
      let told = Told(
        inputs: finding.inputs, torn: finding.tornBytes, damage: finding.damage?.description)
      #expect(told == wanted, "\(what), stretches of \(size) bytes, \(readers) readers")
      #expect(finding.difference == nil)
    }
  }

  @Test("however long stretches are and however many threads read, a whole file leads to the run's digest")
  func whole() throws {
    let sample = try Sample()
    for size in [40, 70, 100, 333, 4096, 5000, 1 << 16] {
      for readers in 0...4 {
        let finding = try DigestReplay.run(
          try sample.run.inputs(), profile: sample.run.loaded.profile, plan: sample.run.plan,
          readers: readers, stretchBytes: size)
        #expect(finding.digest == sample.run.digest, "stretches of \(size) bytes, \(readers) readers")
        #expect(finding.isComplete && finding.damage == nil && finding.tornBytes == 0)
      }
    }
  }

  @Test("a byte that changes in the lines beside a border is told with its place", arguments: [300, 1000])
  func changed(size: Int) throws {
    let sample = try Sample()
    let border = sample.borders(size)[2]
    for place in border - 90..<border + 90 {
      var bytes = sample.whole
      bytes[place] ^= 1
      try sample.compare(bytes, size: size, readers: place % 3, "byte \(place - border) from the border")
    }
  }

  @Test("cut anywhere around a border, a file is replayed up to its last whole line", arguments: [300, 1000])
  func torn(size: Int) throws {
    let sample = try Sample()
    let border = sample.borders(size)[2]
    for place in border - 90..<border + 90 {
      try sample.compare(sample.whole[..<place], size: size, "cut \(place - border) from the border")
      let zeros = sample.whole[..<place] + [UInt8](repeating: 0, count: 500)
      try sample.compare(zeros, size: size, "zeros \(place - border) from the border")
    }
  }

  @Test("a line that is lost, doubled or exchanged beside a border is told", arguments: [300, 1000])
  func lost(size: Int) throws {
    let sample = try Sample()
    let lines = sample.whole.split(separator: 0x0A)
    for border in sample.borders(size).prefix(4) {
      let number = sample.whole[..<border].count { $0 == 0x0A }
      for line in number - 2...number + 1 {
        var damaged = [lines, lines, lines]
        damaged[0].remove(at: line)
        damaged[1].insert(lines[line], at: line)
        damaged[2].swapAt(line, line + 1)
        for (kind, lines) in zip(["lost", "doubled", "exchanged"], damaged) {
          let bytes = lines.joined(separator: [0x0A]) + [0x0A]
          try sample.compare(bytes, size: size, "line \(line - number) from the border \(kind)")
        }
      }
    }
  }

  @Test("a whole stretch that is lost is told where it was")
  func lostStretch() throws {
    let sample = try Sample()
    let borders = sample.borders(300)
    let bytes = sample.whole[..<borders[1]] + sample.whole[borders[2]...]
    try sample.compare(bytes, size: 300, "a stretch is gone")
    let header = try #require(sample.whole.firstIndex(of: 0x0A))
    try sample.compare(sample.whole[..<(header + 1)], size: 300, "only the header is left")
    try sample.compare(sample.whole[..<header], size: 300, "not even all of the header is left")
  }

  @Test("stretches go on across segments that were put aside, also where a segment ends within a line")
  func segments() throws {
    let sample = try Sample()
    let border = sample.borders(300)[2]
    for cut in [border - 70, border - 1, border, border + 1, border + 70] {
      try sample.run.write(
        sample.whole[..<cut], to: JournalSegment.path(of: "rotated.jsonl", number: 1))
      try sample.run.write(sample.whole[cut...], to: "rotated.jsonl")
      let finding = try DigestReplay.run(
        try sample.run.inputs("rotated.jsonl"), profile: sample.run.loaded.profile, plan: sample.run.plan,
        stretchBytes: 300)
      #expect(finding.digest == sample.run.digest && finding.isComplete, "\(cut - border) from the border")
    }
  }
}
