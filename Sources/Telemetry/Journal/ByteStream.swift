/// The formatter's end of one file: lines are put into a chunk, full chunks go to the file writer.
@safe
struct ByteStream: ~Copyable {
  private let writer: FileWriter
  private let file: Int32
  // No line is longer than this, slack included.
  private let reserve: Int
  private var chunk: Int32
  private var start: UnsafeMutablePointer<UInt8>
  private var at: UnsafeMutablePointer<UInt8>
  private var end: UnsafeMutablePointer<UInt8>
  private let chunkBytes: Int

  /// A stream to this file of the writer.
  init(_ writer: FileWriter, file: Int, longestLine: Int, chunkBytes: Int = FileWriter.chunkBytes) {
    self.writer = writer
    self.file = Int32(file)
    self.chunkBytes = chunkBytes
    reserve = longestLine + LineCursor.slack
    precondition(reserve <= chunkBytes, "a line is longer than a chunk")
    chunk = writer.takeChunk()
    unsafe start = writer.memory(of: chunk)
    unsafe at = start
    unsafe end = start + chunkBytes
  }

  /// A cursor with room for the longest line.
  @inline(__always)
  mutating func begin() -> LineCursor {
    if unsafe end - at < reserve { handOver() }
    return unsafe LineCursor(at: at)
  }

  /// Keeps what the cursor has written.
  @inline(__always)
  mutating func commit(_ cursor: LineCursor) {
    unsafe precondition(cursor.at <= end, "a line was longer than its reserve")
    unsafe at = cursor.at
  }

  /// Writes a text that is no longer than the longest line.
  mutating func write(_ text: String) {
    var line = begin()
    line.bytes(text.utf8)
    commit(line)
  }

  /// Gives the chunk away, if anything is in it, and waits for another.
  @inline(never)
  mutating func handOver() {
    if unsafe at == start { return }
    submit()
    chunk = writer.takeChunk()
    unsafe start = writer.memory(of: chunk)
    unsafe at = start
    unsafe end = start + chunkBytes
  }

  private func submit() {
    writer.submit(FileWriter.Job(file: file, chunk: chunk, count: unsafe at - start))
  }

  /// Gives what is left to the writer.
  consuming func finish() { submit() }
}
