import Dispatching
import Quantities

/// Direct control of a plain line: the field has photo-eyes and a scanner, and neither knows a piece by number.
///
/// The plant numbers its pieces in the order in which they block the induction eye, which is how the
/// dispatcher numbers them; so its commands and outcomes can be held against what is true of each piece.
extension VirtualPlant {
  /// Hands on what is seen of an event that happened to a piece, or nothing where no eye sees it.
  ///
  /// An edge carries the belt position that was latched with it: the tail of a piece is told together with
  /// the head of the next, and lies behind it.
  @inline(never)
  mutating func reportSeen(_ event: FieldInput.Event, at position: Int64) {
    switch event.kind {
    case .pieceInducted:
      let tail = position - event.pulses.rawValue
      if tail >= 0 { signals.append(.photoEye(.induction, blocked: false), at: tail) }
      signals.append(.photoEye(.induction, blocked: true), at: position)
    case .pieceIdentified:
      signals.append(.readingArrived(event.code, event.dimensions, event.quality), at: position)
    case .divertConfirmed: signals.append(.photoEye(.bin(event.bin), blocked: true), at: position)
    case .pieceAtEnd: signals.append(.photoEye(.end, blocked: true), at: position)
    // There is no PLC that refuses or answers, and nobody tells that a hand took a piece off.
    case .divertRefused, .pieceRemoved, .assignmentAnswered: break
    default: signals.append(event, at: position)
    }
  }

  /// A piece is off the machine; its slot is kept until the controller has told what became of it.
  ///
  /// What leaves without being seen as itself (taken out of a jam, slipped past its window) is missed when the
  /// belt has run on so far that it is overdue.
  mutating func leaveUnnamed(_ slot: Int) {
    if pieces[slot].isWrittenOff {
      pieces[slot].piece = .none
    } else {
      pieces[slot].stage = .gone
    }
    let isPlanned = overdueAt != nil
    let place = beltPosition + settings.endDistance + settings.confirmDistance + 2 * settings.window + 1
    overdueAt = place
    if !isPlanned { planRunOn(to: place) }
  }

  private mutating func planRunOn(to overdueAt: Int64) {
    let due = max(belt.time(of: overdueAt).rawValue, now.rawValue)
    // A belt that stands still has no such moment; it is looked for again in a second.
    queue.push(.ranOn, at: belt.isRunning ? due : now.rawValue + 1_000_000_000)
  }

  /// The belt may have run on far enough: the dispatcher looks for what is overdue.
  mutating func beltRanOn() {
    guard let place = overdueAt else { return }
    if beltPosition >= place {
      overdueAt = nil
      report(.encoderAdvanced, at: beltPosition)
    } else {
      planRunOn(to: place)
    }
  }

  /// The controller has told what became of a piece: it is accounted for, and its slot is free once it is off.
  mutating func accountUnnamed(_ piece: PieceID) {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    guard pieces[slot].piece == piece, !pieces[slot].isWrittenOff else { return }
    onMachine -= pieces[slot].hasRider ? 2 : 1
    if pieces[slot].stage == .gone {
      pieces[slot].piece = .none
    } else {
      pieces[slot].isWrittenOff = true
    }
  }

  /// The number of a second piece under another: no eye sees it, so it uses up none that the dispatcher gives.
  ///
  /// 2^40 and more: no run feeds so many.
  var unseenNumber: UInt64 { 1 << 40 + UInt64(feeder.fed) }
}
