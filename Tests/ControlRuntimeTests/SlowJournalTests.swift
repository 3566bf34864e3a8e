import Dispatching
import Foundation
import Glibc
import Quantities
import Telemetry
import Testing

@testable import ControlRuntime

@Suite("A journal that does not follow")
struct SlowJournalTests {
  /// A pipe that somebody has open and nobody reads: writing to it goes on for 64 KiB and then stands still.
  private final class Blocked: Sendable {
    let path: String
    let descriptor: Int32

    init() throws {
      path = NSTemporaryDirectory() + "/sortline-\(UUID().uuidString)"
      try #require(unsafe mkfifo(path, 0o600) == 0)
      descriptor = unsafe open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
      try #require(descriptor >= 0)
    }

    /// Reads everything until nothing more comes.
    func drain() {
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      while unsafe read(descriptor, &bytes, bytes.count) > 0 {}
    }

    deinit {
      close(descriptor)
      unsafe unlink(path)
    }
  }

  @Test(
    "before a real machine induction is held when the ring is nearly full, and the machine stopped when it fills"
  )
  func holdsThenStops() throws {
    let pipe = try Blocked()
    let bench = try Bench(events: pipe.path)
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    line.signals.mayDrive.store(true, ordering: .relaxed)
    var held = 0
    var number: UInt64 = 0
    line.signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
    while !loop.isOver, number < 500_000 {
      number += 1
      let event = FieldInput.Event.pieceRemoved(PieceID(number))
      let position = Int64(number)
      _ = line.inputs.tryPush(PortInput(FieldInput(event, at: Pulses(position)), at: Instant(position)))
      let began = MonotonicClock.now()
      _ = loop.cycle(at: Bench.began + .milliseconds(Int64(number)))
      // Whatever the disk does, no cycle waits for it. (A stall of the computer itself is not ruled out.)
      #expect(MonotonicClock.now() - began < .seconds(2))
      while let given = line.commands.tryPop() {
        if given.command.kind == .holdInduction { held = max(held, 1) }
      }
    }
    #expect(bench.gauges[.journalHolds] == 1)
    #expect(held == 1)
    #expect(!line.signals.drives)
    let cause = loop.end
    #expect(cause == .journalStalled)
    #expect(bench.recorder.backPressure == 0)
    // Let the journal end, and the test with it.
    let reader = Thread {
      while true {
        pipe.drain()
        usleep(1000)
      }
    }
    reader.start()
    let end = loop.close()
    #expect(end.cause == .journalStalled)
    _ = try? bench.recorder.finish()
  }

  @Test("a log that cannot be written holds induction, empties the machine and stops it")
  func failedLog() throws {
    let bench = try Bench(events: "/dev/full")
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    var number: UInt64 = 0
    while !loop.isOver, number < 2_000_000 {
      number += 1
      let event = FieldInput.Event.pieceRemoved(PieceID(number))
      _ = line.inputs.tryPush(
        PortInput(FieldInput(event, at: Pulses(Int64(number))), at: Instant(Int64(number))))
      _ = loop.cycle(at: Bench.began + .milliseconds(Int64(number)))
    }
    let cause = loop.end
    #expect(cause == .journalFailed)
    #expect(bench.gauges.alarms.map(\.kind).contains(.journalFailed))
    _ = loop.close()
    #expect(throws: RecorderError.self) { try bench.recorder.finish() }
  }
}
