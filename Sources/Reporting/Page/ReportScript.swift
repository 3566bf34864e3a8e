/// The page's script: it animates the sorter from the page's own data and needs nothing from elsewhere.
enum ReportScript {
  /// The whole text, in one scope of its own.
  static var text: String { "\"use strict\";\n{\n\(log)\n\(drawing)\n\(player)\n}\n" }
}
