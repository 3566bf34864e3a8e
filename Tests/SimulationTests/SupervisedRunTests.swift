import EventRecords
import Quantities
import SorterModel
import Supervision
import Telemetry
import Testing

@testable import Simulation

@Suite("A simulated run under supervision")
struct SupervisedRunTests {
  private func count(_ kind: AlarmKind, in run: RecordedRun) -> AlarmTally {
    run.end.supervision.alarms.first { $0.kind == kind }?.tally ?? AlarmTally()
  }

  @Test("an ordinary run raises no alarm, and ends Complete")
  func ordinary() throws {
    let run = try RecordedRun(SampleLine(), SampleScenario())
    #expect(run.end.supervision.raised == 0)
    #expect(run.end.supervision.tags.stateCurrent == .complete)
    #expect(run.totals.alarms == 0)
  }

  @Test("a jam raises its alarm, holds the machine for as long, and is cleared")
  func jam() throws {
    let fault = TimedFault(at: .seconds(20), lasts: .seconds(30), kind: .jam(position: Millimetres(8000)))
    let run = try RecordedRun(SampleLine(), SampleScenario(faults: [fault]))
    let tally = count(.jam, in: run)
    // Thirty seconds to clear it and two for the belt to start.
    #expect(tally.raised == 1 && tally.standing == 0 && tally.longest == .seconds(32))
    #expect(run.end.supervision.stateTimes[Int(PackMLState.held.rawValue)] == .seconds(32))
    #expect(run.totals.alarms == 1)
  }

  @Test("a fault of the time line begins and ends, a jam too")
  func faultsEnd() {
    let faults = [
      TimedFault(at: .seconds(20), lasts: .seconds(10), kind: .jam(position: Millimetres(8000))),
      TimedFault(at: .seconds(40), lasts: .seconds(5), kind: .noReads(ppm: 1000)),
    ]
    let run = WatchedRun(SampleLine(), SampleScenario(faults: faults))
    #expect(run.faults.isEmpty)
    #expect(run.all(.plantFaultStarted).map(\.count) == [0, 1])
    #expect(run.all(.plantFaultEnded).map(\.count) == [0, 1])
    #expect(run.all(.plantFaultEnded).map(\.elapsed.rawValue) == [30_000_000_000, 45_000_000_000])
  }

  @Test("PackML times are the tally's: Execute, Held and Suspended, then Completing", arguments: 1...30)
  func sameTimes(seed: Int) throws {
    let scenario = RandomScenario(seed: UInt64(seed))
    let run = try RecordedRun(scenario.line, scenario.sample)
    let times = run.end.supervision.stateTimes
    func time(_ state: PackMLState) -> Nanoseconds { times[Int(state.rawValue)] }
    let tally = run.totals.stateTimes
    #expect(time(.execute) == tally[MachineState.execute.rawValue])
    #expect(time(.held) == tally[MachineState.held.rawValue])
    #expect(time(.suspended) == tally[MachineState.starved.rawValue] + tally[MachineState.blocked.rawValue])
    let sum = PackMLState.allCases.reduce(Nanoseconds.zero) { $0 + time($1) }
    #expect(sum == run.totals.runTime)
    if run.end.cause == .finished { #expect(run.end.supervision.tags.stateCurrent == .complete) }
  }
}
