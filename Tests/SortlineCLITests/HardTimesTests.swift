import Foundation
import Testing

/// A wall clock that steps an hour forth and an hour back, again and again, for the programs that load it.
struct SteppingWallClock {
  private let folder: TemporaryFolder

  /// What a program's environment must hold.
  var environment: [String: String] {
    ["LD_PRELOAD": folder.url.appendingPathComponent("clock.so").path]
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <sys/time.h>
    #include <time.h>
    static long step(void) {
      static int asked;
      return __atomic_fetch_add(&asked, 1, __ATOMIC_RELAXED) & 1 ? 3600 : -3600;
    }
    int clock_gettime(clockid_t id, struct timespec *now) {
      int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
      int code = real(id, now);
      if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) now->tv_sec += step();
      return code;
    }
    int gettimeofday(struct timeval *now, void *zone) {
      int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
      int code = real(now, zone);
      now->tv_sec += step();
      return code;
    }
    time_t time(time_t *into) {
      time_t (*real)(time_t *) = dlsym(RTLD_NEXT, "time");
      time_t now = real(NULL) + step();
      if (into) *into = now;
      return now;
    }
    """

  init() throws {
    folder = try TemporaryFolder()
    let source = try folder.write("clock.c", Self.source)
    // The compiler that came with Swift.
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-shared", "-fPIC", "-O1", "-o", environment["LD_PRELOAD"] ?? "", source.path,
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "clang makes the clock")
  }
}

@Suite("what a run must survive", .serialized, .timeLimit(.minutes(3)))
struct HardTimesTests {
  @Test("FAULTS 23: a wall clock that steps by hours changes neither a run's pace nor its pieces")
  func wallClock() throws {
    let clock = try SteppingWallClock()
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@a", "--quiet").code == .ok)
    let watch = ContinuousClock()
    let began = watch.now
    let ending = try BuiltProgram.shell(
      "date +%s; date +%s; sortline run \(world.path("small")) --speed 100 --out \(world.path("b")) --quiet",
      environment: clock.environment)
    // 200 pieces, one a second, and the way of the last: 2 s and some hundredths at a hundredfold speed.
    #expect(ending.code == 0 && watch.now - began > .seconds(2), "\(ending.err)")
    let dates = ending.out.split(separator: "\n").compactMap { Int($0) }
    #expect(dates.allSatisfy { abs($0 - Int(Date().timeIntervalSince1970)) > 3000 }, "the clock does step")
    #expect(world.text("a/pieces.csv") == world.text("b/pieces.csv"))
  }

  @Test(
    "FAULTS 23: a wall clock that steps by hours trips no watchdog, time-out or deadline of a driven machine")
  func wallClockOnTheWire() throws {
    let clock = try SteppingWallClock()
    let pair = try DrivenPlc(["--speed", "3"], run: ["--for", "5s"], environment: clock.environment)
    pair.run.waitUntilExit()
    #expect(pair.run.terminationStatus <= 1, "a threshold may be missed in so short a run")
    let ending = try pair.plc.stop()
    #expect(ending.code == 0 && ending.out.contains(/watchdog trips\s+0\s/), "\(ending.out)")
    #expect(try pair.compareAccounts() > 50)
    #expect(try pair.summary("reconnects") == 0)
  }

  @Test("FAULTS 25: at ten times the rated load every piece is accounted for, in memory that does not grow")
  func overload() throws {
    let pair = try DrivenPlc(["--speed", "10"], run: ["--for", "8s"])
    _ = try #require(try pair.wait { try pair.status()[9] > 100 })
    let early = try #require(memory(of: pair.run.processIdentifier))
    var late = early
    while pair.run.isRunning {
      late = max(late, memory(of: pair.run.processIdentifier) ?? 0)
      usleep(20_000)
    }
    #expect(late - early < 32_768, "KiB in use: \(early), then \(late)")
    #expect(pair.run.terminationStatus <= 1, "what came too late goes to the end: a threshold, no failure")
    let ending = try pair.plc.stop()
    #expect(ending.code == 0 && !ending.out.contains("unaccounted"))
    let fed = try pair.summary("fed")
    var accounted = 0
    for end in ["sorted", "rejected", "removed", "lost", "on_machine"] { accounted += try pair.summary(end) }
    #expect(fed == accounted)
    #expect(fed > 300, "ten times 8.3 pieces a second")
    _ = try pair.compareAccounts()
  }

  @Test("FAULTS 26: a controller that dies again and again leaves the machine safe each time, also the last")
  func crashLoop() throws {
    let pair = try DrivenPlc([])
    var controller = pair.run
    for life in 1...3 {
      _ = try #require(try pair.wait { try pair.isArmed }, "life \(life)")
      kill(controller.processIdentifier, SIGKILL)
      controller.waitUntilExit()
      let time = try #require(try pair.wait { try pair.isSafe })
      #expect(time < .milliseconds(500), "life \(life)")
      #expect(try pair.status()[3] & 33 == 32, "disarmed, and induction held")
      if life < 3 { controller = try pair.startAgain("run-\(life)") }
    }
    // Whoever restarts it has given up: nothing lets the machine go on by itself.
    let clock = ContinuousClock()
    let end = clock.now + .seconds(1)
    while clock.now < end { #expect(try pair.isSafe) }
    #expect(try pair.plc.stop().out.contains(/watchdog trips\s+3\s/))
  }

  /// KiB of memory that a process has in use.
  private func memory(of process: Int32) -> Int? {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    return text.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) }
  }
}
