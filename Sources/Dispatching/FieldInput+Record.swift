import EventRecords
import Quantities
import SorterModel

/// Inputs as records: what a run heard is written down, and stepped again by replay.
extension EventRecord {
  /// A record of an input that the dispatcher was stepped with at `now`; nothing of it is lost.
  @inline(__always)
  public init(_ input: FieldInput, at now: Instant) {
    let event = input.event
    self.init(inputOf: event.kind, at: now, position: input.position)
    piece = event.piece
    bin = event.bin
    sequence = event.sequence
    inputDetail = event.detail
    inputWord = event.word
    if event.kind == .pieceIdentified {
      inputDimensions = event.dimensions
    } else {
      inputPulses = event.pulses
    }
  }
}

extension FieldInput {
  /// The input that a record of kind `.inputHeard` carries; nil for any other record, and for what
  /// stands among the inputs and is none.
  @inline(__always)
  public init?(_ record: EventRecord) {
    guard record.kind == .inputHeard, let kind = record.inputKind, kind.isHeard else { return nil }
    var event = Event(kind, record.piece, bin: record.bin, detail: record.inputDetail)
    event.sequence = record.sequence
    event.word = record.inputWord
    if kind == .pieceIdentified {
      event.dimensions = record.inputDimensions
    } else {
      event.pulses = record.inputPulses
    }
    self.init(event, at: record.position)
  }
}
