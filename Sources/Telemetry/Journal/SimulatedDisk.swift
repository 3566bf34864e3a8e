import Glibc
import Synchronization

/// A disk in memory that fails as disks do: it fills up, answers errors, and loses what was not synced.
///
/// For tests and fault hunts. Every operation is counted; a plan says at which one what happens. After a power
/// cut nothing works any more, and `survivors` says what a disk might have kept: of what was not synced any
/// sectors, in any order, and of the names in a folder any that were made before others that are kept.
public final class SimulatedDisk: JournalStorage {
  /// What happens at an operation.
  public enum Fault: Hashable, Sendable {
    /// The operation fails with this error number, once.
    case error(Int32)
    /// From here on there is no room: writes and new files fail.
    case full
    /// A write takes only half of what it is given.
    case short
    /// The power goes: this and every later operation fails.
    case powerCut
    /// The file is gone from its place, as if somebody had deleted it.
    case deleted

    /// The operation fails as on a disk that is broken (EIO), once.
    public static var inputOutputError: Fault { .error(EIO) }
  }

  /// What an operation does.
  public enum Operation: Hashable, Sendable, CaseIterable {
    /// That of the storage of the same name.
    case open, write, truncate, sync, close, rename, syncFolder
  }

  /// What a disk does at its `number`th operation, from 1; nil where nothing goes wrong.
  public typealias Plan = @Sendable (_ number: Int, _ operation: Operation) -> Fault?

  private struct File {
    var bytes: [UInt8] = []
    /// How many of the bytes are on the platter for sure.
    var syncedCount = 0
    /// What was there for sure before bytes of it were cut off, until that is synced.
    var syncedBefore: [UInt8]?
    var isGone = false

    /// What is on the platter for sure.
    var synced: ArraySlice<UInt8> { syncedBefore?[...] ?? bytes.prefix(syncedCount) }
  }

  private enum Naming {
    case made(String, Int)
    case renamed(String, String)
  }

  private struct State {
    var files: [File] = []
    var names: [String: Int] = [:]
    /// The names that outlast a power cut, and those made or changed since.
    var syncedNames: [String: Int] = [:]
    var namings: [Naming] = []
    var handles: [Int32: Int] = [:]
    var nextHandle: Int32 = 3
    var count = 0
    var isFull = false
    var isCut = false
    var fired: [Fault: Int] = [:]
  }

  private let state = Mutex(State())
  private let plan: Plan

  /// An empty disk on which things go wrong as planned.
  public init(plan: @escaping Plan = { _, _ in nil }) { self.plan = plan }

  /// How many operations there were.
  public var operations: Int { state.withLock { $0.count } }

  /// How often each fault happened.
  public var faults: [Fault: Int] { state.withLock { $0.fired } }

  /// The files as a program sees them that asks now.
  public var contents: [String: [UInt8]] {
    state.withLock { state in state.names.mapValues { state.files[$0].bytes } }
  }

  /// What might be found after a power cut.
  ///
  /// - Parameter draw: a random number below its argument, which is above zero.
  public func survivors(_ draw: (Int) -> Int) -> [String: [UInt8]] {
    state.withLock { state in
      var names = state.syncedNames
      // Names are kept in the order in which they were given: those before one that is kept are kept too.
      for naming in state.namings.prefix(draw(state.namings.count + 1)) {
        switch naming {
        case .made(let name, let file): names[name] = file
        case .renamed(let name, let other): names[other] = names.removeValue(forKey: name)
        }
      }
      // In the order of the names: one draws after the other, and a dictionary's order is another in each process.
      var contents: [String: [UInt8]] = [:]
      for (name, file) in names.sorted(by: { $0.key < $1.key }) {
        contents[name] = Self.remains(of: state.files[file], draw)
      }
      return contents
    }
  }

  /// A file's synced bytes, and of the others any sectors; what is missing between them reads as zeros.
  private static func remains(of file: File, _ draw: (Int) -> Int) -> [UInt8] {
    let synced = file.synced
    guard file.bytes.count > synced.count else { return Array(synced) }
    let size = synced.count + draw(file.bytes.count - synced.count + 1)
    var bytes = Array(file.bytes.prefix(size))
    guard draw(4) > 0 else { return bytes }
    var sector = synced.count
    while sector < size {
      let end = min(size, (sector / 512 + 1) * 512)
      if draw(3) == 0 { for place in sector..<end { bytes[place] = 0 } }
      sector = end
    }
    return bytes
  }

  /// Counts an operation; what goes wrong with it.
  private func begin(_ operation: Operation, _ state: inout State) -> Fault? {
    state.count += 1
    if state.isCut { return .powerCut }
    var fault = plan(state.count, operation)
    if let fault { state.fired[fault, default: 0] += 1 }
    if fault == .powerCut { state.isCut = true }
    if fault == .full { state.isFull = true }
    if fault == nil, state.isFull, operation == .write || operation == .open { fault = .full }
    return fault
  }

  private static func code(_ fault: Fault?) -> Int32? {
    switch fault {
    case .error(let code): -code
    case .full: -ENOSPC
    case .powerCut: -EIO
    case .short, .deleted, nil: nil
    }
  }

  /// Opens a file of the disk.
  public func open(_ path: String, _ opening: JournalOpening) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.open, &state)) { return code }
      let file: Int
      if let known = state.names[path] {
        file = known
      } else {
        file = state.files.count
        state.files.append(File())
        state.names[path] = file
        state.namings.append(.made(path, file))
      }
      if opening == .fresh { Self.empty(&state.files[file]) }
      state.nextHandle += 1
      state.handles[state.nextHandle] = file
      return state.nextHandle
    }
  }

  private static func empty(_ file: inout File) {
    if file.syncedBefore == nil, file.syncedCount > 0 { file.syncedBefore = Array(file.synced) }
    file.bytes = []
  }

  /// Adds to a file of the disk.
  public func write(_ handle: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    let copy = unsafe Array(bytes)
    return state.withLock { state in
      let fault = begin(.write, &state)
      if let code = Self.code(fault) { return Int(code) }
      guard let file = state.handles[handle] else { return -Int(EBADF) }
      if fault == .deleted { state.files[file].isGone = true }
      let taken = fault == .short ? max(1, copy.count / 2) : copy.count
      state.files[file].bytes += copy.prefix(taken)
      return taken
    }
  }

  /// Cuts a file of the disk.
  public func truncate(_ handle: Int32, to size: Int) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.truncate, &state)) { return code }
      guard let file = state.handles[handle] else { return -EBADF }
      if size < state.files[file].syncedCount, state.files[file].syncedBefore == nil {
        state.files[file].syncedBefore = Array(state.files[file].synced)
      }
      let count = state.files[file].bytes.count
      state.files[file].bytes.removeLast(max(0, count - size))
      state.files[file].bytes += [UInt8](repeating: 0, count: max(0, size - count))
      return 0
    }
  }

  /// Makes a file of the disk outlast a power cut.
  public func sync(_ handle: Int32) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.sync, &state)) { return code }
      guard let file = state.handles[handle] else { return -EBADF }
      state.files[file].syncedCount = state.files[file].bytes.count
      state.files[file].syncedBefore = nil
      return 0
    }
  }

  /// Closes a file of the disk.
  public func close(_ handle: Int32) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.close, &state)) { return code }
      return state.handles.removeValue(forKey: handle) == nil ? -EBADF : 0
    }
  }

  /// Whether a file of the disk is where it was.
  public func isInPlace(_ handle: Int32, _ path: String) -> Bool {
    state.withLock { state in
      guard let file = state.handles[handle] else { return false }
      return state.names[path] == file && !state.files[file].isGone
    }
  }

  /// Renames a file of the disk.
  public func rename(_ path: String, to other: String) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.rename, &state)) { return code }
      guard let file = state.names.removeValue(forKey: path) else { return -ENOENT }
      state.names[other] = file
      state.namings.append(.renamed(path, other))
      return 0
    }
  }

  /// Makes the disk's names outlast a power cut.
  public func syncFolder(of path: String) -> Int32 {
    state.withLock { state in
      if let code = Self.code(begin(.syncFolder, &state)) { return code }
      state.syncedNames = state.names
      state.namings = []
      return 0
    }
  }

  /// Makes room on a disk that was full.
  public func free() { state.withLock { $0.isFull = false } }

  /// Puts files on the disk, synced: what a run finds that goes on.
  public func put(_ contents: [String: [UInt8]]) {
    state.withLock { state in
      for (name, bytes) in contents {
        state.names[name] = state.files.count
        state.files.append(File(bytes: bytes, syncedCount: bytes.count))
      }
      state.syncedNames = state.names
      state.namings = []
    }
  }
}
