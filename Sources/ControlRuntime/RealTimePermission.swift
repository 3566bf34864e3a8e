import Glibc

/// What the system granted to a control thread, and what it refused, in words that say what to do.
///
/// Asked for are a fixed real-time priority (SCHED_FIFO), all memory of the process locked, and processors held out
/// of deep sleep (/dev/cpu_dma_latency at 0, for as long as the file is open). Nothing of this is needed
/// to run: what is refused costs punctuality, and the run goes on and says so.
public struct RealTimePermission: Hashable, Sendable {
  /// What was granted, one sentence each.
  public private(set) var granted: [String] = []
  /// What was refused, why, and what would help; one sentence each.
  public private(set) var refused: [String] = []

  /// Whether everything that was asked for was granted.
  public var isComplete: Bool { refused.isEmpty }

  /// The priority that is asked for unless told: below the kernel's own urgent threads, above all else.
  public static let usualPriority = 80

  /// The priority of threads that carry words between the control thread and a machine: just below its own.
  public static let carrierPriority = 70

  /// Asks for the calling thread, runs `body` on it, and gives everything back at the end.
  ///
  /// Threads that `body` starts do not inherit the priority. Locked memory belongs to the whole process:
  /// one permission at a time.
  ///
  /// - Parameters:
  ///   - priority: of SCHED_FIFO, 1 to 99.
  ///   - body: is handed what was granted and refused.
  public static func hold<Answer, Failure: Error>(
    priority: Int = usualPriority, during body: (RealTimePermission) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    var permission = RealTimePermission()
    let hasPriority = permission.askForPriority(priority)
    let hasMemory = permission.askForLockedMemory()
    let latency = permission.askForAwakeProcessors()
    defer {
      if latency >= 0 { _ = close(latency) }
      if hasMemory { munlockall() }
      if hasPriority { Self.setScheduling(SCHED_OTHER, 0) }
    }
    return try body(permission)
  }

  /// Asks for a real-time priority for the calling thread, for as long as it lives; whether it was granted.
  ///
  /// For a thread that must not wait behind other programs: a heartbeat that comes late stops a machine. Memory
  /// and processors are for the control thread to ask for; it also says what this user is refused.
  @discardableResult
  public static func raiseThread(to priority: Int = carrierPriority) -> Bool {
    (1...99).contains(priority) && setScheduling(SCHED_FIFO | resetOnFork, Int32(priority)) == 0
  }

  /// Threads and processes started from such a thread begin with the usual scheduling (SCHED_RESET_ON_FORK).
  private static var resetOnFork: Int32 { 0x4000_0000 }

  private mutating func askForPriority(_ priority: Int) -> Bool {
    guard (1...99).contains(priority) else {
      refused.append("real-time priority \(priority): there are 1 to 99")
      return false
    }
    let error = Self.setScheduling(SCHED_FIFO | Self.resetOnFork, Int32(priority))
    if error == 0 {
      granted.append("real-time priority \(priority) (SCHED_FIFO)")
      return true
    }
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(14), &limit)  // RLIMIT_RTPRIO of Linux
    let advice =
      error == EPERM
      ? "; this user may have up to \(limit.rlim_cur): set rtprio in /etc/security/limits.conf, "
        + "LimitRTPRIO= in the service, or run with CAP_SYS_NICE" : ""
    refused.append("real-time priority \(priority): \(Self.words(error))\(advice)")
    return false
  }

  private mutating func askForLockedMemory() -> Bool {
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(8), &limit)  // RLIMIT_MEMLOCK of Linux
    // With a limit, the lock may be had now and memory be refused later, in the middle of the run.
    if geteuid() != 0, limit.rlim_cur != rlim_t.max {
      refused.append(
        "locked memory: this user may lock \(limit.rlim_cur / 1024) KiB and no more: set memlock unlimited in "
          + "/etc/security/limits.conf, or LimitMEMLOCK=infinity in the service")
      return false
    }
    if mlockall(MCL_CURRENT | MCL_FUTURE) == 0 {
      granted.append("all memory locked (mlockall)")
      return true
    }
    refused.append("locked memory: \(Self.words(errno))")
    return false
  }

  private mutating func askForAwakeProcessors() -> Int32 {
    let path = "/dev/cpu_dma_latency"
    let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
    if file < 0 {
      refused.append(
        "processors kept awake: \(path): \(Self.words(errno)); give this user the right to write to it")
      return -1
    }
    var microseconds: Int32 = 0
    if unsafe write(file, &microseconds, 4) == 4 {
      granted.append("processors kept awake (\(path) at 0)")
      return file
    }
    refused.append("processors kept awake: \(path): \(Self.words(errno))")
    _ = close(file)
    return -1
  }

  /// Sets the scheduling of the calling thread; answers with 0 or the error's number.
  @discardableResult
  private static func setScheduling(_ policy: Int32, _ priority: Int32) -> Int32 {
    var parameters = sched_param()
    parameters.sched_priority = priority
    return unsafe sched_setscheduler(0, policy, &parameters) == 0 ? 0 : errno
  }

  private static func words(_ error: Int32) -> String { unsafe String(cString: strerror(error)) }
}
