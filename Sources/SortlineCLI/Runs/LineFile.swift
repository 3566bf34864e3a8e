import Glibc

/// A text file read line by line in large blocks: memory stays flat however long the file is.
package final class LineFile {
  private let descriptor: Int32
  private var block: [UInt8]
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// The number of the line that `next` gave last, from 1.
  package private(set) var lineNumber = 0
  /// Where that line begins in the file.
  package private(set) var lineOffset = 0
  /// Whether the last line given had no line feed: a torn tail.
  package private(set) var isTorn = false
  private var consumed = 0

  /// A line longer than this ends the reading: no file of a run has one.
  static let longestLine = 1 << 22

  /// Opens the file; nil if it is not there or cannot be read (`errno` says why).
  package init?(path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
    self.descriptor = descriptor
    block = [UInt8](repeating: 0, count: 1 << 20)
  }

  deinit { close(descriptor) }

  /// The next line without its line feed; nil at the end.
  ///
  /// The slice shares the reader's block: it is good until the next call.
  package func next() throws(CommandFailure) -> ArraySlice<UInt8>? {
    while true {
      if let feed = findFeed() {
        let line = block[start..<feed]
        start = feed + 1
        advance(line.count + 1)
        return line
      }
      if isAtEnd {
        guard start < end else { return nil }
        let line = block[start..<end]
        start = end
        isTorn = true
        advance(line.count)
        return line
      }
      try refill()
    }
  }

  private func advance(_ bytes: Int) {
    lineOffset = consumed
    consumed += bytes
    lineNumber += 1
  }

  private func findFeed() -> Int? {
    unsafe block.withUnsafeBytes { bytes -> Int? in
      guard start < end, let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, 0x0A, end - start)
      else { return nil }
      return unsafe base.distance(to: UnsafeRawPointer(found))
    }
  }

  /// Moves the unread rest to the front and reads behind it.
  private func refill() throws(CommandFailure) {
    if start > 0 {
      block.replaceSubrange(0..<end - start, with: Array(block[start..<end]))
      end -= start
      start = 0
    }
    if end == block.count {
      guard block.count < Self.longestLine else {
        throw CommandFailure(.badData, "line \(lineNumber + 1) is longer than \(Self.longestLine) bytes")
      }
      block.append(contentsOf: repeatElement(0, count: block.count))
    }
    let room = block.count - end
    let got = unsafe block.withUnsafeMutableBytes { bytes in
      unsafe read(descriptor, bytes.baseAddress! + end, room)
    }
    if got < 0 && errno != EINTR { throw CommandFailure(.noInput, "cannot read: \(describeError(errno))") }
    if got == 0 { isAtEnd = true }
    end += max(0, got)
  }
}

extension ArraySlice<UInt8> {
  /// Whether the bytes contain `pattern` somewhere.
  package func contains(bytes pattern: [UInt8]) -> Bool {
    guard let first = pattern.first, count >= pattern.count else { return pattern.isEmpty }
    let length = pattern.count
    return unsafe withUnsafeBytes { bytes in
      var at = 0
      let last = bytes.count - length
      while at <= last {
        guard let base = bytes.baseAddress,
          let found = unsafe memchr(base + at, Int32(first), last - at + 1)
        else { return false }
        at = unsafe base.distance(to: UnsafeRawPointer(found))
        var matched = 1
        while matched < length, unsafe bytes[at + matched] == pattern[matched] { matched += 1 }
        if matched == length { return true }
        at += 1
      }
      return false
    }
  }
}
