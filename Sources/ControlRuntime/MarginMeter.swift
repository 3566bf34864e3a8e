import Dispatching
import FlatStorage
import Quantities
import SorterModel

/// Measures how much time and belt were left when the machine acknowledged a piece's command.
///
/// An assignment is void once the belt is at its deadline. What lies between the belt's position when the
/// answer was heard and that deadline is the margin; divided by the belt's rated speed it is a time. In
/// direct control nobody answers: there the margin is what was left when the order to fire was given.
struct MarginMeter: ~Copyable {
  /// Commands by the low bits of their number: as many as can be under way.
  private var pending: Slab<PendingCommand>
  private let mask: UInt32
  private let geometry: BeltGeometry

  /// A meter for a machine on which `capacity` commands can be under way.
  init(_ profile: HardwareProfile, capacity: Int) {
    var slots = 1
    while slots < capacity { slots *= 2 }
    pending = Slab(count: slots, repeating: PendingCommand())
    mask = UInt32(slots - 1)
    geometry = BeltGeometry(profile.belt)
  }

  /// Notes a command that is on its way; gives the margin of one that is never answered.
  @inline(__always)
  mutating func gave(_ command: Command, at now: Instant, position: Pulses) -> Nanoseconds? {
    switch command.kind {
    case .assign where command.bin != .none:
      let place = Int(command.sequence & mask)
      pending[place].sequence = command.sequence
      pending[place].isWaiting = true
      pending[place].deadline = command.position
      pending[place].givenAt = now
      return nil
    case .fire: return margin(until: command.position, from: position)
    default: return nil
    }
  }

  /// What an answer to a command shows: how long it took, and the time left where it was accepted.
  @inline(__always)
  mutating func heard(_ input: FieldInput, at now: Instant) -> (roundTrip: Nanoseconds, margin: Nanoseconds?)?
  {
    let place = Int(input.event.sequence & mask)
    guard pending[place].isWaiting, pending[place].sequence == input.event.sequence else { return nil }
    pending[place].isWaiting = false
    let isAccepted = input.event.answer == .accepted
    return (
      now - pending[place].givenAt,
      // The machine may say that it takes effect later than it answered.
      isAccepted
        ? margin(until: pending[place].deadline, from: max(input.position, input.event.pulses)) : nil
    )
  }

  private func margin(until deadline: Pulses, from position: Pulses) -> Nanoseconds {
    // What the field says may be anything: 2^40 pulses are years of any belt.
    geometry.time(of: Pulses(min(max(0, (deadline - position).rawValue), 1 << 40)))
  }
}

/// A command that waits for its answer.
struct PendingCommand: BitwiseCopyable {
  var sequence: UInt32 = 0
  var isWaiting = false
  var deadline = Pulses.zero
  var givenAt = Instant.start
}
