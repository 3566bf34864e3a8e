import Foundation
import Glibc
import Quantities
import SortlineCLI
import Testing

@Suite("What a service manager hears")
struct ServiceNoticeTests {
  /// A socket as systemd opens one.
  private final class ManagerSocket {
    let path = NSTemporaryDirectory() + "/sortline-\(UUID().uuidString.prefix(8))"
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)

    init() throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
      let bound = unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
    }

    deinit {
      close(descriptor)
      unsafe unlink(path)
    }

    /// What came since the last time.
    var heard: [String] {
      var all: [String] = []
      var bytes = [UInt8](repeating: 0, count: 512)
      while true {
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        if count <= 0 { return all }
        all.append(String(decoding: bytes.prefix(count), as: UTF8.self))
      }
    }
  }

  @Test("it hears of the start once the control thread turns, of life while it does, and of the end")
  func life() throws {
    let manager = try ManagerSocket()
    let notice = try #require(
      ServiceNotice(environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "1000000"]))
    notice.follow(lastCycle: 0, now: .zero)
    #expect(manager.heard.isEmpty)
    notice.follow(lastCycle: 5, now: .milliseconds(10))
    #expect(manager.heard.map { $0.hasPrefix("READY=1\n") } == [true])
    notice.follow(lastCycle: 6, now: .milliseconds(100))
    #expect(manager.heard.isEmpty, "half of what it waits is soon enough")
    notice.follow(lastCycle: 7, now: .milliseconds(600))
    #expect(manager.heard == ["WATCHDOG=1\n"])
    // The control thread stands still: nobody may say that the run lives.
    notice.follow(lastCycle: 7, now: .milliseconds(1200))
    notice.follow(lastCycle: 7, now: .milliseconds(1800))
    #expect(manager.heard.isEmpty)
    notice.stop()
    #expect(manager.heard.map { $0.hasPrefix("STOPPING=1\n") } == [true])
  }

  @Test("a run that nobody manages, or whose manager is named wrongly, says nothing")
  func alone() {
    #expect(ServiceNotice(environment: [:]) == nil)
    #expect(ServiceNotice(environment: ["NOTIFY_SOCKET": "relative"]) == nil)
    #expect(ServiceNotice(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)]) == nil)
    // Nobody listens there: that is no reason to stop.
    ServiceNotice(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])?.stop()
  }
}
