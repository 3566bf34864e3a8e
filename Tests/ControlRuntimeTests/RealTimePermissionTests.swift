import ControlRuntime
import Foundation
import Glibc
import Testing

@Suite("Asking for real time")
struct RealTimePermissionTests {
  private static func policy() -> Int32 { sched_getscheduler(0) & 0xff }

  @Test("three things are asked for, each is granted or refused in words, and all is given back")
  func asking() {
    let before = Self.policy()
    let permission = RealTimePermission.hold(priority: 1) { permission in
      if permission.granted.contains(where: { $0.hasPrefix("real-time priority 1 ") }) {
        #expect(Self.policy() == SCHED_FIFO)
      }
      return permission
    }
    #expect(permission.granted.count + permission.refused.count == 3)
    #expect(permission.isComplete == permission.refused.isEmpty)
    for words in permission.refused { #expect(words.contains(": ")) }
    #expect(Self.policy() == before)
  }

  @Test("a priority that does not exist is refused, and the body runs all the same", arguments: [-1, 0, 100])
  func wrongPriority(priority: Int) {
    let words = RealTimePermission.hold(priority: priority) { $0.refused }
    #expect(words.contains("real-time priority \(priority): there are 1 to 99"))
  }

  @Test("a carrier's thread is raised below the control thread, or stays as it was")
  func carrier() {
    let thread = Thread {
      let before = Self.policy()
      let isRaised = RealTimePermission.raiseThread()
      #expect(Self.policy() == (isRaised ? SCHED_FIFO : before))
      #expect(!RealTimePermission.raiseThread(to: 100))
    }
    thread.start()
    while !thread.isFinished { usleep(1000) }
    #expect(RealTimePermission.carrierPriority < RealTimePermission.usualPriority)
  }

  @Test("what the body throws comes out, and all is given back")
  func throwing() {
    struct Stop: Error, Equatable {}
    let before = Self.policy()
    #expect(throws: Stop()) {
      try RealTimePermission.hold(priority: 1) { _ throws(Stop) in throw Stop() }
    }
    #expect(Self.policy() == before)
  }
}
