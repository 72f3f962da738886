internal import Linux

/// Collects refusals in memory that does not grow, however many there are and whatever they look like.
struct DenialLog {
  private(set) var list = DenialList()
  private var places: [Key: Int] = [:]
  /// How many different texts each call has.
  private var variety: [UInt32: Int] = [:]
  private var now = 0

  /// Different refusals that are kept.
  static let most = 256
  /// Of one call with different arguments: beyond that all are counted as one, or a loop over many paths would leave no room
  /// for anything else.
  static let mostOfCall = 32

  private struct Key: Hashable {
    let number: UInt32
    let errno: CInt
    /// nil for whatever it is.
    let text: String?
  }

  /// Counts a refusal. `make` is asked when it is a new one, for itself, or with `true` for one that stands for all further ones
  /// of its call.
  mutating func add(_ number: UInt32, _ errno: Errno, text: String, make: (_ standsForMore: Bool) -> Denial) {
    now += 1
    if count(Key(number: number, errno: errno.rawValue, text: text)) { return }
    let isOneTooMany = variety[number, default: 0] >= Self.mostOfCall
    let key = Key(number: number, errno: errno.rawValue, text: isOneTooMany ? nil : text)
    if isOneTooMany, count(key) { return }
    guard list.all.count < Self.most else {
      list.further += 1
      return
    }
    variety[number, default: 0] += 1
    places[key] = list.all.count
    var denial = make(isOneTooMany)
    denial.last = now
    list.all.append(denial)
  }

  /// What it has kept, in entries.
  var size: Int { list.all.count + places.count + variety.count }

  private mutating func count(_ key: Key) -> Bool {
    guard let place = places[key] else { return false }
    list.all[place].count += 1
    list.all[place].last = now
    return true
  }
}
