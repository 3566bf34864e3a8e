import AllocationCount
import Dispatching
import EventRecords
import Quantities
import RingBuffer
import SorterModel
import Synchronization
import Telemetry
import Testing

@testable import ControlRuntime

@Suite("What the control thread leaves alone")
struct QuietLoopTests {
  /// The library's counters see a pair that a look at the memory afterwards would not.
  @Test("memory that is taken and given back at once is counted, and so is a lock")
  func countersCount() {
    guard sortline_allocation_calls() >= 0 else { return }
    let before = sortline_allocation_calls()
    let block = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
    unsafe block.deallocate()
    #expect(sortline_allocation_calls() - before == 2)
  }

  @Test("in a million steps the control loop asks for no memory, gives none back and takes no lock")
  func millionSteps() throws {
    let bench = try Bench(files: true)
    var loop = bench.takeLoop()
    var line = bench.takeLine()
    // The first round touches what is made at first use, which the language's runtime does under a lock. On a busy
    // computer the journal may fall behind later: that too must not be the first time.
    bench.live(&loop, &line, pieces: 1000)
    bench.fallBehind(&loop)
    let memory = bench.allocations
    let locks = bench.lockings
    let inputs = bench.gauges[.inputs]
    bench.live(&loop, &line, pieces: 250_000)
    #expect(bench.gauges[.inputs] - inputs >= 1_000_000)
    // Unoptimised, the standard library's own walk over an array of alarms asks for some bytes (a coroutine's
    // frame) in cycles that wait for the journal, and a type that is met for the first time is made under a
    // lock. One allocation a piece would be 250,000. Optimised, nothing may be left.
    #if DEBUG
      #expect(bench.allocations - memory < 100_000)
      #expect(bench.lockings - locks < 100)
    #else
      #expect(bench.allocations - memory == 0)
      #expect(bench.lockings - locks == 0)
    #endif
    #expect(bench.gauges[.sorted] > 200_000)
    _ = loop.close()
  }
}
