/// A fixed block of trivially copyable elements: allocated once, never grown, no reference counting.
///
/// The dispatcher and the virtual plant keep all their state in slabs, because an `Array` in the same
/// place costs a uniqueness check on every write. Every access is bounds-checked, also in release.
@safe
@frozen
public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  /// How many elements there are.
  public let count: Int

  /// A block of `count` copies of `element`.
  @inlinable
  public init(count: Int, repeating element: Element) {
    precondition(count >= 0, "a slab cannot have a negative size")
    unsafe base = allocateLines(for: max(count, 1))
    unsafe base.initialize(repeating: element, count: max(count, 1))
    self.count = count
  }

  /// A block that holds the elements of `array`, in order.
  @inlinable
  public init(_ array: [Element]) {
    unsafe base = allocateLines(for: max(array.count, 1))
    for index in array.indices { unsafe (base + index).initialize(to: array[index]) }
    count = array.count
  }

  @inlinable
  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// The element at `index`; traps outside `0 ..< count`.
  @inlinable
  public subscript(index: Int) -> Element {
    // Addresses, not values: a field of a large element is then read alone, and nothing is copied.
    @inline(__always) unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a slab was read outside its bounds")
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a slab was written outside its bounds")
      return unsafe base + index
    }
  }

  /// Where the element at `index` lies, for as long as the slab lives; traps outside `0 ..< count`.
  ///
  /// For owners that hand one element on in place: a `_read` accessor would ask for memory in debug builds.
  @unsafe
  @inlinable @inline(__always)
  public func address(of index: Int) -> UnsafePointer<Element> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "a slab was read outside its bounds")
    return unsafe UnsafePointer(base + index)
  }

  /// The element at `index`, which the caller has shown to be in `0 ..< count`: not checked.
  ///
  /// For loops so hot that a second check shows, where the index is masked or was checked a line before.
  @unsafe
  @inlinable
  public subscript(unchecked index: Int) -> Element {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(base + index) }
    @inline(__always) unsafeMutableAddress { unsafe base + index }
  }
}

extension Slab: @unchecked Sendable where Element: Sendable {}

/// Room for so many elements, from the beginning of a cache line on.
///
/// An allocator begins its blocks anywhere in a line, and an element of 64 bytes would then lie in two of them.
@unsafe
@inlinable
func allocateLines<Element: BitwiseCopyable>(for count: Int) -> UnsafeMutablePointer<Element> {
  let block = UnsafeMutableRawPointer.allocate(
    byteCount: count * MemoryLayout<Element>.stride, alignment: max(64, MemoryLayout<Element>.alignment))
  return unsafe block.bindMemory(to: Element.self, capacity: count)
}
