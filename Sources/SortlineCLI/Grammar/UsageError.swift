/// A command line that makes no sense, told so that the next attempt can be right.
package struct UsageError: Error, Equatable {
  /// What is wrong.
  package var message: String
  /// What was probably meant, or how to write it.
  package var advice: String
  /// The command it is about; nil where none was recognised.
  package var command: String?

  /// An error of use.
  package init(_ message: String, advice: String = "", command: String? = nil) {
    self.message = message
    self.advice = advice
    self.command = command
  }
}
