import EventRecords
import Quantities
import SorterModel

/// Recover: bins, jams and links fail and come back.
extension Dispatcher {
  /// A bin's full signal came on: pieces under way to it go elsewhere.
  mutating func binBecameFull(_ bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard isKnown(bin, moment, &directives), !bins[bin.index].isFull else { return }
    bins[bin.index].isFull = true
    tell(.binFull, bin, .none, moment, &directives)
    reassignPieces(boundFor: bin, moment, &directives)
    if bin == machine.endBin { hold(.endFull, .binFull, moment, &directives) }
  }

  /// A bin takes pieces again; where it was emptied, nothing lies in it.
  mutating func binBecameAvailable(
    _ bin: BinID, emptied: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard isKnown(bin, moment, &directives) else { return }
    if emptied { bins[bin.index].empty() }
    guard bins[bin.index].isFull else { return }
    bins[bin.index].isFull = false
    tell(.binAvailable, bin, .none, moment, &directives)
    if bin == machine.endBin { release(.endFull, moment, &directives) }
  }

  /// A bin goes out of service.
  mutating func disable(
    _ bin: BinID, reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard isKnown(bin, moment, &directives), !bins[bin.index].isDisabled else { return }
    bins[bin.index].isDisabled = true
    tell(.binDisabled, bin, reason, moment, &directives)
    reassignPieces(boundFor: bin, moment, &directives)
  }

  /// A bin comes back into service; its faults are forgotten.
  mutating func enable(_ bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard isKnown(bin, moment, &directives), bins[bin.index].isDisabled else { return }
    bins[bin.index].isDisabled = false
    bins[bin.index].misses = 0
    tell(.binEnabled, bin, .none, moment, &directives)
  }

  /// The belt jams, or runs again.
  mutating func jam(started: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard holds.contains(.jam) != started else { return }
    directives.append(moment.record(started ? .jamStarted : .jamCleared))
    if started {
      hold(.jam, .none, moment, &directives)
    } else {
      release(.jam, moment, &directives)
    }
  }

  /// The link goes down, or comes up again; while it is down nothing more is fed, and no command is given.
  mutating func link(up: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    if up {
      let wasDown = holds.contains(.link)
      release(.link, moment, &directives)
      if wasDown {
        notePassedAlone(moment)
        assignAnew(moment, &directives)
      }
    } else {
      if !holds.contains(.link) { awayFrom = moment.position }
      hold(.link, .linkDown, moment, &directives)
    }
  }

  /// Notes which pieces passed their decision points since the link went down: no diverter is to blame for those.
  private mutating func notePassedAlone(_ moment: Moment) {
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      number += 1
      guard track.value.piece.rawValue == number - 1, track.value.bin != .none else { continue }
      let decision = track.value.origin + bins[track.value.bin.index].decision
      if decision >= awayFrom && decision - machine.commandLead <= moment.position {
        track.value.passedAlone = true
      }
    }
  }

  /// Somebody wants induction held, or no longer does.
  mutating func heed(
    _ wisher: FieldInput.HoldWisher, _ on: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    if on {
      hold(.wished(wisher), .none, moment, &directives)
    } else {
      release(.wished(wisher), moment, &directives)
    }
  }

  /// The machine started anew: where its pieces are nobody knows.
  mutating func giveUpAll(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      if track.value.piece.rawValue == number { lose(track, .flushed, moment, &directives) }
      number += 1
    }
  }

  /// Records a change of the machine's PackML state.
  mutating func note(_ state: UInt8, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    var record = moment.record(.machineState)
    record.count = UInt32(state)
    directives.append(record)
  }

  private mutating func hold(
    _ why: HoldReasons, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    let first = holds.isEmpty
    guard holds.insert(why).inserted, first else { return }
    directives.append(.holdInduction)
    tell(.inductionHeld, .none, reason, moment, &directives)
  }

  private mutating func release(
    _ why: HoldReasons, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard holds.remove(why) != nil, holds.isEmpty else { return }
    directives.append(.releaseInduction)
    tell(.inductionReleased, .none, .none, moment, &directives)
  }

  private func tell(
    _ kind: EventKind, _ bin: BinID, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    var record = moment.record(kind)
    record.bin = bin
    record.reason = reason
    directives.append(record)
  }

  private mutating func isKnown(
    _ bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> Bool {
    if bin.index < binCount { return true }
    ignore(.none, .divertRefused, moment, &directives)
    return false
  }
}
