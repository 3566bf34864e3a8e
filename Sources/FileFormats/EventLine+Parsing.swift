extension EventLine {
  /// The event that one line of events.jsonl spells, without its line end; nil if it is none.
  public init?(parsing text: String) {
    let window = ByteWindow(Array(text.utf8), name: "")
    var scanner = EventLineScanner(window: window, at: window.start, end: window.end)
    guard let event = scanner.event() else { return nil }
    self = event
  }
}
