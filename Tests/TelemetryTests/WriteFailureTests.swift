import EventRecords
import Foundation
import Synchronization
import Testing

@testable import Telemetry

/// The system's files, with a write call that answers as a plan says, and truly where the plan has nothing against it.
private final class UnrulyWrite: JournalStorage {
  /// What one call does.
  enum Answer: Sendable {
    case short(Int)
    case failed(Int32)
    case nothing
  }

  private let answers: Mutex<[Answer]>
  private let last: Answer?
  let calls = Atomic<Int>(0)

  /// Gives these answers in turn, then `last` for ever, or writes truly.
  init(_ answers: [Answer], last: Answer? = nil) {
    self.answers = Mutex(answers.reversed())
    self.last = last
  }

  func write(_ handle: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    calls.add(1, ordering: .relaxed)
    switch answers.withLock({ $0.popLast() }) ?? last {
    case nil: return unsafe system.write(handle, bytes)
    case .short(let count):
      return unsafe system.write(handle, UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
    case .failed(let code): return -Int(code)
    case .nothing: return 0
    }
  }

  private let system = SystemStorage()

  func open(_ path: String, _ opening: JournalOpening) -> Int32 { system.open(path, opening) }
  func truncate(_ handle: Int32, to size: Int) -> Int32 { system.truncate(handle, to: size) }
  func sync(_ handle: Int32) -> Int32 { system.sync(handle) }
  func close(_ handle: Int32) -> Int32 { system.close(handle) }
  func isInPlace(_ handle: Int32, _ path: String) -> Bool { system.isInPlace(handle, path) }
  func rename(_ path: String, to other: String) -> Int32 { system.rename(path, to: other) }
  func syncFolder(of path: String) -> Int32 { system.syncFolder(of: path) }

  /// A ring of so many slots before these files.
  func settings(ringSlots: Int) -> JournalSettings {
    var settings = JournalSettings()
    settings.ringSlots = ringSlots
    settings.storage = self
    return settings
  }
}

@Suite("When logs cannot be written")
struct WriteFailureTests {
  @Test("a full disk is an error with the file's name and the system's words, and nothing hangs")
  func diskFull() throws {
    let recorder = try Recorder(SyntheticRun.description, writing: JournalFiles(events: "/dev/full"))
    // Far more than all buffers hold.
    SyntheticRun.emit(pieces: 60_000, into: recorder)
    #expect(recorder.hasFailed)
    let error = try #require(throws: RecorderError.self) { try recorder.finish(onMachine: 0) }
    #expect(error == .write(file: "/dev/full", errno: ENOSPC))
    #expect(error.description == "cannot write /dev/full: No space left on device (errno 28)")
    #expect(throws: error) { try recorder.finish(onMachine: 0) }
  }

  @Test("a disk that is full from the first byte shows at the end of a short run too")
  func diskFullAtTheEnd() throws {
    let recorder = try Recorder(SampleRun.description(), writing: JournalFiles(metrics: "/dev/full"))
    #expect(throws: RecorderError.write(file: "/dev/full", errno: ENOSPC)) { try recorder.finish() }
  }

  @Test("writing that fails in the middle of a run loses no figures and names the first file")
  func failsMidway() throws {
    let directory = try TemporaryDirectory()
    let unruly = UnrulyWrite([.short(.max), .short(.max), .failed(EIO)], last: .failed(ENOSPC))
    let recorder = try Recorder(
      SyntheticRun.description, writing: JournalFiles(events: directory.path + "/e"),
      settings: unruly.settings(ringSlots: 64))
    SyntheticRun.emit(pieces: 30_000, into: recorder)
    #expect(throws: RecorderError.write(file: directory.path + "/e", errno: EIO)) {
      try recorder.finish(onMachine: 0)
    }
    #expect(unruly.calls.load(ordering: .relaxed) == 3)
  }

  @Test("short and interrupted writes are gone on with, and the bytes are whole")
  func shortWrites() throws {
    let directory = try TemporaryDirectory()
    func digest(_ answers: [UnrulyWrite.Answer], _ name: String) throws -> [String] {
      let unruly = UnrulyWrite(answers)
      let recorder = try Recorder(
        SyntheticRun.description, writing: JournalFiles(events: directory.path + "/" + name),
        settings: unruly.settings(ringSlots: 1024))
      SyntheticRun.emit(pieces: 5000, into: recorder)
      _ = try recorder.finish(onMachine: 0)
      return try directory.lines(name)
    }
    let answers: [UnrulyWrite.Answer] = (1...400).flatMap { step -> [UnrulyWrite.Answer] in
      step % 3 == 0 ? [.failed(EINTR), .short(step)] : [.short(step * 11)]
    }
    let whole = try digest([], "whole")
    #expect(try digest(answers, "pieces") == whole)
    #expect(whole.count == 15_002)
  }

  @Test("a write that makes no progress is an error, not an endless loop")
  func noProgress() throws {
    let directory = try TemporaryDirectory()
    let unruly = UnrulyWrite([], last: .nothing)
    let recorder = try Recorder(
      SampleRun.description(), writing: JournalFiles(pieces: directory.path + "/p"),
      settings: unruly.settings(ringSlots: 64))
    #expect(throws: RecorderError.write(file: directory.path + "/p", errno: ENOSPC)) {
      try recorder.finish()
    }
  }

  @Test("a file that cannot be created is an error at once, with its name")
  func cannotCreate() throws {
    let error = try #require(throws: RecorderError.self) {
      try Recorder(SampleRun.description(), writing: JournalFiles(directory: "/nonexistent/run"))
    }
    #expect(error == .create(file: "/nonexistent/run/events.jsonl", errno: ENOENT))
    #expect(
      error.description
        == "cannot create /nonexistent/run/events.jsonl: No such file or directory (errno 2)")
  }

  @Test("a recorder that is given up ends its threads and writes what it has")
  func givenUp() throws {
    let directory = try TemporaryDirectory()
    do {
      let recorder = try Recorder(SampleRun.description(), writing: JournalFiles(directory: directory.path))
      recorder.emit(SampleRun.inducted(1, 10))
    }
    #expect(try directory.lines("events.jsonl").count == 1)
  }
}
