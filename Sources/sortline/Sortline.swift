import SortlineCLI

/// The executable: everything it does lives in `SortlineCLI`.
@main
enum Sortline {
  static func main() {
    SortlineProgram.run()
  }
}
