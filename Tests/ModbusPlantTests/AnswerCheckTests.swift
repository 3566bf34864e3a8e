import Foundation
import Testing

@testable import ModbusPlant

/// A request of real traffic, with the answer that a device gave to it.
struct RecordedPair {
  let request: [UInt8]
  let answer: [UInt8]

  /// What the answer must look like, worked out from the request alone; nil for functions we do not speak.
  var expected: ExpectedAnswer? {
    guard request.count >= 12, let function = ModbusFunction(rawValue: request[7]) else { return nil }
    func word(_ index: Int) -> UInt16 { UInt16(request[index]) << 8 | UInt16(request[index + 1]) }
    let payload: ExpectedAnswer.Payload
    switch function {
    case .readCoils, .readDiscreteInputs: payload = .data(bytes: (Int(word(10)) + 7) / 8)
    case .readHoldingRegisters, .readInputRegisters, .readWriteRegisters:
      payload = .data(bytes: Int(word(10)) * 2)
    case .writeCoil, .writeRegister, .writeCoils, .writeRegisters, .diagnostics:
      payload = .echo(address: word(8), value: word(10))
    case .maskRegister:
      guard request.count >= 14 else { return nil }
      payload = .maskEcho(address: word(8), and: word(10), or: word(12))
    }
    return ExpectedAnswer(
      framing: .tcp, transaction: word(0), unit: request[6], function: function.rawValue, payload: payload)
  }

  /// The pairs of the recorded traffic beside the project; nil where it is absent.
  static let all: [RecordedPair]? = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared/data/modbus/modbus-adus.csv.gz")
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var open: [Substring: [UInt8]] = [:]
    var pairs: [RecordedPair] = []
    for line in text.split(separator: "\n").dropFirst() {
      // source,stream,dir,time,tid,pid,len,unit,fc,verdict,adu_hex
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 11 else { continue }
      let key = fields[0] + "," + fields[1] + "," + fields[4]
      let bytes = hexBytes(fields[10])
      if fields[2] == "req" {
        open[key] = bytes
      } else if let request = open.removeValue(forKey: key) {
        pairs.append(RecordedPair(request: request, answer: bytes))
      }
    }
    return pairs
  }()

  private static func hexBytes(_ text: Substring) -> [UInt8] {
    let digits = Array(text.utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit &- 48 : digit &- 87 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }
}

@Suite("The check of an answer's bytes")
struct AnswerCheckTests {
  /// The offset of the first byte that is a value, and whether the byte at `index` is one.
  private func isValue(_ index: Int, in answer: [UInt8], _ expected: ExpectedAnswer) -> Bool {
    guard case .data(let bytes) = expected.payload, answer[7] == expected.function else { return false }
    return (9..<9 + bytes).contains(index)
  }

  @Test("answers of real devices are taken, and not one with any byte but a value changed")
  func recordedAnswers() throws {
    guard let pairs = RecordedPair.all else {
      print("skipped: the recorded Modbus traffic is not beside the project")
      return
    }
    var taken = 0, refused = 0, rejected = 0, mutants = 0
    for (number, pair) in pairs.enumerated() {
      guard let expected = pair.expected else { continue }
      switch AnswerCheck.verdict(pair.answer.span, against: expected) {
      case .accepted: taken += 1
      case .refused: refused += 1
      case .wrong, .incomplete:
        rejected += 1
        continue
      }
      // Every byte of every seventh answer, by one bit and by all.
      guard number % 7 == 0 else { continue }
      for index in pair.answer.indices where !isValue(index, in: pair.answer, expected) {
        for flip in [0x01, 0x80, 0xFF] as [UInt8] {
          var changed = pair.answer
          changed[index] ^= flip
          mutants += 1
          let verdict = AnswerCheck.verdict(changed.span, against: expected)
          switch verdict {
          case .accepted: Issue.record("byte \(index) of \(pair.answer) changed by \(flip) and taken")
          case .refused:
            // Only a refusal's own code can turn into another one.
            #expect(pair.answer[7] & 0x80 != 0 && index == 8)
          default: break
          }
        }
      }
    }
    print("recorded pairs: \(taken) taken, \(refused) refusals, \(rejected) rejected; \(mutants) mutants")
    #expect(taken > 5_000 && refused > 0 && mutants > 20_000)
    #expect(rejected < (taken + refused) / 20)
  }

  @Test("an answer that comes a byte at a time has the same verdict as in one piece")
  func growingAnswers() throws {
    for function in ModbusFunction.allCases {
      for framing in [ExpectedAnswer.Framing.tcp, .rtu] {
        let (expected, answer) = sample(function, framing)
        for count in 0..<answer.count {
          let verdict = AnswerCheck.verdict(answer.span.extracting(0..<count), against: expected)
          guard case .incomplete(let needed) = verdict else {
            Issue.record("\(function) \(framing): \(count) bytes are \(verdict)")
            continue
          }
          #expect(needed > count && needed <= answer.count)
        }
        guard case .accepted = AnswerCheck.verdict(answer.span, against: expected) else {
          Issue.record("\(function) \(framing) is not taken")
          continue
        }
        let more = answer + [0]
        #expect(
          AnswerCheck.verdict(more.span, against: expected)
            == .wrong(AnswerFault(.trailingBytes, expected: answer.count, got: answer.count + 1)))
      }
    }
  }

  @Test("on a serial line no single wrong byte is ever taken, whatever it is")
  func serialMutants() {
    for function in ModbusFunction.allCases {
      let (expected, answer) = sample(function, .rtu)
      for index in answer.indices {
        for flip in 1...255 as ClosedRange<UInt8> {
          var changed = answer
          changed[index] ^= flip
          switch AnswerCheck.verdict(changed.span, against: expected) {
          case .accepted, .refused: Issue.record("\(function): byte \(index) changed by \(flip) and taken")
          case .wrong, .incomplete: break
          }
        }
      }
    }
  }

  @Test("random bytes are never taken for an answer", arguments: 1...8 as ClosedRange<UInt64>)
  func randomBytes(seed: UInt64) {
    var random = SplitMix(seed)
    for _ in 0..<20_000 {
      let function = ModbusFunction.allCases[Int(random.next() % UInt64(ModbusFunction.allCases.count))]
      let framing: ExpectedAnswer.Framing = random.next() % 2 == 0 ? .tcp : .rtu
      let (expected, right) = sample(function, framing)
      var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Half of them begin well.
      if random.next() % 2 == 0 {
        let keep = min(bytes.count, Int(random.next() % 8))
        bytes.replaceSubrange(0..<keep, with: right.prefix(keep))
      }
      switch AnswerCheck.verdict(bytes.span, against: expected) {
      case .accepted:
        // Possible only where everything that can be checked is right.
        let same = zip(bytes, right).enumerated().filter { $1.0 == $1.1 }.map(\.offset)
        #expect(bytes.count == right.count && same.count >= 9, "seed \(seed)")
      case .refused: #expect(framing == .tcp && bytes.count == 9, "seed \(seed)")
      case .wrong, .incomplete: break
      }
    }
  }

  @Test("the checksum is the one of the protocol's own example")
  func checksumExample() {
    // MODBUS over Serial Line 1.02, 6.2.2: 02 07 gives 41 12 on the line.
    #expect(Checksum.of(([0x02, 0x07] as [UInt8]).span) == 0x1241)
  }

  private func sample(
    _ function: ModbusFunction, _ framing: ExpectedAnswer.Framing
  ) -> (ExpectedAnswer, [UInt8]) {
    let payload: ExpectedAnswer.Payload
    var pdu = [function.rawValue]
    switch function {
    case .readCoils, .readDiscreteInputs:
      payload = .data(bytes: 3)
      pdu += [3, 0xCD, 0x6B, 0x05]
    case .readHoldingRegisters, .readInputRegisters, .readWriteRegisters:
      payload = .data(bytes: 4)
      pdu += [4, 0x02, 0x2B, 0x00, 0x64]
    case .writeCoil, .writeRegister, .writeCoils, .writeRegisters, .diagnostics:
      payload = .echo(address: 0x00AC, value: 0xFF00)
      pdu += [0x00, 0xAC, 0xFF, 0x00]
    case .maskRegister:
      payload = .maskEcho(address: 4, and: 0xF2, or: 0x25)
      pdu += [0, 4, 0, 0xF2, 0, 0x25]
    }
    let expected = ExpectedAnswer(
      framing: framing, transaction: 0x1501, unit: 17, function: function.rawValue, payload: payload)
    if framing == .rtu { return (expected, sealed([17] + pdu)) }
    return (expected, [0x15, 0x01, 0, 0, 0, UInt8(pdu.count + 1), 17] + pdu)
  }
}

/// Seeded random numbers for tests (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x >> 31)
  }
}
