import FileFormats
import Quantities

/// A line of a picture: pieces of text with their looks, measured before any escape sequence is laid on.
struct FrameLine {
  /// A piece of text.
  struct Part {
    var text: String
    var look: Look

    static func plain(_ text: String) -> Part { Part(text: text, look: .plain) }
    static func faint(_ text: String) -> Part { Part(text: text, look: .faint) }
    static func heading(_ text: String) -> Part { Part(text: text, look: .heading) }
    static func warning(_ text: String) -> Part { Part(text: text, look: .warning) }
    static func bad(_ text: String) -> Part { Part(text: text, look: .bad) }
  }

  /// How a piece of text looks.
  enum Look { case plain, faint, heading, warning, bad }

  var parts: [Part]

  init(_ parts: [Part] = []) { self.parts = parts }

  /// How many columns it takes; every character of a picture is one wide.
  var width: Int { parts.reduce(0) { $0 + $1.text.count } }

  mutating func add(_ part: Part) { parts.append(part) }

  /// Fills up with blanks.
  mutating func pad(to width: Int) {
    let missing = width - self.width
    if missing > 0 { add(.plain(String(repeating: " ", count: missing))) }
  }

  /// The line without what lies beyond a width.
  func cut(to limit: Int) -> FrameLine {
    var left = limit
    var kept: [Part] = []
    for part in parts where left > 0 {
      kept.append(Part(text: String(part.text.prefix(left)), look: part.look))
      left -= part.text.count
    }
    return FrameLine(kept)
  }

  /// The line as it is written.
  func painted(_ style: TextStyle) -> String {
    var text = ""
    for part in parts {
      switch part.look {
      case .plain: text += part.text
      case .faint: text += style.faint(part.text)
      case .heading: text += style.heading(part.text)
      case .warning: text += style.warning(part.text)
      case .bad: text += style.bad(part.text)
      }
    }
    return text
  }

  /// The line without looks.
  var plainText: String { parts.map(\.text).joined() }
}

extension Nanoseconds {
  /// The span in three figures with its unit: `850 ns`, `12.4 us`, `1.20 ms`, `812 ms`, `12.0 s`.
  var shortText: String {
    for (scale, unit) in [(Int64(1), "ns"), (1000, "us"), (1_000_000, "ms"), (1_000_000_000, "s")] {
      let isLast = unit == "s"
      guard isLast || rawValue < scale * 1000 else { continue }
      if scale == 1 || rawValue >= scale * 100 { return "\(grouped(rawValue / scale)) \(unit)" }
      let places = rawValue >= scale * 10 ? 1 : 2
      let divisor = scale / (places == 1 ? 10 : 100)
      return "\(decimal(rawValue / divisor, places: places)) \(unit)"
    }
    return ""
  }
}
