import ControlRuntime
import Glibc

extension ModbusServer {
  /// The listening thread: gives each client a place and a thread, until it is woken to stop.
  func acceptClients(_ socket: Int32, _ wake: Int32) {
    while !isStopping {
      var entries = [
        pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      ]
      _ = unsafe poll(&entries, 2, -1)
      if isStopping { return }
      let client = accept(socket, nil, nil)
      if client < 0 {
        // Out of descriptors: the client stays in the queue, so wait a little instead of asking in a circle.
        if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
          _ = waitUntilReady(wake, for: POLLIN, until: monotonicNow() + 100_000_000)
        }
        continue
      }
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      welcome(client)
    }
  }

  /// Gives a client a place, or closes it where there is none.
  private func welcome(_ client: Int32) {
    let found = running.withLock { state -> (index: Int, former: PosixThread?)? in
      guard let index = state?.places.firstIndex(where: \.isOver) else { return nil }
      let former = state?.places[index].thread
      state?.places[index] = Place(thread: nil, descriptor: client, isOver: false)
      return (index, former)
    }
    guard let (index, former) = found else {
      refusedCount.add(1, ordering: .relaxed)
      _ = close(client)
      return
    }
    // The thread that had this place has ended, or is about to.
    former?.join()
    let thread = PosixThread { [self] in
      if settings.wantsRealTime { RealTimePermission.raiseThread() }
      serve(client)
      leave(index)
    }
    if let thread {
      running.withLock { $0?.places[index].thread = thread }
    } else {
      refusedCount.add(1, ordering: .relaxed)
      leave(index)
    }
  }

  private func leave(_ index: Int) {
    running.withLock { state in
      if let descriptor = state?.places[index].descriptor, descriptor >= 0 { _ = close(descriptor) }
      state?.places[index].descriptor = -1
      state?.places[index].isOver = true
    }
  }

  /// A client's thread: requests in, answers out, until it closes or is too slow or speaks no Modbus.
  private func serve(_ client: Int32) {
    let patience = max(settings.clientDeadline.rawValue, 1_000_000)
    // Without TCP_NODELAY an answer waits up to 40 ms for the acknowledgement of the one before; without the
    // rest a client whose power failed would keep its place for hours.
    SocketOptions.prepare(client, unacknowledged: Int32(clamping: max(patience / 1_000_000, 1_000)))
    SocketOptions.setWait(client, SO_RCVTIMEO, nanoseconds: patience)
    SocketOptions.setWait(client, SO_SNDTIMEO, nanoseconds: patience)
    var desk = RequestDesk(bank: bank, limits: settings.limits, echoes: false)
    var held = 0
    var deadline: Int64 = 0
    while !isStopping {
      if held > 0 && !waitUntilReady(client, for: POLLIN, until: deadline) { break }
      let room = unsafe desk.incoming.room(from: held)
      let count = unsafe recv(client, room.baseAddress, room.count, 0)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      if count <= 0 { return }
      if held == 0 { deadline = monotonicNow() + patience }
      guard let left = answerAll(&desk, held + count, client) else { break }
      if left > 0 && left != held + count { deadline = monotonicNow() + patience }
      held = left
    }
    if !isStopping { droppedCount.add(1, ordering: .relaxed) }
  }

  /// Answers every whole request among the first `count` bytes; how many bytes of the next one are left, or nil
  /// where the client is to be closed.
  private func answerAll(_ desk: inout RequestDesk, _ count: Int, _ client: Int32) -> Int? {
    var start = 0
    while count - start >= 8 {
      let length = Int(desk.incoming.word(at: start + 4))
      // Unit and function at least, and no more than a request can have.
      guard desk.incoming.word(at: start + 2) == 0, length >= 2, length <= 254 else { return nil }
      let end = start + 6 + length
      if end > count { break }
      guard answerOne(&desk, start, end, client) else { return nil }
      start = end
    }
    if start > 0 { desk.incoming.moveToFront(start..<count) }
    return count - start
  }

  private func answerOne(_ desk: inout RequestDesk, _ start: Int, _ end: Int, _ client: Int32) -> Bool {
    let unit = desk.incoming[start + 6]
    var behind = 9
    if settings.units.contains(unit) {
      behind = desk.answer(from: start + 7, to: end, at: 7)
    } else {
      desk.outgoing[7] = desk.incoming[start + 7] | 0x80
      desk.outgoing[8] = ModbusException.gatewayTargetSilent.rawValue
    }
    desk.outgoing.put(desk.incoming.word(at: start), at: 0)
    desk.outgoing.put(0, at: 2)
    desk.outgoing.put(UInt16(behind - 6), at: 4)
    desk.outgoing[6] = unit
    answeredCount.add(1, ordering: .relaxed)
    var sent = 0
    while sent < behind {
      let count = unsafe send(
        client, desk.outgoing.bytes(sent..<behind).baseAddress, behind - sent, Int32(MSG_NOSIGNAL))
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }
}
