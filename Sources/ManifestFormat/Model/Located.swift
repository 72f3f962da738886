/// A value and where in the manifest it stands. Two are equal when their values are, wherever they stand.
package struct Located<Value: Sendable>: Sendable {
  package let value: Value
  private let place: Place

  package var position: Position { place.position }

  package init(value: Value, position: Position) {
    self.value = value
    place = Place(position)
  }
}

// Not required of each value: the runtime would look for it among all conformances of the program, which takes a start 0.1 ms.
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}

/// A position that takes no part in comparisons: the same manifest in another syntax is the same manifest.
package struct Place: Hashable, Sendable {
  package let position: Position

  init(_ position: Position) { self.position = position }

  /// Before it is known.
  static let unknown = Place(Position(line: 1, column: 1))

  package static func == (a: Place, b: Place) -> Bool { true }
  package func hash(into hasher: inout Hasher) {}
}
