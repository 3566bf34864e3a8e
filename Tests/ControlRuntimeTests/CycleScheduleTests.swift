import ControlRuntime
import Quantities
import Testing

@Suite("The deadlines of a control cycle")
struct CycleScheduleTests {
  static let period = Nanoseconds.milliseconds(1)

  private func schedule() -> CycleSchedule {
    CycleSchedule(period: Self.period, first: Nanoseconds(5_000_000))
  }

  @Test("lateness does not add up: the next deadline is one period after the last, however late the wake")
  func absolute() {
    var schedule = schedule()
    for cycle in 0..<1000 {
      let due = Nanoseconds(5_000_000 + Int64(cycle) * 1_000_000)
      let late = Nanoseconds(Int64(cycle * 997 % 1_000_000))
      let wake = schedule.woke(at: due + late)
      #expect(wake == Wake(deadline: due, moment: due + late, skippedPeriods: 0))
      #expect(wake.lateness == late)
    }
  }

  @Test(
    "periods whose deadline passed are skipped and counted as cyclictest does",
    arguments: [
      (0, 0), (999_999, 0), (1_000_000, 0), (1_000_001, 1), (2_000_000, 1), (2_000_001, 2), (7_500_000, 7),
    ] as [(Int64, Int)])
  func skipping(late: Int64, skipped: Int) {
    var schedule = schedule()
    let wake = schedule.woke(at: Nanoseconds(5_000_000 + late))
    #expect(wake.skippedPeriods == skipped && wake.lateness == Nanoseconds(late))
    // cyclictest's own loop.
    var next: Int64 = 6_000_000
    while 5_000_000 + late > next { next += 1_000_000 }
    #expect(schedule.deadline == Nanoseconds(next))
  }

  @Test("a night asleep is one late wake and so many skipped periods, at once")
  func longSleep() {
    var schedule = schedule()
    let night = Nanoseconds.seconds(8 * 3600)
    let wake = schedule.woke(at: Nanoseconds(5_000_000) + night)
    #expect(wake.skippedPeriods == 8 * 3600 * 1000 - 1)
    #expect(schedule.deadline == Nanoseconds(5_000_000) + night)
  }

  @Test("a pacer never wakes early, and accounts for every period", arguments: [0, 200_000] as [Int64])
  func pacing(spin: Int64) {
    var pacer = CyclePacer(period: Self.period, spin: Nanoseconds(spin))
    let first = pacer.schedule.deadline
    var periods: Int64 = 0
    var last = Nanoseconds.zero
    for _ in 0..<20 {
      let wake = pacer.wait()
      #expect(wake.lateness >= .zero && wake.moment > last)
      #expect(wake.deadline == first + Nanoseconds(periods * 1_000_000))
      periods += 1 + Int64(wake.skippedPeriods)
      last = wake.moment
    }
    #expect(pacer.schedule.deadline == first + Nanoseconds(periods * 1_000_000))
  }
}
