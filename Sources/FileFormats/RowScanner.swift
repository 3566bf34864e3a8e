import EventRecords

/// Splits CSV (RFC 4180) into rows and fields without making texts of them, eight bytes at a time.
///
/// Rows end in LF or CR LF; quoted fields may hold commas, quotes (doubled) and line ends; empty
/// lines are skipped. A row with a fault is reported and the scan goes on at the next line.
@safe final class RowScanner {
  /// What the scanner found.
  enum Found: Equatable {
    /// A row; its fields can be read until the next one is asked for.
    case row
    /// A row that cannot be split.
    case fault(MailFault)
    /// The end of the file.
    case end
  }

  /// The longest row, in bytes.
  static let rowLimit = 64 << 10
  /// The most fields of a row that are kept; more are only counted.
  static let fieldLimit = 256

  /// The line on which the current row begins, from 1.
  private(set) var line = 0
  /// How many fields the current row has.
  private(set) var fieldCount = 0
  /// The current row as it stands in the window, without its line end.
  private(set) var rowStart = 0
  private(set) var rowEnd = 0
  let window: ByteWindow
  private var nextLine = 1
  private var isQuoted = false
  /// Fields that had quotes, without them.
  private let scratch: UnsafeMutableRawPointer
  /// For each field: where it begins, where it ends, and where it begins in the window.
  private let starts: UnsafeMutablePointer<Int>
  private let ends: UnsafeMutablePointer<Int>
  private let origins: UnsafeMutablePointer<Int>

  init(_ window: ByteWindow) {
    self.window = window
    unsafe scratch = .allocate(byteCount: Self.rowLimit + ByteWindow.slack, alignment: 64)
    unsafe scratch.initializeMemory(as: UInt8.self, repeating: 0, count: Self.rowLimit + ByteWindow.slack)
    unsafe starts = .allocate(capacity: Self.fieldLimit)
    unsafe starts.initialize(repeating: 0, count: Self.fieldLimit)
    unsafe ends = .allocate(capacity: Self.fieldLimit)
    unsafe ends.initialize(repeating: 0, count: Self.fieldLimit)
    unsafe origins = .allocate(capacity: Self.fieldLimit)
    unsafe origins.initialize(repeating: 0, count: Self.fieldLimit)
  }

  deinit {
    unsafe scratch.deallocate()
    unsafe starts.deallocate()
    unsafe ends.deallocate()
    unsafe origins.deallocate()
  }

  /// Begins again at the file's first byte.
  func rewind() {
    window.rewind()
    nextLine = 1
    line = 0
    fieldCount = 0
  }

  /// Where the fields' bytes are; at least 64 bytes behind each field may be loaded.
  @unsafe var base: UnsafeRawPointer { unsafe isQuoted ? UnsafeRawPointer(scratch) : window.base }

  /// The bytes of field `index` (below `fieldCount` and 256), as offsets from `base`.
  @inline(__always)
  func field(_ index: Int) -> (start: Int, end: Int) {
    precondition(
      index >= 0 && index < min(fieldCount, Self.fieldLimit), "a row was asked for a field it lacks")
    return unsafe (starts[index], ends[index])
  }

  /// The text of field `index`.
  func text(_ index: Int) -> String {
    let (start, end) = field(index)
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: base + start, count: end - start), as: UTF8.self)
  }

  /// The bytes of field `index`.
  func bytes(_ index: Int) -> [UInt8] {
    let (start, end) = field(index)
    return unsafe Array(UnsafeRawBufferPointer(start: base + start, count: end - start))
  }

  /// The line and column on which field `index` begins.
  func position(of index: Int) -> (line: Int, column: Int) {
    guard index < min(fieldCount, Self.fieldLimit) else { return position(at: rowEnd) }
    return unsafe position(at: origins[index])
  }

  /// The line and column of a byte of the row in the window.
  func position(at offset: Int) -> (line: Int, column: Int) {
    var line = self.line
    var column = 1
    for place in rowStart..<max(rowStart, min(offset, rowEnd)) {
      let byte = window[place]
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// The row's bytes as they stand in the file, at most `limit` of them.
  func rowBytes(limit: Int) -> [UInt8] { (rowStart..<min(rowEnd, rowStart + limit)).map { window[$0] } }

  /// Finds the next row that is not empty.
  func next() throws(InvalidInput) -> Found {
    while true {
      line = nextLine
      rowStart = window.start
      if window.start == window.end {
        if try window.refill() { continue }
        fieldCount = 0
        return .end
      }
      switch scanRow() {
      case .incomplete:
        if window.end - window.start > Self.rowLimit { return try skipLongRow() }
        if try !window.refill(), !window.isLast { return try skipLongRow() }
      case .empty:
        nextLine += 1
      case .row:
        if rowEnd - rowStart > Self.rowLimit { return .fault(.tooLong) }
        return .row
      case .encoding: return .fault(.encoding)
      case .quoted:
        if let found = try scanQuotedRow() { return found }
      }
    }
  }

  private enum Scan { case row, empty, incomplete, quoted, encoding }

  /// Splits a row without quotes; steps over it if it is whole.
  private func scanRow() -> Scan {
    let base = unsafe window.base
    let first = window.start
    var at = first
    var fieldStart = first
    var count = 0
    var high: UInt64 = 0
    var hasNUL = false
    scan: while true {
      let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      // Digits, letters, "-", "." and ":" all lie above the comma; quotes and line ends lie below.
      var marks = Bytes.upToComma(word)
      if marks == 0 {
        high |= word
        at &+= 8
        continue
      }
      repeat {
        let bit = marks.trailingZeroBitCount
        let place = at &+ bit &>> 3
        let byte = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit &- 7))
        if byte == 0x2C {
          if count < Self.fieldLimit {
            unsafe starts[count] = fieldStart
            unsafe ends[count] = place
          }
          count &+= 1
          fieldStart = place &+ 1
        } else if byte == 0x0A {
          high |= word & ((1 &<< UInt64(truncatingIfNeeded: bit &- 7)) &- 1)
          at = place
          break scan
        } else if byte == 0x22 {
          return .quoted
        } else if byte == 0 {
          hasNUL = true
        }
        marks &= marks &- 1
      } while marks != 0
      high |= word
      at &+= 8
    }
    if at >= window.end && !window.isLast { return .incomplete }
    return unsafe finish(base, first, at, fieldStart, count, high: high, hasNUL: hasNUL)
  }

  private func finish(
    _ base: UnsafeRawPointer, _ first: Int, _ lineEnd: Int, _ fieldStart: Int, _ commas: Int, high: UInt64,
    hasNUL: Bool
  ) -> Scan {
    var last = min(lineEnd, window.end)
    let next = min(last + 1, window.end)
    if last > first, unsafe base.load(fromByteOffset: last - 1, as: UInt8.self) == 0x0D { last -= 1 }
    window.consume(to: next)
    if last <= first { return .empty }
    isQuoted = false
    rowEnd = last
    nextLine = line + 1
    if commas < Self.fieldLimit {
      unsafe starts[commas] = fieldStart
      unsafe ends[commas] = max(last, fieldStart)
    }
    fieldCount = commas + 1
    for index in 0..<min(fieldCount, Self.fieldLimit) { unsafe origins[index] = starts[index] }
    if hasNUL { return .encoding }
    if high & Bytes.high != 0 {
      let bytes = unsafe UnsafeRawBufferPointer(start: base + first, count: last - first)
      if unsafe firstInvalidUTF8(bytes) != nil { return .encoding }
    }
    return .row
  }

  /// A row too long for any mail: steps over it, up to its next line end.
  private func skipLongRow() throws(InvalidInput) -> Found {
    rowEnd = min(window.end, window.start + 256)
    while true {
      if let lineEnd = window.lineEnd(from: window.start) {
        window.consume(to: lineEnd + 1)
        break
      }
      window.consume(to: window.end)
      if try !window.refill() { break }
    }
    rowStart = window.start
    rowEnd = window.start
    nextLine = line + 1
    fieldCount = 0
    return .fault(.tooLong)
  }

  /// Splits a row that holds quotes, byte by byte; nil if more of the file had to be read first.
  ///
  /// A quote that is never closed spoils its own line alone: the scan goes on at the next one.
  private func scanQuotedRow() throws(InvalidInput) -> Found? {
    var state = QuotedField.start
    var at = window.start
    var out = 0
    var count = 0
    var lines = 1
    begin(count, out, at)
    scan: while true {
      if at == window.end {
        if !window.isLast, window.end - window.start <= Self.rowLimit {
          // What was read so far has moved to the front: the row is begun again, at the file's end too.
          _ = try window.refill()
          return nil
        }
        if state == .inside { return spoiledLine(.quoting) }
        if !window.isLast { return try skipLongRow() }
        break scan
      }
      if at - window.start >= Self.rowLimit {
        return state == .inside ? spoiledLine(.quoting) : try skipLongRow()
      }
      let byte = window[at]
      at += 1
      switch state.step(byte) {
      case .keep:
        unsafe scratch.storeBytes(of: byte, toByteOffset: out, as: UInt8.self)
        out += 1
        if byte == 0x0A { lines += 1 }
      case .drop: continue
      case .comma:
        finish(count, out)
        count += 1
        begin(count, out, at)
      case .lineEnd: break scan
      case .fault: return spoiledLine(.quoting)
      }
    }
    // A carriage return before the line's end belongs to it, unless it was quoted.
    var last = at
    if last > window.start, window[last - 1] == 0x0A { last -= 1 }
    if last > window.start, window[last - 1] == 0x0D {
      last -= 1
      if state != .closed, out > 0 { out -= 1 }
    }
    finish(count, out)
    rowEnd = last
    fieldCount = count + 1
    isQuoted = true
    nextLine = line + lines
    window.consume(to: at)
    let bytes = unsafe UnsafeRawBufferPointer(start: window.base + rowStart, count: rowEnd - rowStart)
    let isText = unsafe firstInvalidUTF8(bytes) == nil && !bytes.contains(0)
    return isText ? .row : .fault(.encoding)
  }

  private func begin(_ index: Int, _ out: Int, _ at: Int) {
    guard index < Self.fieldLimit else { return }
    unsafe starts[index] = out
    unsafe origins[index] = at
  }

  private func finish(_ index: Int, _ out: Int) {
    guard index < Self.fieldLimit else { return }
    unsafe ends[index] = max(out, starts[index])
  }

  /// Gives up the line at the front of the window.
  private func spoiledLine(_ fault: MailFault) -> Found {
    let at = window.lineEnd(from: window.start) ?? window.end
    rowEnd = at
    fieldCount = 0
    nextLine = line + 1
    window.consume(to: at < window.end ? at + 1 : at)
    return .fault(fault)
  }
}

/// Eight bytes looked at together.
enum Bytes {
  static let high: UInt64 = 0x8080_8080_8080_8080
  static let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

  /// The high bit of each byte of `word` that is at most 0x2C, a comma; exact.
  ///
  /// Source: Warren, "Hacker's Delight", 6-1, the form without carries between bytes.
  @inline(__always)
  static func upToComma(_ word: UInt64) -> UInt64 {
    // 0x2D + 0x53 is 0x80: from 0x2D on, the sum has its high bit set.
    ~(((word & low) &+ 0x5353_5353_5353_5353) | word) & high
  }
}
