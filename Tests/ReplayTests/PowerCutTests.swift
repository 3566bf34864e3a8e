import EventRecords
import FileFormats
import Foundation
import Quantities
import Simulation
import SorterModel
import Synchronization
import Telemetry
import Testing

@testable import Replay

@Suite("Disks that fail under a run's journal")
struct PowerCutTests {
  /// How many power cuts; `SORTLINE_POWER_CUTS` asks for more.
  private static let cuts =
    ProcessInfo.processInfo.environment["SORTLINE_POWER_CUTS"].flatMap { Int($0) } ?? 200

  @Test("what a disk keeps after a power cut is drawn file by file in the order of their names")
  func order() {
    let disk = SimulatedDisk()
    let sizes = ["f": 15, "b": 11, "h": 17, "a": 10, "e": 14, "c": 12, "g": 16, "d": 13]
    for (name, size) in sizes {
      let handle = disk.open(name, .fresh)
      let bytes = [UInt8](repeating: 1, count: size)
      unsafe bytes.withUnsafeBytes { bytes in _ = unsafe disk.write(handle, bytes) }
    }
    _ = disk.syncFolder(of: "a")
    var asked: [Int] = []
    _ = disk.survivors { most in
      asked.append(most)
      return 0
    }
    // Of each file it is asked how long it is left, up to its size; the rest is about names and holes.
    #expect(asked.filter { $0 > 4 } == Array(11...18))
  }

  /// A run on a disk of its own, as far as the disk lets it; what the journal promised when it ended.
  private struct Written {
    var disk: SimulatedDisk
    var promised = 0
    var error: RecorderError?
  }

  private func write(
    _ run: RecordedScenario, rotation: Int? = nil, plan: @escaping SimulatedDisk.Plan
  ) -> Written {
    var written = Written(disk: SimulatedDisk(plan: plan))
    var settings = JournalSettings()
    settings.commitInterval = .zero
    settings.storage = written.disk
    settings.rotation = rotation.map { JournalRotation(bytes: $0) }
    settings.ringSlots = 256
    do throws(RecorderError) {
      let recorder = try Recorder(run.run, writing: JournalFiles(directory: "/run"), settings: settings)
      defer { written.promised = recorder.committedEvents }
      guard case .generated(let generation) = run.loaded.scenario.mail else { return written }
      var simulation = SimulationRun(
        profile: run.loaded.profile, scenario: run.loaded.scenario, plan: run.plan,
        mail: GeneratedMail(generation, seed: 1, startsAt: run.loaded.scenario.startsAt), recorder: recorder,
        until: .seconds(12))
      let end = simulation.run()
      _ = try recorder.finish(onMachine: end.onMachine)
    } catch { written.error = error }
    return written
  }

  private func files(_ contents: [String: [UInt8]]) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: contents.map { (String($0.dropFirst("/run/".count)), $1) })
  }

  @Test("what was promised outlasts every power cut, and what is left can be gone on with")
  func powerCuts() throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(1))
    let whole = write(run, rotation: 8_000) { _, _ in nil }
    #expect(whole.error == nil)
    let operations = whole.disk.operations
    #expect(operations > 20)
    var (recovered, promised) = (0, 0)
    for cut in 0..<Self.cuts {
      var random = SystemRandom(seed: UInt64(cut))
      let at = 1 + random.below(operations)
      let written = write(run, rotation: 8_000) { number, _ in number == at ? .powerCut : nil }
      let left = files(written.disk.survivors { random.below($0) })
      promised += written.promised
      guard left["inputs.jsonl"] != nil || left["inputs.000001.jsonl"] != nil,
        left["events.jsonl"] != nil || left["events.000001.jsonl"] != nil
      else {
        #expect(written.promised == 0, "cut \(cut) at operation \(at)")
        continue
      }
      let crash = try CrashedRun(run, left)
      do {
        let finding = try crash.recover()
        #expect(
          finding.resumption.events.number >= written.promised,
          "cut \(cut) at operation \(at): \(written.promised) events were promised")
      } catch {
        Issue.record("cut \(cut) at operation \(at): \(error)")
        continue
      }
      _ = try crash.goOn()
      #expect(try crash.events().count >= written.promised, "cut \(cut) at operation \(at)")
      recovered += 1
    }
    #expect(recovered > Self.cuts / 2 && promised > 0)
  }

  @Test(
    "an error at any operation of the disk ends the journal with its number, and what stands before it is whole",
    arguments: [SimulatedDisk.Fault.error(EIO), .full, .short])
  func errors(fault: SimulatedDisk.Fault) throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(1))
    let operations = write(run, rotation: 8_000) { _, _ in nil }.disk.operations
    for at in stride(from: 1, through: operations, by: max(1, operations / 60)) {
      let written = write(run, rotation: 8_000) { number, _ in number == at ? fault : nil }
      let happened = written.disk.faults[fault] ?? 0 > 0
      switch (fault, written.error) {
      case (.short, let error): #expect(error == nil, "operation \(at)")
      case (_, nil):
        // Where the disk filled up with its last operations, nothing more was to be written.
        #expect(!happened || fault == .full, "operation \(at) failed and nobody heard of it")
      case (.full, .write(_, let code)), (.full, .create(_, let code)): #expect(code == ENOSPC)
      case (_, .write(_, let code)), (_, .create(_, let code)): #expect(code == EIO)
      case (_, let error): Issue.record("operation \(at): \(String(describing: error))")
      }
      let left = files(written.disk.contents)
      guard left["inputs.jsonl"] != nil || left["inputs.000001.jsonl"] != nil,
        left["events.jsonl"] != nil || left["events.000001.jsonl"] != nil
      else { continue }
      let crash = try CrashedRun(run, left)
      _ = try crash.goOn()
      #expect(try crash.events().count >= written.promised, "operation \(at)")
    }
  }

  @Test("a log that is deleted while it is written is noticed")
  func deleted() throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(1))
    let written = write(run) { number, operation in number > 12 && operation == .write ? .deleted : nil }
    guard case .write(let file, ESTALE) = try #require(written.error) else {
      Issue.record("\(String(describing: written.error))")
      return
    }
    #expect(
      "\(RecorderError.write(file: file, errno: ESTALE))"
        == "\(file) was deleted, renamed or replaced while it was being written")
  }
}
