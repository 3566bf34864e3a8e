import Glibc

/// The three descriptors that every program is given.
package enum StandardDescriptors {
  /// Fills closed ones with `/dev/null` and lets writes to a closed pipe fail instead of killing.
  ///
  /// Without this a run started with `>&-` would open its event log as descriptor 1 and print the
  /// result table into it. Called once, before any file is opened.
  package static func prepare() {
    _ = signal(SIGPIPE, SIG_IGN)
    // A file that would grow beyond the limit of `ulimit -f` is an error to tell, not a reason to die.
    _ = signal(SIGXFSZ, SIG_IGN)
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is the one that is missing.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}
