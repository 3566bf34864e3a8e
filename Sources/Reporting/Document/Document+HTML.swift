extension Document {
  /// The document as one HTML page that needs no other file and no network, and prints on A4 or letter.
  public var html: String {
    let name = markup(title)
    var lines = [
      "<!doctype html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "<title>\(name)</title>",
      "<style>", Self.style, "</style>", "</head>", "<body>", "<main>", "<h1>\(name)</h1>",
    ]
    for block in blocks {
      switch block {
      case .heading(let text): lines.append("<h2>\(markup(text))</h2>")
      case .paragraph(let text): lines.append("<p>\(markup(text))</p>")
      case .table(let table): lines += Self.lines(table)
      case .signatures(let parties): lines += Self.lines(parties)
      }
    }
    return (lines + ["</main>", "</body>", "</html>"]).joined(separator: "\n") + "\n"
  }

  private static func lines(_ table: Table) -> [String] {
    func row(_ cells: [String], _ tag: String) -> String {
      let parts = cells.enumerated().map { index, text in
        let kind = table.numeric.contains(index) ? " class=\"number\"" : ""
        return "<\(tag)\(kind)>\(markup(text))</\(tag)>"
      }
      return parts.joined()
    }
    var lines = ["<div class=\"wide\">", "<table>"]
    if table.columns.contains(where: { !$0.isEmpty }) {
      lines.append("<thead><tr>\(row(table.columns, "th"))</tr></thead>")
    }
    lines.append("<tbody>")
    for (index, cells) in table.rows.enumerated() {
      let isTotal = table.hasTotal && index == table.rows.count - 1
      lines.append("<tr\(isTotal ? " class=\"total\"" : "")>\(row(cells, "td"))</tr>")
    }
    return lines + ["</tbody>", "</table>", "</div>"]
  }

  private static func lines(_ parties: [String]) -> [String] {
    var lines = ["<div class=\"sign\">"]
    for party in parties {
      lines.append("<section><h3>\(markup(party))</h3>")
      lines += signatureFields.map { "<p class=\"line\">\($0)</p>" }
      lines.append("</section>")
    }
    return lines + ["</div>"]
  }

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 15px/1.45 system-ui, sans-serif; margin: 0; background: Canvas; color: CanvasText; }
    main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1 { font-size: 1.5rem; margin: 0 0 1rem; }
    h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; break-after: avoid; }
    h3 { font-size: 1rem; margin: 0 0 .5rem; }
    .wide { overflow-x: auto; }
    .wide + .wide { margin-top: 1rem; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #8886; }
    th { border-bottom: 2px solid #888; font-weight: 600; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    tr { break-inside: avoid; }
    tr.total td { border-top: 2px solid #888; border-bottom: 0; font-weight: 600; }
    .sign { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 2rem; }
    .sign section { break-inside: avoid; }
    .line { border-bottom: 1px solid currentColor; padding-top: 1.6rem; margin: 0; font-size: .8rem; }
    @media print { body { font-size: 10pt; } main { max-width: none; padding: 0; } }
    """
}
