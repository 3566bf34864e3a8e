import EventRecords
import Quantities
import SorterModel

/// What the journal remembers of a piece under way, for its row in pieces.csv and its id in each event.
struct PieceSlot: BitwiseCopyable {
  // 0: the slot is empty.
  var piece: UInt64 = 0
  var arrivedAt: Int64 = 0
  var inductedAt: Int64 = 0
  // The destination's characters, 8 + 4, the first lowest; zero bytes behind the last.
  var codeHead: UInt64 = 0
  var codeTail: UInt64 = 0
  // The packed sides of `EventRecord.b`.
  var sides: UInt64 = 0
  var weight: UInt32 = 0
  var planLine: UInt32 = 0
  var bin = BinID.none
  var sizeClass = SizeClassID.none
  var quality = ReadQuality.good
  var choice = Choice.primary
  var laps: UInt8 = 0
  var flags: UInt8 = 0
  var id = ShortText()

  static let assigned: UInt8 = 1
  static let recirculated: UInt8 = 2
  /// The id can be copied as it is into JSON and CSV.
  static let plainID: UInt8 = 4

  var isAssigned: Bool { flags & Self.assigned != 0 }
  var isRecirculated: Bool { flags & Self.recirculated != 0 }
  var hasPlainID: Bool { flags & Self.plainID != 0 }

  init() {}

  /// A piece that has just been inducted.
  init(_ record: EventRecord, id: ShortText) {
    piece = record.piece.rawValue
    arrivedAt = record.arrivedAt.rawValue
    inductedAt = record.elapsed.rawValue
    laps = record.lap
    if !id.isEmpty {
      self.id = id
      if Self.isPlain(id) { flags |= Self.plainID }
    }
  }

  private static func isPlain(_ id: ShortText) -> Bool {
    if Escaping.beginsFormula(id[0]) { return false }
    for index in 0..<Int(id.count) where !Escaping.isPlain(id[index]) { return false }
    return true
  }

  /// Takes over what an assignment says.
  mutating func assign(_ record: EventRecord) {
    flags |= Self.assigned
    if record.kind == .pieceAssigned {
      (codeHead, codeTail) = CodeText.characters(of: record.code)
      sides = record.b
      weight = record.count
      quality = record.quality
      sizeClass = record.sizeClass
    }
    planLine = record.planLine
    bin = record.bin
    choice = record.choice
  }
}

/// The characters of a destination code, without division by variables.
enum CodeText {
  private static let pair: UInt64 = 37 * 37
  private static let six: UInt64 = 37 * 37 * 37 * 37 * 37 * 37

  /// Up to 8 and 4 characters as bytes, the first lowest; zero bytes behind the last.
  static func characters(of code: DestinationCode) -> (head: UInt64, tail: UInt64) {
    let first = sixCharacters(code.rawValue / six)
    let rest = code.rawValue % six
    if rest == 0 { return (first, 0) }
    let last = sixCharacters(rest)
    return (first | last << 48, last >> 16)
  }

  /// How many of the eight bytes are characters.
  static func count(_ word: UInt64) -> Int { (64 - word.leadingZeroBitCount + 7) >> 3 }

  /// Six characters from a number below 37^6.
  private static func sixCharacters(_ value: UInt64) -> UInt64 {
    let high = value / (pair * pair)
    let rest = value % (pair * pair)
    return twoCharacters(high) | twoCharacters(rest / pair) << 16 | twoCharacters(rest % pair) << 32
  }

  private static func twoCharacters(_ value: UInt64) -> UInt64 {
    character(value / 37) | character(value % 37) << 8
  }

  /// 0 for no character, 1...10 for digits, 11...36 for letters.
  private static func character(_ digit: UInt64) -> UInt64 {
    digit == 0 ? 0 : digit <= 10 ? digit &+ 0x2F : digit &+ 0x36
  }
}
