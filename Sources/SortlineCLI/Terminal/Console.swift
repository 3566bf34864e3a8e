/// Everything a command may print to, and what it may know about the place it runs in.
package struct Console {
  /// Results.
  package var out: any TextSink
  /// Progress, warnings and errors.
  package var err: any TextSink
  /// What `out` can show.
  package var outTraits: TerminalTraits
  /// What `err` can show.
  package var errTraits: TerminalTraits
  /// The environment's variables.
  package var environment: [String: String]

  /// A console over these sinks.
  package init(
    out: any TextSink, err: any TextSink, outTraits: TerminalTraits = .plain,
    errTraits: TerminalTraits = .plain, environment: [String: String] = [:]
  ) {
    self.out = out
    self.err = err
    self.outTraits = outTraits
    self.errTraits = errTraits
    self.environment = environment
  }

  /// Prints a line of results.
  package func print(_ line: String = "") { out.write(line + "\n") }

  /// Prints a warning; the command goes on.
  package func warn(_ message: String) {
    out.flush()
    err.write("sortline: \(errTraits.style.warning("warning:")) \(message)\n")
    err.flush()
  }

  /// Prints an error.
  package func error(_ message: String) {
    out.flush()
    err.write("sortline: \(errTraits.style.bad("error:")) \(message)\n")
    err.flush()
  }

  /// Prints a line that is neither result nor warning.
  package func note(_ message: String) {
    out.flush()
    err.write(message + "\n")
    err.flush()
  }
}
