import ControlRuntime
import Dispatching
import EventRecords
import FileFormats
import Glibc
import RingBuffer
import SorterModel
import Telemetry

/// What a run wants of the computer's memory, held against what there is before anything is written.
///
/// Where the system refuses memory, Swift's allocator ends the program on the spot. A run asks for nearly all of
/// its memory at its start: so that much is asked for on trial first, and a refusal is told in words.
struct MemoryNeed {
  /// What will be written to.
  var bytes = Self.usual
  /// The threads beside the first: each is given a stack of address space.
  var threads = 0

  /// What any command may want for files, texts and tables.
  private static let usual = 24 << 20
  /// The journal's chunks and tables.
  private static let journal = 12 << 20
  /// What dispatcher, plant and tallies keep for each piece that may be on the machine.
  private static let bytesPerTrack = 640

  /// What can be done about it.
  static let advice =
    "See 'ulimit -a', the service's MemoryMax= and LimitAS=, and what 'sortline check' says of the profile's rings."

  /// What `simulate` wants.
  static func ofSimulation(_ profile: HardwareProfile, keepsLogs: Bool) -> MemoryNeed {
    var need = MemoryNeed()
    need.add(Self.bytesPerTrack * Dispatcher.trackCapacity(for: profile))
    if keepsLogs { need.addJournal(slots: Recorder.usualRingSlots) }
    return need
  }

  /// What `run` wants with port rings of so many slots.
  static func ofRealTime(_ profile: HardwareProfile, slots: Int) -> MemoryNeed {
    var need = MemoryNeed()
    need.add(2 * Self.bytesPerTrack * Dispatcher.trackCapacity(for: profile))
    need.add(PortRings.bytes(slots: slots))
    need.addJournal(slots: max(Recorder.usualRingSlots, ControlLoop.leastJournalSlots(besides: slots)))
    // The control thread, the port's and the scanner's.
    need.threads += 3
    return need
  }

  /// As much for each of so many runs at once.
  mutating func multiply(by runs: Int) {
    add((bytes - Self.usual) * (runs - 1))
    threads = (threads + 1) * runs
  }

  private mutating func addJournal(slots: Int) {
    add(Self.journal)
    add(RingBuffer<EventRecord>.bytes(capacity: slots))
    threads += 2
  }

  private mutating func add(_ more: Int) {
    let (sum, overflow) = bytes.addingReportingOverflow(more)
    bytes = overflow ? .max : sum
  }

  /// Asks for it on trial; throws where the system would refuse it.
  func check() throws(CommandFailure) {
    guard bytes < 1 << 46, Self.isGranted(bytes + threads * Self.stackBytes) else {
      throw refusal("and the system refuses it")
    }
    if let there = Self.available(), bytes > there {
      throw refusal("and there are \(mebibytes(there))")
    }
  }

  private func refusal(_ why: String) -> CommandFailure {
    CommandFailure(
      .systemRefuses, "the run would want \(mebibytes(bytes)) of memory, \(why)", advice: Self.advice)
  }

  private func mebibytes(_ bytes: Int) -> String { "\(grouped((bytes + 1 << 20 - 1) >> 20)) MiB" }

  /// Before anything else: ends the program in words where there is no room for it.
  ///
  /// Under a limit on address space threads share one arena of the allocator, as each other one sets 64 MiB aside.
  static func prepare() {
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(9), &limit)  // RLIMIT_AS of Linux
    if limit.rlim_cur != rlim_t.max, let symbol = unsafe dlsym(nil, "mallopt") {
      typealias SetOption = @convention(c) (Int32, Int32) -> Int32
      _ = unsafe unsafeBitCast(symbol, to: SetOption.self)(-8, 1)  // M_ARENA_MAX
    }
    if isGranted(usual) { return }
    let words: StaticString = "sortline: error: there is too little memory to begin; see 'ulimit -a'\n"
    _ = unsafe write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
    exit(ExitCode.systemRefuses.rawValue)
  }

  /// Whether the system would give so much to this process now.
  private static func isGranted(_ bytes: Int) -> Bool {
    let place = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else { return false }
    unsafe munmap(place, bytes)
    return true
  }

  /// What may be written to without another program having to give way, or this one being killed; nil where the
  /// system does not say.
  private static func available() -> Int? {
    let free = firstNumber(in: "/proc/meminfo", after: "MemAvailable:").map { $0 * 1024 }
    var group: Int?
    if let own = text(of: "/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
    {
      let folder = "/sys/fs/cgroup" + own.dropFirst(3)
      if let most = firstNumber(in: folder + "/memory.max", after: "") {
        group = max(0, most - (firstNumber(in: folder + "/memory.current", after: "") ?? 0))
      }
    }
    return [free, group].compactMap(\.self).min()
  }

  /// The stack that a thread gets where nothing else is said.
  private static var stackBytes: Int {
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(3), &limit)  // RLIMIT_STACK of Linux
    return limit.rlim_cur == rlim_t.max ? 2 << 20 : Int(clamping: min(limit.rlim_cur, 1 << 30))
  }

  private static func firstNumber(in path: String, after key: String) -> Int? {
    guard let line = text(of: path)?.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
      return nil
    }
    return line.split(separator: " ").lazy.compactMap { Int($0) }.first
  }

  /// The first page of a file of the kernel's.
  private static func text(of path: String) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(file, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
