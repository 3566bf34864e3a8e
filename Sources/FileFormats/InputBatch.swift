import EventRecords
import Glibc

/// Inputs of lines that follow one another, in room that is given once.
public struct InputBatch: Sendable {
  /// The inputs, and behind them room for more.
  public private(set) var records: [EventRecord]
  /// How many inputs there are.
  public private(set) var count = 0

  /// Room for so many inputs.
  public init(capacity: Int = 4096) {
    let none = EventRecord(mark: 0, at: .start, position: .zero)
    records = Array(repeating: none, count: max(1, capacity))
  }

  /// Where a row of lines stands.
  struct Place: Hashable, Sendable {
    /// The number that the next line must bear; nil where the first one tells it.
    var number: UInt64?
    /// The checksum of the line before.
    var checksum: UInt32
  }

  mutating func removeAll() { count = 0 }

  mutating func append(_ record: EventRecord) {
    records[count] = record
    count += 1
  }

  /// Takes in the lines of `text` as far as they are whole and sound, and as there is room.
  ///
  /// - Parameter place: moves on behind the last of them.
  /// - Returns: how many bytes they have.
  mutating func take(
    _ text: UnsafeRawBufferPointer, from place: inout Place, kinds: [InputLineScanner.KindName]
  ) -> Int {
    guard let base = text.baseAddress else { return 0 }
    // In locals: what is reached through a reference is loaded anew for each line.
    var chain = LineChecksum(value: place.checksum)
    var sound = place
    var start = 0
    var filled = count
    var shape = InputLineScanner.HeadShape()
    unsafe records.withUnsafeMutableBufferPointer { room in
      while filled < room.count, let found = unsafe memchr(base + start, 0x0A, text.count - start) {
        let end = unsafe UnsafeRawPointer(found) - base
        let line = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
        guard unsafe LineChecksum.ends(line, with: .input) else { break }
        var scanner = unsafe InputLineScanner(line, end: line.count - LineChecksum.Ending.input.count)
        // Written where it stays: a record that is moved costs more than many of its fields.
        guard unsafe scanner.read(kinds, like: &shape, into: &room[filled]) else { break }
        guard unsafe chain.take(line, ending: .input) else { break }
        guard sound.number == nil || sound.number == scanner.number else { break }
        sound = Place(number: scanner.number &+ 1, checksum: chain.value)
        filled &+= 1
        start = end &+ 1
      }
    }
    count = filled
    place = sound
    return start
  }
}
