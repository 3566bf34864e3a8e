import Glibc

/// A stretch of a file in memory that moves forward: one fixed buffer, whatever the file's size.
///
/// Eight newline bytes always stand behind the last byte read, so that a scan for a line's end that
/// takes eight bytes at a time stops there of its own. Not for use from two threads at once.
@safe final class ByteWindow {
  /// The file's name as messages show it.
  let name: String
  /// How many bytes the window can hold.
  let capacity: Int
  /// The first byte not yet consumed, as an offset into the buffer.
  private(set) var start = 0
  /// Behind the last byte read, as an offset into the buffer.
  private(set) var end = 0
  /// Whether the file has no bytes beyond `end`.
  private(set) var isLast = false
  /// Where in the file the buffer's first byte stands.
  private(set) var fileOffset = 0
  private let file: OpenFile?
  private let buffer: UnsafeMutableRawBufferPointer

  /// Bytes behind the window that may be loaded, though they mean nothing.
  static let slack = 64

  /// A window on `file`, at its beginning.
  init(_ file: OpenFile, capacity: Int = 1 << 20) {
    self.file = file
    name = file.name
    self.capacity = capacity
    unsafe buffer = .allocate(byteCount: capacity + Self.slack, alignment: 64)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0x0A)
  }

  /// A window on bytes in memory: all of them at once.
  init(_ bytes: some Collection<UInt8>, name: String) {
    file = nil
    self.name = name
    capacity = bytes.count
    unsafe buffer = .allocate(byteCount: capacity + Self.slack, alignment: 64)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0x0A)
    unsafe buffer.copyBytes(from: bytes)
    end = bytes.count
    isLast = true
  }

  deinit { unsafe buffer.deallocate() }

  /// Where a byte of the buffer stands, in words: its offset, and the file where there are several.
  func place(of offset: Int) -> String {
    guard let file else { return "byte \(fileOffset + offset)" }
    let (name, place) = file.place(of: fileOffset + offset)
    return name == self.name ? "byte \(place)" : "byte \(place) of \(name)"
  }

  /// What a log is gone on with behind the bytes consumed; nil where more than its last file would be cut.
  var logPlace: (segments: Int, bytes: Int)? {
    guard let file else { return (0, start) }
    return file.place(endingAt: fileOffset + start)
  }

  /// The buffer's first byte; `start`, `end` and the slack are counted from here.
  @unsafe var base: UnsafeRawPointer {
    // The buffer is never empty: it has its slack.
    unsafe UnsafeRawPointer(buffer.baseAddress.unsafelyUnwrapped)
  }

  /// The byte at an offset into the buffer, below `end`; those before `start` last until the next refill.
  subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < end, "a byte outside the window was asked for")
    return unsafe buffer[offset]
  }

  /// Where the line that holds the byte at `place` ends (its LF); nil if not within the window.
  func lineEnd(from place: Int) -> Int? {
    precondition(place >= 0 && place <= end, "a line outside the window was asked for")
    guard place < end, let found = unsafe memchr(base + place, 0x0A, end - place) else { return nil }
    return unsafe UnsafeRawPointer(found) - base
  }

  /// Gives up the bytes before `offset`.
  func consume(to offset: Int) {
    precondition(offset >= start && offset <= end, "more was consumed than the window holds")
    start = offset
  }

  /// Begins again at the file's first byte.
  func rewind() { move(to: 0) }

  /// Goes on at this byte of the file.
  func move(to place: Int) {
    if file == nil {
      start = place
      return
    }
    start = 0
    end = 0
    fileOffset = place
    isLast = false
  }

  /// Moves what is left to the front and reads on; false if the file has ended or the window is full.
  func refill() throws(InvalidInput) -> Bool {
    guard let file, !isLast, end - start < capacity else { return false }
    if start > 0 {
      let left = end - start
      unsafe buffer.baseAddress.unsafelyUnwrapped.copyMemory(
        from: base.advanced(by: start), byteCount: left)
      fileOffset += start
      start = 0
      end = left
    }
    let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[end..<capacity])
    let count = try unsafe file.read(into: free, at: fileOffset + end)
    end += count
    if count == 0 { isLast = true }
    for place in end..<(end + 8) { unsafe buffer[place] = 0x0A }
    return count > 0
  }
}
