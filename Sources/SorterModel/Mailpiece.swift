import Quantities

/// A mailpiece as it arrives at the feeder: what is really on it, whatever a scanner makes of that.
@frozen
public struct Mailpiece: Hashable, Sendable, BitwiseCopyable {
  /// When it is there to be fed, counted from the run's beginning.
  public var arrivedAt: Instant
  /// Where it is to go.
  public var destination: DestinationCode
  /// What it measures.
  public var dimensions: Dimensions
  /// The id it bears outside, empty for generated mail.
  public var name: ShortText

  /// A mailpiece.
  @inlinable
  public init(
    arrivedAt: Instant, destination: DestinationCode, dimensions: Dimensions, name: ShortText = ShortText()
  ) {
    self.arrivedAt = arrivedAt
    self.destination = destination
    self.dimensions = dimensions
    self.name = name
  }
}

/// Up to 56 bytes of UTF-8 in place: a text that can pass through a ring without allocation.
@frozen
public struct ShortText: Hashable, Sendable, BitwiseCopyable {
  /// The bytes, eight a word, the first one lowest.
  public var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
  /// How many bytes are used, 0 to 56.
  public var count: UInt8

  /// The most bytes it can hold.
  public static let capacity = 56

  /// The empty text.
  @inlinable public init() {
    words = (0, 0, 0, 0, 0, 0, 0)
    count = 0
  }

  /// The text of these bytes; nil if there are more than 56.
  public init?(utf8 bytes: some Sequence<UInt8>) {
    self.init()
    for byte in bytes {
      guard count < Self.capacity else { return nil }
      let bits = UInt64(byte) << (UInt64(count & 7) * 8)
      switch count >> 3 {
      case 0: words.0 |= bits
      case 1: words.1 |= bits
      case 2: words.2 |= bits
      case 3: words.3 |= bits
      case 4: words.4 |= bits
      case 5: words.5 |= bits
      default: words.6 |= bits
      }
      count += 1
    }
  }

  /// The byte at `index`, which must be below `count`.
  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < Int(count), "a short text was read past its end")
    let word =
      switch index >> 3 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      case 3: words.3
      case 4: words.4
      case 5: words.5
      default: words.6
      }
    return UInt8(truncatingIfNeeded: word >> (UInt64(index & 7) * 8))
  }

  /// Whether there is no text.
  @inlinable public var isEmpty: Bool { count == 0 }

  /// Whether both hold the same bytes.
  public static func == (a: ShortText, b: ShortText) -> Bool {
    a.count == b.count && a.words.0 == b.words.0 && a.words.1 == b.words.1 && a.words.2 == b.words.2
      && a.words.3 == b.words.3 && a.words.4 == b.words.4 && a.words.5 == b.words.5 && a.words.6 == b.words.6
  }

  /// Feeds the bytes to a hasher.
  public func hash(into hasher: inout Hasher) {
    for index in 0..<Int(count) { hasher.combine(self[index]) }
  }
}

extension ShortText: CustomStringConvertible {
  /// The text, with bytes that are not UTF-8 replaced.
  public var description: String {
    String(decoding: (0..<Int(count)).map { self[$0] }, as: UTF8.self)
  }
}

/// What a mail supply answers when asked for its next piece.
@frozen
public enum MailAnswer: Hashable, Sendable, BitwiseCopyable {
  /// A piece; the supply has filled it in.
  case piece
  /// A row that cannot be used: its line, and the number of its fault in the journal's vocabulary.
  case refused(line: UInt32, fault: UInt8)
  /// There is no more mail.
  case end
}

/// Where a plant's mail comes from, one piece at a time, in the order of arrival.
public protocol MailSupply: AnyObject {
  /// Fills in the next piece, or says why there is none; after `.end` it is not asked again.
  func next(into piece: inout Mailpiece) -> MailAnswer
}
