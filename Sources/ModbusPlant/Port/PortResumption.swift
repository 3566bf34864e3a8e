import Dispatching
import EventRecords
import Quantities

/// Where a controller that was cut short stood: what its port goes on from as the same controller.
public struct PortResumption: Hashable, Sendable {
  /// The port's place in the machine's own numbers, as it was last written down.
  public var place: SessionPlace
  /// Where the belt was last known to be.
  public var position: Pulses
  /// The highest piece number that was handed to the dispatcher.
  public var newestPiece: PieceID
  /// What was written down of the machine's events after that place: they are not handed on again.
  public var taken: [FieldInput.Event]
  /// Which bins the machine last showed as full, by their place in the machine's list.
  public var fullBins: Set<Int>
  /// Which bins the machine last showed as out of service.
  public var disabledBins: Set<Int>
  /// Whether the dispatcher was last told that the link is up.
  public var isLinkUp: Bool

  /// A port's beginning from here.
  public init(
    place: SessionPlace, position: Pulses, newestPiece: PieceID, taken: [FieldInput.Event] = [],
    fullBins: Set<Int> = [], disabledBins: Set<Int> = [], isLinkUp: Bool = true
  ) {
    self.place = place
    self.position = position
    self.newestPiece = newestPiece
    self.taken = taken
    self.fullBins = fullBins
    self.disabledBins = disabledBins
    self.isLinkUp = isLinkUp
  }

  /// The belt as it was left.
  var belt: BeltCounter {
    BeltCounter(
      wire: UInt32(truncatingIfNeeded: position.rawValue &- place.beltOffset), position: position.rawValue)
  }
}

/// Events that were written down before the port's place was: each is left out once when it is read again.
struct TakenEvents {
  private var events: [FieldInput.Event]

  init(_ events: [FieldInput.Event] = []) { self.events = events }

  /// Whether an event was taken over before; that is then forgotten.
  mutating func remove(_ event: FieldInput.Event) -> Bool {
    guard !events.isEmpty, let place = events.firstIndex(where: { Self.areSame($0, event) }) else {
      return false
    }
    events.remove(at: place)
    return true
  }

  /// A piece's arrival is when it was read, and so another each time.
  private static func areSame(_ one: FieldInput.Event, _ other: FieldInput.Event) -> Bool {
    one.kind == other.kind && one.piece == other.piece && one.bin == other.bin && one.detail == other.detail
  }
}
