import AllocationCount
import Dispatching
import Quantities
import RingBuffer
import SorterModel
import Testing

@testable import ControlRuntime

@Suite("Practice between two cycles")
struct PracticeTests {
  @Test("each piece that is practised goes through to a command, however many there are")
  func givesCommands() throws {
    let bench = try Bench()
    let loop = bench.takeLoop()
    let practice = Practice(for: loop)
    practice.remember(.pieceIdentified(PieceID(1), Bench.code, Bench.letter, .good))
    for round in 1...5000 {
      let moment = Bench.began + Nanoseconds(Int64(round) * 1_000_000)
      let commands = practice.practise(besides: loop.dispatcher, at: moment)
      try #require(commands == 1, "in round \(round)")
    }
    _ = bench.takeLine()
  }

  @Test("before any reading was heard, and with one that the plan does not know, a piece goes to the end")
  func withoutReading() throws {
    let bench = try Bench()
    let loop = bench.takeLoop()
    let practice = Practice(for: loop)
    for round in 1...100 {
      if round == 50 { practice.remember(.pieceIdentified(PieceID(1), .none, Bench.letter, .noRead)) }
      practice.practise(besides: loop.dispatcher, at: Bench.began + Nanoseconds(Int64(round) * 1_000_000))
    }
    #expect(practice.onMachine == 0)
  }

  @Test("a loop that practises decides as one that does not, and tells and counts nothing of it")
  func touchesNothing() throws {
    var digests: [UInt64] = []
    for practises in [false, true] {
      let bench = try Bench()
      var loop = bench.takeLoop()
      var line = bench.takeLine()
      if practises { loop.practice = Practice(for: loop) }
      for _ in 0..<200 {
        loop.practise()
        bench.live(&loop, &line, pieces: 1)
      }
      #expect(bench.gauges[.sorted] == 200)
      #expect(bench.gauges[.fed] == 200)
      digests.append(loop.close().digest)
    }
    #expect(digests[0] == digests[1])
  }

  @Test("practising asks for no memory and takes no lock")
  func quiet() throws {
    guard sortline_allocation_calls() >= 0 else { return }
    let bench = try Bench()
    let loop = bench.takeLoop()
    let practice = Practice(for: loop)
    practice.remember(.pieceIdentified(PieceID(1), Bench.code, Bench.letter, .good))
    var calls: Int64 = 0
    var locks: Int64 = 0
    for round in 1...3000 {
      let moment = Bench.began + Nanoseconds(Int64(round) * 1_000_000)
      let callsBefore = sortline_allocation_calls()
      let locksBefore = sortline_lock_calls()
      practice.practise(besides: loop.dispatcher, at: moment)
      // The first rounds touch what is made at first use.
      if round > 1000 {
        calls += sortline_allocation_calls() - callsBefore
        locks += sortline_lock_calls() - locksBefore
      }
    }
    // Unoptimised, the standard library's walks over arrays ask for frames of coroutines, some dozens a piece; see
    // QuietLoopTests.
    #if DEBUG
      #expect(calls < 200_000)
      #expect(locks < 100)
    #else
      #expect(calls == 0)
      #expect(locks == 0)
    #endif
  }
}
