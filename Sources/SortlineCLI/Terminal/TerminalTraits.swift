import Glibc

/// What may be written to a place: how wide, with colour or without, beyond ASCII or not.
package struct TerminalTraits: Sendable, Equatable {
  /// Whether it is a terminal that can move its cursor.
  package var isTerminal: Bool
  /// How many columns it has.
  package var width: Int
  /// Whether colour is wanted.
  package var style: TextStyle
  /// Whether characters beyond ASCII will be seen as such.
  package var isUnicode: Bool

  /// A place with these traits.
  package init(isTerminal: Bool, width: Int = 80, isColoured: Bool = false, isUnicode: Bool = false) {
    self.isTerminal = isTerminal
    self.width = width
    style = TextStyle(isColoured: isColoured)
    self.isUnicode = isUnicode
  }

  /// A plain file of 80 columns.
  package static let plain = TerminalTraits(isTerminal: false)

  /// The traits of an open descriptor.
  ///
  /// Colour needs a terminal, no `NO_COLOR` in the environment and a `TERM` other than `dumb`.
  /// The width is the terminal's own, else that of `COLUMNS`, else 80.
  package static func of(descriptor: Int32, environment: [String: String]) -> TerminalTraits {
    let term = environment["TERM"] ?? "dumb"
    let isTerminal = isatty(descriptor) == 1
    let canMove = isTerminal && term != "dumb"
    let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let locale =
      [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]]
      .compactMap(\.self).first { !$0.isEmpty } ?? ""
    let upper = locale.uppercased()
    return TerminalTraits(
      isTerminal: canMove, width: columns(of: descriptor) ?? environment["COLUMNS"].flatMap(readWidth) ?? 80,
      isColoured: canMove && !noColour, isUnicode: upper.contains("UTF-8") || upper.contains("UTF8"))
  }

  private static func readWidth(_ text: String) -> Int? {
    Int(text).flatMap { (1...10_000).contains($0) ? $0 : nil }
  }

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    let answer = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}
