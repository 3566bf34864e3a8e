import EventRecords
import FileFormats
import Quantities
import SorterModel

/// Turns the lines of a run's events.jsonl back into records that count as those it was written from.
public struct RecordedEvents: Sendable {
  private let bins: [String: BinID]
  private let sizeClasses: [String: SizeClassID]
  private let kinds: [String: EventKind]

  /// Knows the machine that the run was on.
  public init(_ profile: HardwareProfile) {
    bins = Dictionary(
      profile.bins.enumerated().map { ($1.name, BinID(UInt16($0))) }, uniquingKeysWith: { first, _ in first })
    sizeClasses = Dictionary(
      profile.sizeClasses.enumerated().map { ($1.name, SizeClassID(UInt8($0))) },
      uniquingKeysWith: { first, _ in first })
    kinds = Dictionary(
      EventKind.allCases.filter(\.isEvent).map { ($0.eventName, $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// The record of a line: all that figures, states and alarms are made from; nil for a name outside the vocabulary.
  ///
  /// What only a piece's own story needs is left out: its sides, its code, the line of the plan.
  public func record(_ line: EventLine) -> EventRecord? {
    guard let kind = kinds[line.name] else { return nil }
    var record = EventRecord(kind, from: line, bins: bins)
    if let piece = line.number("piece") { record.piece = PieceID(UInt64(clamping: piece)) }
    if let reason = line["reason"] { record.reason = Reason(name: reason) ?? .none }
    if let read = line["read"] { record.quality = ReadQuality.allCases.first { $0.name == read } ?? .good }
    if let sequence = line.number("sequence") { record.sequence = UInt32(clamping: sequence) }
    switch kind {
    case .pieceAssigned:
      record.sizeClass = line["size_class"].flatMap { sizeClasses[$0] } ?? .none
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost:
      record.arrivedAt = Instant(Int64(line.number("arrived_ns") ?? 0))
      record.inductedAt = Instant(Int64(line.number("inducted_ns") ?? 0))
    case .plantStarved: record.choice = line["starved"] == "true" ? .primary : .alternate
    case .plantSwept: record.count = UInt32(clamping: line.number("pieces") ?? 0)
    case .plantFaultStarted, .plantFaultEnded:
      record.count = UInt32(clamping: line.number("fault_index") ?? 0)
    case .mailRowRejected:
      record.lap = MailFault.allCases.first { $0.name == line["fault"] }?.rawValue ?? 0
    default: break
    }
    return record
  }
}
