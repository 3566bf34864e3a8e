import Glibc

/// What a process must be before it may use libmodbus; done once, at the first connection.
enum ProcessPreparation {
  /// libmodbus waits with `select`, which writes outside its set, and aborts, from descriptor 1,024 on.
  static let mostDescriptors: rlim_t = 1_000

  /// Caps the number of descriptors and ignores SIGPIPE where it would still end the process.
  static let once: Void = {
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
      limit.rlim_cur > mostDescriptors
    {
      limit.rlim_cur = mostDescriptors
      unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    var action = sigaction()
    if unsafe sigaction(SIGPIPE, nil, &action) == 0, unsafe action.__sigaction_handler.sa_handler == nil {
      _ = signal(SIGPIPE, SIG_IGN)
    }
  }()
}
