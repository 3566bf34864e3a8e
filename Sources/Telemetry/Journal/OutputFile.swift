import EventRecords
import Glibc

/// A file that is written from its beginning to its end, and can be cut into segments on the way.
///
/// Belongs to the writing thread, once it is open.
final class OutputFile {
  /// The name under which errors speak of it.
  let name: String
  /// How many bytes it has; those of earlier segments are not among them.
  private(set) var size: Int
  /// Whether something was written that was not synced.
  private(set) var isDirty = false
  private let storage: any JournalStorage
  /// When this segment is full; nil where the file is never cut.
  private let rotation: JournalRotation?
  private var segments: Int
  private var openedAt: Int64
  private var handle: Int32

  /// Makes, empties or opens the file at `path`.
  ///
  /// - Parameters:
  ///   - rotation: when the file is put aside and another begun.
  ///   - now: nanoseconds of the monotonic clock.
  init(
    _ path: String, _ opening: JournalOpening = .fresh, in storage: any JournalStorage,
    rotation: JournalRotation? = nil, now: Int64 = 0
  ) throws(RecorderError) {
    let result = storage.open(path, opening)
    if result < 0 { throw .create(file: path, errno: -result) }
    name = path
    handle = result
    self.storage = storage
    self.rotation = rotation
    openedAt = now
    size = 0
    segments = 0
  }

  /// Cuts off what is not whole; what is written from here on stands behind the place.
  func goOn(at place: LogPlace) throws(RecorderError) {
    let code = storage.truncate(handle, to: place.bytes)
    if code != 0 { throw .write(file: name, errno: -code) }
    size = place.bytes
    segments = place.segments
    isDirty = true
  }

  deinit { _ = close() }

  /// Writes all the bytes: goes on after short and interrupted writes; answers the error number or 0.
  ///
  /// What an error leaves of them is cut off again, as far as that is possible: the file ends with a whole line.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    let before = size
    var rest = unsafe bytes
    var failure: Int32 = 0
    while unsafe !rest.isEmpty, failure == 0 {
      let written = unsafe storage.write(handle, rest)
      if written > 0 {
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        size += written
        isDirty = true
      } else if written == 0 {
        // POSIX allows no progress without an error; going on could go on for ever.
        failure = ENOSPC
      } else if written != -Int(EINTR) {
        failure = Int32(clamping: -written)
      }
    }
    if failure != 0, size > before, storage.truncate(handle, to: before) == 0 { size = before }
    return failure
  }

  /// Makes what was written safe against a power cut; answers the error number or 0.
  ///
  /// After an error nobody knows what is on the disk, and another sync would hide that: it is not tried again.
  func sync() -> Int32 {
    guard isDirty else { return 0 }
    let code = -storage.sync(handle)
    if code == 0 { isDirty = false }
    return code
  }

  /// Whether the file still stands where it was made.
  var isInPlace: Bool { storage.isInPlace(handle, name) }

  /// Puts the file aside as the next segment and begins another, where it is time; answers the error number or 0.
  ///
  /// The segment is safe before it gets its name, and the names are safe before anything is written after it: a
  /// crash in between leaves either name, never both and never a gap.
  func rotateIfDue(now: Int64) -> Int32 {
    guard let rotation, size > 0, rotation.isDue(size: size, age: now - openedAt) else { return 0 }
    var code = sync()
    if code == 0 { code = -storage.rename(name, to: JournalSegment.path(of: name, number: segments + 1)) }
    if code != 0 { return code }
    let next = storage.open(name, .fresh)
    if next < 0 { return -next }
    code = -storage.close(handle)
    handle = next
    segments += 1
    size = 0
    openedAt = now
    return code == 0 ? -storage.syncFolder(of: name) : code
  }

  /// Closes the file; answers the error number, which may be that of an earlier write, or 0.
  func close() -> Int32 {
    guard handle >= 0 else { return 0 }
    defer { handle = -1 }
    return -storage.close(handle)
  }
}

/// When a log is put aside and another begun.
public struct JournalRotation: Hashable, Sendable {
  /// At this size in bytes, or a chunk more.
  public var bytes: Int
  /// After this time in nanoseconds; nil for never.
  public var nanoseconds: Int64?

  /// A rotation by size, and by time where one is given.
  public init(bytes: Int, nanoseconds: Int64? = nil) {
    precondition(bytes > 0, "a segment of a log has room for something")
    self.bytes = bytes
    self.nanoseconds = nanoseconds
  }

  func isDue(size: Int, age: Int64) -> Bool { size >= bytes || nanoseconds.map { age >= $0 } ?? false }
}
