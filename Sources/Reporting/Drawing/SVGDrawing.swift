/// An SVG picture put together from shapes; colours come from the page's style by class, so that dark and print fit.
///
/// Numbers have one decimal: the same drawing is the same bytes.
struct SVGDrawing {
  /// Which end of a text stands at its place.
  enum Anchor: String {
    case start, middle, end
  }

  let width: Double
  let height: Double
  /// What somebody hears who cannot see it.
  let title: String
  private var body = ""

  /// An empty picture.
  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  /// Adds a rectangle; `hint` is what it says when it is pointed at.
  mutating func box(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, hint: String = "",
    more: String = ""
  ) {
    let shape =
      "<rect class=\"\(style)\" x=\"\(shortNumber(x))\" y=\"\(shortNumber(y))\" width=\"\(shortNumber(max(0, width)))\""
      + " height=\"\(shortNumber(max(0, height)))\"\(more)"
    body += hint.isEmpty ? shape + "/>" : shape + "><title>\(markup(hint))</title></rect>"
  }

  /// Adds a straight line.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body +=
      "<line class=\"\(style)\" x1=\"\(shortNumber(x1))\" y1=\"\(shortNumber(y1))\" x2=\"\(shortNumber(x2))\""
      + " y2=\"\(shortNumber(y2))\"/>"
  }

  /// Adds words.
  mutating func text(
    _ x: Double, _ y: Double, _ words: String, _ style: String = "", _ anchor: Anchor = .start
  ) {
    let end = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let how = style.isEmpty ? "" : " class=\"\(style)\""
    body += "<text x=\"\(shortNumber(x))\" y=\"\(shortNumber(y))\"\(how)\(end)>\(markup(words))</text>"
  }

  /// Adds a path by its commands.
  mutating func path(_ commands: String, _ style: String) {
    if !commands.isEmpty { body += "<path class=\"\(style)\" d=\"\(commands)\"/>" }
  }

  /// Adds what was put together elsewhere.
  mutating func raw(_ elements: String) { body += elements }

  /// The picture as an element of the page.
  func element(_ style: String = "") -> String {
    let size = "\(shortNumber(width)) \(shortNumber(height))"
    return
      "<svg class=\"chart \(style)\" viewBox=\"0 0 \(size)\" role=\"img\" aria-label=\"\(markup(title))\">\(body)</svg>\n"
  }
}
