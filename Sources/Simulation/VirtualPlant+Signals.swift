import Dispatching
import EventRecords
import Quantities
import SorterModel

/// The one signal that most events leave, told by its kind alone: what else it says is in the plant already.
///
/// Written out as a `FieldInput` only where another signal comes with it, or where a shell wants to see it.
enum PlainSignal: UInt8, BitwiseCopyable {
  /// No such signal.
  case none
  /// A piece passed the induction eye.
  case inducted
  /// A good reading of a piece, as it is.
  case identified
  /// A piece passed its bin's confirm eye.
  case confirmed
}

/// What the plant tells of an event.
extension VirtualPlant {
  /// How many signals the last event left.
  public var signalCount: Int { plain == .none ? signals.count : 1 }

  /// The signal at `index`, below `signalCount`.
  public func signal(_ index: Int) -> PlantSignal {
    if plain != .none { return .field(FieldInput(plainEvent, at: position)) }
    if let input = signals.inputIndex(index) { return .field(signals.input(input)) }
    return .truth(signals.truth(index))
  }

  @inline(__always)
  mutating func forgetSignals() {
    signals.removeAll()
    plain = .none
  }

  /// Hands a field input to the shell.
  @inline(__always)
  mutating func report(_ event: FieldInput.Event, at position: Int64) {
    if plain != .none { writePlainOut() }
    if settings.reportsEyes { return reportSeen(event, at: position) }
    signals.append(event, at: position)
  }

  /// Hands a record of the ground truth to the shell.
  mutating func reveal(_ record: EventRecord) {
    if plain != .none { writePlainOut() }
    signals.append(record)
  }

  /// Hands the signal of `kind` about the piece in a slot to the shell.
  @inline(__always)
  mutating func tell(_ kind: PlainSignal, of piece: PieceID, in slot: Int) {
    plain = kind
    plainPiece = piece
    plainSlot = slot
    if signals.count > 0 || settings.reportsEyes { writePlainOut() }
  }

  /// Writes the plain signal out, if there is one: there is none afterwards.
  @inline(never)
  mutating func writePlainOut() {
    guard plain != .none else { return }
    let event = plainEvent
    plain = .none
    report(event, at: beltPosition)
  }

  /// The plain signal as the field input that it stands for.
  private var plainEvent: FieldInput.Event {
    let mail = pieces[plainSlot].mail
    return switch plain {
    case .inducted: .pieceInducted(plainPiece, arrivedAt: mail.arrivedAt, gap: Pulses(feeder.lastGap))
    case .identified: .pieceIdentified(plainPiece, mail.destination, mail.dimensions, .good)
    case .confirmed: .divertConfirmed(plainPiece, pieces[plainSlot].bin)
    case .none: preconditionFailure("an event without a plain signal was asked for it")
    }
  }

  /// A record of this moment.
  @inline(__always)
  func record(_ kind: EventKind, _ position: Int64, _ piece: PieceID = .none) -> EventRecord {
    EventRecord(kind, at: now, position: Pulses(position), piece: piece)
  }
}
