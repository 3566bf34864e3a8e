import Dispatching
import EventRecords
import Quantities
import SorterModel

/// What a run's inputs tell of its port: what a controller that goes on must know of the machine.
public struct PortTrace: Sendable {
  /// The port's place in the machine's own numbers, as it was last written down; nil where it never was.
  public private(set) var place: SessionPlace?
  /// The machine's events that were heard after that.
  public private(set) var taken: [FieldInput.Event] = []
  /// Where the belt was at the last input.
  public private(set) var position = Pulses.zero
  /// The highest piece number.
  public private(set) var newestPiece = PieceID.none
  /// Bins that the machine last told to be full, and out of service.
  public private(set) var fullBins: Set<Int> = []
  /// See `fullBins`.
  public private(set) var disabledBins: Set<Int> = []
  /// Whether the link was last told to be up.
  public private(set) var isLinkUp = true
  /// Who wanted induction held.
  public private(set) var holds: [FieldInput.HoldWisher] = []

  /// Nothing heard.
  public init() {}

  /// Takes in an input.
  mutating func see(_ record: EventRecord) {
    guard record.kind == .inputHeard, let kind = record.inputKind else { return }
    if kind == .session {
      place = record.sessionPlace
      taken.removeAll()
      return
    }
    guard let event = FieldInput(record)?.event else { return }
    position = max(position, record.position)
    switch kind {
    case .pieceInducted: newestPiece = max(newestPiece, record.piece)
    case .binFull: fullBins.insert(record.bin.index)
    case .binAvailable: fullBins.remove(record.bin.index)
    case .binDisabled: disabledBins.insert(record.bin.index)
    case .binEnabled: disabledBins.remove(record.bin.index)
    case .link: isLinkUp = event.isOn
    case .holdWanted:
      holds.removeAll { $0 == event.wisher }
      if event.isOn { holds.append(event.wisher) }
    default: break
    }
    if Self.areMachines.contains(kind) { taken.append(event) }
  }

  /// The kinds that come as events of the machine.
  private static let areMachines: Set<InputKind> = [
    .pieceInducted, .pieceIdentified, .divertConfirmed, .divertRefused, .pieceAtEnd, .pieceRemoved, .binFull,
    .binAvailable, .binDisabled, .binEnabled, .jamStarted, .jamCleared, .machineState,
  ]
}
