/// The few looks that printed text may have; plain where colour is not wanted.
package struct TextStyle: Sendable, Equatable {
  /// Whether escape sequences are written at all.
  package var isColoured: Bool

  /// A style with or without colour.
  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// A heading.
  package func heading(_ text: String) -> String { wrap(text, "1") }
  /// Something to type.
  package func code(_ text: String) -> String { wrap(text, "36") }
  /// Something of less weight.
  package func faint(_ text: String) -> String { wrap(text, "2") }
  /// Something that went well.
  package func good(_ text: String) -> String { wrap(text, "32") }
  /// Something to look at.
  package func warning(_ text: String) -> String { wrap(text, "33") }
  /// Something that went wrong.
  package func bad(_ text: String) -> String { wrap(text, "31") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
