import Foundation

/// How records go through a ring.
enum Way: String, CaseIterable, Sendable {
  /// Pushed and popped one by one.
  case single = "one by one"
  /// Staged, shown every 64, and drained.
  case batches = "in batches"
  /// Many rings one after the other, with a few records each: what happens at the end happens often.
  case shortLives = "short lives"
}

/// Waits for the other thread by giving way to it, until patience ends.
struct Patience {
  private let limit: Duration
  private var waits = 0
  private var since = ContinuousClock.now

  init(_ limit: Duration) { self.limit = limit }

  /// Gives way once; false when nothing has moved for so long that nothing will.
  mutating func wait() -> Bool {
    sched_yield()
    waits += 1
    if waits == 1 { since = .now }
    return waits & 1023 != 0 || ContinuousClock.now - since < limit
  }

  /// Something moved.
  mutating func renew() { waits = 0 }
}

/// Puts one kind of ring to the stress: two threads, and every record checked.
///
/// The first thing that is wrong ends the process: the other thread may wait for ever.
struct Stress<Ring: RingUnderTest>: Sendable {
  let capacity: Int
  let way: Way
  let records: Int
  let patience: Duration

  /// Returns when all went well.
  func run() {
    checkThatItFills()
    // A short life has two records more than fit in the ring, so that both ends meet in it.
    let perRing = way == .shortLives ? capacity + 2 : records
    let rings = (0..<max(1, records / perRing)).map { _ in Ring(capacity: capacity) }
    let finished = Finish()
    Thread.detachNewThread {
      for ring in rings { consume(perRing, from: ring) }
      finished.signal()
    }
    Thread.detachNewThread {
      for ring in rings { produce(perRing, into: ring) }
      finished.signal()
    }
    finished.wait(for: 2)
  }

  /// A ring that holds less than was asked for would pass all else, and so would one that holds more.
  private func checkThatItFills() {
    let ring = Ring(capacity: capacity)
    var held = 0
    while held <= capacity, ring.hasRoom(), ring.push(Record(held)) { held += 1 }
    if held != capacity { fail("it holds \(held > capacity ? "more" : "\(held)")") }
  }

  private func produce(_ count: Int, into ring: Ring) {
    var patience = Patience(patience)
    for number in 0..<count {
      while !ring.hasRoom() {
        if way == .batches { ring.publish() }
        if !patience.wait() { fail("the producer is stuck at record \(number)") }
      }
      patience.renew()
      let taken = way == .batches ? ring.stage(Record(number)) : ring.push(Record(number))
      if !taken { fail("record \(number) was refused where there was room") }
      if way == .batches && number & 63 == 63 { ring.publish() }
    }
    if !ring.producerIsOrderly { fail("the producer's indices are out of order") }
    ring.close()
  }

  private func consume(_ count: Int, from ring: Ring) {
    var patience = Patience(patience)
    var received = 0
    func take(_ record: borrowing Record) {
      let number = record.number
      if number != received { fail("record \(received) is \(number.map(String.init) ?? "torn")") }
      received += 1
    }
    while true {
      let closed = ring.isClosed
      let before = received
      if way == .batches {
        let taken = ring.drain(upTo: 100) { take($0) }
        if taken != received - before { fail("a drain of \(received - before) said \(taken)") }
      } else {
        while let record = ring.pop() { take(record) }
      }
      if received > before {
        patience.renew()
      } else if closed {
        break
      } else if !patience.wait() {
        fail("the consumer is stuck at record \(received)")
      }
    }
    if received != count { fail("\(received) records came of \(count)") }
    if !ring.consumerIsOrderly { fail("the consumer's indices are out of order") }
  }

  private func fail(_ words: String) -> Never {
    print("\(way.rawValue), capacity \(capacity): \(words)")
    fflush(nil)
    _exit(1)
  }
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
