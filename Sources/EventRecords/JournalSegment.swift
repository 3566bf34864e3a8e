/// The names of a log's segments: `events.jsonl` is written, `events.000001.jsonl` was the first put aside.
public enum JournalSegment {
  /// The path of a segment of the log at `path`, counted from 1.
  public static func path(of path: String, number: Int) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    let (stem, ending) = parts(of: path)
    return stem + "." + padded + ending
  }

  /// The number of a segment of `log` by its file's name; nil for another file.
  public static func number(of name: String, in log: String) -> Int? {
    let (stem, ending) = parts(of: log)
    guard name.hasPrefix(stem + "."), name.hasSuffix(ending) else { return nil }
    let digits = name.dropFirst(stem.utf8.count + 1).dropLast(ending.utf8.count)
    guard digits.utf8.count >= 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(digits)
  }

  /// What stands before the ending, and the ending with its point.
  private static func parts(of path: String) -> (stem: String, ending: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return (path, "") }
    return (String(path[..<dot]), String(path[dot...]))
  }
}
