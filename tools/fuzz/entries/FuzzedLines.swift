import Checksums
import EventRecords
import FileFormats
import Replay
import SorterModel

/// Files of lines that are fuzzed.
enum FuzzedLines {
  private static let folder = FuzzFolder.shared
  private static let machine = {
    do {
      let profile = try folder.library.loadProfile("rig").value
      var compilation = CompiledPlan.compile(try folder.library.loadPlan("towns").value, for: profile)
      guard let plan = compilation.plan.take() else { fatalError("the plan of the rig does not compile") }
      return (profile, plan)
    } catch {
      fatalError("the rig: \(error)")
    }
  }()

  static func scanner(_ bytes: [UInt8]) -> String? {
    var parser = ScannerLineParser()
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      do throws(ScannerLineParser.Fault) {
        guard let reading = try parser.read(Array(line)) else { continue }
        if reading.quality == .good && reading.code == .none { return "a good reading without a code" }
      } catch {
        let text = error.description
        if text.isEmpty || text.utf8.count > 1500 { return "a fault in \(text.utf8.count) bytes" }
        if !text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) {
          return "a fault with control characters: \(text.debugDescription)"
        }
      }
    }
    return nil
  }

  /// As they are, and with every line's checksum made to fit.
  static func events(_ bytes: [UInt8]) -> String? {
    let ending = (before: Array(",\"crc32c\":\"".utf8), after: Array("\"}".utf8))
    for content in [bytes, sealed(bytes, ending.before, ending.after)] {
      let path = folder.write(content, to: "events.jsonl")
      do throws(InvalidInput) {
        for checkingSums in [true, false] {
          let reader = try EventLineReader(path: path, shownAs: "events.jsonl", checkingSums: checkingSums)
          let searcher = try EventLineReader(path: path, shownAs: "events.jsonl", checkingSums: checkingSums)
          if let wrong = try read(reader.next, lines: content.count) { return wrong }
          if let wrong = try read(
            { () throws(InvalidInput) in try searcher.next(aboutPiece: 1) }, lines: content.count)
          {
            return wrong
          }
        }
      } catch {
        if let wrong = FuzzFolder.complaint(about: error, named: "events.jsonl") { return wrong }
      }
    }
    return nil
  }

  private static func read(
    _ next: () throws(InvalidInput) -> EventLineReader.Found, lines: Int
  ) throws(InvalidInput) -> String? {
    // A file has no more lines than bytes; more answers than that would never end.
    for _ in 0...lines + 1 {
      switch try next() {
      case .end: return nil
      case .damaged(let diagnostic):
        let complaint = FuzzFolder.complaint(
          about: InvalidInput([diagnostic], category: .badData), named: "events.jsonl")
        if let complaint { return complaint }
      case .event(let event): _ = (event.number("piece"), event["bin"], event.elapsed)
      }
    }
    return "the reading does not end"
  }

  /// As they are, and with every line's checksum made to fit; what is read steps a dispatcher.
  static func inputs(_ bytes: [UInt8]) -> String? {
    for content in [bytes, sealed(bytes, Array(",\"".utf8), Array("\"]".utf8))] {
      let path = folder.write(content, to: "inputs.jsonl")
      do throws(InvalidInput) {
        let reader = try InputLineReader(path: path, shownAs: "inputs.jsonl")
        var replayer = Replayer(profile: machine.0, plan: machine.1)
        reading: for count in 0... {
          if count > content.count { return "the reading does not end" }
          switch try reader.next() {
          case .record(let record): replayer.step(record)
          case .damaged(let diagnostic):
            let invalid = InvalidInput([diagnostic], category: .badData)
            if let wrong = FuzzFolder.complaint(about: invalid, named: "inputs.jsonl") { return wrong }
            break reading
          case .end: break reading
          }
        }
      } catch {
        if let wrong = FuzzFolder.complaint(about: error, named: "inputs.jsonl") { return wrong }
      }
    }
    return nil
  }

  /// Lines whose last field is a checksum get the right one, chained as the journal does it; otherwise nothing behind
  /// the checksum would ever be reached.
  private static func sealed(_ bytes: [UInt8], _ before: [UInt8], _ after: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var value: UInt32 = 0
    let header = (Array(",\"crc32c\":\"".utf8), Array("\"}".utf8))
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let (start, end) = line.first == 0x7B ? header : (before, after)
      let length = start.count + 8 + end.count
      guard line.count > length, line.suffix(end.count).elementsEqual(end),
        line.dropLast(8 + end.count).suffix(start.count).elementsEqual(start)
      else {
        out += line + [0x0A]
        continue
      }
      let body = Array(line.dropLast(length))
      value = unsafe body.withUnsafeBytes {
        guard let base = $0.baseAddress else { return value }
        return unsafe crc32c_extended(value, base, body.count, crc32c_has_instruction())
      }
      let digits = Array(String(value, radix: 16).utf8)
      out += body + start + [UInt8](repeating: 0x30, count: 8 - digits.count) + digits + end + [0x0A]
    }
    if bytes.last != 0x0A, !out.isEmpty { out.removeLast() }
    return out
  }
}
