extension Document {
  /// The document in Markdown: tables as GitHub and most readers know them.
  public var markdown: String {
    var lines = ["# " + Self.plain(title), ""]
    for block in blocks {
      switch block {
      case .heading(let text): lines += ["## " + Self.plain(text), ""]
      case .paragraph(let text): lines += [Self.plain(text), ""]
      case .table(let table): lines += Self.lines(table) + [""]
      case .signatures(let parties):
        lines.append("| | " + parties.map(Self.cell).joined(separator: " | ") + " |")
        lines.append("|---" + String(repeating: "|---", count: parties.count) + "|")
        lines += Self.signatureFields.map { "| \($0) |" + String(repeating: " |", count: parties.count) }
        lines.append("")
      }
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  private static func lines(_ table: Table) -> [String] {
    let head = "| " + table.columns.map(cell).joined(separator: " | ") + " |"
    let rule = "|" + table.columns.indices.map { table.numeric.contains($0) ? "---:|" : "---|" }.joined()
    let rows = table.rows.enumerated().map { index, row in
      let isTotal = table.hasTotal && index == table.rows.count - 1
      return "| " + row.map { isTotal && !$0.isEmpty ? "**\(cell($0))**" : cell($0) }.joined(separator: " | ")
        + " |"
    }
    return [head, rule] + rows
  }

  /// A cell cannot hold a bar of the table.
  private static func cell(_ text: String) -> String { plain(text).replacing("|", with: "\\|") }

  /// The text with nothing in it that Markdown or the HTML inside it would take for markup.
  private static func plain(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      case "\\", "`", "*", "_", "[", "]": result += "\\\(character)"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
