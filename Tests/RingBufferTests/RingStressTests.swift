import Foundation
import RingBuffer
import Testing

/// What the two threads of a stress test share, handed over by joining.
@safe
private final class Findings: @unchecked Sendable {
  var received = 0
  var outOfOrder = 0
  var producerOrderly = true
  var consumerOrderly = true
  /// Plain memory beside the ring: what a thread writes here, only the ring makes the other see.
  ///
  /// The ring copies generic elements through the runtime, where ThreadSanitizer does not look in
  /// debug builds. It does look here: a slot that is given back without a release is reported as a race.
  let shadow: UnsafeMutablePointer<UInt64>

  init(shadow count: Int) {
    unsafe shadow = .allocate(capacity: count)
    unsafe shadow.initialize(repeating: 0, count: count)
  }

  deinit { unsafe shadow.deallocate() }
}

/// Counts finished threads.
private final class Finish: @unchecked Sendable {
  private let condition = NSCondition()
  private var count = 0

  func signal() {
    condition.withLock {
      count += 1
      condition.signal()
    }
  }

  func wait(for threads: Int) {
    condition.withLock { while count < threads { condition.wait() } }
  }
}

@Suite("A ring between two threads")
struct RingStressTests {
  /// How elements go in and out.
  enum Way: CaseIterable { case oneByOne, inBatches }

  /// Elements both of whose halves differ in every bit, so that a torn one shows.
  private static func element(_ value: Int) -> (UInt64, UInt64) { (UInt64(value), ~UInt64(value)) }

  private static func produce(
    _ count: Int, into ring: RingBuffer<(UInt64, UInt64)>, _ way: Way, _ places: Int, _ findings: Findings
  ) {
    var producer = ring.makeProducer()
    for value in 0..<count {
      while !producer.hasRoom() {
        producer.publish()
        sched_yield()
      }
      // With as many places as slots, this overwrites what the consumer must have read already.
      unsafe findings.shadow[value % places] = UInt64(value)
      let pushed = producer.stage(element(value))
      if !pushed { findings.producerOrderly = false }
      if way == .oneByOne { producer.publish() } else { producer.publish(every: 64) }
    }
    if !producer.invariantsHold || producer.fullCount > 0 { findings.producerOrderly = false }
    producer.close()
  }

  private static func consume(
    from ring: RingBuffer<(UInt64, UInt64)>, _ way: Way, _ places: Int, _ findings: Findings
  ) {
    var consumer = ring.makeConsumer()
    func take(_ element: (UInt64, UInt64)) {
      let value = findings.received
      let beside = unsafe findings.shadow[value % places]
      if element != Self.element(value) || beside != UInt64(value) { findings.outOfOrder += 1 }
      findings.received += 1
    }
    while true {
      let closed = consumer.isClosed
      let before = findings.received
      if way == .oneByOne {
        while let element = consumer.tryPop() { take(element) }
      } else {
        let taken = consumer.drain(upTo: 100) { take($0) }
        if taken != findings.received - before { findings.consumerOrderly = false }
      }
      if findings.received == before {
        if closed { break }
        sched_yield()
      }
    }
    if !consumer.invariantsHold { findings.consumerOrderly = false }
  }

  @Test("nothing is lost, doubled or out of order", arguments: [2, 4, 1024], Way.allCases)
  func stress(capacity: Int, way: Way) {
    let count = capacity < 100 ? 50_000 : 300_000
    // A popped slot is free at once, a drained one after the reading: only then may places be used again.
    let places = way == .inBatches ? capacity : count
    let ring = RingBuffer<(UInt64, UInt64)>(capacity: capacity)
    let findings = Findings(shadow: places)
    let finished = Finish()
    Thread.detachNewThread {
      Self.consume(from: ring, way, places, findings)
      finished.signal()
    }
    Thread.detachNewThread {
      Self.produce(count, into: ring, way, places, findings)
      finished.signal()
    }
    finished.wait(for: 2)
    #expect(findings.received == count)
    #expect(findings.outOfOrder == 0)
    #expect(findings.producerOrderly && findings.consumerOrderly)
  }
}
