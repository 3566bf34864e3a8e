import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Telemetry

/// CRC-32C by its definition, a bit at a time: nothing of the program's own.
struct BitwiseCRC {
  private(set) var value: UInt32 = 0

  mutating func extend(_ bytes: some Sequence<UInt8>) {
    var state = ~value
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0x82F6_3B78 : state >> 1 }
    }
    value = ~state
  }
}

@Suite("Checksums of lines")
struct LineChainTests {
  @Test("the definition gives the catalogue's check value")
  func definition() {
    var crc = BitwiseCRC()
    crc.extend("123456789".utf8)
    #expect(crc.value == 0xE306_9283)
  }

  @Test(
    "each line's checksum goes over its bytes and those of all lines above",
    arguments: [("events.jsonl", #","crc32c":""#, #""}"#), ("inputs.jsonl", #",""#, #""]"#)])
  func chained(file: String, before: String, after: String) throws {
    let directory = try TemporaryDirectory()
    let recorder = try Recorder(SyntheticRun.description, writing: JournalFiles(directory: directory.path))
    SyntheticRun.emit(pieces: 50, into: recorder)
    for number in 0..<200 {
      var record = EventRecord(
        inputOf: InputKind.allCases[number % InputKind.allCases.count], at: Instant(Int64(number)),
        position: Pulses(Int64(number) * 1_234_567_890_123))
      record.piece = PieceID(UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      record.inputWord = DestinationCode("A1\(number)")?.rawValue ?? 0
      _ = recorder.emit(input: record)
    }
    _ = try recorder.finish(onMachine: 0)
    let text = try String(contentsOfFile: directory.path + "/" + file, encoding: .utf8)
    var crc = BitwiseCRC()
    var lines = 0
    for line in text.split(separator: "\n") {
      let isHeader = file == "inputs.jsonl" && lines == 0
      let tail = isHeader ? #","crc32c":""#.count + 10 : before.count + 8 + after.count
      crc.extend(line.utf8.dropLast(tail))
      let digits = String(crc.value, radix: 16)
      let padded = String(repeating: "0", count: 8 - digits.count) + digits
      #expect(line.hasSuffix(isHeader ? #","crc32c":"\#(padded)"}"# : before + padded + after))
      lines += 1
    }
    #expect(lines > 100)
  }
}
