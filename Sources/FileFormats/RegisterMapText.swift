import RegisterMap

/// A register map as the text of a CSV file.
public enum RegisterMapText {
  /// The map in CSV, in the columns of the format; lines end in LF.
  ///
  /// - Parameter withReferences: adds a column `ref` with the addresses that count from 1.
  public static func csv(_ map: RegisterMap, withReferences: Bool = false) -> String {
    var columns = FormatKeys.registerColumns
    if withReferences { columns.append(FormatKeys.referenceColumn) }
    var text = columns.joined(separator: ",") + "\n"
    for point in map.points {
      text += columns.map { field(value($0, of: point)) }.joined(separator: ",") + "\n"
    }
    return text
  }

  private static func value(_ column: String, of point: RegisterPoint) -> String {
    switch column {
    case "name": point.name
    case "device": point.device
    case "unit": String(point.unit)
    case "table": point.table.rawValue
    case "address": String(point.address)
    case "bit": point.bit.map { String($0) } ?? ""
    case "type": point.type.description
    case "byte_order": point.byteOrder.rawValue
    case "scale": decimalText(Int(point.scaleMicros), places: 6)
    case "offset": decimalText(Int(point.offsetMicros), places: 6)
    case "access": point.access.rawValue
    case "poll_group": point.pollGroup
    case "on_link_loss": point.onLinkLoss?.rawValue ?? ""
    case "description": point.about
    case FormatKeys.referenceColumn: point.reference
    default: preconditionFailure("a column of the format has no value")
    }
  }

  /// A field as RFC 4180 has it; a text that a spreadsheet would run as a formula gets a quote before it.
  private static func field(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
      !text.utf8.dropFirst().allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E })
    {
      text = "'" + text
    }
    let needsQuotes = text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    return needsQuotes
      ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
      : text
  }
}
