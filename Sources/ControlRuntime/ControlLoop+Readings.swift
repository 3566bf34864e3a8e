import Dispatching
import Quantities
import SorterModel

/// Readings that come from a scanner on a wire of its own.
extension ControlLoop {
  /// Hands the readings that wait to the dispatcher, after the inputs of the same cycle.
  ///
  /// A reading is stamped with where the belt is now, by which the dispatcher finds its piece; one that
  /// waited too long for a stalled cycle therefore fits none, and its piece is not sorted by guess.
  mutating func takeReadings() {
    for _ in 0..<settings.inputsACycle {
      guard hasRoomForStep(), let reading = readings?.tryPop() else { return }
      let event = FieldInput.Event.pieceIdentified(
        reading.piece, reading.code, reading.dimensions, reading.quality)
      step(FieldInput(event, at: position), since: nil)
    }
  }
}
