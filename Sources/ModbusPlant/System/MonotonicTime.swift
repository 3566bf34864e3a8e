import Glibc

/// The monotonic clock in nanoseconds: a step of the wall clock changes nothing. No system call.
@inline(__always)
func monotonicNow() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}

/// Waits until the descriptor is ready for `events` or the clock reads `deadline`; false at the deadline.
///
/// Signals do not end it. A descriptor that is closed or in error counts as ready: the next call tells.
func waitUntilReady(_ descriptor: Int32, for events: Int32, until deadline: Int64) -> Bool {
  while true {
    let left = deadline - monotonicNow()
    if left <= 0 { return false }
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    // Whole milliseconds, rounded up: late by less than one, never early.
    let milliseconds = min((left + 999_999) / 1_000_000, Int64(Int32.max))
    let ready = unsafe poll(&entry, 1, Int32(milliseconds))
    if ready > 0 { return true }
    if ready < 0 && errno != EINTR { return true }
  }
}
