import EventRecords
import FileFormats
import Foundation
import Quantities
import Simulation
import SorterModel
import Telemetry
import Testing

@testable import Replay

/// A folder in which what a crash left is recovered and gone on with, as `run --resume` does without a machine.
final class CrashedRun {
  let folder: URL
  let of: RecordedScenario

  /// The run's logs as a crash left them, by their names.
  init(_ run: RecordedScenario, _ logs: [String: [UInt8]]) throws {
    of = run
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, bytes) in logs { try Data(bytes).write(to: folder.appending(path: name)) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func recover(_ recall: (EventRecord) -> Void = { _ in }) throws(Recovery.Failure) -> Recovery.Finding {
    let inputs: InputLineReader
    let events: EventLineReader
    do throws(InvalidInput) {
      inputs = try InputLineReader(path: path("inputs.jsonl"))
      events = try EventLineReader(path: path("events.jsonl"), checkingSums: true)
    } catch { throw .unreadable(error) }
    return try Recovery.run(
      inputs: inputs, events: events, profile: of.loaded.profile, plan: of.plan, recall: recall)
  }

  /// Goes on: cuts, writes what is missing, ends. Answers the digest that the dispatcher stands at.
  func goOn() throws -> UInt64 {
    var settings = JournalSettings()
    settings.recalls = true
    let recorder = try Recorder(of.run, writing: JournalFiles(directory: folder.path), settings: settings)
    let finding = try recover { recorder.emit($0) }
    let place = finding.resumption
    let missing = finding.missing
    let digest = finding.state.digest.value
    try recorder.endRecall(JournalResumption(events: place.events, inputs: place.inputs))
    for record in missing { recorder.emit(record) }
    recorder.emit(EventRecord(mark: digest, at: finding.state.now, position: .zero))
    // A commit that comes last leaves its line behind the mark.
    recorder.emit(EventRecord(inputOf: .safe, at: finding.state.now, position: .zero))
    _ = try recorder.finish()
    return digest
  }

  /// The names of the events, each checked against its checksum.
  func events() throws -> [String] {
    let reader = try EventLineReader(path: path("events.jsonl"), checkingSums: true)
    var names: [String] = []
    while true {
      switch try reader.next() {
      case .event(let event):
        #expect(event.sequence == names.count + 1)
        names.append("\(event.elapsed) \(event.name) \(event.attributes.filter { $0.key != "id" })")
      case .damaged(let damage):
        Issue.record("\(damage)")
        return names
      case .end: return names
      }
    }
  }
}

@Suite("Recovering a run that was cut short")
struct RecoveryTests {
  /// A run on the peak hour's machine without ground truth between the events, as a machine's run is.
  private func run() throws -> RecordedScenario { try RecordedScenario("peak-hour", until: .seconds(40)) }

  @Test("a run cut anywhere goes on with every event that its inputs lead to, and none besides")
  func cutAnywhere() throws {
    let run = try run()
    let (events, inputs) = (try run.bytes("events.jsonl"), try run.bytes("inputs.jsonl"))
    let whole = try CrashedRun(run, ["events.jsonl": events, "inputs.jsonl": inputs]).events()
    var random = SystemRandom(seed: 11)
    for round in 0..<60 {
      // The two are cut apart from each other, now the one and now the other earlier.
      let cut = (random.below(inputs.count - 2000) + 1900, random.below(events.count))
      let crash = try CrashedRun(
        run, ["inputs.jsonl": Array(inputs.prefix(cut.0)), "events.jsonl": Array(events.prefix(cut.1))])
      let digest = try crash.goOn()
      let replay = try DigestReplay.run(
        try InputLineReader(path: crash.path("inputs.jsonl")), profile: run.loaded.profile, plan: run.plan)
      #expect(replay.isComplete && replay.difference == nil && replay.damage == nil, "round \(round) \(cut)")
      #expect(replay.digest == digest, "round \(round) \(cut)")
      let after = try crash.events()
      let dispatched = { (names: [String]) in
        names.filter { $0.contains(" piece.") || $0.contains(" divert.") || $0.contains(" bin.") }
      }
      // Every piece's event of before the cut is there again, in the same order and with the same words.
      #expect(dispatched(whole).starts(with: dispatched(after)), "round \(round) \(cut)")
      // And it can be recovered again: nothing is cut and nothing missing.
      let again = try crash.recover()
      #expect(again.missing.isEmpty && again.resumption.events.number == after.count, "round \(round) \(cut)")
    }
  }

  @Test("a tail of zeros is cut like a torn one")
  func zeros() throws {
    let run = try run()
    let zeros = [UInt8](repeating: 0, count: 4096)
    let crash = try CrashedRun(
      run,
      [
        "events.jsonl": try run.bytes("events.jsonl").dropLast(3000) + zeros,
        "inputs.jsonl": try run.bytes("inputs.jsonl").dropLast(700) + zeros,
      ])
    _ = try crash.goOn()
    #expect(try crash.events().count > 500)
  }

  /// A run whose journal says of itself that its beginning was safe, and its logs.
  ///
  /// How often a journal is made safe is a matter of threads: it is tried until one was in the midst of a run.
  private func committed() throws -> (run: RecordedScenario, logs: [String: [UInt8]]) {
    for _ in 0..<100 {
      var settings = JournalSettings()
      settings.commitInterval = .zero
      settings.ringSlots = 256
      let disk = SimulatedDisk()
      settings.storage = disk
      let run = try RecordedScenario("peak-hour", until: .seconds(40), settings: settings)
      var logs: [String: [UInt8]] = [:]
      for log in ["inputs.jsonl", "events.jsonl"] { logs[log] = disk.contents[run.path(log)] }
      try run.write(try #require(logs["inputs.jsonl"]), to: "inputs.jsonl")
      let safe = try run.inputs().safeBeyond()
      if safe.inputs > 10, safe.events > 10 { return (run, logs) }
    }
    throw Recovery.Failure.damaged(
      Diagnostic(file: "inputs.jsonl", "no journal was made safe in the midst of a run"))
  }

  @Test("damage that no crash leaves is refused with its place, and nothing is cut")
  func damageInTheMiddle() throws {
    let (run, whole) = try committed()
    let header = try #require(whole["inputs.jsonl"]?.firstIndex(of: 0x0A))
    for (log, place) in [("inputs.jsonl", header + 20), ("events.jsonl", 700)] {
      var logs = whole
      logs[log]?[place] ^= 1
      let crash = try CrashedRun(run, logs)
      let failure = #expect(throws: Recovery.Failure.self) { _ = try crash.recover() }
      guard case .damaged(let damage) = failure else {
        Issue.record("\(String(describing: failure))")
        continue
      }
      #expect(damage.description.contains(log) && damage.description.contains("at byte"))
      #expect(try Data(contentsOf: crash.folder.appending(path: log)).count == logs[log]?.count)
    }
  }

  @Test("a missing segment is told by its name")
  func missingSegment() throws {
    var settings = JournalSettings()
    settings.rotation = JournalRotation(bytes: 20_000)
    // Small chunks reach the file with each commit.
    settings.commitInterval = .zero
    let run = try RecordedScenario("peak-hour", until: .seconds(40), settings: settings)
    let names = try FileManager.default.contentsOfDirectory(atPath: run.folder.path)
    #expect(names.contains("events.000002.jsonl") && names.contains("inputs.000001.jsonl"))
    #expect(try run.replay().digest == run.digest)
    try FileManager.default.removeItem(at: run.folder.appending(path: "events.000001.jsonl"))
    let error = #expect(throws: InvalidInput.self) { _ = try EventLineReader(path: run.path("events.jsonl")) }
    #expect("\(try #require(error))".contains("events.000001.jsonl"))
  }
}

/// A small seeded generator (SplitMix64).
struct SystemRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
