import RingBuffer
import Testing

/// Both ends of a ring behind a reference, because expectations cannot hold non-copyable values.
private final class Ends {
  let ring: RingBuffer<Int>
  private var producer: RingProducer<Int>
  private var consumer: RingConsumer<Int>

  init(capacity: Int) {
    ring = RingBuffer(capacity: capacity)
    producer = ring.makeProducer()
    consumer = ring.makeConsumer()
  }

  var full: Int { producer.fullCount }
  var isClosed: Bool { consumer.isClosed }
  var isOrderly: Bool { producer.invariantsHold && consumer.invariantsHold }
  func push(_ value: Int) -> Bool { producer.tryPush(value) }
  func push(all values: some Sequence<Int>) -> Int { producer.push(contentsOf: values) }
  func stage(_ value: Int) -> Bool { producer.stage(value) }
  func publish() { producer.publish() }
  func publish(every batch: Int) { producer.publish(every: batch) }
  func hasRoom() -> Bool { producer.hasRoom() }
  func close() { producer.close() }
  func rest() {
    producer.rest()
    consumer.rest()
  }
  func waiting() -> Int { consumer.waiting() }
  func pop() -> Int? { consumer.tryPop() }
  func drain(upTo limit: Int = .max) -> [Int] {
    var values: [Int] = []
    let count = consumer.drain(upTo: limit) { values.append($0) }
    return count == values.count ? values : []
  }
  func pop(upTo limit: Int) -> [Int] {
    var values: [Int] = []
    let count = consumer.pop(upTo: limit, into: &values)
    return count == values.count ? values : []
  }
}

private struct Odd: BitwiseCopyable, Equatable, Sendable {
  var number: Int
  var last: UInt8
}

private struct Wide: BitwiseCopyable, Equatable, Sendable {
  var first: SIMD8<Int>
  var last: UInt8
}

@Suite("A ring of one producer and one consumer")
struct RingTests {
  @Test("a new ring is empty", arguments: [1, 2, 4, 1024])
  func newRing(capacity: Int) {
    let ends = Ends(capacity: capacity)
    #expect(ends.pop() == nil)
    #expect(ends.ring.depth == 0 && ends.ring.fullCount == 0 && ends.ring.capacity == capacity)
    #expect(ends.isOrderly)
  }

  @Test("a full ring refuses, counts the refusal and overwrites nothing", arguments: [1, 2, 4, 1024])
  func fullRing(capacity: Int) {
    let ends = Ends(capacity: capacity)
    for value in 0..<capacity { #expect(ends.push(value)) }
    #expect(!ends.push(99))
    #expect(!ends.push(99))
    #expect(ends.full == 2 && ends.ring.fullCount == 2 && ends.ring.depth == capacity)
    #expect(!ends.hasRoom())
    #expect(ends.full == 2)
    for value in 0..<capacity { #expect(ends.pop() == value) }
    #expect(ends.pop() == nil)
    #expect(ends.hasRoom() && ends.push(7))
    #expect(ends.pop() == 7 && ends.isOrderly)
  }

  @Test("order is kept over many times round the ring", arguments: [1, 2, 4, 1024])
  func wrap(capacity: Int) {
    let ends = Ends(capacity: capacity)
    var next = 0
    var expected = 0
    for round in 0..<5 * capacity + 7 {
      // Fill by a changing amount, take a changing amount.
      for _ in 0...(round % capacity) where ends.push(next) { next += 1 }
      for _ in 0...(round * 7 % capacity) {
        guard let value = ends.pop() else { break }
        if value != expected { Issue.record("took \(value) instead of \(expected)") }
        expected += 1
      }
      #expect(ends.isOrderly)
    }
    while let value = ends.pop() {
      #expect(value == expected)
      expected += 1
    }
    #expect(expected == next && next > 4 * capacity)
  }

  @Test("what is staged is not seen before it is published")
  func staging() {
    let ends = Ends(capacity: 8)
    #expect(ends.stage(1) && ends.stage(2))
    #expect(ends.pop() == nil && ends.ring.depth == 0)
    ends.publish()
    #expect(ends.ring.depth == 2)
    #expect(ends.drain() == [1, 2])
    #expect(ends.stage(3))
    ends.publish(every: 4)
    #expect(ends.pop() == nil)
    #expect(ends.stage(4))
    ends.publish(every: 4)
    #expect(ends.drain() == [3, 4])
  }

  @Test("batches are pushed, drained and popped as far as there is room and there are elements")
  func batches() {
    let ends = Ends(capacity: 8)
    #expect(ends.push(all: 0..<20) == 8)
    #expect(ends.full == 1)
    #expect(ends.drain(upTo: 3) == [0, 1, 2])
    #expect(ends.push(all: 8..<10) == 2)
    #expect(ends.pop(upTo: 4) == [3, 4, 5, 6])
    #expect(ends.drain() == [7, 8, 9])
    #expect(ends.drain().isEmpty && ends.drain(upTo: 0).isEmpty)
  }

  @Test("what waits is counted over several batches, and through a drain that stops within one")
  func waiting() {
    let ends = Ends(capacity: 8)
    #expect(ends.waiting() == 0)
    #expect(ends.push(all: 0..<3) == 3 && ends.push(3) && ends.push(all: 4..<6) == 2)
    #expect(ends.drain(upTo: 2) == [0, 1])
    #expect(ends.ring.depth == 4 && ends.waiting() == 4 && ends.ring.depth == 4)
    #expect(ends.drain(upTo: 3) == [2, 3, 4])
    #expect(ends.push(all: 6..<20) == 7 && ends.waiting() == 8 && ends.ring.depth == 8)
    ends.rest()
    #expect(ends.drain() == [5, 6, 7, 8, 9, 10, 11, 12])
    #expect(ends.waiting() == 0 && ends.ring.depth == 0 && ends.isOrderly)
  }

  @Test("publishing with nothing staged shows nothing, empty or full")
  func emptyBatch() {
    let ends = Ends(capacity: 4)
    for round in 0..<5 {
      ends.publish()
      #expect(ends.waiting() == 0 && ends.pop() == nil)
      #expect(ends.push(all: 4 * round..<4 * round + 9) == 4)
      ends.publish()
      #expect(ends.drain() == Array(4 * round..<4 * round + 4))
    }
  }

  /// A value of each kind goes round the ring with its neighbours; slots lie apart by 1, 4, 8, 16, 32, 64, 128 bytes.
  private func check<Element: BitwiseCopyable & Sendable & Equatable>(
    _ kind: Element.Type, _ make: (Int) -> Element
  ) {
    let ring = RingBuffer<Element>(capacity: 4)
    var producer = ring.makeProducer()
    var consumer = ring.makeConsumer()
    for round in 0..<9 {
      for number in 3 * round..<3 * round + 3 {
        if !producer.tryPush(make(number)) { Issue.record("\(kind): full") }
      }
      for number in 3 * round..<3 * round + 3 {
        if consumer.tryPop() != make(number) { Issue.record("\(kind): not \(number)") }
      }
    }
  }

  @Test("elements of every size and alignment keep clear of each other")
  func sizes() {
    check(UInt8.self) { UInt8($0) }
    check(Int32.self) { Int32($0) }
    check(Int.self) { $0 }
    check(SIMD4<Int>.self) { SIMD4(repeating: $0) }
    check(SIMD8<Int>.self) { SIMD8(repeating: $0) }
    check(SIMD16<Int>.self) { SIMD16(repeating: $0) }
    check(Odd.self) { Odd(number: $0, last: UInt8($0)) }
    check(Wide.self) { Wide(first: SIMD8(repeating: $0), last: UInt8($0)) }
  }

  @Test("a closed ring still gives what was published before")
  func closing() {
    let ends = Ends(capacity: 4)
    #expect(!ends.isClosed && ends.stage(5))
    ends.close()
    #expect(ends.isClosed)
    #expect(ends.drain() == [5])
  }

  @Test("the handles keep the ring's memory alive")
  func lifetime() {
    var producer = RingBuffer<Int>(capacity: 4).makeProducer()
    let pushed = producer.tryPush(1)
    #expect(pushed)
  }
}
