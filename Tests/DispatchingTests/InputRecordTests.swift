import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Inputs as records")
struct InputRecordTests {
  @Test(
    "an input of any kind, with any values, comes back from its record as it was",
    arguments: InputKind.allCases.filter(\.isHeard))
  func roundTrip(kind: InputKind) {
    let numbers: [Int64] = [0, 1, -1, 239, .max, .min]
    let tenths: [Int32] = [0, 2414, 65_536, .max, -1, .min]
    for (number, tenth) in zip(numbers, tenths) {
      var event = FieldInput.Event(
        kind, PieceID(UInt64(bitPattern: number)), bin: BinID(0xFFFE), detail: 0xFF)
      event.sequence = .max
      event.word = UInt64(bitPattern: number)
      if kind.fields.contains(.dimensions) {
        event.dimensions = Dimensions(
          length: Millimetres(tenths: tenth), width: Millimetres(tenths: tenth &- 1),
          height: Millimetres(tenths: tenth &+ 1), weight: Grams(tenths: tenth))
      } else {
        event.pulses = Pulses(number)
      }
      let input = FieldInput(event, at: Pulses(number))
      #expect(FieldInput(EventRecord(input, at: Instant(number))) == input)
    }
  }

  @Test("the fields that are written are all that the named inputs carry")
  func fields() {
    #expect(InputKind.pieceInducted.fields == [.piece, .time, .pulses])
    let codes = InputKind.allCases.filter { $0.fields.contains(.code) && $0.fields.contains(.time) }
    #expect(codes.isEmpty, "a code and a time share their place")
    let sizes = InputKind.allCases.filter { $0.fields.contains(.dimensions) && $0.fields.contains(.pulses) }
    #expect(sizes.isEmpty, "dimensions and pulses share theirs")
    #expect(Set(InputKind.allCases.map(\.name)).count == InputKind.allCases.count)
  }

  @Test("a port's place comes back from its record, and the dispatcher is not stepped with it")
  func session() {
    let place = SessionPlace(
      owner: .max, epoch: 0x8001, event: .min, pieceBase: .max, beltOffset: -(1 << 40))
    let record = EventRecord(FieldInput(.session(place), at: Pulses(9)), at: Instant(7))
    #expect(record.sessionPlace == place)
    #expect(record.position == Pulses(9) && record.elapsed == Instant(7))
    #expect(FieldInput(record) == nil)
  }

  @Test("a record that carries no input gives none")
  func others() {
    #expect(FieldInput(EventRecord(.pieceInducted, at: .start, position: .zero)) == nil)
    #expect(FieldInput(EventRecord(mark: 7, at: .start, position: .zero)) == nil)
    var unknown = EventRecord(inputOf: .link, at: .start, position: .zero)
    unknown.lap = 200
    #expect(FieldInput(unknown) == nil)
  }
}
