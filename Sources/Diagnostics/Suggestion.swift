/// The known word that the user most likely meant, if one is near enough.
package func suggestion(for word: String, among known: some Sequence<String>) -> String? {
  // Nobody mistypes a word of this length, and comparing takes the product of both lengths.
  guard word.utf8.count <= 128 else { return nil }
  let letters = Array(word.lowercased().utf8)
  let limit = max(1, letters.count / 3)
  var best: (word: String, distance: Int)?
  for candidate in known where abs(candidate.utf8.count - letters.count) <= limit {
    let distance = editDistance(letters, Array(candidate.lowercased().utf8))
    if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.word
}

/// How many bytes must be inserted, removed, replaced or swapped with their neighbour to make `a` into `b`.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  var current = beforeLast
  for i in 0..<a.count {
    current[0] = i + 1
    for j in 0..<b.count {
      current[j + 1] = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
      }
    }
    (beforeLast, last, current) = (last, current, beforeLast)
  }
  return last[b.count]
}
