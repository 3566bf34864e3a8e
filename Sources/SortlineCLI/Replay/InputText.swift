import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel

/// Inputs of the dispatcher and its commands in words, for people.
struct InputText {
  let profile: HardwareProfile

  init(_ profile: HardwareProfile) { self.profile = profile }

  /// The bin as the machine names it.
  func bin(_ bin: BinID) -> String {
    bin.index < profile.bins.count ? profile.bins[bin.index].name : "#\(bin.rawValue)"
  }

  /// One input: when, where, and what the field told.
  func sentence(_ record: EventRecord) -> String {
    let milliseconds = record.elapsed.rawValue / 1_000_000
    return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst()) s at "
      + "\(record.position.rawValue) pulses: \(what(record))"
  }

  /// What the field told.
  func what(_ record: EventRecord) -> String {
    guard let kind = record.inputKind else { return "a mark" }
    var text = kind.name.replacing("_", with: " ")
    let fields = kind.fields
    if fields.contains(.piece), record.piece != .none { text += ", piece \(record.piece.rawValue)" }
    if fields.contains(.bin) { text += ", bin \(bin(record.bin))" }
    if fields.contains(.code), record.inputWord != DestinationCode.none.rawValue {
      text += ", destination \(DestinationCode(rawValue: record.inputWord))"
    }
    if fields.contains(.sequence) { text += ", command \(record.sequence)" }
    if fields.contains(.dimensions) {
      let size = record.inputDimensions
      text += ", \(size.length) x \(size.width) x \(size.height) mm"
    }
    if fields.contains(.detail) { text += ", \(detail(kind, record.inputDetail))" }
    return text
  }

  /// What the machine is told to do.
  func order(_ command: Dispatching.Command) -> String {
    let place = grouped(command.position.rawValue)
    let target = command.bin == .none ? "the end" : "bin \(bin(command.bin))"
    return switch command.kind {
    case .assign: "assign \(target), command \(command.sequence), good until the belt is at \(place)"
    case .fire: "fire the diverter of \(target) when the belt is at \(place)"
    case .recirculate: "send it round once more"
    case .holdInduction: "feed no more pieces"
    case .releaseInduction: "feed again"
    }
  }

  private func detail(_ kind: InputKind, _ detail: UInt8) -> String {
    switch kind {
    case .pieceIdentified: "read \(ReadQuality(rawValue: detail)?.name ?? "\(detail)")"
    case .divertRefused: Reason(rawValue: detail)?.name ?? "\(detail)"
    case .assignmentAnswered: ["accepted", "late", "refused"][min(2, Int(detail))]
    case .machineState: "state \(detail)"
    default: detail == 0 ? "off" : "on"
    }
  }
}
