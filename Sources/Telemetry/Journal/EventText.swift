import EventRecords
import Quantities
import SorterModel

/// Lines of events.jsonl one by one, for those who hold a recomputed event against a written one.
@safe
public struct EventText: ~Copyable {
  private var formatter: EventFormatter
  private let memory: UnsafeMutablePointer<UInt8>

  /// The lines of this run, from the first.
  public init(_ run: RunDescription) {
    formatter = EventFormatter(run)
    unsafe memory = .allocate(capacity: formatter.longestLine + LineCursor.slack)
  }

  deinit { unsafe memory.deallocate() }

  /// The next line, without the piece's outside id and without its line end.
  public mutating func line(for record: EventRecord) -> String {
    var cursor = unsafe LineCursor(at: memory)
    unsafe formatter.write(record, slot: nil, fed: 0, to: &cursor)
    let bytes = unsafe UnsafeBufferPointer(start: memory, count: cursor.at - memory - 1)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
