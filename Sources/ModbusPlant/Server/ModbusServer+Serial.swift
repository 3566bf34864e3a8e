import ControlRuntime
import Glibc

extension ModbusServer {
  /// The serial line's thread: frames in, answers out, until it is woken to stop or the port is gone.
  func serveSerial(_ link: ModbusLink, _ line: SerialLine, _ wake: Int32) {
    if settings.wantsRealTime { RealTimePermission.raiseThread() }
    var desk = RequestDesk(bank: bank, limits: settings.limits, echoes: true)
    // A frame ends with a silence; below some milliseconds the system's own delays look like one.
    let silence = max(line.gap, 5_000_000)
    var held = 0
    while !isStopping {
      var entries = [
        pollfd(fd: link.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      ]
      let wait = held == 0 ? -1 : Int32((silence + 999_999) / 1_000_000)
      let ready = unsafe poll(&entries, 2, wait)
      if isStopping { return }
      if ready < 0 { continue }
      if ready == 0 {
        answerSerial(&desk, held, link.descriptor)
        held = 0
        continue
      }
      guard entries[0].revents != 0 else { continue }
      let room = unsafe desk.incoming.room(from: held)
      let count = unsafe Glibc.read(link.descriptor, room.baseAddress, room.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      if count <= 0 {
        // The other end is away: look again in a while, it may come back.
        if waitUntilReady(wake, for: POLLIN, until: monotonicNow() + 50_000_000) { return }
        held = 0
        continue
      }
      held += count
      // A whole frame with the right checksum needs no silence behind it.
      if isWhole(desk, held) {
        answerSerial(&desk, held, link.descriptor)
        held = 0
      } else if held > 256 {
        held = 0
      }
    }
  }

  private func isWhole(_ desk: borrowing RequestDesk, _ count: Int) -> Bool {
    guard count >= 8 else { return false }
    let length: Int
    switch desk.incoming[1] {
    case 1...6, 8: length = 8
    case 15, 16: length = 9 + Int(desk.incoming[6])
    case 22: length = 10
    case 23: length = count > 10 ? 13 + Int(desk.incoming[10]) : 13
    default: return false
    }
    return count == length && checksumHolds(desk, count)
  }

  private func checksumHolds(_ desk: borrowing RequestDesk, _ count: Int) -> Bool {
    let sum = unsafe Checksum.of(desk.incoming.bytes(0..<count - 2).span)
    return desk.incoming[count - 2] == UInt8(truncatingIfNeeded: sum)
      && desk.incoming[count - 1] == UInt8(truncatingIfNeeded: sum &>> 8)
  }

  /// Answers a frame; what is damaged or meant for another gets no answer, a broadcast is done in silence.
  private func answerSerial(_ desk: inout RequestDesk, _ count: Int, _ descriptor: Int32) {
    guard count >= 4, count <= 256, checksumHolds(desk, count) else { return }
    let unit = desk.incoming[0]
    guard unit == 0 || settings.units.contains(unit) else { return }
    let behind = desk.answer(from: 1, to: count - 2, at: 1)
    if unit == 0 { return }
    desk.outgoing[0] = unit
    let sum = unsafe Checksum.of(desk.outgoing.bytes(0..<behind).span)
    desk.outgoing[behind] = UInt8(truncatingIfNeeded: sum)
    desk.outgoing[behind + 1] = UInt8(truncatingIfNeeded: sum &>> 8)
    answeredCount.add(1, ordering: .relaxed)
    let deadline = monotonicNow() + max(settings.clientDeadline.rawValue, 1_000_000)
    var sent = 0
    while sent < behind + 2 {
      let left = behind + 2 - sent
      let written = unsafe Glibc.write(descriptor, desk.outgoing.bytes(sent..<behind + 2).baseAddress, left)
      if written > 0 {
        sent += written
      } else if written < 0 && errno != EAGAIN && errno != EINTR {
        return
      } else if !waitUntilReady(descriptor, for: POLLOUT, until: deadline) {
        droppedCount.add(1, ordering: .relaxed)
        return
      }
    }
  }
}
