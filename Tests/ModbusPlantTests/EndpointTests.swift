import Quantities
import Testing

@testable import ModbusPlant

@Suite("Where a device is and when to try again")
struct EndpointTests {
  @Test(
    "an end point reads from text and prints as it was",
    arguments: [
      "127.0.0.1:1502", "plc-1.example:502", "[::1]:1502", "[fe80::1%eth0]:502", "rtu:/dev/ttyUSB0:19200:8E1",
      "rtu:/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0:9600:8N2",
    ])
  func roundTrip(text: String) throws {
    let endpoint = try ModbusEndpoint(text)
    #expect(endpoint.description == text)
  }

  @Test("what an end point leaves out is the protocol's own: port 502, 19,200 bits a second, 8E1")
  func defaults() throws {
    #expect(try ModbusEndpoint("192.0.2.7") == .tcp(host: "192.0.2.7", port: 502))
    #expect(try ModbusEndpoint("[::1]") == .tcp(host: "::1", port: 502))
    #expect(try ModbusEndpoint("rtu:/dev/ttyS0").description == "rtu:/dev/ttyS0:19200:8E1")
    #expect(try ModbusEndpoint("rtu:/dev/ttyS0:9600").description == "rtu:/dev/ttyS0:9600:8E1")
  }

  @Test(
    "an end point that cannot be says what is wrong with it",
    arguments: [
      ("", "names no host"), (":502", "names no host"), ("host:", "no TCP port"), ("host:0", "no TCP port"),
      ("host:65536", "no TCP port"), ("host:5o2", "no TCP port"), ("::1:502", "without brackets"),
      ("[::1", "does not close"), ("[::1]502", "where a port belongs"), ("a b:502", "not HOST:PORT"),
      ("/dev/ttyUSB0", "not HOST:PORT"), ("rtu:ttyUSB0", "whole path"),
      ("rtu:/dev/ttyS0:9601:8E1", "no rate"),
      ("rtu:/dev/ttyS0:9600:8X1", "no format"), ("rtu:/dev/ttyS0:9600:9E1", "data bits"),
      ("rtu:/dev/ttyS0:9600:8E3", "stop bits"), ("rtu:/dev/ttyS0:99999999999999999999:8E1", "no bit rate"),
    ])
  func refusals(text: String, reason: String) {
    let fault = #expect(throws: ModbusFault.self) { try ModbusEndpoint(text) }
    #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "none")")
    #expect(fault?.mayPass == false)
  }

  @Test("waits grow, stay within the cap, differ by their jitter and begin anew after a success")
  func reconnecting() {
    var policy = ReconnectPolicy(firstWait: .milliseconds(100), cap: .seconds(2))
    var random = SplitMix(7)
    var whole: Int64 = 100_000_000
    var seen: Set<Int64> = []
    for _ in 0..<200 {
      let wait = policy.waitAfterFailure(using: &random) ?? .zero
      #expect((whole / 2...whole).contains(wait.rawValue))
      seen.insert(wait.rawValue)
      whole = min(whole * 2, 2_000_000_000)
    }
    #expect(seen.count > 190 && policy.failures == 200)
    policy.succeeded()
    let again = policy.waitAfterFailure(using: &random) ?? .zero
    #expect((50_000_000...100_000_000).contains(again.rawValue))
  }

  @Test("the same generator gives the same waits, and a limit of attempts ends them")
  func repeatable() {
    var one = ReconnectPolicy(attempts: 3)
    var other = ReconnectPolicy(attempts: 3)
    var first = SplitMix(1)
    var second = SplitMix(1)
    for attempt in 1...3 {
      let wait = one.waitAfterFailure(using: &first)
      #expect(wait == other.waitAfterFailure(using: &second) && (wait == nil) == (attempt == 3))
    }
    var none = ReconnectPolicy(firstWait: .zero, cap: .zero)
    #expect(none.waitAfterFailure(using: &first) == .zero)
  }

  @Test("every fault has its words, and none of them is empty or ends with a stop")
  func words() {
    let faults: [ModbusFault] =
      [
        .builtWithoutModbus, .notConnected, .unknownHost("plc"), .refused, .unreachable(113), .connectTimeout,
        .timeout(received: 0), .timeout(received: 3), .closedByPeer(requestSent: true),
        .closedByPeer(requestSent: false), .inputOutput(errno: 5, requestSent: true),
        .portInUse("/dev/ttyS0"),
        .portNotOpened("/dev/ttyS0", errno: 2), .unsupportedBaud(1), .settingsNotTaken("/dev/ttyS0"),
        .lineNeverQuiet,
      ] + AnswerFault.Check.allCases.map { .protocolFault(AnswerFault($0, expected: 1, got: 2)) }
      + ModbusException.allCases.map { .exception($0) }
    for fault in faults {
      #expect(fault.description.count > 15 && !fault.description.hasSuffix("."))
    }
    #expect(Set(faults.map(\.description)).count == faults.count)
  }
}
