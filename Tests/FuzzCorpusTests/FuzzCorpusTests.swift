import Foundation
import FuzzEntries
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed.
private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let pieces = [
    "\"", "'", ",", "\n", "{", "}", "[", "]", ":", "-", "\\", "/*", "\u{0}", "9999999999999999999999", "NaN",
    "1e400",
    "0", "-1", "null", "é", "?", "*", "\r", "#", "65536", "9223372036854775807", "0.1", "\u{1B}[31m", "=",
    "..",
  ].map { Array($0.utf8) }

  /// The bytes with a few replaced, taken out, doubled, put in, or taken from another file.
  mutating func mutated(_ original: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      if bytes.isEmpty { bytes = [0x7B] }
      let at = Int.random(in: 0..<bytes.count, using: &self)
      let some = Int.random(in: 1...24, using: &self)
      switch Int.random(in: 0..<8, using: &self) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + some))
      case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + some)], at: at)
      case 4: bytes.removeSubrange(at...)
      case 5 where !other.isEmpty:
        let from = Int.random(in: 0..<other.count, using: &self)
        bytes.insert(contentsOf: other[from..<min(other.count, from + some)], at: at)
      default:
        bytes.insert(contentsOf: Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &self)], at: at)
      }
    }
    return bytes
  }
}

/// One after the other: they share a folder in memory.
@Suite("Every reader with the fuzzer's corpus", .serialized)
struct FuzzCorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../tools/fuzz/corpus").standardizedFileURL

  /// How many inputs are made of a target's files. Where one that is right is run, it takes longer.
  private static func mutations(_ target: FuzzTarget) -> Int {
    switch target {
    case .profile, .scenario, .events: 400
    default: 2000
    }
  }

  @Test(
    "a corpus file, and thousands made of it, are read or refused and never more than that",
    arguments: FuzzTarget.allCases)
  func corpus(target: FuzzTarget) throws {
    let folder = Self.corpus.appending(path: target.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    try #require(names.count >= 3, "\(target.rawValue) has a corpus")
    let files = try names.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
    for (name, file) in zip(names, files) {
      let complaint = target.complaint(about: file)
      #expect(complaint == nil, "\(target.rawValue)/\(name)")
    }
    for seed in 0..<UInt64(Self.mutations(target)) {
      var numbers = SeededNumbers(state: seed)
      let index = Int(seed) % files.count
      let other = files[Int.random(in: 0..<files.count, using: &numbers)]
      let bytes = numbers.mutated(files[index], with: other)
      if let complaint = target.complaint(about: bytes) {
        Issue.record("\(target.rawValue)/\(names[index]), seed \(seed): \(complaint)")
        return
      }
    }
  }
}
