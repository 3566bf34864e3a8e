import Testing
@testable import FlatStorage
