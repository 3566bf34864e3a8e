import EventRecords

/// Whole lines of inputs.jsonl that are read apart from those before them.
///
/// What a line's checksum begins with stands at the end of the line before, so that a stretch can be held
/// against it before that line was looked at. Whether the two fit is for whoever takes the stretches in order:
/// `InputLineReader.pass`. One thread at a time.
@safe
public final class InputStretch: @unchecked Sendable {
  /// How long stretches are unless somebody says otherwise: text and records stay in a processor's own cache.
  public static let bytes = 1 << 16

  /// The sound lines at its beginning.
  public private(set) var batch: InputBatch
  /// Whether all of its lines are among them.
  public private(set) var isSound = false
  /// How many bytes they have.
  private(set) var soundBytes = 0
  /// Where in the file it begins.
  private(set) var offset = 0
  /// Behind its sound lines.
  private(set) var end = InputBatch.Place(checksum: 0)
  private var file: OpenFile?
  private var count = 0
  private var start = InputBatch.Place(checksum: 0)
  private let kinds = InputLineScanner.kindNames
  private let buffer: UnsafeMutableRawBufferPointer

  /// The shortest line is `[1,0,0,"jam","01234567"]` with its end.
  private static let shortestLine = 25

  /// Room for stretches of up to so many bytes.
  public init(bytes: Int = InputStretch.bytes) {
    unsafe buffer = .allocate(byteCount: bytes + ByteWindow.slack, alignment: 64)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0x0A)
    batch = InputBatch(capacity: bytes / Self.shortestLine + 1)
  }

  deinit { unsafe buffer.deallocate() }

  /// The number of its first line; nil where that is not sound.
  var number: UInt64? { batch.count == 0 ? nil : end.number.map { $0 &- UInt64(batch.count) } }

  func cut(_ file: OpenFile, from offset: Int, count: Int, checksum: UInt32) {
    precondition(unsafe count <= buffer.count - ByteWindow.slack, "a stretch is longer than its room")
    self.file = file
    self.offset = offset
    self.count = count
    start = InputBatch.Place(checksum: checksum)
  }

  /// Reads it from its file, as far as it is sound.
  public func read() {
    batch.removeAll()
    soundBytes = 0
    end = start
    isSound = false
    // A file that cannot be read here cannot be read by who goes on behind, and is told there.
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    guard let file, let have = unsafe try? file.fill(room, at: offset) else { return }
    let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<have])
    soundBytes = unsafe batch.take(text, from: &end, kinds: kinds)
    isSound = soundBytes == count
  }
}
