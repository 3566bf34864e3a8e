import Dispatch
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("Mail that comes seldom, and a feeder that waits")
struct LongIdleTests {
  @Test("pieces an hour apart are all sorted, though the wheel was empty in between")
  func hoursApart() {
    let line = SampleLine()
    let run = WatchedRun(line, SampleScenario(arrivals: .constant(perHour: 1), pieces: 5))
    #expect(run.faults == [])
    #expect(run.count(.pieceSorted) == 5)
  }
}
