/// Rows and columns for people: aligned, with light rules, and stacked where the place is too narrow.
package struct Table: Sendable {
  /// A column.
  package struct Column: Sendable {
    /// Its heading.
    package var title: String
    /// Whether its cells end at the same column, as numbers should.
    package var isNumeric: Bool

    /// A column of words.
    package static func words(_ title: String) -> Column { Column(title: title, isNumeric: false) }
    /// A column of numbers.
    package static func numbers(_ title: String) -> Column { Column(title: title, isNumeric: true) }
  }

  /// How a cell looks.
  package enum Mood: Sendable {
    /// As it is.
    case plain
    /// Well.
    case good
    /// Badly.
    case bad
    /// Of less weight.
    case faint
  }

  /// A cell.
  package struct Cell: Sendable, ExpressibleByStringInterpolation {
    /// What it says.
    package var text: String
    /// How it looks.
    package var mood: Mood

    /// A cell.
    package init(_ text: String, mood: Mood = .plain) {
      self.text = text
      self.mood = mood
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  /// The line above the table; empty for none.
  package var title: String
  /// The columns; if no title is set the heading row is left out.
  package var columns: [Column]
  /// The rows; an empty one is a rule.
  package var rows: [[Cell]]

  /// A table.
  package init(_ title: String = "", columns: [Column], rows: [[Cell]] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }

  /// The fewest columns that wrapped words are given.
  static let narrowest = 24

  /// Whether the cells stand in columns, and not one below the other.
  package func isAligned(for traits: TerminalTraits) -> Bool { alignedWidths(traits) != nil }

  /// The table's lines, none wider than the place where that can be helped.
  package func lines(for traits: TerminalTraits) -> [String] {
    let head = title.isEmpty ? [] : [traits.style.heading(title)]
    guard let widths = alignedWidths(traits) else { return head + stacked(traits) }
    return head + aligned(widths, traits)
  }

  /// How wide each column is; nil where they do not fit into the place.
  private func alignedWidths(_ traits: TerminalTraits) -> [Int]? {
    var widths = columns.map(\.title.count)
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
    }
    let total = 2 + widths.reduce(0, +) + 2 * max(0, columns.count - 1)
    if total <= traits.width { return widths }
    // Words in the last column may take several lines, as long as it does not become a mere strip.
    if let last = columns.indices.last, !columns[last].isNumeric,
      traits.width - (total - widths[last]) >= min(Self.narrowest, widths[last])
    {
      widths[last] = traits.width - (total - widths[last])
      return widths
    }
    return nil
  }

  private func aligned(_ widths: [Int], _ traits: TerminalTraits) -> [String] {
    let rule =
      "  "
      + traits.style.faint(
        String(repeating: traits.isUnicode ? "─" : "-", count: widths.reduce(0, +) + 2 * (columns.count - 1)))
    var lines: [String] = []
    if columns.contains(where: { !$0.title.isEmpty }) {
      let cells = columns.map { Cell($0.title, mood: .faint) }
      lines += [line(cells, widths, traits.style), rule]
    }
    for row in rows {
      guard let last = row.last else {
        lines.append(rule)
        continue
      }
      let parts = wrapped(last.text, width: widths[row.count - 1])
      for (index, part) in (parts.isEmpty ? [""] : parts).enumerated() {
        let before = index == 0 ? Array(row.dropLast()) : row.dropLast().map { _ in Cell("") }
        lines.append(line(before + [Cell(part, mood: last.mood)], widths, traits.style))
      }
    }
    return lines
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ style: TextStyle) -> String {
    var text = "  "
    for (index, cell) in cells.enumerated() {
      let isLast = index == cells.count - 1
      let numeric = columns[index].isNumeric
      // Colour is laid on after padding: escape sequences have no width.
      let fill = String(repeating: " ", count: max(0, widths[index] - cell.text.count))
      text += numeric ? fill + paint(cell, style) : paint(cell, style) + (isLast ? "" : fill)
      if !isLast { text += "  " }
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  /// One cell a line, the first of each row standing out: for narrow places.
  private func stacked(_ traits: TerminalTraits) -> [String] {
    var lines: [String] = []
    for row in rows where !row.isEmpty {
      lines.append("  " + paint(row[0], traits.style))
      for (index, cell) in row.enumerated().dropFirst() where !cell.text.isEmpty {
        let label = columns[index].title
        lines.append(
          "    " + (label.isEmpty ? "" : traits.style.faint(label) + " ") + paint(cell, traits.style))
      }
    }
    return lines
  }

  private func paint(_ cell: Cell, _ style: TextStyle) -> String {
    switch cell.mood {
    case .plain: cell.text
    case .good: style.good(cell.text)
    case .bad: style.bad(cell.text)
    case .faint: style.faint(cell.text)
    }
  }
}
