import Glibc
import Quantities

/// Shows a run while it lasts: a picture on a terminal, a line now and then elsewhere, or nothing.
final class LiveDisplay {
  /// What a person asked for by a key.
  enum Wish { case stop, acknowledge, shelve, unshelve, toggleHold, reset }

  private let sink: any TextSink
  private let traits: TerminalTraits
  private let isQuiet: Bool
  private(set) var isFullScreen: Bool
  private var nextDue: Nanoseconds
  private var size = (columns: 0, rows: 0)

  /// The time between two pictures, and between two lines.
  private static let redraw = Nanoseconds.milliseconds(200)
  private static let lineInterval = Nanoseconds.seconds(5)

  /// A display that begins now; full-screen where standard error and standard input are a terminal that can do it.
  init(console: Console, isQuiet: Bool, isPlain: Bool, now: Nanoseconds) {
    sink = console.err
    traits = console.errTraits
    self.isQuiet = isQuiet
    isFullScreen = false
    nextDue = now + Self.lineInterval
    guard !isQuiet, !isPlain, traits.isTerminal, let size = Self.terminalSize,
      size.columns >= LiveFrame.leastWidth, size.rows >= LiveFrame.leastHeight,
      TerminalGuard.isPossible(screen: STDERR_FILENO, keyboard: STDIN_FILENO)
    else { return }
    sink.flush()
    isFullScreen = TerminalGuard.enter(screen: STDERR_FILENO, keyboard: STDIN_FILENO)
    nextDue = now
  }

  deinit { close() }

  /// Gives the terminal back.
  func close() {
    guard isFullScreen else { return }
    isFullScreen = false
    sink.flush()
    TerminalGuard.finish()
  }

  /// Waits up to a tenth of a second for a key, and says what it wants.
  func waitForWish() -> Wish? {
    guard isFullScreen else {
      // A signal ends the sleep, and the run with it.
      _ = usleep(100_000)
      return nil
    }
    var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, 100) > 0 else { return nil }
    var key: UInt8 = 0
    guard unsafe read(STDIN_FILENO, &key, 1) == 1 else {
      // The terminal is gone: SIGHUP says so too, if it comes.
      _ = usleep(100_000)
      return nil
    }
    switch key {
    case UInt8(ascii: "q"), UInt8(ascii: "Q"), 3: return .stop
    case UInt8(ascii: "a"), UInt8(ascii: "A"): return .acknowledge
    case UInt8(ascii: "s"), UInt8(ascii: "S"): return .shelve
    case UInt8(ascii: "u"), UInt8(ascii: "U"): return .unshelve
    case UInt8(ascii: "h"), UInt8(ascii: "H"): return .toggleHold
    case UInt8(ascii: "r"), UInt8(ascii: "R"): return .reset
    default: return nil
    }
  }

  /// Shows the run if it is time to; a snapshot is taken only then.
  func update(now: Nanoseconds, _ snapshot: () -> LiveSnapshot) {
    if isQuiet || now < nextDue { return }
    nextDue = now + (isFullScreen ? Self.redraw : Self.lineInterval)
    if isFullScreen { return draw(snapshot()) }
    let frame = LiveFrame(shot: snapshot(), width: traits.width, height: 1, isUnicode: traits.isUnicode)
    sink.write(frame.sentence + "\n")
    sink.flush()
  }

  private func draw(_ snapshot: LiveSnapshot) {
    let now = Self.terminalSize ?? (80, 24)
    var text = "\u{1B}[H"
    if now != size {
      size = now
      text += "\u{1B}[2J"
    }
    let frame = LiveFrame(
      shot: snapshot, width: max(20, now.columns), height: max(4, now.rows), isUnicode: traits.isUnicode)
    // Each line ends with "clear to the end", so that nothing of the picture before stays.
    text += frame.lines.map { $0.painted(traits.style) + "\u{1B}[K" }.joined(separator: "\r\n")
    sink.write(text + "\u{1B}[J")
    sink.flush()
  }

  private static var terminalSize: (columns: Int, rows: Int)? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
