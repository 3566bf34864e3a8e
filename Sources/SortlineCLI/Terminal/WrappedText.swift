/// The paragraph broken into lines of at most `width` columns; a longer word keeps a line of its own.
package func wrapped(_ paragraph: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in paragraph.split(separator: " ") {
    if line.isEmpty {
      line = String(word)
    } else if line.count + 1 + word.count <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = String(word)
    }
  }
  if !line.isEmpty { lines.append(line) }
  // A number and its unit are held together by a no-break space while lines are broken.
  return lines.map { $0.replacing("\u{A0}", with: " ") }
}

extension String {
  /// The text filled with spaces on the right up to `width` columns.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The text filled with spaces on the left up to `width` columns.
  package func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
