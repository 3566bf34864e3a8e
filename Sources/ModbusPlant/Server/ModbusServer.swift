import Glibc
import Synchronization

/// A Modbus device in software: answers requests on TCP or a serial line out of a `RegisterBank`.
///
/// On TCP each client has a thread of its own, up to a limit. Every request is validated before the bank sees
/// it; a client that sends what is no Modbus, or too slowly, is closed. It listens on loopback alone unless its
/// settings allow more.
public final class ModbusServer: Sendable {
  /// A client's place: there are as many as clients may be connected.
  struct Place {
    var thread: PosixThread?
    var descriptor: Int32 = -1
    var isOver = true
  }

  /// What `start` and `stop` and the threads share.
  struct Running {
    var places: [Place]
    var listener: PosixThread?
    var socket: Int32 = -1
    var wake: WakePipe
    var port: UInt16 = 0
  }

  /// How the server listens.
  public let settings: ModbusServerSettings
  let bank: any RegisterBank
  let running: Guarded<Running?>
  let stopping = Atomic<Bool>(false)
  let answeredCount = Atomic<UInt64>(0)
  let refusedCount = Atomic<Int>(0)
  let droppedCount = Atomic<Int>(0)

  /// A server over a bank; it listens from `start` on.
  public init(_ settings: ModbusServerSettings, bank: any RegisterBank) {
    self.settings = settings
    self.bank = bank
    running = Guarded(nil)
  }

  /// The TCP port that it listens on; 0 when it does not run, and on a serial line.
  public var port: UInt16 { running.withLock { $0?.port ?? 0 } }

  /// How many requests were answered, refusals included.
  public var requestsAnswered: UInt64 { answeredCount.load(ordering: .relaxed) }

  /// How many clients were closed at once because there were too many.
  public var clientsRefused: Int { refusedCount.load(ordering: .relaxed) }

  /// How many clients were closed because they were too slow or sent what is no Modbus.
  public var clientsDropped: Int { droppedCount.load(ordering: .relaxed) }

  /// Begins to listen; returns when clients can connect. It runs until `stop`.
  public func start() throws(ModbusServerError) {
    let wake = try WakePipe()
    do throws(ModbusServerError) {
      try begin(wake)
    } catch {
      wake.close()
      throw error
    }
  }

  private func begin(_ wake: WakePipe) throws(ModbusServerError) {
    let isRunning = running.withLock { $0 != nil }
    if isRunning { throw .running }
    stopping.store(false, ordering: .sequentiallyConsistent)
    var state = Running(places: Array(repeating: Place(), count: settings.mostClients), wake: wake)
    switch settings.endpoint {
    case .tcp(let host, let port):
      let opened = try listen(host, port)
      (state.socket, state.port) = (opened.descriptor, opened.port)
      running.withLock { $0 = state }
      let listener = PosixThread { [self] in acceptClients(opened.descriptor, wake.listening) }
      try keep(listener)
    case .rtu(let line):
      let link: ModbusLink
      do throws(ModbusFault) { link = try ModbusLink.serial(line) } catch { throw .serial(error) }
      running.withLock { $0 = state }
      let carried = SerialCarrier(link)
      let listener = PosixThread { [self] in serveSerial(carried.link, line, wake.listening) }
      try keep(listener)
    }
  }

  private func keep(_ listener: PosixThread?) throws(ModbusServerError) {
    if let listener { return running.withLock { $0?.listener = listener } }
    let socket = running.withLock { state in
      defer { state = nil }
      return state?.socket ?? -1
    }
    if socket >= 0 { _ = close(socket) }
    throw .system(errno: EAGAIN)
  }

  private func listen(
    _ host: String, _ port: UInt16
  ) throws(ModbusServerError) -> (descriptor: Int32, port: UInt16) {
    let address: String
    do throws(ModbusFault) {
      address = try HostAddress.numeric(host)[0]
    } catch {
      throw .unknownHost(host)
    }
    if !settings.allowBeyondLoopback && !ListeningSocket.isLoopback(address) {
      throw .beyondLoopback(address)
    }
    return try ListeningSocket.open(address, port)
  }

  /// Stops listening, closes every client and waits until all threads are done; may be called twice.
  public func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    let handed = running.withLock { state -> (PosixThread?, WakePipe, Int32)? in
      guard let now = state, now.listener != nil else { return nil }
      state?.listener = nil
      now.wake.wake()
      return (now.listener, now.wake, now.socket)
    }
    guard let (listener, wake, socket) = handed else { return }
    listener?.join()
    // No new client from here on: wake those who wait in a receive, and let their threads end.
    let threads = running.withLock { state in
      for place in state?.places ?? [] where !place.isOver && place.descriptor >= 0 {
        _ = shutdown(place.descriptor, Int32(SHUT_RDWR))
      }
      return state?.places.compactMap(\.thread) ?? []
    }
    for thread in threads { thread.join() }
    if socket >= 0 { _ = close(socket) }
    wake.close()
    running.withLock { $0 = nil }
  }

  var isStopping: Bool { stopping.load(ordering: .relaxed) }
}

/// Carries a link into the one thread that uses it from then on.
private final class SerialCarrier: @unchecked Sendable {
  let link: ModbusLink
  init(_ link: ModbusLink) { self.link = link }
}
