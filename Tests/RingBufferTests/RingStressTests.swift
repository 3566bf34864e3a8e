import Foundation
import RingBuffer
import Testing

/// What the two threads of a stress test found, handed over by joining.
private final class Findings: @unchecked Sendable {
  var received = 0
  var outOfOrder = 0
  var producerOrderly = true
  var consumerOrderly = true
}

/// Counts finished threads. The system's Dispatch is hidden here by the package's own module of that name.
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

  @Test("nothing is lost, doubled or out of order", arguments: [2, 4, 1024], Way.allCases)
  func stress(capacity: Int, way: Way) {
    let count = capacity < 100 ? 50_000 : 300_000
    let ring = RingBuffer<(UInt64, UInt64)>(capacity: capacity)
    let findings = Findings()
    let finished = Finish()
    Thread.detachNewThread {
      var producer = ring.makeProducer()
      for value in 0..<UInt64(count) {
        // Both halves differ in every bit, so that a torn element shows.
        while !producer.stage((value, ~value)) {
          producer.publish()
          sched_yield()
        }
        if way == .oneByOne { producer.publish() } else { producer.publish(every: 64) }
      }
      findings.producerOrderly = producer.invariantsHold
      producer.close()
      finished.signal()
    }
    Thread.detachNewThread {
      var consumer = ring.makeConsumer()
      func take(_ element: (UInt64, UInt64)) {
        if element.0 != UInt64(findings.received) || element.1 != ~element.0 { findings.outOfOrder += 1 }
        findings.received += 1
      }
      while true {
        let closed = consumer.isClosed
        var taken = 0
        if way == .oneByOne {
          while let element = consumer.tryPop() {
            take(element)
            taken += 1
          }
        } else {
          taken = consumer.drain(upTo: 100) { take($0) }
        }
        if taken == 0 {
          if closed { break }
          sched_yield()
        }
      }
      findings.consumerOrderly = consumer.invariantsHold
      finished.signal()
    }
    finished.wait(for: 2)
    #expect(findings.received == count)
    #expect(findings.outOfOrder == 0)
    #expect(findings.producerOrderly && findings.consumerOrderly)
  }
}
