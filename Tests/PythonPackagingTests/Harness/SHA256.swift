/// SHA-256, so that these tests need no other module.
func sha256(_ message: [UInt8]) -> [UInt8] {
  var state: [UInt32] = firstPrimes(8).map { fraction(Double($0).squareRoot()) }
  let constants = firstPrimes(64).map { prime in fraction(cubeRoot(Double(prime))) }
  var padded = message + [0x80]
  while padded.count % 64 != 56 { padded.append(0) }
  padded += (0..<8).map { UInt8(truncatingIfNeeded: UInt64(message.count * 8) >> (56 - 8 * UInt64($0))) }
  for block in stride(from: 0, to: padded.count, by: 64) {
    var words = (0..<16).map { word in
      padded[(block + 4 * word)..<(block + 4 * word + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<64 {
      let (early, late) = (words[index - 15], words[index - 2])
      let one = turn(early, 7) ^ turn(early, 18) ^ early >> 3
      let two = turn(late, 17) ^ turn(late, 19) ^ late >> 10
      words.append(words[index - 16] &+ one &+ words[index - 7] &+ two)
    }
    var now = state
    for index in 0..<64 {
      let choice = now[4] & now[5] ^ ~now[4] & now[6]
      let mixed = turn(now[4], 6) ^ turn(now[4], 11) ^ turn(now[4], 25)
      let first = now[7] &+ mixed &+ choice &+ constants[index] &+ words[index]
      let majority = now[0] & now[1] ^ now[0] & now[2] ^ now[1] & now[2]
      let second = (turn(now[0], 2) ^ turn(now[0], 13) ^ turn(now[0], 22)) &+ majority
      now = [first &+ second, now[0], now[1], now[2], now[3] &+ first, now[4], now[5], now[6]]
    }
    state = zip(state, now).map { $0 &+ $1 }
  }
  return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
}

private func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

private func firstPrimes(_ count: Int) -> [Int] {
  Array((2...400).filter { number in !(2..<number).contains { number % $0 == 0 } }.prefix(count))
}

private func fraction(_ number: Double) -> UInt32 { UInt32((number - number.rounded(.down)) * 4_294_967_296) }

private func cubeRoot(_ number: Double) -> Double {
  var root = number / 3
  for _ in 0..<60 { root -= (root * root * root - number) / (3 * root * root) }
  return root
}
