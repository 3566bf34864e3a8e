import Dispatching
import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// What the plant reports: what the controller can know, and what only the plant itself knows.
public enum PlantSignal: BitwiseCopyable, Sendable {
  /// Something the field tells the dispatcher.
  case field(FieldInput)
  /// Ground truth for the journal; no controller sees it.
  case truth(EventRecord)
}

/// The signals of one event in their order, field inputs and truths kept apart.
///
/// An array of `PlantSignal` would be simpler, but taking that enum apart costs more than the rest of the
/// hand-over together.
struct PlantSignals: ~Copyable {
  private(set) var inputs: Slab<FieldInput>
  private var truths: Slab<EventRecord>
  /// For each signal, where it lies: an index into `inputs`, or minus one less an index into `truths`.
  private var order: Slab<Int32>
  private(set) var count = 0
  private var inputCount: Int32 = 0
  private var truthCount: Int32 = 0

  init(capacity: Int) {
    inputs = Slab(count: capacity, repeating: FieldInput(.encoderAdvanced, at: .zero))
    truths = Slab(count: capacity, repeating: EventRecord(.runStarted, at: .start, position: .zero))
    order = Slab(count: capacity, repeating: 0)
  }

  @inline(__always)
  mutating func removeAll() {
    count = 0
    inputCount = 0
    truthCount = 0
  }

  @inline(__always)
  mutating func append(_ event: FieldInput.Event, at position: Int64) {
    inputs[Int(inputCount)] = FieldInput(event, at: Pulses(position))
    order[count] = inputCount
    inputCount &+= 1
    count &+= 1
  }

  mutating func append(_ record: EventRecord) {
    truths[Int(truthCount)] = record
    order[count] = -1 - truthCount
    truthCount += 1
    count += 1
  }

  /// The field input at a place, or nil where a truth stands there.
  @inline(__always)
  func inputIndex(_ index: Int) -> Int? {
    let place = order[index]
    return place >= 0 ? Int(place) : nil
  }

  @inline(__always)
  func input(_ index: Int) -> FieldInput { inputs[index] }

  /// The truth at a place where no input stands.
  func truth(_ index: Int) -> EventRecord { truths[Int(-1 - order[index])] }
}
