import Dispatching
import EventRecords
import Quantities
import SorterModel
import Telemetry

/// How records reach the recorder, and what only the plant knows is added to them.
extension SimulationRun {
  /// Gives the recorder what the dispatcher has written since the last time.
  @inline(never)
  mutating func passRecordsOn() {
    if supervisor.concerns(directives.records) || !hasNothingToAdd() {
      passOnOneByOne()
    } else {
      recorder.emit(directives.records)
    }
    directives.removeAll()
  }

  /// Whether the plant has nothing to add to any outcome: no mis-sort, no second piece, no loss.
  ///
  /// Mutating, though it changes nothing: the compiler would lend out a copy of the whole run.
  @inline(__always)
  private mutating func hasNothingToAdd() -> Bool {
    for place in 0..<directives.records.endingCount {
      let ending = directives.records.ending(place)
      if !plant.isPlain(directives.records[ending], by: dispatcher.plan) { return false }
    }
    return true
  }

  /// Records each event with what the plant knows of it.
  private mutating func passOnOneByOne() {
    let recorder = recorder
    var truths = PlantTruths()
    for index in 0..<directives.recordCount {
      let told = directives.record(index)
      // As `record` does, with the recorder at hand: nine of ten records come this way.
      if supervisor.concerns(told) { recordSupervised(told) } else { recorder.emit(told) }
      if told.outcome != .onMachine {
        plant.account(for: told, by: dispatcher.plan) { truths.append($0) }
        if truths.count > 0 { record(&truths) }
      }
    }
  }
}
