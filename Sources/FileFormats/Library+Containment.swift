extension Library {
  /// Why a file may not be named inside a scenario.
  struct Refusal: Error {
    var message: String
    var expected: String
    var suggestion: String?
    var category = InvalidInput.Category.configuration
  }

  /// The file inside `folder` that a scenario, or another `owner`, names `name`.
  ///
  /// Absolute paths, `..`, and symbolic links that lead out of the folder are refused, and so is
  /// anything that is not an ordinary file: a scenario from elsewhere must not read what is not its own.
  func file(_ name: String, inside folder: String, of owner: String = "scenario") throws(Refusal) -> Found {
    let inside = "a file inside the \(owner)'s folder"
    if name.unicodeScalars.contains(where: { $0.value == 0 }) || name.utf8.count > 512 {
      throw Refusal(message: "this is not a name for a file", expected: inside)
    }
    if name.hasPrefix("/") {
      throw Refusal(message: "a \(owner) may not name a file by an absolute path", expected: inside)
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains("..") {
      throw Refusal(message: "a \(owner) may not name a file outside its folder", expected: inside)
    }
    if parts.contains("") || parts.contains(".") {
      throw Refusal(message: "this is not a name for a file", expected: inside)
    }
    let shown = FileSystem.join(folder, name)
    let path = onDisk(shown)
    guard let real = FileSystem.resolved(path), let root = FileSystem.resolved(onDisk(folder)) else {
      let siblings = FileSystem.entries(of: onDisk(FileSystem.parent(of: shown)))
      let prefix = parts.dropLast().map { $0 + "/" }.joined()
      let near = nearestName(to: String(parts.last ?? ""), among: siblings)
      throw Refusal(
        message: "there is no such file in the \(owner)'s folder", expected: inside,
        suggestion: near.map { prefix + $0 }, category: .noInput)
    }
    guard real.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw Refusal(message: "a symbolic link leads out of the \(owner)'s folder", expected: inside)
    }
    guard FileSystem.entry(at: real) == .file else {
      throw Refusal(message: "this is not an ordinary file", expected: inside)
    }
    return Found(path: real, shown: shown, recorded: Library.recorded(shown))
  }
}
