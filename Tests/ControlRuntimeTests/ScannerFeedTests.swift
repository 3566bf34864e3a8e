import Glibc
import Quantities
import RingBuffer
import SorterModel
import Telemetry
import Testing

@testable import ControlRuntime

@Suite("Scanner feed")
struct ScannerFeedTests {
  /// A line is a number: that of the piece.
  private static let numbers: ScannerFeed.Reader = { line in
    guard let number = UInt64(String(decoding: line, as: UTF8.self)) else {
      return .failure(.init("no number"))
    }
    return .success(
      ScannerReading(
        piece: PieceID(number), code: .none,
        dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero)))
  }

  /// Looks until it holds, for five seconds at most.
  private func eventually(_ holds: () -> Bool) -> Bool {
    for _ in 0..<5000 {
      if holds() { return true }
      usleep(1000)
    }
    return false
  }

  private func dial(_ port: UInt16) throws -> Int32 {
    try SocketAddress("127.0.0.1", port).connect(patience: 1000)
  }

  private func say(_ text: String, _ stream: Int32) {
    let bytes = Array(text.utf8)
    #expect(unsafe send(stream, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
  }

  @Test("readings come in order, however the stream is cut, and wrong lines are counted")
  func order() throws {
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: Self.numbers)
    defer { feed.stop() }
    var ring = feed.makeConsumer()
    let stream = try dial(feed.port)
    defer { close(stream) }
    var text = ""
    for number in 1...500 { text += number % 50 == 0 ? "bad\r\n" : "\(number)\n" }
    let bytes = Array(text)
    for start in stride(from: 0, to: bytes.count, by: 7) {
      say(String(bytes[start..<min(start + 7, bytes.count)]), stream)
    }
    #expect(eventually { feed.counts.readings + feed.counts.faults == 500 })
    #expect(feed.counts.faults == 10 && feed.counts.dropped == 0)
    var numbers: [UInt64] = []
    while let reading = ring.tryPop() { numbers.append(reading.reading.piece.rawValue) }
    #expect(numbers == (1...500).filter { $0 % 50 != 0 })
  }

  @Test("what came while the feed was kept from looking is as old as it may be, not as new as it looks")
  func heldUp() throws {
    // The first line holds the feed up, as a process that is stopped does.
    let slow: ScannerFeed.Reader = { line in
      if line == [0x31] { usleep(80_000) }
      return Self.numbers(line)
    }
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: slow)
    defer { feed.stop() }
    var ring = feed.makeConsumer()
    let stream = try dial(feed.port)
    defer { close(stream) }
    #expect(eventually { feed.counts.isConnected })
    say("1\n", stream)
    usleep(20_000)
    say("2\n", stream)
    let after = MonotonicClock.now()
    #expect(eventually { feed.counts.readings == 2 })
    _ = ring.tryPop()
    let second = ring.tryPop()
    #expect(second?.at ?? .seconds(1 << 32) <= after + .milliseconds(15))
    // One that the feed was waiting for is of the moment at which it was found.
    func arrival(_ found: Int64, _ empty: Int64) -> Nanoseconds {
      LineSocket.arrival(foundAt: .milliseconds(found), lastEmptyAt: .milliseconds(empty))
    }
    #expect(arrival(1_000, 994) == .milliseconds(1_000) && arrival(1_000, 940) == .milliseconds(940))
  }

  @Test("a full ring drops readings and counts them, and overwrites none")
  func fullRing() throws {
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), slots: 4, reading: Self.numbers)
    defer { feed.stop() }
    var ring = feed.makeConsumer()
    let stream = try dial(feed.port)
    defer { close(stream) }
    say("1\n2\n3\n4\n5\n6\n7\n", stream)
    #expect(eventually { feed.counts.dropped == 3 })
    var numbers: [UInt64] = []
    while let reading = ring.tryPop() { numbers.append(reading.reading.piece.rawValue) }
    #expect(numbers == [1, 2, 3, 4])
  }

  @Test("a flood without a line end is one fault, and the feed goes on with the next line")
  func flood() throws {
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: Self.numbers)
    defer { feed.stop() }
    let stream = try dial(feed.port)
    defer { close(stream) }
    for _ in 0..<100 { say(String(repeating: "9", count: 1000), stream) }
    say("\n12\n", stream)
    #expect(eventually { feed.counts.readings == 1 })
    #expect(feed.counts.faults == 1)
  }

  @Test("a scanner that comes back is heard again, and what it left half said is forgotten")
  func comesBack() throws {
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: Self.numbers)
    defer { feed.stop() }
    var ring = feed.makeConsumer()
    let first = try dial(feed.port)
    say("1\n2", first)
    #expect(eventually { feed.counts.readings == 1 })
    close(first)
    #expect(eventually { !feed.counts.isConnected })
    let second = try dial(feed.port)
    defer { close(second) }
    say("3\n", second)
    #expect(eventually { feed.counts.readings == 2 })
    #expect(ring.tryPop()?.reading.piece == PieceID(1) && ring.tryPop()?.reading.piece == PieceID(3))
    #expect(feed.counts.connections == 2)
  }

  @Test("a second scanner does not push out one that speaks")
  func second() throws {
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: Self.numbers)
    defer { feed.stop() }
    let first = try dial(feed.port)
    defer { close(first) }
    say("1\n", first)
    #expect(eventually { feed.counts.readings == 1 })
    let other = try dial(feed.port)
    defer { close(other) }
    var byte = UInt8(0)
    #expect(
      eventually { unsafe recv(other, &byte, 1, Int32(MSG_DONTWAIT)) == 0 }, "it is turned away")
    #expect(eventually { feed.counts.turnedAway == 1 })
    say("2\n", first)
    #expect(eventually { feed.counts.readings == 2 })
    #expect(feed.counts.connections == 1)
  }

  @Test("a scanner is connected to, and again after it was away")
  func connects() throws {
    let listener = try SocketAddress("127.0.0.1", 0).listen()
    defer { close(listener) }
    let port = try #require(SocketAddress.port(of: listener))
    let feed = try ScannerFeed(.connect(host: "127.0.0.1", port: port), reading: Self.numbers)
    defer { feed.stop() }
    for number in 1...2 {
      var stream: Int32 = -1
      #expect(
        eventually {
          stream = Glibc.accept(listener, nil, nil)
          return stream >= 0
        })
      say("\(number)\n", stream)
      #expect(eventually { feed.counts.readings == UInt64(number) })
      close(stream)
    }
  }

  @Test("an address that others can reach is refused, and so is a name")
  func addresses() throws {
    func refusal(_ source: ScannerSource) -> String {
      do throws(ScannerFeedError) {
        try ScannerFeed(source, reading: Self.numbers).stop()
        return ""
      } catch {
        return error.description
      }
    }
    #expect(refusal(.listen(host: "0.0.0.0", port: 0)).contains("could be reached from other machines"))
    #expect(refusal(.listen(host: "::", port: 0)).contains("could be reached from other machines"))
    #expect(refusal(.listen(host: "scanner.local", port: 0)).contains("is no numeric address"))
    let feed = try ScannerFeed(.listen(host: "127.0.0.1", port: 0), reading: Self.numbers)
    defer { feed.stop() }
    #expect(refusal(.listen(host: "127.0.0.1", port: feed.port)).contains("Address already in use"))
  }
}
