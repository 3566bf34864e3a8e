/// A prepared piece of text in a fragment table.
@safe
struct Fragment {
  let start: UnsafePointer<UInt8>
  let count: Int
}

/// Texts that lines are put together from, escaped once and found by number.
///
/// One flat block, with slack behind the last text because cursors copy whole blocks.
@safe
struct FragmentTable: ~Copyable {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let places: UnsafeMutablePointer<(offset: Int, count: Int)>
  let count: Int
  /// The longest text in bytes.
  let longest: Int

  /// A table of these texts, numbered from 0.
  init(_ texts: [[UInt8]]) {
    let total = texts.reduce(0) { $0 + $1.count }
    unsafe bytes = .allocate(capacity: total + LineCursor.slack)
    unsafe bytes.initialize(repeating: 0, count: total + LineCursor.slack)
    unsafe places = .allocate(capacity: max(1, texts.count))
    count = texts.count
    longest = texts.map(\.count).max() ?? 0
    var offset = 0
    for (index, text) in texts.enumerated() {
      unsafe (places + index).initialize(to: (offset, text.count))
      for (place, byte) in text.enumerated() { unsafe bytes[offset + place] = byte }
      offset += text.count
    }
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe places.deallocate()
  }

  /// The text with this number, which must be in the table.
  @inline(__always)
  subscript(index: Int) -> Fragment {
    precondition(index >= 0 && index < count, "a text beyond the table was asked for")
    let place = unsafe places[index]
    return unsafe Fragment(start: UnsafePointer(bytes + place.offset), count: place.count)
  }
}
