import FileFormats
import Foundation

/// A JSON5 value as Foundation reads it, for comparison with our own reader.
enum FoundationValue: Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([FoundationValue])
  case object([String: FoundationValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([FoundationValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: FoundationValue].self))
    }
  }

  /// Reads `data` as JSON5; nil if Foundation does not.
  static func read(_ data: Data) -> FoundationValue? {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try? decoder.decode(FoundationValue.self, from: data)
  }

  /// Whether our value is the same.
  func matches(_ ours: JSONNode) -> Bool {
    switch (self, ours.kind) {
    case (.null, .null): return true
    case (.bool(let theirs), .bool(let value)): return theirs == value
    case (.string(let theirs), .string(let value)): return theirs == value
    case (.number(let theirs), .number(let number)):
      if let whole = try? number.scaled(places: 0) { return theirs == Double(whole) }
      return Double(number.text) == theirs
    case (.array(let theirs), .array(let items)):
      return theirs.count == items.count && zip(theirs, items).allSatisfy { $0.matches($1) }
    case (.object(let theirs), .object(let members)):
      return theirs.count == members.count
        && members.allSatisfy { theirs[$0.key]?.matches($0.value) ?? false }
    default: return false
    }
  }
}
