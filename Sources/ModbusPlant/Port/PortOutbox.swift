import ControlRuntime
import Dispatching
import Quantities

/// Inputs on their way to the control thread: in order, with positions that never go back, and bounded.
///
/// As long as something is in it, the port takes no more events from the machine.
struct PortOutbox {
  private struct Entry {
    var input: PortInput
    /// The number of the machine's event that is taken over when this is handed on.
    var event: Int64?
  }

  private var entries: [Entry] = []
  /// The position of the last input that was put in.
  private(set) var position = Pulses.zero
  /// How many inputs were handed on.
  private(set) var passedOn: UInt64 = 0

  /// An empty outbox; inputs go on from a position.
  init(position: Pulses = .zero) { self.position = position }

  /// Whether all was handed on.
  var isEmpty: Bool { entries.isEmpty }

  /// Puts an input in; a position before the last one's is moved up to it.
  mutating func put(_ event: FieldInput.Event, at place: Pulses, now: Instant, event number: Int64? = nil) {
    position = max(position, place)
    entries.append(Entry(input: PortInput(FieldInput(event, at: position), at: now), event: number))
  }

  /// Hands on what the ring has room for; answers the number of the last event among it.
  mutating func pass(to side: inout PortSide) -> Int64? {
    var count = 0
    var last: Int64?
    while count < entries.count, side.inputs.tryPush(entries[count].input) {
      last = entries[count].event ?? last
      count += 1
    }
    passedOn += UInt64(count)
    entries.removeFirst(count)
    return last
  }
}
