import RingBuffer

/// A record as large as the journal's, whose every word depends on its number, so that a torn one shows.
struct Record: BitwiseCopyable, Sendable {
  private var words: InlineArray<8, UInt64>

  /// The number it was made with, if no word is from another record.
  var number: Int? {
    let expected = Record(Int(truncatingIfNeeded: words[0]))
    for place in 0..<8 where words[place] != expected.words[place] { return nil }
    return Int(truncatingIfNeeded: words[0])
  }

  init(_ number: Int) {
    let word = UInt64(truncatingIfNeeded: number)
    words = InlineArray { word &* (UInt64($0) &* 0x9E37_79B9_7F4A_7C14 | 1) }
  }
}

/// Both ends of a ring behind one reference; each end belongs to one thread.
///
/// The product's ring and the broken ones are put to the same stress through this.
protocol RingUnderTest: AnyObject, Sendable {
  init(capacity: Int)

  // The producer's thread.
  func hasRoom() -> Bool
  func push(_ record: Record) -> Bool
  func stage(_ record: Record) -> Bool
  func publish()
  func close()
  var producerIsOrderly: Bool { get }

  // The consumer's thread.
  var isClosed: Bool { get }
  func pop() -> Record?
  func drain(upTo limit: Int, _ body: (borrowing Record) -> Void) -> Int
  var consumerIsOrderly: Bool { get }
}

/// The product's own ring.
final class ProductRing: RingUnderTest, @unchecked Sendable {
  private var producer: RingProducer<Record>
  private var consumer: RingConsumer<Record>

  init(capacity: Int) {
    let ring = RingBuffer<Record>(capacity: capacity)
    producer = ring.makeProducer()
    consumer = ring.makeConsumer()
  }

  func hasRoom() -> Bool { producer.hasRoom() }
  func push(_ record: Record) -> Bool { producer.tryPush(record) }
  func stage(_ record: Record) -> Bool { producer.stage(record) }
  func publish() { producer.publish() }
  func close() { producer.close() }
  var producerIsOrderly: Bool { producer.invariantsHold }

  var isClosed: Bool { consumer.isClosed }
  func pop() -> Record? { consumer.tryPop() }
  func drain(upTo limit: Int, _ body: (borrowing Record) -> Void) -> Int {
    consumer.drain(upTo: limit, body)
  }
  var consumerIsOrderly: Bool { consumer.invariantsHold }
}
